"""What the simulated people do, as data (``data/pilot_run/behaviour.json``)."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field

from recommender.diagnosis.value import Value
from recommender.settings import data_dir

Span = tuple[int, int]
Share = Annotated[float, Field(ge=0, le=1)]
Wait = Literal[
    "apply", "list", "look", "sign", "file", "register", "work", "late", "accept", "rectify", "claim"
]
Chance = Literal[
    "consent_lead_units",
    "consent_vendors",
    "applies",
    "refused_first",
    "opens_contact",
    "signs",
    "returned_first",
    "withdraws",
    "withdrawal_by_provider",
    "rejected_first",
    "rates",
    "complains",
    "complaint_upheld",
    "claims",
    "asks_plan",
    "dismisses",
]


class ContractTerms(Value):
    """Amounts of contracts, in yuan, and shares of them."""

    share_of_list: tuple[float, float]
    least_yuan: int
    most_yuan: int
    invoice_share: tuple[float, float]
    paid_share: tuple[float, float]


class RoundPlan(Value):
    """A subsidy round to come."""

    id: str
    name: str
    accepted_from: date
    accepted_until: date
    opens_on: date


class Behaviour(Value):
    """The declaration.

    Attributes
    ----------
    days : dict
        Shortest and longest wait of each step, in days.
    chances : dict
        Probability of each choice.
    level_gain : dict
        Probability of how many levels beyond the target a project brings.
    """

    version: str
    title: str
    note: str
    starts_on: date
    pool_days: int
    enterprises_per_week: Annotated[int, Field(ge=1)]
    days: Mapping[Wait, Span]
    chances: Mapping[Chance, Share]
    contract: ContractTerms
    level_gain: Mapping[int, Share]
    rounds: tuple[RoundPlan, ...]
    round_days: int
    round_returned: Share
    closes_on: date


@lru_cache(maxsize=1)
def load_behaviour() -> Behaviour:
    """Read the declaration once."""
    file = data_dir() / "pilot_run" / "behaviour.json"
    return Behaviour.model_validate_json(file.read_text(encoding="utf-8"))
