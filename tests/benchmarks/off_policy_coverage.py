"""How often the 95 % intervals of the off-policy estimates hold the truth, on synthetic logged bandits.

    python -m tests.benchmarks.off_policy_coverage [--runs 500]

The truth is known because the click rates are made up; nothing here speaks of real quality. Each line gives
the share of runs whose interval held it, how often it was missed on either side, and the mean width.
"""

import argparse
from collections import defaultdict

import numpy as np
from scipy import stats

from recommender.off_policy import LoggedRounds, TargetPolicy, evaluate_policy
from tests.unit.off_policy.simulated import bandit

#: Name, rounds, and the bandit: common clicks, the tens of clicks of the real logs, uneven logging.
SCENES = (
    ("common clicks", 2_000, bandit(items=8, rate=0.1, seed=11)),
    ("tens of clicks", 5_000, bandit(items=20, positions=3, rate=0.008, skew=5.0, seed=12)),
    ("uneven logging", 5_000, bandit(items=20, positions=3, rate=0.01, skew=0.5, seed=13)),
)


def main() -> None:
    """Run all scenes and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    for name, rounds, scene in SCENES:
        found: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
        clicks = []
        for run in range(chosen.runs):
            log = LoggedRounds.from_frame(scene.log(rounds, seed=chosen.seed * 100_000 + run))
            report = evaluate_policy(log, TargetPolicy.from_frame(scene.target_frame(), log), seed=run)
            clicks.append(report.outcomes)
            for key, figure in report.estimates.items():
                found[key].append((figure.value, *figure.ci95))
            found["ips anytime"].append(
                (report.estimates["ips"].value, *report.estimates["ips"].anytime_ci95)
            )
            for key, figure in report.lift.items():
                found[f"lift {key}"].append((figure.value, *figure.ci95))
        print(f"\n{name}: {rounds} rounds, {np.mean(clicks):.0f} clicks on average, truth {scene.truth:.5f}")
        for key, rows in found.items():
            print(f"  {key:12s} {_line(rows, scene.truth - scene.logged * key.startswith('lift'))}")


def _line(rows: list[tuple[float, float, float]], truth: float) -> str:
    value, low, high = np.array(rows).T
    held = (low <= truth) & (truth <= high)
    least, most = stats.binomtest(int(held.sum()), len(held)).proportion_ci(method="wilson")
    return (
        f"{held.mean():.3f} [{least:.3f}, {most:.3f}]  truth below {np.mean(truth < low):.3f}, above "
        f"{np.mean(truth > high):.3f}  width {np.mean(high - low):.5f}  bias {value.mean() - truth:+.5f}"
    )


if __name__ == "__main__":
    main()
