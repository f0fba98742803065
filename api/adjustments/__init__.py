"""Dynamic adjustment: measured effect, proposals, decisions, appeals."""
