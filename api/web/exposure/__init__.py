"""Who is seen and contacted, and whether anyone has too much of it."""
