"""Values of all ranking features for fixed records, kept in ``golden_features.json``.

Where they change, raise the ``revision`` in data/ranking/features.json, so that no model which was learned on
the old values is used for the new ones; ``python -m tests.unit.ranking.golden_features`` writes them anew.
"""

import json
from decimal import Decimal
from pathlib import Path

import numpy as np

from recommender.diagnosis.instrument import load_instrument
from recommender.diagnosis.scoring import score
from recommender.domain.taxonomy import SubIndustry
from recommender.ranking.feature_definitions import load_feature_definitions
from recommender.ranking.priors import load_priors
from recommender.ranking.solution_features import solution_fit
from recommender.ranking.track_record import Ended, TrackRecord
from recommender.ranking.unit_features import Seen, pair_features
from recommender.retrieval.conditions import Attribute, Condition
from recommender.retrieval.partner import lead_unit_partner
from recommender.retrieval.situation import situation_of
from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution

FILE = Path(__file__).with_name("golden_features.json")
_INSTRUMENT = load_instrument()
_FIRMS = [
    enterprise(1, budget_yuan=Decimal(90_000), deployment_preference=["saas"]),
    enterprise(2, sub_industry="cosmetics", needs=()),
]
_SOLUTIONS = [
    solution(1, days_to_deploy=45, deployment=["saas"], sub_industries=["apparel"]),
    solution(2, payback_months=20, days_to_deploy=20, scenarios=[{"scenario": "quality", "level": 3}]),
]
_UNITS = [
    lead_unit(
        1, scenarios=["quality", "warehouse_logistics"], base_district="440113", solution_ids=["SYN-S00001"]
    ),
    lead_unit(2, sub_industries=[], districts=["440118"], preferences={"least_budget_yuan": "120000"}),
]


def features() -> dict[str, dict[str, list[float | None]]]:
    """Compute all features but ``text_match`` and, of pairs, ``should``, which come from elsewhere."""
    taken = diagnosis(1)
    result = score(taken.answers, {code.value: grade for code, grade in taken.scenarios.items()}, _INSTRUMENT)
    situations = [situation_of(firm, result, _INSTRUMENT) for firm in _FIRMS]
    thresholds = load_priors().thresholds
    wish = Condition(field=Attribute.PRICE_YUAN, lte=20_000.0)
    fits = [solution_fit(s, f, None, (wish,), thresholds).features for f in situations for s in _SOLUTIONS]
    by_id = {one.id: one for one in _SOLUTIONS}
    partners = [lead_unit_partner(unit, by_id) for unit in _UNITS]
    record = TrackRecord({"SYN-L001": {SubIndustry("apparel"): Ended(3, 4)}, "SYN-L002": {None: Ended(0, 2)}})
    pairs = pair_features(situations, partners, None, record, thresholds)
    return {
        "solution": {name: [_rounded(fit[name]) for fit in fits] for name in fits[0] if name != "text_match"},
        "lead_unit": _of(pairs.forward, list(load_feature_definitions().lead_unit)),
        "prospect": _of(pairs.reverse, list(load_feature_definitions().prospect)),
    }


def _of(seen: Seen, names: list[str]) -> dict[str, list[float | None]]:
    left_out = {"text_match", "should"}
    return {
        name: [None if np.isnan(value) else _rounded(value) for value in seen.features[name].ravel().tolist()]
        for name in names
        if name not in left_out
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def golden() -> dict[str, object]:
    """Return the fingerprints and the values that they stand for."""
    return {"fingerprints": load_feature_definitions().fingerprints(), "features": features()}


if __name__ == "__main__":
    FILE.write_text(json.dumps(golden(), indent=1) + "\n", encoding="utf-8")
