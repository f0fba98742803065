"""Decisions: at most three, by the ranking or with a reason, event and record together."""

import threading
from typing import Any

import pytest

from recommender.domain import LeadUnit
from recommender.domain.taxonomy import SubIndustry
from recommender.errors import SmematchError
from recommender.selection import deciding
from recommender.selection.application import Replacement
from recommender.selection.faults import (
    NotSelectable,
    NotTheApplicant,
    PlacesFull,
    SelectionMoveNotAllowed,
    SelectionNotOpen,
    SelectionReasonMissing,
)
from recommender.selection.ledger import EVERYTHING
from recommender.selection.seats import in_office
from recommender.store import Store
from recommender.store.failures import OfficeDecided
from recommender.subsidy_round.faults import NotTheOffice
from tests.synthetic_records import lead_unit
from tests.unit.selection.holding import CITY, CLERK, SUB, Selections, application, member


def units(store: Store) -> dict[str, LeadUnit]:
    with store.read() as work:
        return {one.record.id: one.record for one in work.lead_units.iterate()}


def office(store: Store) -> set[str]:
    with store.read() as work:
        return set(in_office(work, SUB, EVERYTHING))


def events(store: Store) -> list[str]:
    with store.read() as work:
        return [one.event.type for one in work.events.iterate()]


def replacement(**told: Any) -> Replacement:
    return Replacement.model_validate({"sub_industry": SUB, "reason": "按规定办理", **told})


def test_a_decision_makes_lead_units(selections: Selections, store: Store) -> None:
    keys = selections.ranked()
    part = selections.decide("S1", SUB, keys[:3], "按得分", CITY).parts[0]
    assert [entry.state for entry in part.entries] == ["selected"] * 3 + ["not_selected"]
    assert (part.phase, part.free_places, part.next_in_line) == ("decided", 0, (keys[3],))
    assert [seat.unit for seat in part.in_office] == ["SYN-U1", "SYN-U2", "SYN-U3"]
    made = units(store)["SYN-U1"]
    assert (made.mode, made.sub_industries, made.term_ended) == ("supply_chain", (SUB,), False)
    assert [one.name for one in made.consortium.integrators] == ["合成企业SYN-I1"]
    assert [one.role for one in made.consortium.ecosystem] == ["检测"]
    assert (made.capacity.total if made.capacity else None, made.synthetic) == (20, True)
    assert selections.decide("S1", SUB, keys[:3], "按得分", CITY).parts[0].decision == part.decision
    assert events(store).count("selection_decided") == 1


def test_at_most_three(selections: Selections, store: Store) -> None:
    keys = selections.ranked()
    with pytest.raises(PlacesFull, match="最多 3 家"):
        selections.decide("S1", SUB, keys, "都选", CITY)
    assert office(store) == set()


def test_who_is_in_office_already_counts(selections: Selections, store: Store) -> None:
    with store.begin() as work:
        work.lead_units.put_many([lead_unit(n, sub_industries=[SUB.value]) for n in (1, 2)])
    keys = selections.ranked()
    with pytest.raises(PlacesFull, match="SYN-L001、SYN-L002 仍在任，本次最多再选 1 家"):
        selections.decide("S1", SUB, keys[:2], "按得分", CITY)
    selections.replace("S1", replacement(leaving="SYN-L001", kind="removed"), CITY)
    selections.decide("S1", SUB, keys[:2], "按得分", CITY)
    assert office(store) == {"SYN-L002", "SYN-U1", "SYN-U2"}
    assert units(store)["SYN-L001"].term_ended


def test_leaving_the_ranking_needs_a_reason(selections: Selections) -> None:
    keys = selections.ranked()
    with pytest.raises(SelectionReasonMissing, match=f"{keys[0]} 得分不低于入选者"):
        selections.decide("S1", SUB, keys[1:3], "择优", CITY)
    with pytest.raises(SelectionReasonMissing):
        selections.decide("S1", SUB, keys[:1], " ", CITY)
    view = selections.decide("S1", SUB, keys[1:3], "择优", CITY, deviation_reason="第一名名额不足")
    decision = view.parts[0].decision
    assert decision is not None
    assert (decision.selected, decision.deviation_reason) == (tuple(keys[1:3]), "第一名名额不足")


