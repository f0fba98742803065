"""The steps of an appraisal; each decides by the log and writes to it in one unit of work."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from recommender.appraisal import scoring
from recommender.appraisal.evidence import PartnerEvidence, evidence_in
from recommender.appraisal.faults import (
    AppraisalExists,
    AppraisalMoveNotAllowed,
    ConflictOfInterest,
    InvalidScore,
    TooFewReviewers,
    UnknownAppraisal,
    UnknownAppraised,
)
from recommender.appraisal.ledger import STATE_NAMES, Appraisal, Standing, appraisals
from recommender.appraisal.parties import Surroundings, person, require_unit, roster
from recommender.appraisal.points import Result, result_of
from recommender.appraisal.score_workbook import score_workbook, take_workbook
from recommender.appraisal.sheet import Side, load_sheet, read_sheet
from recommender.appraisal.views import (
    AppraisalHead,
    AppraisalView,
    Consequence,
    consequences_of,
    head_of,
    view_of,
)
from recommender.appraisal.writing import write
from recommender.domain.calendar import local_day
from recommender.errors import InvalidInput
from recommender.exchange.conflicts import resolver
from recommender.exchange.merging import Resolve
from recommender.exchange.report import ImportReport
from recommender.feedback.reporting import keep_log
from recommender.store import Store, UnitOfWork
from recommender.subsidy_round.faults import require_office
from recommender.subsidy_round.rules import load_round_rules


class Appraisals:
    """Appraisals over a store; every moment defaults to now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # -- reading -------------------------------------------------------------------------------------

    def listing(self, moment: datetime | None = None) -> tuple[AppraisalHead, ...]:
        """Return all appraisals in the order of opening."""
        with self._store.read() as work:
            return tuple(head_of(one) for one in appraisals(work, moment or work.clock()).values())

    def show(self, key: str, moment: datetime | None = None) -> AppraisalView:
        """Return an appraisal with what is published of it.

        Raises
        ------
        UnknownAppraisal
        """
        with self._store.read() as work:
            at = moment or work.clock()
            return view_of(_appraisal(work, key, at), at)

    def draft(self, key: str, actor: str, moment: datetime | None = None) -> AppraisalView:
        """Return an appraisal with what unpublished units would get now; for the city office only.

        Raises
        ------
        UnknownAppraisal, NotTheOffice
        """
        _require_city(actor)
        with self._store.read() as work:
            at = moment or work.clock()
            here = _appraisal(work, key, at)
            return view_of(here, at, _results(here, _evidence(work, here, at), here.units))

    def consequences(self, moment: datetime | None = None) -> tuple[Consequence, ...]:
        """Return what final grades propose; people decide on it, nothing happens by itself."""
        with self._store.read() as work:
            at = moment or work.clock()
            return consequences_of(appraisals(work, at), local_day(at))

    # -- the city's steps ----------------------------------------------------------------------------

    def open(
        self,
        key: str,
        name: str,
        side: Side,
        period: tuple[date, date],
        actor: str,
        *,
        reviewers: Mapping[str, str],
        sheet: Mapping[str, Any] | None = None,
        units: Sequence[str] | None = None,
    ) -> AppraisalView:
        """Open an appraisal; the same again appoints the reviewers that are new.

        Parameters
        ----------
        period : (date, date)
            First and last day that the measured items look at.
        reviewers : mapping
            Affiliation by id of the reviewer.
        sheet : mapping, optional
            The shipped sheet of the side by default; it is sealed in the event.
        units : sequence of str, optional
            All lead units, or all vendors with a product in the pool, by default.

        Raises
        ------
        NotTheOffice, AppraisalSheetFaulty, UnknownAppraised, AppraisalExists
        InvalidInput
            If the period ends before it begins.
        """
        _require_city(actor)
        first, last = period
        if last < first:
            raise InvalidInput("考评期止早于考评期起", place={"field": "last"})
        checked = load_sheet(side) if sheet is None else read_sheet(sheet, side)
        with self._store.begin() as work:
            keep_log(work)
            here = appraisals(work, work.clock()).get(key)
            if here is None:
                told = {
                    "name": name,
                    "side": side,
                    "first": f"{first}",
                    "last": f"{last}",
                    "sheet": checked.model_dump(mode="json"),
                    "units": _chosen(roster(work, side, work.clock()), units),
                }
                write(work, "opened", "appraisal_opened", key, actor, key, told)
            else:
                same = (here.name, here.side, here.first, here.last) == (name, side, first, last)
                same &= sheet is None or here.sheet == checked
                if not (same and (units is None or set(units) == set(here.units))):
                    raise AppraisalExists(f"编号 {key} 已是考评“{here.name}”", place={"field": "id"})
            _appoint(work, key, here.reviewers if here else {}, reviewers, actor)
        return self.show(key)

    def publish(self, key: str, actor: str, units: Sequence[str] | None = None) -> AppraisalView:
        """Publish the results of units, of all by default; what is published stays as it is.

        Raises
        ------
        NotTheOffice, UnknownAppraisal, UnknownAppraised
        TooFewReviewers
            Naming the units that too few have scored; nothing was published.
        """
        _require_city(actor)
        with self._store.begin() as work:
            keep_log(work)
            here = _appraisal(work, key, work.clock())
            for unit in units or ():
                _standing(here, unit)
            wanted = [unit for unit in units or here.units if here.units[unit].published_on is None]
            least = here.sheet.reviewers.least
            short = [unit for unit in wanted if len(here.units[unit].counting()) < least]
            if short:
                names = "、".join(here.units[unit].name for unit in short[:5])
                raise TooFewReviewers(
                    f"{len(short)}家单位的评分人不足{least}人：{names}", place={"units": short[:20]}
                )
            for unit, result in _results(here, _evidence(work, here, work.clock()), wanted).items():
                told = {"result": result.model_dump(mode="json")}
                write(work, f"published/{unit}", "appraisal_published", unit, actor, key, told)
        return self.show(key)

    def decide(
        self,
        key: str,
        unit: str,
        actor: str,
        *,
        upheld: bool,
        reason: str,
        points: Mapping[str, Decimal] | None = None,
    ) -> AppraisalView:
        """Decide an appeal; upheld, it sets the points of appealed items anew.

        Parameters
        ----------
        actor : str
            ``office:person``; the person must not have scored the unit.

        Raises
        ------
        NotTheOffice, UnknownAppraisal, UnknownAppraised, ConflictOfInterest, AppraisalMoveNotAllowed
        InvalidScore
            If points are out of their limits, or of items that were not appealed.
        """
        _require_city(actor)
        if person(actor) == actor:
            raise InvalidInput("请写明决定人，如 440100:姓名", place={"field": "actor"})
        points = dict(points or {})
        with self._store.begin() as work:
            keep_log(work)
            here = _appraisal(work, key, work.clock())
            standing = _standing(here, unit)
            if standing.appeal is None or standing.appeal.upheld is not None:
                raise AppraisalMoveNotAllowed(f"{standing.name}没有待决定的申诉", place={"unit": unit})
            if person(actor) in {person(reviewer) for reviewer in standing.scores}:
                raise ConflictOfInterest("为该单位评过分的人不能决定申诉", place={"field": "actor"})
            _check_correction(here, standing.appeal.items, points, upheld=upheld)
            told = {
                "upheld": upheld,
                "reason": reason,
                "points": {code: str(value) for code, value in points.items()},
            }
            write(work, f"decided/{unit}", "appraisal_appeal_decided", unit, actor, key, told)
        return self.show(key)

    # -- the reviewers' and the units' steps ----------------------------------------------------------

    def score(
        self,
        key: str,
        unit: str,
        reviewer: str,
        points: Mapping[str, Decimal],
        *,
        actor: str | None = None,
        recused: bool = False,
        remark: str | None = None,
    ) -> bool:
        """Take a reviewer's sheet for a unit; a later one replaces it until the result is published.

        Parameters
        ----------
        actor : str, optional
            The reviewer by default; the city office may enter a sheet for a reviewer.

        Returns
        -------
        bool
            Whether it differs from the one before.

        Raises
        ------
        UnknownAppraisal, UnknownAppraised, UnknownReviewer, InvalidScore, ConflictOfInterest
        AppraisalMoveNotAllowed, NotTheOffice
        """
        acting = actor or reviewer
        if acting != reviewer:
            _require_city(acting)
        with self._store.begin() as work:
            keep_log(work)
            here = _appraisal(work, key, work.clock())
            _standing(here, unit)
            score = scoring.checked_score(here.sheet, points, recused=recused, remark=remark)
            scoring.require_reviewer(here, reviewer)
            if not recused:
                scoring.require_impartial(Surroundings(work, here.side), here, unit, reviewer)
            return scoring.take_score(work, here, unit, reviewer, score, acting)

    def workbook(self, key: str, reviewer: str) -> bytes:
        """Return the score workbook of a reviewer, with what the reviewer has scored so far.

        Raises
        ------
        UnknownAppraisal, UnknownReviewer
        """
        with self._store.read() as work:
            return score_workbook(work, _appraisal(work, key, work.clock()), reviewer)

    def take_workbook(
        self,
        key: str,
        reviewer: str,
        source: Path | bytes,
        *,
        actor: str | None = None,
        name: str | None = None,
        dry_run: bool = False,
        resolve: Resolve | None = None,
    ) -> ImportReport:
        """Take a score workbook back; see :func:`recommender.appraisal.score_workbook.take_workbook`."""
        acting = actor or reviewer
        if acting != reviewer:
            _require_city(acting)
        with self._store.begin() as work:
            keep_log(work)
            return take_workbook(
                work,
                _appraisal(work, key, work.clock()),
                reviewer,
                source,
                actor=acting,
                resolve=resolve or resolver(None),
                name=name,
                dry_run=dry_run,
            )

    def report(self, key: str, unit: str, text: str, actor: str) -> AppraisalView:
        """Take a unit's report on itself; a later one replaces it until the result is published.

        Raises
        ------
        NotTheAppraised, UnknownAppraisal, UnknownAppraised, AppraisalMoveNotAllowed
        """
        require_unit(unit, actor)
        with self._store.begin() as work:
            keep_log(work)
            standing = _standing(_appraisal(work, key, work.clock()), unit)
            if standing.report != text:
                scoring.require_scoring(standing)
                step = f"reported/{unit}/{work.clock().isoformat()}"
                write(work, step, "appraisal_self_reported", unit, actor, key, {"text": text})
        return self.show(key)

    def appeal(self, key: str, unit: str, items: Sequence[str], reason: str, actor: str) -> AppraisalView:
        """Appeal against named items, once, within the days that the sheet gives.

        Raises
        ------
        NotTheAppraised, UnknownAppraisal, UnknownAppraised
        AppraisalMoveNotAllowed
            Before publication, after the days are over, and after an earlier appeal.
        InvalidInput
            If an item is not on the sheet, or none is named.
        """
        require_unit(unit, actor)
        with self._store.begin() as work:
            keep_log(work)
            here = _appraisal(work, key, work.clock())
            standing = _standing(here, unit)
            known = {item.code for item in here.sheet.items}
            if not items or (strange := sorted(set(items) - known)):
                what = f"没有评分项“{strange[0]}”" if items else "要写明对哪几项申诉"
                raise InvalidInput(what, place={"field": "items"})
            same = standing.appeal and (standing.appeal.items, standing.appeal.reason) == (
                tuple(items),
                reason,
            )
            if not same:
                _require_appealable(here, standing, local_day(work.clock()))
                told = {"items": list(items), "reason": reason}
                write(work, f"appealed/{unit}", "appraisal_appealed", unit, actor, key, told)
        return self.show(key)


