"""Yes, no or unknown, and what it rests on."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Three-valued answer; what no record tells is unknown, never no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


VERDICT_NAMES = {Verdict.YES: "符合", Verdict.NO: "不符合", Verdict.UNKNOWN: "待核实"}


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one rule with its ground, in Chinese."""

    answer: Verdict
    text: str
    warning: str | None = None
