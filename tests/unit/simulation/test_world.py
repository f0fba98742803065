"""The world: the same for the same seed, plainly made up, and its probabilities are what happens."""

import itertools

import numpy as np
import pytest
from pydantic import ValidationError

from recommender.domain.event import load_funnel
from recommender.simulation import WorldSettings, draw_world
from recommender.simulation.behaviour import best_order, fate_of, list_value
from recommender.simulation.world import feature_names

SMALL = WorldSettings(lists=60, enterprises=10, products=12, vendors=4, candidates=6, list_length=4)


def test_the_same_seed_the_same_world() -> None:
    one, same, other = draw_world(SMALL, 3), draw_world(SMALL, 3), draw_world(SMALL, 4)
    assert np.array_equal(one.features, same.features, equal_nan=True)
    assert all(np.array_equal(one.lots[name], same.lots[name]) for name in one.lots)
    assert np.array_equal(one.truth.suitable, same.truth.suitable)
    assert not np.array_equal(one.truth.suitable, other.truth.suitable)


def test_features_are_shares_or_unknown() -> None:
    world = draw_world(SMALL, 3)
    known = world.features[~np.isnan(world.features)]
    assert ((known >= 0) & (known <= 1)).all()
    assert 0.05 < np.isnan(world.features).mean() < 0.25
    price = world.features[..., feature_names().index("price")]
    for product in range(SMALL.products):
        assert len(np.unique(price[world.candidates == product])) == 1  # of the product, not of the visit


def test_no_candidate_twice_and_time_runs_forwards() -> None:
    world = draw_world(SMALL, 3)
    assert all(len(set(row)) == SMALL.candidates for row in world.candidates.tolist())
    assert (np.diff(world.day) >= 0).all()


def test_newcomers_are_not_offered_before_they_enter() -> None:
    world = draw_world(SMALL, 3)
    enters = world.people.enters
    assert (enters > 0).sum() == SMALL.newcomers > 0
    assert (enters[world.candidates] <= world.day[:, None]).all()
    assert np.isin(np.flatnonzero(enters > 0), world.candidates).any()


def test_the_wanted_share_suits() -> None:
    assert draw_world(SMALL, 3).truth.suitable.mean() == pytest.approx(SMALL.suitable_share, abs=1e-9)


def test_visits_follow_the_season() -> None:
    world = draw_world(SMALL.model_copy(update={"lists": 4_000, "season": 0.9, "lists_per_day": 10.0}), 1)
    in_year = world.day[world.day < 365] % 365
    spring, autumn = (in_year < 182.5).sum(), (in_year >= 182.5).sum()
    # 1 + 0.9 sin integrates to 1 ± 0.9 × 2 / π over the halves of a year.
    assert spring / (spring + autumn) == pytest.approx(0.5 + 0.9 / np.pi, abs=0.03)


def test_probabilities_are_what_happens() -> None:
    """One visit again and again with new luck: shares within four standard errors of the formula."""
    settings = WorldSettings(
        lists=20_000,
        enterprises=1,
        products=3,
        vendors=2,
        candidates=3,
        list_length=3,
        trust=0.3,
        newcomers_share=0,
    )
    world = draw_world(settings, 5)
    shown = np.asarray([0, 1, 2])
    fates = [fate_of(world, visit, shown) for visit in range(settings.lists)]
    suitable = world.truth.suitable
    acts = settings.examination * (suitable + (1 - suitable) * settings.trusted)
    for happened, expected in (
        (np.stack([fate.seen for fate in fates]), np.broadcast_to(settings.examination, suitable.shape)),
        (np.isfinite([fate.contact for fate in fates]), acts),
        (np.isfinite([fate.sign for fate in fates]), settings.examination * world.chance("contract")),
        (np.isfinite([fate.accepted for fate in fates]), settings.examination * world.chance("accepted")),
    ):
        error = np.sqrt((expected * (1 - expected)).mean(axis=0) / settings.lists)
        assert (np.abs(happened.mean(axis=0) - expected.mean(axis=0)) <= 4 * error + 1e-12).all()


def test_the_best_order_beats_every_other() -> None:
    generator = np.random.default_rng(1)
    settings = WorldSettings(candidates=5, list_length=3)
    for _ in range(20):
        chances = generator.random(5)
        values = [list_value(chances[list(some)], settings) for some in itertools.permutations(range(5), 3)]
        assert list_value(chances[best_order(chances, 3)], settings) == pytest.approx(max(values), abs=1e-12)


def test_every_step_stays_within_its_horizon() -> None:
    settings = SMALL.model_copy(update={"lists": 500, "contact_days": 50.0, "contract_days": 300.0})
    world = draw_world(settings, 6)
    horizon = {step.name: step.horizon_days for step in load_funnel().types}
    found = 0
    for visit in range(settings.lists):
        fate = fate_of(world, visit, np.arange(4))
        happens = {"contact": fate.contact, "contract": fate.sign, "accepted": fate.accepted}
        for name, days in happens.items():
            found += int(np.isfinite(days).sum())
            assert (days[np.isfinite(days)] <= horizon[name]).all()
    assert found > 100


@pytest.mark.parametrize("wrong", [{"candidates": 43}, {"list_length": 21}, {"capacity": 0}, {"color": 1}])
def test_settings_that_cannot_be(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        WorldSettings.model_validate(wrong)
