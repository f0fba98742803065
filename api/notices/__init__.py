"""Notices and whom they concern."""
