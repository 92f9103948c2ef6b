"""Routes, a module for each room of the site; `service.app` puts them together."""
