"""The product pool: submissions, their review, and what becomes of products afterwards."""
