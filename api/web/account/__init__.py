"""Signing in and out, setting a password, the second factor, keys for programs."""
