"""Gaps of the product pool."""
