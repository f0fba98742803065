"""Selections over a store: every step decides by the log and writes to it in one unit of work."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from recommender.domain.calendar import local_day
from recommender.domain.taxonomy import SubIndustry
from recommender.selection import appealing, deciding
from recommender.selection.application import Application, Call, Expert, Replacement, ScoreSheet
from recommender.selection.deciding import told_reason
from recommender.selection.eligibility import Scene
from recommender.selection.faults import (
    NotTheApplicant,
    SelectionExists,
    SelectionNotOpen,
    SelectionSheetFaulty,
)
from recommender.selection.form import check_form, errors_of, known_of, refuse_errors
from recommender.selection.guards import (
    acts_for,
    require_applicant,
    require_before,
    require_city,
    require_complete,
    require_on_panel,
    require_scoring,
    require_undecided,
)
from recommender.selection.ledger import EVERYTHING, ledger
from recommender.selection.reading import view_of
from recommender.selection.rules import load_selection_rules
from recommender.selection.views import (
    Applied,
    EntryHistory,
    SelectionHead,
    SelectionView,
    head_of,
    history_of,
)
from recommender.selection.writing import keep_out, write
from recommender.store import Store


class SelectionService:
    """Selections of lead units; every moment of a view defaults to now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # -- looking ---------------------------------------------------------------------------------------

    def listing(self, moment: datetime | None = None) -> tuple[SelectionHead, ...]:
        """Return all rounds in the order of opening."""
        with self._store.read() as work:
            book = ledger(work, moment or EVERYTHING)
        return tuple(head_of(one) for one in book.rounds.values())

    def show(self, key: str, moment: datetime | None = None) -> SelectionView:
        """Return a round with applications, ranking, decisions and offices.

        Raises
        ------
        UnknownSelection
        """
        with self._store.read() as work:
            return view_of(Scene.of(work, key, moment))

    def history(self, key: str, application: str, moment: datetime | None = None) -> EntryHistory:
        """Return every version of an application.

        Raises
        ------
        UnknownSelection, UnknownApplication
        """
        with self._store.read() as work:
            return history_of(Scene.of(work, key, moment).round.entry(application))

    # -- opening ---------------------------------------------------------------------------------------

    def open(self, key: str, call: Call, actor: str) -> SelectionView:
        """Open a round; the same again is answered alike.

        Raises
        ------
        recommender.subsidy_round.faults.NotTheOffice, SelectionExists
        """
        require_city(actor)
        with self._store.begin() as work:
            keep_out(work)
            earlier = ledger(work).rounds.get(key)
            if earlier is None:
                write(work, "selection_opened", key, actor, {"document": call.model_dump(mode="json")}, key)
            elif earlier.call != call:
                raise SelectionExists(f"编号 {key} 已是“{earlier.call.name}”", place={"field": "id"})
        return self.show(key)

    def name_panel(self, key: str, experts: Sequence[Expert], actor: str) -> SelectionView:
        """Name the experts of a round; a later list replaces the earlier one.

        Sheets of who is no longer named do not count.

        Raises
        ------
        recommender.subsidy_round.faults.NotTheOffice, UnknownSelection
        SelectionSheetFaulty
            If an expert is named twice, or there are fewer than the rules ask for.
        SelectionMoveNotAllowed
            Once something is decided.
        """
        require_city(actor)
        least = load_selection_rules().experts.least
        named = {expert.id: expert for expert in experts}
        if len(named) < len(experts) or len(named) < least:
            raise SelectionSheetFaulty(f"专家至少 {least} 人，编号不能重复", place={"field": "experts"})
        with self._acting(key) as scene:
            if scene.round.panel != named:
                require_undecided(scene.round, "更换专家")
                document = {"experts": [expert.model_dump(mode="json") for expert in experts]}
                write(scene.work, "selection_panel_named", key, actor, {"document": document}, key)
        return self.show(key)

    # -- applying --------------------------------------------------------------------------------------

    def apply(self, key: str, application: Application, actor: str, *, dry_run: bool = False) -> Applied:
        """Take an application or a new version of one.

        Parameters
        ----------
        actor : str
            The unit, or the city office that puts a paper form on record.
        dry_run : bool
            Check only; the findings then tell the errors too.

        Raises
        ------
        UnknownSelection, NotTheApplicant, SelectionNotOpen, SelectionFormFaulty
        """
        require_applicant(application, actor)
        with self._acting(key) as scene:
            entry = scene.round.entries.get(application.key)
            known = known_of(scene.work, application, scene.seen)
            findings = check_form(application, scene.round, known, entry.confirmed if entry else {})
            number = len(entry.versions) if entry else 0
            repeated = bool(entry and entry.withdrawn_at is None and entry.application == application)
            if not dry_run and not repeated:
                require_before(scene.round.call.apply_until, scene.work, "申报")
                refuse_errors(findings)
                told = {"application": application.key, "document": application.model_dump(mode="json")}
                write(scene.work, "selection_applied", application.unit, actor, told, key)
                number += 1
        return Applied(
            round=key,
            application=application.key,
            version=number,
            repeated=repeated,
            acceptable=not errors_of(findings),
            findings=findings,
        )

    def withdraw(self, key: str, application: str, reason: str, actor: str) -> SelectionView:
        """Take an application back before the deadline; it may be handed in anew until then.

        Raises
        ------
        UnknownSelection, UnknownApplication, NotTheApplicant, SelectionNotOpen, SelectionReasonMissing
        """
        reason = told_reason(reason)
        with self._acting(key) as scene:
            entry = scene.round.entry(application)
            require_applicant(entry.application, actor)
            if entry.withdrawn_at is None:
                require_before(scene.round.call.apply_until, scene.work, "撤回")
                told = {"application": application, "reason": reason}
                write(scene.work, "selection_withdrawn", entry.application.unit, actor, told, key)
        return self.show(key)

    def confirm(self, key: str, application: str, actor: str) -> SelectionView:
        """Confirm, as a member, what the application says of it.

        Raises
        ------
        UnknownSelection, UnknownApplication
        NotTheApplicant
            If the actor is no member.
        SelectionNotOpen
            After scoring has ended.
        """
        with self._acting(key) as scene:
            entry = scene.round.entry(application)
            member = next((one for one in entry.application.members if one.id == actor), None)
            if member is None:
                raise NotTheApplicant(f"{actor} 不是这个联合体的成员", place={"field": "actor"})
            if entry.confirmed.get(actor) != member:
                require_before(scene.round.call.score_until, scene.work, "成员确认")
                told = {"application": application, "version": len(entry.versions)}
                write(scene.work, "selection_member_confirmed", entry.application.unit, actor, told, key)
        return self.show(key)

    # -- scoring ---------------------------------------------------------------------------------------

    def score(self, key: str, sheets: Sequence[ScoreSheet], expert: str) -> SelectionView:
        """Take an expert's sheets, all or none; until scoring ends a later sheet replaces an earlier one.

        Raises
        ------
        UnknownSelection, UnknownApplication, NotOnPanel, ExpertConflict, SelectionNotOpen
        SelectionSheetFaulty
            If a sheet does not fit the declared one.
        """
        for sheet in sheets:
            require_complete(sheet)
        with self._acting(key) as scene:
            for sheet in sheets:
                entry = scene.round.entry(sheet.application)
                require_scoring(scene.round, entry, expert, scene.work)
                if entry.sheets.get(expert) != sheet:
                    told = {"application": entry.key, "document": sheet.model_dump(mode="json")}
                    write(scene.work, "selection_scored", entry.application.unit, expert, told, key)
        return self.show(key)

    def recuse(self, key: str, application: str, reason: str, expert: str) -> SelectionView:
        """Let an expert keep out of an application; a sheet of it no longer counts.

        Raises
        ------
        UnknownSelection, UnknownApplication, NotOnPanel, SelectionReasonMissing, SelectionMoveNotAllowed
        """
        reason = told_reason(reason, "回避的理由")
        with self._acting(key) as scene:
            entry = scene.round.entry(application)
            require_on_panel(scene.round, expert)
            if expert not in entry.recused:
                require_undecided(scene.round, "申请回避", entry.application.sub_industry)
                told = {"application": application, "reason": reason}
                write(scene.work, "selection_recused", entry.application.unit, expert, told, key)
        return self.show(key)

    # -- deciding --------------------------------------------------------------------------------------

    def decide(
        self,
        key: str,
        sub: SubIndustry,
        chosen: Sequence[str],
        reason: str,
        actor: str,
        *,
        deviation_reason: str | None = None,
    ) -> SelectionView:
        """Select applications of a sub-industry and publish it; effective in ranking at once.

        Parameters
        ----------
        deviation_reason : str, optional
            Needed where somebody who could be selected scored no less than one of the chosen.

        Raises
        ------
        recommender.subsidy_round.faults.NotTheOffice, UnknownSelection, UnknownApplication
        SelectionMoveNotAllowed, SelectionNotOpen, SelectionReasonMissing, NotSelectable, PlacesFull
        """
        require_city(actor)
        with self._acting(key) as scene:
            deciding.decide(scene, sub, chosen, reason, deviation_reason, actor)
        return self.show(key)

    def replace(self, key: str, request: Replacement, actor: str) -> SelectionView:
        """Let a lead unit leave, an application move up, or both at once.

        A unit may withdraw by itself; all else is the city's to do.

        Raises
        ------
        recommender.subsidy_round.faults.NotTheOffice, UnknownSelection, UnknownApplication
        SelectionMoveNotAllowed, SelectionReasonMissing, NotSelectable, PlacesFull
        """
        reason, sub = told_reason(request.reason), request.sub_industry
        if not (request.own_withdrawal and acts_for(str(request.leaving), actor)):
            require_city(actor)
        with self._acting(key) as scene:
            if request.leaving is not None:
                deciding.leave(scene, request.leaving, sub, request.kind, reason, actor)
            if request.successor is not None:
                deciding.move_up(Scene.of(scene.work, key), request, reason, actor)
        return self.show(key)

    def end_terms(self, key: str, actor: str) -> SelectionView:
        """End the offices of a round whose last day has passed; those that ended stay as they are.

        Raises
        ------
        recommender.subsidy_round.faults.NotTheOffice, UnknownSelection
        SelectionNotOpen
            Before the last day has passed.
        """
        require_city(actor)
        with self._acting(key) as scene:
            until = scene.round.call.term_until
            if local_day(scene.at) <= until:
                raise SelectionNotOpen(f"任期到 {until} 届满，之后才能办理", place={"field": "id"})
            for seat in [seat for seat in scene.book.seats.values() if seat.round == key]:
                text = f"任期于 {until} 届满"
                deciding.leave(scene, seat.unit, seat.sub_industry, "term_ended", text, actor)
        return self.show(key)

    # -- appeals ---------------------------------------------------------------------------------------

    def appeal(self, key: str, application: str, reason: str, actor: str) -> SelectionView:
        """Appeal, as an applicant, against the decision on its sub-industry; once for each decision.

        Raises
        ------
        UnknownSelection, UnknownApplication, NotTheApplicant, SelectionReasonMissing
        SelectionMoveNotAllowed
            Before there is a decision, and for a second appeal against it.
        SelectionNotOpen
            After the time for appeals.
        """
        with self._acting(key) as scene:
            appealing.appeal(scene, application, reason, actor)
        return self.show(key)

    def decide_appeal(
        self, key: str, application: str, *, upheld: bool, reason: str, actor: str
    ) -> SelectionView:
        """Decide an appeal: upheld, the sub-industry can be decided anew; otherwise the decision stands.

        Raises
        ------
        recommender.subsidy_round.faults.NotTheOffice, UnknownSelection, UnknownApplication
        SelectionReasonMissing
        SelectionMoveNotAllowed
            If no appeal waits.
        recommender.pool.parties.NotImpartial
            If whoever decides took the decision that is appealed.
        """
        require_city(actor)
        with self._acting(key) as scene:
            appealing.decide_appeal(scene, application, upheld=upheld, reason=reason, actor=actor)
        return self.show(key)

    # -- inside ----------------------------------------------------------------------------------------

    @contextmanager
    def _acting(self, key: str) -> Iterator[Scene]:
        """Open a unit of work in which nobody else changes what is read of a round."""
        with self._store.begin() as work:
            keep_out(work)
            yield Scene.of(work, key)
