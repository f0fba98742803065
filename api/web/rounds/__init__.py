"""Subsidy rounds: opening, collecting by districts, review and closing by the city."""
