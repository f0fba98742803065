"""Solutions and lead units for an enterprise, prospects for a lead unit, a text to the pool."""
