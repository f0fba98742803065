"""Both sides of every pair: the matrix says what the lists say, pair by pair."""

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit

from recommender.diagnosis.instrument import load_instrument
from recommender.domain.enterprise import PartnerKind
from recommender.encoder.null import NullEncoder
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import build_snapshot
from recommender.matching.prospects import rank_prospects
from recommender.matching.ranked import Engine, Experience, Wishes
from recommender.matching.reciprocal import pair_scores
from recommender.ranking.track_record import Ended, TrackRecord
from recommender.retrieval.partner import Partner
from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution

INSTRUMENT = load_instrument()
TODAY = date(2026, 11, 23)
SHOWN = {"purpose": "show_to_lead_units", "granted_on": "2026-01-01"}
TO_VENDORS = {"purpose": "show_to_vendors", "granted_on": "2026-01-01"}
FIRMS = [
    enterprise(1, sub_industry="apparel", consents=[SHOWN], budget_yuan=Decimal(90_000), district="440113"),
    enterprise(2, sub_industry="apparel", consents=[SHOWN, TO_VENDORS], district="440118"),
    enterprise(3, sub_industry="cosmetics", district=None, budget_yuan=Decimal(9_000)),
    enterprise(
        4,
        sub_industry=None,
        needs=(),
        employees=None,
        consents=[SHOWN | {"lead_unit": "SYN-L003"}, TO_VENDORS | {"vendor": "SYN-V1"}],
    ),
]
UNITS = [
    lead_unit(1, text="做服装排产的", scenarios=["planning_scheduling", "quality"], base_district="440113"),
    lead_unit(2, sub_industries=["cosmetics"], solution_ids=["SYN-S00001"]),
    lead_unit(3, districts=["440118"], capacity=None, sub_industries=[]),
]
CATALOGUE = Catalogue(
    1,
    solutions={"SYN-S00001": solution(1)},
    lead_units={unit.id: unit for unit in UNITS},
    enterprises={firm.uscc: firm for firm in FIRMS},
    diagnoses={firm.uscc: diagnosis(number, of=number + 1) for number, firm in enumerate(FIRMS[:3])},
)


def _engine(experience: Experience | None = None, **units: Any) -> Engine:
    snapshot = build_snapshot(CATALOGUE, NullEncoder(), INSTRUMENT)
    return Engine.over(snapshot, NullEncoder(), INSTRUMENT, experience)


ENGINE = _engine()


def _partners(engine: Engine = ENGINE) -> list[Partner]:
    kinds = [(PartnerKind.LEAD_UNIT, unit.id) for unit in UNITS] + [(PartnerKind.VENDOR, "SYN-V1")]
    partners = [engine.partner(kind, key) for kind, key in kinds]
    return [partner for partner in partners if partner is not None]


def test_shapes_and_ranges() -> None:
    scores = pair_scores(ENGINE, FIRMS, _partners(), on=TODAY)
    for values in (scores.forward, scores.reverse, scores.p_match):
        assert values.shape == (4, 4)
        assert values.dtype == np.float64
        assert ((values > 0) & (values < 1)).all()


def test_no_pairs() -> None:
    assert pair_scores(ENGINE, [], _partners(), on=TODAY).p_match.shape == (0, 4)
    assert pair_scores(ENGINE, FIRMS, [], on=TODAY).p_match.shape == (4, 0)


def test_one_row_and_one_column_equal_the_matrix() -> None:
    whole = pair_scores(ENGINE, FIRMS, _partners(), on=TODAY)
    for row, firm in enumerate(FIRMS):
        alone = pair_scores(ENGINE, [firm], _partners(), on=TODAY)
        np.testing.assert_allclose(alone.p_match[0], whole.p_match[row])
    for column, partner in enumerate(_partners()):
        alone = pair_scores(ENGINE, FIRMS, [partner], on=TODAY)
        np.testing.assert_allclose(alone.forward[:, 0], whole.forward[:, column])
        np.testing.assert_allclose(alone.reverse[:, 0], whole.reverse[:, column])


def test_blocks_of_rows_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pair_scores(ENGINE, FIRMS, _partners(), on=TODAY)
    monkeypatch.setattr("recommender.matching.reciprocal._ROWS", 2)
    np.testing.assert_array_equal(pair_scores(ENGINE, FIRMS, _partners(), on=TODAY).p_match, whole.p_match)


def test_the_matrix_says_what_the_list_of_prospects_says() -> None:
    # Everybody is indexed and consented here, so that both match the text among the same firms.
    open_firms = {
        key: firm.model_copy(update={"consents": FIRMS[0].consents, "sub_industry": None})
        for key, firm in CATALOGUE.enterprises.items()
    }
    catalogue = Catalogue(1, CATALOGUE.solutions, CATALOGUE.lead_units, open_firms, CATALOGUE.diagnoses)
    engine = Engine.over(build_snapshot(catalogue, NullEncoder(), INSTRUMENT), NullEncoder(), INSTRUMENT)
    partner = engine.partner(PartnerKind.LEAD_UNIT, "SYN-L001")
    assert partner is not None
    firms = list(open_firms.values())
    scores = pair_scores(engine, firms, [partner], on=TODAY)
    listed = {item.id: item for item in rank_prospects(engine, partner, Wishes(k=9), on=TODAY).items}
    assert len(listed) == len(firms)
    for row, firm in enumerate(firms):
        assert listed[firm.uscc].forward == pytest.approx(scores.forward[row, 0], abs=1e-6)
        assert listed[firm.uscc].reverse == pytest.approx(scores.reverse[row, 0], abs=1e-6)
        assert listed[firm.uscc].p_match == pytest.approx(scores.p_match[row, 0], abs=1e-6)


