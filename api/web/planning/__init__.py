"""The plan of an enterprise."""
