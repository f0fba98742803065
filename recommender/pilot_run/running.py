"""The run from an empty installation to the closing day."""

from collections.abc import Callable
from datetime import date
from time import perf_counter

from recommender.diagnosis.value import Value
from recommender.errors import Conflict
from recommender.installation import initialise, open_installation
from recommender.pilot_run.agenda import Agenda, SimulatedClock
from recommender.pilot_run.behaviour import load_behaviour
from recommender.pilot_run.city_work import run_city
from recommender.pilot_run.desk import Desk
from recommender.pilot_run.enterprise_course import bring_in
from recommender.pilot_run.pool_opening import fill_pool
from recommender.pilot_run.unit_selection import select_units
from recommender.settings import Settings

#: Told the simulated day, and how much of the time is over (0–1).
Told = Callable[[date, float], None]
_REFRESH_DAYS = 30


class NotEmpty(Conflict):
    """The installation holds records; a run begins with none."""

    code = "installation_not_empty"
    title = "安装目录里已有资料"


class PilotRun(Value):
    """What a run came to.

    Attributes
    ----------
    refused : dict
        What the services refused, by code.
    seconds : float
        Time that it took.
    """

    seed: int
    enterprises: int
    first_day: date
    last_day: date
    events: int
    lists: int
    refused: dict[str, int]
    seconds: float


def run_pilot(
    settings: Settings, *, enterprises: int = 360, seed: int = 202_611, told: Told | None = None
) -> PilotRun:
    """Run the whole pilot in an empty installation.

    Parameters
    ----------
    settings : Settings
        Of a home without records; database, encoder and index are made there.
    seed : int
        The same seed gives the same figures.

    Raises
    ------
    NotEmpty
    """
    started, behaviour = perf_counter(), load_behaviour()
    clock = SimulatedClock(behaviour.starts_on)
    initialise(settings, with_sample=False)
    here = open_installation(settings, clock=clock)
    try:
        with here.store.read() as work:
            if work.enterprises.count() or work.solutions.count() or work.events.last_sequence():
                raise NotEmpty(f"{settings.home} 已有资料，演练要在空的安装目录里进行")
        desk = Desk(here, Agenda(clock), behaviour, seed)
        days = (behaviour.closes_on - behaviour.starts_on).days
        refreshed = behaviour.starts_on

        def each(day: date) -> None:
            nonlocal refreshed
            # The index follows now and then; changes of records count at once all the same.
            if (day - refreshed).days >= _REFRESH_DAYS:
                here.keeper.refresh()
                refreshed = day
            if told is not None:
                told(day, min(1.0, (day - behaviour.starts_on).days / days))

        fill_pool(desk)
        select_units(desk)
        bring_in(desk, enterprises)
        run_city(desk)
        desk.agenda.run(behaviour.closes_on, each)
        here.keeper.refresh()
        with here.store.read() as work:
            events, lists = work.events.last_sequence(), work.served_lists.count()
    finally:
        here.close()
    return PilotRun(
        seed=seed,
        enterprises=enterprises,
        first_day=behaviour.starts_on,
        last_day=behaviour.closes_on,
        events=events,
        lists=lists,
        refused=dict(desk.refused),
        seconds=round(perf_counter() - started, 1),
    )