def test_choosing_among_ties_needs_a_reason(selections: Selections) -> None:
    selections.opened()
    keys = selections.applied(*(application(n) for n in range(1, 5)))
    selections.scored({keys[0]: [90] * 5, **{key: [80] * 5 for key in keys[1:]}})
    with pytest.raises(SelectionReasonMissing, match=keys[3]):
        selections.decide("S1", SUB, keys[:3], "按得分", CITY)


def test_what_keeps_from_being_selected(selections: Selections) -> None:
    selections.opened()
    good, low, few = selections.applied(*(application(n) for n in (1, 2, 3)))
    (open_,) = selections.applied(application(4), confirmed=False)
    totals = {good: [80] * 5, low: [59] * 5, few: [80, 80, 80, 80, None], open_: [80] * 5}
    selections.scored(totals)
    with pytest.raises(SelectionNotOpen):
        selections.decide("S1", SUB, [good], "按得分", CITY)
    selections.clock.after_scoring()
    for key, why in ((low, "低于 60 分"), (few, "没有足够的评分表"), (open_, "成员尚未确认")):
        with pytest.raises(NotSelectable, match=why):
            selections.decide("S1", SUB, [good, key], "按得分", CITY)
    selections.decide("S1", SUB, [good], "按得分", CITY)


def test_only_the_city_decides_and_once(selections: Selections) -> None:
    keys = selections.ranked()
    with pytest.raises(NotTheOffice):
        selections.decide("S1", SUB, keys[:1], "按得分", "SYN-U1")
    selections.decide("S1", SUB, keys[:2], "按得分", CITY)
    with pytest.raises(SelectionMoveNotAllowed):
        selections.decide("S1", SUB, keys[:3], "按得分", CITY)


def test_three_also_when_two_decide_at_once(selections: Selections, store: Store) -> None:
    selections.opened("S2")
    others = selections.applied(*(application(n) for n in range(11, 14)), round_="S2")
    keys = selections.ranked(6, "S1")
    selections.scored({key: [85] * 5 for key in others}, "S2")
    barrier, failed = threading.Barrier(3), []

    def run(round_: str, chosen: list[str]) -> None:
        barrier.wait()
        try:
            selections.decide(round_, SUB, chosen, "按得分", CITY, deviation_reason="各取所需")
        except SmematchError as error:
            failed.append(error.code)

    tries = [("S1", keys[:3]), ("S1", keys[3:]), ("S2", others)]
    threads = [threading.Thread(target=run, args=each) for each in tries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) == 2
    assert set(failed) <= {"selection_places_full", "selection_move_not_allowed"}
    assert len(office(store)) == 3


