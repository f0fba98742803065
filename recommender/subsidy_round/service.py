"""The steps of a round; each decides by the log and writes to it in one unit of work and may be repeated."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from recommender.domain.calendar import local_day
from recommender.errors import InvalidInput
from recommender.feedback.reporting import keep_log
from recommender.store import Store, UnitOfWork
from recommender.subsidy_round.checks import Checked, Context, check, context_of
from recommender.subsidy_round.claims import Claim, claims
from recommender.subsidy_round.deciding import Review, decided, names, pay, same, write
from recommender.subsidy_round.faults import (
    SubsidyMoveNotAllowed,
    SubsidyRoundClosed,
    SubsidyRoundExists,
    UnknownClaim,
    UnknownSubsidyRound,
    require_office,
)
from recommender.subsidy_round.ledger import Entry, Round, State, rounds
from recommender.subsidy_round.rules import load_round_rules
from recommender.subsidy_round.views import (
    CheckReport,
    Collected,
    Decision,
    Held,
    RoundHead,
    RoundView,
    checked_view,
    head_of,
    view_of,
)

_EVENTS: dict[Decision, tuple[str, State]] = {
    "pass": ("subsidy_passed", "passed"),
    "return": ("subsidy_returned", "returned"),
    "refuse": ("subsidy_refused", "refused"),
}


class SubsidyRounds:
    """Rounds over a store; every moment defaults to now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # -- reading -------------------------------------------------------------------------------------

    def listing(self, moment: datetime | None = None) -> tuple[RoundHead, ...]:
        """Return all rounds in the order of opening."""
        with self._store.read() as work:
            known = rounds(work, moment or work.clock())
        return tuple(RoundHead(**head_of(one)) for one in known.values())

    def show(self, key: str, moment: datetime | None = None, *, district: str | None = None) -> RoundView:
        """Return a round with its projects, of one district if named.

        Raises
        ------
        UnknownSubsidyRound
        """
        with self._store.read() as work:
            at = moment or work.clock()
            found = _round(rounds(work, at), key)
            return view_of(found, {claim.key: claim for claim in claims(work, at)}, district)

    def check(self, key: str, moment: datetime | None = None, *, district: str | None = None) -> CheckReport:
        """Check every accepted project for a round; nothing is written.

        Raises
        ------
        UnknownSubsidyRound
        """
        with self._store.read() as work:
            context = _context(work, key, moment or work.clock())
        items = [
            checked_view(claim, check(claim, context), _state(context, claim.key))
            for claim in _of_district(context, district)
        ]
        return CheckReport(round=key, district=district, items=tuple(items))

    # -- acting --------------------------------------------------------------------------------------

    def open(self, key: str, name: str, accepted_from: date, accepted_until: date, actor: str) -> RoundView:
        """Open a round.

        Raises
        ------
        NotTheOffice, SubsidyRoundExists
        InvalidInput
            If the period ends before it begins.
        """
        require_office(load_round_rules().city_office, actor)
        if accepted_until < accepted_from:
            raise InvalidInput("验收日期止早于验收日期起", place={"field": "accepted_until"})
        with self._store.begin() as work:
            keep_log(work)
            found = rounds(work, work.clock()).get(key)
            wanted = (name, accepted_from, accepted_until)
            if found is None:
                told = {
                    "name": name,
                    "accepted_from": f"{accepted_from}",
                    "accepted_until": f"{accepted_until}",
                }
                write(work, "opened", "subsidy_round_opened", key, actor, key, told)
            elif wanted != (found.name, found.accepted_from, found.accepted_until):
                raise SubsidyRoundExists(f"编号 {key} 已是批次“{found.name}”", place={"field": "id"})
        return self.show(key)

    def collect(
        self,
        key: str,
        district: str,
        actor: str,
        *,
        only: Sequence[str] | None = None,
        note: str | None = None,
    ) -> Collected:
        """Collect a district's accepted projects, all by default; those that a check holds back are named.

        Parameters
        ----------
        only : sequence of str, optional
            Keys of projects. A project that was returned is collected again only when it is named.
        note : str, optional
            What was looked at where a check could not tell.

        Raises
        ------
        NotTheOffice, UnknownSubsidyRound, SubsidyRoundClosed
        UnknownClaim
            If a named project is not one of the district's.
        """
        require_office(district, actor)
        collected, unchanged, held = [], [], []
        with self._store.begin() as work:
            keep_log(work)
            context = _context(work, key, work.clock())
            _require_open(context.round)
            found = _of_district(context, district, accepted_only=only is None)
            if only is not None and (strange := sorted(set(only) - {claim.key for claim in found})):
                raise UnknownClaim(f"本区没有项目 {strange[0]}", place={"field": "projects"})
            for claim in found:
                if only is not None and claim.key not in only:
                    continue
                state = _state(context, claim.key)
                if state is not None and not (state == "returned" and only is not None):
                    unchanged.append(claim.key)
                    continue
                checked = check(claim, context)
                if why := _held(checked, note):
                    held.append(_held_view(claim, why, checked))
                    continue
                self._collect(work, context, claim, checked, district, actor, note)
                collected.append(claim.key)
        return Collected(
            round=key,
            district=district,
            collected=tuple(collected),
            unchanged=tuple(unchanged),
            held=tuple(held),
        )

    def _collect(
        self,
        work: UnitOfWork,
        context: Context,
        claim: Claim,
        checked: Checked,
        district: str,
        actor: str,
        note: str | None,
    ) -> None:
        earlier = context.round.entries.get(claim.key)
        times = earlier.times + 1 if earlier else 1
        amount = checked.amount_yuan or Decimal(0)
        told = {
            **names(claim.project.project, claim.project.partner),
            "district": district,
            "amount_yuan": f"{amount:.2f}",
            **({"note": note} if note else {}),
        }
        uscc = claim.project.enterprise
        write(work, f"collected{times}", "subsidy_district_checked", uscc, actor, context.round.id, told)
        # The next project of the same enterprise must see that this one binds part of the cap.
        context.round.entries[claim.key] = Entry(
            key=claim.key,
            enterprise=uscc,
            project=claim.project.project,
            partner=claim.project.partner,
            district=district,
            state="collected",
            amount_yuan=amount,
            on=local_day(work.clock()),
            times=times,
            note=note,
        )

    def review(
        self,
        key: str,
        project: str,
        decision: Decision,
        actor: str,
        *,
        reason: str | None = None,
        amount_yuan: Decimal | None = None,
    ) -> RoundView:
        """Pass, return or refuse one project of a round.

        Parameters
        ----------
        project : str
            Its key.
        reason : str, optional
            Needed to return or refuse, and to pass where a check could not tell.
        amount_yuan : Decimal, optional
            Less than the rules allow; what they allow by default.

        Raises
        ------
        NotTheOffice, UnknownSubsidyRound, SubsidyRoundClosed, UnknownClaim
        SubsidyMoveNotAllowed
            If the project is not waiting for this decision.
        SubsidyCheckFailed, SubsidyReasonMissing, SubsidyAmountTooHigh
        """
        return self.review_many(key, [Review(project, decision, reason, amount_yuan)], actor)

    def review_many(self, key: str, reviews: Sequence[Review], actor: str) -> RoundView:
        """Decide on several projects of a round at once, all or none; raises as :meth:`review` does."""
        require_office(load_round_rules().city_office, actor)
        with self._store.begin() as work:
            keep_log(work)
            context = _context(work, key, work.clock())
            for one in reviews:
                self._review(work, context, one, actor)
            # A decision changes the round and no claim: those are not read again.
            return view_of(_round(rounds(work, work.clock()), key), dict(context.claims), None)

    def _review(self, work: UnitOfWork, context: Context, one: Review, actor: str) -> None:
        reason = (one.reason or "").strip() or None
        kind, state = _EVENTS[one.decision]
        entry = context.round.entries.get(one.project)
        if entry is None or one.project not in context.claims:
            raise UnknownClaim(
                f"批次 {context.round.id} 中没有项目 {one.project}", place={"field": "project"}
            )
        if same(entry, state, reason, one.amount_yuan):
            return
        _require_open(context.round)
        told = decided(entry, one.decision, reason, one.amount_yuan, context)
        write(work, f"{state}{entry.times}", kind, entry.enterprise, actor, context.round.id, told)
        # The next project must see what this one binds, or binds no more.
        context.round.entries[one.project] = replace(
            entry,
            state=state,
            reason=reason,
            amount_yuan=Decimal(told["amount_yuan"]) if "amount_yuan" in told else entry.amount_yuan,
        )

    def close(self, key: str, actor: str) -> RoundView:
        """End a round: whatever passed is paid, once; a round that is closed stays as it is.

        Raises
        ------
        NotTheOffice, UnknownSubsidyRound
        SubsidyMoveNotAllowed
            While projects wait for their review.
        SubsidyCheckFailed
            If a project that passed has been paid in another way since, or less is left under its cap.
        """
        require_office(load_round_rules().city_office, actor)
        with self._store.begin() as work:
            keep_log(work)
            context = _context(work, key, work.clock())
            if context.round.closed_on is None:
                waiting = [e.key for e in context.round.entries.values() if e.state == "collected"]
                if waiting:
                    raise SubsidyMoveNotAllowed(
                        f"还有{len(waiting)}个项目待市审核，不能结束批次", place={"projects": waiting[:20]}
                    )
                for entry in list(context.round.entries.values()):
                    if entry.state == "passed":
                        pay(work, entry, context, actor)
                write(work, "closed", "subsidy_round_closed", key, actor, key, {})
        return self.show(key)


