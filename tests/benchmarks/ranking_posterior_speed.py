"""Time and memory of learning from a million logged lines of 300 products by 100 vendors, synthetic.

Run: ``python -m tests.benchmarks.ranking_posterior_speed [LINES]``.
"""

import resource
import sys
import time

from recommender.learning.ranking_posterior import RankingPosterior
from recommender.ranking.priors import load_priors
from tests.unit.learning.outcome_frames import STEPS, simulated_frames


def main() -> None:
    """Draw the log, learn, print."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    priors = load_priors().solution
    truth = [prior.weight * (1.5 if number % 2 else 0.6) for number, prior in enumerate(priors.values())]
    firms = lines // 200
    frames = simulated_frames(
        priors, truth, firms=firms, lists=20, length=10, items=300, providers=100, effect=0.3, seed=1
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.perf_counter()
    fitted = RankingPosterior("solution", priors).fit(frames)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(frames[STEPS[0]]):,} lines of {firms:,} enterprises: {seconds:.1f} s")
    print(f"peak memory {peak:,.0f} MiB, of which the log {before:,.0f} MiB")
    print(f"{len(fitted.parameters_)} parameters, outcomes {fitted.learned_.outcomes}, {fitted.spread_}")
    print(f"model of {len(fitted.learned_.model_dump_json()) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
