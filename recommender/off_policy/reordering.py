"""Other weights as a target policy on the product's own log: the same lists, in the order they would give.

Only what was shown has its features in the log, so the target puts the shown items of each list in another
order; it can be judged as far as exploration changed that order by chance.
"""

import dataclasses
from collections.abc import Mapping

import numpy as np
import pandas as pd

from recommender.off_policy.rounds import LoggedRounds, UnusableLog
from recommender.off_policy.target import TargetPolicy
from recommender.ranking.exploration import blocks_of_list
from recommender.ranking.interleaving import is_interleaved
from recommender.ranking.learned_score import ExpertScorer, Line, LineScorer
from recommender.ranking.priors import FeaturePrior

#: Features that count only for who told a firm or a budget; see ``ranking/solution_features.py``.
_OF_AN_OFFER = frozenset({"scenario", "price", "days", "light"})
_FEATURE = "item:"


def reordered(
    frame: pd.DataFrame, weights: Mapping[str, FeaturePrior] | LineScorer
) -> tuple[LoggedRounds, TargetPolicy]:
    """Turn weights into a target policy.

    Parameters
    ----------
    frame : DataFrame
        From :func:`recommender.feedback.served_rounds.served_rounds`. Lists that an experiment interleaved
        are left out: their places were drawn otherwise.
    weights : mapping of str to FeaturePrior, or LineScorer
        For the kind of record that was ranked. A scorer is told the item and its features; what it may know
        of sub-industries and providers is left aside.

    Returns
    -------
    rounds : LoggedRounds
        With the probability of each place given which items were shown: a block that the end of the list cuts
        off showed fewer than it holds.
    target : TargetPolicy
        Certain of one item at each rank. Where that item was in no block of the rank, the log cannot tell.

    Raises
    ------
    UnusableLog
        If nothing was served yet.
    """
    frame = frame[[not is_interleaved(str(version)) for version in frame["policy_version"]]]
    if not len(frame):
        raise UnusableLog("还没有可评估的推荐记录：没有展示过，或结果仍在等待期内")
    ordered = frame.sort_values(["list_id", "position"], kind="stable").reset_index(drop=True)
    rounds = LoggedRounds.from_frame(ordered, context=[])
    probability = np.zeros((len(rounds), len(rounds.items)))
    elsewhere = np.zeros(len(rounds))
    propensity = np.empty(len(rounds))
    scores = _scores(ordered, ExpertScorer(weights) if isinstance(weights, Mapping) else weights)
    for rows in ordered.groupby("list_id", sort=False).indices.values():
        wanted = rows[np.argsort(-scores[rows], kind="stable")]
        for start, stop in blocks_of_list(rounds.propensity[rows].tolist()):
            block = rows[start:stop]
            propensity[block] = 1.0 / len(block)
            for row, chosen in zip(block, wanted[start:stop], strict=True):
                if chosen in block:
                    probability[row, rounds.item[chosen]] = 1.0
                else:
                    elsewhere[row] = 1.0
    return dataclasses.replace(rounds, propensity=propensity), TargetPolicy.of_rounds(probability, elsewhere)


def _scores(frame: pd.DataFrame, scorer: LineScorer) -> np.ndarray:
    names = [str(name) for name in frame.columns if str(name).startswith(_FEATURE)]
    every = frozenset(name.removeprefix(_FEATURE) for name in names)
    scores = []
    for row, item, judges_offer in zip(
        frame[names].to_dict("records"),
        frame["item_id"].astype(str),
        frame["judges_offer"].tolist(),
        strict=True,
    ):
        features = {
            str(name).removeprefix(_FEATURE): None if pd.isna(value) else float(value)
            for name, value in row.items()
        }
        applicable = every if judges_offer else every - _OF_AN_OFFER
        scores.append(scorer.score(Line(features, applicable, item=item)).score)
    return np.asarray(scores)
