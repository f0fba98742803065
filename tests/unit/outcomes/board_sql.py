"""The SQL of docs/board_figures.md, and what of a board it recomputes."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text

from recommender.outcomes.board import Board
from recommender.store import Store
from recommender.store.tables import UtcDateTime
from tests.conftest import ROOT

_BLOCK = re.compile(r"```sql (\S+)\n(.*?)```", re.DOTALL)
SQL = dict(_BLOCK.findall((ROOT / "docs" / "board_figures.md").read_text(encoding="utf-8")))
TARGET_COUNTS = {
    "enterprises_accepted": "enterprises",
    "products_admitted": "products",
    "benchmark_case": "benchmark_cases",
    "excellent_product": "excellent_products",
    "district_sample": "district_samples",
}


def raw(store: Store, name: str, moment: datetime) -> list[Any]:
    """Run a statement of the page on the raw tables, behind the beginning of the store's database."""
    beginning = f"{SQL[f'prelude.{store.engine.dialect.name}']}\n{SQL['prelude']}"
    statement = text(f"{beginning}\n{SQL[name]}").bindparams(bindparam("moment", type_=UtcDateTime()))
    with store.engine.connect() as connection:
        return list(connection.execute(statement, {"moment": moment}))


def compare(rows: Callable[[str], list[Any]], board: Board) -> None:
    """Hold every number of a board against its statement; ``rows`` runs one of them."""
    lines = {line.code: line for line in board.targets}
    for name, code in TARGET_COUNTS.items():
        assert rows(name)[0][0] == lines[code].value, name
    line = lines["national"]
    for field, parts in (("by_district", line.by_district), ("by_sub_industry", line.by_sub_industry)):
        found = dict(tuple(row) for row in rows(f"enterprises_accepted.{field}"))
        assert found == {part.code: part.value for part in parts}, field
    found = dict(tuple(row) for row in rows("products_admitted.by_sub_industry"))
    assert found == {part.code: part.value for part in lines["products"].by_sub_industry}
    for name in ("enterprises_listed", "projects_signed", "projects_accepted", "projects_withdrawn",
                 "enterprises_paid", "subsidy_paid_yuan"):  # fmt: skip
        assert float(rows(name)[0][0]) == float(getattr(board, name)), name
