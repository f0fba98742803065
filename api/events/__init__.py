"""Events: reporting them and reading them back."""
