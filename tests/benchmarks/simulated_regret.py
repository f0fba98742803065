"""Regret over rounds in simulated worlds, against simpler policies and Vowpal Wabbit (synthetic).

    python -m tests.benchmarks.simulated_regret [--seeds 20] [--rounds 2000] [--world KIND] [--write]

Needs ``vowpalwabbit``. Every policy meets the same worlds; intervals are Student's over the seeds. Two kinds
of worlds: one where the expert's weights are about right, one where they are far off. ``--write`` keeps the
figures for docs/figures/simulated_regret.py.
"""

import argparse
import json
import os
import platform
import time
from pathlib import Path
from typing import Any

from recommender.learning.intervals import Figure
from recommender.simulation import Chance, Comparison, Greedy, WorldSettings, compare, usual_policies
from recommender.simulation.comparison import Maker
from tests.benchmarks.vw_peer import OPTIONS, WAIT_DAYS, VowpalWabbit

DATA = Path(__file__).parents[2] / "docs" / "figures" / "data" / "simulated_regret.json"
#: Seeds from 1 are reported; the peer's settings were chosen on seeds from 1000.
WORLDS = {"expert about right": {"taste_sd": 0.08}, "expert far off": {"taste_sd": 0.2}}


def policies() -> dict[str, Maker]:
    """The product's learner and what it is compared with."""
    return {
        "chance": lambda world: Chance(),
        **usual_policies(),
        # Contacts come sooner and more often than contracts: the better signal for whoever learns only one.
        "greedy_contacts": lambda world: Greedy("contact", "not_yet_is_no"),
        "vowpalwabbit": lambda world: VowpalWabbit(seed=world.seed),
        "vowpalwabbit_contracts": lambda world: VowpalWabbit("contract", seed=world.seed),
    }


def show(title: str, report: Comparison) -> None:
    """Print a table."""
    print(f"\n{title}: {len(report.seeds)} worlds of {report.settings.lists} lists (synthetic)")
    print(f"best possible {figure(report.best)} expected contracts")
    print(f"{'policy':22} {'regret':22} {'last half':22} {'learner less this':24} contracts that came")
    for name, result in report.policies.items():
        apart = report.policies["learner"].against.get(name)
        figures = (result.regret, result.late_regret, apart, result.successes)
        print(f"{name:22} " + " ".join(f"{figure(one):23}" for one in figures), flush=True)


def figure(one: Figure | None) -> str:
    """Write a figure with its interval."""
    if one is None or one.value is None:
        return "-"
    low, high = one.ci95
    return f"{one.value:.1f}" + ("" if low is None or high is None else f" [{low:.1f}, {high:.1f}]")


def main() -> None:
    """Run both kinds of worlds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=2_000)
    parser.add_argument("--world", choices=tuple(WORLDS), help="only one kind; others that were kept stay")
    parser.add_argument("--write", action="store_true")
    parser.add_argument(
        "--note", default="", help="kept beside the figures, such as how busy the machine was"
    )
    chosen = parser.parse_args()
    document: dict[str, Any] = {
        "synthetic": True,
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "note": chosen.note,
        "peer": {"options": OPTIONS, "wait_days": WAIT_DAYS},
        "worlds": {},
    }
    if chosen.world and DATA.exists():
        document["worlds"] = json.loads(DATA.read_text(encoding="utf-8"))["worlds"]
    for title, changes in WORLDS.items():
        if chosen.world not in (None, title):
            continue
        started = time.process_time()
        settings = WorldSettings(lists=chosen.rounds, **changes)
        report = compare(settings, policies(), range(1, chosen.seeds + 1))
        show(title, report)
        told = report.model_dump(mode="json") | {"cpu_seconds": round(time.process_time() - started, 1)}
        document["worlds"][title] = told
        if chosen.write:
            DATA.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
