"""From a request for a plan to its explanation: plan, subsidy, eligibility, peers, recommended products."""

from datetime import date
from decimal import Decimal

from recommender.benchmark.service import benchmark_of
from recommender.diagnosis.instrument import Instrument
from recommender.domain import Solution
from recommender.encoder.encoder import Encoder
from recommender.index.catalogue import with_changes
from recommender.index.keeper import SnapshotKeeper
from recommender.matching.ranked import Engine, Wishes
from recommender.matching.solutions import rank_solutions
from recommender.planning.plan import Plan
from recommender.planning.request import PlanRequest
from recommender.planning.service import DiagnosisMissing, PlanningService
from recommender.policy.eligibility import check_eligibility
from recommender.policy.subsidy import estimate_subsidy
from recommender.report.explanation import PlanContext, PlanExplanation, explain_plan
from recommender.report.plan_spend import plan_spend
from recommender.retrieval.situation import situation_of
from recommender.store import Store

#: Recommended products that are looked through for pains that the plan leaves open.
_BEYOND_PLAN = 20


class ReportService:
    """Explains plans for stored enterprises."""

    def __init__(
        self,
        store: Store,
        keeper: SnapshotKeeper,
        encoder: Encoder,
        instrument: Instrument,
        planning: PlanningService,
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._encoder = encoder
        self._instrument = instrument
        self._planning = planning

    def explain(
        self, request: PlanRequest, *, on: date, city: str = "guangzhou", discount: Decimal = Decimal(0)
    ) -> PlanExplanation:
        """Make a plan for a stored enterprise and explain it.

        Parameters
        ----------
        on : date
            Day whose rules apply and that is written on the page.
        discount : Decimal
            What the platform or provider takes off the products, in yuan.

        Raises
        ------
        DiagnosisMissing
            If the request names no stored enterprise: a page is about somebody.
        recommender.errors.SmematchError
            What :meth:`PlanningService.plan` and the rules raise.
        """
        if request.enterprise is None:
            raise DiagnosisMissing("打印方案须指明已登记的企业", place={"field": "enterprise"})
        plan = self._planning.plan(request)
        snapshot = self._keeper.current
        catalogue = with_changes(self._store, snapshot.catalogue)
        enterprise = catalogue.enterprises[request.enterprise]
        result = self._planning.standing(request)
        benchmark = benchmark_of(
            self._store,
            snapshot,
            self._instrument,
            enterprise.uscc,
            answers_after=plan.answers_after,
            scenarios_after=plan.scenarios_after,
        )
        context = PlanContext(
            subsidy=estimate_subsidy(
                plan_spend(plan, discount), plan.after.level, city, on, platform_discount=discount
            ),
            eligibility=check_eligibility(
                enterprise, catalogue.diagnoses.get(enterprise.uscc), on=on, city=city
            ),
            benchmark=benchmark,
            beyond_plan=self._recommended(plan, request.enterprise),
        )
        return explain_plan(
            enterprise,
            result,
            plan,
            solutions=catalogue.solutions,
            instrument=self._instrument,
            on=on,
            context=context,
        )

    def _recommended(self, plan: Plan, uscc: str) -> tuple[Solution, ...]:
        snapshot = self._keeper.current
        enterprise = snapshot.catalogue.enterprises.get(uscc)
        if enterprise is None:
            return ()
        situation = situation_of(
            enterprise, snapshot.results.get(uscc), self._instrument, target_level=plan.target_level
        )
        engine = Engine.over(snapshot, self._encoder, self._instrument)
        ranked = rank_solutions(engine, situation, Wishes(k=_BEYOND_PLAN))
        return tuple(snapshot.catalogue.solutions[item.id] for item in ranked.items)
