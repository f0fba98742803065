"""Subsidy rounds."""
