"""The table of concordant pairs gives what sorting gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from recommender.learning.pooled_auc import Concordance, auc_difference, auc_figure


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_the_area_is_that_of_scikit_learn(seed: int, clusters: int) -> None:
    draw = np.random.default_rng(seed)
    scores = draw.integers(0, 5, 60).astype(float)
    relevant = np.append(draw.random(58) < 0.4, [True, False])
    table = Concordance.of(scores, relevant, draw.integers(0, clusters, 60))
    assert table.auc() == pytest.approx(roc_auc_score(relevant, scores))


def test_a_draw_is_the_area_over_the_drawn_clusters() -> None:
    draw = np.random.default_rng(5)
    scores, relevant, clusters = draw.normal(size=80), draw.random(80) < 0.5, draw.integers(0, 4, 80)
    areas = Concordance.of(scores, relevant, clusters).drawn(resamples=20, seed=3)
    drawn = np.random.default_rng(3).integers(0, 4, size=(20, 4))
    for area, chosen in zip(areas, drawn, strict=True):
        rows = np.concatenate([np.flatnonzero(clusters == cluster) for cluster in chosen])
        assert area == pytest.approx(roc_auc_score(relevant[rows], scores[rows]))


def test_within_clusters_no_difference_between_them_helps() -> None:
    relevant = np.asarray([True, True, True, False, False, False, False, True])
    clusters = np.asarray([0, 0, 0, 0, 1, 1, 1, 1])
    scores = np.where(clusters == 0, 1.0, 0.0)
    table = Concordance.of(scores, relevant, clusters)
    assert table.auc() > 0.5  # type: ignore[operator]
    assert table.within().auc() == 0.5


def test_nothing_to_compare_is_empty_with_a_warning() -> None:
    table = Concordance.of(np.ones(3), np.ones(3, bool), np.asarray([0, 1, 2]))
    assert auc_figure(table).value is None
    assert auc_difference(table, table).warning


def test_a_paired_difference_of_a_score_with_itself_is_nothing() -> None:
    draw = np.random.default_rng(6)
    table = Concordance.of(draw.normal(size=50), draw.random(50) < 0.5, draw.integers(0, 5, 50))
    figure = auc_difference(table, table)
    assert (figure.value, figure.ci95) == (0.0, (None, None))
