"""Targets on a board with a forecast, and the choice of cases, products and districts by outcome."""
