"""The choice of cases, products and districts."""
