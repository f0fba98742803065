import csv
import io
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from recommender.diagnosis import load_instrument
from recommender.domain import Diagnosis, Enterprise, LeadUnit, Need, Notice, Solution
from recommender.domain.enterprise import ConsentPurpose, SubIndustrySource
from recommender.domain.solution import (
    AuditState,
    ClaimedItem,
    Deployment,
    PriceBasis,
    Provenance,
    ProviderKind,
)
from recommender.domain.taxonomy import Link, Scenario, SubIndustry, load_taxonomy, manufacturing_classes
from recommender.exchange import Format, Kind, export_records, import_file
from recommender.exchange.exporting import export_bytes
from recommender.exchange.faults import FileNotReadable, NotExpressible
from recommender.store import Store
from tests.synthetic_records import diagnosis, enterprise, lead_unit, need, notice, solution, uscc

# -- records of every shape ------------------------------------------------------------------------------

HARD_TEXTS = (
    "=1+1", "+8613", "-5", "@合成", "'=x", "''-x", "'样本", "一；二", "a;b\tc,d", '引"号"', "#N/A",
    "多\n行\r\n文\r字", "[1, 2]", '{"a": 1}', "_x000D_", "_x005F_", "#备注", "\x0b控\x1f制", "🧵𠮷",
    "\u2028分\u2029段", "true", "00012", "2024-01-05", "1E+5", "无", "是", "｜|、", "案例：x", "\ufeff头",
    "\ufffe",
)  # fmt: skip
texts = st.one_of(
    st.sampled_from(HARD_TEXTS),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=30),
).filter(lambda text: text.strip() != "")
lines = texts.map(lambda text: " ".join(text.split()) or "样本").filter(lambda t: t.strip() != "")
ids = st.from_regex(r"[A-Za-z0-9._:-]{1,12}", fullmatch=True)
yuan = st.decimals(0, Decimal("99999999999999.99"), places=2)
days = st.dates()
codes = st.integers(0, 999_999).map(uscc)
marked = st.sampled_from([{}, {"synthetic": True, "mark": "合成样本"}, {"mark": "试"}])


def several(values: Any, most: int = 4) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, max_size=most, unique=True)


