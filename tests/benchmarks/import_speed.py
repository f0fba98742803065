"""How long a workbook of 5,000 rows with 10 % bad rows takes, and what an export and its way back cost.

Run with ``python -m tests.benchmarks.import_speed [--rows N]``. Each kind runs in a process of its own, so
that the peak of memory is its own as well; all records are synthetic.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

from recommender.exchange import Format, Kind, import_file
from recommender.exchange.exporting import export_bytes
from recommender.settings import Settings
from recommender.store import Store
from recommender.text.scenarios import complete_solution
from recommender.text.sub_industry import complete_enterprise
from tests.faulty_tables import faulty_table
from tests.synthetic_records import enterprise

_ENRICH = {Kind.SOLUTIONS: complete_solution, Kind.ENTERPRISES: complete_enterprise}


def _peak() -> float:
    """Return the peak of resident memory in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(kind: Kind, rows: int) -> str:
    """Import, export and import again; return the row of the table."""
    table = faulty_table(kind, rows)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{Path(folder) / 'a.db'}")
        store = Store.set_up(settings)
        if kind is Kind.DIAGNOSES:
            with store.begin() as unit:
                unit.enterprises.put_many([enterprise(number) for number in range(1, rows + 1)])
        before = _peak()
        started = time.perf_counter()
        report = import_file(kind, table.data, store, name="a.xlsx", enrich=_ENRICH.get(kind))
        imported = time.perf_counter() - started
        peak = _peak()
        named = {found.row for found in report.reported if found.severity == "error"}
        with store.read() as unit:
            stored = list(getattr(unit, kind.store_name).iterate())
        started = time.perf_counter()
        data, _ = export_bytes(kind, stored, Format.XLSX)
        exported = time.perf_counter() - started
        started = time.perf_counter()
        back = import_file(kind, data, store, name="b.xlsx", enrich=_ENRICH.get(kind))
        again = time.perf_counter() - started
        store.dispose()
    right = named == set(table.wrong) and report.created == table.good and back.unchanged == table.good
    return (
        f"| {kind.label} | {rows} | {len(table.wrong)} | {len(named & set(table.wrong))} | {report.created} "
        f"| {back.rows - back.unchanged} | {'是' if right else '否'} | {imported:.1f} | {exported:.1f} "
        f"| {again:.1f} | {before:.0f} → {peak:.0f} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000)
    rows = parser.parse_args().rows
    print("| 种类 | 行 | 坏行 | 点名 | 存入 | 往返改动 | 全对 | 导入秒 | 导出秒 | 再导入秒 | 内存 MB |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    spawn = multiprocessing.get_context("spawn")
    for kind in Kind:
        with spawn.Pool(1) as pool:
            print(pool.apply(measure, (kind, rows)), flush=True)


if __name__ == "__main__":
    main()
