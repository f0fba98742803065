"""Projects with what a round looks at: vouchers, payment days, who the parties are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from recommender.course.levels import LevelOf, diagnoses_of, level_of
from recommender.course.project import Project
from recommender.course.projects import projects
from recommender.domain import Enterprise
from recommender.store import UnitOfWork
from recommender.store.repositories.events import EventLine
from recommender.subsidy_round.identity import Identity, of_enterprise, plain_text, told_identities

_TOLD = ("contract", "cost_recorded", "party_identified")


@dataclass(frozen=True, slots=True)
class Claim:
    """One project as a round sees it.

    Attributes
    ----------
    contracts, invoices : frozenset of str
        What identifies them: numbers as told, digests of the files.
    voucher_days : tuple of date
        Days of invoices and payments that say their day.
    undated : int
        Vouchers that do not.
    after : LevelOf, optional
        The diagnosis that tells the level reached.
    """

    project: Project
    enterprise: Enterprise
    partner_name: str
    firm: Identity
    partner: Identity
    contracts: frozenset[str] = frozenset()
    invoices: frozenset[str] = frozenset()
    voucher_days: tuple[date, ...] = ()
    undated: int = 0
    after: LevelOf | None = None

    @property
    def key(self) -> str:
        """What names the project among all: the credit code with its id, or with the partner."""
        return claim_key(self.project.enterprise, self.project.project, self.project.partner)


def claim_key(uscc: str, project: str | None, partner: str | None) -> str:
    """Return the name of a project among all."""
    return f"{uscc}:{project or partner}"


@dataclass(slots=True)
class _Vouchers:
    contracts: set[str] = field(default_factory=set)
    invoices: set[str] = field(default_factory=set)
    days: list[date] = field(default_factory=list)
    undated: int = 0

    def take(self, line: EventLine) -> None:
        if line.type == "contract":
            if number := plain_text(line.attributes.get("contract_number")):
                self.contracts.add(f"编号{number}")
            return
        if line.attributes.get("document") == "invoice" and (
            number := plain_text(line.attributes.get("number"))
        ):
            self.invoices.add(f"号码{number}")
        if day := line.attributes.get("on"):
            self.days.append(date.fromisoformat(day))
        else:
            self.undated += 1


def claims(work: UnitOfWork, moment: datetime) -> list[Claim]:
    """Return every project of the pilot as a round sees it, as it was known at a moment."""
    rows = projects(work, moment)
    firms = work.enterprises.as_of(moment, sorted({row.enterprise for row in rows}))
    lines = list(work.events.lines(moment, types=_TOLD))
    vouchers = _vouchers(lines, rows)
    told = told_identities(line for line in lines if line.type == "party_identified")
    parties = _partners(work, moment, {row.partner for row in rows}, told)
    diagnoses = diagnoses_of(work, moment, sorted(firms))
    found = []
    for row in rows:
        enterprise = firms[row.enterprise].record
        seen = vouchers[row.enterprise, row.project or row.partner]
        name, partner = parties.get(row.partner, (row.partner or "未写明", Identity()))
        own = of_enterprise(enterprise).joined(told.get(row.enterprise, Identity()))
        known = (one.record for one in diagnoses.get(row.enterprise, ()))
        after = [level_of(record) for record in known if record.id == row.diagnosis_after]
        found.append(
            Claim(
                project=row,
                enterprise=enterprise,
                partner_name=name,
                firm=own,
                partner=partner,
                contracts=frozenset(seen.contracts | _files(row, "合同")),
                invoices=frozenset(seen.invoices | _files(row, "发票")),
                voucher_days=tuple(seen.days),
                undated=seen.undated,
                after=after[0] if after else None,
            )
        )
    return found


def _vouchers(lines: Iterable[EventLine], rows: Iterable[Project]) -> dict[tuple[str, str], _Vouchers]:
    by_contract = {step.event_id: row for row in rows for step in row.steps if step.event_id}
    found: dict[tuple[str, str], _Vouchers] = defaultdict(_Vouchers)
    for line in lines:
        if line.type == "party_identified":
            continue
        row = by_contract.get(line.event_id)
        if row is not None:
            found[row.enterprise, row.project or row.partner].take(line)
        elif told := line.attributes.get("project"):
            # A firm may stand on either side of an event; only one of the two pairs names a project.
            for party in {line.subject, line.object}:
                found[party, told].take(line)
    return found


def _files(row: Project, about: str) -> set[str]:
    return {f"文件{file.sha256}" for file in row.evidence if about in file.about}


def _partners(
    work: UnitOfWork, moment: datetime, keys: set[str], told: Mapping[str, Identity]
) -> dict[str, tuple[str, Identity]]:
    """Return name and identity of each partner: as told, and by its own record where it has one."""
    wanted = sorted(keys - {""})
    units = {key: one.record.name for key, one in work.lead_units.as_of(moment, wanted).items()}
    names = work.solutions.provider_names(moment, [key for key in wanted if key not in units]) | units
    codes = {key: told.get(key, Identity()).uscc or key for key in wanted}
    stored = work.enterprises.as_of(moment, sorted(set(codes.values())))
    found = {}
    for key in wanted:
        own = told.get(key, Identity()).joined(Identity(name=plain_text(names.get(key))))
        record = stored.get(codes[key])
        found[key] = (names.get(key, key), own.joined(of_enterprise(record.record)) if record else own)
    return found
