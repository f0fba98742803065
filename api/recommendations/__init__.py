"""Recommendations for an enterprise, and their replay."""
