"""``exposure`` on the sample with a simulated log."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recommender.settings import Settings
from recommender.store import Store
from tests.e2e.cli.conftest import Run
from tests.unit.exposure.simulated import looks

pytestmark = pytest.mark.usefixtures("home")
PERIOD = ("--from", "2026-01-01", "--to", "2026-03-31")


def test_alarms_and_page(run: Run, document: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    store = Store.open(Settings())
    with store.begin() as work:
        firms = [stored.record.uscc for stored in work.enterprises.page(limit=40).items]
        units = [stored.record.id for stored in work.lead_units.page(limit=4).items]
        work.events.append(looks("impression", firms, {units[0]: 9, **dict.fromkeys(units[1:], 1)}, each=10))
    store.dispose()
    page = tmp_path / "曝光.html"
    report = document("exposure", *PERIOD, "--page", str(page))
    assert report["alarms"][0]["party"] == units[0]
    assert report["alarms"][0]["certain"]
    assert "<svg" in page.read_text(encoding="utf-8")
    told = run("exposure", *PERIOD)
    assert told.exit_code == 0, told.output
    assert "过上限 35%" in told.stdout
    assert "合成样本" in told.stdout


def test_slips_of_the_pen(run: Run) -> None:
    assert run("exposure", "--from", "soon").exit_code == 2
    assert run("exposure", "--sub-industry", "x").exit_code == 2
    assert run("exposure", "--district", "999999").exit_code == 1
    assert run("exposure", "--from", "2026-03-01", "--to", "2026-01-01").exit_code == 1
