"""Where an enterprise stands among its peers."""
