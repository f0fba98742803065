"""GET the pilot's conditions answered for an enterprise."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict

from api.installed import Installed
from api.openapi import problems
from api.routing import make_router
from recommender.domain.calendar import SHANGHAI
from recommender.domain.credit_code import CreditCode
from recommender.errors import InvalidInput
from recommender.matching.unknown import UnknownEnterprise
from recommender.policy.eligibility import Eligibility, Statements, check_eligibility
from recommender.policy.eligibility_rules import NoPolicyInForce
from recommender.policy.rules import UnknownCity

router = make_router("eligibility")
_Uscc = Annotated[CreditCode, Path(description="统一社会信用代码")]


class EligibilityQuery(BaseModel):
    """City, day, and what the enterprise says of itself; what is left out stays unknown.

    Attributes
    ----------
    on : date, optional
        The rules in force on this day; today in Guangzhou by default.
    """

    model_config = ConfigDict(extra="forbid")

    city: str = "guangzhou"
    on: date | None = None
    independent_legal_person: bool | None = None
    production_in_city: bool | None = None
    not_listed: bool | None = None
    no_major_accident: bool | None = None
    plans_within_a_year: bool | None = None

    @property
    def statements(self) -> Statements:
        """What the enterprise says."""
        return Statements(**self.model_dump(exclude={"city", "on"}))


@router.get(
    "/v1/enterprises/{uscc}/eligibility",
    summary="申报条件逐项判断（符合、不符合、待核实）",
    responses=problems(InvalidInput, UnknownEnterprise, UnknownCity, NoPolicyInForce),
)
def get_eligibility(uscc: _Uscc, query: Annotated[EligibilityQuery, Query()], here: Installed) -> Eligibility:
    """Answer each rule yes, no or unknown, with what would settle it."""
    with here.store.read() as work:
        stored = work.enterprises.get(uscc)
        diagnosis = work.diagnoses.latest(uscc)
    if stored is None:
        raise UnknownEnterprise(f"找不到企业 {uscc}", place={"in": "path", "field": "uscc"})
    return check_eligibility(
        stored.record,
        diagnosis.record if diagnosis else None,
        on=query.on or datetime.now(UTC).astimezone(SHANGHAI).date(),
        city=query.city,
        statements=query.statements,
    )
