"""A large, plainly synthetic log: what it costs to take in, to view and to learn from, and exact replays.

``python -m tests.benchmarks.log_at_scale [--events 1000000] [--json]`` writes lists and events through the
real store and event log, in an empty database in a temporary folder (or ``--url``, whose tables are created),
and measures each step on its own: seconds, rows a second, and the process's largest memory so far.
"""

import argparse
import hashlib
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from recommender.domain.served_list import ServedItem, ServedList
from recommender.feedback.event_log import EventLog
from recommender.feedback.labelled_lines import labelled_lines
from recommender.feedback.partner_outcomes import pair_outcomes, track_record
from recommender.feedback.served_rounds import served_rounds
from recommender.feedback.views import funnel_counts
from recommender.learning.examination import Examination
from recommender.learning.outcome_delay import OutcomeDelay
from recommender.store import Store, schema
from recommender.store.engine import make_engine
from tests.synthetic_records import MARK, enterprise, solution, uscc

START = datetime(2025, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=400)
LINES = 10
FIRMS, PRODUCTS = 500, 300
_FEATURES = [f"f{number}" for number in range(8)]
_BATCH, _LISTS_BATCH = 1_000, 1_000


def lists(number: int, seed: int = 1) -> Iterator[ServedList]:
    """Yield lists of ten products each, served evenly over a year."""
    draw = np.random.default_rng(seed)
    for index in range(number):
        shown = draw.choice(PRODUCTS, LINES, replace=False)
        values = draw.random((LINES, len(_FEATURES))).round(4)
        items = tuple(
            ServedItem(
                rank=rank + 1,
                object_id=f"SYN-S{shown[rank]:05d}",
                score=float(values[rank].mean()),
                propensity=1.0,
                features=dict(zip(_FEATURES, values[rank].tolist(), strict=True)),
                applies=tuple(_FEATURES[:6]),
            )
            for rank in range(LINES)
        )
        yield ServedList(
            recommendation_id=f"syn-{index:07d}",
            served_at=START + timedelta(days=365 * index / number),
            target="solution",
            subject=uscc(index % FIRMS),
            model_version="synthetic",
            policy_version="synthetic",
            index_version="synthetic",
            request=json.dumps({"enterprise": uscc(index % FIRMS), "k": LINES}),
            response=json.dumps({"items": [item.object_id for item in items], **MARK}, ensure_ascii=False),
            items=items,
        )


def events(number: int, of_lists: int, seed: int = 2) -> Iterator[dict[str, Any]]:
    """Yield events on those lists in random order: views above all, outcomes after an exponential time."""
    shown = [[item.object_id for item in one.items] for one in lists(of_lists)]
    draw = np.random.default_rng(seed)
    kinds = ["impression", "view", "shortlist", "dismiss", "contact", "contract"]
    mean_days = np.array([0.01, 0.005, 3.0, 3.0, 15.0, 60.0])
    kind = draw.choice(len(kinds), number, p=[0.62, 0.2, 0.07, 0.05, 0.05, 0.01])
    which, line = draw.integers(0, of_lists, number), draw.integers(0, LINES, number)
    days = draw.exponential(mean_days[kind])
    for index in range(number):
        served = START + timedelta(days=365 * int(which[index]) / of_lists)
        subject = uscc(int(which[index]) % FIRMS)
        moment = min(served + timedelta(days=float(days[index])), NOW)
        yield {
            "event_id": f"syn-{index:07d}",
            "type": kinds[kind[index]],
            "recommendation_id": f"syn-{which[index]:07d}",
            "subject": subject,
            "object": shown[which[index]][line[index]],
            "actor": subject,
            "occurred_at": moment.isoformat(),
            "attributes": {"reason": "合成样本"} if kinds[kind[index]] == "dismiss" else {},
        }


def write_lists(store: Store, number: int) -> int:
    """Save the records and lists, a thousand lists a transaction."""
    with store.begin() as work:
        work.enterprises.put_many([enterprise(index) for index in range(FIRMS)])
        work.solutions.put_many([solution(index) for index in range(PRODUCTS)])
    for batch in _batches(lists(number), _LISTS_BATCH):
        with store.begin() as work:
            for one in batch:
                work.served_lists.save(one)
    return number


def write_events(store: Store, number: int, of_lists: int) -> int:
    """Append the events as a reporter would; every one must be new."""
    log, inserted = EventLog(store), 0
    for batch in _batches(events(number, of_lists), _BATCH):
        inserted += log.append(batch).inserted
    if inserted != number:
        raise RuntimeError(f"{inserted} of {number} events were inserted")
    return inserted


def replay(store: Store, number: int) -> int:
    """Read every list back and compare request, response and lines with what was answered."""
    answered, replayed = hashlib.sha256(), hashlib.sha256()
    for one in lists(number):
        answered.update(one.model_dump_json().encode())
    with store.read() as work:
        for one in work.served_lists.iterate("solution"):
            replayed.update(one.model_dump_json().encode())
    if answered.digest() != replayed.digest():
        raise RuntimeError("a replay differs from what was answered")
    return number


def _batches(values: Iterator[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for value in values:
        batch.append(value)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _viewed(store: Store, view: Callable[[Any], Any]) -> Callable[[], int]:
    def run() -> int:
        with store.read() as work:
            return len(view(work))

    return run


def measured(store: Store, number: int, of_lists: int) -> list[dict[str, Any]]:
    """Run all steps and say what each took."""
    kept: dict[str, Any] = {}

    def label() -> int:
        with store.read() as work:
            kept["lines"] = labelled_lines(work, "solution", "contract", NOW)
        return len(kept["lines"])

    def learn() -> int:
        OutcomeDelay().fit(kept["lines"])
        Examination().fit(kept["lines"])
        return len(kept["lines"])

    steps: dict[str, Callable[[], int]] = {
        "lists written": lambda: write_lists(store, of_lists),
        "events ingested": lambda: write_events(store, number, of_lists),
        "labelled lines": label,
        "delay and examination fitted": learn,
        "logged bandit": _viewed(store, lambda work: served_rounds(work, "solution", "contract", NOW).frame),
        "funnel counted": _viewed(store, funnel_counts),
        "exposure counted": _viewed(store, lambda work: list(work.served_lists.places(START, NOW))),
        "track records": _viewed(store, lambda work: [track_record(work)]),
        "lists replayed exactly": lambda: replay(store, of_lists),
        "pair outcomes": _viewed(store, lambda work: pair_outcomes(work, NOW)),
    }
    rows = []
    for name, step in steps.items():
        start = time.perf_counter()
        done = step()
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows.append({"step": name, "rows": done, "seconds": round(seconds, 2), "peak_mib": round(peak)})
        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def main() -> None:
    """Measure and print a table, or one JSON document."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.log_at_scale", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--url", help="an empty database of its own; a temporary SQLite file without it")
    parser.add_argument("--json", action="store_true")
    found = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = found.url or f"sqlite:///{Path(folder) / 'log.db'}"
        engine = make_engine(url)
        schema.upgrade(engine)
        engine.dispose()
        store = Store(url, clock=lambda: NOW)
        try:
            rows = measured(store, found.events, max(1, found.events // LINES))
        finally:
            store.dispose()
    if found.json:
        print(json.dumps({"synthetic": True, "steps": rows}, ensure_ascii=False))
        return
    for row in rows:
        speed = row["rows"] / max(row["seconds"], 1e-3)
        print(f"{row['step']:<30}{row['rows']:>10}{row['seconds']:>9.2f} s{speed:>12.0f}/s", end="")
        print(f"{row['peak_mib']:>7} MiB")


if __name__ == "__main__":
    main()
