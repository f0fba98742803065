"""What clients need to fill in a form: the instrument and the code lists."""
