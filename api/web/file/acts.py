"""What a viewer may do next in an enterprise's course."""

from collections.abc import Iterable
from typing import NamedTuple

from recommender.course.case_file import CaseFile
from recommender.course.stages import load_course
from recommender.course.standing import Standing
from recommender.domain.course_events import load_course_events
from recommender.domain.event import load_funnel
from recommender.domain.viewer import Role, Viewer

#: Told of a project while it is under way; they move nothing and are needed for what comes next.
_TOLD_BESIDE = ("link_transformed", "cost_recorded", "evidence_filed", "rating", "complaint")


class Act(NamedTuple):
    """Something that can be done now.

    Attributes
    ----------
    event : str
    title : str
        Chinese.
    project, partner : str, optional
        Of which project.
    moves : bool
        Whether it moves the course, or only puts something on record.
    back : bool
        Whether it sends back or ends.
    """

    event: str
    title: str
    project: str | None
    partner: str | None
    moves: bool
    back: bool


def acts_of(file: CaseFile, viewer: Viewer) -> tuple[Act, ...]:
    """Return what the viewer's role may do where the enterprise and its projects stand."""
    partners = viewer.role in {Role.LEAD_UNIT, Role.VENDOR}
    return tuple(
        act
        for standing in file.standings
        if not partners or standing.partner == viewer.subject
        for act in _at(standing, viewer)
    )


def _at(standing: Standing, viewer: Viewer) -> Iterable[Act]:
    role = viewer.role.value
    course = load_course()
    for move in course.moves:
        of_project = course.per_project(move.event)
        begins = move.event == "contract" and standing.state == "listed"
        fits = standing.state in (*move.source, *move.keeps) and of_project == (standing.project is not None)
        if role in move.roles and (fits or begins):
            yield Act(move.event, move.title, standing.project, standing.partner, moves=True, back=move.back)
    if standing.project is None or standing.state in {"withdrawn"}:
        return
    for name in _TOLD_BESIDE:
        kind = load_course_events().find(name)
        allowed = kind.roles if kind else ("enterprise",)
        if role in allowed:
            yield Act(name, title_of(name), standing.project, standing.partner, moves=False, back=False)


def title_of(event: str) -> str:
    """Return the Chinese name of a kind of event."""
    move = load_course().move(event)
    if move is not None:
        return move.title
    kind = load_course_events().find(event) or load_funnel().find(event)
    return kind.title if kind else event


def needs_reason(event: str) -> bool:
    """Whether a kind of event must say why."""
    kind = load_course_events().find(event) or load_funnel().find(event)
    return bool(kind and kind.needs_reason)
