"""The Open Bandit Dataset, small version: the relative value of Bernoulli TS over random, as published.

    pip download obp==0.4.1 --no-deps && unzip obp-0.4.1-py3-none-any.whl -d obp-0.4.1
    python -m tests.benchmarks.open_bandit obp-0.4.1/obp

The quick start of obp prints 1.198126 for inverse propensity weighting, all-items campaign. The target policy
is Thompson sampling with the priors that the shop went live with (``policy/conf/prior_bts.yaml``), whose
choice probabilities are the shares of 100,000 seeded draws. Nothing of the data is kept here.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from recommender.off_policy import LoggedRounds, TargetPolicy, evaluate_policy

PUBLISHED = 1.198126
_DRAWS, _SEED = 100_000, 12345


def thompson_policy(alpha: np.ndarray, beta: np.ndarray, positions: int) -> np.ndarray:
    """Shares (positions, items) of seeded draws in which each item came first, second, …

    ``RandomState`` and the order of its draws are those of obp, so that the shares are equal to the digit.
    """
    draws = np.random.RandomState(_SEED).beta(alpha, beta, size=(_DRAWS, len(alpha)))
    best = np.argsort(-draws, axis=1)[:, :positions]
    return (
        np.stack([np.bincount(best[:, place], minlength=len(alpha)) for place in range(positions)]) / _DRAWS
    )


def main() -> None:
    """Print the relative values of all campaigns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the unpacked obp package")
    folder = parser.parse_args().folder
    priors = yaml.safe_load((folder / "policy/conf/prior_bts.yaml").read_text())
    for campaign in ("all", "men", "women"):
        data = {
            policy: pd.read_csv(folder / f"dataset/obd/{policy}/{campaign}/{campaign}.csv", index_col=0)
            for policy in ("random", "bts")
        }
        log = data["random"].sort_values("timestamp", kind="stable").reset_index(drop=True)
        share = thompson_policy(*(np.asarray(priors[campaign][name]) for name in ("alpha", "beta")), 3)
        position, item = np.indices(share.shape)
        target = pd.DataFrame(
            {"item_id": item.ravel(), "position": position.ravel() + 1, "probability": share.ravel()}
        )
        rounds = LoggedRounds.from_frame(log)
        report = evaluate_policy(rounds, TargetPolicy.from_frame(target, rounds))
        logged = report.logged.value or float("nan")
        print(
            f"\n{campaign}: {report.rounds} rounds of random, {report.outcomes:g} clicks, effective "
            f"{report.ess:.0f}, never logged {report.overlap.unlogged_share:.1%}"
        )
        for name, figure in report.estimates.items():
            low, high = figure.ci95
            print(
                f"  {name:10s} {figure.value:.6f} [{low:.6f}, {high:.6f}]"
                f"  relative {figure.value / logged:.6f}"
            )
        print(f"  bts live   {data['bts']['click'].mean():.6f}  ({data['bts']['click'].sum()} clicks)")
        print(f"  verdict    {report.verdict}")
        if campaign == "all":
            relative = (report.estimates["ips"].value or 0.0) / logged
            agrees = "equal" if abs(relative - PUBLISHED) < 1e-6 else "NOT equal"
            print(f"  published  {PUBLISHED} to six digits: {agrees}")


if __name__ == "__main__":
    main()
