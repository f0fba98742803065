"""What a lead unit or vendor works with: prospects, capacity, projects, products, matching events."""
