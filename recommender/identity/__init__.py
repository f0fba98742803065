"""Who someone is: local accounts with a second factor, sessions, API keys, tokens of a provider."""
