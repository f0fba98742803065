"""Submissions and products for the tests of the pool, plainly synthetic."""

from datetime import UTC, datetime, timedelta
from typing import Any

from recommender.domain import Solution
from recommender.pool.submission import SubmissionRequest
from tests.synthetic_records import MARK

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
VENDOR = "SYN-V9"
FIRST, SECOND, THIRD = "reviewer-a", "reviewer-b", "reviewer-c"
PAGE = (
    "合成样本页面。扫码报工，工人做完一道工序扫一下工单，班长的看板马上变。\n"
    "插单以后自动重排，哪几张单会延误提前两天提醒跟单员。\n"
    "不替代进销存，不连机床；三个人的小厂一部旧手机就能用。\n"
    "两天导入产品和工序，第三天照着真单子走一遍。"
)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        # Records and events are told apart by time.
        self.now += timedelta(milliseconds=1)
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += timedelta(days=days)


def document(key: str = "SYN-P1", **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": key,
        "name": f"合成样本·报工灯塔{key}",
        "provider": {"id": VENDOR, "name": "合成服务商·试航软件"},
        "summary": "扫码报工，进度一眼看清",
        "text": PAGE,
        "url": "https://sample.example/p1",
        "scenarios": [{"scenario": "production_control", "level": 2}],
        "price": {"low_yuan": "6000", "high_yuan": "12000", "basis": "per_year"},
        "days_to_deploy": 3,
        "payback_months": 6,
        "deployment": ["saas"],
        "evidence": [{"kind": "case", "text": "合成案例：某30人注塑厂上线后车间报工当天完成"}],
        **MARK,
    }
    return values | changes


def request(key: str = "SYN-P1", actor: str = VENDOR, **changes: Any) -> SubmissionRequest:
    outer = {name: changes.pop(name) for name in ("customers", "note") if name in changes}
    return SubmissionRequest.model_validate({"solution": document(key, **changes), "actor": actor, **outer})


def product(key: str = "SYN-P1", **changes: Any) -> Solution:
    return Solution.model_validate(document(key, **changes))
