"""Names and dates of simulated things: made up, and plainly so."""

from datetime import UTC, datetime, timedelta

from recommender.sample.firms import credit_code

#: Day 0 of every world.
START = datetime(2023, 1, 1, tzinfo=UTC)
#: What is ranked.
TARGET = "solution"


def enterprise_id(number: int) -> str:
    """Return a credit code that belongs to no one."""
    return credit_code(number)


def product_id(number: int) -> str:
    """Return the id of a product."""
    return f"SIM-P{number:05d}"


def vendor_id(number: int) -> str:
    """Return the id of a vendor."""
    return f"SIM-V{number:04d}"


def list_id(seed: int, visit: int) -> str:
    """Return the id of the list served at a visit."""
    return f"SIM-{seed}-L{visit:07d}"


def moment(day: float) -> datetime:
    """Return the moment of a day since the start, to the microsecond."""
    return START + timedelta(days=day)
