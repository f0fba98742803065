"""Forms filled in offline: nothing changes on a round trip, and every wrong cell is named."""

import io
from typing import Any

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook

from recommender.exchange.faults import MissingColumns
from recommender.letters.selection import announcement
from recommender.selection.application import Call
from recommender.selection.faults import NotOnPanel
from recommender.selection.offline import OfflineForms
from recommender.selection.result_table import result_workbook
from recommender.store import Store
from tests.unit.selection.holding import CITY, CLERK, SUB, Selections, application, member, sheet


@pytest.fixture
def forms(store: Store, selections: Selections) -> OfflineForms:
    return OfflineForms(store, selections)


def book(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def saved(changed: Workbook) -> bytes:
    target = io.BytesIO()
    changed.save(target)
    return target.getvalue()


def cells(data: bytes) -> dict[tuple[str, str], object]:
    return {
        (each.title, cell.coordinate): cell.value
        for each in book(data).worksheets
        for row in each.iter_rows()
        for cell in row
        if cell.value is not None
    }


def column(data: Workbook, title: str, header: str) -> str:
    return next(cell.column_letter for cell in data[title][1] if cell.value == header)


def full(number: int, **changes: Any) -> Any:
    awkward = {
        "text": "=1+1\n第二行，含_x0041_和“引号”",
        "districts": ["440113", "440111"],
        "related": [f"SYN-H{number}", "SYN-H9"],
        "members": [
            member(f"SYN-I{number}", "integrator", scenarios=["quality", "equipment"]),
            member(f"SYN-M{number}"),
            member(f"SYN-N{number}", scenarios=[], name="000123"),
        ],
    }
    return application(number, **(awkward | changes))


def test_the_application_form_changes_nothing_on_a_round_trip(
    selections: Selections, forms: OfflineForms
) -> None:
    selections.opened()
    ours = [full(1), full(2, uscc=None, mode="industry_chain"), full(1, sub_industry="luggage", text="")]
    for one in ours:
        selections.apply("S1", one, one.unit)
    first = forms.application_form("S1")
    taken = forms.take_applications("S1", saved(book(first)), CITY)
    assert (taken.complete, [one.repeated for one in taken.taken]) == (True, [True] * 3)
    selections.open("S2", selections_call(selections), CITY)
    assert forms.take_applications("S2", first, CLERK).complete
    before, after = cells(first), cells(forms.application_form("S2"))
    places = {key for key in before.keys() | after.keys() if key[0] != "说明"}
    assert {key for key in places if before.get(key) != after.get(key)} == set()
    assert len(places) > 150
    assert set(cells(forms.application_form("S1", "SYN-U2")).values()).isdisjoint({"SYN-U1"})


def selections_call(selections: Selections) -> Call:
    head = selections.listing()[0]
    fields = ("name", "sub_industries", "modes", "apply_until", "score_until", "term_from", "term_until")
    return Call(**{name: getattr(head, name) for name in fields})


def test_the_form_has_drop_downs_comments_and_a_frozen_header(
    selections: Selections, forms: OfflineForms
) -> None:
    selections.opened()
    empty = book(forms.application_form("S1"))
    for title in ("申报单位", "联合体成员"):
        assert empty[title].freeze_panes == "A2"
        assert all(cell.comment is not None for cell in empty[title][1] if cell.value != "标记")
    rules = {str(rule.sqref): rule.formula1 for rule in empty["联合体成员"].data_validations.dataValidation}
    kind = column(empty, "联合体成员", "集成商类型")
    assert "电信运营商" in str(rules[f"{kind}2:{kind}201"])


@pytest.mark.parametrize(
    ("title", "header", "value", "code"),
    [
        ("申报单位", "细分行业", "造船", "value_not_understood"),
        ("申报单位", "服务容量", "很多", "not_a_number"),
        ("申报单位", "服务区域", "香洲区", "value_not_understood"),
        ("申报单位", "达到二级企业数", 99, "invalid_value"),
        ("申报单位", "单位名称", None, "missing"),
        ("联合体成员", "成员类别", "供应商", "value_not_understood"),
        ("联合体成员", "集成商类型", "银行", "value_not_understood"),
        ("联合体成员", "成员编号", "有 空格", "string_pattern_mismatch"),
        ("联合体成员", "单位编号", "SYN-U9", "no_unit"),
    ],
)
def test_a_wrong_cell_is_named(
    selections: Selections, forms: OfflineForms, title: str, header: str, value: object, code: str
) -> None:
    selections.opened()
    for one in (full(1), full(2)):
        selections.apply("S1", one, one.unit)
    changed = book(forms.application_form("S1"))
    place = column(changed, title, header)
    changed[title][f"{place}2"] = value
    found = forms.take_applications("S1", saved(changed), CITY, dry_run=True)
    assert [(one.sheet, one.row, one.code) for one in found.faults] == [(title, 2, code)]
    assert found.faults[0].column in {header, None}
    assert "SYN-U2:cosmetics" in {one.application for one in found.taken}
    assert selections.show("S1").parts[0].entries[0].version == 1


def test_a_form_without_its_columns_is_refused(selections: Selections, forms: OfflineForms) -> None:
    selections.opened()
    other = Workbook()
    other.active.append(["企业名称", "电话"])  # type: ignore[union-attr]
    with pytest.raises(MissingColumns):
        forms.take_applications("S1", saved(other), CITY)


def test_what_the_form_check_refuses_is_told_by_application(
    selections: Selections, forms: OfflineForms
) -> None:
    selections.opened()
    selections.open("S2", selections_call(selections), CITY)
    for one in (full(1), full(2)):
        selections.apply("S1", one, one.unit)
    changed = book(forms.application_form("S1"))
    changed["申报单位"][f"{column(changed, '申报单位', '服务容量')}2"] = 1
    found = forms.take_applications("S2", saved(changed), CITY)
    assert [(one.application, one.code) for one in found.refused] == [
        ("SYN-U1:cosmetics", "selection_form_faulty")
    ]
    assert [one.application for one in found.taken] == ["SYN-U2:cosmetics"]


def scoring(selections: Selections) -> list[str]:
    selections.opened()
    keys = selections.applied(application(1), application(2), application(3))
    selections.clock.scoring()
    return keys


def test_the_score_sheet_changes_nothing_on_a_round_trip(selections: Selections, forms: OfflineForms) -> None:
    keys = scoring(selections)
    given = [sheet(key, "71.25").model_copy(update={"comment": "=材料“齐全”\n第二行"}) for key in keys[:2]]
    selections.score("S1", given, "SYN-E1")
    first = forms.score_form("S1", "SYN-E1")
    taken = forms.take_scores("S1", saved(book(first)), "SYN-E2")
    assert (taken.complete, taken.scored) == (True, tuple(keys[:2]))
    before, after = cells(first), cells(forms.score_form("S1", "SYN-E2"))
    points = column(book(first), "评分表", "得分")
    assert [before["评分表", f"{points}{row}"] for row in (2, 3, 10)] == [15, 10, 0]
    assert before.keys() == after.keys()
    assert {key[0] for key in before if before[key] != after[key]} == {"说明"}
    with pytest.raises(NotOnPanel):
        forms.score_form("S1", "SYN-E9")


def test_wrong_scores_are_named_and_the_others_taken(selections: Selections, forms: OfflineForms) -> None:
    keys = scoring(selections)
    for expert in ("SYN-E1",):
        selections.score("S1", [sheet(key, 70) for key in keys], expert)
    changed = book(forms.score_form("S1", "SYN-E1"))
    table = changed["评分表"]
    points, recused = column(changed, "评分表", "得分"), column(changed, "评分表", "回避")
    table[f"{points}2"] = 15.5
    table[f"{points}3"] = None
    table[f"{points}4"] = "十五"
    table[f"{recused}11"] = "是"
    found = forms.take_scores("S1", saved(changed), "SYN-E2")
    assert {(one.row, one.code) for one in found.faults} == {
        (2, "too_many_points"), (3, "missing"), (4, "not_a_number"),
        (11, "recused_and_scored"), (11, "reason_missing"),
    }  # fmt: skip
    assert found.scored == (keys[2],)


def test_recusing_on_the_sheet(selections: Selections, forms: OfflineForms) -> None:
    keys = scoring(selections)
    changed = book(forms.score_form("S1", "SYN-E1"))
    table = changed["评分表"]
    table[f"{column(changed, '评分表', '回避')}2"] = "是"
    table[f"{column(changed, '评分表', '意见或回避理由')}2"] = "曾任顾问"
    found = forms.take_scores("S1", saved(changed), "SYN-E1")
    assert (found.complete, found.recused, found.scored) == (True, (keys[0],), ())
    assert keys[0] not in cells(forms.score_form("S1", "SYN-E1")).values()


def test_the_result_as_tables_and_as_an_announcement(selections: Selections, store: Store) -> None:
    keys = selections.ranked()
    selections.decide("S1", SUB, keys[:3], "按得分排序", CITY)
    view = selections.show("S1")
    tables = book(result_workbook(view))
    assert tables.sheetnames == ["时尚美妆", "时尚美妆分项", "箱包", "箱包分项"]
    rows = [[cell.value for cell in row] for row in tables["时尚美妆"].iter_rows(min_row=4, max_row=7)]
    assert [row[0] for row in rows] == [1, 2, 3, 4]
    assert [row[5] for row in rows] == [92, 87, 82, 77]
    assert [row[9] for row in rows] == ["入选"] * 3 + ["未入选"]
    assert tables["时尚美妆"].freeze_panes == "A4"
    letter = Document(io.BytesIO(announcement(view, store.clock())))
    text = "\n".join(paragraph.text for paragraph in letter.paragraphs)
    assert "合成样本" in text
    assert "前 3 名相同的占 100%；换一批同样多的专家约 " in text
    assert [cell.text for cell in letter.tables[0].rows[1].cells][2:] == ["1", "92.00", "入选"]
    assert all(expert not in text for expert in ("SYN-E1", "合成大学"))
