"""Progress of long work, on stderr: a bar in a terminal, a line now and then in a log."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from cli import streams

#: Seconds between two lines of the same stage in a log.
_EVERY_SECONDS = 10.0
_STAGES = {
    "database": "建立数据库",
    "encoder": "生成文本编码模型",
    "sample": "载入合成样本",
    "encode": "计算文本向量",
    "encode_needs": "计算需求向量",
    "index": "建立索引",
    "rank": "逐条排序",
    "read": "读取行",
    "check": "检查行",
    "store": "写入记录",
    "gate_offline": "关口：离线质量",
    "gate_fairness": "关口：曝光公平",
    "gate_latency": "关口：响应时间",
    "simulate": "模拟",
    "pilot": "演练",
}


class Reporter:
    """Takes progress as the engine tells it: a stage, how much is done, of how much."""

    def stage(self, stage: str, done: int, total: int) -> None:
        """Take (stage, done, all)."""
        raise NotImplementedError

    def rows(self, stage: str, done: int) -> None:
        """Take (stage, done) where nobody knows how much there is."""
        self.stage(stage, done, 0)


class _Bars(Reporter):
    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def stage(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(_STAGES.get(stage, stage), total=total or None)
        self._bars.update(self._tasks[stage], completed=done, total=total or None)


class _Lines(Reporter):
    def __init__(self) -> None:
        self._told: dict[str, float] = {}

    def stage(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        finished = total > 0 and done >= total
        if not finished and now - self._told.setdefault(stage, now) < _EVERY_SECONDS:
            return
        self._told[stage] = now
        share = f"{done}/{total}" if total else f"{done}"
        streams.side_console().print(f"{_STAGES.get(stage, stage)} {share}")


@contextmanager
def progress() -> Iterator[Reporter]:
    """Show progress while the block runs."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=streams.side_console(), transient=True) as bars:
        yield _Bars(bars)
