"""Percentiles by hand, the choice of peers, suppression."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.benchmark.peers import Benchmark, GroupKind, MeasureKind, Peer, peer_benchmark
from recommender.benchmark.percentile import midrank_percentile
from recommender.diagnosis import DiagnosisResult, load_instrument, score
from tests.synthetic_records import enterprise
from tests.unit.diagnosis.firms import complete, grades

INSTRUMENT = load_instrument()
#: Options of network, worth 2 points each.
LETTERS = "BCDE"


def result(network: int, quality: int = 0, *, whole: bool = True) -> DiagnosisResult:
    given_answers = {"network": list(LETTERS[:network]) or ["A"]}
    answers = complete(given_answers) if whole else given_answers
    return score(answers, grades(quality=quality), INSTRUMENT)


def firm(number: int, network: int = 0, quality: int = 0, *, whole: bool = True, **changes: Any) -> Peer:
    values = {"sub_industry": "apparel", "employees": 50, **changes}
    return Peer(enterprise(number, **values), result(network, quality, whole=whole))


def compare(own: Peer, peers: list[Peer], after: DiagnosisResult | None = None) -> Benchmark:
    return peer_benchmark(own.enterprise, own.result, peers, after)


@pytest.mark.parametrize(
    ("value", "others", "expected"),
    [
        (5, [1, 2, 3, 4], 100.0),
        (0, [1, 2, 3, 4], 0.0),
        (3, [1, 2, 3, 4, 5], 50.0),
        (2, [1, 2, 2, 9], 50.0),
        (2, [2, 2, 2], 50.0),
        (4, [1, 4, 4, 7, 8, 9], 33.3),
    ],
)
def test_midranks(value: int, others: list[int], expected: float) -> None:
    assert midrank_percentile(Decimal(value), [Decimal(other) for other in others]) == expected


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30), st.integers(0, 9))
def test_both_ends_add_up(others: list[int], value: int) -> None:
    up = midrank_percentile(Decimal(value), [Decimal(other) for other in others])
    down = midrank_percentile(Decimal(-value), [Decimal(-other) for other in others])
    assert up + down == pytest.approx(100, abs=0.11)


def test_no_others_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="at least one"):
        midrank_percentile(Decimal(1), [])


def test_points_dimensions_and_scenarios_before_and_after() -> None:
    peers = [
        firm(n, network=n % 5, quality=n % 3) for n in range(1, 6)
    ]  # network 1 2 3 4 0, quality 1 2 0 1 2
    own = firm(9, network=2, quality=1)
    found = compare(own, [*peers, own], result(4, 4))
    assert (found.group.kind, found.group.n, found.suppressed) == (GroupKind.SUB_INDUSTRY_AND_SIZE, 5, False)
    total, foundation, management, _ = found.measures[:4]
    assert (total.value, total.percentile) == (4, 50.0)  # below: 1 0; equal: 2
    assert (total.after, total.percentile_after) == (8, 90.0)  # below: four; equal: one
    assert (foundation.name, foundation.percentile) == ("数字化基础", 50.0)
    assert (management.value, management.percentile) == (0, 50.0)  # all equal
    quality = next(m for m in found.of(MeasureKind.SCENARIO) if m.id == "quality")
    assert (quality.value, quality.percentile, quality.percentile_after, quality.n) == (1, 40.0, 100.0, 5)
    assert len(found.of(MeasureKind.SCENARIO)) == 16
    assert "高于其中约 50%" in found.text


@pytest.mark.parametrize(
    ("own", "kind", "n", "widened"),
    [
        ({}, GroupKind.SUB_INDUSTRY_AND_SIZE, 5, 0),
        ({"employees": 5}, GroupKind.SUB_INDUSTRY, 9, 1),
        ({"employees": None}, GroupKind.SUB_INDUSTRY, 9, 1),
        ({"sub_industry": "luggage"}, GroupKind.ALL, 12, 2),
        ({"sub_industry": None}, GroupKind.ALL, 12, 1),
    ],
)
def test_the_group_is_widened_aloud(own: dict[str, Any], kind: GroupKind, n: int, widened: int) -> None:
    peers = [firm(n) for n in range(1, 6)]
    peers += [firm(n, employees=5) for n in range(6, 10)]
    peers += [firm(n, sub_industry="luggage") for n in range(10, 13)]
    found = compare(firm(50, **own), peers)
    assert (found.group.kind, found.group.n, len(found.group.widened)) == (kind, n, widened)
    assert any("放宽" in note for note in found.notes) == bool(widened)


def test_fewer_than_five_tell_nothing() -> None:
    peers = [firm(n, network=4, quality=4) for n in range(1, 5)]
    found = compare(firm(9), [*peers, firm(9)])
    assert found.suppressed
    assert (found.group.kind, found.group.n) == (GroupKind.ALL, 4)
    assert all(m.percentile is None and m.note for m in found.measures)
    assert "不足 5 家" in found.text
    assert not compare(firm(9), [*peers, firm(5)]).suppressed


def test_open_answers_are_no_zeros() -> None:
    half = [firm(n, network=4, whole=False) for n in range(1, 7)]
    assert compare(firm(20), half).suppressed
    found = compare(firm(20, network=1, whole=False), [firm(n) for n in range(7, 12)])
    assert found.measures[0].lower_bound
    ungraded = Peer(enterprise(30, sub_industry="apparel", employees=50), score({}, {}, INSTRUMENT))
    scenario = compare(ungraded, [firm(n) for n in range(7, 12)]).of(MeasureKind.SCENARIO)[0]
    assert (scenario.value, scenario.percentile, scenario.note) == (None, None, "企业此项未评级")


def test_made_up_peers_are_said_to_be() -> None:
    peers = [firm(n) for n in range(1, 7)]
    real = compare(firm(9, synthetic=False, mark=None), peers)
    assert real.group.synthetic == 6
    assert any("不能代表" in note for note in real.notes)


def test_no_peer_can_be_recognised() -> None:
    told = compare(firm(9), [firm(n) for n in range(1, 7)]).model_dump_json()
    assert not any(enterprise(n).uscc in told or enterprise(n).name in told for n in range(1, 7))
