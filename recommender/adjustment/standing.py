"""What has been decided of a product, vendor or lead unit and holds now, read from the log."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from recommender.adjustment.rules import Action, Side
from recommender.diagnosis.value import Value
from recommender.domain.calendar import local_day
from recommender.store import UnitOfWork
from recommender.store.repositories.events import EventLine

TYPES = ("adjustment_decided", "adjustment_appealed", "adjustment_appeal_decided")
Key = tuple[Side, str]


class Decision(Value):
    """The newest decision on a party.

    Attributes
    ----------
    settled : int, optional
        Projects with a result on the day of the decision.
    until : date, optional
        Last day on which it holds.
    products : tuple of str
        That a suspension suspended.
    dismissed : int, optional
        Projects with a result when a later proposal was looked at and dismissed.
    appealed, upheld : bool
        Whether it was appealed; whether the appeal was granted, which undoes the decision.
    appeal_open : bool
        Whether an appeal waits for its decision.
    """

    event_id: str
    side: Side
    id: str
    action: Action
    reason: str
    by: str
    on: date
    until: date | None
    settled: int | None
    products: tuple[str, ...] = ()
    dismissed: int | None = None
    appealed: bool = False
    appeal_open: bool = False
    appeal_reason: str | None = None
    upheld: bool = False

    def holds(self, today: date) -> bool:
        """Whether it is in force on a day; ``clear`` and ``dismiss`` never are, they end what was."""
        if self.action in {"clear", "dismiss"} or self.upheld:
            return False
        return self.until is None or today <= self.until


def decisions(work: UnitOfWork, moment: datetime) -> dict[Key, Decision]:
    """Return the newest decision on each party that was recorded by a moment."""
    return newest(work.events.lines(moment, types=TYPES))


def newest(lines: Iterable[EventLine]) -> dict[Key, Decision]:
    """Return the newest decision on each party after some events in order.

    A ``dismiss`` leaves what was decided before it in force: it only says that a proposal was looked at.
    """
    found: dict[Key, Decision] = {}
    for line in sorted(lines, key=lambda one: one.sequence):
        told = line.attributes
        key: Key = (told["side"], line.subject)
        current = found.get(key)
        if line.type == "adjustment_decided":
            made = _decision(line, told)
            keeps = made.action == "dismiss" and current is not None
            found[key] = current.model_copy(update={"dismissed": made.settled}) if keeps and current else made
            continue
        if current is None or current.event_id != told["decision"]:
            continue
        if line.type == "adjustment_appealed":
            changed = {"appealed": True, "appeal_open": True, "appeal_reason": told.get("reason")}
        else:
            changed = {"appeal_open": False, "upheld": bool(told["upheld"])}
        found[key] = current.model_copy(update=changed)
    return found


def in_force(work: UnitOfWork, moment: datetime) -> dict[Key, Decision]:
    """Return the decisions that hold at a moment."""
    today = local_day(moment)
    return {key: one for key, one in decisions(work, moment).items() if one.holds(today)}


def _decision(line: EventLine, told: Mapping[str, object]) -> Decision:
    return Decision.model_validate(
        {
            "event_id": line.event_id,
            "side": told["side"],
            "id": line.subject,
            "action": told["action"],
            "reason": told.get("reason", ""),
            "by": line.actor,
            "on": local_day(line.occurred_at),
            "until": told.get("until"),
            "products": told.get("products", ()),
            "settled": None if told.get("settled") is None else int(str(told["settled"]).split(".")[0]),
        }
    )
