"""Applications: the form, changes and withdrawals until the deadline, members' own confirmations."""

from typing import Any

import pytest

from recommender.domain.taxonomy import SubIndustry
from recommender.selection.application import Application
from recommender.selection.faults import (
    NotTheApplicant,
    SelectionExists,
    SelectionFormFaulty,
    SelectionNotOpen,
    SelectionReasonMissing,
    UnknownApplication,
    UnknownSelection,
)
from recommender.store import Store
from recommender.subsidy_round.faults import NotTheOffice
from tests.synthetic_records import enterprise, lead_unit, solution, uscc
from tests.unit.selection.holding import CITY, CLERK, SUB, Selections, application, call, member


def codes(selections: Selections, one: Application, severity: str) -> set[str]:
    found = selections.apply("S1", one, one.unit, dry_run=True).findings
    return {finding.code for finding in found if finding.severity == severity}


def test_a_round_opens_once(selections: Selections) -> None:
    with pytest.raises(NotTheOffice):
        selections.open("S1", call(), "440113")
    first = selections.open("S1", call(), CITY)
    assert selections.open("S1", call(), CITY) == first
    assert [head.id for head in selections.listing()] == ["S1"]
    with pytest.raises(SelectionExists):
        selections.open("S1", call(name="另一批"), CITY)
    with pytest.raises(UnknownSelection):
        selections.show("S2")


def test_a_complete_application_is_taken(selections: Selections) -> None:
    selections.opened()
    taken = selections.apply("S1", application(1), "SYN-U1")
    assert (taken.version, taken.repeated, taken.acceptable) == (1, False, True)
    assert [finding.code for finding in taken.findings] == ["unconfirmed"]
    assert selections.apply("S1", application(1), "SYN-U1").repeated
    entry = selections.show("S1").parts[0].entries[0]
    assert (entry.state, entry.version, entry.mark) == ("applied", 1, "合成样本")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"members": [member("SYN-M1")]}, "no_integrator"),
        ({"members": [member("SYN-I1", "integrator")]}, "few_ecosystem"),
        ({"members": [member("SYN-I1", "integrator", kind=None), member("SYN-M1")]}, "integrator_kind"),
        ({"members": [member("SYN-I1", "integrator", kind="bank"), member("SYN-M1")]}, "integrator_kind"),
        ({"members": [member("SYN-I1", "integrator"), member("SYN-M1", description=None)]}, "member_unknown"),
        ({"members": [member("SYN-I1", "integrator"), member("SYN-I1")]}, "member_repeated"),
        ({"members": [member("SYN-C1", "integrator"), member("SYN-M1")]}, "lead_is_member"),
        ({"sub_industry": "apparel"}, "sub_industry_not_called"),
        ({"mode": "industry_chain"}, "mode_not_called"),
        ({"capacity": 9}, "little_capacity"),
        ({"solution_ids": ["SYN-NONE"]}, "unknown_solution"),
        ({"commitments": ["free_choice"]}, "commitment_missing"),
    ],
)
def test_what_keeps_an_application_from_being_taken(
    selections: Selections, changes: dict[str, Any], code: str
) -> None:
    selections.opened(modes=["supply_chain"])
    one = application(1, **changes)
    assert codes(selections, one, "error") == {code}
    with pytest.raises(SelectionFormFaulty):
        selections.apply("S1", one, one.unit)
    assert selections.show("S1").applications == 0


def test_members_that_records_know_need_no_description(selections: Selections, store: Store) -> None:
    with store.begin() as work:
        work.enterprises.put(enterprise(1))
        work.solutions.put(
            solution(1, audit_state="suspended", provider={"id": "SYN-V9", "name": "合成服务商"})
        )
        work.lead_units.put(lead_unit(7))
    selections.opened()
    known = [uscc(1), "SYN-V9", "SYN-L007"]
    members = [member("SYN-I1", "integrator"), *(member(key, description=None) for key in known)]
    one = application(1, members=members, solution_ids=[solution(1).id], service={"served": 1})
    assert codes(selections, one, "error") == set()
    assert codes(selections, one, "warning") == {
        "solution_not_admitted", "little_record", "record_without_evidence", "unconfirmed",
    }  # fmt: skip


