"""Checks of an installation, in the order in which one would mend it."""

from cli.checks.finding import Finding
from cli.checks.run import run_checks

__all__ = ["Finding", "run_checks"]
