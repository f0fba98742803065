"""Query results as columns, for views over the whole log: no object for each row outlives its block."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select

#: Column name to the values of a block, in row order.
Columns = dict[str, tuple[Any, ...]]
_BLOCK = 20_000


def blocks(connection: Connection, statement: Select[Any]) -> Iterator[Columns]:
    """Run a query and yield its result by columns, a block of rows at a time; nothing for no rows."""
    result = connection.execute(statement, execution_options={"yield_per": _BLOCK})
    names = list(result.keys())
    for rows in result.partitions():
        yield dict(zip(names, zip(*rows, strict=True), strict=True))
