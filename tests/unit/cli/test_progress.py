"""Progress in a log: no flood, and never on stdout."""

import pytest

from cli.progress import progress


def test_a_log_gets_the_end_of_each_stage(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as reporter:
        for done in range(1001):
            reporter.stage("encode", done, 1000)
        reporter.stage("database", 0, 1)
        reporter.stage("database", 1, 1)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "计算文本向量 1000/1000\n建立数据库 1/1\n"


def test_slow_work_is_told_in_between(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 100, 4))
    monkeypatch.setattr("cli.progress.time.monotonic", lambda: next(clock))
    with progress() as reporter:
        for done in range(8):
            reporter.rows("read", done * 500)
    assert capsys.readouterr().err.splitlines() == ["读取行 1500", "读取行 3000"]
