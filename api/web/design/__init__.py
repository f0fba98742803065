"""The design system, on a page of the app."""
