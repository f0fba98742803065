"""One project: contract, filing, work, money, acceptance, rating, claim; delays, failures, withdrawals."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from recommender.course.levels import level_of
from recommender.domain import Diagnosis
from recommender.domain.calendar import local_day
from recommender.domain.taxonomy import Scenario
from recommender.pilot_run.agenda import Steps
from recommender.pilot_run.desk import Desk, Dice
from recommender.pilot_run.diagnosis_after import draw_after

_FILED = ("合同", "真实性声明")
_PROVED = ("投入清单", "发票", "付款凭证")
_MOST_LINKS = 3


@dataclass(frozen=True, slots=True)
class ProjectCourse:
    """A project of an enterprise with a lead unit.

    Attributes
    ----------
    list_id : str
        The list in which the enterprise found the partner.
    before : Diagnosis
        From before the project.
    """

    desk: Desk
    dice: Dice
    uscc: str
    district: str
    partner: str
    list_id: str
    before: Diagnosis

    @property
    def name(self) -> str:
        """Id of the project."""
        return f"P-{self.uscc[-6:]}"

    def steps(self, products: Sequence[str]) -> Steps:
        """Take the project from its contract to its end."""
        dice = self.dice
        amount, target = self._amount(products), max(2, (level_of(self.before).level or 0) + 1)
        work_days = dice.days("work")
        self._sign(products, amount, target, work_days)
        yield dice.days("file")
        yield from self._file()
        self._firm("implementing", "lead_unit", self.partner)
        yield work_days * 0.5
        if dice.chance("withdraws"):
            cause = "provider" if dice.chance("withdrawal_by_provider") else "enterprise"
            self._firm("withdrawn", "enterprise", self.uscc, reason="实施停滞", cause=cause)
            return
        yield max(1.0, work_days * 0.5 + dice.days("late"))
        gains = self.desk.behaviour.level_gain
        level = min(4, target + dice.draw.pick(list(gains), list(gains.values())))
        self._tell_costs(amount)
        diagnosis = self._finish(level, 1)
        yield from self._accept(diagnosis, level, amount)

    def _sign(self, products: Sequence[str], amount: Decimal, target: int, work_days: float) -> None:
        due = local_day(self.desk.agenda.clock()) + timedelta(days=int(work_days) + 20)
        self.desk.move(
            self.uscc,
            "contract",
            "enterprise",
            self.uscc,
            project=self.name,
            partner=self.partner,
            recommendation=self.list_id,
            amount_yuan=f"{amount}",
            solutions=list(products),
            due_on=due.isoformat(),
            target_level=min(4, target),
            contract_number=f"SYN-{self.name}",
        )

    def _file(self) -> Steps:
        for about in _FILED:
            self._evidence(about)
        self._firm("project_filed", "enterprise", self.uscc)
        yield self.dice.days("register")
        if self.dice.chance("returned_first"):
            self._firm("project_returned", "district", self.district, reason="合同缺页")
            yield self.dice.days("file")
            self._firm("project_filed", "enterprise", self.uscc)
            yield self.dice.days("register")
        self._firm("project_registered", "district", self.district)
        yield 2.0

    def _accept(self, diagnosis: str, level: int, amount: Decimal) -> Steps:
        dice = self.dice
        self._firm("acceptance_requested", "enterprise", self.uscc)
        yield dice.days("accept")
        if dice.chance("rejected_first"):
            self._firm("rejected", "district", self.district, reason="两个环节没有佐证")
            yield dice.days("rectify")
            diagnosis = self._finish(level, 2)
            self._firm("acceptance_requested", "enterprise", self.uscc)
            yield dice.days("accept")
        accepted = self._firm("accepted", "district", self.district, diagnosis=diagnosis)
        yield 1.0
        if dice.chance("complains"):
            told = {"project": self.name, "reason": "售后响应慢"}
            complaint = self._told("complaint", self.uscc, told)
            yield 5.0
            upheld = dice.chance("complaint_upheld")
            closing = {"complaint": complaint, "upheld": upheld, "reason": "双方核对"}
            self._told("complaint_closed", self.district, closing)
        if dice.chance("rates"):
            rating = float(dice.draw.pick([3, 4, 5], [0.15, 0.45, 0.4]))
            self._told("rating", self.uscc, {"project": self.name}, value=rating)
        yield dice.days("claim")
        if accepted and dice.chance("claims"):
            self._firm("subsidy_requested", "enterprise", self.uscc, amount_yuan=f"{amount / 2:.2f}")

    def _finish(self, level: int, number: int) -> str:
        """Take the diagnosis after, and tell once which links were transformed; return its id."""
        desk = self.desk
        after = draw_after(desk, self.dice, self.before, level, number)
        grades = self.before.scenarios
        better = [code for code in Scenario if grades.get(code, 0) < after.scenarios.get(code, 0)]
        for code in better[:_MOST_LINKS] if number == 1 else ():
            told = {"project": self.name, "scenario": code.value, "level": after.scenarios[code]}
            self._told("link_transformed", self.partner, told)
            self._evidence(f"环节佐证：{code.value}")
        with desk.here.store.begin() as work:
            work.diagnoses.put(after)
        return after.id

    def _tell_costs(self, amount: Decimal) -> None:
        terms, today = self.desk.behaviour.contract, local_day(self.desk.agenda.clock())
        invoice = self._part(amount, terms.invoice_share)
        for document, total in (("invoice", invoice), ("payment", self._part(invoice, terms.paid_share))):
            told = {
                "project": self.name,
                "document": document,
                "amount_yuan": f"{total}",
                "number": f"{document}-{self.name}",
                "on": today.isoformat(),
            }
            self._told("cost_recorded", self.uscc, told)
        for about in _PROVED:
            self._evidence(about)

    def _part(self, amount: Decimal, span: tuple[float, float]) -> Decimal:
        return (amount * Decimal(str(round(self.dice.within(span), 4)))).quantize(Decimal("0.01"))

    def _amount(self, products: Sequence[str]) -> Decimal:
        """Return a contract sum by the list prices of what is bought, within the bounds."""
        terms = self.desk.behaviour.contract
        with self.desk.here.store.read() as work:
            prices = [one.record.price for one in work.solutions.get_many(products).values()]
        listed = sum((price.high_yuan for price in prices if price is not None), start=Decimal(0))
        wanted = float(listed) * self.dice.within(terms.share_of_list)
        return Decimal(int(round(min(terms.most_yuan, max(terms.least_yuan, wanted)), -2)))

    def _evidence(self, about: str) -> None:
        digest = hashlib.sha256(f"{self.uscc}/{self.name}/{about}".encode()).hexdigest()
        file = f"合成样本-{about}.pdf"
        told = {"project": self.name, "about": about, "file": file, "sha256": digest}
        self._told("evidence_filed", self.uscc, told)

    def _firm(self, event: str, role: str, actor: str, **attributes: Any) -> bool:  # noqa: ANN401
        return self.desk.move(self.uscc, event, role, actor, project=self.name, **attributes)

    def _told(self, kind: str, actor: str, attributes: dict[str, Any], value: float | None = None) -> str:
        return self.desk.report(kind, self.uscc, self.partner, actor, value=value, attributes=attributes)
