"""Scores: dropped extremes, ties, spread, interval, and how firm the first places are."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from recommender.selection.application import Expert, ScoreSheet
from recommender.selection.faults import (
    ExpertConflict,
    NotOnPanel,
    SelectionMoveNotAllowed,
    SelectionNotOpen,
    SelectionSheetFaulty,
)
from recommender.selection.ledger import Entry, Version
from recommender.selection.rules import load_selection_rules
from recommender.selection.scores import Scored, Standing, standing_of
from tests.unit.selection.holding import CITY, EXPERTS, START, SUB, Selections, application, sheet

RULES = load_selection_rules()


def standing(totals: dict[int, list[float | None]], places: int = 3) -> Standing:
    entries = []
    for number, own in totals.items():
        one = application(number)
        entry = Entry(one.key, [Version(1, one, one.unit, START)])
        for expert, total in zip(EXPERTS, own, strict=False):
            if total is not None:
                entry.sheets[expert.id] = sheet(one.key, total)
        entries.append(entry)
    return standing_of(entries, {expert.id: expert for expert in EXPERTS}, RULES, places)


def only(totals: list[float | None]) -> Scored:
    return standing({1: totals}).applications[0]


def test_the_highest_and_the_lowest_total_do_not_count() -> None:
    scored = only([100, 70, 80, 90, 20])
    assert (scored.sheets, scored.counted, scored.score) == (5, 3, Decimal("80.00"))
    assert scored.deviation == pytest.approx(10)
    # Winsorised totals are 70, 70, 80, 90, 90; the trimmed share of five sheets is 3/5.
    error = np.std([70, 70, 80, 90, 90], ddof=1) / (0.6 * np.sqrt(5))
    half = stats.t.ppf(0.975, 2) * error
    assert scored.figure.ci95 == pytest.approx((80 - half, 80 + half))
    assert scored.figure.value == pytest.approx(80)
    assert sum(item.mean for item in scored.items) == pytest.approx(80)


def test_items_have_mean_and_deviation() -> None:
    one = application(1)
    entry = Entry(one.key, [Version(1, one, one.unit, START)])
    points = (3, 4, 5, 4, 4)
    for expert, given_points in zip(EXPERTS, points, strict=True):
        entry.sheets[expert.id] = sheet(one.key, 60, team=Decimal(given_points))
    panel = {expert.id: expert for expert in EXPERTS}
    items = {item.code: item for item in standing_of([entry], panel, RULES, 3).applications[0].items}
    assert (items["team"].mean, items["team"].deviation) == (4, 0)
    assert items["position"].mean == 15
    entry.sheets["SYN-E1"] = sheet(one.key, 60, team=Decimal(4))
    entry.sheets["SYN-E2"] = sheet(one.key, 60, team=Decimal(3))
    entry.sheets["SYN-E4"] = sheet(one.key, 60, team=Decimal("3.5"))
    team = {i.code: i for i in standing_of([entry], panel, RULES, 3).applications[0].items}["team"]
    assert team.deviation == pytest.approx(np.std([3.5, 4, 4], ddof=1))


def test_too_few_sheets_make_no_score() -> None:
    scored = only([90, 90, 90, 90, None])
    assert (scored.score, scored.rank, scored.figure.value) == (None, None, None)
    assert scored.sheets == 4
    assert scored.figure.warning == "只有 4 份有效评分表，至少要 5 份"


def test_equal_scores_share_a_rank_and_are_named() -> None:
    found = standing({1: [80] * 5, 2: [90] * 5, 3: [80] * 5, 4: [70] * 5}).applications
    assert [(one.application, one.rank) for one in found] == [
        ("SYN-U2:cosmetics", 1), ("SYN-U1:cosmetics", 2), ("SYN-U3:cosmetics", 2), ("SYN-U4:cosmetics", 4),
    ]  # fmt: skip
    assert found[1].tied_with == ("SYN-U3:cosmetics",)
    assert found[0].tied_with == ()


def test_a_clear_ranking_is_firm_and_a_tight_one_is_not() -> None:
    clear = standing({n: [95 - 10 * n + e for e in range(5)] for n in range(1, 6)}).stability
    assert (clear.share, clear.experts, clear.draws, clear.places) == (1.0, 5, 2000, 3)
    quarrel = {1: [90] * 5, 2: [85] * 5, 3: [90, 60, 75, 76, 60], 4: [60, 88, 70, 70, 69]}
    tight = standing(quarrel)
    assert tight.stability.share is not None
    assert 0.2 < tight.stability.share < 0.9
    shares = {one.application: one.in_top_share for one in tight.applications}
    assert shares["SYN-U1:cosmetics"] == 1
    assert 1 - (shares["SYN-U3:cosmetics"] or 0) == pytest.approx(shares["SYN-U4:cosmetics"], abs=0.05)


def test_the_share_is_what_counting_every_draw_gives() -> None:
    totals = {1: [90, 70, 80, 85, 60], 2: [80, 82, 81, 79, 78]}
    share = standing(totals, places=1).stability.share
    first, second = (np.asarray(totals[number]) for number in (1, 2))
    every = np.stack(np.meshgrid(*[np.arange(5)] * 5), -1).reshape(-1, 5)
    kept = [np.sort(values[every], axis=1)[:, 1:4].mean(axis=1) for values in (first, second)]
    leader, other = (kept[0], kept[1]) if only_mean(first) > only_mean(second) else (kept[1], kept[0])
    assert share == pytest.approx((leader > other).mean(), abs=0.03)


def test_another_panel_is_further_off_than_a_draw_of_this_one() -> None:
    totals: dict[int, list[float | None]] = {
        1: [90] * 5, 2: [84, 86, 83, 85, 88], 3: [80, 82, 79, 85, 77], 4: [79, 77, 82, 76, 80],
        5: [75, 78, 74, 79, 73],
    }  # fmt: skip
    found = standing(totals).stability
    assert found.share is not None
    assert found.new_panel_share is not None
    assert found.new_panel_share < found.share - 0.05


def only_mean(values: np.ndarray) -> float:
    return float(np.sort(values)[1:4].mean())


def test_what_cannot_be_asked_is_said() -> None:
    assert standing({n: [80] * 5 for n in range(1, 4)}).stability.note == "申报数不多于名额，不需要比较"
    tied = standing({1: [90] * 5, 2: [90] * 5, 3: [80] * 5, 4: [80] * 5}).stability
    assert (tied.share, tied.note) == (None, "第 3 名并列，谁入选不由评分决定")
    few = standing({n: [80, 80, 80, 80, None if n == 4 else 80] for n in range(1, 5)}).stability
    assert (few.share, few.draws, few.note) == (None, 0, "还有申报没有足够的评分表")


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 100), min_size=5, max_size=5))
def test_one_generous_or_stern_expert_moves_nothing_beyond_the_others(totals: list[int]) -> None:
    score = only([*totals]).score
    ordered = sorted(totals)
    assert score is not None
    assert ordered[1] - Decimal("0.01") <= score <= ordered[3] + Decimal("0.01")


def test_only_the_panel_scores_and_only_whole_sheets(selections: Selections) -> None:
    selections.opened()
    (key,) = selections.applied(application(1))
    whole = sheet(key, 80)
    with pytest.raises(SelectionNotOpen):
        selections.score("S1", [whole], "SYN-E1")
    selections.clock.scoring()
    with pytest.raises(NotOnPanel):
        selections.score("S1", [whole], "SYN-E9")
    too_much = whole.model_copy(update={"points": {**whole.points, "team": Decimal(6)}})
    lacking = whole.model_copy(update={"points": {"team": Decimal(5)}})
    for wrong, why in ((too_much, "最多 5 分，给了 6 分"), (lacking, "缺少“行业地位和带动企业数”")):
        with pytest.raises(SelectionSheetFaulty, match=why):
            selections.score("S1", [wrong], "SYN-E1")
    selections.score("S1", [whole], "SYN-E1")
    selections.clock.after_scoring()
    with pytest.raises(SelectionNotOpen):
        selections.score("S1", [sheet(key, 90)], "SYN-E1")


def test_all_sheets_of_a_call_are_taken_or_none(selections: Selections) -> None:
    selections.opened()
    first, _ = selections.applied(application(1), application(2))
    selections.clock.scoring()
    selections.recuse("S1", "SYN-U2:cosmetics", "亲属任职", "SYN-E1")
    with pytest.raises(ExpertConflict):
        selections.score("S1", [sheet(first, 80), sheet("SYN-U2:cosmetics", 80)], "SYN-E1")
    assert [one.scored.sheets for one in selections.show("S1").parts[0].entries if one.scored] == [0, 0]


@pytest.mark.parametrize(
    ("expert", "why"),
    [
        ({"interests": ["SYN-U1"]}, "申报单位"),
        ({"interests": ["SYN-C1"]}, "申报单位"),
        ({"employer": "合成申报单位１"}, "申报单位"),
        ({"interests": ["SYN-I1"]}, "合成企业SYN-I1"),
        ({"employer": "合成企业SYN-M1"}, "合成企业SYN-M1"),
        ({"interests": ["SYN-H1"]}, "关联单位"),
    ],
)
def test_a_conflict_of_interest_is_refused(
    selections: Selections, expert: dict[str, object], why: str
) -> None:
    selections.opened()
    panel = [Expert.model_validate({"id": "SYN-E1", **expert}), *EXPERTS[1:]]
    selections.name_panel("S1", panel, CITY)
    key, other = selections.applied(application(1, related=["SYN-H1"]), application(2))
    selections.clock.scoring()
    with pytest.raises(ExpertConflict, match=why):
        selections.score("S1", [sheet(key, 80)], "SYN-E1")
    selections.score("S1", [sheet(other, 80)], "SYN-E1")


def test_whoever_recuses_later_no_longer_counts(selections: Selections) -> None:
    selections.opened()
    (key,) = selections.applied(application(1))
    selections.scored({key: [80] * 5})
    assert selections.show("S1").parts[0].phase == "deciding"
    scored = selections.recuse("S1", key, "亲属任职", "SYN-E1").parts[0].entries[0].scored
    assert scored is not None
    assert (scored.sheets, scored.score) == (4, None)


def test_a_later_sheet_replaces_an_earlier_one_until_the_decision(selections: Selections) -> None:
    selections.opened()
    (key,) = selections.applied(application(1))
    selections.scored({key: [70] * 5})
    for expert in EXPERTS:
        selections.score("S1", [sheet(key, 75)], expert.id)
    scored = selections.show("S1").parts[0].entries[0].scored
    assert scored is not None
    assert scored.score == Decimal("75.00")
    selections.decide("S1", SUB, [key], "按得分", CITY)
    with pytest.raises(SelectionMoveNotAllowed):
        selections.score("S1", [sheet(key, 90)], "SYN-E1")
    with pytest.raises(SelectionMoveNotAllowed):
        selections.name_panel("S1", (*EXPERTS[::-1], Expert(id="SYN-E6")), CITY)


def test_a_panel_has_enough_different_experts(selections: Selections) -> None:
    selections.opened()
    for wrong in (EXPERTS[:4], (*EXPERTS, EXPERTS[0])):
        with pytest.raises(SelectionSheetFaulty):
            selections.name_panel("S1", wrong, CITY)


def test_points_have_two_decimals() -> None:
    with pytest.raises(ValueError, match="最多两位小数"):
        ScoreSheet.model_validate({"application": "a", "points": {"team": "1.005"}})