@pytest.mark.parametrize("fault", ["take_office", "write"])
def test_a_fault_between_leaves_neither_event_nor_record(
    selections: Selections, store: Store, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    keys = selections.ranked()
    before = events(store)
    real = getattr(deciding, fault)
    calls = []

    def fails(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            raise OSError("disk gone")
        return real(*args)

    monkeypatch.setattr(deciding, fault, fails)
    with pytest.raises(OSError, match="disk gone"):
        selections.decide("S1", SUB, keys[:3], "按得分", CITY)
    assert (events(store), units(store)) == (before, {})


def test_a_unit_of_another_sub_industry_keeps_it(selections: Selections, store: Store) -> None:
    with store.begin() as work:
        consortium = {"integrators": [{"name": "合成老集成商"}], "ecosystem": [{"name": "合成企业SYN-M1"}]}
        unit = lead_unit(1, id="SYN-U1", name="合成申报单位1", consortium=consortium)
        work.lead_units.put(unit)
    keys = selections.ranked(2)
    selections.decide("S1", SUB, keys[:1], "按得分", CITY)
    held = units(store)["SYN-U1"]
    assert set(held.sub_industries) == {SUB, "apparel"}
    assert [one.name for one in held.consortium.integrators] == ["合成老集成商", "合成企业SYN-I1"]
    assert [one.scenarios for one in held.consortium.ecosystem] == [("quality",)]
    assert held.capacity is not None
    assert (held.capacity.total, held.capacity.in_progress) == (20, 4)
    selections.replace("S1", replacement(leaving="SYN-U1"), "SYN-U1")
    left = units(store)["SYN-U1"]
    assert (left.sub_industries, left.term_ended) == (("apparel",), False)


def test_next_in_line_moves_up(selections: Selections, store: Store) -> None:
    keys = selections.ranked(5)
    selections.decide("S1", SUB, keys[:3], "按得分", CITY)
    with pytest.raises(PlacesFull):
        selections.replace("S1", replacement(successor=keys[3]), CITY)
    with pytest.raises(SelectionReasonMissing, match=keys[3]):
        selections.replace("S1", replacement(leaving="SYN-U2", successor=keys[4]), CITY)
    assert office(store) == {"SYN-U1", "SYN-U2", "SYN-U3"}
    part = selections.replace("S1", replacement(leaving="SYN-U2", successor=keys[3]), CITY).parts[0]
    assert office(store) == {"SYN-U1", "SYN-U3", "SYN-U4"}
    assert {entry.key: entry.state for entry in part.entries}[keys[1]] == "left"
    assert {seat.unit: seat.replaces for seat in part.in_office}["SYN-U4"] == "SYN-U2"
    assert part.next_in_line == (keys[4],)
    assert (units(store)["SYN-U2"].sub_industries, units(store)["SYN-U2"].term_ended) == ((), True)


def test_a_unit_may_withdraw_by_itself_and_only_itself(selections: Selections, store: Store) -> None:
    keys = selections.ranked()
    selections.decide("S1", SUB, keys[:3], "按得分", CITY)
    for told, actor in (
        ({"leaving": "SYN-U2"}, "SYN-U1"),
        ({"leaving": "SYN-U1", "successor": keys[3]}, "SYN-U1"),
        ({"leaving": "SYN-U1", "kind": "removed"}, "SYN-U1"),
    ):
        with pytest.raises(NotTheOffice):
            selections.replace("S1", replacement(**told), actor)
    selections.replace("S1", replacement(leaving="SYN-U1"), "SYN-U1:director")
    assert office(store) == {"SYN-U2", "SYN-U3"}
    with pytest.raises(NotSelectable, match="已退出"):
        selections.replace("S1", replacement(successor=keys[0]), CITY)
    selections.replace("S1", replacement(successor=keys[3]), CITY)
    assert office(store) == {"SYN-U2", "SYN-U3", "SYN-U4"}


def test_terms_end(selections: Selections, store: Store) -> None:
    keys = selections.ranked()
    selections.decide("S1", SUB, keys[:2], "按得分", CITY)
    with pytest.raises(SelectionNotOpen, match="2027-12-31"):
        selections.end_terms("S1", CITY)
    selections.clock.later(500)
    assert all(seat.term_over for seat in selections.show("S1").parts[0].in_office)
    selections.end_terms("S1", CITY)
    assert office(store) == set()
    count = len(events(store))
    selections.end_terms("S1", CITY)
    assert len(events(store)) == count


def test_an_upheld_appeal_reopens_the_decision(selections: Selections, store: Store) -> None:
    keys = selections.ranked(5)
    with pytest.raises(SelectionMoveNotAllowed):
        selections.appeal("S1", keys[3], "分数有误", "SYN-U4")
    selections.decide("S1", SUB, keys[:3], "按得分", CLERK)
    with pytest.raises(NotTheApplicant):
        selections.appeal("S1", keys[3], "分数有误", "SYN-U1")
    for _ in range(2):
        selections.appeal("S1", keys[3], "分数有误", "SYN-U4")
    with pytest.raises(SelectionMoveNotAllowed, match="已经申诉过"):
        selections.appeal("S1", keys[3], "还是有误", "SYN-U4")
    with pytest.raises(SmematchError, match="没有作出原决定"):
        selections.decide_appeal("S1", keys[3], upheld=True, reason="属实", actor=CLERK)
    for _ in range(2):
        part = selections.decide_appeal("S1", keys[3], upheld=True, reason="属实", actor=CITY).parts[0]
    assert part.phase == "deciding"
    assert events(store).count("selection_appeal_decided") == 1
    chosen = [keys[0], keys[1], keys[3]]
    part = selections.decide("S1", SUB, chosen, "重新决定", CITY, deviation_reason="申诉属实").parts[0]
    assert part.phase == "decided"
    assert office(store) == {"SYN-U1", "SYN-U2", "SYN-U4"}
    assert {entry.key: entry.state for entry in part.entries}[keys[2]] == "not_selected"
    assert events(store).count("lead_unit_selected") == 4
    selections.clock.later(6)
    with pytest.raises(SelectionNotOpen, match="申诉已于"):
        selections.appeal("S1", keys[4], "分数有误", "SYN-U5")


def test_a_dismissed_appeal_changes_nothing(selections: Selections, store: Store) -> None:
    keys = selections.ranked()
    selections.decide("S1", SUB, keys[:3], "按得分", CLERK)
    selections.appeal("S1", keys[3], "分数有误", "SYN-U4")
    part = selections.decide_appeal("S1", keys[3], upheld=False, reason="不属实", actor=CITY).parts[0]
    assert part.phase == "decided"
    assert [one.upheld for one in part.entries[3].appeals] == [False]
    with pytest.raises(SelectionMoveNotAllowed):
        selections.decide("S1", SUB, keys[1:], "重新决定", CITY)
    assert office(store) == {"SYN-U1", "SYN-U2", "SYN-U3"}


def test_a_load_cannot_change_who_holds_office(selections: Selections, store: Store) -> None:
    keys = selections.ranked()
    selections.decide("S1", SUB, keys[:2], "按得分", CITY)
    selections.replace("S1", replacement(leaving="SYN-U2"), CITY)
    first, second = units(store)["SYN-U1"], units(store)["SYN-U2"]
    for wrong in (
        first.model_copy(update={"sub_industries": ()}),
        first.model_copy(update={"term_ended": True}),
        second.model_copy(update={"sub_industries": (SUB,), "term_ended": False}),
        second.model_copy(update={"term_ended": False}),
    ):
        with pytest.raises(OfficeDecided), store.begin() as work:
            work.lead_units.put(wrong)
    with store.begin() as work:
        work.lead_units.put(first.model_copy(update={"text": "合成样本：换一段介绍"}))
    assert units(store)["SYN-U1"].text == "合成样本：换一段介绍"


def test_the_past_stays_as_it_was(selections: Selections, store: Store) -> None:
    keys = selections.ranked()
    moments, seen = [], []

    def remember() -> None:
        now = store.clock()
        moments.append(now)
        seen.append(selections.show("S1", now).model_dump())

    remember()
    selections.decide("S1", SUB, keys[:3], "按得分", CLERK)
    remember()
    selections.appeal("S1", keys[3], "分数有误", "SYN-U4")
    selections.replace("S1", replacement(leaving="SYN-U1", successor=keys[3]), CITY)
    remember()
    assert [selections.show("S1", moment).model_dump() for moment in moments] == seen
    assert len({str(one) for one in seen}) == 3


def test_a_unit_that_leaves_one_of_two_keeps_the_consortium_of_the_other(
    selections: Selections, store: Store
) -> None:
    selections.opened()
    other = application(1, sub_industry="luggage", members=[member("SYN-I9", "integrator"), member("SYN-M1")])
    keys = selections.applied(application(1), other)
    selections.scored({key: [80] * 5 for key in keys})
    for key, sub in zip(keys, (SUB, SubIndustry.LUGGAGE), strict=True):
        selections.decide("S1", sub, [key], "按得分", CITY)
    both = units(store)["SYN-U1"]
    assert both.sub_industries == (SUB, SubIndustry.LUGGAGE)
    names = [[one.name for one in part] for part in (both.consortium.integrators, both.consortium.ecosystem)]
    assert names == [["合成企业SYN-I1", "合成企业SYN-I9"], ["合成企业SYN-M1"]]
    selections.replace("S1", replacement(leaving="SYN-U1"), CITY)
    left = units(store)["SYN-U1"]
    assert left.sub_industries == (SubIndustry.LUGGAGE,)
    assert [one.name for one in left.consortium.integrators] == ["合成企业SYN-I9"]


def test_a_clock_that_lags_behind_sees_what_was_decided(selections: Selections, store: Store) -> None:
    selections.opened("S2")
    others = selections.applied(application(11), round_="S2")
    keys = selections.ranked(3)
    selections.scored({key: [85] * 5 for key in others}, "S2")
    selections.clock.later(1)
    selections.decide("S1", SUB, keys, "按得分", CITY)
    selections.clock.later(-1)
    with pytest.raises(PlacesFull):
        selections.decide("S2", SUB, others, "按得分", CITY)
    assert len(office(store)) == 3
