"""The command line: ``smematch``."""
