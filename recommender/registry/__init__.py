"""Ranking models on disk: immutable versions, promotion through gates, one step back, shadow mode."""
