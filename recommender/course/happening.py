"""The timeline of the case file: what happened, in order, with what was reported late."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from recommender.course.belonging import Belonging, ProjectKey
from recommender.course.case_file import DiagnosisEntry, TimelineEntry
from recommender.course.naming import Names
from recommender.course.stages import Course
from recommender.domain.calendar import local_day
from recommender.domain.course_events import load_course_events, yuan
from recommender.domain.event import load_funnel
from recommender.domain.taxonomy import Scenario, load_taxonomy
from recommender.policy.estimate import yuan_text
from recommender.store.repositories.events import EventLine

#: Steps of the funnel that belong on the timeline; what was only looked at does not.
_STEPS = frozenset(
    {
        "contact",
        "meeting",
        "diagnosis",
        "contract",
        "implementing",
        "accepted",
        "rejected",
        "withdrawn",
        "rating",
        "subsidy",
    }
)
_DOCUMENTS = {"invoice": "发票", "payment": "付款"}


def timeline(
    uscc: str,
    stored_on: date,
    diagnoses: Iterable[DiagnosisEntry],
    told: Belonging,
    names: Names,
    course: Course,
) -> tuple[TimelineEntry, ...]:
    """Return what happened, oldest first: records before events of the same day."""
    placed: list[tuple[tuple[date, int, int], TimelineEntry]] = [
        ((stored_on, 0, 0), _record(stored_on, "archive", "建立企业档案", None, course.stages[0].code))
    ]
    for number, one in enumerate(diagnoses, start=1):
        level = one.level_name or "无法计分"
        text = f"{one.method_name}，{level}" + (f"，{one.points}分" if one.points is not None else "")
        placed.append(
            ((one.on, 0, number), _record(one.on, "assessment", "数字化水平评测", text, "assessment"))
        )
    keyed: list[tuple[ProjectKey | None, EventLine]] = [(None, line) for line in (*told.own, *told.unclear)]
    keyed += [(key, line) for key, lines in told.projects.items() for line in lines]
    titles = _titles()
    for key, line in keyed:
        if line.type not in titles:
            continue
        move = course.move(line.type)
        on = local_day(line.occurred_at)
        entry = TimelineEntry(
            on=on,
            reported_on=local_day(line.recorded_at),
            kind=line.type,
            title=titles[line.type],
            text=_text(line),
            project=key.project if key else None,
            partner_name=names.partner(key.partner if key else _other(uscc, line)),
            stage=course.state(move.to).stage if move else None,
        )
        placed.append(((on, 1, line.sequence), entry))
    return tuple(entry for _, entry in sorted(placed, key=lambda pair: pair[0]))


def _titles() -> Mapping[str, str]:
    declared = {kind.name: kind.title for kind in load_course_events().types}
    return declared | {step.name: step.title for step in load_funnel().types if step.name in _STEPS}


def _record(on: date, kind: str, title: str, text: str | None, stage: str) -> TimelineEntry:
    return TimelineEntry(
        on=on,
        reported_on=on,
        kind=kind,
        title=title,
        text=text,
        project=None,
        partner_name=None,
        stage=stage,
    )


def _other(uscc: str, line: EventLine) -> str:
    return line.object if line.subject == uscc else line.subject


def _text(line: EventLine) -> str | None:
    """Say in a few words what the event tells beside its kind."""
    told = line.attributes
    parts = [
        _scenario(told),
        _DOCUMENTS.get(str(told.get("document"))),
        _amount(line),
        f"{line.value:g}分" if line.type == "rating" and line.value is not None else None,
        f"《{told['file']}》：{told['about']}" if line.type == "evidence_filed" else None,
        str(told["reason"]) if told.get("reason") else None,
    ]
    return "，".join(part for part in parts if part) or None


def _scenario(told: Mapping[str, Any]) -> str | None:
    scenario, level = told.get("scenario"), told.get("level")
    if not isinstance(scenario, str) or scenario not in set(Scenario):
        return None
    name = load_taxonomy().scenario_name(scenario)
    return f"{name}达到{level}级" if level is not None else name


def _amount(line: EventLine) -> str | None:
    amount = yuan(line.attributes.get("amount_yuan"))
    if amount is None and line.type in {"subsidy", "contract"}:
        amount = yuan(line.value)
    return None if amount is None else yuan_text(amount)
