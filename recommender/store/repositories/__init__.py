"""One repository a concern, each working on the connection of one unit of work."""
