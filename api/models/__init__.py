"""Ranking models: what there is, what is served, promotion, rollback, evaluation."""
