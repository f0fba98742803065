"""A history of consents: nothing is forgotten, nothing that ended comes back to life."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain import Consent
from recommender.domain.consents import Consents, CoveredByAll, granted, keeping_history, revoked, scoped
from recommender.domain.enterprise import ConsentPurpose, PartnerKind

TODAY = date(2026, 11, 25)
SHOW = ConsentPurpose.SHOW_TO_LEAD_UNITS


def _scoped(partner: str | None = None, on: date = TODAY) -> Consent:
    return scoped(SHOW, PartnerKind.LEAD_UNIT if partner else None, partner, on)


def test_a_withdrawal_ends_what_it_names_at_once_and_keeps_the_entry() -> None:
    history = granted(granted((), _scoped("A")), _scoped("B"))
    after = revoked(history, _scoped("A"))
    assert [(c.lead_unit, c.in_force(TODAY)) for c in after] == [("A", False), ("B", True)]
    assert [c.in_force(TODAY) for c in revoked(after, _scoped())] == [False, False]


def test_one_firm_cannot_be_taken_out_of_a_consent_to_all() -> None:
    with pytest.raises(CoveredByAll):
        revoked(granted(granted((), _scoped()), _scoped("A")), _scoped("A"))


def test_granting_twice_is_granting_once_and_granting_anew_is_a_new_entry() -> None:
    history = granted((), _scoped())
    assert granted(history, _scoped()) == history
    again = granted(revoked(history, _scoped()), _scoped())
    assert [c.in_force(TODAY) for c in again] == [False, True]


def test_other_purposes_are_left_alone() -> None:
    contact = scoped(ConsentPurpose.SHARE_CONTACT, PartnerKind.VENDOR, "V", TODAY)
    history = granted((contact,), _scoped())
    assert revoked(history, _scoped())[0] == contact


def test_what_is_left_out_of_a_record_is_withdrawn_not_forgotten() -> None:
    old = _scoped(on=date(2026, 1, 1))
    assert keeping_history((old,), (), TODAY) == (old.model_copy(update={"revoked_on": TODAY}),)
    assert keeping_history((old,), (old,), TODAY) == (old,)
    ended = old.model_copy(update={"revoked_on": date(2026, 2, 1)})
    # What ended does not come back because someone wrote the record from before.
    assert keeping_history((ended,), (old,), TODAY) == (ended,)
    assert keeping_history((ended,), (), TODAY) == (ended,)
    assert keeping_history((old,), (ended,), TODAY) == (ended,)
    assert keeping_history((ended,), (ended, _scoped()), TODAY) == (ended, _scoped())


DAYS = st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))
ENTRIES = st.builds(
    Consent,
    purpose=st.sampled_from(ConsentPurpose),
    granted_on=DAYS,
    revoked_on=st.none() | DAYS,
    lead_unit=st.sampled_from([None, "A"]),
)
HISTORIES = st.lists(ENTRIES, max_size=5).map(tuple)


@given(HISTORIES, HISTORIES, DAYS)
def test_whatever_is_written_over_a_history_every_entry_stays_in_place(
    stored: Consents, given_: Consents, day: date
) -> None:
    kept = keeping_history(stored, given_, TODAY)
    assert len(kept) >= len(stored)
    for before, after in zip(stored, kept, strict=False):
        assert after.model_copy(update={"revoked_on": None}) == before.model_copy(update={"revoked_on": None})
        assert before.in_force(day) or not after.in_force(day)


@given(HISTORIES, DAYS)
def test_after_a_withdrawal_for_all_nothing_is_in_force(history: Consents, day: date) -> None:
    after = revoked(history, _scoped(on=TODAY))
    assert len(after) == len(history)
    assert not any(c.purpose is SHOW and c.in_force(max(day, TODAY)) for c in after)


def test_a_consent_names_at_most_one_firm() -> None:
    with pytest.raises(ValueError, match="只能限定"):
        Consent(purpose=SHOW, granted_on=TODAY, lead_unit="A", vendor="V")


def test_a_lead_unit_and_a_vendor_of_the_same_id_are_two() -> None:
    consent = Consent(purpose=ConsentPurpose.SHARE_CONTACT, granted_on=TODAY, vendor="X")
    assert consent.holds(TODAY, PartnerKind.VENDOR, "X")
    assert not consent.holds(TODAY, PartnerKind.LEAD_UNIT, "X")
