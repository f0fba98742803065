"""The health report."""