def _require_city(actor: str) -> None:
    require_office(load_round_rules().city_office, actor)


def _appraisal(work: UnitOfWork, key: str, moment: datetime) -> Appraisal:
    here = appraisals(work, moment).get(key)
    if here is None:
        raise UnknownAppraisal(f"没有编号为 {key} 的考评", place={"field": "id"})
    return here


def _standing(here: Appraisal, unit: str) -> Standing:
    if unit not in here.units:
        raise UnknownAppraised(f"{unit} 不是考评 {here.id} 的对象", place={"field": "unit"})
    return here.units[unit]


def _chosen(known: dict[str, dict[str, Any]], units: Sequence[str] | None) -> dict[str, dict[str, Any]]:
    if units is not None and (strange := sorted(set(units) - set(known))):
        raise UnknownAppraised(f"没有可考评的单位 {strange[0]}", place={"field": "units"})
    chosen = known if units is None else {key: known[key] for key in sorted(set(units))}
    if not chosen:
        raise UnknownAppraised("没有可考评的单位", place={"field": "units"})
    return chosen


def _appoint(
    work: UnitOfWork, key: str, known: Mapping[str, str], reviewers: Mapping[str, str], actor: str
) -> None:
    for reviewer, affiliation in reviewers.items():
        if known.get(reviewer, affiliation) != affiliation:
            raise AppraisalExists(f"评审人 {reviewer} 已登记为其他单位", place={"field": "reviewers"})
        if reviewer not in known:
            told = {"reviewer": reviewer, "affiliation": affiliation}
            write(work, f"reviewer/{reviewer}", "appraisal_reviewer_named", key, actor, key, told)


