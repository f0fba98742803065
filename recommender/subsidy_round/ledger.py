"""Rounds and what became of each project in them, read from the log."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from recommender.domain.calendar import local_day
from recommender.domain.course_events import yuan
from recommender.store import UnitOfWork
from recommender.store.repositories.events import EventLine
from recommender.subsidy_round.claims import claim_key

State = Literal["collected", "returned", "passed", "refused", "paid"]
STATE_NAMES: dict[State, str] = {
    "collected": "区已报送，待市审核",
    "returned": "市已退回",
    "passed": "市审核通过，待拨付",
    "refused": "不予奖补",
    "paid": "已拨付",
}
#: Kind of event to the states in which it is in order (None: not in the round yet) and the state it leads to.
_STEPS: dict[str, tuple[frozenset[State | None], State]] = {
    "subsidy_district_checked": (frozenset({None, "returned"}), "collected"),
    "subsidy_passed": (frozenset({"collected"}), "passed"),
    "subsidy_returned": (frozenset({"collected", "passed"}), "returned"),
    "subsidy_refused": (frozenset({"collected", "passed"}), "refused"),
    "subsidy": (frozenset({"passed"}), "paid"),
}
_ROUND = ("subsidy_round_opened", "subsidy_round_closed")
#: States in which money is bound or paid.
BOUND: frozenset[State] = frozenset({"collected", "passed", "paid"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One project in one round.

    Attributes
    ----------
    amount_yuan : Decimal
        Proposed by the district, then as the city passed it.
    times : int
        How often it was collected.
    reason : str, optional
        Of the last decision.
    """

    key: str
    enterprise: str
    project: str | None
    partner: str | None
    district: str
    state: State
    amount_yuan: Decimal
    on: date
    times: int = 1
    note: str | None = None
    reason: str | None = None


@dataclass(slots=True)
class Round:
    """One round.

    Attributes
    ----------
    accepted_from, accepted_until : date
        Acceptances of these days are taken, both included.
    entries : dict
        By key, in the order in which they were first collected.
    irregular : list of str
        What was told out of order and changed nothing, in Chinese.
    """

    id: str
    name: str
    accepted_from: date
    accepted_until: date
    opened_on: date
    closed_on: date | None = None
    entries: dict[str, Entry] = field(default_factory=dict)
    irregular: list[str] = field(default_factory=list)


def rounds(work: UnitOfWork, moment: datetime) -> dict[str, Round]:
    """Return every round as it was known at a moment, by id, in the order of opening."""
    return rounds_of(work.events.lines(moment, types=[*_ROUND, *_STEPS]))


def rounds_of(lines: Iterable[EventLine]) -> dict[str, Round]:
    """Return the rounds that events tell of, in the order in which they are given."""
    found: dict[str, Round] = {}
    for line in lines:
        told = line.attributes
        if line.type == "subsidy_round_opened":
            found.setdefault(
                told["round"],
                Round(
                    id=told["round"],
                    name=told["name"],
                    accepted_from=date.fromisoformat(told["accepted_from"]),
                    accepted_until=date.fromisoformat(told["accepted_until"]),
                    opened_on=local_day(line.occurred_at),
                ),
            )
            continue
        here = found.get(str(told.get("round")))
        if here is None:
            continue
        if line.type == "subsidy_round_closed":
            here.closed_on = here.closed_on or local_day(line.occurred_at)
        else:
            _take(here, line)
    return found


def _take(here: Round, line: EventLine) -> None:
    told = line.attributes
    partner = told.get("partner") or (line.object if line.type == "subsidy" else None)
    key = claim_key(line.subject, told.get("project"), partner)
    entry = here.entries.get(key)
    sources, state = _STEPS[line.type]
    if (entry.state if entry else None) not in sources:
        here.irregular.append(f"{local_day(line.occurred_at)} {key}：“{line.type}”不在应有的顺序，未计入")
        return
    amount = yuan(told.get("amount_yuan"))
    on = local_day(line.occurred_at)
    if entry is None:
        here.entries[key] = Entry(
            key=key,
            enterprise=line.subject,
            project=told.get("project"),
            partner=partner,
            district=told["district"],
            state=state,
            amount_yuan=amount or Decimal(0),
            on=on,
            note=told.get("note"),
        )
        return
    again = line.type == "subsidy_district_checked"
    here.entries[key] = replace(
        entry,
        state=state,
        on=on,
        amount_yuan=entry.amount_yuan if amount is None else amount,
        times=entry.times + again,
        note=told.get("note") if again else entry.note,
        reason=entry.reason if state == "paid" else told.get("reason"),
    )
