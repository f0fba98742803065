"""Parts of an answer: ranked items with reasons, and what was left out and why."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reason(_Answer):
    """One reason in plain Chinese.

    Attributes
    ----------
    code : str
        Stable name of the feature behind it.
    contribution : float
        What it gives to the item's score (0–1); the contributions of all features add up to the score.
    evidence : str, optional
        The passage or rule that the reason rests on.
    """

    code: str
    text: str
    contribution: float
    evidence: str | None = None


class Closing(_Answer):
    """One scenario that an item raises towards the target level."""

    scenario: str
    name: str
    present: int
    raised_to: int
    required: bool
    provenance: str


class GapEffect(_Answer):
    """What an item does to the gap between the present level and the target.

    Attributes
    ----------
    scenarios_short_before, scenarios_short_after : int
        Scenarios still missing at the target level, before and with the item; likewise for 约束性 ones.
    closes : tuple of Closing
        Scenarios that pass the target level through the item.
    """

    target_level: int
    scenarios_short_before: int
    scenarios_short_after: int
    required_short_before: int
    required_short_after: int
    closes: tuple[Closing, ...] = ()


class Item(_Answer):
    """One ranked record.

    Attributes
    ----------
    score : float
        0–1.
    score_ci95 : (float, float), optional
        95 % interval of the score by what outcomes taught so far; None where the expert weights rank, of
        which nobody knows how sure they are.
    forward, reverse : float, optional
        Fit seen from the enterprise and from the lead unit or vendor, where both sides are scored; 0–1.
    p_match : float, optional
        Probability that both sides come together; ``subject.p_match_source`` of the answer says whether it
        rests on outcomes or on an expert's assumption.
    facts : dict
        What to show beside the name (price, days, scenarios, masked contact …).
    """

    rank: int
    id: str
    name: str
    score: float
    score_ci95: tuple[float, float] | None = None
    propensity: float = 1.0
    forward: float | None = None
    reverse: float | None = None
    p_match: float | None = None
    reasons: tuple[Reason, ...] = ()
    gap_effect: GapEffect | None = None
    warnings: tuple[str, ...] = ()
    facts: dict[str, Any] = Field(default_factory=dict)
    synthetic_mark: str | None = None


class Exclusion(_Answer):
    """Records left out by one rule, with up to five examples."""

    rule: str
    text: str
    count: int
    examples: tuple[dict[str, str], ...] = ()