def _evidence(work: UnitOfWork, here: Appraisal, moment: datetime) -> PartnerEvidence:
    return evidence_in(work, moment, here.first, here.last)


def _results(
    here: Appraisal, evidence: PartnerEvidence, units: Sequence[str] | Mapping[str, Any]
) -> dict[str, Result]:
    found = {}
    for key in units:
        sheets = here.units[key].counting()
        given = {item.code: [one.points[item.code] for one in sheets] for item in here.sheet.judged}
        found[key] = result_of(here.sheet, given, evidence.get(key, {}))
    return found


def _require_appealable(here: Appraisal, standing: Standing, today: date) -> None:
    state = standing.state(today, here.sheet.appeal_days)
    if state != "published":
        over = standing.published_on and standing.published_on + timedelta(days=here.sheet.appeal_days)
        late = f"，申诉期到 {over} 止" if over and standing.appeal is None else ""
        raise AppraisalMoveNotAllowed(f"{standing.name}目前是“{STATE_NAMES[state]}”{late}，不能申诉")


def _check_correction(
    here: Appraisal, items: Sequence[str], points: Mapping[str, Decimal], *, upheld: bool
) -> None:
    if upheld != bool(points):
        why = "支持申诉要写明更正后的得分" if upheld else "不支持申诉时不能更改得分"
        raise InvalidScore(why, place={"field": "points"})
    full = {item.code: item.points for item in here.sheet.items}
    for code, value in points.items():
        if code not in items:
            raise InvalidScore(f"没有对“{code}”申诉，不能更改", place={"field": f"points.{code}"})
        if not value.is_finite() or not 0 <= value <= full[code]:
            raise InvalidScore(
                f"“{code}”应为0至{full[code]}分，收到 {value}", place={"field": f"points.{code}"}
            )
