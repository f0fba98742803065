"""Estimates against values known by hand, and against truths known by construction."""

import numpy as np
import pandas as pd
import pytest

from recommender.off_policy import LoggedRounds, PolicyEvaluation, TargetPolicy, evaluate_policy
from recommender.off_policy.overlap import effective_rounds
from tests.unit.off_policy.simulated import bandit


def evaluated(log: pd.DataFrame, target: pd.DataFrame) -> PolicyEvaluation:
    rounds = LoggedRounds.from_frame(log)
    return evaluate_policy(rounds, TargetPolicy.from_frame(target, rounds))


def frame(rows: list[tuple[str, int, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["item_id", "position", "click", "propensity_score"])


def test_by_hand() -> None:
    log = frame([("a", 1, 1, 0.5), ("a", 1, 0, 0.5), ("b", 1, 1, 0.25), ("c", 1, 0, 0.25)] * 5)
    target = pd.DataFrame(
        [("a", 1, 0.2), ("b", 1, 0.5), ("c", 1, 0.3)], columns=["item_id", "position", "probability"]
    )
    report = evaluated(log, target)
    # Weights .4, .4, 2, 1.2; clicked are the first and the third.
    assert report.estimates["ips"].value == pytest.approx((0.4 + 2.0) / 4)
    assert report.estimates["snips"].value == pytest.approx(2.4 / 4.0)
    assert report.logged.value == pytest.approx(0.5)
    assert report.lift["ips"].value == pytest.approx(0.1)
    assert report.ess == pytest.approx(5 * 16.0 / (0.16 + 0.16 + 4 + 1.44))
    assert report.overlap.max_weight == pytest.approx(2.0)
    assert report.overlap.min_propensity == 0.25
    assert report.overlap.unlogged_share == 0


def test_the_logging_policy_itself_is_worth_what_it_earned() -> None:
    scene = bandit()
    log = scene.log(3000, seed=1)
    same = scene.target_frame().assign(probability=scene.logging.ravel())
    report = evaluated(log, same)
    for name in ("ips", "snips", "dr"):
        assert report.estimates[name].value == pytest.approx(float(log["click"].mean()), rel=0.02)
    assert report.ess == pytest.approx(3000)
    assert report.lift["ips"].ci95 == pytest.approx((0, 0), abs=1e-12)


def test_what_was_never_logged_is_told() -> None:
    log = frame([("a", 1, 1, 0.5), ("b", 1, 0, 0.5)] * 100)
    target = pd.DataFrame({"item_id": ["a", "new"], "position": [1, 1], "probability": [0.7, 0.3]})
    report = evaluated(log, target)
    assert report.overlap.unlogged_share == pytest.approx(0.3)
    assert report.verdict_code == "no_overlap"
    assert "30.0%" in report.verdict
    assert any("new" in warning for warning in report.warnings)


def test_no_exploration_is_said_plainly() -> None:
    log = frame([("a", 1, 1, 1.0), ("b", 2, 0, 1.0)] * 300)
    target = pd.DataFrame({"item_id": ["a", "b"], "position": [2, 1], "probability": [1.0, 1.0]})
    report = evaluated(log, target)
    assert report.verdict_code == "no_exploration"
    assert "没有随机探索" in report.verdict


def test_verdicts_follow_the_evidence() -> None:
    rates = np.array([[0.4, 0.1]])
    item = np.tile([0, 1], 1000)
    click = np.random.default_rng(3).random(2000) < rates[0, item]
    log = pd.DataFrame({"item_id": item, "position": 1, "click": click.astype(int), "propensity_score": 0.5})

    def verdict(first: float, rows: int = 2000) -> str:
        target = pd.DataFrame({"item_id": [0, 1], "position": 1, "probability": [first, 1 - first]})
        return evaluated(log.iloc[:rows], target).verdict_code

    assert verdict(1.0) == "supported"
    assert verdict(0.0) == "not_supported"
    assert verdict(0.5) == "undecided"
    assert verdict(1.0, rows=200) == "too_little"


def test_no_click_at_all_still_has_an_upper_bound() -> None:
    scene = bandit(rate=0.1)
    log = scene.log(400, seed=5)
    log["click"] = 0
    report = evaluated(log, scene.target_frame())
    low, high = report.estimates["ips"].ci95
    assert report.estimates["ips"].value == 0
    assert low == 0
    assert high is not None
    assert high > 0
    assert report.verdict == "证据太少：仅 0 次点击，至少要有 100 次才下结论"


@pytest.mark.parametrize("seed", [2, 3])
def test_close_to_the_truth_with_many_rounds(seed: int) -> None:
    scene = bandit(rate=0.1, skew=3.0, seed=seed)
    report = evaluated(scene.log(20_000, seed=seed), scene.target_frame())
    for name in ("ips", "snips", "dr"):
        assert report.estimates[name].value == pytest.approx(scene.truth, rel=0.2)
    assert report.overlap.mean_weight.value == pytest.approx(1, abs=0.03)
    anytime = report.estimates["ips"].anytime_ci95
    assert anytime is not None
    assert anytime[0] <= scene.truth <= anytime[1]
    # What holds at every moment is wider than what holds at one.
    assert np.ptp(anytime) > np.ptp(np.array(report.estimates["ips"].ci95, float))


def test_context_narrows_the_doubly_robust_interval() -> None:
    generator = np.random.default_rng(1)
    size = 3000
    busy = generator.integers(0, 2, size)
    item = generator.integers(0, 4, size)
    click = (generator.random(size) < np.where(busy == 1, 0.9, 0.05)).astype(int)
    log = pd.DataFrame(
        {"item_id": item, "position": 1, "click": click, "propensity_score": 0.25, "user_feature_0": busy}
    )
    target = pd.DataFrame({"item_id": range(4), "position": 1, "probability": [1.0, 0.0, 0.0, 0.0]})
    with_context = evaluated(log, target).estimates["dr"].ci95
    without = evaluated(log.drop(columns="user_feature_0"), target).estimates["dr"].ci95
    assert np.ptp(np.array(with_context, float)) < 0.8 * np.ptp(np.array(without, float))


def test_lists_are_drawn_as_one() -> None:
    """Ten copies of each round, called one list, carry no more than one round does."""
    scene = bandit(positions=1, rate=0.2)
    log = scene.log(800, seed=9)
    copies = log.loc[log.index.repeat(10)].reset_index(drop=True)
    copies["list_id"] = np.repeat(np.arange(800), 10)
    target = scene.target_frame()
    once, as_lists = evaluated(log, target), evaluated(copies, target)
    assert as_lists.lists == 800
    assert as_lists.estimates["ips"].value == pytest.approx(once.estimates["ips"].value)
    width = np.ptp(np.array(as_lists.estimates["ips"].ci95, float))
    assert width == pytest.approx(np.ptp(np.array(once.estimates["ips"].ci95, float)), rel=0.2)
    assert width > 2 * np.ptp(
        np.array(evaluated(copies.drop(columns="list_id"), target).estimates["ips"].ci95)
    )


def test_slate_estimators_against_enumeration() -> None:
    """Two positions drawn independently, reward additive: the pseudo-inverse is unbiased."""
    generator = np.random.default_rng(4)
    logging, target = np.array([0.6, 0.4]), np.array([0.1, 0.9])
    rates = np.array([[0.5, 0.2], [0.1, 0.4]])
    lists = 12_000
    shown = (generator.random((lists, 2)) < logging[1]).astype(int)
    click = generator.random((lists, 2)) < rates[np.arange(2), shown]
    log = pd.DataFrame(
        {
            "list_id": np.repeat(np.arange(lists), 2),
            "item_id": shown.ravel(),
            "position": np.tile([1, 2], lists),
            "click": click.ravel().astype(int),
            "propensity_score": logging[shown].ravel(),
        }
    )
    table = pd.DataFrame(
        {"item_id": [0, 1, 0, 1], "position": [1, 1, 2, 2], "probability": np.tile(target, 2)}
    )
    report = evaluated(log, table)
    truth = float((target * rates).sum(axis=1).mean())
    for name in ("ips", "slate-pi", "slate-rips"):
        low, high = report.estimates[name].ci95
        assert low is not None
        assert high is not None
        assert low <= truth <= high
    assert report.estimates["slate-pi"].value == pytest.approx(truth, rel=0.06)


def test_effective_rounds_of_even_weights_is_their_number() -> None:
    assert effective_rounds(np.ones(7)) == pytest.approx(7)
    assert effective_rounds(np.array([1.0, 0.0, 0.0])) == pytest.approx(1)
    assert effective_rounds(np.zeros(3)) == 0
