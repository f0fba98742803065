"""What enterprises need and the pool lacks."""
