"""One walk through the course: events in the order in which they happened, states as they follow."""

from dataclasses import dataclass, field
from datetime import date

from recommender.course.stages import Course, Move, State
from recommender.domain.calendar import local_day
from recommender.store.repositories.events import EventLine


@dataclass(frozen=True, slots=True)
class Step:
    """A state that was entered.

    Attributes
    ----------
    event_id : str, optional
        None where a record led to it.
    """

    state: str
    on: date
    event_id: str | None = None


@dataclass(slots=True)
class Walk:
    """How far an enterprise or a project has come.

    Attributes
    ----------
    stage, state : str, optional
        None before the first event.
    since : date, optional
        Day of Guangzhou on which the state was entered.
    steps : list of Step
        Every state entered, in order.
    irregular : list of str
        What came out of order, in Chinese.
    """

    course: Course
    stage: str | None = None
    state: str | None = None
    since: date | None = None
    steps: list[Step] = field(default_factory=list)
    irregular: list[str] = field(default_factory=list)

    def enter(self, state: str, on: date, event_id: str | None = None) -> None:
        """Enter a state."""
        self.state, self.since = state, on
        self.stage = self.course.state(state).stage or self.stage
        self.steps.append(Step(state, on, event_id))

    def take(self, move: Move, line: EventLine) -> None:
        """Take an event.

        Notes
        -----
        What is reported out of order still happened. A step that leads on is taken and noted, and so is one
        that leads back by its nature; any other is noted and changes nothing.
        """
        on = local_day(line.occurred_at)
        if self.state in move.keeps:
            return
        if self.state in move.source or (self.state is None and move.opens):
            self.enter(move.to, on, line.event_id)
            return
        now = self.course.state(self.state) if self.state else None
        taken = self._leads_on(move) or (move.back and now is not None and not now.closed)
        stood = f"当时为“{now.name}”" if now else "之前没有签订合同的记录"
        told = "已按此推进" if taken else "阶段未变"
        self.irregular.append(f"{on} “{move.title}”不在应有的顺序：{stood}，{told}")
        if taken:
            self.enter(move.to, on, line.event_id)

    def _leads_on(self, move: Move) -> bool:
        if self.state is None:
            return True
        now = self.course.state(self.state)
        return not now.closed and self._place(self.course.state(move.to)) > self._place(now)

    def _place(self, state: State) -> tuple[int, int]:
        order = self.course.states.index(state)
        stage = state.stage or self.stage
        return (self.course.place(stage) if stage else -1, order)


@dataclass(frozen=True, slots=True)
class Wait:
    """How long something stands where it stands.

    Attributes
    ----------
    days : int
        Calendar days of Guangzhou, 0 on the day of entry.
    due_on : date, optional
        Last day in time; None where nothing is expected or no limit is set.
    overdue_days : int
        Days past it, 0 while in time.
    """

    days: int
    due_on: date | None
    overdue_days: int


def wait_of(state: State, since: date, today: date, contract_due: date | None = None) -> Wait:
    """Return how long a state has stood on a day, and by how much it is overdue."""
    last: date | None = None
    if not state.closed:
        if state.until_due and contract_due is not None:
            last = contract_due
        elif state.limit_days is not None:
            last = date.fromordinal(since.toordinal() + state.limit_days)
    over = 0 if last is None else max(0, (today - last).days)
    return Wait((today - since).days, last, over)
