"""``train``: what cannot be trained is told, and learning the fusion reports and changes nothing."""

import json
from pathlib import Path

import pytest

from tests.e2e.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("home")


def test_an_encoder_without_a_folder_cannot_be_trained(run: Run, tmp_path: Path) -> None:
    refused = run("train", "encoder", "--out", str(tmp_path / "out"), "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["error"]["place"] == {"field": "encoder"}
    assert not (tmp_path / "out").exists()


def test_the_fusion_is_learned_from_the_stored_needs(run: Run) -> None:
    made = run("train", "ranker", "--json")
    assert made.exit_code == 0, made.output
    report = json.loads(made.stdout)
    assert report["needs"] > 100
    low, high = report["gain"]["ci95"]
    assert low <= report["gain"]["value"] <= high


def test_without_a_log_there_is_nothing_to_register(run: Run, home: Path) -> None:
    refused = run("train", "ranker", "--what", "outcomes", "--register", "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["error"]["code"] == "nothing_logged"
    assert not (home / "models").exists()
    assert run("train", "ranker", "--what", "fusion", "--register").exit_code == 2
