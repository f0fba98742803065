"""Diagnoses of an enterprise and what they are worth."""
