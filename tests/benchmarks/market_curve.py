"""Fair lists against the published market and by size: ``python -m tests.benchmarks.market_curve [--write]``.

First the 30 × 20 market of Tomita and Yokoyama (2024), without and with capacities: matches, envies,
seconds. Then square markets of the same kind up to 1,000 × 1,000. ``--write`` keeps the figures for
docs/figures/market_curve.py. Set OMP_NUM_THREADS=1 to measure one core.
"""

import argparse
import json
import os
import platform
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from recommender.market import METHODS, Limits, Market, Outcome, outcome_of, synthetic_market
from recommender.market.capacity import served_by_coins
from recommender.market.nash import NashGains, gap

DATA = Path(__file__).parents[2] / "docs" / "figures" / "data" / "market_curve.json"
SEEDS = {10: 5, 30: 5, 100: 3, 300: 1, 1000: 1}
LARGEST = {"iterated_lp": 300, "social_welfare": 300, "envy_free": 300}
CAPACITIES: dict[str, tuple[float, float]] = {
    "no capacities": (np.inf, np.inf),
    "one match each on the right": (np.inf, 1),
    "two each on the right": (np.inf, 2),
    "one match each on both sides": (1, 1),
    "one on the left, two on the right": (1, 2),
    "three each on both sides": (3, 3),
}


def measured(name: str, market: Market) -> dict[str, Any]:
    """Rank once and say what came of it."""
    started, worked = time.perf_counter(), time.process_time()
    lists = METHODS[name].rank(market)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - worked
    outcome = outcome_of(market, lists)
    gains = NashGains.at(market, lists)
    return {
        "method": name,
        "matches": round(outcome.matches, 4),
        "left_envies": outcome.left_envies,
        "right_envies": outcome.right_envies,
        "worst_envy": outcome.worst_envy,
        "seconds": round(seconds, 4),
        "cpu_seconds": round(cpu_seconds, 4),
        "nash_gap": max(
            gap(market.left_lists, gains.left, lists.left), gap(market.right_lists, gains.right, lists.right)
        ),
        "with_coins": round(by_coins(market, lists.left * lists.right.T * market.mutual, outcome), 4),
    }


def by_coins(market: Market, met: np.ndarray, outcome: Outcome) -> float:
    """Expected matches with the exact distribution where one side alone has capacities, else as reported."""
    if np.isinf(market.left.capacity).all():
        return float(served_by_coins(met, market.right.capacity).sum())
    return outcome.matches


def published() -> list[dict[str, Any]]:
    """The 30 × 20 market with every method."""
    rows = []
    for title, (left, right) in CAPACITIES.items():
        market = synthetic_market(left_limits=Limits(capacity=left), right_limits=Limits(capacity=right))
        print(f"\n30 × 20, {title}")
        print("method          matches  (exact)  envies left, right   worst   seconds  of CPU")
        for name in METHODS:
            METHODS[name].rank(market)  # the first call loads libraries
            row = measured(name, market)
            rows.append({"capacities": title, **row})
            print(
                f"{name:15} {row['matches']:7.2f}  {row['with_coins']:7.2f} {row['left_envies']:10} "
                f"{row['right_envies']:6} {row['worst_envy']:9.1e} {row['seconds']:8.3f} "
                f"{row['cpu_seconds']:8.3f}"
            )
    return rows


def over_seeds(count: int = 40) -> list[dict[str, Any]]:
    """The 30 × 20 market drawn anew: mean expected matches with a 95 % interval, draws without envy."""
    rows = []
    print(f"\n30 × 20, {count} seeds\nmethod          matches (95 %)         without envy   worst")
    for name in ("product", "transferable", "nash", "envy_free"):
        runs = [measured(name, synthetic_market(seed=seed)) for seed in range(count)]
        matches = [run["matches"] for run in runs]
        half = 1.96 * statistics.stdev(matches) / count**0.5
        mean = statistics.mean(matches)
        row = {
            "method": name,
            "seeds": count,
            "matches": {"value": round(mean, 4), "ci95": [round(mean - half, 4), round(mean + half, 4)]},
            "without_envy": sum(run["left_envies"] + run["right_envies"] == 0 for run in runs),
            "worst_envy": max(run["worst_envy"] for run in runs),
        }
        rows.append(row)
        print(
            f"{name:15} {mean:7.2f} [{mean - half:.2f}, {mean + half:.2f}] {row['without_envy']:12} "
            f"{row['worst_envy']:9.1e}"
        )
    return rows


def curve(largest: int) -> list[dict[str, Any]]:
    """Square markets by size."""
    rows = []
    print("\n size method          seeds  matches/member  envies (mean)   worst  Nash gap   seconds  of CPU")
    for size, seeds in SEEDS.items():
        for name in METHODS:
            if size > min(largest, LARGEST.get(name, size)):
                continue
            runs = [measured(name, synthetic_market(size, size, seed=seed)) for seed in range(seeds)]
            row = {
                "size": size,
                "method": name,
                "seeds": seeds,
                "matches_per_member": statistics.mean(run["matches"] for run in runs) / size,
                "envies": statistics.mean(run["left_envies"] + run["right_envies"] for run in runs),
                "worst_envy": max(run["worst_envy"] for run in runs),
                "nash_gap": max(run["nash_gap"] for run in runs),
                "seconds": statistics.median(run["seconds"] for run in runs),
                "cpu_seconds": statistics.median(run["cpu_seconds"] for run in runs),
            }
            rows.append(row)
            print(
                f"{size:5} {name:15} {seeds:5} {row['matches_per_member']:15.4f} {row['envies']:14.1f} "
                f"{row['worst_envy']:8.1e} {row['nash_gap']:9.1e} {row['seconds']:9.3f} "
                f"{row['cpu_seconds']:8.3f}",
                flush=True,
            )
    return rows


def main() -> None:
    """Measure, print and, when asked to, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--largest", type=int, default=1000)
    parser.add_argument(
        "--note", default="", help="kept beside the figures, such as how busy the machine was"
    )
    wanted = parser.parse_args()
    content = {
        "machine": f"{os.cpu_count()} cores, {platform.machine()}",
        "threads": os.environ.get("OMP_NUM_THREADS", "all"),
        "note": wanted.note,
        "published_market": published(),
        "over_seeds": over_seeds(),
        "curve": curve(wanted.largest),
    }
    if wanted.write:
        DATA.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
