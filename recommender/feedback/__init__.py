"""The append-only event log and the views of it."""
