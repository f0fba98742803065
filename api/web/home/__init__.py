"""The first page, and how a person likes to see all of them."""
