"""Parts of the case file about whom it met: lists and plans served, who saw it, consents, contacts opened."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from recommender.course.case_file import (
    ConsentEntry,
    ContactEntry,
    PlanEntry,
    ServedEntry,
    ServedLine,
    ShownEntry,
)
from recommender.course.naming import Names
from recommender.domain import Consent
from recommender.domain.calendar import local_day
from recommender.domain.course_events import yuan
from recommender.domain.enterprise import ConsentPurpose
from recommender.domain.served_list import ServedList
from recommender.planning.serving import TARGET as PLAN
from recommender.store.repositories.events import EventLine
from recommender.store.repositories.served_lists import Showing

#: How a list in which a partner looks for enterprises is called in the log.
PROSPECT = "prospect"
TARGET_NAMES = {"solution": "解决方案", "lead_unit": "牵引单位", "plan": "改造方案", PROSPECT: "潜在企业"}
PURPOSE_NAMES = {
    ConsentPurpose.SHOW_TO_LEAD_UNITS: "向牵引单位展示",
    ConsentPurpose.SHOW_TO_VENDORS: "向服务商展示",
    ConsentPurpose.SHARE_CONTACT: "共享联系方式",
}


def served_entries(served: Iterable[ServedList]) -> tuple[ServedEntry, ...]:
    """Return the lists that were shown to the enterprise, oldest first, with the names as they were shown."""
    return tuple(
        ServedEntry(
            recommendation_id=one.recommendation_id,
            served_at=one.served_at,
            target=one.target,
            target_name=TARGET_NAMES[one.target],
            model_version=one.model_version,
            policy_version=one.policy_version,
            index_version=one.index_version,
            degraded=one.degraded,
            lines=_lines(one, "items"),
        )
        for one in sorted(served, key=lambda one: (one.served_at, one.recommendation_id))
        if one.target not in {PLAN, PROSPECT}
    )


def plan_entries(served: Iterable[ServedList]) -> tuple[PlanEntry, ...]:
    """Return the plans that were shown, oldest first."""
    plans = [one for one in served if one.target == PLAN]
    return tuple(_plan(one) for one in sorted(plans, key=lambda one: (one.served_at, one.recommendation_id)))


def shown_entries(showings: Iterable[Showing], names: Names) -> tuple[ShownEntry, ...]:
    """Return in whose lists of prospects the enterprise stood."""
    return tuple(
        ShownEntry(
            partner=one.subject,
            partner_name=names.partner(one.subject),
            recommendation_id=one.recommendation_id,
            served_at=one.served_at,
            rank=one.rank,
            model_version=one.model_version,
            policy_version=one.policy_version,
        )
        for one in showings
        if one.subject is not None
    )


def consent_entries(consents: Iterable[Consent], names: Names, today: date) -> tuple[ConsentEntry, ...]:
    """Return every consent, the withdrawn ones too."""
    return tuple(
        ConsentEntry(
            purpose=one.purpose,
            purpose_name=PURPOSE_NAMES[one.purpose],
            partner=partner,
            partner_name=names.partner(partner) if partner else None,
            granted_on=one.granted_on,
            revoked_on=one.revoked_on,
            in_force=one.in_force(today),
        )
        for one in consents
        for partner in [one.lead_unit or one.vendor]
    )


def contact_entries(uscc: str, lines: Iterable[EventLine], names: Names) -> tuple[ContactEntry, ...]:
    """Return the contacts that the enterprise opened itself; a contact from the other side is no opening."""
    return tuple(
        ContactEntry(
            partner=line.object,
            partner_name=names.partner(line.object),
            on=local_day(line.occurred_at),
            recommendation_id=line.recommendation_id,
            event_id=line.event_id,
        )
        for line in lines
        if line.type == "contact" and line.subject == uscc
    )


def _answer(served: ServedList) -> Mapping[str, Any]:
    """Return the logged answer; one that is no JSON object tells nothing."""
    try:
        told = json.loads(served.response)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _lines(served: ServedList, part: str) -> tuple[ServedLine, ...]:
    told = _answer(served).get(part)
    named = {
        item.get("id"): item.get("name") for item in told or () if isinstance(item, dict) and item.get("name")
    }
    return tuple(
        ServedLine(rank=item.rank, id=item.object_id, name=str(named.get(item.object_id, item.object_id)))
        for item in served.items
    )


def _plan(served: ServedList) -> PlanEntry:
    told = _answer(served)
    after, cost = told.get("after"), told.get("cost")
    return PlanEntry(
        recommendation_id=served.recommendation_id,
        served_at=served.served_at,
        target_level=told.get("target_level"),
        level_after=after.get("level") if isinstance(after, dict) else None,
        planned_yuan=yuan(cost.get("planned_yuan")) if isinstance(cost, dict) else None,
        feasible=told.get("feasible"),
        summary=told.get("summary"),
        lines=_lines(served, "solutions"),
    )
