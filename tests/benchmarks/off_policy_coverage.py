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
        held, below, above, widths, values = (defaultdict(list) for _ in range(5))
        clicks = []
        for run in range(chosen.runs):
            log = LoggedRounds.from_frame(scene.log(rounds, seed=chosen.seed * 100_000 + run))
            target = TargetPolicy.from_frame(scene.target_frame(), log)
            report = evaluate_policy(log, target, seed=run)
            clicks.append(report.outcomes)
            intervals = {key: figure.ci95 for key, figure in report.estimates.items()}
            intervals["ips anytime"] = report.estimates["ips"].anytime_ci95
            for key, (low, high) in intervals.items():
                held[key].append(low <= scene.truth <= high)
                below[key].append(scene.truth < low)
                above[key].append(scene.truth > high)
                widths[key].append(high - low)
            for key, figure in report.estimates.items():
                values[key].append(figure.value)
        print(f"\n{name}: {rounds} rounds, {np.mean(clicks):.0f} clicks on average, truth {scene.truth:.5f}")
        for key in held:
            count, total = sum(held[key]), len(held[key])
            low, high = stats.binomtest(count, total).proportion_ci(method="wilson")
            bias = f"bias {np.mean(values[key]) / scene.truth - 1:+.1%}" if key in values else ""
            print(
                f"  {key:12s} {count / total:.3f} [{low:.3f}, {high:.3f}]"
                f"  truth below {np.mean(below[key]):.3f}, above {np.mean(above[key]):.3f}"
                f"  width {np.mean(widths[key]):.5f} {bias}"
            )


if __name__ == "__main__":
    main()
