"""Random histories: records that change, events that come late or twice or out of order, lists served."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from recommender.domain.course_events import load_course_events
from recommender.domain.served_list import ServedItem
from recommender.feedback.event_log import EventLog
from tests.synthetic_records import diagnosis, enterprise, lead_unit, served_list, solution, uscc
from tests.unit.course.telling import Told

UNITS = ("SYN-L001", "SYN-L002")
VENDORS = ("SYN-V1", "SYN-V2")
PRODUCTS = ("SYN-S00001", "SYN-S00002")
PROJECTS = (None, "P1", "P2")
SCENARIOS = ("quality", "energy", "finance", "planning_scheduling")
PER_PROJECT = (
    "contract", "project_filed", "project_registered", "project_returned", "implementing", "link_transformed",
    "cost_recorded", "evidence_filed", "acceptance_requested", "accepted", "rejected", "withdrawn", "rating",
    "subsidy_requested", "subsidy", "complaint", "complaint_closed",
)  # fmt: skip
OWN = ("pilot_applied", "pilot_listed", "pilot_refused", "contact", "view", "impression")


class History:
    """One enterprise's random history in a store that many share."""

    def __init__(self, told: Told, number: int) -> None:
        self.told = told
        self.number = number
        self.firm = uscc(number)
        self.draw = random.Random(number)
        self.events = 0
        self.complaints: list[str] = []
        self.last: dict[str, Any] | None = None
        self.diagnoses = 0
        self.change_firm()

    def step(self) -> None:
        """Let a moment pass, one thing happen, and time pass."""
        self.told.later(microseconds=1)
        steps: list[tuple[Callable[[], None], int]] = [
            (self.report, 12),
            (self.repeat, 1),
            (self.change_firm, 1),
            (self.diagnose, 2),
            (self.correct, 1),
            (self.serve, 1),
            (self.change_pool, 1),
        ]
        chosen = self.draw.choices([one for one, _ in steps], [weight for _, weight in steps])[0]
        chosen()
        self.told.later(minutes=self.draw.choice((0, 3, 700, 5000, 60000)))

    def change_firm(self) -> None:
        draw = self.draw
        changed = enterprise(
            self.number,
            name=f"合成样本企业{self.number}之{draw.randint(1, 9)}",
            district=draw.choice((None, "440113", "440118")),
            employees=draw.choice((None, 50, 80)),
            contact=draw.choice((None, {"person": "李四", "phone": "13900000000"})),
            consents=draw.choice(
                ((), ({"purpose": "show_to_lead_units", "granted_on": "2026-01-05", "lead_unit": UNITS[0]},))
            ),
        )
        with self.told.begin() as work:
            work.enterprises.put(changed)

    def diagnose(self) -> None:
        self.diagnoses += 1
        self._put_diagnosis(self.diagnoses)

    def correct(self) -> None:
        if self.diagnoses:
            self._put_diagnosis(self.draw.randint(1, self.diagnoses))

    def _put_diagnosis(self, number: int) -> None:
        draw = self.draw
        day = (self.told.now - timedelta(days=draw.choice((0, 0, 1, 40)))).date()
        record = diagnosis(
            1000 * self.number + number,
            self.number,
            assessed_on=day,
            scenarios={scenario: draw.randint(0, 4) for scenario in SCENARIOS},
            instrument=draw.choice(("2024", "2024", "2024", "1999")),
        )
        with self.told.begin() as work:
            work.diagnoses.put(record)

    def report(self) -> None:
        draw = self.draw
        kind = draw.choice(PER_PROJECT if draw.random() < 0.8 else OWN)
        self.events += 1
        other = draw.choice((*UNITS, *VENDORS, *PRODUCTS))
        body: dict[str, Any] = {
            "event_id": f"h{self.number}-{self.events}",
            "type": kind,
            "subject": self.firm,
            "object": other,
            "actor": self.firm,
            # Some are reported long after they happened.
            "occurred_at": (self.told.now - timedelta(days=draw.choice((0, 0, 0, 2, 30)))).isoformat(),
            "attributes": self._attributes(kind),
        }
        if draw.random() < 0.1:
            body["subject"], body["object"] = other, self.firm
        if kind in {"rating", "subsidy", "contract"}:
            body["value"] = float(draw.randint(1, 5) if kind == "rating" else draw.randint(1, 10**6))
        result = EventLog(self.told.store).append([body])
        assert not result.rejected, result.rejected
        if kind == "complaint":
            self.complaints.append(body["event_id"])
        self.last = body

    def repeat(self) -> None:
        if self.last is not None:
            assert EventLog(self.told.store).append([self.last]).duplicates == 1

    def _attributes(self, kind: str) -> dict[str, Any]:
        draw = self.draw
        values: dict[str, Any] = {
            "reason": "写明的原因",
            "amount_yuan": f"{draw.randint(0, 10**7) / 100:.2f}",
            "solutions": draw.sample(PRODUCTS, draw.randint(0, 2)),
            "due_on": draw.choice(("2026-03-01", "2026-12-31")),
            "scenario": draw.choice(SCENARIOS),
            "level": draw.randint(0, 4),
            "document": draw.choice(("invoice", "payment")),
            "about": draw.choice(("合同", "真实性声明", "质量管理截图")),
            "file": "材料.pdf",
            "sha256": draw.choice("ab") * 64,
            "complaint": draw.choice(self.complaints) if self.complaints else "none",
            "upheld": draw.random() < 0.5,
            "diagnosis": f"SYN-D{1000 * self.number + 1:05d}",
        }
        told = {"reason": values["reason"]}
        for form in load_course_events().attributes_of(kind):
            if form.name == "project":
                project = draw.choice(PROJECTS[1:] if form.required else PROJECTS)
                told |= {"project": f"{self.number}-{project}"} if project else {}
            elif form.name in values and (form.required or draw.random() < 0.7):
                told[form.name] = values[form.name]
        return told

    def serve(self) -> None:
        draw = self.draw
        target = draw.choice(("solution", "lead_unit", "plan", "prospect"))
        thing = {"solution": PRODUCTS, "plan": PRODUCTS, "lead_unit": UNITS, "prospect": (self.firm,)}[target]
        self.events += 1
        items = [{"id": draw.choice(thing), "name": "当时的名称"}]
        line = ServedItem(rank=1, object_id=items[0]["id"], score=0.5, propensity=1, features={})
        with self.told.begin() as work:
            work.served_lists.save(
                served_list(
                    1,
                    recommendation_id=f"r{self.number}-{self.events}",
                    served_at=self.told.now,
                    target=target,
                    subject=draw.choice((*UNITS, *VENDORS)) if target == "prospect" else self.firm,
                    response=json.dumps({"items": items}),
                    items=(line,),
                )
            )

    def change_pool(self) -> None:
        draw = self.draw
        number = draw.randint(1, 2)
        vendor = draw.choice(VENDORS)
        provider = {"id": vendor, "name": f"合成服务商{draw.randint(1, 9)}"}
        with self.told.begin() as work:
            work.lead_units.put(lead_unit(number, name=f"合成牵引单位{draw.randint(1, 9)}"))
            work.solutions.put(solution(number, name=f"合成方案{draw.randint(1, 9)}", provider=provider))


def filled_pool(told: Told) -> None:
    """Put the lead units and products that the histories speak of."""
    with told.begin() as work:
        work.lead_units.put_many([lead_unit(1), lead_unit(2)])
        work.solutions.put_many(
            [solution(1), solution(2, provider={"id": VENDORS[1], "name": "另一家合成服务商"})]
        )
