"""A stored batch as a problem: who takes part, what is decided already, what every unit can take."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.assignment.problem import NOBODY, Family, Ints, Problem, share_limit
from recommender.assignment.request import AssignmentRequest
from recommender.domain import Enterprise
from recommender.domain.enterprise import PartnerKind
from recommender.errors import InvalidInput
from recommender.index.catalogue import Catalogue
from recommender.matching.ranked import Engine
from recommender.matching.reciprocal import PairScores, pair_scores
from recommender.matching.unknown import UnknownEnterprise, UnknownLeadUnit, known_partner
from recommender.retrieval.partner import Partner
from recommender.store.repositories.events import LoggedEvent

#: Events that begin, end or rule out an engagement of an enterprise with a unit.
_BEGINS = frozenset({"contract", "implementing"})
_ENDS = frozenset({"accepted", "rejected", "withdrawn"})
_REFUSES = frozenset({"dismiss"})
ENGAGEMENT_EVENTS = tuple(sorted(_BEGINS | _ENDS | _REFUSES))


@dataclass(frozen=True, slots=True)
class Engagements:
    """What the log says of enterprises and units.

    Attributes
    ----------
    running : dict of str to str
        Unit of each enterprise with a contract that has not ended.
    refused : frozenset of (str, str)
        Enterprise and unit it dismissed.
    experienced : frozenset of str
        Units that ever had a contract.
    """

    running: Mapping[str, str]
    refused: frozenset[tuple[str, str]]
    experienced: frozenset[str]


def engagements_of(events: Sequence[LoggedEvent], units: Collection[str]) -> Engagements:
    """Read running engagements, refusals and experience from the log; only events with these units count."""
    running: dict[str, str] = {}
    refused: set[tuple[str, str]] = set()
    experienced: set[str] = set()
    ordered = sorted(events, key=lambda logged: (logged.event.occurred_at, logged.sequence))
    for event in (logged.event for logged in ordered):
        if event.object not in units:
            continue
        if event.type in _BEGINS:
            running[event.subject] = event.object
            experienced.add(event.object)
            refused.discard((event.subject, event.object))
        elif event.type in _ENDS and running.get(event.subject) == event.object:
            del running[event.subject]
        elif event.type in _REFUSES:
            refused.add((event.subject, event.object))
    return Engagements(running, frozenset(refused), frozenset(experienced))


@dataclass(frozen=True, slots=True)
class Batch:
    """A problem with the records behind it.

    Attributes
    ----------
    firms, units : tuple
        In the order of the problem's rows and columns.
    left_out : tuple of Enterprise
        Asked for, but without consent to any unit.
    scores : PairScores
    new : bool (m,)
        Units that have nobody yet.
    own_most : int64 (m,)
        What each unit could take without the share cap.
    """

    problem: Problem
    firms: tuple[Enterprise, ...]
    units: tuple[Partner, ...]
    left_out: tuple[Enterprise, ...]
    scores: PairScores
    new: NDArray[np.bool_]
    own_most: Ints


def batch_of(engine: Engine, request: AssignmentRequest, engagements: Engagements, *, on: date) -> Batch:
    """Put a batch together.

    Raises
    ------
    UnknownEnterprise, UnknownLeadUnit, recommender.matching.unknown.UnknownVendor
        If the request names a record that is not stored.
    recommender.errors.InvalidInput
        If it fixes an enterprise at another unit than the one it has a running contract with.
    """
    catalogue = engine.snapshot.catalogue
    units = _units(engine, request)
    column = {unit.id: number for number, unit in enumerate(units)}
    stays = _decided(catalogue, request, engagements)
    asked = _asked(catalogue, request)
    firms = tuple(
        firm
        for firm in asked
        if stays.get(firm.uscc) in column
        or (firm.uscc not in stays and any(firm.shows_itself_to(unit.kind, unit.id, on) for unit in units))
    )
    members = {firm.uscc for firm in firms}
    row = {firm.uscc: number for number, firm in enumerate(firms)}
    scores = pair_scores(engine, firms, units, on=on)
    possible = scores.allowed & scores.consented
    for uscc, unit in [*engagements.refused, *((c.enterprise, c.unit) for c in request.forbidden)]:
        if uscc in row and unit in column:
            possible[row[uscc], column[unit]] = False
    fixed = np.array([column[stays[f.uscc]] if f.uscc in stays else NOBODY for f in firms], np.int64)
    outside = [unit for uscc, unit in engagements.running.items() if uscc not in members]
    inside = [unit for uscc, unit in engagements.running.items() if uscc in members]
    new = np.array([_is_new(unit, engagements) for unit in units], bool)
    own_most = np.array([_most(unit, request, outside, inside) for unit in units], np.int64)
    most = own_most
    if request.share_cap is not None:
        most = np.minimum(most, share_limit(request.share_cap, len(firms)))
    least = np.array([_least(unit, request) for unit in units], np.int64)
    problem = Problem(
        probability=_known(scores.p_match),
        forward=_known(scores.forward),
        reverse=_known(scores.reverse),
        allowed=possible,
        most=most,
        least=np.where(new, np.maximum(least, request.floor_new), least),
        fixed=fixed.reshape(len(firms)),
        families=_families(firms, units, request),
    )
    left_out = tuple(firm for firm in asked if firm.uscc not in members and firm.uscc not in stays)
    return Batch(problem, firms, units, left_out, scores, new, own_most)


def _known(scores: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Put 0 where a pair was not scored; it may not be proposed anyway."""
    return np.asarray(np.nan_to_num(scores), np.float32)


