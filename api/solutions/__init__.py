"""Solutions of the product pool."""
