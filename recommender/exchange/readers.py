"""One door to all readers: a file in, numbered rows out."""

from collections.abc import Callable
from pathlib import Path

from recommender.errors import TooLarge
from recommender.exchange.csv_rows import csv_rows
from recommender.exchange.encodings import decode
from recommender.exchange.faults import EmptyFile, FileNotReadable, UnknownFormat, UnreadableWorkbook
from recommender.exchange.jsonl_rows import jsonl_rows
from recommender.exchange.rows import RowSource
from recommender.exchange.xlsx_rows import is_workbook, xlsx_rows

#: Largest file that is taken, in bytes; 200,000 full rows are about half of it.
MAX_FILE_BYTES = 256 * 1024 * 1024
_FORMATS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xlsx",
    ".et": "xlsx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
}


def read_rows(
    source: Path | bytes,
    *,
    name: str | None = None,
    is_known: Callable[[str], bool] = lambda _: False,
    sheet_names: tuple[str, ...] = (),
) -> RowSource:
    """Open a csv, xlsx or jsonl file.

    Parameters
    ----------
    source : Path or bytes
        The file, or its content.
    name : str, optional
        File name, for its ending and for messages; the path's own name by default.
    is_known : callable
        Whether a header is one the kind knows; used to find the header row of a table.
    sheet_names : tuple of str
        Names that mark the right sheet of a workbook.

    Returns
    -------
    RowSource
        Its rows are read as they are asked for, so a fault deep in the file may be raised then.

    Raises
    ------
    MalformedRequest
        One of :mod:`recommender.exchange.faults`, if the file as a whole cannot be read.
    TooLarge
        If the file exceeds :data:`MAX_FILE_BYTES`.
    """
    name, data = read_content(source, name)
    if not data.strip():
        raise EmptyFile(f"文件“{name}”是空的。", place={"file": name})
    if is_workbook(data):
        return xlsx_rows(data, name, is_known, sheet_names)
    ending = Path(name).suffix.lower()
    kind = _FORMATS.get(ending)
    if kind == "xlsx":
        raise UnreadableWorkbook(
            f"文件“{name}”名为 {ending}，内容却不是 Excel 文件，可能已损坏。", place={"file": name}
        )
    if kind is None and ending:
        raise UnknownFormat(f"不支持“{ending}”文件，请用 csv、xlsx 或 jsonl。", place={"file": name})
    decoded = decode(data, name)
    if kind == "jsonl" or (kind is None and decoded.text.lstrip().startswith(("{", "["))):
        return jsonl_rows(decoded, name)
    return csv_rows(decoded, name, is_known)


def read_content(source: Path | bytes, name: str | None) -> tuple[str, bytes]:
    """Return name and content of a file.

    Raises
    ------
    FileNotReadable, TooLarge
    """
    if isinstance(source, bytes):
        name, data = name or "上传的文件", source
        size = len(data)
    else:
        name = name or source.name
        try:
            size = source.stat().st_size
            data = source.read_bytes() if size <= MAX_FILE_BYTES else b""
        except OSError as error:
            raise FileNotReadable(
                f"无法读取文件“{source}”：{_reason(error)}。", place={"file": name}
            ) from error
    if size > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 1024 // 1024
        raise TooLarge(f"文件“{name}”超过{limit} MB，请拆分后导入。", place={"file": name})
    return name, data


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "文件不存在"
    if isinstance(error, IsADirectoryError):
        return "这是一个文件夹"
    if isinstance(error, PermissionError):
        return "没有读取权限"
    return "读取失败"
