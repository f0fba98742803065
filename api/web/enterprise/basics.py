"""The basics that an owner knows and may change: from the record to the form and back."""

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import FormData

from api.web.assessment.filled import kept_of_basics, told_basics
from api.web.translations import marked
from recommender.domain import Enterprise
from recommender.domain.enterprise import SubIndustrySource
from recommender.text.sub_industry import complete_enterprise

_TEXTS = ("name", "address", "business_scope")
#: What recommendations and comparisons need, with its name.
_NEEDED = {
    "sub_industry": marked("主要做什么"),
    "district": marked("厂在哪个区"),
    "employees": marked("员工人数"),
    "revenue_yuan": marked("上年营业收入"),
    "budget_yuan": marked("预算"),
    "needs": marked("最头疼的事"),
}


def unknown_basics(enterprise: Enterprise) -> tuple[str, ...]:
    """Return the names of what is not known."""
    return tuple(name for field, name in _NEEDED.items() if getattr(enterprise, field) in {None, ()})


def kept_of_enterprise(enterprise: Enterprise) -> dict[str, Sequence[str]]:
    """Return the fields as the record fills them."""
    kept = kept_of_basics(enterprise)
    kept |= {name: [getattr(enterprise, name) or ""] for name in _TEXTS}
    if enterprise.sub_industry_source is not SubIndustrySource.DECLARED:
        # What was inferred is not the owner's word; he would declare it by saving the form.
        kept.pop("sub_industry", None)
    return kept


def changed_by(enterprise: Enterprise, form: FormData) -> Enterprise:
    """Return the enterprise as the form changes it; everything else stays.

    Raises
    ------
    pydantic.ValidationError
    """
    told: dict[str, Any] = {name: str(form.get(name) or "").strip() or None for name in _TEXTS}
    told |= told_basics(form)
    source = {
        "sub_industry_source": "declared" if told["sub_industry"] else None,
        "sub_industry_evidence": None,
    }
    return complete_enterprise(Enterprise.model_validate({**enterprise.model_dump(), **told, **source}))
