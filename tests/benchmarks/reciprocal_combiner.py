"""Which combination of both sides' scores tells a match best, where their wishes are known by simulation.

    python -m tests.benchmarks.reciprocal_combiner [--worlds 200]

The firms and lead units are the synthetic sample. In each simulated world either side weighs the features by
its own true weights, drawn around the shipped ones, decides with noise that the product cannot see, and both
sides' noise is correlated. A match takes both. Only the order is judged, on the same pairs for every
combiner; intervals are over worlds. What is simulated here says nothing of how people decide: for that there
is ``smematch evaluate reciprocal``.
"""

import argparse
import json
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from recommender.diagnosis.instrument import load_instrument
from recommender.domain.enterprise import PartnerKind
from recommender.encoder.null import NullEncoder
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import build_snapshot, score_diagnoses
from recommender.learning.intervals import difference_figure, mean_figure
from recommender.learning.pooled_auc import Concordance
from recommender.matching.ranked import Engine
from recommender.matching.reciprocal import features_of, pair_scores, text_matches
from recommender.ranking.priors import FeaturePrior, weigh_pairs
from recommender.ranking.unit_features import Seen
from recommender.retrieval.situation import situation_of
from recommender.sample import sample

Floats = NDArray[np.float64]
COMBINERS = {
    "forward": lambda f, r: f,
    "reverse": lambda f, r: r,
    "product": lambda f, r: f * r,
    "harmonic": lambda f, r: 2 * f * r / (f + r),
    "min": np.minimum,
    "mean logit": lambda f, r: logit(np.clip(f, 0.01, 0.99)) + logit(np.clip(r, 0.01, 0.99)),
}


def _engine() -> Engine:
    records = sample()
    catalogue = Catalogue(
        1,
        {s.id: s for s in records.solutions},
        {u.id: u for u in records.lead_units},
        {e.uscc: e for e in records.enterprises},
        {d.uscc: d for d in records.diagnoses},
    )
    instrument = load_instrument()
    score_diagnoses(catalogue, instrument)
    return Engine.over(build_snapshot(catalogue, NullEncoder(), instrument), NullEncoder(), instrument)


def _true_score(seen: Seen, priors: dict[str, FeaturePrior], draw: np.random.Generator) -> Floats:
    weights = {
        name: prior.model_copy(update={"weight": prior.weight * draw.lognormal(0, 0.7)})
        for name, prior in priors.items()
    }
    return weigh_pairs(seen.features, seen.applicable, weights)


def _standard(values: Floats, allowed: NDArray[np.bool_]) -> Floats:
    return np.asarray((values - values[allowed].mean()) / values[allowed].std())


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--worlds", type=int, default=200)
    worlds = parser.parse_args().worlds
    engine = _engine()
    firms = list(engine.snapshot.catalogue.enterprises.values())
    units = [engine.partner(PartnerKind.LEAD_UNIT, key) for key in engine.snapshot.catalogue.lead_units]
    partners = [unit for unit in units if unit is not None]
    scores = pair_scores(engine, firms, partners, on=date(2026, 11, 1))
    situations = [situation_of(f, engine.snapshot.results.get(f.uscc), engine.instrument) for f in firms]
    features = features_of(engine, situations, partners, text_matches(engine, firms, partners))
    allowed = scores.allowed
    areas: dict[str, list[float]] = {name: [] for name in COMBINERS}
    for world in range(worlds):
        draw = np.random.default_rng(world)
        noise = draw.multivariate_normal([0, 0], [[1, 0.3], [0.3, 1]], size=allowed.shape)
        sides = (
            (features.forward, engine.priors.lead_unit, noise[..., 0]),
            (features.reverse, engine.priors.prospect, noise[..., 1]),
        )
        yes = []
        for seen, priors, unseen in sides:
            wants = 1.2 * _standard(_true_score(seen, priors, draw), allowed) + unseen - 0.7
            yes.append(draw.random(allowed.shape) < expit(1.7 * wants))
        matched = (yes[0] & yes[1])[allowed]
        one = np.zeros(len(matched), np.int64)
        for name, combine in COMBINERS.items():
            value = combine(scores.forward, scores.reverse)[allowed]
            areas[name].append(Concordance.of(value, matched, one).auc() or np.nan)
    clusters = np.arange(worlds)
    document = {
        "pairs": int(allowed.sum()),
        "worlds": worlds,
        "auc": {name: mean_figure(values, clusters).model_dump() for name, values in areas.items()},
        "harmonic minus": {
            name: difference_figure(areas["harmonic"], values, clusters).model_dump()
            for name, values in areas.items()
            if name != "harmonic"
        },
    }
    print(json.dumps(document, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
