"""Planning: the cheapest set of products and measures that takes an enterprise to a level."""
