"""What would another policy have earned? Answered from a log with propensities.

>>> rounds = LoggedRounds.from_frame(log)                 # item_id, position, click, propensity_score, …
>>> target = TargetPolicy.from_frame(candidate, rounds)   # item_id, position, probability
>>> evaluate_policy(rounds, target).verdict
'证据太少：仅 38 次点击，至少要有 100 次才下结论'
"""

from recommender.off_policy.evaluation import PolicyEvaluation, PolicyFigure, evaluate_policy
from recommender.off_policy.rounds import LoggedRounds, UnusableLog
from recommender.off_policy.target import TargetPolicy

__all__ = [
    "LoggedRounds",
    "PolicyEvaluation",
    "PolicyFigure",
    "TargetPolicy",
    "UnusableLog",
    "evaluate_policy",
]
