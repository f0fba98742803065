"""Whether an enterprise may apply."""
