"""What one check of one project found."""

from typing import Any, Literal

from recommender.diagnosis.value import Value

Outcome = Literal["passed", "failed", "unknown"]
OUTCOME_NAMES: dict[Outcome, str] = {"passed": "通过", "failed": "未通过", "unknown": "无法判断"}


class Finding(Value):
    """The outcome of a check.

    Attributes
    ----------
    text : str
        One Chinese sentence; names no person and no number of a phone.
    place : dict
        Where to look: ``field``, ``project``, ``about``, ``round``.
    blocks : bool
        It failed a check that lets nothing through.
    asks : bool
        It could not be told, and whoever lets the project through must say what was looked at.
    """

    code: str
    title: str
    outcome: Outcome
    text: str
    place: dict[str, Any]
    blocks: bool = False
    asks: bool = False