def test_an_existing_unit_keeps_its_name_and_mode(selections: Selections, store: Store) -> None:
    with store.begin() as work:
        work.lead_units.put(lead_unit(1, id="SYN-U1", mode="industry_chain"))
    selections.opened()
    assert codes(selections, application(1), "error") == {"other_unit", "mode_differs"}
    with store.begin() as work:
        unit = lead_unit(1, id="SYN-U1", name="合成申报单位1", mode="industry_chain", term_ended=True)
        work.lead_units.put(unit)
    assert codes(selections, application(1), "error") == set()


def test_rivals_that_share_firms_are_flagged(selections: Selections) -> None:
    selections.opened()
    selections.applied(application(1))
    same_lead = application(2, uscc="SYN-C1")
    assert codes(selections, same_lead, "error") == {"leads_two"}
    elsewhere = application(2, uscc="SYN-C1", sub_industry="luggage")
    assert "leads_elsewhere" in codes(selections, elsewhere, "warning")
    shared = application(2, members=[member("SYN-I2", "integrator"), member("SYN-M1")])
    assert "member_in_rival" in codes(selections, shared, "warning")
    assert "member_in_rival" not in codes(
        selections, shared.model_copy(update={"sub_industry": SubIndustry.LUGGAGE}), "warning"
    )
    lead = application(2, members=[member("SYN-I2", "integrator"), member("SYN-C1")])
    assert "member_leads_rival" in codes(selections, lead, "warning")
    related = application(2, related=["SYN-C1"])
    assert "related_to_rival" in codes(selections, related, "warning")
    joined = application(3, uscc="SYN-M1")
    assert "lead_in_rival" in codes(selections, joined, "warning")


def test_every_version_is_kept_until_the_deadline(selections: Selections) -> None:
    selections.opened()
    first, second = application(1), application(1, capacity=40)
    (key,) = selections.applied(first)
    selections.apply("S1", second, "SYN-U1")
    with pytest.raises(SelectionReasonMissing):
        selections.withdraw("S1", key, "", "SYN-U1")
    assert selections.withdraw("S1", key, "内部调整", "SYN-U1").parts[0].entries[0].state == "withdrawn"
    assert selections.apply("S1", second, CLERK).version == 3
    history = selections.history("S1", key)
    assert [one.application for one in history.versions] == [first, second, second]
    assert [one.by for one in history.versions] == ["SYN-U1", "SYN-U1", CLERK]
    assert history.withdrawn_at is None
    selections.clock.scoring()
    for late in (
        lambda: selections.apply("S1", first, "SYN-U1"),
        lambda: selections.withdraw("S1", key, "太晚", "SYN-U1"),
    ):
        with pytest.raises(SelectionNotOpen, match="2026-11-21 09:00"):
            late()
    with pytest.raises(UnknownApplication):
        selections.history("S1", "SYN-U9:cosmetics")


def test_nobody_applies_for_another(selections: Selections) -> None:
    selections.opened()
    for actor in ("SYN-U2", "SYN-C1", "SYN-U10"):
        with pytest.raises(NotTheApplicant):
            selections.apply("S1", application(1), actor)
    (key,) = selections.applied(application(1))
    with pytest.raises(NotTheApplicant):
        selections.withdraw("S1", key, "捣乱", "SYN-U2")


def test_members_confirm_what_is_said_of_them(selections: Selections) -> None:
    selections.opened()
    (key,) = selections.applied(application(1), confirmed=False)
    with pytest.raises(NotTheApplicant):
        selections.confirm("S1", key, "SYN-U1")
    for actor in ("SYN-I1", "SYN-M1", "SYN-M1"):
        entry = selections.confirm("S1", key, actor).parts[0].entries[0]
    assert entry.unconfirmed == ()
    changed = [member("SYN-I1", "integrator"), member("SYN-M1", role="另有分工")]
    selections.apply("S1", application(1, members=changed), "SYN-U1")
    assert selections.show("S1").parts[0].entries[0].unconfirmed == ("合成企业SYN-M1",)
    selections.apply("S1", application(1), "SYN-U1")
    assert selections.show("S1").parts[0].entries[0].unconfirmed == ()


def test_one_application_for_each_sub_industry(selections: Selections) -> None:
    selections.opened()
    selections.applied(application(1), application(1, sub_industry="luggage"))
    assert [len(part.entries) for part in selections.show("S1").parts] == [1, 1]
    assert selections.show("S1").parts[0].sub_industry == SUB
