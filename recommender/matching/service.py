"""Serving: answer from one snapshot, write the list to disk, then give it out."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import uuid_utils

from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.scoring import DiagnosisResult, score
from recommender.domain import Enterprise
from recommender.domain.calendar import local_day
from recommender.domain.enterprise import PartnerKind
from recommender.domain.served_list import ServedItem, ServedList
from recommender.encoder.encoder import Encoder
from recommender.encoder.remembered import RememberedQueries
from recommender.index.catalogue import Catalogue, with_changes
from recommender.index.keeper import SnapshotKeeper
from recommender.index.snapshot import Snapshot, score_diagnoses
from recommender.matching.absence import Absence, absences
from recommender.matching.answer import Preview, Recommendation
from recommender.matching.fair_answer import FairLists, FairListsRequest
from recommender.matching.fair_lists import fair_lists
from recommender.matching.lead_units import rank_lead_units
from recommender.matching.notices import Audience, audience, rank_notices
from recommender.matching.prospects import rank_prospects
from recommender.matching.ranked import Engine, Experience, Ranked, Wishes
from recommender.matching.request import ProspectRequest, RecommendationRequest, Target
from recommender.matching.similar_firms import SimilarFirm, similar_firms
from recommender.matching.solutions import rank_solutions
from recommender.matching.unknown import (
    UnknownEnterprise,
    UnknownNotice,
    UnknownRecommendation,
    known_partner,
)
from recommender.ranking.answer import Item
from recommender.ranking.exploration import Exploration, occasion
from recommender.ranking.feature_definitions import TARGETS
from recommender.ranking.interleaving import Experiment
from recommender.ranking.learned_reasons import weights_told
from recommender.ranking.official_standing import OfficialStanding
from recommender.ranking.ranking_model import MODEL_FALLBACK, RankingModel, shipped_model
from recommender.retrieval.candidates import DENSE_UNAVAILABLE
from recommender.retrieval.partner import Partner
from recommender.retrieval.situation import Situation, situation_of, situation_of_text
from recommender.store import Store
from recommender.text.sub_industry import complete_enterprise

Observer = Callable[[Engine, Callable[[Engine], Ranked], Recommendation], None]
"""Told of the engine, of how to make the same list with another one, and of the answer."""
INDEX_STALE = "index_stale"
_STALE_AFTER_SECONDS = 60.0
_DEGRADED_TEXT = {
    DENSE_UNAVAILABLE: "语义模型不可用，本次只按关键词匹配",
    INDEX_STALE: "索引更新滞后，最近的资料改动可能还没有反映",
}

_RANKINGS: Mapping[Target, Callable[[Engine, Situation, Wishes, date], Ranked]] = {
    Target.SOLUTION: lambda engine, situation, wishes, _: rank_solutions(engine, situation, wishes),
    Target.LEAD_UNIT: lambda engine, situation, wishes, _: rank_lead_units(engine, situation, wishes),
    Target.NOTICE: rank_notices,
}


class MatchingService:
    """Recommends, logs, replays.

    Parameters
    ----------
    keeper : SnapshotKeeper
        Gives the snapshot; each request is answered from one.
    exploration : Exploration, optional
        Which near-equals may change places in lists of solutions and lead units; none by default.
    experiment : Experiment, optional
        Weights on trial: enterprises that take part get lists interleaved with theirs instead.
    experience : callable
        Returns what earlier outcomes taught beside a model; nothing by default.
    model : callable
        Returns the model to rank with; a request keeps the one that it began with.
    """

    def __init__(
        self,
        store: Store,
        keeper: SnapshotKeeper,
        encoder: Encoder,
        instrument: Instrument,
        *,
        exploration: Exploration | None = None,
        experiment: Experiment | None = None,
        experience: Callable[[RankingModel], Experience] = lambda _model: Experience(),
        model: Callable[[], RankingModel] = shipped_model,
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._encoder = RememberedQueries(encoder)
        self._instrument = instrument
        self._exploration = exploration
        self._experiment = experiment
        self._experience = experience
        self._model = model
        self._official: Callable[[], OfficialStanding] = OfficialStanding
        self._observer: Observer | None = None
        #: The newest index and what requests made of it; one value, so that threads see both or neither.
        self._overlay: tuple[Snapshot, Snapshot] | None = None

    def engine(self) -> Engine:
        """Return what rankings are made with now: the snapshot, what changed since, what outcomes taught."""
        snapshot = self._keeper.current
        base, known = self._overlay or (snapshot, snapshot)
        if base is not snapshot:
            known = snapshot
        # What changed since the last request, not since the index: else each costs more than the last.
        catalogue = with_changes(self._store, known.catalogue)
        if catalogue is not known.catalogue:
            known = _overlaid(known, catalogue, self._instrument, f"{snapshot.version}+{catalogue.version}")
            self._overlay = snapshot, known
        model = self._model()
        engine = Engine.over(known, self._encoder, self._instrument, self._experience(model), model=model)
        return dataclasses.replace(engine, official=self._official())

    def recommend(self, request: RecommendationRequest) -> Recommendation:
        """Rank solutions, lead units or notices, write the list to disk and return it.

        Raises
        ------
        UnknownEnterprise
            If ``request.enterprise`` is not stored.
        recommender.errors.InvalidInput
            If filters, examples or answers cannot be understood.
        """
        engine = self._varied(self.engine(), request)
        situation = self._situation(request, engine)
        wishes = _wishes(request)
        rank = _RANKINGS[request.target]
        on = local_day(self._store.clock())
        ranked = rank(engine, situation, wishes, on)
        described = _described(situation)
        answer = self._serve(engine, ranked, request.target.value, request.enterprise, described, request)
        if self._observer is not None and request.target is not Target.NOTICE:
            self._observer(engine, lambda other: rank(other, situation, wishes, on), answer)
        return answer

    def preview(self, request: RecommendationRequest) -> Preview:
        """Rank as :meth:`recommend` does, without trying anything out and without writing anything down.

        For pages that a person only looks at; raises as :meth:`recommend` does.
        """
        engine = self.engine()
        situation = self._situation(request, engine)
        on = local_day(self._store.clock())
        ranked = _RANKINGS[request.target](engine, situation, _wishes(request), on)
        degraded = "；".join(self._degraded(engine, ranked).values()) or None
        return Preview(ranked.items, ranked.excluded, degraded)

    def absences(self, request: RecommendationRequest, text: str, most: int = 10) -> tuple[Absence, ...]:
        """Say why products whose name holds a text are not in a list of solutions, as things stand now.

        Nothing is served and nothing is logged.

        Raises
        ------
        UnknownEnterprise
            If ``request.enterprise`` is not stored.
        recommender.errors.InvalidInput
            If filters, examples or answers cannot be understood.
        """
        engine = self.engine()
        return absences(engine, self._situation(request, engine), _wishes(request), text, most)

    def heed(self, official: Callable[[], OfficialStanding]) -> None:
        """Have every ranking heed what the city decided of products and partners and holds now."""
        self._official = official

    def watch(self, observer: Observer) -> None:
        """Have an observer told of every list of solutions or lead units once it is on disk."""
        self._observer = observer

    def _varied(self, engine: Engine, request: RecommendationRequest) -> Engine:
        """Say what may vary the order of this list: an experiment, exploration, or nothing."""
        # Who is not registered gets the same list for the same question.
        subject = request.enterprise or request.model_dump_json(exclude={"k"})
        drawn_for = occasion(subject, local_day(self._store.clock()))
        if self._experiment is not None and self._experiment.includes(subject):
            return dataclasses.replace(engine, experiment=(self._experiment, drawn_for))
        if self._exploration is not None:
            return dataclasses.replace(engine, exploration=(self._exploration, drawn_for))
        return engine

    def prospects(self, kind: PartnerKind, key: str, request: ProspectRequest) -> Recommendation:
        """Rank the enterprises that consented to be shown to a lead unit or vendor, log the list, return it.

        Raises
        ------
        UnknownLeadUnit, UnknownVendor
            If the unit is not stored, or no admitted solution names the vendor as its provider.
        """
        engine = self.engine()
        partner = known_partner(engine, kind, key)
        ranked = rank_prospects(
            engine, partner, _wishes(request), on=local_day(self._store.clock()), text=request.text
        )
        return self._serve(engine, ranked, "prospect", key, _described_partner(partner), request)

    def similar_firms(self, uscc: str, k: int = 5) -> tuple[SimilarFirm, ...]:
        """Return the firms whose diagnosis profile is nearest to a stored enterprise's, without their names.

        Raises
        ------
        UnknownEnterprise
            If the enterprise is not stored.
        recommender.matching.similar_firms.TooFewFirms
            If fewer than five others are known.
        """
        engine = self.engine()
        if uscc not in engine.snapshot.catalogue.enterprises:
            raise UnknownEnterprise(f"找不到企业 {uscc}", place={"field": "uscc"})
        return similar_firms(engine, uscc, k)

    def audience(self, notice_id: str, k: int) -> Audience:
        """Tell whom a stored notice concerns; nothing is served and nothing is logged.

        Raises
        ------
        UnknownNotice
            If it is not stored.
        """
        engine = self.engine()
        notice = engine.snapshot.catalogue.notices.get(notice_id)
        if notice is None:
            raise UnknownNotice(f"找不到通知 {notice_id}", place={"field": "id"})
        return audience(engine, notice, k, local_day(self._store.clock()))

    def fair_lists(self, request: FairListsRequest) -> FairLists:
        """Make fair lists for a whole market beside today's; nothing is served and nothing is logged.

        Raises
        ------
        recommender.matching.fair_lists.NoMarket
            If no enterprise may be shown to any lead unit with places left.
        """
        return fair_lists(self.engine(), request, on=local_day(self._store.clock()))

    def replay(self, recommendation_id: str) -> ServedList:
        """Return a list exactly as it was served.

        Raises
        ------
        UnknownRecommendation
            If none was served under this id.
        """
        with self._store.read() as unit:
            served = unit.served_lists.get(recommendation_id)
        if served is None:
            raise UnknownRecommendation(f"找不到推荐记录 {recommendation_id}", place={"field": "id"})
        return served

    def _situation(self, request: RecommendationRequest, engine: Engine) -> Situation:
        if request.text is not None:
            return situation_of_text(request.text, budget_yuan=request.budget_yuan)
        enterprise, result = self._subject(request, engine.snapshot)
        return situation_of(
            enterprise,
            result,
            self._instrument,
            target_level=request.target_level,
            budget_yuan=request.budget_yuan,
        )

    def _subject(
        self, request: RecommendationRequest, snapshot: Snapshot
    ) -> tuple[Enterprise, DiagnosisResult | None]:
        if request.profile is not None:
            diagnosis = request.profile.as_diagnosis()
            result = None
            if diagnosis is not None:
                grades = {code.value: grade for code, grade in diagnosis.scenarios.items()}
                result = score(diagnosis.answers, grades, self._instrument)
            return complete_enterprise(request.profile.as_enterprise()), result
        enterprise = snapshot.catalogue.enterprises.get(request.enterprise or "")
        if enterprise is None:
            raise UnknownEnterprise(f"找不到企业 {request.enterprise}", place={"field": "enterprise"})
        return enterprise, snapshot.results.get(enterprise.uscc)

    def _serve(
        self,
        engine: Engine,
        ranked: Ranked,
        target: str,
        subject: str | None,
        described: Mapping[str, Any],
        request: RecommendationRequest | ProspectRequest,
    ) -> Recommendation:
        degraded = self._degraded(engine, ranked)
        answer = Recommendation(
            recommendation_id=str(uuid_utils.uuid7()),
            model_version=engine.model.version,
            policy_version=ranked.policy_version,
            index_version=engine.snapshot.version,
            served_at=self._store.clock(),
            degraded=next(iter(degraded), None),
            degraded_detail="；".join(degraded.values()) or None,
            target=target,
            subject={**described, **_calibration(engine, ranked), **_learned(engine, target)},
            items=ranked.items,
            excluded=ranked.excluded,
        )
        served = ServedList(
            **answer.model_dump(
                include={
                    "recommendation_id",
                    "served_at",
                    "target",
                    "model_version",
                    "policy_version",
                    "index_version",
                    "degraded",
                }
            ),
            subject=subject,
            request=request.model_dump_json(),
            response=answer.model_dump_json(),
            items=tuple(
                _logged(*line) for line in zip(ranked.items, ranked.features, ranked.applies, strict=True)
            ),
        )
        with self._store.begin() as unit:
            unit.served_lists.save(served)
        return answer

    def _degraded(self, engine: Engine, ranked: Ranked) -> dict[str, str]:
        """Return what could not be used, the gravest first: stable code to Chinese sentence."""
        found = {ranked.degraded: _DEGRADED_TEXT[ranked.degraded]} if ranked.degraded else {}
        if engine.model.stands_in is not None:
            found[MODEL_FALLBACK] = engine.model.stands_in
        if self._keeper.seconds_behind > _STALE_AFTER_SECONDS:
            found[INDEX_STALE] = _DEGRADED_TEXT[INDEX_STALE]
        return found


def _wishes(request: RecommendationRequest | ProspectRequest) -> Wishes:
    return Wishes(
        k=request.k,
        filter=request.filter,
        positive=request.positive,
        negative=request.negative,
        exclude_ids=request.exclude_ids,
    )


def _overlaid(snapshot: Snapshot, catalogue: Catalogue, instrument: Instrument, version: str) -> Snapshot:
    changed = {
        uscc: diagnosis
        for uscc, diagnosis in catalogue.diagnoses.items()
        if snapshot.catalogue.diagnoses.get(uscc) is not diagnosis
    }
    results = score_diagnoses(dataclasses.replace(catalogue, diagnoses=changed), instrument)
    return dataclasses.replace(
        snapshot,
        version=version,
        catalogue=catalogue,
        results={**snapshot.results, **results},
    )


def _logged(item: Item, features: dict[str, float | None], applies: frozenset[str]) -> ServedItem:
    return ServedItem(
        rank=item.rank,
        object_id=item.id,
        score=item.score,
        propensity=item.propensity,
        features=features,
        applies=tuple(sorted(applies)),
    )


def _described(situation: Situation) -> dict[str, Any]:
    described: dict[str, Any] = {"text": situation.text, "text_is_own": situation.text_is_own}
    if situation.budget_yuan is not None:
        described["budget_yuan"] = _plain(situation.budget_yuan)
    if situation.result is not None:
        described["level"] = situation.result.level
        described["level_name"] = situation.result.level_name
        described["level_is_lower_bound"] = situation.result.level_is_lower_bound
        described["points"] = _plain(situation.result.total)
    if situation.gap is not None:
        gap = situation.gap
        described["target_level"] = gap.target_level
        described["points_short"] = _plain(gap.points_short)
        described["scenarios_short"] = gap.scenarios_short
        described["required_short"] = gap.required_short
    return described


def _described_partner(partner: Partner) -> dict[str, Any]:
    free = partner.capacity.free if partner.capacity else None
    return {partner.kind.value: partner.id, "name": partner.name, "free_capacity": free}


def _calibration(engine: Engine, ranked: Ranked) -> dict[str, Any]:
    if all(item.p_match is None for item in ranked.items):
        return {}
    return {"p_match_source": engine.match.source, "p_match_n": engine.match.n}


def _learned(engine: Engine, target: str) -> dict[str, Any]:
    known = next((one for one in TARGETS if one == target), None)
    learned = engine.model.learned.of(known) if engine.model.learned and known else None
    return {"weights_from": weights_told(learned)} if learned else {}


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
