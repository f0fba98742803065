"""What an enterprise does for itself: agree to be shown, withdraw, open contact with whom it likes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import uuid_utils

from recommender.domain import Consent, Contact, Enterprise, Event
from recommender.domain.calendar import local_day
from recommender.domain.consents import granted, revoked, scoped
from recommender.domain.enterprise import MOST_CONSENTS, ConsentPurpose, PartnerKind
from recommender.errors import Conflict, SmematchError
from recommender.matching.unknown import UnknownEnterprise, unknown_partner
from recommender.store import Store, UnitOfWork


class NotTheEnterprise(SmematchError):
    """Someone else acts in an enterprise's name."""

    code = "not_the_enterprise"
    status = 403
    title = "不能代企业操作"


class TooManyConsents(Conflict):
    """The history of an enterprise is full; what is in force can still be withdrawn."""

    code = "too_many_consents"
    title = "授权记录过多"


class ContactNotOpen(SmematchError):
    """The enterprise has not opened contact, or there is no such enterprise; which of the two is not told."""

    code = "contact_not_open"
    status = 403
    title = "企业尚未开放联系"


def require_own_act(uscc: str, actor: str) -> None:
    """Raise unless an enterprise acts for itself: the one place that decides who may.

    Raises
    ------
    NotTheEnterprise
        For any other actor. Whether the caller is who it says it is, is for authentication to tell.
    """
    if actor != uscc:
        raise NotTheEnterprise(
            "授权和联系只能由企业本人发起，牵引单位、服务商不能代为操作", place={"field": "actor"}
        )


@dataclass(frozen=True, slots=True)
class OpenedContact:
    """What became of opening contact.

    Attributes
    ----------
    event_id : str, optional
        Of the ``contact`` event; None when contact was open before.
    consent : Consent
        That lets the partner see the contact data, until it is withdrawn.
    """

    event_id: str | None
    consent: Consent