def test_p_match_is_the_declared_curve_over_both_scores() -> None:
    scores = pair_scores(ENGINE, FIRMS, _partners(), on=TODAY)
    curve = ENGINE.match
    assert (curve.source, curve.n) == ("prior", 0)
    both = 2 * scores.forward * scores.reverse / (scores.forward + scores.reverse)
    np.testing.assert_allclose(scores.p_match, expit(curve.intercept + curve.slope * logit(both)))


def test_who_may_be_paired_and_who_agreed_to_be_shown() -> None:
    scores = pair_scores(ENGINE, FIRMS, _partners(), on=TODAY)
    # What is unknown of an enterprise is no hindrance; the vendor's products are for anyone.
    assert scores.allowed.tolist() == [
        [True, False, False, True],
        [True, False, True, True],
        [False, True, True, True],
        [True, True, True, True],
    ]
    assert scores.consented.tolist() == [
        [True, True, True, False],
        [True, True, True, True],
        [False, False, False, False],
        [False, False, True, True],
    ]
    for row, firm in enumerate(FIRMS):
        for column, partner in enumerate(_partners()):
            shown = firm.shows_itself_to(partner.kind, partner.id, TODAY)
            assert scores.consented[row, column] == shown
    before = pair_scores(ENGINE, FIRMS, _partners(), on=date(2025, 12, 31))
    assert not before.consented.any()


def test_a_better_record_raises_both_views() -> None:
    good = TrackRecord({"SYN-L001": {None: Ended(30, 30)}, "SYN-L003": {None: Ended(0, 30)}})
    scores = pair_scores(_engine(Experience(good)), FIRMS, _partners(), on=TODAY)
    plain = pair_scores(ENGINE, FIRMS, _partners(), on=TODAY)
    for side in ("forward", "reverse"):
        with_record, without = getattr(scores, side), getattr(plain, side)
        gain = with_record - without
        assert (gain[:, 0] > gain[:, 1]).all()
        assert (gain[:, 1] > gain[:, 2]).all()


def test_a_nearer_unit_is_preferred_and_where_it_sets_out_from_is_optional() -> None:
    scores = pair_scores(ENGINE, FIRMS[:2], _partners()[:1], on=TODAY)
    far = lead_unit(
        1, text="做服装排产的", scenarios=["planning_scheduling", "quality"], base_district="440117"
    )
    moved = Catalogue(1, CATALOGUE.solutions, {"SYN-L001": far}, CATALOGUE.enterprises, CATALOGUE.diagnoses)
    engine = Engine.over(build_snapshot(moved, NullEncoder(), INSTRUMENT), NullEncoder(), INSTRUMENT)
    partner = engine.partner(PartnerKind.LEAD_UNIT, "SYN-L001")
    assert partner is not None
    away = pair_scores(engine, FIRMS[:1], [partner], on=TODAY)
    assert away.forward[0, 0] < scores.forward[0, 0]


@pytest.mark.parametrize(
    ("wish", "better", "worse"),
    [
        ({"sizes": ["small"]}, 0, 3),
        ({"districts": ["440113"]}, 0, 1),
        ({"least_budget_yuan": "90000"}, 0, 2),
        ({"scenarios": ["planning_scheduling"]}, 0, 3),
    ],
)
def test_a_stated_wish_raises_who_meets_it(wish: dict[str, Any], better: int, worse: int) -> None:
    wishing = lead_unit(1, text="做服装排产的", preferences=wish)
    indifferent = lead_unit(1, text="做服装排产的")
    gains = []
    for unit in (wishing, indifferent):
        units = Catalogue(1, {}, {unit.id: unit}, CATALOGUE.enterprises, CATALOGUE.diagnoses)
        engine = Engine.over(build_snapshot(units, NullEncoder(), INSTRUMENT), NullEncoder(), INSTRUMENT)
        partner = engine.partner(PartnerKind.LEAD_UNIT, unit.id)
        assert partner is not None
        gains.append(pair_scores(engine, FIRMS, [partner], on=TODAY))
    change = gains[0].reverse[:, 0] - gains[1].reverse[:, 0]
    assert change[better] > change[worse]
    # The enterprise's own view does not depend on what the unit wishes for.
    np.testing.assert_array_equal(gains[0].forward, gains[1].forward)


def test_a_vendor_is_known_by_its_products() -> None:
    vendor = ENGINE.partner(PartnerKind.VENDOR, "SYN-V1")
    assert vendor is not None
    assert (vendor.name, vendor.kind) == ("合成服务商", PartnerKind.VENDOR)
    assert [product.id for product in vendor.solutions] == ["SYN-S00001"]
    assert ENGINE.partner(PartnerKind.VENDOR, "nobody") is None
    assert ENGINE.partner(PartnerKind.LEAD_UNIT, "nobody") is None
