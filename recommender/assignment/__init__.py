"""Capacity-constrained assignment of a batch of enterprises to lead units.

:mod:`problem` says what is to be decided, :mod:`solving` decides it; :mod:`service` asks for a stored batch.
"""
