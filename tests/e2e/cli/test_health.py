"""``health`` on the sample with a simulated log."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recommender.settings import Settings
from recommender.store import Store
from tests.e2e.cli.conftest import Run
from tests.unit.health.simulated import AS_OF, Drift, lines, recast, write

pytestmark = pytest.mark.usefixtures("home")
PERIOD = ("--to", AS_OF.strftime("%Y-%m-%d"))


def log(drift: Drift | None = None) -> None:
    store = Store.open(Settings())
    with store.read() as work:
        firms = [stored.record for stored in work.enterprises.iterate()]
        units = [stored.record.id for stored in work.lead_units.iterate()]
    write(store, recast(lines(seed=1, enterprises=200, lists=1500, days=170.0, drift=drift), firms, units))
    store.dispose()


def test_drift_is_told_and_strict_fails(
    run: Run, document: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    log(Drift(shift=0.25))
    page = tmp_path / "体检.html"
    report = document("health", *PERIOD, "--html", str(page))
    assert report["verdict"] == "alarm"
    assert any("文本匹配" in one["advice"] for one in report["findings"])
    assert "<svg" in page.read_text(encoding="utf-8")
    told = run("health", *PERIOD)
    assert told.exit_code == 0, told.output
    assert "总评：异常" in told.stdout
    assert "分布变了" in told.stdout.replace("\n", "")
    strict = run("health", *PERIOD, "--strict", "--json")
    assert strict.exit_code == 1
    assert json.loads(strict.stdout)["verdict"] == "alarm"


def test_strict_passes_without_an_alarm(run: Run) -> None:
    log()
    told = run("health", *PERIOD, "--strict")
    assert told.exit_code == 0, told.output
    assert "异常：" not in told.stdout


def test_without_a_log(run: Run) -> None:
    told = run("health", "--strict")
    assert told.exit_code == 0, told.output
    assert "总评：样本不足" in told.stdout


def test_slips_of_the_pen(run: Run) -> None:
    assert run("health", "--from", "soon").exit_code == 2
    assert run("health", "--reference-days", "0").exit_code == 2
    assert run("health", "--from", "2026-03-01", "--to", "2026-01-01").exit_code == 1
    assert run("health", "--to", "2999-01-01").exit_code == 1
