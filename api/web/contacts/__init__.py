"""Who sees an enterprise: its consents, the contacts that it opens, and all that was shown to whom."""
