"""Features to score, by expert weights before feedback; reasons in plain Chinese."""
