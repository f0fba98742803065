"""Posteriors to rank by, drawn at random: what they say matters to no test, that they are used does."""

from collections.abc import Mapping, Sequence

import numpy as np

from recommender.ranking.learned_weights import Effect, LearnedTarget, LearnedWeights, Record, WeightBlock
from recommender.ranking.priors import FeaturePrior, load_priors


def drawn_posterior(
    priors: Mapping[str, FeaturePrior],
    seed: int,
    *,
    sub_industries: Sequence[str] = (),
    items: Sequence[str] = (),
    providers: Sequence[str] = (),
) -> LearnedTarget:
    """Draw weights, covariances and effects."""
    draw = np.random.default_rng(seed)

    def block() -> WeightBlock:
        root = draw.normal(0, 0.02, (len(priors), len(priors)))
        weights = [max(0.0, prior.weight + draw.normal(0, 0.05)) for prior in priors.values()]
        return WeightBlock(weights=weights, covariance=(root @ root.T).tolist())

    def effect() -> Effect:
        return Effect(
            mean=draw.normal(0, 0.5),
            variance=0.1,
            with_weights={key: draw.normal(0, 1e-4, len(priors)).tolist() for key in ("", *sub_industries)},
            record=Record(step="contract", enterprises=12, reached=9, expected=4.2),
        )

    return LearnedTarget(
        features=tuple(priors),
        slope=4.0,
        intercepts={"contact": -3.0},
        pooled=block(),
        by_sub_industry={name: block() for name in sub_industries},
        items={name: effect() for name in items},
        providers={name: effect() for name in providers},
        item_variance=0.09,
        provider_variance=0.09,
        lines=100,
        enterprises=20,
        outcomes={"contact": 30},
        data_share=0.6,
    )


def drawn_weights(
    seed: int = 1,
    *,
    sub_industries: Sequence[str] = ("apparel", "cosmetics"),
    solutions: Sequence[str] = (),
    providers: Sequence[str] = (),
    units: Sequence[str] = (),
) -> LearnedWeights:
    """Draw posteriors of all rankings."""
    priors = load_priors()
    return LearnedWeights(
        solution=drawn_posterior(
            priors.solution, seed, sub_industries=sub_industries, items=solutions, providers=providers
        ),
        lead_unit=drawn_posterior(priors.lead_unit, seed + 1, sub_industries=sub_industries, items=units),
        prospect=drawn_posterior(priors.prospect, seed + 2, sub_industries=sub_industries),
    )
