"""Weights: contributions add up, what nobody asked for does not count, unknown is neither best nor worst."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.ranking.priors import FeaturePrior, load_priors, weigh

PRIORS = {"a": FeaturePrior(weight=3, unknown=0.4), "b": FeaturePrior(weight=1, unknown=0.4)}
BOTH = frozenset({"a", "b"})
VALUES = st.one_of(st.none(), st.floats(0, 1))


def test_known_answer() -> None:
    scored = weigh({"a": 1.0, "b": None}, BOTH, PRIORS)
    assert scored.score == pytest.approx(0.75 + 0.25 * 0.4)
    assert scored.contributions == pytest.approx({"a": 0.75, "b": 0.1})


def test_features_that_do_not_apply_do_not_count() -> None:
    assert weigh({"a": 0.0, "b": 0.8}, frozenset({"b"}), PRIORS).score == pytest.approx(0.8)
    assert weigh({"a": 1.0}, frozenset(), PRIORS).score == 0


@given(a=VALUES, b=VALUES)
def test_contributions_add_up_to_a_score_between_0_and_1(a: float | None, b: float | None) -> None:
    scored = weigh({"a": a, "b": b}, BOTH, PRIORS)
    assert 0 <= scored.score <= 1 + 1e-9
    assert sum(scored.contributions.values()) == pytest.approx(scored.score)


@given(low=st.floats(0, 1), high=st.floats(0, 1), b=VALUES)
def test_a_better_feature_never_lowers_the_score(low: float, high: float, b: float | None) -> None:
    low, high = sorted((low, high))
    assert (
        weigh({"a": low, "b": b}, BOTH, PRIORS).score
        <= weigh({"a": high, "b": b}, BOTH, PRIORS).score + 1e-12
    )


def test_shipped_priors_know_every_feature() -> None:
    priors = load_priors()
    assert {"text_match", "gap_effect", "sub_industry", "price", "days", "deployment", "light"} <= set(
        priors.solution
    )
    assert {"coverage", "sub_industry", "capacity"} <= set(priors.lead_unit)
