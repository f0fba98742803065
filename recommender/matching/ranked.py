"""What the rankings share: examples to positions, ordering, exclusions, evidence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from recommender.diagnosis.instrument import Instrument
from recommender.domain import Enterprise, LeadUnit, Notice, Solution
from recommender.domain.enterprise import PartnerKind
from recommender.encoder.encoder import Encoder
from recommender.errors import InvalidInput
from recommender.index.snapshot import SideIndex, Snapshot
from recommender.ranking.answer import Exclusion, Item
from recommender.ranking.exploration import Exploration, explore
from recommender.ranking.interleaving import Experiment, team_draft
from recommender.ranking.learned_score import Line
from recommender.ranking.mutual import MatchProbability
from recommender.ranking.official_standing import OfficialStanding
from recommender.ranking.priors import Priors, Scored
from recommender.ranking.ranking_model import RankingModel, shipped_model
from recommender.ranking.track_record import TrackRecord
from recommender.retrieval.candidates import Candidates, records_of
from recommender.retrieval.conditions import ATTRIBUTE_NAMES, Candidate, Filter, attributes_of
from recommender.retrieval.partner import Partner, lead_unit_partner, vendor_partner
from recommender.retrieval.query import Query
from recommender.text.evidence import best_sentence
from recommender.text.passages import Side

DETERMINISTIC = "deterministic-1"
_EXAMPLES = 5
_KINDS: dict[Side, type[Candidate]] = {
    Side.SOLUTION: Solution,
    Side.LEAD_UNIT: LeadUnit,
    Side.ENTERPRISE: Enterprise,
    Side.NOTICE: Notice,
}


class UnknownExample(InvalidInput):
    """``positive`` or ``negative`` names a record that is not in the index."""

    code = "unknown_example"
    title = "示例不存在"


class FilterNotApplicable(InvalidInput):
    """A condition looks at something that this kind of record does not have."""

    code = "filter_not_applicable"
    title = "筛选条件不适用"


@dataclass(frozen=True, slots=True)
class Experience:
    """What earlier outcomes taught.

    Attributes
    ----------
    match : MatchProbability, optional
        None while there are too few outcomes to fit it to.
    """

    record: TrackRecord = field(default_factory=TrackRecord)
    match: MatchProbability | None = None


@dataclass(frozen=True, slots=True)
class Engine:
    """What every ranking needs: the snapshot to answer from, the encoder, the instrument, the model.

    Attributes
    ----------
    model : RankingModel
        Weights of the features and of the text channels.
    record : TrackRecord
        How the partners' earlier projects ended.
    match : MatchProbability
        From both sides' scores to the probability of a match.
    official : OfficialStanding
        What the city decided of products and partners.
    exploration : (Exploration, str), optional
        Which near-equals may change places, and the occasion that their order is drawn for.
    experiment : (Experiment, str), optional
        Other weights to interleave with, and the occasion; it goes before exploration.
    """

    snapshot: Snapshot
    encoder: Encoder
    instrument: Instrument
    model: RankingModel
    record: TrackRecord
    match: MatchProbability
    official: OfficialStanding = field(default_factory=OfficialStanding)
    exploration: tuple[Exploration, str] | None = None
    experiment: tuple[Experiment, str] | None = None

    @classmethod
    def over(
        cls,
        snapshot: Snapshot,
        encoder: Encoder,
        instrument: Instrument,
        experience: Experience | None = None,
        *,
        model: RankingModel | None = None,
    ) -> "Engine":
        """Rank over a snapshot with a model (the shipped one by default) and what earlier outcomes taught."""
        model = model or shipped_model()
        known = experience or Experience()
        return cls(snapshot, encoder, instrument, model, known.record, known.match or model.weights.match)

    @property
    def priors(self) -> Priors:
        """Weights of the features."""
        return self.model.weights

    def ranking_with(self, model: RankingModel) -> "Engine":
        """Return the same engine with another model; what outcomes taught stays."""
        match = model.weights.match if self.match is self.model.weights.match else self.match
        return replace(self, model=model, match=match)

    def partner(self, kind: PartnerKind, key: str) -> Partner | None:
        """Return a lead unit or a vendor as a partner, None when it is not in the catalogue."""
        catalogue = self.snapshot.catalogue
        if kind is PartnerKind.VENDOR:
            return vendor_partner(key, catalogue.solutions)
        unit = catalogue.units_in_office.get(key)
        return lead_unit_partner(unit, catalogue.solutions) if unit else None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller asked for beside the need itself."""

    k: int = 10
    filter: Filter = field(default_factory=Filter)
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    exclude_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranking before it is served.

    Attributes
    ----------
    features : tuple of dict
        Of each item, in order.
    applies : tuple of frozenset of str
        Names of the features that counted for each item.
    degraded : str, optional
        Stable code of what could not be used.
    policy_version : str
        How the order came about.
    """

    items: tuple[Item, ...]
    features: tuple[dict[str, float | None], ...]
    applies: tuple[frozenset[str], ...]
    excluded: tuple[Exclusion, ...]
    degraded: str | None
    policy_version: str = DETERMINISTIC


@dataclass(frozen=True, slots=True)
class ScoredCandidate:
    """A candidate with its features and score, before it is worded.

    Attributes
    ----------
    features : dict
        For the log.
    line : Line
        What was scored.
    propensity : float
        Probability that it stands where it stands.
    """

    position: int
    owner: str
    match: float | None
    features: dict[str, float | None]
    line: Line
    scored: Scored
    propensity: float = 1.0


def check_filter(conditions: Filter, side: Side) -> None:
    """Refuse conditions on attributes that the searched records do not have."""
    known = attributes_of(_KINDS[side])
    for group in ("must", "should", "must_not"):
        for number, condition in enumerate(getattr(conditions, group)):
            if condition.field not in known:
                usable = "、".join(attribute.value for attribute in ATTRIBUTE_NAMES if attribute in known)
                raise FilterNotApplicable(
                    f"不能按“{ATTRIBUTE_NAMES[condition.field]}”筛选这类对象，可用：{usable}",
                    place={"field": f"filter.{group}.{number}.field"},
                )


def query_of(text: str, wishes: Wishes, index: SideIndex) -> Query:
    """Turn words and example ids into what the channels take.

    Raises
    ------
    UnknownExample
        If an example is not indexed on the searched side.
    """
    positions: dict[str, tuple[int, ...]] = {}
    for role in ("positive", "negative"):
        found = []
        for number, owner in enumerate(getattr(wishes, role)):
            position = index.position(owner)
            if position is None:
                raise UnknownExample(f"找不到示例 {owner}", place={"field": f"{role}.{number}"})
            found.append(position)
        positions[role] = tuple(found)
    return Query(text=text, positive=positions["positive"], negative=positions["negative"])


def score_all(
    candidates: Candidates,
    judge: Callable[[str, float | None], tuple[dict[str, float | None], Line, Scored]],
) -> list[ScoredCandidate]:
    """Score every candidate, best first; ties by text score, then by id, so that a list is stable.

    Parameters
    ----------
    judge : callable
        From record id and text match (0–1, None without text) to the features for the log, the line that was
        scored and its score.
    """
    fused = candidates.fused
    scored = []
    for position in candidates.positions.tolist():
        owner = candidates.index.owners[position]
        match = None if fused is None else float(fused.match[position])
        scored.append(ScoredCandidate(position, owner, match, *judge(owner, match)))
    text = np.zeros(len(candidates.allowed)) if fused is None else fused.scores
    return sorted(scored, key=lambda c: (-c.scored.score, -float(text[c.position]), c.owner))


def arranged(
    engine: Engine, order: Callable[[Engine], Sequence[ScoredCandidate]], k: int
) -> tuple[Sequence[ScoredCandidate], str]:
    """Put a list together: by score, or as an experiment or exploration draws it.

    Parameters
    ----------
    order : callable
        Scores and orders all candidates by the weights of an engine.
    k : int
        Length of the list.

    Returns
    -------
    shown : sequence of ScoredCandidate
        With the probability of each place.
    policy_version : str
        For the log.
    """
    ordered = order(engine)
    if engine.experiment is not None:
        experiment, drawn_for = engine.experiment
        other = order(replace(engine, model=engine.model.weighing(experiment.weights)))
        by_owner = {candidate.owner: candidate for candidate in ordered}
        drafted = team_draft(
            [one.owner for one in ordered],
            [one.owner for one in other],
            f"{experiment.name}|{drawn_for}",
            k,
        )
        shown = [replace(by_owner[line.item], propensity=line.propensity) for line in drafted]
        return shown, experiment.policy_version(line.team for line in drafted)
    if engine.exploration is not None:
        limits, drawn_for = engine.exploration
        drawn = explore(
            ordered, limits, drawn_for, score=lambda one: one.scored.score, identity=lambda one: one.owner
        )
        return [replace(one, propensity=share) for one, share in drawn[:k]], limits.policy_version
    return ordered[:k], DETERMINISTIC


def passage_for(snapshot: Snapshot, candidates: Candidates, position: int, need: str) -> str | None:
    """Return the sentence of the best passage that answers the need, None when none does."""
    if candidates.fused is None or candidates.fused.best_row is None or not need.strip():
        return None
    row = candidates.index.start + int(candidates.fused.best_row[position])
    return best_sentence(snapshot.passages[row].text, need)


def exclusions_of(snapshot: Snapshot, candidates: Candidates) -> tuple[Exclusion, ...]:
    """Word what the constraints left out; confidential rules name no one."""
    records: Mapping[str, Candidate] = records_of(snapshot, candidates.side)
    worded = []
    for excluded in candidates.excluded:
        owners = [candidates.index.owners[position] for position in excluded.positions[:_EXAMPLES].tolist()]
        examples: Sequence[dict[str, str]] = [{"id": key, "name": records[key].name} for key in owners]
        worded.append(
            Exclusion(
                rule=excluded.rule.code,
                text=excluded.rule.text,
                count=len(excluded.positions),
                examples=() if excluded.rule.confidential else tuple(examples),
            )
        )
    return tuple(worded)
