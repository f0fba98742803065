"""The report on simulated logs with known shares."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.domain import Event
from recommender.domain.enterprise import PartnerKind
from recommender.encoder.null import NullEncoder
from recommender.exposure.caps import Cap, Caps, Market, load_caps
from recommender.exposure.page import render_exposure_page
from recommender.exposure.report import ExposureReport, ExposureSlice, MarketExposure, SliceKind
from recommender.exposure.service import BadPeriod, ExposureService
from recommender.index.keeper import SnapshotKeeper
from recommender.index.storage import SnapshotStorage
from recommender.matching.reciprocal import pair_scores
from recommender.matching.service import MatchingService
from recommender.matching.unknown import known_partner
from recommender.store import Store
from tests.synthetic_records import enterprise, lead_unit, solution, uscc
from tests.unit.exposure.simulated import looks, served

FIRMS = [uscc(number) for number in range(1, 41)]
UNITS = ["SYN-L001", "SYN-L002", "SYN-L003"]
FROM, TO = date(2026, 1, 1), date(2026, 3, 31)
CAPS = Caps(
    version="test",
    least_impressions=50,
    least_enterprises=10,
    caps=(
        Cap(market=Market.LEAD_UNIT, sub_industry=None, max_share=0.5),
        Cap(market=Market.LEAD_UNIT, sub_industry="*", max_share=0.6),
    ),
)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url, clock=lambda: datetime(2026, 4, 1, tzinfo=UTC))
    with opened.begin() as work:
        work.enterprises.put_many(
            enterprise(n, sub_industry="apparel" if n <= 20 else "luggage") for n in range(1, 41)
        )
        work.lead_units.put_many(lead_unit(n, sub_industries=[]) for n in (1, 2))
        work.lead_units.put(lead_unit(3, sub_industries=["luggage"]))
        work.solutions.put_many(
            solution(n, provider={"id": f"SYN-V{n % 2}", "name": "合成服务商"}) for n in range(1, 5)
        )
    yield opened
    opened.dispose()


@pytest.fixture
def service(store: Store, tmp_path: Path) -> ExposureService:
    instrument = load_instrument()
    keeper = SnapshotKeeper(store, NullEncoder(), instrument, SnapshotStorage(tmp_path / "snapshots"))
    keeper.refresh()
    return ExposureService(store, MatchingService(store, keeper, NullEncoder(), instrument).engine, caps=CAPS)


def market_of(report: ExposureReport, market: Market) -> MarketExposure:
    return next(told for told in report.markets if told.market is market)


def slice_of(report: ExposureReport, code: str | None, market: Market = Market.LEAD_UNIT) -> ExposureSlice:
    return next(part for part in market_of(report, market).slices if part.code == code)


def log(store: Store, events: list[Event]) -> None:
    with store.begin() as work:
        assert all(told.outcome == "inserted" for told in work.events.append(events))


def test_one_unit_crowds_out_the_others(store: Store, service: ExposureService) -> None:
    log(store, looks("impression", FIRMS, {UNITS[0]: 8, UNITS[1]: 1, UNITS[2]: 1}, each=10))
    log(store, looks("contact", FIRMS[:20], dict.fromkeys(UNITS[:2], 1), each=1))
    report = service.report(FROM, TO)
    whole = slice_of(report, None)
    assert (whole.enterprises, whole.impressions, whole.contacts) == (40, 400, 20)
    first = whole.parties[0]
    assert first.party == UNITS[0]
    assert first.share.value == first.impressions / 400
    assert first.share.value > 0.7
    assert first.ratio.ci95[0] is not None
    assert first.ratio.ci95[0] > 1
    assert sum(party.impressions for party in whole.parties) == 400
    assert whole.hhi.value == pytest.approx(sum((p.impressions / 400) ** 2 for p in whole.parties))
    told = {(alarm.kind, alarm.code, alarm.measure): alarm for alarm in report.alarms}
    assert set(told) == {
        (SliceKind.ALL, None, "impressions"),
        (SliceKind.SUB_INDUSTRY, "apparel", "impressions"),
        (SliceKind.SUB_INDUSTRY, "luggage", "impressions"),
    }
    assert all(alarm.certain and alarm.party == UNITS[0] for alarm in told.values())
    assert "超过上限 50%" in told[SliceKind.ALL, None, "impressions"].text
    # The months add up, and each is as concentrated as the whole.
    months = market_of(report, Market.LEAD_UNIT).months
    assert [month.month for month in months] == ["2026-01", "2026-02", "2026-03"]
    assert sum(month.impressions for month in months) == 400
    assert months[1].hhi.value == pytest.approx(whole.hhi.value, abs=0.1)


def test_even_attention_raises_no_alarm(store: Store, service: ExposureService) -> None:
    log(store, looks("impression", FIRMS, dict.fromkeys(UNITS, 1), each=10))
    report = service.report(FROM, TO)
    assert report.alarms == ()
    whole = slice_of(report, None)
    assert whole.gini.value is not None
    assert whole.gini.value < 0.1
    assert whole.equal_hhi == pytest.approx(1 / 3)


def test_too_little_is_held_against_nobody(store: Store, service: ExposureService) -> None:
    log(store, looks("impression", FIRMS[:9], {UNITS[0]: 1}, each=10))
    assert service.report(FROM, TO).alarms == ()
    log(store, looks("impression", FIRMS[9:12], {UNITS[0]: 1}, each=1, seed=2))
    (alarm, apparel) = service.report(FROM, TO).alarms
    assert (alarm.share.value, apparel.code) == (1.0, "apparel")


def test_merit_is_divided_among_those_a_list_could_have_held(store: Store, service: ExposureService) -> None:
    """By hand: every enterprise's impressions times its scores' shares, summed."""
    log(store, looks("impression", FIRMS, dict.fromkeys(UNITS, 1), each=4))
    whole = slice_of(service.report(FROM, TO), None)
    engine = service._engine()
    with store.read() as work:
        firms = [work.enterprises.get(key).record for key in FIRMS]  # type: ignore[union-attr]
    units = [known_partner(engine, PartnerKind.LEAD_UNIT, key) for key in UNITS]
    expected = dict.fromkeys(UNITS, 0.0)
    for firm in firms:
        pairs = pair_scores(engine, [firm], units, on=TO)
        scores = [s if ok else 0.0 for s, ok in zip(pairs.p_match[0], pairs.allowed[0], strict=True)]
        for unit, score in zip(UNITS, scores, strict=True):
            expected[unit] += 4 * score / sum(scores)
    for party in whole.parties:
        assert party.merit_share.value == pytest.approx(expected[party.party] / 160)
        assert party.could_hold == (20 if party.party == UNITS[2] else 40)
    assert {p.party for p in slice_of(service.report(FROM, TO), "luggage").parties} == set(UNITS)


def test_products_count_for_their_vendor_and_places_are_no_impressions(
    store: Store, service: ExposureService
) -> None:
    log(store, looks("impression", FIRMS[:10], {"SYN-S00001": 1, "SYN-S00003": 1, "SYN-V0": 2}, each=4))
    with store.begin() as work:
        for number, firm in enumerate(FIRMS[:10]):
            work.served_lists.save(served(number, firm, "solution", ["SYN-S00002", "SYN-S00001"]))
        work.served_lists.save(served(99, UNITS[0], "prospect", [FIRMS[0]]))
    whole = slice_of(service.report(FROM, TO), None, Market.VENDOR)
    told = {party.party: party for party in whole.parties}
    assert set(told) == {"SYN-V0", "SYN-V1"}
    assert told["SYN-V0"].impressions + told["SYN-V1"].impressions == whole.impressions == 40
    # First place counts 1, second 1/2.
    assert told["SYN-V0"].served_share.value == pytest.approx(2 / 3)
    assert told["SYN-V1"].served_share.value == pytest.approx(1 / 3)
    assert whole.served_lists == 10
    assert whole.enterprises == 10
    with store.begin() as work:
        work.served_lists.save(served(98, FIRMS[30], "solution", ["SYN-S00002"]))
    assert slice_of(service.report(FROM, TO), None, Market.VENDOR).enterprises == 10


def test_filters_periods_and_what_belongs_to_nobody(store: Store, service: ExposureService) -> None:
    log(store, looks("impression", FIRMS, dict.fromkeys(UNITS, 1), each=2))
    log(store, looks("impression", ["stranger"], {UNITS[0]: 1}, each=3, seed=3))
    log(store, looks("impression", FIRMS[:1], {"SYN-S09999": 1}, each=2, seed=4))
    everything = service.report(FROM, TO)
    assert everything.unattributed["impression"] == 5
    assert "未计入" in everything.notes[-1]
    apparel = service.report(FROM, TO, sub_industry="apparel")
    assert [part.kind for part in market_of(apparel, Market.LEAD_UNIT).slices].count(SliceKind.ALL) == 1
    assert slice_of(apparel, None).impressions == 40
    assert slice_of(apparel, None).enterprises == 20
    place = service.report(FROM, TO, district="440113")
    assert slice_of(place, None).enterprises == 20
    assert slice_of(service.report(date(2026, 3, 30), TO), None).impressions == 0
    for since, until in ((TO, FROM), (date(2020, 1, 1), TO)):
        with pytest.raises(BadPeriod):
            service.report(since, until)


def test_the_same_impression_reported_twice_counts_once(store: Store, service: ExposureService) -> None:
    (event,) = looks("impression", FIRMS[:1], {UNITS[0]: 1}, each=1)
    once = event.model_copy(update={"recommendation_id": "list-1"})
    log(store, [once, once.model_copy(update={"event_id": "again"})])
    assert slice_of(service.report(FROM, TO), None).impressions == 1


def test_the_page_shows_alarms_pictures_and_nothing_unescaped(store: Store, service: ExposureService) -> None:
    with store.begin() as work:
        work.lead_units.put(lead_unit(1, name="<script>合成", sub_industries=[]))
    log(store, looks("impression", FIRMS, {UNITS[0]: 8, UNITS[1]: 1}, each=10))
    page = render_exposure_page(service.report(FROM, TO), CAPS)
    assert page.count("<svg") == 2
    assert "超过上限" in page
    assert "<script>" not in page
    assert "&lt;script&gt;合成" in page
    assert "没有“看到”事件" in page
    empty = render_exposure_page(service.report(date(2025, 1, 1), date(2025, 1, 31)), CAPS)
    assert "<svg" not in empty


def test_the_shipped_caps() -> None:
    caps = load_caps()
    assert caps.of(Market.LEAD_UNIT, "apparel") == caps.of(Market.LEAD_UNIT, "luggage") is not None
    own = caps.model_copy(
        update={
            "caps": (
                *caps.caps,
                Cap.model_validate({"market": "vendor", "sub_industry": "apparel", "max_share": 0.11}),
            )
        }
    )
    assert own.of(Market.VENDOR, "apparel") == 0.11
    assert own.of(Market.VENDOR, "luggage") != 0.11
    assert (
        Caps(version="x", least_impressions=1, least_enterprises=2, caps=()).of(Market.VENDOR, None) is None
    )