class Consenting:
    """Consents and contacts of enterprises, effective with the next request.

    Parameters
    ----------
    clock : callable
        Returns the present moment with its zone.
    """

    def __init__(self, store: Store, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def today(self) -> date:
        """Return the day by which consents hold."""
        return local_day(self._clock())

    def history(self, uscc: str) -> tuple[Consent, ...]:
        """Return every consent an enterprise gave, in the order of giving, the withdrawn ones too.

        Raises
        ------
        UnknownEnterprise
            If it is not stored.
        """
        with self._store.read() as work:
            return _enterprise(work, uscc).consents

    def grant(
        self, uscc: str, purpose: ConsentPurpose, kind: PartnerKind | None, partner: str | None, actor: str
    ) -> tuple[Consent, ...]:
        """Agree to a purpose from today on, for one firm or for all; return the history.

        Raises
        ------
        NotTheEnterprise, UnknownEnterprise
        recommender.matching.unknown.UnknownLeadUnit, recommender.matching.unknown.UnknownVendor
            If the firm is not stored.
        """
        consent = scoped(purpose, kind, partner, self.today())
        return self._changed(uscc, actor, kind, partner, lambda stored: granted(stored, consent))

    def revoke(
        self, uscc: str, purpose: ConsentPurpose, kind: PartnerKind | None, partner: str | None, actor: str
    ) -> tuple[Consent, ...]:
        """Withdraw from today on, at once; return the history.

        Raises
        ------
        NotTheEnterprise, UnknownEnterprise
        recommender.domain.consents.CoveredByAll
            If a consent to all would still cover the firm.
        """
        withdrawn = scoped(purpose, kind, partner, self.today())
        return self._changed(uscc, actor, None, None, lambda stored: revoked(stored, withdrawn))

    def open_contact(
        self,
        uscc: str,
        kind: PartnerKind,
        partner: str,
        actor: str,
        *,
        recommendation_id: str | None = None,
    ) -> OpenedContact:
        """Open contact with a firm, in a list of the enterprise or not, and let it see the contact data.

        The consent and the event are written together or not at all; contact that is open already is left as
        it is and makes no second event.

        Raises
        ------
        NotTheEnterprise, UnknownEnterprise
        recommender.matching.unknown.UnknownLeadUnit, recommender.matching.unknown.UnknownVendor
        """
        require_own_act(uscc, actor)
        on = self.today()
        consent = scoped(ConsentPurpose.SHARE_CONTACT, kind, partner, on)
        with self._store.begin() as work:
            firm = _enterprise(work, uscc, for_update=True)
            _require_partner(work, kind, partner)
            open_before = firm.opened_contact_with(kind, partner, on)
            if open_before is not None:
                return OpenedContact(None, open_before)
            work.enterprises.put(_with_consents(firm, granted(firm.consents, consent)))
            event = Event(
                event_id=f"contact-{uuid_utils.uuid7()}",
                type="contact",
                recommendation_id=recommendation_id,
                subject=uscc,
                object=partner,
                actor=actor,
                occurred_at=self._clock(),
                attributes={"partner_kind": kind.value},
            )
            work.events.append([event])
        return OpenedContact(event.event_id, consent)

    def contact_of(self, uscc: str, kind: PartnerKind, partner: str) -> Contact | None:
        """Return an enterprise's contact data to a firm that it opened contact with, None if it gave none.

        Raises
        ------
        recommender.matching.unknown.UnknownLeadUnit, recommender.matching.unknown.UnknownVendor
        ContactNotOpen
            Also for an enterprise that does not exist, so that nothing can be learned by trying codes.
        """
        with self._store.read() as work:
            _require_partner(work, kind, partner)
            stored = work.enterprises.get(uscc)
        if stored is None or stored.record.opened_contact_with(kind, partner, self.today()) is None:
            raise ContactNotOpen("企业发起联系后才能查看联系方式", place={"field": "uscc"})
        return stored.record.contact

    def close_off(self, uscc: str, actor: str) -> Enterprise:
        """Withdraw every consent and take the contact data out of the record; return the record.

        Earlier revisions of the record and the log of what was shown stay.

        Raises
        ------
        NotTheEnterprise, UnknownEnterprise
        """
        require_own_act(uscc, actor)
        on = self.today()
        with self._store.begin() as work:
            firm = _enterprise(work, uscc, for_update=True)
            consents = firm.consents
            for purpose in ConsentPurpose:
                consents = revoked(consents, scoped(purpose, None, None, on))
            closed = _with_consents(firm, consents).model_copy(update={"contact": None})
            work.enterprises.put(closed)
        return closed

    def _changed(
        self,
        uscc: str,
        actor: str,
        kind: PartnerKind | None,
        partner: str | None,
        change: Callable[[tuple[Consent, ...]], tuple[Consent, ...]],
    ) -> tuple[Consent, ...]:
        require_own_act(uscc, actor)
        with self._store.begin() as work:
            firm = _enterprise(work, uscc, for_update=True)
            if kind is not None and partner is not None:
                _require_partner(work, kind, partner)
            changed = _with_consents(firm, change(firm.consents))
            work.enterprises.put(changed)
        return changed.consents


def _with_consents(firm: Enterprise, consents: tuple[Consent, ...]) -> Enterprise:
    if len(consents) > MOST_CONSENTS:
        raise TooManyConsents(f"授权记录已满 {MOST_CONSENTS} 条，请联系平台管理人员")
    return firm.model_copy(update={"consents": consents})


def _enterprise(work: UnitOfWork, uscc: str, *, for_update: bool = False) -> Enterprise:
    stored = work.enterprises.get(uscc, for_update=for_update)
    if stored is None:
        raise UnknownEnterprise(f"找不到企业 {uscc}", place={"field": "uscc"})
    return stored.record


def _require_partner(work: UnitOfWork, kind: PartnerKind, partner: str) -> None:
    if kind is PartnerKind.LEAD_UNIT:
        known = work.lead_units.get(partner) is not None
    else:
        known = work.solutions.count(provider_id=partner) > 0
    if not known:
        raise unknown_partner(kind, partner)
