"""A simulated world with known truth, for tests, notebooks and comparisons of learners.

Everything in it is made up: hidden preferences, habits, delays. It tells whether a learner finds what is
there to be found and whether an interval holds the truth; it tells nothing about real quality.

>>> world = draw_world(WorldSettings(lists=200), seed=1)
>>> run(world, Expert()).regret.sum()
"""

from recommender.simulation.comparison import Comparison, across_seeds, compare, usual_policies
from recommender.simulation.policies import Chance, Expert, Greedy, Oracle
from recommender.simulation.policy import Policy, Ranking, Visit
from recommender.simulation.running import Run, run
from recommender.simulation.settings import WorldSettings
from recommender.simulation.world import World, draw_world

__all__ = [
    "Chance",
    "Comparison",
    "Expert",
    "Greedy",
    "Oracle",
    "Policy",
    "Ranking",
    "Run",
    "Visit",
    "World",
    "WorldSettings",
    "across_seeds",
    "compare",
    "draw_world",
    "run",
    "usual_policies",
]
