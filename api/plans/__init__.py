"""Plans: which products and measures take an enterprise to a level."""