def _round(known: dict[str, Round], key: str) -> Round:
    if key not in known:
        raise UnknownSubsidyRound(f"没有编号为 {key} 的奖补批次", place={"field": "id"})
    return known[key]


def _context(work: UnitOfWork, key: str, moment: datetime) -> Context:
    known = rounds(work, moment)
    return context_of(claims(work, moment), known, _round(known, key))


def _require_open(round_: Round) -> None:
    if round_.closed_on is not None:
        raise SubsidyRoundClosed(f"批次“{round_.name}”已于 {round_.closed_on} 结束", place={"field": "id"})


def _of_district(context: Context, district: str | None, *, accepted_only: bool = True) -> list[Claim]:
    return [
        claim
        for claim in context.claims.values()
        if district in {None, claim.enterprise.district}
        and (not accepted_only or claim.project.accepted_on is not None)
    ]


def _state(context: Context, key: str) -> State | None:
    entry = context.round.entries.get(key)
    return entry.state if entry else None


def _held(checked: Checked, note: str | None) -> list[str]:
    why = [finding.text for finding in checked.failed]
    return why if note else [*why, *(f"需写明核对说明：{finding.text}" for finding in checked.asking)]


def _held_view(claim: Claim, why: list[str], checked: Checked) -> Held:
    places = [finding.place for finding in (*checked.failed, *checked.asking)]
    return Held(key=claim.key, enterprise_name=claim.enterprise.name, why=tuple(why), place=places[0])
