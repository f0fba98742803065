"""A partner's prospects as its page shows them: narrowed, ranked, put on record as seen."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import Field

from api.web.asked import Asked
from api.web.partners.scope import Whose
from api.web.telling import tell
from recommender.domain import Contact
from recommender.domain.enterprise import SizeClass
from recommender.domain.taxonomy import DistrictCode, Scenario, SubIndustry
from recommender.errors import InvalidInput
from recommender.gaps.demand import demands_of
from recommender.installation import Installation
from recommender.matching.answer import Recommendation
from recommender.matching.request import ProspectRequest
from recommender.retrieval.conditions import Attribute, Condition, Filter

_SHOWN = 20
_MOST_LEFT_OUT = 1_000


class ProspectsAsked(Asked):
    """By what the list is narrowed; None means any."""

    sub_industry: SubIndustry | None = None
    district: DistrictCode | None = None
    size: SizeClass | None = None
    level: int | None = Field(default=None, ge=0, le=4)
    scenario: Scenario | None = None


class Opened(NamedTuple):
    """An enterprise that opened contact; its contact data, None if it left none."""

    uscc: str
    name: str
    synthetic: bool
    contact: Contact | None


def ranked(here: Installation, whose: Whose, asked: ProspectsAsked) -> Recommendation:
    """Rank the prospects and put on record that those on the page were seen.

    Raises
    ------
    InvalidInput
        If more enterprises would have to be left out than one question can name.
    """
    request = ProspectRequest(
        k=_SHOWN,
        filter=Filter(must=tuple(_conditions(asked))),
        exclude_ids=_left_out(here, asked, dismissed(here, whose)),
    )
    answer = here.matching.prospects(whose.kind, whose.id, request)
    tell(here, [_about(whose, "impression", item.id, answer.recommendation_id) for item in answer.items])
    return answer


def dismiss(here: Installation, whose: Whose, uscc: str, recommendation_id: str, reason: str) -> None:
    """Put on record that an enterprise is not for this partner, and why.

    Raises
    ------
    InvalidInput
        Without a reason, or where the log refuses the entry.
    """
    if not reason.strip():
        raise InvalidInput("请写明为什么不合适", place={"field": "reason"})
    body = {
        **_about(whose, "dismiss", uscc, recommendation_id),
        "attributes": {"reason": reason.strip()},
    }
    tell(here, [body], place={"field": "reason"})


def _about(whose: Whose, kind: str, uscc: str, served: str) -> dict[str, Any]:
    return {
        "type": kind,
        "recommendation_id": served,
        "subject": whose.id,
        "object": uscc,
        "actor": whose.id,
    }


def dismissed(here: Installation, whose: Whose) -> frozenset[str]:
    """Return the enterprises that the partner said are not for it."""
    with here.store.read() as work:
        told = work.events.concerning(whose.id)
    return frozenset(
        one.event.object for one in told if one.event.type == "dismiss" and one.event.subject == whose.id
    )


def opened(here: Installation, whose: Whose) -> tuple[Opened, ...]:
    """Return the enterprises whose contact is open to the partner today, the newest first."""
    today = here.consenting.today()
    with here.store.read() as work:
        told = [one.event for one in work.events.concerning(whose.id)]
        keys = dict.fromkeys(
            one.subject for one in reversed(told) if one.type == "contact" and one.object == whose.id
        )
        firms = work.enterprises.get_many(keys)
    return tuple(
        Opened(key, firm.name, firm.synthetic, firm.contact)
        for key in keys
        if key in firms
        for firm in [firms[key].record]
        if firm.opened_contact_with(whose.kind, whose.id, today) is not None
    )


def _conditions(asked: ProspectsAsked) -> Iterator[Condition]:
    for attribute, wanted in (
        (Attribute.SUB_INDUSTRY, asked.sub_industry),
        (Attribute.DISTRICT, asked.district),
        (Attribute.SIZE_CLASS, asked.size),
    ):
        if wanted is not None:
            yield Condition(field=attribute, any=(str(wanted),))


def _left_out(here: Installation, asked: ProspectsAsked, unfit: frozenset[str]) -> tuple[str, ...]:
    """Return whom to leave out: the dismissed, and whom level and scenario, known by diagnosis, rule out."""
    if asked.level is None and asked.scenario is None:
        return tuple(sorted(unfit))[-_MOST_LEFT_OUT:]
    engine = here.matching.engine()
    snapshot = engine.snapshot
    needing = {
        one.enterprise for one in demands_of(snapshot, engine.instrument) if one.scenario is asked.scenario
    }
    conditions = tuple(_conditions(asked))
    out = tuple(
        key
        for key, firm in snapshot.catalogue.enterprises.items()
        if all(one.holds(firm) for one in conditions)
        and not (
            (asked.level is None or (key in snapshot.results and snapshot.results[key].level == asked.level))
            and (asked.scenario is None or key in needing)
        )
    )
    out = tuple(dict.fromkeys((*unfit, *out)))
    if len(out) > _MOST_LEFT_OUT:
        raise InvalidInput("企业太多，请再选一个行业或区", place={"field": "district"})
    return out
