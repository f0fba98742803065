"""Plainly synthetic records for tests, by number."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from recommender.domain import Diagnosis, Enterprise, LeadUnit, Need, Notice, Solution
from recommender.domain.credit_code import check_character
from recommender.domain.served_list import ServedItem, ServedList

MARK = {"synthetic": True, "mark": "合成样本"}
SERVED_AT = datetime(2026, 3, 1, 2, 30, 0, 123456, tzinfo=UTC)


def uscc(number: int) -> str:
    first = f"91440101000{number:06d}"
    return first + check_character(first)


def enterprise(number: int, **changes: Any) -> Enterprise:
    values: dict[str, Any] = {
        "uscc": uscc(number),
        "name": f"合成样本企业{number}",
        "district": "440113" if number % 2 else "440118",
        "sub_industry": "apparel" if number % 3 else "luggage",
        "employees": 40 + number % 100,
        "revenue_yuan": Decimal("12000000.00"),
        "needs": ("订单靠手写，交期常常延误",),
        **MARK,
    }
    return Enterprise.model_validate(values | changes)


def diagnosis(number: int, of: int = 1, **changes: Any) -> Diagnosis:
    values: dict[str, Any] = {
        "id": f"SYN-D{number:05d}",
        "uscc": uscc(of),
        "assessed_on": date(2026, 1, 1) + timedelta(days=number),
        "answers": {"network": ["A"], "planning": ["B"]},
        "scenarios": {"quality": 1, "planning_scheduling": 0},
        **MARK,
    }
    return Diagnosis.model_validate(values | changes)


def solution(number: int, **changes: Any) -> Solution:
    values: dict[str, Any] = {
        "id": f"SYN-S{number:05d}",
        "name": f"合成样本方案{number}",
        "provider": {"id": "SYN-V1", "name": "合成服务商"},
        "text": "排产、报工、交期预警。" * 20,
        "scenarios": [{"scenario": "planning_scheduling", "level": 2}],
        "price": {"low_yuan": "18000", "high_yuan": "36000", "basis": "per_year"},
        **MARK,
    }
    return Solution.model_validate(values | changes)


def lead_unit(number: int, **changes: Any) -> LeadUnit:
    values: dict[str, Any] = {
        "id": f"SYN-L{number:03d}",
        "name": f"合成牵引单位{number}",
        "mode": "supply_chain",
        "sub_industries": ["apparel"],
        "capacity": {"total": 30, "in_progress": 4},
        **MARK,
    }
    return LeadUnit.model_validate(values | changes)


def need(number: int, **changes: Any) -> Need:
    values: dict[str, Any] = {"id": f"SYN-N{number:04d}", "text": "仓库账实不符", **MARK}
    return Need.model_validate(values | changes)


def notice(number: int, **changes: Any) -> Notice:
    values: dict[str, Any] = {
        "id": f"SYN-T{number:04d}",
        "name": f"合成样本通知{number}",
        "kind": "policy",
        "published_on": "2026-01-05",
        **MARK,
    }
    return Notice.model_validate(values | changes)


def served_list(number: int = 1, **changes: Any) -> ServedList:
    values: dict[str, Any] = {
        "recommendation_id": f"rec-{number:04d}",
        "served_at": SERVED_AT + timedelta(hours=number),
        "target": "solution",
        "subject": uscc(1),
        "model_version": "m1",
        "policy_version": "p1",
        "index_version": "i1",
        "request": '{"text": "排产 \\u0000 \\"引号\\"",  "k":2}',
        "response": '{"items":[ ],"emoji":"🧵"}',
        "items": (
            ServedItem(
                rank=1,
                object_id="SYN-S00002",
                score=0.1 + 0.2,
                propensity=1.0,
                features={"词": 1 / 3, "空": None},
            ),
            ServedItem(rank=2, object_id="SYN-S00001", score=1e-300, propensity=0.25, features={}),
        ),
    }
    return ServedList.model_validate(values | changes)


def event_body(number: int, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "event_id": f"evt-{number:06d}",
        "type": "view",
        "subject": uscc(1),
        "object": "SYN-S00001",
        "actor": uscc(1),
        "occurred_at": "2026-03-01T11:00:00+08:00",
    }
    return values | changes
