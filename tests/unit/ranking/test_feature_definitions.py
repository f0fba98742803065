"""The definitions name the features that the code computes, and change when these do."""

import json
from typing import Any, get_args

import pytest

from recommender.ranking.feature_definitions import (
    TARGETS,
    FeatureDefinitions,
    Target,
    load_feature_definitions,
)
from recommender.ranking.ranking_model import shipped_model
from tests.unit.ranking.golden_features import FILE, features, golden


def test_every_weighed_feature_is_defined_and_no_other() -> None:
    assert get_args(Target) == TARGETS
    for target in TARGETS:
        assert set(load_feature_definitions().of(target)) == set(shipped_model().expert(target))


def _changed(**fields: Any) -> FeatureDefinitions:
    told = load_feature_definitions().model_dump()
    told["solution"]["price"] |= fields
    return FeatureDefinitions.model_validate(told)


def test_a_new_revision_changes_the_fingerprint_of_its_ranking_only() -> None:
    now, other = load_feature_definitions().fingerprints(), _changed(revision=2).fingerprints()
    assert other["solution"] != now["solution"]
    assert (other["lead_unit"], other["prospect"]) == (now["lead_unit"], now["prospect"])


@pytest.mark.parametrize("field", ["title", "meaning"])
def test_words_do_not_count(field: str) -> None:
    assert _changed(**{field: "别的说法"}).fingerprints() == load_feature_definitions().fingerprints()


def test_values_that_change_call_for_a_new_revision() -> None:
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    for target in TARGETS:
        same = features()[target] == kept["features"][target]
        assert same, f"raise the revisions of {target} in data/ranking/features.json, see {golden.__module__}"
        assert kept["fingerprints"][target] == load_feature_definitions().fingerprint(target)
