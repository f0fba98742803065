"""How long it takes to plan a matching event and to report exposure; problems and logs are simulated.

``python -m tests.benchmarks.meeting_speed``
"""

import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

from recommender.installation import initialise, open_installation
from recommender.meeting.timetabling import could_be_added, timetable
from recommender.settings import Settings
from tests.unit.exposure.simulated import looks
from tests.unit.meeting.gatherings import random_problem

#: (enterprises, tables, slots, share that comes late or leaves early, largest share of one table).
SIZES = (
    (300, 30, 12, 0.0, None),
    (300, 30, 12, 0.0, 0.034),
    (300, 30, 12, 0.3, None),
    (1000, 60, 20, 0.0, None),
    (1000, 60, 20, 0.3, None),
)


def presence(enterprises: int, slots: int, partly: float, seed: int) -> np.ndarray:
    """A part of the enterprises misses the first third or the second half."""
    rng = np.random.default_rng(seed)
    opened = np.ones((enterprises, slots), bool)
    for row in np.flatnonzero(rng.random(enterprises) < partly).tolist():
        if rng.random() < 0.5:
            opened[row, : slots // 3] = False
        else:
            opened[row, slots // 2 :] = False
    return opened


def plan_all() -> None:
    """Plan every size once and print a line for each."""
    print("enterprises tables slots late share | seconds meetings blocks proven idle")
    for enterprises, tables, slots, partly, share in SIZES:
        rng = np.random.default_rng(1)
        shape = (enterprises, tables)
        problem = random_problem(
            1,
            enterprises=enterprises,
            tables=tables,
            slots=slots,
            interest=(rng.random(shape) < 0.02).astype(int) + (rng.random(shape) < 0.02),
            enterprise_open=presence(enterprises, slots, partly, 2),
            table_open=np.ones((tables, slots), bool),
            most=np.full(enterprises, 3),
            max_share=share,
        )
        started = time.perf_counter()
        made = timetable(problem)
        seconds = time.perf_counter() - started
        idle = int(could_be_added(problem, made.placed).sum())
        print(
            f"{enterprises:>11} {tables:>6} {slots:>5} {partly:>4} {share!s:>5} | {seconds:7.2f} "
            f"{len(made.placed):>8} {made.solved.blocks:>6} {made.solved.optimal!s:>6} {idle:>4}"
        )


def report_exposure(impressions_each: int = 280) -> None:
    """Report some 100,000 simulated impressions of the synthetic sample."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home", encoder="hashing")
        initialise(settings)
        here = open_installation(settings)
        with here.store.begin() as work:
            firms = [stored.record.uscc for stored in work.enterprises.iterate()]
            units = [stored.record.id for stored in work.lead_units.iterate()]
            events = looks(
                "impression", firms, {u: 1.0 + n for n, u in enumerate(units)}, each=impressions_each
            )
            work.events.append(events)
        started = time.perf_counter()
        report = here.exposure.report(date(2026, 1, 1), date(2026, 12, 31))
        seconds = time.perf_counter() - started
        parts = sum(len(market.slices) for market in report.markets)
        print(f"exposure: {len(events)} impressions, {parts} slices, 12 months: {seconds:.2f} s")
        here.close()


if __name__ == "__main__":
    plan_all()
    report_exposure()
