"""From a served plan to its explanation: eligibility and peers beside it."""

from datetime import date

from recommender.benchmark.service import benchmark_of
from recommender.diagnosis.instrument import Instrument
from recommender.domain import Diagnosis, Enterprise
from recommender.domain.calendar import local_day
from recommender.index.catalogue import with_changes
from recommender.index.keeper import SnapshotKeeper
from recommender.planning.service import DiagnosisMissing, subject_of
from recommender.planning.serving import ServedPlan
from recommender.policy.eligibility import Eligibility, check_eligibility
from recommender.policy.eligibility_rules import NoPolicyInForce
from recommender.policy.rules import UnknownCity
from recommender.report.explanation import PlanContext, PlanExplanation, explain_plan
from recommender.store import Store


class ReportService:
    """Explains plans for stored enterprises."""

    def __init__(
        self,
        store: Store,
        keeper: SnapshotKeeper,
        instrument: Instrument,
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._instrument = instrument

    def explain(self, plan: ServedPlan) -> PlanExplanation:
        """Explain a plan that was made for a stored enterprise just now.

        Raises
        ------
        DiagnosisMissing
            If the plan is for no stored enterprise: a page is about somebody.
        recommender.errors.SmematchError
            What the rules raise.
        """
        if plan.enterprise is None:
            raise DiagnosisMissing("打印方案须指明已登记的企业", place={"field": "enterprise"})
        on = local_day(plan.served_at)
        snapshot = self._keeper.current
        catalogue = with_changes(self._store, snapshot.catalogue)
        enterprise = catalogue.enterprises[plan.enterprise]
        diagnosis = catalogue.diagnoses.get(enterprise.uscc)
        result = subject_of(enterprise, diagnosis, self._instrument).result
        benchmark = benchmark_of(
            self._store,
            snapshot,
            self._instrument,
            enterprise.uscc,
            answers_after=plan.answers_after,
            scenarios_after=plan.scenarios_after,
        )
        context = PlanContext(
            subsidy=plan.subsidy,
            eligibility=_eligibility(enterprise, diagnosis, plan.subsidy.city, on),
            benchmark=benchmark,
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


def _eligibility(
    enterprise: Enterprise, diagnosis: Diagnosis | None, city: str, on: date
) -> Eligibility | None:
    """Return the answers to the city's conditions, None where none are known for the day."""
    try:
        return check_eligibility(enterprise, diagnosis, on=on, city=city)
    except (UnknownCity, NoPolicyInForce):
        return None
