from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.domain import Enterprise
from recommender.errors import PreconditionFailed
from recommender.store import Store
from recommender.store.failures import DiagnosisOfAnotherEnterprise, UnknownEnterprise, UnknownFilter
from tests.synthetic_records import diagnosis, enterprise, lead_unit, need, solution, uscc


def test_every_kind_comes_back_as_it_went_in(store: Store) -> None:
    with store.begin() as work:
        work.enterprises.put(enterprise(1))
        work.diagnoses.put(diagnosis(1))
        work.solutions.put(solution(1))
        work.lead_units.put(lead_unit(1))
        work.needs.put(need(1, uscc=uscc(1)))
    with store.read() as work:
        for repository, record in (
            (work.enterprises, enterprise(1)),
            (work.diagnoses, diagnosis(1)),
            (work.solutions, solution(1)),
            (work.lead_units, lead_unit(1)),
            (work.needs, need(1, uscc=uscc(1))),
        ):
            stored = repository.get(repository.key_of(record))
            assert stored is not None
            assert stored.record == record
            assert type(stored.record) is type(record)
            assert (stored.revision, stored.etag) == (1, '"1"')
            assert stored.created_at == stored.updated_at
            assert stored.created_at.utcoffset() is not None
        assert work.enterprises.get(uscc(2)) is None


def test_a_change_makes_a_revision_and_a_change_number(store: Store) -> None:
    with store.begin() as work:
        first = work.solutions.put(solution(1))
    with store.begin() as work:
        second = work.solutions.put(solution(1, name="合成样本方案一号"))
    assert (first.outcome, second.outcome) == ("created", "updated")
    assert second.stored.revision == 2
    assert second.stored.change_number == first.stored.change_number + 1
    assert second.stored.created_at == first.stored.created_at
    assert second.stored.updated_at > first.stored.updated_at
    assert second.stored.record.name == "合成样本方案一号"


@pytest.mark.parametrize(
    "again",
    [enterprise(1), enterprise(1, revenue_yuan=Decimal("12000000")), enterprise(1, district="番禺区")],
    ids=["same", "same amount written otherwise", "district by name"],
)
def test_equal_content_changes_nothing(store: Store, again: Enterprise) -> None:
    with store.begin() as work:
        first = work.enterprises.put(enterprise(1))
        version = work.catalogue.version()
    with store.begin() as work:
        second = work.enterprises.put(again)
        assert second.outcome == "unchanged"
        assert second.stored == first.stored
        assert work.enterprises.put_many([again]) == ["unchanged"]
        assert work.catalogue.version() == version


def test_if_match(store: Store) -> None:
    with store.begin() as work, pytest.raises(PreconditionFailed, match="尚不存在"):
        work.solutions.put(solution(1), if_match=1)
    with store.begin() as work:
        work.solutions.put(solution(1))
        assert work.solutions.put(solution(1, summary="改"), if_match=1).stored.revision == 2
    with store.begin() as work, pytest.raises(PreconditionFailed) as failure:
        work.solutions.put(solution(1, summary="又改"), if_match=1)
    assert failure.value.place == {"revision": 2}
    with store.read() as work:
        stored = work.solutions.get("SYN-S00001")
        assert stored is not None
        assert stored.record.summary == "改"


def test_put_many_tells_each_outcome_in_order(store: Store) -> None:
    with store.begin() as work:
        work.solutions.put_many(solution(n) for n in range(1200))
        version = work.catalogue.version()
    batch = [solution(n, summary="新") if n % 3 == 0 else solution(n) for n in range(1100, 1300)]
    with store.begin() as work:
        outcomes = work.solutions.put_many(batch)
        assert work.solutions.count() == 1300
        assert work.catalogue.version() > version
    expected = [
        "created" if n >= 1200 else "updated" if n % 3 == 0 else "unchanged" for n in range(1100, 1300)
    ]
    assert outcomes == expected


def test_a_key_twice_in_a_batch_ends_as_its_last_content(store: Store) -> None:
    batch = [solution(1), solution(1, summary="二"), solution(1, summary="二"), solution(2)]
    with store.begin() as work:
        assert work.solutions.put_many(batch) == ["created", "updated", "unchanged", "created"]
    with store.begin() as work:
        again = [solution(1, summary="二"), solution(1, summary="三")]
        assert work.solutions.put_many(again) == ["unchanged", "updated"]
        stored = work.solutions.get("SYN-S00001")
    assert stored is not None
    assert (stored.record.summary, stored.revision) == ("三", 3)


def test_an_error_rolls_everything_back(store: Store) -> None:
    def put_good_then_bad() -> None:
        with store.begin() as work:
            work.enterprises.put_many([enterprise(1), enterprise(2)])
            work.diagnoses.put_many([diagnosis(1, of=1), diagnosis(2, of=9)])

    with pytest.raises(UnknownEnterprise):
        put_good_then_bad()
    with store.read() as work:
        assert work.enterprises.count() == 0
        assert work.catalogue.version() == 0


