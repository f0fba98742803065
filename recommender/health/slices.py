"""Parts of a log: all enterprises, those of a sub-industry, those of a district."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.domain.taxonomy import load_taxonomy
from recommender.exposure.report import SliceKind


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of a frame.

    Attributes
    ----------
    code : str, optional
        Of the sub-industry or district; None for all.
    rows : bool (n,)
    """

    kind: SliceKind
    code: str | None
    name: str
    rows: NDArray[np.bool_]


def slices_of(frame: Any) -> Iterator[Slice]:  # noqa: ANN401 - a DataFrame
    """Yield all rows, then those of each sub-industry and district that occurs.

    Parameters
    ----------
    frame : DataFrame
        With ``sub_industry`` and ``district`` of the enterprise of each row.
    """
    yield Slice(SliceKind.ALL, None, "全部", np.ones(len(frame), bool))
    taxonomy = load_taxonomy()
    for kind, column, entries in (
        (SliceKind.SUB_INDUSTRY, "sub_industry", [(e.code.value, e.name) for e in taxonomy.sub_industries]),
        (SliceKind.DISTRICT, "district", [(e.code, e.name) for e in taxonomy.districts]),
    ):
        codes = frame[column].to_numpy()
        for code, name in entries:
            rows = np.asarray(codes == code, bool)
            if rows.any():
                yield Slice(kind, code, name, rows)
