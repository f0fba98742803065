import pytest

from recommender.domain import Enterprise
from recommender.exchange import Kind, import_file
from recommender.exchange.rejected import RejectedRows, error_workbook
from recommender.store import Store
from tests.faulty_tables import FAULTS, faulty_table
from tests.synthetic_records import SERVED_AT, enterprise


@pytest.mark.parametrize("kind", list(Kind))
def test_every_bad_row_is_named_with_its_cell_and_every_good_row_goes_in(kind: Kind, store: Store) -> None:
    rows = 20 * len(FAULTS[kind])
    if kind is Kind.DIAGNOSES:
        with store.begin() as unit:
            unit.enterprises.put_many([enterprise(number) for number in range(1, rows + 1)])
    table = faulty_table(kind, rows)
    kept = RejectedRows()
    report = import_file(kind, table.data, store, name="坏行.xlsx", rejected=kept)
    errors = [found for found in report.reported if found.severity == "error"]
    assert {found.row for found in errors} == set(table.wrong)
    assert (report.created, report.rejected) == (table.good, len(table.wrong))
    for found in errors:
        header = table.wrong[found.row or 0]
        # A cell that is empty is told by its title, for there is nothing in it to point at.
        assert found.column == header or header in found.detail, found
        assert any("\u4e00" <= char <= "\u9fff" for char in found.detail)
    again = import_file(
        kind, error_workbook(kind, kept, report.reported, SERVED_AT), store, name="错误.xlsx", dry_run=True
    )
    assert (again.rows, again.rejected) == (len(table.wrong), len(table.wrong))


def test_the_good_rows_are_what_was_written(store: Store) -> None:
    import_file(Kind.ENTERPRISES, faulty_table(Kind.ENTERPRISES, 30).data, store, name="坏行.xlsx")
    with store.read() as unit:
        stored: list[Enterprise] = [entry.record for entry in unit.enterprises.iterate()]
    assert stored == [enterprise(number) for number in range(1, 31) if number % 10]
