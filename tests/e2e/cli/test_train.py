"""``train``: what cannot be trained is told, and learning to rank reports and changes nothing."""

import json
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from recommender.domain import Event
from recommender.installation import open_installation
from recommender.matching.request import RecommendationRequest
from recommender.ranking.model_files import read_card, read_metrics, read_model
from recommender.ranking.ranking_model import shipped_model
from recommender.settings import Settings
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
    assert report["outcomes"] == {}


def _contacts() -> None:
    """Serve lists half a year ago; every enterprise contacts the offer of the lowest price on its list."""
    here = open_installation(Settings())
    try:
        here.store.clock = lambda: datetime.now(UTC) - timedelta(days=180)
        asked = ({"enterprise": firm} for firm in sorted(here.keeper.current.catalogue.enterprises))
        answers = (here.matching.recommend(RecommendationRequest.model_validate(one)) for one in asked)
        # Some are out of scope and are recommended nothing.
        for number, answer in enumerate(islice((one for one in answers if one.items), 8)):
            logged = here.matching.replay(answer.recommendation_id)
            cheapest = max(logged.items, key=lambda item: item.features["price"] or 0.0)
            event = Event.model_validate(
                {
                    "event_id": f"evt-{number}",
                    "type": "contact",
                    "recommendation_id": answer.recommendation_id,
                    "subject": logged.subject,
                    "object": cheapest.object_id,
                    "actor": logged.subject,
                    "occurred_at": answer.served_at + timedelta(days=5),
                }
            )
            with here.store.begin() as work:
                work.events.append([event])
    finally:
        here.close()


def test_weights_are_learned_from_outcomes_and_written_as_a_model(run: Run, tmp_path: Path) -> None:
    _contacts()
    out = tmp_path / "model"
    made = run("train", "ranker", "--what", "outcomes", "--out", str(out), "--json")
    assert made.exit_code == 0, made.output
    report = json.loads(made.stdout)["outcomes"]
    assert list(report) == ["solution"]
    solution = report["solution"]
    assert (solution["enterprises"], solution["lists"], solution["outcomes"]["contact"]) == (8, 8, 8)
    assert solution["waiting"]["contact"] == 0 < solution["waiting"]["accepted"]
    assert solution["weights"]["price"]["learned"] > solution["weights"]["price"]["expert"]
    assert solution["verdict"].startswith("资料还少")
    assert not solution["improved"]
    model = read_model(out)
    assert model.weights == shipped_model().weights
    assert model.learned is not None
    assert model.learned.solution is not None
    assert (model.learned.solution.lines, model.learned.lead_unit) == (80, None)
    assert read_metrics(out)["outcomes"]["solution"]["data_fingerprint"] == solution["data_fingerprint"]
    assert "不能用来做什么" in read_card(out)


def test_the_page_tells_what_moved_and_what_it_is_worth(run: Run) -> None:
    _contacts()
    shown = run("train", "ranker", "--what", "outcomes", "--target", "solution")
    assert shown.exit_code == 0, shown.output
    for said in ("由结果学习", "发起联系 8", "价格", "nDCG@10", "资料还少"):
        assert said in shown.stdout


def test_without_a_log_nothing_is_written(run: Run, tmp_path: Path) -> None:
    refused = run("train", "ranker", "--what", "outcomes", "--out", str(tmp_path / "model"), "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["error"]["code"] == "nothing_logged"
    assert not (tmp_path / "model").exists()


def test_a_model_of_the_fusion_alone_is_none(run: Run, tmp_path: Path) -> None:
    assert run("train", "ranker", "--what", "fusion", "--out", str(tmp_path / "model")).exit_code == 2
