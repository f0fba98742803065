"""Matching events: their definition, schedules and results."""
