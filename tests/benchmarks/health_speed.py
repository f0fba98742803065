"""Time and memory of the health report over a large simulated log.

    python -m tests.benchmarks.health_speed [--lines 1000000] [--enterprises 2000] [--folder DIR]

Nothing in the log is real; it is written to a database in a temporary folder.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import pandas as pd

from recommender.diagnosis.instrument import load_instrument
from recommender.encoder.null import NullEncoder
from recommender.health.service import HealthService
from recommender.index.keeper import SnapshotKeeper
from recommender.index.storage import SnapshotStorage
from recommender.store import Store, schema
from tests.synthetic_records import enterprise, lead_unit, solution
from tests.unit.health.simulated import AS_OF, lines, recast, write

_LENGTH = 10
#: Days of the log: both periods and the horizon before them.
_DAYS = 178.0


def main() -> None:
    """Write the log, then time the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--enterprises", type=int, default=2_000)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as folder:
        _run(Path(folder), chosen.lines, chosen.enterprises)


def _run(folder: Path, count: int, enterprises: int) -> None:
    store = Store(f"sqlite:///{folder / 'health.db'}", clock=lambda: AS_OF)
    schema.upgrade(store.engine)
    firms = [enterprise(number) for number in range(1, enterprises + 1)]
    with store.begin() as work:
        work.enterprises.put_many(firms)
        work.lead_units.put_many(lead_unit(number) for number in range(1, 21))
        work.solutions.put_many(solution(number) for number in range(1, 401))
    items = {
        "solution": [f"SYN-S{number:05d}" for number in range(1, 301)],
        "lead_unit": [f"SYN-L{number:03d}" for number in range(1, 16)],
    }
    started = time.perf_counter()
    written = []
    for number, (target, things) in enumerate(items.items()):
        lists = count // len(items) // _LENGTH
        frame = lines(seed=number, enterprises=enterprises, lists=lists, k=_LENGTH, days=_DAYS, target=target)
        frame["list_id"] = f"{target}-" + frame["list_id"]
        for extra in range(8):
            frame[f"item:feature_{extra}"] = frame["item:text_match"].to_numpy()[::-1]
        written.append(recast(frame, firms, things))
    write(store, pd.concat(written, ignore_index=True).sort_values("served_at"))
    with store.read() as work:
        events = work.events.last_sequence()
    print(f"{count:,} lines and {events:,} events written in {time.perf_counter() - started:.0f} s")
    del written
    keeper = SnapshotKeeper(store, NullEncoder(), load_instrument(), SnapshotStorage(folder / "snapshots"))
    keeper.refresh()
    before = _peak()
    started, worked = time.perf_counter(), time.process_time()
    report = HealthService(store, keeper, load_instrument()).report()
    took = time.perf_counter() - started
    worked = time.process_time() - worked
    print(f"report: {took:.1f} s, {worked:.1f} s of processor time, {len(report.drift)} drift lines")
    print(f"peak memory {before:.0f} MiB before (writing included), {_peak():.0f} MiB after")
    store.dispose()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
