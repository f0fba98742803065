"""Assignments: proposals for a batch of enterprises within the units' capacities."""
