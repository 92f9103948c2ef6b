"""The front: a process that holds the listener, answers lookups, and hands all other connections on."""
