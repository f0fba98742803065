"""How commands end."""

import errno
import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from cli.failures import guarded
from recommender.errors import InvalidInput


def raising(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize(("returned", "status"), [(None, 0), (0, 0), (1, 1), (130, 130), ("text", 0)])
def test_what_a_command_returns(returned: object, status: int) -> None:
    assert guarded(lambda: returned, as_json=False) == status


def test_an_expected_failure_is_one_chinese_line(capsys: pytest.CaptureFixture[str]) -> None:
    error = InvalidInput("名称必须填写", place={"row": 3, "column": "name"})
    assert guarded(lambda: raising(error), as_json=False) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "错误 [invalid_input] 名称必须填写（行 3，列 name）\n"


def test_an_expected_failure_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    error = InvalidInput("名称必须填写", place={"row": 3, "path": Path("a")})
    assert guarded(lambda: raising(error), as_json=True) == 1
    assert json.loads(capsys.readouterr().out) == {
        "error": {"code": "invalid_input", "detail": "名称必须填写", "place": {"row": 3, "path": "a"}}
    }


def test_what_pydantic_refuses_is_told_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: TypeAdapter(int).validate_python("x"), as_json=False) == 1
    assert "应为整数" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "told"), [(errno.ENOSPC, "磁盘已满"), (errno.EACCES, "没有权限"), (errno.EIO, "无法读写")]
)
def test_a_file_the_system_refuses(number: int, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: raising(OSError(number, "english", "/data/x")), as_json=False) == 1
    line = capsys.readouterr().err
    assert f"/data/x：{told}" in line
    assert "english" not in line


def test_an_unexpected_error_leaves_its_details_in_a_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert guarded(lambda: raising(ZeroDivisionError("4711")), as_json=True) == 1
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    assert json.loads(told.out)["error"]["code"] == "internal_error"
    (report,) = tmp_path.glob("smematch-error-*.txt")
    assert str(report) in json.loads(told.out)["error"]["detail"]
    assert "4711" in report.read_text(encoding="utf-8")


def test_interruption(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: raising(KeyboardInterrupt()), as_json=True) == 130
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "已中断\n"


def test_no_escape_sequence_of_a_record_reaches_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    guarded(lambda: raising(InvalidInput("红\x1b[31m色\x9b", place={"file": "a\x07"})), as_json=False)
    assert not {"\x1b", "\x07", "\x9b"} & set(capsys.readouterr().err)
