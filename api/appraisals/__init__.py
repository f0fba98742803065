"""Appraisals of lead units and vendors."""
