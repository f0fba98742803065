"""Channels to fused candidates, under hard constraints that say what they left out."""
