"""Selections of lead units."""
