"""Does looking at both sides tell a match better than looking at one? Whole waves held out.

Six scores of the same meetings come from the same folds: the two one-sided ones, their product, harmonic mean
and minimum, and the two-sided one. How the two-sided one was chosen, and what lost, is in docs/reciprocal.md.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from recommender.errors import InvalidInput
from recommender.learning.intervals import Figure, difference_figure, mean_figure
from recommender.learning.metrics import graded_ndcg
from recommender.learning.pair_representation import (
    PersonTable,
    directed_features,
    match_features,
    person_table,
)
from recommender.learning.pooled_auc import Concordance, auc_difference, auc_figure
from recommender.learning.reciprocal_waves import Floats, Meetings, Numbers, read_meetings
from recommender.learning.supervised_components import SupervisedComponents

SCORES = ("two_sided", "one_sided_a", "one_sided_b", "product", "harmonic", "min")
_DEPTH = 5
_NDCG = f"ndcg@{_DEPTH}"
#: Fewer waves say too little of how waves differ; then persons are drawn instead.
_LEAST_WAVES = 6
#: One component for the match, two for a decision: fixed beforehand on other waves, not chosen here.
_MATCH_COMPONENTS, _DECISION_COMPONENTS = 1, 2


class TooFewWaves(InvalidInput):
    """A single wave: nothing can be held out."""

    code = "too_few_waves"
    title = "波次太少"


class OneSidedLabels(InvalidInput):
    """Some training data have no match, or no refusal, so that nothing can be learned."""

    code = "one_sided_labels"
    title = "标注只有一类"


class ReciprocalEvaluation(BaseModel):
    """Result of :func:`evaluate_reciprocal`; ``model_dump(mode="json")`` is the published document.

    Attributes
    ----------
    pairs, waves, persons, matches : int
        What was measured.
    persons_ranked : int
        Persons that ``ndcg@5`` is a mean over: each ranks the partners met, a match is relevant. Who matched
        with nobody, or with everybody, says nothing about an order.
    scores : dict
        Score to metric to figure; ``auc`` is over all pairs of the file.
    within_wave_auc : dict
        The same over pairs of meetings of one wave only, where no difference between waves can help.
    differences : dict
        ``two_sided`` minus each other score, paired.
    trained_on : str
        ``other waves`` or ``train file``.
    resampled : str
        What was drawn for the intervals: ``waves`` or ``persons``.
    """

    model_config = ConfigDict(frozen=True)

    pairs: int
    waves: int
    persons: int
    matches: int
    persons_ranked: int
    scores: dict[str, dict[str, Figure]]
    within_wave_auc: dict[str, Figure]
    differences: dict[str, dict[str, Figure]]
    trained_on: str
    resampled: str
    warnings: tuple[str, ...]


def evaluate_reciprocal(path: Path, *, train_path: Path | None = None) -> ReciprocalEvaluation:
    """Measure AUC and nDCG@5 of a match for the six scores.

    Parameters
    ----------
    path : Path
        See :func:`recommender.learning.reciprocal_waves.read_meetings`.
    train_path : Path, optional
        What to learn from. Without it each wave is scored by models that learned from the other waves.

    Raises
    ------
    TooFewWaves, OneSidedLabels
        When there is nothing to learn from.
    SmematchError
        When a file or a row of it cannot be read.
    """
    meetings = read_meetings(path)
    scores = _held_out(meetings, read_meetings(train_path) if train_path else None)
    waves = int(meetings.wave.max()) + 1
    clusters = meetings.wave if waves >= _LEAST_WAVES else meetings.own
    tables = {name: Concordance.of(scores[name], meetings.match, clusters) for name in SCORES}
    inside = {name: Concordance.of(scores[name], meetings.match, meetings.wave).within() for name in SCORES}
    orders = {name: graded_ndcg(scores[name], meetings.match + 1, meetings.own, _DEPTH) for name in SCORES}
    person_clusters = _cluster_of_persons(meetings, clusters)
    figures = {
        name: {"auc": auc_figure(tables[name]), _NDCG: mean_figure(orders[name], person_clusters)}
        for name in SCORES
    }
    ours = SCORES[0]
    differences = {
        name: {
            "auc": auc_difference(tables[ours], tables[name]),
            _NDCG: difference_figure(orders[ours], orders[name], person_clusters),
        }
        for name in SCORES[1:]
    }
    ranked = int((~np.isnan(orders[ours])).sum())
    return ReciprocalEvaluation(
        pairs=len(meetings.own),
        waves=waves,
        persons=len(meetings.answers),
        matches=int(meetings.match.sum()),
        persons_ranked=ranked,
        scores=figures,
        within_wave_auc={name: auc_figure(inside[name]) for name in SCORES},
        differences=differences,
        trained_on="train file" if train_path else "other waves",
        resampled="waves" if waves >= _LEAST_WAVES else "persons",
        warnings=_warnings(meetings, waves, ranked, figures),
    )


def _cluster_of_persons(meetings: Meetings, clusters: Numbers) -> Numbers:
    cluster = np.zeros(len(meetings.answers), np.int64)
    cluster[meetings.own] = clusters
    return cluster


def _warnings(
    meetings: Meetings, waves: int, ranked: int, figures: Mapping[str, Mapping[str, Figure]]
) -> tuple[str, ...]:
    told = []
    if waves < _LEAST_WAVES:
        told.append(f"只有 {waves} 个波次，区间按人重抽，不含波次之间的差异，偏窄")
    if silent := int((meetings.partner < 0).sum()):
        told.append(f"{silent} 行没有对方或找不到对方的回答，按平均值处理")
    if left := len(meetings.answers) - ranked:
        told.append(f"{left} 人没有匹配或全部匹配，不计入 {_NDCG}")
    told += sorted({f.warning for by in figures.values() for f in by.values() if f.warning})
    return tuple(told)


def _held_out(meetings: Meetings, train: Meetings | None) -> dict[str, Floats]:
    persons = person_table(meetings)
    if train is not None:
        return _TwoSides.learned(person_table(train), np.ones(len(train.own), bool)).scores(
            persons, np.ones(len(meetings.own), bool)
        )
    if meetings.wave.max() < 1:
        raise TooFewWaves("文件只有一个波次，无法把整个波次留出来检验", place={"column": "wave"})
    scores = {name: np.zeros(len(meetings.own)) for name in SCORES}
    for wave in np.unique(meetings.wave):
        rows = meetings.wave == wave
        for name, values in _TwoSides.learned(persons, ~rows).scores(persons, rows).items():
            scores[name][rows] = values
    return scores


class _TwoSides:
    """A model of each person's decision and a model of the match, learned from some meetings."""

    def __init__(
        self, decision: SupervisedComponents, match: SupervisedComponents, spread: tuple[float, float]
    ) -> None:
        self._decision = decision
        self._match = match
        self._spread = spread

    @classmethod
    def learned(cls, persons: PersonTable, rows: NDArray[np.bool_]) -> "_TwoSides":
        """Learn from the meetings of some rows.

        A meeting gives two decisions. Where the partner has no row of their own, theirs is taken from
        ``dec_o`` with the roles exchanged.
        """
        meetings = persons.meetings
        unmirrored = rows & (meetings.mirrored < 0)
        own = np.concatenate([meetings.own[rows], meetings.partner[unmirrored]])
        partner = np.concatenate([meetings.partner[rows], meetings.own[unmirrored]])
        said_yes = np.concatenate([meetings.dec[rows], meetings.dec_o[unmirrored]])
        matched = meetings.match[rows]
        for labels in (said_yes, matched):
            if labels.all() or not labels.any():
                raise OneSidedLabels("用于学习的波次里只有同意或只有拒绝，无法学习")
        features = match_features(persons, meetings.own[rows], meetings.partner[rows])
        model = cls(
            SupervisedComponents(_DECISION_COMPONENTS).fit(
                directed_features(persons, own, partner), said_yes
            ),
            SupervisedComponents(_MATCH_COMPONENTS).fit(features, matched),
            (1.0, 1.0),
        )
        direct, agreeing, _ = model._parts(persons, rows)
        model._spread = (float(direct.std()) or 1.0, float(agreeing.std()) or 1.0)
        return model

    def _parts(
        self, persons: PersonTable, rows: NDArray[np.bool_]
    ) -> tuple[Floats, Floats, tuple[Floats, Floats]]:
        """Return the log-odds of the match, the log of the harmonic mean of both decisions, and those."""
        own, partner = persons.meetings.own[rows], persons.meetings.partner[rows]
        a = self._decision.predict_proba(directed_features(persons, own, partner))[:, 1]
        b = self._decision.predict_proba(directed_features(persons, partner, own))[:, 1]
        direct = self._match.decision_function(match_features(persons, own, partner))
        return direct, np.log(2 * a * b / (a + b)), (a, b)

    def scores(self, persons: PersonTable, rows: NDArray[np.bool_]) -> dict[str, Floats]:
        """Return the six scores of some rows.

        The two-sided score weighs the model of the match as one and the two decisions, by their harmonic
        mean, as two, each on the scale that it had on the training data.
        """
        direct, agreeing, (a, b) = self._parts(persons, rows)
        return {
            "two_sided": direct / self._spread[0] + 2 * agreeing / self._spread[1],
            "one_sided_a": a,
            "one_sided_b": b,
            "product": a * b,
            "harmonic": 2 * a * b / (a + b),
            "min": np.minimum(a, b),
        }
