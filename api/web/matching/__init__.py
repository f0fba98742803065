"""What an enterprise is offered: products, lead units, its own choices among them."""
