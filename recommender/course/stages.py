"""Stages, states and moves of the course as data (``data/course/stages.json``)."""

from functools import cached_property, lru_cache
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from recommender.diagnosis.value import Value
from recommender.settings import data_dir

Role = Literal["enterprise", "lead_unit", "vendor", "district", "city"]
ROLE_NAMES: dict[Role, str] = {
    "enterprise": "企业",
    "lead_unit": "牵引单位",
    "vendor": "服务商",
    "district": "区工信部门",
    "city": "市工信部门",
}


class Stage(Value):
    """One stage as real platforms name it.

    Attributes
    ----------
    per : {"enterprise", "project"}
        Whether an enterprise stands in it once, or with each of its projects.
    file : tuple of str
        Needs that the case file must hold from this stage on.
    """

    code: str
    name: str
    per: Literal["enterprise", "project"]
    file: tuple[str, ...]


class State(Value):
    """Where an enterprise or a project stands within a stage.

    Attributes
    ----------
    stage : str, optional
        None for a state that is reached from several stages: it stays in the one where it was.
    waits_for : tuple of str
        Roles whose turn it is.
    limit_days : int, optional
        Calendar days of Guangzhou before it is overdue; day ``limit_days`` is still in time.
    until_due : bool
        The contract's own day counts instead, where it names one.
    closed : bool
        Nothing more is expected.
    next : str
        The next step in plain Chinese.
    """

    code: str
    stage: str | None
    name: str
    waits_for: tuple[Role, ...]
    limit_days: Annotated[int, Field(ge=0)] | None = None
    until_due: bool = False
    closed: bool = False
    next: str


class Move(Value):
    """A kind of event that moves the course.

    Attributes
    ----------
    source : tuple of str
        States in which it is in order.
    to : str
        State that it leads to.
    needs : tuple of str
        Codes of what must be there before.
    back : bool
        It may lead back; any other event that comes out of order never does.
    opens : bool
        It may begin a project.
    keeps : tuple of str
        States in which it is in order as well and changes nothing: an amended contract, a second payment.
    """

    event: str
    title: str
    source: Annotated[tuple[str, ...], Field(alias="from")]
    to: str
    roles: tuple[Role, ...]
    needs: tuple[str, ...]
    back: bool = False
    opens: bool = False
    keeps: tuple[str, ...] = ()


class Need(Value):
    """Something that must be there.

    Attributes
    ----------
    about : str, optional
        What an evidence file must say it is about, for needs that a file fulfils.
    level : int, optional
        The least level after the transformation, for the need that asks for one.
    """

    code: str
    title: str
    why: str
    about: str | None = None
    level: int | None = None


class Course(Value):
    """The whole declaration."""

    version: str
    title: str
    note: str
    stages: tuple[Stage, ...]
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    needs: tuple[Need, ...]

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        stages = {stage.code for stage in self.stages}
        states = {state.code for state in self.states}
        needs = {need.code for need in self.needs}
        for state in self.states:
            if state.stage is not None and state.stage not in stages:
                raise ValueError(f"state {state.code} names no stage: {state.stage}")
        for move in self.moves:
            if unknown := {*move.source, *move.keeps, move.to} - states:
                raise ValueError(f"move {move.event} names no state: {sorted(unknown)}")
            if unknown := set(move.needs) - needs:
                raise ValueError(f"move {move.event} needs what is not declared: {sorted(unknown)}")
        if unknown := {code for stage in self.stages for code in stage.file} - needs:
            raise ValueError(f"the file holds what is not declared: {sorted(unknown)}")
        return self

    @cached_property
    def _by_state(self) -> dict[str, State]:
        return {state.code: state for state in self.states}

    @cached_property
    def _by_event(self) -> dict[str, Move]:
        return {move.event: move for move in self.moves}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {stage.code: place for place, stage in enumerate(self.stages)}

    def state(self, code: str) -> State:
        """Return a declared state."""
        return self._by_state[code]

    def move(self, event: str) -> Move | None:
        """Return the move that a kind of event makes, None for one that moves nothing."""
        return self._by_event.get(event)

    def stage(self, code: str) -> Stage:
        """Return a declared stage."""
        return self.stages[self._places[code]]

    def place(self, stage: str) -> int:
        """Return the place of a stage in the course, from 0."""
        return self._places[stage]

    def need(self, code: str) -> Need:
        """Return a declared need."""
        return next(need for need in self.needs if need.code == code)

    def next_move(self, state: str) -> Move | None:
        """Return the move that leads on from a state, None where none is expected."""
        return next((m for m in self.moves if state in m.source and not m.back), None)

    def per_project(self, event: str) -> bool:
        """Whether a kind of event moves a project and not the enterprise."""
        move = self.move(event)
        if move is None:
            return False
        stage = self.state(move.to).stage
        return stage is None or self.stage(stage).per == "project"


@lru_cache(maxsize=1)
def load_course() -> Course:
    """Read the declaration once."""
    return Course.model_validate_json((data_dir() / "course" / "stages.json").read_text(encoding="utf-8"))
