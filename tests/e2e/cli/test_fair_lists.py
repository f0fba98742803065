"""``fair-lists`` on the sample: one JSON document, a page for people, nothing served."""

import json

import pytest

from tests.e2e.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("home")


def test_json_and_page(run: Run) -> None:
    command = ("fair-lists", "--sub-industry", "nev_parts", "--depth", "5")
    told = run(*command, "--json")
    assert told.exit_code == 0, told.output
    answer = json.loads(told.stdout)
    assert answer["method"] == "envy_free"
    assert answer["fair"]["enterprise_envies"] == answer["fair"]["unit_envies"] == 0
    assert answer["now"]["enterprise_envies"] > 0
    assert answer["enterprises"]
    page = run(*command)
    assert page.exit_code == 0, page.output
    assert "现行名单" in page.stdout
    assert "合成样本" in page.stdout
    assert all(unit["id"] in page.stdout for unit in answer["lead_units"])


def test_slips_of_the_pen(run: Run) -> None:
    assert run("fair-lists", "--sub-industry", "nothing").exit_code == 2
    assert run("fair-lists", "--method", "magic").exit_code == 2
    assert run("fair-lists", "--depth", "0").exit_code == 2
    assert run("fair-lists", "--share-cap", "3").exit_code in {1, 2}
    tight = run("fair-lists", "--sub-industry", "nev_parts", "--share-cap", "0.1", "--json")
    assert tight.exit_code == 1
    assert "share_cap_too_tight" in tight.output
    assert "Traceback" not in tight.output
