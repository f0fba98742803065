"""Interleaving is fair, stable and truthful about its probabilities; the log tells who picked what."""

from collections import Counter
from pathlib import Path

import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.encoder.hashing import HashingEncoder
from recommender.index.keeper import SnapshotKeeper
from recommender.index.storage import SnapshotStorage
from recommender.matching.ranked import DETERMINISTIC
from recommender.matching.request import RecommendationRequest
from recommender.matching.service import MatchingService
from recommender.ranking.interleaving import (
    Experiment,
    is_interleaved,
    read_experiment,
    team_draft,
    teams_of,
)
from recommender.ranking.priors import UnusableWeights, load_priors
from recommender.settings import data_dir
from recommender.store import Store
from tests.synthetic_records import enterprise, solution, uscc

FIRST, SECOND = tuple("abcdefg"), tuple("cagbdfe")
DRAWS = 4000


def test_probabilities_are_the_frequencies_and_add_up() -> None:
    seen: Counter[tuple[str, int]] = Counter()
    told: dict[tuple[str, int], float] = {}
    for number in range(DRAWS):
        for rank, line in enumerate(team_draft(FIRST, SECOND, f"n{number}", 7)):
            seen[line.item, rank] += 1
            assert told.setdefault((line.item, rank), line.propensity) == line.propensity
    for (item, rank), propensity in told.items():
        spread = (propensity * (1 - propensity) / DRAWS) ** 0.5
        assert seen[item, rank] / DRAWS == pytest.approx(propensity, abs=4 * spread + 1e-12)
    for place in range(len(FIRST)):
        assert sum(share for (_, rank), share in told.items() if rank == place) == pytest.approx(1)
    for name in FIRST:
        assert sum(share for (item, _), share in told.items() if item == name) == pytest.approx(1)


def test_each_team_picks_as_often_and_first_as_often() -> None:
    drafts = [team_draft(FIRST, SECOND, f"n{number}", 7) for number in range(DRAWS)]
    for draft in drafts:
        teams = [line.team for line in draft]
        assert all({*teams[start : start + 2]} == {"A", "B"} for start in range(0, 6, 2))
        assert sorted(line.item for line in draft) == sorted(FIRST)
    opening = sum(draft[0].team == "A" for draft in drafts)
    assert opening / DRAWS == pytest.approx(0.5, abs=4 * 0.5 / DRAWS**0.5)


def test_equal_rankings_stay_as_they_are() -> None:
    names = [f"i{number:03d}" for number in range(60)]
    draft = team_draft(names, names, "x", 60)
    assert [line.item for line in draft] == names
    assert all(line.propensity == pytest.approx(1) for line in draft)
    # What is left when the rounds are over keeps the first ranking's order.
    mixed = team_draft(names, names[::-1], "x", 60)
    tail = [line.item for line in mixed[20:]]
    assert tail == sorted(tail)
    for k in (1, 5, 30):
        assert team_draft(names, names[::-1], "x", k) == mixed[:k]


def trial(share: float = 0.5, name: str = "trial") -> Experiment:
    """Weights that know only the days to deploy."""
    shipped = load_priors()
    by_days = {
        key: prior.model_copy(update={"weight": 1.0 if key == "days" else 0.0})
        for key, prior in shipped.solution.items()
    }
    weights = shipped.model_copy(update={"version": "by-days", "solution": by_days})
    return Experiment(name=name, share=share, weights=weights)


def test_a_fixed_share_of_enterprises_takes_part() -> None:
    firms = [f"firm{number}" for number in range(DRAWS)]
    inside = [trial().includes(firm) for firm in firms]
    assert inside == [trial().includes(firm) for firm in firms]
    assert sum(inside) / DRAWS == pytest.approx(0.5, abs=0.04)
    both = sum(a and trial(name="another").includes(firm) for a, firm in zip(inside, firms, strict=True))
    assert both / DRAWS == pytest.approx(0.25, abs=0.04)


def test_served_lists_name_the_teams(store: Store, tmp_path: Path) -> None:
    # The dearer, the quicker: the shipped weights look at the price more, those on trial at the days only.
    pool = [
        solution(n, price={"low_yuan": 60_000 * n, "high_yuan": 400_000}, days_to_deploy=170 - 20 * n)
        for n in range(6)
    ]
    with store.begin() as unit:
        unit.solutions.put_many(pool)
        unit.enterprises.put_many([enterprise(n) for n in range(20)])
    encoder, instrument = HashingEncoder(), load_instrument()
    keeper = SnapshotKeeper(store, encoder, instrument, SnapshotStorage(tmp_path / "snapshots"))
    keeper.refresh()
    service = MatchingService(store, keeper, encoder, instrument, experiment=trial())
    for number in range(20):
        request = RecommendationRequest.model_validate({"enterprise": uscc(number), "k": 4})
        answer = service.recommend(request)
        again = service.recommend(request)
        assert [item.id for item in again.items] == [item.id for item in answer.items]
        served = service.replay(answer.recommendation_id)
        teams = teams_of(served.policy_version, "trial")
        if trial().includes(uscc(number)):
            assert teams is not None
            assert Counter(teams) == {"A": 2, "B": 2}
            assert "b=by-days" in served.policy_version
            assert min(item.propensity for item in served.items) < 1
        else:
            assert served.policy_version == DETERMINISTIC
            assert not is_interleaved(served.policy_version)
        assert teams_of(served.policy_version, "tria") is None
    keeper.stop()


def test_experiment_files(tmp_path: Path) -> None:
    weights = (data_dir() / "ranking" / "priors.json").read_text("utf-8")
    (tmp_path / "new.json").write_text(weights, "utf-8")
    file = tmp_path / "trial.json"
    file.write_text('{"name": "spring", "share": 0.2, "weights": "new.json"}', "utf-8")
    assert read_experiment(file).weights == load_priors()
    for text in ("{", '{"name": "a;b", "share": 0.2, "weights": "new.json"}', '{"name": "a", "share": 2}'):
        file.write_text(text, "utf-8")
        with pytest.raises(UnusableWeights, match=r"trial\.json"):
            read_experiment(file)
    file.write_text('{"name": "spring", "share": 0.2, "weights": "none.json"}', "utf-8")
    with pytest.raises(UnusableWeights, match=r"none\.json"):
        read_experiment(file)
    with pytest.raises(UnusableWeights, match="无法读取"):
        read_experiment(tmp_path / "nothing.json")
