"""Taking and leaving office, as the lead unit's record shows it to ranking."""

from collections.abc import Iterable
from datetime import datetime

from recommender.domain import Consortium, LeadUnit, Member
from recommender.domain.lead_unit import Capacity
from recommender.domain.taxonomy import SubIndustry
from recommender.selection.application import Application
from recommender.selection.ledger import Ledger, Seat
from recommender.store import UnitOfWork
from recommender.text.tokens import normalise


def in_office(work: UnitOfWork, sub: SubIndustry, at: datetime) -> dict[str, LeadUnit]:
    """Return the lead units of a sub-industry at a moment, by id, whether selected or loaded."""
    return {
        key: one.record
        for key, one in work.lead_units.as_of(at).items()
        if not one.record.term_ended and sub in one.record.sub_industries
    }


def take_office(work: UnitOfWork, application: Application) -> None:
    """Bring the record of a unit to what its application says.

    What it does in other sub-industries stays: there the consortium and the rest are joined.
    """
    stored = work.lead_units.get(application.unit)
    own = _record_of(application)
    if stored is None:
        work.lead_units.put(own)
        return
    before = stored.record
    elsewhere = () if before.term_ended else before.sub_industries
    capacity = Capacity(
        total=application.capacity, in_progress=before.capacity.in_progress if before.capacity else 0
    )
    changes = {
        "mode": own.mode,
        "sub_industries": _joined(elsewhere, own.sub_industries),
        "capacity": capacity,
        "solution_ids": tuple(dict.fromkeys((*before.solution_ids, *own.solution_ids))),
        "text": own.text or before.text,
        "term_ended": False,
    }
    if set(elsewhere) - {application.sub_industry}:
        anywhere = not before.districts or not own.districts
        changes |= {
            "consortium": joined([before.consortium, own.consortium]),
            "scenarios": tuple(dict.fromkeys((*before.scenarios, *own.scenarios))),
            "districts": () if anywhere else tuple(dict.fromkeys((*before.districts, *own.districts))),
        }
    else:
        changes |= {
            "consortium": own.consortium,
            "scenarios": own.scenarios,
            "districts": own.districts,
        }
    work.lead_units.put(before.model_copy(update=changes))


def leave_office(work: UnitOfWork, book: Ledger, unit: str, sub: SubIndustry) -> None:
    """Take a sub-industry from the record of a unit; with its last one the unit's term has ended.

    Parameters
    ----------
    book : Ledger
        As it stood before; where all that the unit goes on doing came from selections, its consortium is
        what those applications name.
    """
    stored = work.lead_units.get(unit)
    if stored is None:
        return
    remaining = tuple(one for one in stored.record.sub_industries if one != sub)
    changes: dict[str, object] = {"sub_industries": remaining, "term_ended": not remaining}
    kept = [seat for seat in book.seats_of(unit) if seat.sub_industry != sub]
    if remaining and {seat.sub_industry for seat in kept} == set(remaining):
        changes["consortium"] = joined(_consortium_of(application_of(book, seat)) for seat in kept)
    work.lead_units.put(stored.record.model_copy(update=changes))


def application_of(book: Ledger, seat: Seat) -> Application:
    """Return the application that an office came from."""
    return book.round(seat.round).entry(seat.application).application


def joined(consortia: Iterable[Consortium]) -> Consortium:
    """Return one consortium of several; a firm that is in more than one keeps its first role."""
    integrators: dict[str, Member] = {}
    ecosystem: dict[str, Member] = {}
    for consortium in consortia:
        for found, members in ((integrators, consortium.integrators), (ecosystem, consortium.ecosystem)):
            for member in members:
                _join(found, member)
    return Consortium(integrators=tuple(integrators.values()), ecosystem=tuple(ecosystem.values()))


def _join(found: dict[str, Member], member: Member) -> None:
    earlier = found.setdefault(normalise(member.name), member)
    scenarios = tuple(dict.fromkeys((*earlier.scenarios, *member.scenarios)))
    found[normalise(member.name)] = earlier.model_copy(update={"scenarios": scenarios})


def _joined(first: Iterable[SubIndustry], second: Iterable[SubIndustry]) -> tuple[SubIndustry, ...]:
    both = {*first, *second}
    return tuple(sub for sub in SubIndustry if sub in both)


def _record_of(application: Application) -> LeadUnit:
    return LeadUnit(
        id=application.unit,
        name=application.name,
        mode=application.mode,
        sub_industries=(application.sub_industry,),
        consortium=_consortium_of(application),
        scenarios=application.scenarios,
        capacity=Capacity(total=application.capacity),
        districts=application.districts,
        solution_ids=application.solution_ids,
        text=application.text,
        synthetic=application.synthetic,
        mark=application.mark,
    )


def _consortium_of(application: Application) -> Consortium:
    def members(part: str) -> tuple[Member, ...]:
        return tuple(
            Member(name=one.name, role=one.role, scenarios=one.scenarios)
            for one in application.members
            if one.part == part
        )

    return Consortium(integrators=members("integrator"), ecosystem=members("ecosystem"))
