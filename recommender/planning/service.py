"""Planning for a stored enterprise or a profile: from the request to the plan."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.scoring import DiagnosisResult, score
from recommender.diagnosis.validation import checked_answers
from recommender.domain import Diagnosis, Enterprise
from recommender.domain.calendar import SHANGHAI
from recommender.domain.served_list import ServedList
from recommender.encoder.encoder import Encoder
from recommender.errors import InvalidInput
from recommender.index.catalogue import Catalogue, with_changes
from recommender.index.keeper import SnapshotKeeper
from recommender.index.snapshot import Snapshot
from recommender.matching.unknown import UnknownEnterprise
from recommender.planning.answering import answer
from recommender.planning.candidates import Pool, make_pool
from recommender.planning.chances import EffectChances, calibrated
from recommender.planning.effect_rules import Measure, load_effect_rules, load_measures
from recommender.planning.effects import EffectReader
from recommender.planning.outcomes import Outcomes
from recommender.planning.own_needs import OwnNeed, own_needs
from recommender.planning.plan import Objective, Plan
from recommender.planning.problem import Limits, Problem
from recommender.planning.request import PlanRequest
from recommender.planning.serving import ServedPlan, Versions, serve, served_plan
from recommender.ranking.ranking_model import MODEL_FALLBACK, RankingModel, shipped_model
from recommender.retrieval.candidates import DENSE_UNAVAILABLE
from recommender.retrieval.situation import Situation, situation_of
from recommender.store import Store
from recommender.text.sub_industry import complete_enterprise


class DiagnosisMissing(InvalidInput):
    """There are neither answers nor grades to plan from."""

    code = "diagnosis_missing"
    title = "尚无诊断"


class UnknownProduct(InvalidInput):
    """A product that has to be in the plan cannot be chosen."""

    code = "product_not_available"
    title = "指定的产品不可选用"


class BudgetMissing(InvalidInput):
    """The objective asks for a budget and there is none."""

    code = "budget_missing"
    title = "缺少预算"


#: From pains and usable products to needs.
NeedsIn = Callable[[Sequence[str], Collection[str]], tuple[OwnNeed, ...]]


def _no_needs(_needs: Sequence[str], _pool: Collection[str]) -> tuple[OwnNeed, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Subject:
    """For whom a plan is made."""

    enterprise: Enterprise
    answers: Mapping[str, tuple[str, ...]]
    grades: Mapping[str, int]
    result: DiagnosisResult


class PlanningService:
    """Makes plans.

    Parameters
    ----------
    keeper : SnapshotKeeper
        Gives the catalogue; what changed since is read from the store.
    encoder : Encoder
        Matches the enterprise's own needs with products.
    clock : callable
        Returns the present moment with its zone.
    chances : EffectChances, optional
        Chances of effects before there are outcomes; expert ones by default. Findings of acceptances in the
        event log confirm effects and calibrate the chances, see :mod:`recommender.planning.outcomes`.
    measures : mapping of str to Measure, optional
        The shipped ones by default.
    model : callable
        Returns the model whose text channels match needs with products.
    """

    def __init__(
        self,
        store: Store,
        keeper: SnapshotKeeper,
        instrument: Instrument,
        encoder: Encoder,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        chances: EffectChances | None = None,
        measures: Mapping[str, Measure] | None = None,
        model: Callable[[], RankingModel] = shipped_model,
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._instrument = instrument
        self._encoder = encoder
        self._clock = clock
        self._outcomes = Outcomes()
        self._chances = chances
        self._reader = EffectReader(instrument, load_effect_rules(), chances)
        self._measures = load_measures() if measures is None else measures
        self._model = model

    def plan(self, request: PlanRequest) -> ServedPlan:
        """Make the plan, write it to disk and return it.

        Raises
        ------
        recommender.matching.unknown.UnknownEnterprise
            If ``request.enterprise`` is not stored.
        DiagnosisMissing
            If it was never diagnosed.
        UnknownProduct
            If a product of ``must`` is unknown or left out by a constraint.
        BudgetMissing
            If the objective needs a budget.
        recommender.policy.rules.UnknownCity, recommender.errors.InvalidInput
            See :func:`recommender.planning.serving.serve`.
        recommender.planning.model.UnverifiedPlan
            If a plan does not hold when recomputed.
        """
        snapshot = self._keeper.current
        catalogue = with_changes(self._store, snapshot.catalogue)
        reader = self._informed(catalogue)
        known = replace(snapshot, catalogue=catalogue)
        model = self._model()
        plan = plan_for(
            catalogue,
            self._subject(catalogue, request),
            request,
            reader,
            self._measures,
            lambda needs, pool: own_needs(needs, known, self._encoder, pool, model.fusion),
        )
        return serve(
            self._store,
            request,
            plan,
            self._versions(snapshot, catalogue, reader, model if plan.needs else None),
            self._clock().astimezone(SHANGHAI),
        )

    def replay(self, recommendation_id: str) -> ServedList:
        """Return a plan exactly as it was served.

        Raises
        ------
        recommender.planning.serving.UnknownPlan
            If none was served under this id.
        """
        return served_plan(self._store, recommendation_id)

    def _versions(
        self,
        snapshot: Snapshot,
        catalogue: Catalogue,
        reader: EffectReader,
        matched_by: RankingModel | None,
    ) -> Versions:
        index = snapshot.version
        if catalogue is not snapshot.catalogue:
            index = f"{index}+{catalogue.version}"
        outcomes = reader.chances.observations
        model = f"{reader.rules.version}+outcomes-{outcomes}" if outcomes else reader.rules.version
        if matched_by is not None and not snapshot.has_vectors:
            return Versions(model, index, DENSE_UNAVAILABLE, "语义模型不可用，企业自己的问题只按关键词匹配")
        if matched_by is not None and matched_by.stands_in is not None:
            return Versions(model, index, MODEL_FALLBACK, matched_by.stands_in)
        return Versions(model, index)

    def standing(self, request: PlanRequest) -> DiagnosisResult:
        """Return the scored diagnosis that a plan for this request starts from.

        Raises
        ------
        recommender.matching.unknown.UnknownEnterprise, DiagnosisMissing
            As :meth:`plan`.
        """
        return self._subject(with_changes(self._store, self._keeper.current.catalogue), request).result

    def _informed(self, catalogue: Catalogue) -> EffectReader:
        """Return a reader that knows the outcomes so far."""
        if self._outcomes.follow(self._store):
            rules = self._reader.rules
            expert = self._chances or EffectChances.of(rules)
            chances = calibrated(
                expert, self._outcomes.observed(catalogue.solutions, self._instrument, rules), rules
            )
            confirmed = self._outcomes.confirmed(rules.confirmation)
            self._reader = EffectReader(self._instrument, rules, chances, confirmed)
        return self._reader

    def _subject(self, catalogue: Catalogue, request: PlanRequest) -> Subject:
        if request.profile is not None:
            enterprise = complete_enterprise(request.profile.as_enterprise())
            diagnosis = request.profile.as_diagnosis()
        else:
            stored = catalogue.enterprises.get(request.enterprise or "")
            if stored is None:
                raise UnknownEnterprise(f"找不到企业 {request.enterprise}", place={"field": "enterprise"})
            enterprise, diagnosis = stored, catalogue.diagnoses.get(stored.uscc)
        return subject_of(enterprise, diagnosis, self._instrument)


def subject_of(enterprise: Enterprise, diagnosis: Diagnosis | None, instrument: Instrument) -> Subject:
    """Put an enterprise and its diagnosis together.

    Raises
    ------
    DiagnosisMissing
        If there is nothing to plan from.
    """
    if diagnosis is None or not (diagnosis.answers or diagnosis.scenarios):
        raise DiagnosisMissing(
            "还没有诊断结果，请先完成数字化水平评测再制定方案", place={"field": "diagnosis"}
        )
    answers = checked_answers(diagnosis.answers, instrument)
    grades = {code.value: grade for code, grade in diagnosis.scenarios.items()}
    return Subject(enterprise, answers, grades, score(answers, grades, instrument))


def plan_for(
    catalogue: Catalogue,
    subject: Subject,
    request: PlanRequest,
    reader: EffectReader,
    measures: Mapping[str, Measure],
    needs_in: NeedsIn = _no_needs,
) -> Plan:
    """Make a plan from records at hand, without a store; see :meth:`PlanningService.plan`.

    Parameters
    ----------
    needs_in : callable
        From the pains of the enterprise and the ids of the usable products to the needs of the problem; by
        default there are none, for want of an index.
    """
    situation = situation_of(
        subject.enterprise, subject.result, reader.instrument, target_level=request.target_level
    )

    def prepared(asked: PlanRequest) -> tuple[Problem, Pool]:
        pool = make_pool(catalogue, situation, asked, reader, measures)
        limits = _limits(asked, situation, pool)
        return (
            Problem(reader.instrument, reader.rules, subject.answers, subject.grades, pool.choices, limits),
            pool,
        )

    rebuild: Callable[[PlanRequest], Problem] = lambda asked: prepared(asked)[0]  # noqa: E731
    problem, pool = prepared(request)
    problem = replace(problem, needs=needs_in(subject.enterprise.needs, pool.solutions.keys()))
    return answer(request, situation, problem, pool, rebuild, reader.chances)


def _limits(request: PlanRequest, situation: Situation, pool: Pool) -> Limits:
    for number, wanted in enumerate(request.must):
        if wanted not in pool.solutions:
            raise UnknownProduct(
                f"产品 {wanted} 不存在，或不符合适用条件，不能列为必选", place={"field": f"must.{number}"}
            )
    return Limits(
        budget_fen=_budget_fen(request, situation),
        max_parties=request.max_parties,
        max_days=request.max_days,
        schedule=request.schedule,
        must=frozenset(request.must),
        conflicts=tuple(frozenset(group) for group in request.conflicts),
        prerequisites={
            key: tuple(one for one in needed if one not in request.has)
            for key, needed in request.prerequisites.items()
        },
    )


def _budget_fen(request: PlanRequest, situation: Situation) -> int | None:
    budget: Decimal | None = request.budget_yuan
    if budget is None and request.wanted_objective is not Objective.LEAST_COST:
        budget = situation.budget_yuan
        if budget is None:
            raise BudgetMissing("请填写预算（元），或先在企业资料中登记", place={"field": "budget_yuan"})
    return None if budget is None else int(budget * 100)
