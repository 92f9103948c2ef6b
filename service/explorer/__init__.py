"""The explorer: what is tied to what, which of it is shown, why, and how it is taken away."""
