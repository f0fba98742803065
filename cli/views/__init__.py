"""Pages for people: what the engine answered, readable on 80 columns."""
