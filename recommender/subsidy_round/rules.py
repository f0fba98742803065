"""What is checked in a round, as data (``data/subsidy_round/checks.json``)."""

from functools import lru_cache

from recommender.diagnosis.value import Value
from recommender.settings import data_dir


class CheckRule(Value):
    """One check.

    Attributes
    ----------
    blocks : bool
        A project that fails it can be neither collected nor passed.
    ask_when_unknown : bool
        Where it cannot be told, whoever lets the project through must say what was looked at.
    """

    code: str
    title: str
    blocks: bool
    ask_when_unknown: bool
    source: str


class RoundRules(Value):
    """The whole declaration.

    Attributes
    ----------
    city : str
        By whose policy amounts are reckoned.
    city_office : str
        Code of the office that opens, reviews and closes.
    evidence : tuple of str
        What the files on record must be about.
    """

    version: str
    title: str
    note: str
    city: str
    city_office: str
    checks: tuple[CheckRule, ...]
    evidence: tuple[str, ...]


@lru_cache(maxsize=1)
def load_round_rules() -> RoundRules:
    """Read the declaration once."""
    file = data_dir() / "subsidy_round" / "checks.json"
    return RoundRules.model_validate_json(file.read_text(encoding="utf-8"))
