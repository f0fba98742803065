"""Running the checks."""

from collections.abc import Callable

from cli.checks import machine, parts
from cli.checks.finding import Broken, Finding, Noted
from cli.session import read_settings
from recommender.errors import SmematchError
from recommender.settings import Settings

_Check = Callable[[], str]


def run_checks(port: int) -> list[Finding]:
    """Run every check; none of them changes anything.

    Parameters
    ----------
    port : int
        Port that the server is to use.
    """
    findings = [
        _finding("python", "Python 版本", machine.python),
        _finding("packages", "依赖包", machine.packages),
        _finding("data", "随附数据", machine.data),
    ]
    try:
        settings = read_settings()
    except SmematchError as error:
        return [*findings, Finding(name="settings", label="设置", status="missing", detail=error.detail)]
    for name, label, check in _CHECKS:
        findings.append(_finding(name, label, _bound(check, settings)))
    return [*findings, _finding("port", "端口", lambda: machine.free_port(port))]


_CHECKS: tuple[tuple[str, str, Callable[[Settings], str]], ...] = (
    ("home", "数据目录", machine.home),
    ("disk", "磁盘空间", machine.disk),
    ("database", "数据库", parts.database),
    ("encoder", "文本编码模型", parts.encoder),
    ("index", "索引", parts.index),
    ("model", "排序模型", parts.model),
    ("sample", "合成样本", parts.sample),
)


def _bound(check: Callable[[Settings], str], settings: Settings) -> _Check:
    return lambda: check(settings)


def _finding(name: str, label: str, check: _Check) -> Finding:
    try:
        return Finding(name=name, label=label, status="ok", detail=check())
    except Noted as noted:
        return Finding(name=name, label=label, status="note", detail=noted.detail, mend=noted.mend)
    except Broken as broken:
        return Finding(name=name, label=label, status="missing", detail=broken.detail, mend=broken.mend)
    except SmematchError as error:
        # The sentence of an expected failure says what to do.
        return Finding(name=name, label=label, status="missing", detail=error.detail)
    except Exception as error:  # noqa: BLE001 - a doctor that falls ill helps nobody
        detail = f"检查未能完成：{type(error).__name__}: {error}"
        return Finding(name=name, label=label, status="missing", detail=detail)
