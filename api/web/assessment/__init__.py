"""Self-assessment without an account: questions, what they are worth, drafts on request."""
