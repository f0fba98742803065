"""The product's learner as a policy: it ranks as the product scores, learns, and beats not learning."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from recommender.learning.examination import estimated_chances
from recommender.ranking.exploration import Exploration
from recommender.simulation import Expert, WorldSettings, draw_world, run
from recommender.simulation.learner import Learner, lines_of
from recommender.simulation.policies import expert_scores
from recommender.simulation.running import visit_of

SETTINGS = WorldSettings(
    lists=500, enterprises=60, products=30, vendors=8, candidates=15, list_length=8, taste_sd=0.3
)


def known_habits(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Chances as they truly are; everything is told."""
    rank = frames["contact"]["position"].to_numpy() - 1
    chances = {
        "chance_seen": SETTINGS.examination[rank],
        "chance_trusted": SETTINGS.trusted[rank],
        "chance_told": 1.0,
    }
    return {step: frame.assign(**chances) for step, frame in frames.items()}


def test_before_any_lesson_it_ranks_as_the_expert() -> None:
    world = draw_world(SETTINGS, 1)
    visit = visit_of(world, 3, np.arange(15))
    ranking = Learner(known_habits).rank(visit, 8)
    scores = expert_scores(visit.features)
    assert ranking.scores == pytest.approx(np.sort(scores)[::-1][:8])
    assert ranking.scores == pytest.approx(scores[ranking.places])
    assert (ranking.propensities == 1).all()


def test_it_ranks_by_the_scores_of_its_model() -> None:
    world = draw_world(SETTINGS, 1)
    history = run(world, Expert()).history
    learner = Learner(known_habits)
    before = learner.version
    learner.learn(lambda step: history.labelled_lines(step, 1_000.0))
    assert learner.version != before
    assert learner.model.learned is not None
    visit = visit_of(world, 3, np.arange(15))
    own = [learner.model.scorer("solution").score(line).score for line in lines_of(visit)]
    ranking = learner.rank(visit, 8)
    assert ranking.scores.tolist() == sorted(own, reverse=True)[:8]


def test_too_few_lines_teach_nothing() -> None:
    history = run(draw_world(SETTINGS, 1), Expert()).history
    learner = Learner(known_habits)
    learner.learn(lambda step: history.labelled_lines(step, 1.0))
    assert learner.model.learned is None


def test_learning_pays_where_the_expert_is_wrong() -> None:
    """With the product's own estimates of delay and examination, on the second half of two worlds."""
    worlds = [draw_world(SETTINGS, seed) for seed in (1, 2)]
    learned = [run(world, Learner(estimated_chances), learn_every=50).regret[250:].sum() for world in worlds]
    fixed = [run(world, Expert()).regret[250:].sum() for world in worlds]
    assert sum(learned) < 0.8 * sum(fixed)


def test_exploration_keeps_to_near_equals() -> None:
    world = draw_world(SETTINGS, 1)
    limits = Exploration(version="test", epsilon=0.05, floor=0.0, most=3)
    learner = Learner(known_habits, limits, name="exploring")
    for number in range(20):
        ranking = learner.rank(visit_of(world, number, np.arange(15)), 8)
        assert (np.maximum.accumulate(ranking.scores[::-1])[::-1] - ranking.scores <= 0.05 + 1e-12).all()
        assert set(ranking.propensities.tolist()) <= {1.0, 1 / 2, 1 / 3}
