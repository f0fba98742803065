"""Policies side by side: paired by world, with intervals over the seeds."""

import numpy as np
import pytest

from recommender.simulation import (
    Chance,
    Expert,
    Oracle,
    WorldSettings,
    across_seeds,
    compare,
    draw_world,
    run,
    usual_policies,
)

SMALL = WorldSettings(
    lists=40, enterprises=10, products=15, vendors=4, candidates=8, list_length=5, suitable_share=0.3
)
MAKERS = {
    "expert": lambda world: Expert(),
    "oracle": lambda world: Oracle(world, "contact"),
    "chance": lambda world: Chance(),
}


def test_students_interval() -> None:
    """Mean 2, standard error 1, three degrees of freedom: 3.1824 (any table of t)."""
    figure = across_seeds([0.0, 2.0, 2.0, 4.0])
    half = 3.182446 * np.sqrt(8 / 3) / 2
    assert figure.value == 2.0
    assert figure.ci95 == pytest.approx((2 - half, 2 + half), rel=1e-6)


def test_one_world_has_no_interval() -> None:
    assert across_seeds([3.0]).ci95 == (None, None)
    assert across_seeds([]).value is None


def test_regret_is_summed_paired_and_marked() -> None:
    told: list[tuple[str, int, int]] = []
    report = compare(SMALL, MAKERS, (1, 2, 3), step="contact", progress=lambda *stage: told.append(stage))
    expert = np.stack([run(draw_world(SMALL, seed), Expert(), "contact").regret for seed in (1, 2, 3)])
    lost, late = expert.sum() / 3, expert[:, 20:].sum() / 3
    assert report.mark == "模拟数据"
    assert report.policies["oracle"].regret.value == 0.0
    assert report.policies["expert"].regret.value == pytest.approx(lost)
    assert report.policies["expert"].late_regret.value == pytest.approx(late)
    assert set(report.policies["expert"].against) == {"oracle", "chance"}
    assert report.policies["oracle"].against["expert"].value == pytest.approx(-lost)
    assert report.curve_at[-1] == SMALL.lists
    assert report.policies["chance"].curve[-1].value == pytest.approx(report.policies["chance"].regret.value)
    assert told[-1] == ("simulate", 9, 9)


def test_the_baseline_must_take_part() -> None:
    with pytest.raises(ValueError, match="nobody"):
        compare(SMALL, MAKERS, (1,), baseline="nobody")


def test_the_usual_policies_run() -> None:
    report = compare(SMALL, usual_policies(), (1,))
    assert report.baseline in report.policies
    assert all(result.regret.value >= 0 for result in report.policies.values())
