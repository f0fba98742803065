"""Vendors and the enterprises that fit them."""
