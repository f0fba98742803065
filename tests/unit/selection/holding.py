"""A round of selection for the tests, plainly synthetic: applications, experts, sheets."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from recommender.domain.taxonomy import SubIndustry
from recommender.selection.application import Application, Call, Expert, ScoreSheet
from recommender.selection.rules import load_selection_rules
from recommender.selection.service import SelectionService
from recommender.store import Store
from tests.synthetic_records import MARK

CITY, CLERK = "440100", "440100:clerk"
START = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
APPLY_UNTIL = START + timedelta(days=20)
SCORE_UNTIL = START + timedelta(days=40)
SUB = SubIndustry.COSMETICS
EXPERTS = tuple(Expert(id=f"SYN-E{number}", employer=f"合成大学{number}") for number in range(1, 6))
COMMITMENTS = tuple(one.code for one in load_selection_rules().form.commitments)


class Clock:
    """A clock that a test sets; it ticks, so that one thing comes after another."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def scoring(self) -> None:
        self.now = max(self.now, APPLY_UNTIL + timedelta(hours=1))

    def after_scoring(self) -> None:
        self.now = SCORE_UNTIL + timedelta(hours=1)

    def later(self, days: float) -> None:
        self.now += timedelta(days=days)


def call(**changes: Any) -> Call:
    values: dict[str, Any] = {
        "name": "合成样本·2026年第一批",
        "sub_industries": [SUB.value, "luggage"],
        "apply_until": APPLY_UNTIL,
        "score_until": SCORE_UNTIL,
        "term_from": date(2027, 1, 1),
        "term_until": date(2027, 12, 31),
    }
    return Call.model_validate(values | changes)


def member(key: str, part: str = "ecosystem", **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": key,
        "name": f"合成企业{key}",
        "part": part,
        "role": "实施" if part == "integrator" else "检测",
        "scenarios": ["quality"],
        "description": "合成样本：本地技术服务企业",
    }
    if part == "integrator":
        values["kind"] = "system_integrator"
    return values | changes


def application(number: int, **changes: Any) -> Application:
    values: dict[str, Any] = {
        "unit": f"SYN-U{number}",
        "name": f"合成申报单位{number}",
        "uscc": f"SYN-C{number}",
        "sub_industry": SUB.value,
        "mode": "supply_chain",
        "members": [member(f"SYN-I{number}", "integrator"), member(f"SYN-M{number}")],
        "scenarios": ["production_control"],
        "capacity": 20,
        "service": {"served": 12, "reached_level": 6, "evidence": "合同和验收材料"},
        "commitments": COMMITMENTS,
        "text": "合成样本：牵引化妆品小厂做批次追溯和排产。",
        **MARK,
    }
    return Application.model_validate(values | changes)


def sheet(key: str, total: Any, **points: Any) -> ScoreSheet:
    """Return a sheet whose items sum up to a total, filled from the first item on."""
    left, given = Decimal(str(total)), {}
    for code, item in load_selection_rules().items.items():
        given[code] = min(left, item.points)
        left -= given[code]
    return ScoreSheet.model_validate({"application": key, "points": given | points})


class Selections(SelectionService):
    """The service with the steps that many tests need."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(store)
        self.clock = clock

    def opened(self, key: str = "S1", **changes: Any) -> None:
        self.open(key, call(**changes), CITY)
        self.name_panel(key, EXPERTS, CITY)

    def applied(self, *applications: Application, round_: str = "S1", confirmed: bool = True) -> list[str]:
        for one in applications:
            self.apply(round_, one, one.unit)
            for joined in one.members if confirmed else ():
                self.confirm(round_, one.key, joined.id)
        return [one.key for one in applications]

    def scored(self, totals: dict[str, list[Any]], round_: str = "S1") -> None:
        """Let experts score; the list of an application has a total for each expert, None for no sheet."""
        self.clock.scoring()
        for place, expert in enumerate(EXPERTS):
            sheets = [sheet(key, own[place]) for key, own in totals.items() if own[place] is not None]
            if sheets:
                self.score(round_, sheets, expert.id)

    def ranked(self, count: int = 4, round_: str = "S1") -> list[str]:
        """Open a round with applications that all experts put in the order of their numbers."""
        self.opened(round_)
        keys = self.applied(*(application(number) for number in range(1, count + 1)), round_=round_)
        self.scored({key: [90 - 5 * at + e for e in range(5)] for at, key in enumerate(keys)}, round_)
        return keys
