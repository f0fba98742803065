"""The course of an enterprise through the pilot, as a view of the records and the one log."""
