"""Checks of the machine: Python, packages, shipped data, disk, port."""

import os
import shutil
import socket
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from cli.checks.finding import Broken, Noted
from recommender.settings import Settings, data_dir

_OLDEST_PYTHON = (3, 11)
_NEEDED_BYTES = 300 * 1024 * 1024
_COMFORTABLE_BYTES = 2 * 1024 * 1024 * 1024
_CHECKOUT = Path(__file__).resolve().parents[2]
_LOCKS = ("torch.txt", "runtime.txt")


def python() -> str:
    """Check the version of the interpreter."""
    shown = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < _OLDEST_PYTHON:
        raise Broken(f"现为 {shown}，需要 3.11 或更高", "安装 Python 3.11 后重新运行 make run")
    return shown


def packages() -> str:
    """Compare the installed packages with the lock files."""
    folder = _lock_folder()
    if folder is None:
        raise Noted("没有随安装附带锁定文件，未核对版本")
    wanted = [requirement for name in _LOCKS for requirement in locked(folder / name)]
    wrong = [told for requirement in wanted if (told := _differs(requirement))]
    if wrong:
        more = f" 等 {len(wrong)} 个" if len(wrong) > 3 else ""
        raise Broken(
            f"与锁定文件不符：{'；'.join(wrong[:3])}{more}", "重新运行 make run，或删除 .venv 后再运行"
        )
    return f"{len(wanted)} 个依赖包与锁定文件一致"


def locked(file: Path) -> list[Requirement]:
    """Return what a lock file pins for this platform."""
    lines = file.read_text(encoding="utf-8").splitlines()
    pins = [
        Requirement(line.removesuffix("\\").strip()) for line in lines if "==" in line and line[0].isalnum()
    ]
    return [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]


def _lock_folder() -> Path | None:
    for folder in (_CHECKOUT / "requirements", data_dir() / "requirements"):
        if (folder / _LOCKS[-1]).is_file():
            return folder
    return None


def _differs(pin: Requirement) -> str | None:
    try:
        installed = version(pin.name)
    except PackageNotFoundError:
        return f"缺少 {pin.name}"
    # 2.13.0+cpu is a build of 2.13.0; the specifier knows.
    return (
        None
        if pin.specifier.contains(installed, prereleases=True)
        else f"{pin.name} 为 {installed}，应{pin.specifier}"
    )


def data() -> str:
    """Read the shipped data as the engine does."""
    from recommender.diagnosis import load_instrument
    from recommender.domain.taxonomy import load_taxonomy
    from recommender.ranking.priors import load_priors

    mend = "重新取得完整的项目文件"
    try:
        edition = load_instrument().edition
        scenarios = len(load_taxonomy().scenarios)
        weights = load_priors().version
    except (OSError, ValueError) as error:
        raise Broken(f"{data_dir()} 不完整：{error}", mend) from error
    return f"{edition} 版评测指标、{scenarios} 个场景、权重 {weights}"


def home(settings: Settings) -> str:
    """Check that the home folder can be written."""
    folder = settings.home.resolve()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if not nearest.is_dir():
        raise Broken(f"{nearest} 不是文件夹", "用环境变量 SMEMATCH_HOME 换一个位置")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise Broken(f"{nearest} 不可写", "修改权限，或用环境变量 SMEMATCH_HOME 换一个位置")
    if nearest != folder:
        raise Broken(f"{folder} 还不存在", "运行 smematch init")
    return str(folder)


def disk(settings: Settings) -> str:
    """Check the space left where the home folder is."""
    folder = settings.home.resolve()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(nearest).free
    shown = f"可用 {free / 1024**3:.1f} GB"
    if free < _NEEDED_BYTES:
        raise Broken(
            f"{shown}，至少需要 {_NEEDED_BYTES // 1024**2} MB", "清理磁盘，或用 SMEMATCH_HOME 换一个位置"
        )
    if free < _COMFORTABLE_BYTES:
        raise Noted(f"{shown}，数据多时可能不够")
    return shown


def free_port(port: int) -> str:
    """Check that nothing listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            told = f"{port} 端口不可用（{error.strerror or error}），服务可能已在运行"
            raise Noted(told, "换一个端口：smematch serve --port 8001") from error
    return f"{port} 端口空闲"
