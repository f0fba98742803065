"""The steps of an appraisal; each decides by the log and writes to it in one unit of work."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from recommender.appraisal import scoring
from recommender.appraisal.faults import (
    AppraisalExists,
    AppraisalMoveNotAllowed,
    ConflictOfInterest,
    TooFewReviewers,
)
from recommender.appraisal.ledger import appraisals
from recommender.appraisal.parties import Surroundings, person, require_unit, roster
from recommender.appraisal.score_workbook import score_workbook, take_workbook
from recommender.appraisal.sheet import Side, load_sheet, read_sheet
from recommender.appraisal.steps import (
    appoint,
    appraisal_at,
    check_correction,
    chosen_units,
    evidence_for,
    require_appealable,
    require_city,
    results_of,
    standing_of,
)
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
from recommender.store import Store


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
            return view_of(appraisal_at(work, key, at), at)

    def draft(self, key: str, actor: str, moment: datetime | None = None) -> AppraisalView:
        """Return an appraisal with what unpublished units would get now; for the city office only.

        Raises
        ------
        UnknownAppraisal, NotTheOffice
        """
        require_city(actor)
        with self._store.read() as work:
            at = moment or work.clock()
            here = appraisal_at(work, key, at)
            return view_of(here, at, results_of(here, evidence_for(work, here, at), here.units))

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
        require_city(actor)
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
                    "units": chosen_units(roster(work, side, work.clock()), units),
                }
                write(work, "opened", "appraisal_opened", key, actor, key, told)
            else:
                same = (here.name, here.side, here.first, here.last) == (name, side, first, last)
                same &= sheet is None or here.sheet == checked
                if not (same and (units is None or set(units) == set(here.units))):
                    raise AppraisalExists(f"编号 {key} 已是考评“{here.name}”", place={"field": "id"})
            appoint(work, key, here.reviewers if here else {}, reviewers, actor)
        return self.show(key)

    def publish(self, key: str, actor: str, units: Sequence[str] | None = None) -> AppraisalView:
        """Publish the results of units, of all by default; what is published stays as it is.

        Raises
        ------
        NotTheOffice, UnknownAppraisal, UnknownAppraised
        TooFewReviewers
            Naming the units that too few have scored; nothing was published.
        """
        require_city(actor)
        with self._store.begin() as work:
            keep_log(work)
            here = appraisal_at(work, key, work.clock())
            for unit in units or ():
                standing_of(here, unit)
            wanted = [unit for unit in units or here.units if here.units[unit].published_on is None]
            least = here.sheet.reviewers.least
            short = [unit for unit in wanted if len(here.units[unit].counting()) < least]
            if short:
                names = "、".join(here.units[unit].name for unit in short[:5])
                raise TooFewReviewers(
                    f"{len(short)}家单位的评分人不足{least}人：{names}", place={"units": short[:20]}
                )
            for unit, result in results_of(here, evidence_for(work, here, work.clock()), wanted).items():
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
        require_city(actor)
        if person(actor) == actor:
            raise InvalidInput("请写明决定人，如 440100:姓名", place={"field": "actor"})
        points = dict(points or {})
        with self._store.begin() as work:
            keep_log(work)
            here = appraisal_at(work, key, work.clock())
            standing = standing_of(here, unit)
            if standing.appeal is None or standing.appeal.upheld is not None:
                raise AppraisalMoveNotAllowed(f"{standing.name}没有待决定的申诉", place={"unit": unit})
            if person(actor) in {person(reviewer) for reviewer in standing.scores}:
                raise ConflictOfInterest("为该单位评过分的人不能决定申诉", place={"field": "actor"})
            check_correction(here, standing.appeal.items, points, upheld=upheld)
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
            require_city(acting)
        with self._store.begin() as work:
            keep_log(work)
            here = appraisal_at(work, key, work.clock())
            standing_of(here, unit)
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
            return score_workbook(work, appraisal_at(work, key, work.clock()), reviewer)

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
            require_city(acting)
        with self._store.begin() as work:
            keep_log(work)
            return take_workbook(
                work,
                appraisal_at(work, key, work.clock()),
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
            standing = standing_of(appraisal_at(work, key, work.clock()), unit)
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
            here = appraisal_at(work, key, work.clock())
            standing = standing_of(here, unit)
            known = {item.code for item in here.sheet.items}
            if not items or (strange := sorted(set(items) - known)):
                what = f"没有评分项“{strange[0]}”" if items else "要写明对哪几项申诉"
                raise InvalidInput(what, place={"field": "items"})
            same = standing.appeal and (standing.appeal.items, standing.appeal.reason) == (
                tuple(items),
                reason,
            )
            if not same:
                require_appealable(here, standing, local_day(work.clock()))
                told = {"items": list(items), "reason": reason}
                write(work, f"appealed/{unit}", "appraisal_appealed", unit, actor, key, told)
        return self.show(key)
