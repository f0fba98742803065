"""The exposure report."""
