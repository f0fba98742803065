"""Fusion: standardised weighted sum, blind to what the constraints left out."""

import numpy as np
import pytest

from recommender.retrieval.channels import ChannelScores
from recommender.retrieval.fusion import FusionConfig, MatchCurve, fuse, load_fusion, standardise
from recommender.text.passages import Side

CONFIG = FusionConfig(
    version="t", weights={"lexical": 1.0, "dense": 0.2}, match=MatchCurve(centre=2.0, scale=0.8)
)


def _scores(*values: float) -> ChannelScores:
    return ChannelScores(np.asarray(values, np.float32), np.arange(len(values)))


def test_known_answer() -> None:
    allowed = np.ones(3, bool)
    fused = fuse({"lexical": _scores(0.0, 0.0, 3.0), "dense": _scores(1.0, 0.0, 0.5)}, allowed, CONFIG)
    assert fused is not None
    lexical = np.array([-1, -1, 2]) / np.sqrt(2)
    dense = np.array([0.5, -0.5, 0.0]) / np.sqrt(1 / 6)
    np.testing.assert_allclose(fused.scores, (1.0 * lexical + 0.2 * dense) / 1.2, rtol=1e-5)


def test_what_is_not_allowed_changes_nothing_for_the_others() -> None:
    allowed = np.array([True, True, False])
    fused = fuse({"lexical": _scores(1.0, 2.0, 99.0)}, allowed, CONFIG)
    assert fused is not None
    np.testing.assert_allclose(fused.scores, [-1, 1, -np.inf])
    assert fused.match[2] == 0


def test_equal_scores_stand_equal() -> None:
    np.testing.assert_array_equal(standardise(np.ones(4, np.float32), np.ones(4, bool)), np.zeros(4))


@pytest.mark.parametrize("channels", [{}, {"unheard_of": _scores(1.0, 2.0, 3.0)}])
def test_nothing_to_go_by(channels: dict[str, ChannelScores]) -> None:
    assert fuse(channels, np.ones(3, bool), CONFIG) is None


def test_shipped_weights_trust_words_most() -> None:
    weights = load_fusion().weights
    assert weights["lexical"] > weights["dense"] > 0


def test_a_probability_is_told_only_for_a_side_with_known_answers() -> None:
    curve = MatchCurve(centre=0.0, growth=0.5, scale=0.4)
    config = CONFIG.model_copy(update={"calibrated": {Side.SOLUTION: curve}})
    allowed = np.array([True, True, True, False])
    channels = {"lexical": _scores(0.0, 0.5, 3.0, 9.0)}
    fused = fuse(channels, allowed, config, Side.SOLUTION)
    assert fused is not None
    assert fused.probability is not None
    np.testing.assert_allclose(fused.probability[:3], curve.match(fused.scores[:3], 3))
    assert fused.probability[3] == 0
    other = fuse(channels, allowed, config, Side.LEAD_UNIT)
    assert other is not None
    assert other.probability is None
    np.testing.assert_array_equal(other.match, fused.match)
