"""The board of targets."""
