"""Profiles and pages to passages; Chinese tokenisation; scenarios and sub-industries read from text."""
