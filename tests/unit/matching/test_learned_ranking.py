"""Rankings by a learned model: nothing jumps while nothing was learned, all paths use the same weights."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.domain.enterprise import PartnerKind
from recommender.encoder.hashing import HashingEncoder
from recommender.index.keeper import SnapshotKeeper
from recommender.index.storage import SnapshotStorage
from recommender.learning.ranking_posterior import RankingPosterior
from recommender.matching.answer import Recommendation
from recommender.matching.reciprocal import BothSides, features_of, mutual_view, pair_scores, text_matches
from recommender.matching.request import ProspectRequest, RecommendationRequest
from recommender.matching.service import MatchingService
from recommender.ranking.learned_weights import LearnedWeights
from recommender.ranking.priors import load_priors
from recommender.ranking.ranking_model import RankingModel, shipped_model
from recommender.retrieval.partner import lead_unit_partner
from recommender.retrieval.situation import situation_of
from recommender.store import Store
from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution, uscc
from tests.unit.learning.outcome_frames import simulated_frames
from tests.unit.ranking.posteriors import drawn_weights

INSTRUMENT = load_instrument()
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SHOWN = {"purpose": "show_to_lead_units", "granted_on": "2026-01-01"}
FIRMS = [
    enterprise(1, consents=[SHOWN], sub_industry="apparel", budget_yuan=Decimal(90_000)),
    enterprise(2, consents=[SHOWN], sub_industry="cosmetics", district=None),
    enterprise(3, consents=[SHOWN], sub_industry=None, needs=()),
]
UNITS = [
    lead_unit(1, text="做服装排产的", scenarios=["planning_scheduling", "quality"]),
    lead_unit(2, sub_industries=[], capacity=None),
]
Serving = Callable[[RankingModel], MatchingService]


@pytest.fixture
def serving(store: Store, tmp_path: Path) -> Iterator[Serving]:
    with store.begin() as unit:
        unit.solutions.put_many([solution(n) for n in range(6)])
        unit.enterprises.put_many(FIRMS)
        unit.diagnoses.put_many([diagnosis(1), diagnosis(2, of=2)])
        unit.lead_units.put_many(UNITS)
    encoder = HashingEncoder()
    keeper = SnapshotKeeper(store, encoder, INSTRUMENT, SnapshotStorage(tmp_path / "snapshots"))
    keeper.refresh()
    store.clock = lambda: NOW
    yield lambda model: MatchingService(store, keeper, encoder, INSTRUMENT, model=lambda: model)
    keeper.stop()


def _answers(service: MatchingService) -> list[Recommendation]:
    asked = [
        RecommendationRequest.model_validate({"enterprise": uscc(number), "target": target})
        for number in (1, 2, 3)
        for target in ("solution", "lead_unit")
    ]
    asked.append(RecommendationRequest.model_validate({"text": "质量追溯靠手工记录"}))
    found = [service.recommend(request) for request in asked]
    return [*found, service.prospects(PartnerKind.LEAD_UNIT, "SYN-L001", ProspectRequest())]


def _learned(**learned: LearnedWeights) -> RankingModel:
    return shipped_model().model_copy(update={"version": "learned-1"} | learned)


def _from_outcomes(firms: int) -> LearnedWeights:
    priors = load_priors()

    def of(target: str) -> RankingPosterior:
        expert = getattr(priors, target)
        truth = [prior.weight for prior in expert.values()]
        frames = simulated_frames(expert, truth, firms=firms, length=1, seed=2, intercepts=(9, 9, 9), items=4)
        for frame in frames.values():
            frame["item_id"] = "SYN-S00001" if target == "solution" else "SYN-L001"
            frame["provider"] = "SYN-V1" if target == "solution" else "SYN-L001"
        return RankingPosterior(target, expert).fit(frames)

    return LearnedWeights(**{name: of(name).learned_ for name in ("solution", "lead_unit", "prospect")})


def test_without_outcomes_a_learned_model_answers_as_the_expert_weights_do(serving: Serving) -> None:
    told = {"score_ci95"}
    before = _answers(serving(shipped_model()))
    after = _answers(serving(_learned(learned=_from_outcomes(0))))
    assert [[item.model_dump(exclude=told) for item in one.items] for one in after] == [
        [item.model_dump(exclude=told) for item in one.items] for one in before
    ]
    assert all(item.score_ci95 is None for one in before for item in one.items)
    for one in after:
        assert one.subject["weights_from"].startswith("资料还少")
        assert all(
            item.score_ci95[0] < item.score < item.score_ci95[1] for item in one.items if item.score_ci95
        )


def test_one_outcome_moves_no_score_by_much(serving: Serving) -> None:
    before, after = (
        {(number, item.id): item.score for number, one in enumerate(_answers(service)) for item in one.items}
        for service in (serving(shipped_model()), serving(_learned(learned=_from_outcomes(1))))
    )
    moved = np.asarray([after[key] - score for key, score in before.items()])
    assert moved.any()
    assert np.abs(moved).max() < 0.05


def test_all_paths_score_a_pair_by_the_same_weights(serving: Serving, store: Store) -> None:
    service = serving(_learned(learned=drawn_weights(units=("SYN-L001",))))
    engine = service.engine()
    catalogue = engine.snapshot.catalogue
    firms = [catalogue.enterprises[firm.uscc] for firm in FIRMS]
    partners = [lead_unit_partner(unit, catalogue.solutions) for unit in UNITS]
    scores = pair_scores(engine, firms, partners, on=date(2026, 11, 23))
    plain = pair_scores(serving(shipped_model()).engine(), firms, partners, on=date(2026, 11, 23))
    assert np.abs(scores.forward - plain.forward).max() > 0.01
    assert np.abs(scores.reverse - plain.reverse).max() > 0.01
    situations = [situation_of(firm, engine.snapshot.results.get(firm.uscc), INSTRUMENT) for firm in firms]
    features = features_of(engine, situations, partners, text_matches(engine, firms, partners))
    for row in range(len(firms)):
        for column in range(len(partners)):
            view = mutual_view(BothSides.of(engine), features, row, column)
            assert view.forward.scored.score == pytest.approx(scores.forward[row, column], abs=1e-12)
            assert view.reverse.scored.score == pytest.approx(scores.reverse[row, column], abs=1e-12)


def test_what_counted_is_in_the_log(serving: Serving) -> None:
    service = serving(shipped_model())
    answers = _answers(service)
    for answer in answers:
        for item in service.replay(answer.recommendation_id).items:
            assert item.applies is not None
            assert set(item.applies) <= set(item.features)
    by_text = service.replay(answers[6].recommendation_id)
    assert [item.applies for item in by_text.items] == [("text_match",)] * len(by_text.items)


def test_a_product_with_a_good_record_says_so(serving: Serving) -> None:
    learned = drawn_weights(solutions=["SYN-S00001"])
    assert learned.solution is not None
    good = learned.solution.items["SYN-S00001"].model_copy(update={"mean": 0.6})
    only = learned.solution.model_copy(update={"items": {"SYN-S00001": good}, "providers": {}})
    service = serving(_learned(learned=LearnedWeights(solution=only)))
    answer = service.recommend(RecommendationRequest.model_validate({"enterprise": uscc(1)}))
    said = {item.id: {reason.code: reason for reason in item.reasons} for item in answer.items}
    assert "12 家企业，9 家" in said["SYN-S00001"]["product_record"].text
    assert not any("product_record" in reasons for key, reasons in said.items() if key != "SYN-S00001")
