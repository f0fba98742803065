"""The hand-written part of the sample, read from ``data/sample``."""

import json
from pathlib import Path
from typing import Any, TypeVar

from recommender.domain import LeadUnit, Need, Notice, Solution
from recommender.domain.record import SYNTHETIC_MARK, MarkedRecord
from recommender.errors import SmematchError
from recommender.settings import data_dir

_Marked = TypeVar("_Marked", bound=MarkedRecord)


class BrokenSample(SmematchError):
    """A file of the sample cannot be read, or holds a record that is not marked as synthetic."""

    code = "broken_sample"
    title = "合成样本数据有误"


def load_sample_solutions() -> tuple[Solution, ...]:
    """Return all sample solutions, every audit state, in the order of files and lines.

    Raises
    ------
    BrokenSample
        A line is no marked record; ``place`` names file and row.
    """
    return tuple(record for path in _files("solutions") for record in _read(path, Solution))


def load_sample_needs() -> tuple[Need, ...]:
    """Return all sample needs, each with the solution written for it.

    The lines do not repeat the mark of the solution they belong to; it is set here.

    Raises
    ------
    BrokenSample
        As :func:`load_sample_solutions`.
    """
    mark = {"synthetic": True, "mark": SYNTHETIC_MARK}
    return tuple(record for path in _files("needs") for record in _read(path, Need, mark))


def load_lead_units() -> tuple[LeadUnit, ...]:
    """Return the sample lead units.

    Raises
    ------
    BrokenSample
        As :func:`load_sample_solutions`.
    """
    return tuple(_read(data_dir() / "sample" / "lead_units.jsonl", LeadUnit))


def load_notices() -> tuple[Notice, ...]:
    """Return the sample notices.

    Raises
    ------
    BrokenSample
        As :func:`load_sample_solutions`.
    """
    return tuple(_read(data_dir() / "sample" / "notices.jsonl", Notice))


def _files(kind: str) -> list[Path]:
    folder = data_dir() / "sample" / kind
    found = sorted(folder.glob("*.jsonl"))
    if not found:
        raise BrokenSample("合成样本不完整：找不到数据文件。", place={"file": str(folder)})
    return found


def _read(path: Path, kind: type[_Marked], implied: dict[str, Any] | None = None) -> list[_Marked]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BrokenSample(f"合成样本文件无法读取：{path.name}。", place={"file": path.name}) from error
    return [
        _record(line, kind, implied or {}, place={"file": path.name, "row": row})
        for row, line in enumerate(lines, start=1)
        if line.strip()
    ]


def _record(line: str, kind: type[_Marked], implied: dict[str, Any], place: dict[str, Any]) -> _Marked:
    try:
        record = kind.model_validate_json(json.dumps(implied | json.loads(line)))
    except ValueError as error:  # also pydantic's ValidationError and JSONDecodeError
        raise BrokenSample(f"合成样本第{place['row']}行有误：{error}", place=place) from error
    if not record.synthetic or record.mark != SYNTHETIC_MARK:
        raise BrokenSample(f"合成样本第{place['row']}行没有“{SYNTHETIC_MARK}”标志。", place=place)
    return record
