"""What operators look at, and the page at the root."""
