"""What an enterprise agreed to, as a history: entries are added and closed, never changed or dropped."""

from collections.abc import Sequence
from datetime import date

from recommender.domain.enterprise import Consent, ConsentPurpose, PartnerKind
from recommender.errors import Conflict

Consents = tuple[Consent, ...]


class CoveredByAll(Conflict):
    """A consent to one firm is withdrawn while one to all is in force, which would still cover it."""

    code = "covered_by_general_consent"
    title = "仍有对全部单位的授权"


def scoped(purpose: ConsentPurpose, kind: PartnerKind | None, partner: str | None, on: date) -> Consent:
    """Return a consent from a day on, to one firm or, without one, to all whom the purpose names."""
    unit = partner if kind is PartnerKind.LEAD_UNIT else None
    vendor = partner if kind is PartnerKind.VENDOR else None
    return Consent(purpose=purpose, granted_on=on, lead_unit=unit, vendor=vendor)


def _same_scope(one: Consent, other: Consent) -> bool:
    scopes = ((c.purpose, c.lead_unit, c.vendor) for c in (one, other))
    return next(scopes) == next(scopes)


def _closed(consent: Consent, on: date) -> Consent:
    ends = on if consent.revoked_on is None else min(on, consent.revoked_on)
    return consent.model_copy(update={"revoked_on": ends})


def granted(consents: Consents, consent: Consent) -> Consents:
    """Add a consent; nothing changes where the same is in force already, without an end."""
    for entry in consents:
        if _same_scope(entry, consent) and entry.in_force(consent.granted_on) and entry.revoked_on is None:
            return consents
    return (*consents, consent)


def revoked(consents: Consents, withdrawn: Consent) -> Consents:
    """Close what a withdrawal covers from its day on; nothing changes where nothing is in force.

    Parameters
    ----------
    withdrawn : Consent
        From :func:`scoped`, ``granted_on`` being the day of the withdrawal. Without a firm it closes every
        consent to the purpose, those to single firms too, and those that have not begun.

    Raises
    ------
    CoveredByAll
        If it names a firm that a consent to all would still cover.
    """
    on = withdrawn.granted_on
    of_all = withdrawn.lead_unit is None and withdrawn.vendor is None
    open_ones = [
        entry.purpose is withdrawn.purpose and (entry.revoked_on is None or on < entry.revoked_on)
        for entry in consents
    ]
    if not of_all and any(
        is_open and entry.lead_unit is None and entry.vendor is None
        for is_open, entry in zip(open_ones, consents, strict=True)
    ):
        raise CoveredByAll("对全部单位的授权仍然有效，会继续覆盖该单位；请先撤回对全部单位的授权")
    return tuple(
        _closed(entry, on) if is_open and (of_all or _same_scope(entry, withdrawn)) else entry
        for is_open, entry in zip(open_ones, consents, strict=True)
    )


def keeping_history(stored: Consents, given: Sequence[Consent], on: date) -> Consents:
    """Return the consents to store when a whole record is written over another.

    Parameters
    ----------
    stored : tuple of Consent
        The history so far.
    given : sequence of Consent
        As written. What it leaves out is withdrawn on the day, not forgotten; what it says of an entry that
        is closed does not open it again.
    on : date
        The day of writing.
    """
    left = list(given)
    kept: list[Consent] = []
    for entry in stored:
        same = next((c for c in left if _same_scope(c, entry) and c.granted_on == entry.granted_on), None)
        if same is None:
            kept.append(_closed(entry, on))
            continue
        left.remove(same)
        kept.append(entry if same.revoked_on is None else _closed(entry, same.revoked_on))
    return (*kept, *left)
