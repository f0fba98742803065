"""Dynamic adjustment (动态调整): measured effect of products and partners, proposals, decisions."""
