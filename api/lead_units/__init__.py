"""Lead units and the enterprises that fit them."""
