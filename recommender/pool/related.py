"""Who else stands behind a submission: lead units and pilot enterprises that are the provider, or near it."""

from collections.abc import Iterable, Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from recommender.domain import Enterprise, LeadUnit
from recommender.pool.submission import Submission
from recommender.text.tokens import normalise


class RelatedParty(BaseModel):
    """One relation that a reviewer should know of; none of them is a reason to refuse by itself.

    Attributes
    ----------
    code : str
        ``provider_is_lead_unit``, ``provider_in_consortium``, ``offered_by_lead_unit``,
        ``submitted_by_lead_unit``, ``provider_is_enterprise``.
    party : str
        Id or credit code of the other.
    """

    model_config = ConfigDict(frozen=True)

    code: Literal[
        "provider_is_lead_unit",
        "provider_in_consortium",
        "offered_by_lead_unit",
        "submitted_by_lead_unit",
        "provider_is_enterprise",
    ]
    party: str
    name: str
    text: str


def related_parties(
    submission: Submission, lead_units: Iterable[LeadUnit], enterprises: Iterable[Enterprise]
) -> tuple[RelatedParty, ...]:
    """Return the relations, by id, credit code or name (width and case folded)."""
    return (
        *(found for unit in lead_units for found in _with_unit(submission, unit)),
        *(found for firm in enterprises for found in _with_enterprise(submission, firm)),
    )


def _with_unit(submission: Submission, unit: LeadUnit) -> Iterator[RelatedParty]:
    provider, solution = submission.solution.provider, submission.solution
    names = {normalise(unit.name)}
    members = {normalise(m.name): m for m in (*unit.consortium.integrators, *unit.consortium.ecosystem)}
    if provider is not None:
        name = normalise(provider.name)
        if provider.id == unit.id or name in names:
            yield _party("provider_is_lead_unit", unit.id, unit.name, "提供方就是牵引单位")
        elif name in members:
            yield _party("provider_in_consortium", unit.id, unit.name, "提供方是这家牵引单位的联合体成员")
    if solution.id in unit.solution_ids:
        yield _party("offered_by_lead_unit", unit.id, unit.name, "牵引单位已把这个产品列入自己的方案")
    if submission.actor == unit.id and (provider is None or provider.id != unit.id):
        yield _party("submitted_by_lead_unit", unit.id, unit.name, "由牵引单位代为申报")


def _with_enterprise(submission: Submission, firm: Enterprise) -> Iterator[RelatedParty]:
    provider = submission.solution.provider
    if provider is not None and (
        provider.id == firm.uscc or normalise(provider.name) == normalise(firm.name)
    ):
        yield RelatedParty(
            code="provider_is_enterprise",
            party=firm.uscc,
            name=firm.name,
            text="提供方与一家试点企业是同一家，它为自己改造时属于关联交易",
        )


def _party(code: str, party: str, name: str, text: str) -> RelatedParty:
    return RelatedParty.model_validate(
        {"code": code, "party": party, "name": name, "text": f"{text}：{name}"}
    )
