import numpy as np
import pytest

from recommender.learning.intervals import (
    Figure,
    cluster_numbers,
    difference_figure,
    mean_figure,
    resampled_means,
)


def bounds(figure: Figure) -> tuple[float, float]:
    low, high = figure.ci95
    assert low is not None
    assert high is not None
    return low, high


def width(figure: Figure) -> float:
    low, high = bounds(figure)
    return high - low


def test_serialised_as_the_contract_says() -> None:
    figure = mean_figure([0.0, 1.0, 1.0], [0, 1, 2])
    body = figure.model_dump(mode="json")
    assert list(body) == ["value", "ci95"]
    assert body["value"] == pytest.approx(2 / 3)
    assert body["ci95"] == list(bounds(figure))


def test_same_seed_same_interval() -> None:
    values, clusters = np.random.default_rng(1).random(50), np.arange(50)
    assert mean_figure(values, clusters, seed=3) == mean_figure(values, clusters, seed=3)
    assert mean_figure(values, clusters, seed=3) != mean_figure(values, clusters, seed=4)


def test_interval_covers_a_simulated_mean() -> None:
    generator = np.random.default_rng(7)
    covered = 0
    for _ in range(300):
        low, high = bounds(mean_figure(generator.normal(0.5, 0.2, 60), np.arange(60), resamples=400))
        covered += low <= 0.5 <= high
    # 95 % minus what the percentile bootstrap is known to lose at n = 60, plus chance.
    assert 0.91 <= covered / 300 <= 0.98


def test_interval_is_that_of_theory_for_a_large_sample() -> None:
    values = np.random.default_rng(5).normal(0, 1, 4_000)
    low, high = bounds(mean_figure(values, np.arange(4_000)))
    assert high - low == pytest.approx(2 * 1.96 / np.sqrt(4_000), rel=0.08)


def test_clusters_widen_the_interval() -> None:
    # Ten clusters of twenty equal values carry ten observations, not two hundred.
    values = np.repeat(np.random.default_rng(2).random(10), 20)
    clustered = mean_figure(values, np.repeat(np.arange(10), 20))
    naive = mean_figure(values, np.arange(200))
    assert clustered.value == naive.value
    assert width(clustered) > 3 * width(naive)


def test_clusters_weigh_by_their_size() -> None:
    # A resample of {0 × 9, 1 × 1} is 0, 0.1 or 1, never the mean of two cluster means.
    values, clusters = [0.0] * 9 + [1.0], [0] * 9 + [1]
    means = resampled_means(values, clusters, resamples=200, seed=1)
    assert set(np.round(means, 6)) == {0.0, 0.1, 1.0}


def test_memory_bound_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    values, clusters = np.random.default_rng(4).random(30), np.arange(30)
    whole = resampled_means(values, clusters, resamples=100, seed=2)
    monkeypatch.setattr("recommender.learning.intervals._CELLS", 70)
    assert resampled_means(values, clusters, resamples=100, seed=2) == pytest.approx(whole)


def test_values_that_could_not_be_measured_are_left_out() -> None:
    with_gaps = mean_figure([np.nan, 0.2, np.nan, 0.4, 0.9], [0, 1, 2, 3, 4])
    assert with_gaps == mean_figure([0.2, 0.4, 0.9], [0, 1, 2])


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_nothing_left_is_null_and_never_zero(values: list[float]) -> None:
    figure = mean_figure(values, range(len(values)))
    assert figure.model_dump(mode="json") == {"value": None, "ci95": [None, None]}
    assert figure.warning


def test_one_cluster_has_a_value_and_no_interval() -> None:
    figure = mean_figure([0.0, 1.0], [3, 3])
    assert figure.model_dump(mode="json") == {"value": 0.5, "ci95": [None, None]}
    assert figure.warning


def test_equal_values_are_reported_with_a_warning() -> None:
    figure = mean_figure([1.0, 1.0, 1.0], [0, 1, 2])
    assert (figure.value, figure.ci95) == (1.0, (1.0, 1.0))
    assert figure.warning


def test_paired_difference_is_narrower_than_its_parts() -> None:
    hard = np.random.default_rng(6).random(80)
    better = np.clip(hard + 0.05 + np.random.default_rng(8).normal(0, 0.01, 80), 0, 2)
    figure = difference_figure(better, hard, np.arange(80))
    low, high = bounds(figure)
    assert figure.value == pytest.approx(0.05, abs=0.005)
    assert low > 0
    assert high - low < 0.2 * width(mean_figure(hard, np.arange(80)))


def test_paired_difference_counts_only_pairs() -> None:
    figure = difference_figure([0.5, np.nan, 0.7], [0.4, 0.1, np.nan], [0, 1, 2])
    assert figure.value == pytest.approx(0.1)


def test_cluster_numbers() -> None:
    assert cluster_numbers(["b", "a", "b"]).tolist() == [1, 0, 1]
    assert cluster_numbers([]).shape == (0,)