def kind_of(request: AssignmentRequest, unit: str) -> PartnerKind:
    """Return what kind of firm takes part under an id."""
    return PartnerKind.VENDOR if unit in request.vendors else PartnerKind.LEAD_UNIT


def _units(engine: Engine, request: AssignmentRequest) -> tuple[Partner, ...]:
    catalogue = engine.snapshot.catalogue
    if twice := sorted(set(request.vendors) & catalogue.lead_units.keys()):
        raise InvalidInput(f"{twice[0]} 是牵引单位的编号", place={"field": "vendors"})
    named = [
        *request.units,
        *request.capacities,
        *(couple.unit for couple in (*request.fixed, *request.forbidden)),
    ]
    for unit in named:
        if unit not in catalogue.lead_units and unit not in request.vendors:
            raise UnknownLeadUnit(f"找不到牵引单位 {unit}", place={"field": "units"})
    chosen = sorted((set(request.units) or set(catalogue.units_in_office)) | set(request.vendors))
    units = [known_partner(engine, kind_of(request, key), key) for key in chosen]
    # Who does not tell its places takes nobody new, unless the caller says how many.
    kept = {couple.unit for couple in request.fixed}
    return tuple(u for u in units if u.capacity or u.id in kept or _override(request, u.id) is not None)


def _override(request: AssignmentRequest, unit: str) -> int | None:
    limits = request.capacities.get(unit)
    return None if limits is None else limits.max


def _asked(catalogue: Catalogue, request: AssignmentRequest) -> tuple[Enterprise, ...]:
    for uscc in request.enterprises:
        if uscc not in catalogue.enterprises:
            raise UnknownEnterprise(f"找不到企业 {uscc}", place={"field": "enterprises"})
    decided = {couple.enterprise for couple in request.fixed}
    chosen = sorted((set(request.enterprises) or set(catalogue.enterprises)) | decided)
    firms = (catalogue.enterprises[uscc] for uscc in chosen)
    return tuple(
        firm
        for firm in firms
        if firm.uscc in decided
        or (request.sub_industry in {None, firm.sub_industry} and request.district in {None, firm.district})
    )


def _decided(catalogue: Catalogue, request: AssignmentRequest, engagements: Engagements) -> dict[str, str]:
    stays = dict(engagements.running)
    for number, couple in enumerate(request.fixed):
        place = {"field": f"fixed.{number}"}
        if couple.enterprise not in catalogue.enterprises:
            raise UnknownEnterprise(f"找不到企业 {couple.enterprise}", place=place)
        if stays.get(couple.enterprise, couple.unit) != couple.unit:
            raise InvalidInput(
                f"企业 {couple.enterprise} 已与 {stays[couple.enterprise]} 签约，不能再定给 {couple.unit}",
                place=place,
            )
        stays[couple.enterprise] = couple.unit
        if request.units and couple.unit not in (*request.units, *request.vendors):
            raise InvalidInput(f"{couple.unit} 不在参加分配的单位里", place=place)
    return stays


def _most(unit: Partner, request: AssignmentRequest, outside: list[str], inside: list[str]) -> int:
    """Places of a unit for this batch: a running contract of the batch keeps the place that it has."""
    override = _override(request, unit.id)
    if override is not None or unit.capacity is None:
        return override or 0
    here = inside.count(unit.id)
    busy = max(unit.capacity.in_progress, outside.count(unit.id) + here) - here
    return max(0, unit.capacity.total - busy)


def _least(unit: Partner, request: AssignmentRequest) -> int:
    limits = request.capacities.get(unit.id)
    return (limits.min or 0) if limits else 0


def _is_new(unit: Partner, engagements: Engagements) -> bool:
    idle = unit.capacity is None or unit.capacity.in_progress == 0
    return idle and unit.id not in engagements.experienced


def _families(
    firms: Sequence[Enterprise], units: Sequence[Partner], request: AssignmentRequest
) -> tuple[Family, ...]:
    found = []
    for own, limits in (("sub_industry", "sub_industries"), ("district", "districts")):
        by_unit: dict[str, dict[Any, int]] = {
            unit: getattr(asked, limits) for unit, asked in request.capacities.items()
        }
        parts = sorted({part for most in by_unit.values() for part in most})
        if not parts:
            continue
        number = {part: index for index, part in enumerate(parts)}
        labels = np.array([number.get(getattr(firm, own), -1) for firm in firms], np.int64)
        most = np.full((len(parts), len(units)), np.inf)
        for column, unit in enumerate(units):
            for part, places in by_unit.get(unit.id, {}).items():
                most[number[part], column] = places
        found.append(Family(labels, most))
    return tuple(found)
