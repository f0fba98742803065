"""Appending reported events: each is judged alone, and what is answered ``inserted`` is on disk."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from recommender.domain.course_events import CourseEventType, load_course_events
from recommender.domain.event import Event, load_funnel
from recommender.domain.validation_text import explain, summary
from recommender.store import Store
from recommender.store.repositories.events import body_hash, canonical_json

#: How far a reporter's clock may run ahead of ours.
CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class EventNote:
    """What was wrong or noteworthy with one event of a batch.

    Attributes
    ----------
    index : int
        Place in the batch, from 0.
    code : str
        Stable name.
    detail : str
        Chinese.
    """

    index: int
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class AppendResult:
    """What became of a batch; ``inserted + duplicates + len(rejected)`` is its length.

    Attributes
    ----------
    flagged : tuple of EventNote
        Events that were kept although something about them is odd.
    """

    inserted: int
    duplicates: int
    rejected: tuple[EventNote, ...] = ()
    flagged: tuple[EventNote, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the result as the API answers it."""
        return {
            **asdict(self),
            "rejected": [asdict(note) for note in self.rejected],
            "flagged": [asdict(note) for note in self.flagged],
        }


class EventLog:
    """The way into the log for reported events."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def append(self, raw: Sequence[Mapping[str, Any]]) -> AppendResult:
        """Append what is valid and new; commit before returning.

        Parameters
        ----------
        raw : sequence of mappings
            Events as reported (see :class:`recommender.domain.Event`).

        Returns
        -------
        AppendResult
            One bad event never stops the others.

        Raises
        ------
        Unavailable
            If the store cannot be written; nothing of the batch was kept, so send all of it again.
        """
        now = self._store.clock()
        accepted: list[tuple[int, Event]] = []
        rejected: list[EventNote] = []
        for index, body in enumerate(raw):
            judged = judge(body, now)
            if isinstance(judged, Event):
                accepted.append((index, judged))
            else:
                rejected.append(EventNote(index, *judged))
        if not accepted:
            return AppendResult(0, 0, tuple(rejected))
        with self._store.begin() as work:
            results = work.events.append([event for _, event in accepted])
        flagged: list[EventNote] = []
        for (index, event), result in zip(accepted, results, strict=True):
            if result.outcome == "conflict":
                detail = f"事件 {event.event_id} 已有另一份内容，未改动；新的事件请用新的编号"
                rejected.append(EventNote(index, "event_conflict", detail))
            elif result.unknown_recommendation:
                detail = f"没有编号为 {event.recommendation_id} 的推荐清单，事件已保留"
                flagged.append(EventNote(index, "unknown_recommendation", detail))
        outcomes = [result.outcome for result in results]
        return AppendResult(
            inserted=outcomes.count("inserted"),
            duplicates=outcomes.count("duplicate"),
            rejected=tuple(sorted(rejected, key=lambda note: note.index)),
            flagged=tuple(flagged),
        )


def judge(body: Mapping[str, Any], now: datetime) -> Event | tuple[str, str]:
    """Return the event, or the code and Chinese detail of why it cannot be kept.

    Parameters
    ----------
    body : mapping
        As reported.
    now : datetime
        Present moment with its zone.
    """
    try:
        event = Event.model_validate(dict(body) if isinstance(body, Mapping) else body)
    except ValidationError as error:
        problems = explain(error)
        return problems[0].code, summary(problems)
    except OverflowError:
        # The first and last hours of the calendar cannot be turned into UTC.
        return "invalid_value", "occurred_at：时间超出可表示的范围"
    return _against_declared(event) or _against_clock(event, now) or _against_json(event) or event


def _against_declared(event: Event) -> tuple[str, str] | None:
    funnel, course = load_funnel(), load_course_events()
    step = funnel.find(event.type) or course.find(event.type)
    if step is None:
        names = [*(entry.name for entry in funnel.types), *(entry.name for entry in course.types)]
        known = "、".join(names)
        return "unknown_event_type", f"type：没有“{event.type}”这种事件，可用：{known}"
    if isinstance(step, CourseEventType) and step.service is not None:
        return "event_not_reportable", f"type：“{step.title}”只由{step.service}的办理流程写入，不能直接上报"
    reason = event.attributes.get("reason")
    if step.needs_reason and not (isinstance(reason, str) and reason.strip()):
        return "reason_missing", f"attributes.reason：“{step.title}”要写明原因"
    wrong = course.problem(event.type, event.attributes)
    if wrong is not None:
        return "invalid_attribute", f"attributes.{wrong[0]}：{wrong[1]}"
    return None


def _against_clock(event: Event, now: datetime) -> tuple[str, str] | None:
    if event.occurred_at > now + CLOCK_TOLERANCE:
        return "occurred_in_future", "occurred_at：时间在未来5分钟以后，请检查上报系统的时钟"
    return None


def _against_json(event: Event) -> tuple[str, str] | None:
    try:
        body_hash(canonical_json(event))
    except (ValueError, TypeError, RecursionError):
        return "invalid_value", "attributes：含有 JSON 不能表示的内容（NaN、残缺字符或嵌套太深）"
    return None
