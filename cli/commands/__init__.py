"""The commands, one module for each thing a person wants done."""