def test_a_diagnosis_needs_its_enterprise(store: Store) -> None:
    with store.begin() as work, pytest.raises(UnknownEnterprise) as failure:
        work.diagnoses.put(diagnosis(1))
    assert failure.value.code == "unknown_enterprise"
    assert failure.value.place == {"field": "uscc"}
    with store.begin() as work:
        work.enterprises.put(enterprise(1))
        with pytest.raises(UnknownEnterprise) as failure:
            work.diagnoses.put_many([*(diagnosis(n) for n in range(600)), diagnosis(600, of=2)])
    assert failure.value.place == {"field": "uscc", "index": 600}


def test_a_diagnosis_never_changes_hands(store: Store) -> None:
    with store.begin() as work:
        work.enterprises.put_many([enterprise(1), enterprise(2)])
        work.diagnoses.put(diagnosis(1, of=1))
    with store.begin() as work, pytest.raises(DiagnosisOfAnotherEnterprise):
        work.diagnoses.put(diagnosis(1, of=2))
    with store.begin() as work, pytest.raises(DiagnosisOfAnotherEnterprise):
        work.diagnoses.put_many([diagnosis(2, of=1), diagnosis(2, of=2)])


def test_newest_diagnosis(store: Store) -> None:
    with store.begin() as work:
        work.enterprises.put_many(enterprise(n) for n in range(1, 5))
        work.diagnoses.put_many([diagnosis(3, of=1), diagnosis(1, of=1), diagnosis(2, of=2)])
        work.diagnoses.put(diagnosis(9, of=2, assessed_on=diagnosis(2).assessed_on))
        work.diagnoses.put(diagnosis(4, of=3))
    with store.read() as work:
        assert [d.record.id for d in work.diagnoses.for_enterprise(uscc(1))] == ["SYN-D00003", "SYN-D00001"]
        latest = work.diagnoses.latest(uscc(2))
        assert latest is not None
        assert latest.record.id == "SYN-D00009"
        assert work.diagnoses.latest(uscc(4)) is None
        assert [d.record.id for d in work.diagnoses.latest_all()] == [
            "SYN-D00003",
            "SYN-D00009",
            "SYN-D00004",
        ]


def test_pages_cover_everything_once(store: Store) -> None:
    with store.begin() as work:
        work.enterprises.put_many(enterprise(n) for n in range(25))
    keys: list[str] = []
    with store.read() as work:
        page = work.enterprises.page(limit=10)
        while True:
            keys += [stored.record.uscc for stored in page.items]
            if page.next_key is None:
                break
            page = work.enterprises.page(page.next_key, 10)
        assert keys == sorted(uscc(n) for n in range(25))
        assert work.enterprises.page(limit=25).next_key is None
        assert work.enterprises.page(limit=24).next_key == keys[23]


def test_filters(store: Store) -> None:
    with store.begin() as work:
        work.enterprises.put_many(enterprise(n) for n in range(12))
    with store.read() as work:
        assert work.enterprises.count(district="440113") == 6
        assert work.enterprises.count(district=["440113", "440118"], sub_industry="luggage") == 4
        assert work.enterprises.count(district=None, synthetic=False) == 0
        assert work.enterprises.count(district=[]) == 0
        assert [s.record for s in work.enterprises.iterate(sub_industry="luggage")] == [
            enterprise(n) for n in (0, 3, 6, 9)
        ]
        with pytest.raises(UnknownFilter, match="district"):
            work.enterprises.page(phone="1")


def test_get_many_and_missing(store: Store) -> None:
    with store.begin() as work:
        work.solutions.put_many(solution(n) for n in range(1100))
    keys = [f"SYN-S{n:05d}" for n in range(1000, 1200)]
    with store.read() as work:
        assert set(work.solutions.get_many(keys)) == set(keys[:100])
        assert work.solutions.missing(keys) == set(keys[100:])
        assert len(list(work.solutions.iterate())) == 1100


def test_catalogue_version_and_changes(store: Store) -> None:
    with store.begin() as work:
        work.enterprises.put_many(enterprise(n) for n in range(3))
        work.solutions.put(solution(1))
    with store.begin() as work:
        before = work.catalogue.version()
        work.diagnoses.put(diagnosis(1))
        work.solutions.put_many([solution(1), solution(2)])
        work.needs.put(need(1))
    with store.read() as work:
        assert work.catalogue.version() == before + 2
        assert work.catalogue.changed_since(before) == {
            "enterprise": [],
            "diagnosis": ["SYN-D00001"],
            "solution": ["SYN-S00002"],
            "lead_unit": [],
            "notice": [],
        }
        assert len(work.catalogue.changed_since(0)["enterprise"]) == 3


TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r\n"), min_size=1, max_size=60
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=TEXT.filter(lambda text: bool(text.strip())), amount=st.decimals(0, 10**12, places=2))
def test_any_text_and_amount_survive(store: Store, name: str, amount: Decimal) -> None:
    record = enterprise(1, name=name, revenue_yuan=amount)
    with store.begin() as work:
        work.enterprises.put(record)
    with store.read() as work:
        stored = work.enterprises.get(record.uscc)
        assert stored is not None
        assert stored.record == record
