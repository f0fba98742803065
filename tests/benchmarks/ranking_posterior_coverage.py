"""Whether the 95 % intervals of learned scores hold the truth, over many small simulated logs.

Truths are drawn from the prior: pooled weights, those of three sub-industries, effects of 30 products and 10
vendors. Logs are short (60 enterprises, two lists each by default), with outcomes that may still come and
lines that were not looked at; scales and dispersion are estimated as in training.

Run: ``python -m tests.benchmarks.ranking_posterior_coverage [RUNS [FIRMS]]``.
"""

import sys
from collections import defaultdict

import numpy as np
from scipy.stats import binomtest

from recommender.learning.posterior_scales import load_posterior_scales
from recommender.learning.ranking_posterior import RankingPosterior
from recommender.ranking.learned_score import LearnedScorer, Line
from recommender.ranking.priors import load_priors
from tests.unit.learning.outcome_frames import SUBS, simulated_frames

ITEMS, PROVIDERS, PROBES = 30, 10, 20


def main() -> None:
    """Count how often the truth lies within."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    firms = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    priors, scales = load_priors().solution, load_posterior_scales()
    expert = np.asarray([prior.weight for prior in priors.values()])
    names = list(priors)
    held: dict[str, list[float]] = defaultdict(list)
    widths = []
    for run in range(runs):
        draw = np.random.default_rng(run)
        own = expert * (1 + scales.slope.doubt * draw.normal())
        pooled = np.maximum(own + draw.normal(0, scales.weights * expert.mean(), len(own)), 0.0)
        truths = {
            sub: np.maximum(pooled + draw.normal(0, scales.sub_industries * expert.mean(), len(own)), 0.0)
            for sub in SUBS
        }
        effects = draw.normal(0, scales.effects.solution.items, ITEMS)
        effects += draw.normal(0, scales.effects.solution.providers, PROVIDERS)[np.arange(ITEMS) % PROVIDERS]
        intercepts = [scales.intercepts[step].mean for step in scales.ladder]
        frames = simulated_frames(
            priors,
            {sub: truth.tolist() for sub, truth in truths.items()},
            firms=firms,
            lists=2,
            items=ITEMS,
            providers=PROVIDERS,
            seed=run,
            intercepts=intercepts,
            effect=effects,
            undecided=0.3,
            unseen=True,
        )
        scorer = LearnedScorer(
            "solution", priors, RankingPosterior("solution", priors, scales).fit(frames).learned_
        )
        for _ in range(PROBES):
            values, item, sub = draw.uniform(size=len(own)), int(draw.integers(ITEMS)), SUBS[draw.integers(3)]
            truth = truths[sub]
            if truth.sum() <= 0:
                continue
            line = Line(
                dict(zip(names, values.tolist(), strict=True)),
                frozenset(names),
                sub,
                f"S{item:04d}",
                f"V{item % PROVIDERS:03d}",
            )
            shift = effects[item] * expert.sum() / (scales.slope.mean * truth.sum())
            score, deviation = scorer.score(line).score, scorer.deviation(line)
            true = float(np.clip(truth @ values / truth.sum() + shift, 0.0, 1.0))
            held["score, shifts included"].append(abs(true - score) <= 1.96 * deviation)
            steep = "below" if truth.sum() < 0.4 * expert.sum() else "above"
            held[f"the same, true slope {steep} .4 of the expert's"].append(
                held["score, shifts included"][-1]
            )
            widths.append(3.92 * deviation)
            plain = Line(line.features, line.applicable, sub)
            base = truth @ values / truth.sum()
            # Of a product never seen the record is the doubt: its true shift is drawn anew.
            unseen = draw.normal(
                0, np.hypot(scales.effects.solution.items, scales.effects.solution.providers)
            )
            base += unseen * expert.sum() / (scales.slope.mean * truth.sum())
            held["score of a product never seen"].append(
                abs(float(np.clip(base, 0, 1)) - scorer.score(plain).score) <= 1.96 * scorer.deviation(plain)
            )
    print(f"{runs} runs, {firms} enterprises each; intervals of the shares as if probes were independent")
    for name, own in held.items():
        by_run = np.asarray(own, float)
        interval = binomtest(int(by_run.sum()), len(by_run)).proportion_ci(method="wilson")
        print(f"{name}: {by_run.mean():.3f} [{interval.low:.3f}, {interval.high:.3f}] of {len(by_run)}")
    print(f"median width {np.median(widths):.3f}")


if __name__ == "__main__":
    main()
