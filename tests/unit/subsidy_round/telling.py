"""Short ways to tell a project up to its claim, and a round around it."""

from datetime import date
from itertools import count
from typing import Any

from recommender.diagnosis.instrument import Item, load_instrument
from recommender.feedback.event_log import EventLog
from recommender.subsidy_round.service import SubsidyRounds
from tests.synthetic_records import diagnosis, enterprise, uscc
from tests.unit.course.telling import DISTRICT, UNIT, Told

CITY = "440100"
ROUND = "R1"
GRADES = dict.fromkeys(
    (
        "product_design", "process_design", "marketing", "after_sales", "planning_scheduling",
        "production_control", "quality", "equipment", "safety", "energy", "procurement",
        "warehouse_logistics", "finance", "human_resources", "collaboration", "decision_support",
    ),
    4,
)  # fmt: skip
_NUMBERS = count(1)
EVIDENCE = ("合同", "真实性声明", "投入清单", "发票", "付款凭证")


def best_answers() -> dict[str, list[str]]:
    """Answers that bring all points."""
    items = [
        item
        for dimension in load_instrument().dimensions
        for indicator in dimension.indicators
        for item in indicator.items
    ]
    return {item.id: _best(item) for item in items}


def _best(item: Item) -> list[str]:
    if item.kind == "single":
        return [max(item.options, key=lambda option: option.points).letter]
    return [option.letter for option in item.options if option.points]


def cost(
    told: Told, firm: str, project: str, document: str, amount: str, day: str | None = None, **attributes: Any
) -> None:
    """Record a voucher, with the day that it bears."""
    attributes |= {"project": project, "document": document, "amount_yuan": amount}
    body = {
        "event_id": f"cost-{next(_NUMBERS)}",
        "type": "cost_recorded",
        "subject": firm,
        "object": UNIT,
        "actor": firm,
        "occurred_at": told.now.isoformat(),
        "attributes": attributes if day is None else {**attributes, "on": day},
    }
    assert EventLog(told.store).append([body]).inserted == 1


def claimed(
    told: Told,
    number: int = 1,
    project: str = "P1",
    *,
    amount: str = "200000",
    invoice: str = "180000.55",
    payment: str = "190000",
    partner: str = UNIT,
    level: int = 4,
    method: str = "on_site",
    without: tuple[str, ...] = (),
    invoice_number: str | None = None,
    **contract: Any,
) -> str:
    """Tell a project up to its request for the subsidy; return its key."""
    firm = uscc(number)
    with told.begin() as work:
        if work.enterprises.get(firm) is None:
            work.enterprises.put(enterprise(number, district=DISTRICT))
        work.diagnoses.put(diagnosis(900 + number, number, assessed_on=date(2026, 1, 4)))
    ids = {"project": project}
    told.at("2026-02-01").event(
        "contract", subject=firm, object=partner, amount_yuan=amount, **ids, **contract
    )
    told.event("project_filed", subject=firm, object=partner, **ids)
    told.event("project_registered", subject=firm, object=DISTRICT, actor=DISTRICT, **ids)
    number_ = invoice_number or f"{number}-{project}"
    told.at("2026-03-01")
    cost(told, firm, project, "invoice", invoice, "2026-02-20", number=number_)
    cost(told, firm, project, "payment", payment, "2026-02-25")
    for place, about in enumerate(EVIDENCE):
        if about not in without:
            sha = f"{number:04d}{project.encode().hex():0>8}{place:02d}".ljust(64, "0")
            told.event("evidence_filed", subject=firm, about=about, file=f"{about}.pdf", sha256=sha, **ids)
    told.at("2026-04-05")
    with told.begin() as work:
        work.diagnoses.put(
            diagnosis(
                1900 + number,
                number,
                assessed_on=date(2026, 4, 5),
                method=method,
                answers=best_answers() if level else {},
                scenarios=dict.fromkeys(GRADES, level),
            )
        )
    told.event("acceptance_requested", subject=firm, **ids)
    told.at("2026-04-10").event(
        "accepted", subject=firm, object=partner, actor=DISTRICT, diagnosis=f"SYN-D{1900 + number:05d}", **ids
    )
    told.at("2026-04-12").event("subsidy_requested", subject=firm, amount_yuan="90000", **ids)
    return f"{firm}:{project}"


def opened(told: Told, key: str = ROUND) -> SubsidyRounds:
    """Open a round and return the service."""
    service = SubsidyRounds(told.store)
    told.at("2026-05-01")
    service.open(key, f"第{key}批", date(2026, 1, 1), date(2026, 4, 30), CITY)
    return service
