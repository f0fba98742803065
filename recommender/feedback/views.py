"""Views of the log: computed when asked for, never stored beside it."""

from dataclasses import dataclass
from datetime import timedelta

from recommender.domain.course_events import load_course_events
from recommender.domain.event import load_funnel
from recommender.domain.served_list import ServedItem, ServedList
from recommender.feedback.event_log import CLOCK_TOLERANCE
from recommender.store import UnitOfWork
from recommender.store.repositories.events import LoggedEvent


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How often one step of the funnel happened.

    Attributes
    ----------
    type, title : str
        Name and Chinese title; the title of a type that is declared no longer is its name.
    events : int
        Events in the log.
    subjects : int
        Different subjects among them.
    """

    type: str
    title: str
    events: int
    subjects: int


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What happened to one line of a served list.

    Attributes
    ----------
    credited : tuple of LoggedEvent
        Within the horizon of their type, in the order in which they happened.
    late : tuple of LoggedEvent
        Outside it: too late, or before the list was served.
    """

    item: ServedItem
    credited: tuple[LoggedEvent, ...]
    late: tuple[LoggedEvent, ...]


@dataclass(frozen=True, slots=True)
class ListOutcome:
    """What happened after a list was served.

    Attributes
    ----------
    elsewhere : tuple of LoggedEvent
        Events that name the list but an object that it did not show.
    """

    served: ServedList
    items: tuple[ItemOutcome, ...]
    elsewhere: tuple[LoggedEvent, ...]


def funnel_counts(work: UnitOfWork) -> tuple[FunnelStep, ...]:
    """Return every declared step in funnel order, zeros included, then what else the log holds."""
    events, subjects = work.events.count_by_type(), work.events.subjects_by_type()
    titles = {step.name: step.title for step in load_funnel().types}
    declared = {kind.name: kind.title for kind in load_course_events().types}
    titles |= {name: declared.get(name, name) for name in sorted(events) if name not in titles}
    return tuple(
        FunnelStep(name, title, events.get(name, 0), subjects.get(name, 0)) for name, title in titles.items()
    )


def enterprise_events(work: UnitOfWork, uscc: str) -> tuple[LoggedEvent, ...]:
    """Return an enterprise's history: events about it or towards it, in the order in which they happened."""
    return _in_time(work.events.concerning(uscc))


def list_outcome(work: UnitOfWork, recommendation_id: str) -> ListOutcome | None:
    """Return what became of each line of a served list, None for an unknown list.

    Notes
    -----
    An event is credited when it happened within its type's horizon after serving; a reporter's clock may be
    behind ours by as much as it may be ahead.
    """
    served = work.served_lists.get(recommendation_id)
    if served is None:
        return None
    events = _in_time(work.events.for_recommendation(recommendation_id))
    shown = {item.object_id for item in served.items}
    return ListOutcome(
        served=served,
        items=tuple(_item_outcome(served, item, events) for item in served.items),
        elsewhere=tuple(logged for logged in events if logged.event.object not in shown),
    )


def _item_outcome(served: ServedList, item: ServedItem, events: tuple[LoggedEvent, ...]) -> ItemOutcome:
    own = [logged for logged in events if logged.event.object == item.object_id]
    return ItemOutcome(
        item=item,
        credited=tuple(logged for logged in own if _within_horizon(served, logged)),
        late=tuple(logged for logged in own if not _within_horizon(served, logged)),
    )


def _within_horizon(served: ServedList, logged: LoggedEvent) -> bool:
    step = load_funnel().find(logged.event.type)
    if step is None:
        return False
    waited = logged.event.occurred_at - served.served_at
    return -CLOCK_TOLERANCE <= waited <= timedelta(days=step.horizon_days)


def _in_time(events: list[LoggedEvent]) -> tuple[LoggedEvent, ...]:
    return tuple(sorted(events, key=lambda logged: (logged.event.occurred_at, logged.sequence)))
