"""Where a count will stand on its due day: at the present pace, and by what is under way.

References
----------
Gelman et al., Bayesian Data Analysis (3rd ed.), 2.6: the predictive distribution of a Poisson count whose
rate has a gamma posterior is negative binomial; 2.4 for the beta posterior of a share. Jeffreys priors.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np
from scipy.stats import nbinom

from recommender.course.project import Project
from recommender.diagnosis.value import Value
from recommender.learning.intervals import Figure, missing
from recommender.outcomes.targets import Pace

_DRAWS = 4_000
_SEED = 20_261_125
_BOUNDS = (2.5, 97.5)


class Forecast(Value):
    """A forecast for the due day.

    Attributes
    ----------
    total : Figure
        Count on the due day with its 95 % predictive interval; no value where too little is known.
    chance : float, optional
        Probability that the goal is reached.
    seen : int
        Events or past entries that it rests on.
    text : str
        What was assumed, or why nothing is said, in Chinese.
    """

    total: Figure
    chance: float | None
    seen: int
    text: str


def at_pace(days: Sequence[date], goal: int, today: date, due_on: date, begun: date, pace: Pace) -> Forecast:
    """Forecast a count as if new ones kept coming at the rate of the last days.

    Parameters
    ----------
    days : sequence of date
        On which each of those counted so far came.
    begun : date
        First day known of: a pilot younger than the window is not taken for a slow one.
    """
    window = max(1, min(pace.window_days, (today - begun).days + 1))
    recent = sum(today - timedelta(days=window) < day <= today for day in days)
    if recent < pace.least_events:
        text = f"近{window}天只新增{recent}，少于{pace.least_events}，数据太少，不作预测"
        return Forecast(total=missing(text), chance=None, seen=recent, text=text)
    ahead = (due_on - today).days
    shape, odds = recent + 0.5, window / (window + ahead)
    now = len(days)
    low, high = (float(nbinom.ppf(at, shape, odds)) if ahead else 0.0 for at in (0.025, 0.975))
    chance = float(nbinom.sf(goal - now - 1, shape, odds)) if ahead else float(now >= goal)
    text = f"按近{window}天新增{recent}的速度推到{due_on}（还有{ahead}天）；假定速度不变"
    total = Figure(value=now + shape * ahead / window, ci95=(now + low, now + high))
    return Forecast(total=total, chance=chance, seen=recent, text=text)


def by_pipeline(
    rows: Iterable[Project], done: frozenset[str], goal: int, today: date, due_on: date, least: int
) -> Forecast:
    """Forecast enterprises by the projects under way, each with the share that its state led to acceptance.

    Parameters
    ----------
    done : frozenset of str
        Enterprises that count already.
    least : int
        Past entries into a state that it takes.

    Notes
    -----
    A past entry is one at least as long ago as the due day lies ahead; it ended well when acceptance came
    within that time. That a project has waited in its state already is not reckoned with, and no project that
    begins later is: both make the forecast cautious.
    """
    rows = list(rows)
    ahead = (due_on - today).days
    past = _outcomes(rows, today, ahead)
    waiting = _waiting(rows, done)
    known = {state: number for state, number in waiting.items() if len(past[state]) >= least}
    seen = sum(len(past[state]) for state in known)
    unknown = sum(waiting.values()) - sum(known.values())
    if not known:
        text = f"在办{sum(waiting.values())}家；各状态{ahead}天前的历史不足{least}个，数据太少，不作预测"
        return Forecast(total=missing(text), chance=None, seen=seen, text=text)
    draws = np.full(_DRAWS, len(done), dtype=np.int64)
    expected = float(len(done))
    generator = np.random.default_rng(_SEED)
    for state, number in sorted(known.items()):
        well, all_ = sum(past[state]), len(past[state])
        shares = generator.beta(well + 0.5, all_ - well + 0.5, size=_DRAWS)
        draws += generator.binomial(number, shares)
        expected += number * (well + 0.5) / (all_ + 1)
    low, high = np.percentile(draws, _BOUNDS)
    text = f"在办{sum(waiting.values())}家，按同一状态的项目过去在{ahead}天内验收通过的比例推算，不含今后新签"
    if unknown:
        text += f"；其中{unknown}家所在状态历史太少，按不通过计"
    return Forecast(
        total=Figure(value=expected, ci95=(float(low), float(high))),
        chance=float(np.mean(draws >= goal)),
        seen=seen,
        text=text,
    )


def _outcomes(rows: Iterable[Project], today: date, ahead: int) -> dict[str, list[bool]]:
    """Return for each state how its past entries went within the time ahead."""
    found: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        for place, step in enumerate(row.steps):
            if (today - step.on).days < ahead:
                continue
            until = step.on + timedelta(days=ahead)
            later = row.steps[place + 1 :]
            found[step.state].append(any(one.state == "accepted" and one.on <= until for one in later))
    return found


def _waiting(rows: Iterable[Project], done: frozenset[str]) -> Counter[str]:
    """Return how many enterprises wait in each state, each with the project that has come furthest."""
    furthest: dict[str, Project] = {}
    for row in rows:
        if row.enterprise not in done and not row.closed:
            earlier = furthest.get(row.enterprise)
            if earlier is None or len(row.steps) > len(earlier.steps):
                furthest[row.enterprise] = row
    return Counter(row.state for row in furthest.values())
