from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from recommender.diagnosis import load_instrument
from recommender.domain import Notice
from recommender.encoder.hashing import HashingEncoder
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import build_snapshot
from recommender.matching.notices import audience, rank_notices
from recommender.matching.ranked import Engine, Wishes
from recommender.ranking.notice_features import timeliness
from recommender.retrieval.conditions import Filter
from recommender.retrieval.situation import Situation, situation_of
from recommender.sample import sample
from tests.synthetic_records import diagnosis, enterprise, uscc

TODAY = date(2026, 11, 25)
INSTRUMENT = load_instrument()


def notice(number: int, **fields: object) -> Notice:
    made = {"id": f"N{number}", "name": f"合成通知{number}", "kind": "policy", "published_on": "2026-11-01"}
    return Notice.model_validate(made | {"text": "车间报工与质量追溯", "synthetic": True} | fields)


def engine_over(*notices: Notice) -> Engine:
    catalogue = Catalogue(
        version=1,
        enterprises={uscc(n): enterprise(n) for n in range(1, 9)},
        diagnoses={uscc(1): diagnosis(1, of=1)},
        notices={one.id: one for one in notices},
    )
    encoder = HashingEncoder()
    return Engine.over(build_snapshot(catalogue, encoder, INSTRUMENT), encoder, INSTRUMENT)


def situation(engine: Engine, number: int = 1) -> Situation:
    catalogue = engine.snapshot.catalogue
    return situation_of(
        catalogue.enterprises[uscc(number)], engine.snapshot.results.get(uscc(number)), INSTRUMENT
    )


FIRM = enterprise(1)
ELSEWHERE = "440117" if FIRM.district != "440117" else "440118"
OTHER = next(sub for sub in ("apparel", "luggage") if sub != FIRM.sub_industry)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"published_on": "2026-11-26"}, "not_current"),
        ({"ends_on": "2026-11-24"}, "not_current"),
        ({"sub_industries": [OTHER]}, "other_sub_industry"),
        ({"districts": [ELSEWHERE]}, "other_district"),
        ({"sizes": ["large"]}, "other_size"),
        ({"levels": [4]}, "other_level"),
    ],
)
def test_what_does_not_concern_an_enterprise_is_left_out_and_says_why(
    fields: dict[str, object], rule: str
) -> None:
    engine = engine_over(notice(1), notice(2, **fields))
    ranked = rank_notices(engine, situation(engine), Wishes(), TODAY)
    assert [item.id for item in ranked.items] == ["N1"]
    assert [(excluded.rule, excluded.count) for excluded in ranked.excluded] == [(rule, 1)]


def test_the_last_day_still_counts() -> None:
    engine = engine_over(notice(1, ends_on="2026-11-25"))
    (item,) = rank_notices(engine, situation(engine), Wishes(), TODAY).items
    assert any("就在今天" in reason.text for reason in item.reasons)


def test_what_names_its_kind_goes_first_and_says_so() -> None:
    assert FIRM.sub_industry
    assert FIRM.district
    made = notice(2, sub_industries=[FIRM.sub_industry], districts=[FIRM.district])
    engine = engine_over(notice(1), made, notice(3))
    ranked = rank_notices(engine, situation(engine), Wishes(), TODAY)
    assert ranked.items[0].id == "N2"
    assert {"sub_industry", "district"} <= {reason.code for reason in ranked.items[0].reasons}
    for item in ranked.items:
        assert sum(reason.contribution for reason in item.reasons) <= item.score + 1e-3
        assert 0 <= item.score <= 1


def test_a_filter_picks_courses_only() -> None:
    engine = engine_over(notice(1), notice(2, kind="course"))
    wishes = Wishes(filter=Filter.model_validate({"must": [{"field": "kind", "any": ["course"]}]}))
    ranked = rank_notices(engine, situation(engine), wishes, TODAY)
    assert [item.id for item in ranked.items] == ["N2"]
    assert ranked.excluded[0].text == "不符合您的筛选：内容种类为课程"


def test_whom_it_concerns_are_those_in_whose_lists_it_stands() -> None:
    notices = [notice(1, districts=[FIRM.district]), notice(2, sub_industries=[OTHER]), notice(3)]
    engine = engine_over(*notices)
    for one in notices:
        found = audience(engine, one, 100, TODAY)
        listed = {
            uscc(n)
            for n in range(1, 9)
            if one.id in {i.id for i in rank_notices(engine, situation(engine, n), Wishes(k=10), TODAY).items}
        }
        assert {firm.uscc for firm in found.first} == listed
        assert found.concerned == len(listed) == sum(found.by_district.values())
        assert found.enterprises == 8


def test_what_is_due_soon_is_timely() -> None:
    def due(days: int) -> float:
        return timeliness(notice(1, ends_on=str(TODAY + timedelta(days=days))), TODAY)

    assert due(0) == due(30) == 1.0
    assert due(31) < 1.0
    assert due(395) == due(4000) == pytest.approx(1 - 335 / 365)
    assert timeliness(notice(1, published_on="2026-11-25"), TODAY) == 1.0
    assert timeliness(notice(1, published_on="2025-11-25"), TODAY) == 0.0


def test_it_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValidationError, match="截止日期不能早于开始日期"):
        notice(1, starts_on="2026-12-02", ends_on="2026-12-01")


def test_the_sample_holds_every_kind_and_one_that_is_over() -> None:
    notices = sample().notices
    assert {one.kind.value for one in notices} == {"policy", "course", "activity", "case"}
    assert all(one.synthetic and one.name.startswith("合成样本") for one in notices)
    assert any(not one.is_current(TODAY) for one in notices)
