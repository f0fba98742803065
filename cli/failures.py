"""How a command ends: exit status, and one clear line or one JSON document for what went wrong."""

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError
from rich.text import Text
from typer.exceptions import Abort, TyperException

from cli import streams, usage
from recommender.domain.validation_text import explain, summary
from recommender.errors import InvalidInput, SmematchError, Unavailable

FAILURE = 1
USAGE = 2
INTERRUPTED = 130
_PLACES = {"file": "文件", "row": "行", "column": "列", "field": "字段", "index": "序号", "setting": "设置"}


_REASONS = {
    errno.ENOENT: "不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "是文件夹，不是文件",
    errno.EEXIST: "已存在，且不是文件夹",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "所在磁盘只读",
    errno.ENAMETOOLONG: "名字太长",
}


class FileInaccessible(Unavailable):
    """A file or folder that the system does not let us use."""

    code = "file_inaccessible"
    title = "文件无法使用"


def guarded(command: Callable[[], Any], *, as_json: bool) -> int:
    """Run a command and turn whatever happens into an exit status.

    Parameters
    ----------
    command : callable
        Returns an exit status or nothing.
    as_json : bool
        Whether a failure is told as a JSON document on stdout too.

    Returns
    -------
    int
        0, 1 for a failure, 2 for a wrong command line, 130 after Ctrl-C.
    """
    try:
        status = command()
        sys.stdout.flush()
    except (KeyboardInterrupt, Abort):
        streams.side_console().print("已中断", style="note")
        return INTERRUPTED
    except TyperException as error:
        return _tell_usage(error, as_json=as_json)
    except BrokenPipeError:
        # The reader has gone (| head); without this the interpreter would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILURE
    except Exception as error:  # noqa: BLE001 - the last place before the user
        return _tell(known(error), as_json=as_json)
    return status if isinstance(status, int) else 0


def known(error: Exception) -> SmematchError:
    """Return an expected failure as it is, and any other as one that says where its details are."""
    if isinstance(error, SmematchError):
        return error
    if isinstance(error, ValidationError):
        return invalid(error)
    if isinstance(error, OSError) and error.filename:
        return _of_file(error)
    with tempfile.NamedTemporaryFile(
        "w", prefix="smematch-error-", suffix=".txt", encoding="utf-8", delete=False
    ) as file:
        traceback.print_exception(error, file=file)
    return SmematchError(f"程序内部出错（{type(error).__name__}），细节已写入 {file.name}")


def _of_file(error: OSError) -> FileInaccessible:
    reason = _REASONS.get(error.errno or 0, "无法读写")
    return FileInaccessible(f"{error.filename}：{reason}", place={"file": error.filename})


def invalid(error: ValidationError) -> InvalidInput:
    """Return what pydantic refused as one Chinese sentence."""
    problems = explain(error)
    return InvalidInput(summary(problems), place={"field": problems[0].field} if problems[0].field else None)


def problem(error: SmematchError) -> dict[str, Any]:
    """Return the JSON document that tells of a failure."""
    return {"error": {"code": error.code, "detail": error.detail, "place": _plain(error.place)}}


def _plain(place: Mapping[str, Any]) -> dict[str, Any]:
    simple = (str, int, float, bool, type(None))
    return {name: value if isinstance(value, simple) else str(value) for name, value in place.items()}


def _tell(error: SmematchError, *, as_json: bool) -> int:
    line = Text(f"错误 [{error.code}] ", style="bad").append(streams.harmless(error.detail), style="default")
    where = "，".join(f"{_PLACES.get(name, name)} {value}" for name, value in error.place.items())
    if where:
        line.append(f"（{streams.harmless(where)}）", style="quiet")
    streams.side_console().print(line, soft_wrap=True)
    if as_json:
        streams.emit(problem(error))
    return FAILURE


def _tell_usage(error: TyperException, *, as_json: bool) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        # Called without anything: the help is the answer, on stderr since nothing was asked for.
        streams.side_console().print(error.message, soft_wrap=True)
        return USAGE
    status = error.exit_code if error.exit_code == USAGE else FAILURE
    detail = streams.harmless(usage.told(error))
    line = Text("用法错误 ", style="bad").append(detail, style="default")
    line.append(f"。用法见 {usage.context_of(error)} --help", style="quiet")
    streams.side_console().print(line, soft_wrap=True)
    if as_json:
        streams.emit({"error": {"code": "usage", "detail": detail, "place": {}}})
    return status
