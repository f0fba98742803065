"""Who is seen and contacted, against what their merit would give them: a view of the logs."""
