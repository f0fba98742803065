"""The SQL of docs/board_figures.md, and what of a board it recomputes."""

import re
from collections.abc import Callable
from typing import Any

from recommender.outcomes.board import Board
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
