"""What districts and the city work with: board, worklist, subsidy rounds, selection of outcomes."""
