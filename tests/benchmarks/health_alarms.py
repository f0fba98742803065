"""How often the health report cries wolf over stable logs, and how often it sees what did change.

    python -m tests.benchmarks.health_alarms [--stable 300] [--drifted 100]

Simulated lines only (:mod:`tests.unit.health.simulated`): enterprises differ, and the lines of one are alike.
Each share is of whole reports, with its Wilson interval; "naive" is an uncorrected Kolmogorov–Smirnov test of
each line of the report at 5 %, lines taken for independent.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from recommender.health.calibration import calibration_lines, wilson
from recommender.health.drift import drift_lines, values_of
from recommender.health.limits import HealthLimits, load_limits
from recommender.health.report import Verdict
from recommender.health.slices import slices_of
from tests.unit.health.simulated import Drift, is_recent, lines

_TOLD = {Verdict.NOTICE, Verdict.ALARM}
_DRIFTS = {
    "mean + 0.05 (0.35 sd)": Drift(shift=0.05),
    "mean + 0.10 (0.7 sd)": Drift(shift=0.10),
    "mean + 0.15 (1 sd)": Drift(shift=0.15),
    "mean + 0.15, one district": Drift(shift=0.15, district="440113"),
    "10 % without value": Drift(unknown=0.10),
    "20 % without value": Drift(unknown=0.20),
    "40 % without value, one district": Drift(unknown=0.40, district="440113"),
}
_SIZES = {"120 enterprises, 600 lists": (120, 600), "400 enterprises, 2,400 lists": (400, 2_400)}
_FEATURES = ("text_match", "price", "score")


def main() -> None:
    """Run all scenes and print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stable", type=int, default=300)
    parser.add_argument("--drifted", type=int, default=100)
    chosen = parser.parse_args()
    limits = load_limits()
    for title, (firms, lists) in _SIZES.items():
        print(f"\n{title}")

        def log(seed: int, firms: int = firms, lists: int = lists, **changes: Any) -> pd.DataFrame:
            return lines(seed=seed, enterprises=firms, lists=lists, **changes)

        stable = [log(seed) for seed in range(chosen.stable)]
        told = [set(_drift(frame, limits)) for frame in stable]
        _print("stable: any drift notice or alarm", [bool(found & _TOLD) for found in told])
        _print("stable: any drift alarm", [Verdict.ALARM in found for found in told])
        _print("stable: naive test of any line", [_naive(frame) for frame in stable])
        for name, drift in _DRIFTS.items():
            found = [set(_drift(log(10_000 + s, drift=drift), limits)) for s in range(chosen.drifted)]
            _print(f"{name}: notice or alarm", [bool(one & _TOLD) for one in found])
            _print(f"{name}: alarm", [Verdict.ALARM in one for one in found])
        _calibration(log, chosen.stable, chosen.drifted, lists, limits)


def _drift(frame: pd.DataFrame, limits: HealthLimits) -> Iterator[Verdict]:
    for line in drift_lines(frame, is_recent(frame), limits):
        yield line.verdict


def _naive(frame: pd.DataFrame) -> bool:
    recent = is_recent(frame)
    for part in slices_of(frame):
        for feature in _FEATURES:
            values = values_of(frame, feature)
            samples = [values[part.rows & (recent == period)] for period in (False, True)]
            old, new = (sample[~np.isnan(sample)] for sample in samples)
            if len(old) and len(new) and stats.ks_2samp(old, new, method="asymp").pvalue < 0.05:
                return True
    return False


def _calibration(
    log: Callable[..., pd.DataFrame], stable: int, drifted: int, lists: int, limits: HealthLimits
) -> None:
    for promise, runs in ((0.0, stable), (0.05, drifted), (0.12, drifted)):
        flagged, held = [], []
        for seed in range(runs):
            # Twice the days: half of the lists are past their horizon.
            frame = log(seed, lists=lists * 2, days=236.0, promise=promise)
            found = calibration_lines(lambda _target, _step, frame=frame: frame, limits.calibration)
            told = [line for line in found if line.is_probability and line.target == "lead_unit"]
            flagged.append(any(line.verdict in _TOLD for line in told))
            low, high = told[0].gap.ci95
            # Predictions are cut at 1 and 0, never near them here.
            held.append(low <= promise <= high)
        _print(f"promises {promise:+.2f}: any calibration notice or alarm", flagged)
        _print(f"promises {promise:+.2f}: interval of the gap holds it", held)


def _print(name: str, happened: Sequence[bool]) -> None:
    count, runs = sum(happened), len(happened)
    low, high = wilson(count, runs)
    print(f"  {name:52s} {count / runs:.3f} [{low:.3f}, {high:.3f}]  n = {runs}", flush=True)


if __name__ == "__main__":
    main()