def some(**fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Any of the fields, in any combination."""
    return st.fixed_dictionaries({}, optional=fields)


enterprises = st.tuples(
    codes,
    lines,
    some(
        registered_on=days,
        district=st.sampled_from([entry.code for entry in load_taxonomy().districts]),
        address=texts,
        business_scope=texts,
        gb4754=st.sampled_from(sorted(manufacturing_classes())),
        sub_industry=st.sampled_from(SubIndustry),
        sub_industry_source=st.sampled_from(SubIndustrySource),
        sub_industry_evidence=texts,
        employees=st.integers(0, 5_000_000),
        revenue_yuan=yuan,
        needs=st.lists(texts, max_size=4),
        budget_yuan=yuan,
        deployment_preference=several(st.sampled_from(Deployment)),
        contact=some(person=lines, phone=lines, email=lines),
        consents=st.lists(
            st.fixed_dictionaries(
                {"purpose": st.sampled_from(ConsentPurpose), "granted_on": days},
                optional={"revoked_on": days, "lead_unit": lines},
            ),
            max_size=3,
        ),
    ),
    marked,
).map(lambda parts: Enterprise.model_validate({"uscc": parts[0], "name": parts[1], **parts[2], **parts[3]}))

effects = st.lists(
    st.fixed_dictionaries(
        {"scenario": st.sampled_from(Scenario), "level": st.integers(1, 4)},
        optional={
            "provenance": st.sampled_from(Provenance),
            "confidence": st.floats(0, 1),
            "evidence": texts,
        },
    ),
    max_size=4,
    unique_by=lambda effect: effect["scenario"],
)
LINKS = [option.scenario for item in load_instrument().items for option in item.options if option.scenario]
said = {"provenance": st.sampled_from(Provenance), "confidence": st.floats(0, 1), "evidence": texts}
link_claims = st.lists(
    st.fixed_dictionaries({"scenario": st.sampled_from(LINKS)}, optional=said),
    max_size=4,
    unique_by=lambda claim: claim["scenario"],
)
option_claims = st.lists(
    st.fixed_dictionaries(
        {"item": st.sampled_from(ClaimedItem), "letter": st.sampled_from("BCDE")}, optional=said
    ),
    max_size=4,
    unique_by=lambda claim: (claim["item"], claim["letter"]),
)
prices = st.tuples(yuan, yuan, st.sampled_from(PriceBasis)).map(
    lambda p: {"low_yuan": min(p[:2]), "high_yuan": max(p[:2]), "basis": p[2]}
)
solutions = st.tuples(
    ids,
    lines,
    some(
        provider=st.fixed_dictionaries({"id": ids, "name": lines, "kind": st.sampled_from(ProviderKind)}),
        summary=texts,
        text=texts,
        url=texts,
        scenarios=effects,
        collects=link_claims,
        systems=link_claims,
        item_options=option_claims,
        links=several(st.sampled_from(Link)),
        links_provenance=st.sampled_from(Provenance),
        sub_industries=several(st.sampled_from(SubIndustry)),
        price=prices,
        days_to_deploy=st.integers(0, 3650),
        payback_months=st.integers(0, 600),
        deployment=several(st.sampled_from(Deployment)),
        audit_state=st.sampled_from(AuditState),
        in_scope=st.booleans(),
        evidence=st.lists(
            st.fixed_dictionaries(
                {"kind": st.sampled_from(["case", "certificate", "report", "test"]), "text": texts}
            ),
            max_size=3,
        ),
    ),
    marked,
).map(lambda parts: Solution.model_validate({"id": parts[0], "name": parts[1], **parts[2], **parts[3]}))

members = st.lists(
    st.fixed_dictionaries(
        {"name": lines}, optional={"role": lines, "scenarios": several(st.sampled_from(Scenario))}
    ),
    max_size=3,
)
lead_units = st.tuples(
    ids,
    lines,
    st.sampled_from(["supply_chain", "industry_chain"]),
    some(
        sub_industries=several(st.sampled_from(SubIndustry)),
        consortium=some(integrators=members, ecosystem=members),
        scenarios=several(st.sampled_from(Scenario)),
        capacity=st.fixed_dictionaries(
            {"total": st.integers(0, 10**6), "in_progress": st.integers(0, 10**6)}
        ),
        districts=several(st.sampled_from([entry.code for entry in load_taxonomy().districts])),
        solution_ids=several(ids),
        text=texts,
    ),
    marked,
).map(
    lambda parts: LeadUnit.model_validate(
        {"id": parts[0], "name": parts[1], "mode": parts[2], **parts[3], **parts[4]}
    )
)

ITEMS = load_instrument().items
answers = st.fixed_dictionaries(
    {}, optional={item.id: st.sampled_from([option.letter for option in item.options]) for item in ITEMS}
).map(lambda found: {key: [letter] for key, letter in found.items()})
diagnoses = st.tuples(
    ids,
    days,
    st.sampled_from(["self", "on_site"]),
    answers,
    st.dictionaries(st.sampled_from(Scenario), st.integers(0, 4), max_size=6),
    marked,
).map(
    lambda p: Diagnosis.model_validate(
        {
            "id": p[0],
            "uscc": uscc(1),
            "assessed_on": p[1],
            "method": p[2],
            "answers": p[3],
            "scenarios": p[4],
            **p[5],
        }
    )
)
needs = st.tuples(ids, texts, some(uscc=codes, solution_id=ids, scenario_title=texts), marked).map(
    lambda parts: Need.model_validate({"id": parts[0], "text": parts[1], **parts[2], **parts[3]})
)
notices = st.tuples(
    ids,
    lines,
    st.sampled_from(["policy", "course", "activity", "case"]),
    days,
    some(
        text=texts,
        summary=texts,
        sub_industries=several(st.sampled_from(SubIndustry)),
        districts=several(st.sampled_from([entry.code for entry in load_taxonomy().districts])),
        levels=several(st.integers(0, 4)),
        scenarios=several(st.sampled_from(Scenario)),
    ),
    marked,
).map(
    lambda parts: Notice.model_validate(
        {"id": parts[0], "name": parts[1], "kind": parts[2], "published_on": parts[3], **parts[4], **parts[5]}
    )
)
RECORDS: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.ENTERPRISES: enterprises,
    Kind.DIAGNOSES: diagnoses,
    Kind.SOLUTIONS: solutions,
    Kind.LEAD_UNITS: lead_units,
    Kind.NEEDS: needs,
    Kind.NOTICES: notices,
}


def key(record: Any) -> str:
    return str(record.uscc if isinstance(record, Enterprise) else record.id)


def stored_records(store: Store, kind: Kind) -> dict[str, Any]:
    with store.read() as unit:
        return {key(stored.record): stored.record for stored in getattr(unit, kind.store_name).iterate()}


def cleared(store: Store) -> None:
    with store.begin() as unit:
        for table in (
            "diagnosis",
            "enterprise",
            "solution",
            "lead_unit",
            "need",
            "notice",
            "record_revision",
        ):
            unit.connection.exec_driver_sql(f"DELETE FROM {table}")


@pytest.mark.parametrize("file_format", list(Format))
@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_exported_imports_as_the_same_records(kind: Kind, file_format: Format, store: Store) -> None:
    @settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(RECORDS[kind], min_size=1, max_size=4, unique_by=key))
    def holds(records: list[Any]) -> None:
        cleared(store)
        if kind is Kind.DIAGNOSES:
            with store.begin() as unit:
                unit.enterprises.put(enterprise(1))
        data, count = export_bytes(kind, records, file_format, with_contact=True)
        assert count == len(records)
        report = import_file(kind, data, store, name=f"a.{file_format}")
        assert (report.created, report.rejected, report.skipped) == (len(records), 0, 0), report.reported
        back = stored_records(store, kind)
        for record in records:
            # An empty object says as little as a missing one, and a table cannot tell them apart.
            assert _plain(back[key(record)]) == _plain(record)

    holds()


def _plain(record: Any) -> Any:
    if (
        isinstance(record, Enterprise)
        and record.contact is not None
        and not record.contact.model_dump(exclude_none=True)
    ):
        return record.model_copy(update={"contact": None})
    return record


SAMPLES: tuple[tuple[Kind, Callable[[int], Any]], ...] = (
    (Kind.ENTERPRISES, enterprise),
    (Kind.DIAGNOSES, diagnosis),
    (Kind.SOLUTIONS, solution),
    (Kind.LEAD_UNITS, lead_unit),
    (Kind.NEEDS, need),
    (Kind.NOTICES, notice),
)


@pytest.mark.parametrize("file_format", list(Format))
@pytest.mark.parametrize(("kind", "make"), SAMPLES)
def test_importing_an_export_into_its_own_store_changes_nothing(
    kind: Kind, make: Callable[[int], Any], file_format: Format, store: Store, tmp_path: Path
) -> None:
    records = [make(number) for number in range(1, 4)]
    with store.begin() as unit:
        unit.enterprises.put(enterprise(1, contact={"person": "合成联系人"}))
        getattr(unit, kind.store_name).put_many(records)
    path = tmp_path / f"导出.{file_format}"
    report = export_records(kind, records, path)
    assert (report.records, report.format, report.with_contact) == (3, file_format, False)
    assert import_file(kind, path, store).unchanged == 3


def test_contact_data_leaves_only_when_asked_and_survives_a_reimport(store: Store) -> None:
    record = enterprise(1, contact={"person": "合成联系人", "phone": "000", "email": "a@b.invalid"})
    with store.begin() as unit:
        unit.enterprises.put(record)
    for file_format in Format:
        data, _ = export_bytes(Kind.ENTERPRISES, [record], file_format)
        cells = _all_text(data, file_format)
        assert "合成联系人" not in cells
        assert "联系电话" not in cells
        import_file(Kind.ENTERPRISES, data, store, name=f"a.{file_format}")
        assert stored_records(store, Kind.ENTERPRISES)[uscc(1)] == record
        with_contact, _ = export_bytes(Kind.ENTERPRISES, [record], file_format, with_contact=True)
        assert "合成联系人" in _all_text(with_contact, file_format)


def _all_text(data: bytes, file_format: Format) -> str:
    if file_format is not Format.XLSX:
        return data.decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)


FORMULAS = ("=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1")


def test_no_cell_of_a_csv_begins_like_a_formula() -> None:
    records = [need(n, text=text, scenario_title=text) for n, text in enumerate(FORMULAS)]
    data, _ = export_bytes(Kind.NEEDS, records, Format.CSV)
    assert data.startswith(b"\xef\xbb\xbf")
    rows: Sequence[Sequence[str]] = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0][:2] == ["需求编号", "需求描述"]
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell]


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    records = [need(n, text=text) for n, text in enumerate(FORMULAS)]
    data, _ = export_bytes(Kind.NEEDS, records, Format.XLSX)
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value} == {"s"}


def test_codes_are_text_and_amounts_numbers_in_a_workbook() -> None:
    data, _ = export_bytes(Kind.ENTERPRISES, [enterprise(1, registered_on="2001-02-03")], Format.XLSX)
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    cells = {sheet.cell(1, column).value: sheet.cell(2, column) for column in range(1, sheet.max_column + 1)}
    assert (cells["统一社会信用代码"].value, cells["统一社会信用代码"].number_format) == (uscc(1), "@")
    assert cells["营业收入(元)"].value == 12_000_000
    assert cells["成立日期"].is_date
    assert cells["所属区"].value == "番禺区"


def test_jsonl_holds_every_field_as_it_is() -> None:
    data, _ = export_bytes(Kind.ENTERPRISES, [enterprise(1)], Format.JSONL, with_contact=True)
    document = json.loads(data)
    assert set(document) == set(Enterprise.model_fields)
    assert document["revenue_yuan"] == "12000000.00"


def test_a_text_longer_than_a_cell_goes_on_in_further_columns(store: Store) -> None:
    long = ("长 " * 40_000 + "_x000D_" * 2_000 + "\r\n尾").strip()
    records = [solution(1), solution(2, text=long), solution(3, text="🧵" * 20_000)]
    data, _ = export_bytes(Kind.SOLUTIONS, records, Format.XLSX)
    headers = [cell.value for cell in load_workbook(io.BytesIO(data))["解决方案"][1]]
    assert headers[headers.index("详情") + 1] == "详情（续）"
    report = import_file(Kind.SOLUTIONS, data, store, name="a.xlsx")
    assert (report.created, report.reported) == (3, ())
    assert list(stored_records(store, Kind.SOLUTIONS).values()) == records


def test_what_a_table_has_no_column_for_is_refused_not_lost() -> None:
    record = diagnosis(1).model_copy(update={"answers": {"poetry": ("A",)}})
    with pytest.raises(NotExpressible) as caught:
        export_bytes(Kind.DIAGNOSES, [record], Format.CSV)
    assert "SYN-D00001" in caught.value.detail
    assert b"poetry" in export_bytes(Kind.DIAGNOSES, [record], Format.JSONL)[0]


def test_files_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(FileNotReadable):
        export_records(Kind.NEEDS, [need(1)], tmp_path / "没有" / "a.csv")
    with pytest.raises(NotExpressible):
        export_records(Kind.NEEDS, [need(1)], tmp_path / "a.pdf")


def test_a_failed_export_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    export_records(Kind.SOLUTIONS, [solution(1)], path)
    before = path.read_bytes()
    wrong = diagnosis(1).model_copy(update={"answers": {"poetry": ("A",)}})
    with pytest.raises(NotExpressible):
        export_records(Kind.DIAGNOSES, [wrong], path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.xlsx"]
