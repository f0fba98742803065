"""Products for an enterprise: what is recommended and why, what it put aside, side by side, one by one."""
