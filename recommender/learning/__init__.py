"""Offline evaluation with intervals: what the product would have ranked, measured without touching it."""
