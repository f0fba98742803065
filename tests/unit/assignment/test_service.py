"""Stored batches: consent, running contracts, limits, reasons, what-if, and the commit to the log."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pydantic import ValidationError

from recommender.assignment.answer import Assignment, Unplaced
from recommender.assignment.request import AssignmentRequest
from recommender.assignment.service import AssignmentService, OutdatedAssignment, UnknownAssignment
from recommender.assignment.workbook import assignment_workbook
from recommender.diagnosis.instrument import load_instrument
from recommender.domain import Event
from recommender.encoder.hashing import HashingEncoder
from recommender.errors import InvalidInput
from recommender.index.keeper import SnapshotKeeper
from recommender.index.storage import SnapshotStorage
from recommender.matching.prospects import rank_prospects
from recommender.matching.ranked import Wishes
from recommender.matching.service import MatchingService
from recommender.matching.unknown import UnknownEnterprise, UnknownLeadUnit, UnknownVendor
from recommender.retrieval.partner import lead_unit_partner
from recommender.store import Store
from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution, uscc

INSTRUMENT = load_instrument()
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SHOWN = {"purpose": "show_to_lead_units", "granted_on": "2026-01-01"}
ANY = {"sub_industry": "apparel", "district": "440113"}
L1, L2, L3 = "SYN-L001", "SYN-L002", "SYN-L003"


@dataclass
class Clock:
    """A moment that tests move."""

    now: datetime = field(default=NOW)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Place:
    """A service with the store behind it."""

    store: Store
    matching: MatchingService
    service: AssignmentService
    clock: Clock

    def propose(self, **fields: Any) -> Assignment:
        return self.service.propose(AssignmentRequest.model_validate(fields))

    def put(self, *records: Any) -> None:
        with self.store.begin() as work:
            for record in records:
                (work.lead_units if hasattr(record, "mode") else work.enterprises).put(record)

    def log(self, *events: tuple[str, int, str]) -> None:
        made = [
            Event(
                event_id=f"e{number}-{kind}-{firm}",
                type=kind,
                subject=uscc(firm),
                object=unit,
                actor=uscc(firm),
                occurred_at=NOW - timedelta(days=90 - number),
                attributes={"reason": "太远"},
            )
            for number, (kind, firm, unit) in enumerate(events)
        ]
        with self.store.begin() as work:
            work.events.append(made)


@pytest.fixture
def place(store: Store, tmp_path: Path) -> Iterator[Place]:
    """Six enterprises, the last without consent; units for 2 and 3, one without a word on its places."""
    with store.begin() as work:
        for number in range(1, 7):
            consents = [SHOWN] if number < 6 else []
            work.enterprises.put(enterprise(number, consents=consents, budget_yuan=number * 10_000, **ANY))
            work.diagnoses.put(diagnosis(number, of=number))
        work.lead_units.put(lead_unit(1, capacity={"total": 3, "in_progress": 1}, text="服装排产，插单重排"))
        work.lead_units.put(
            lead_unit(2, capacity={"total": 3, "in_progress": 0}, scenarios=["finance"], text="财务核算")
        )
        work.lead_units.put(lead_unit(3, capacity=None))
    encoder, clock = HashingEncoder(), Clock()
    keeper = SnapshotKeeper(store, encoder, INSTRUMENT, SnapshotStorage(tmp_path / "snapshots"))
    keeper.refresh()
    store.clock = clock
    matching = MatchingService(store, keeper, encoder, INSTRUMENT)
    yield Place(store, matching, AssignmentService(store, matching, clock=clock), clock)
    keeper.stop()


def by_firm(answer: Assignment) -> dict[str, str]:
    return {pair.enterprise: pair.unit for pair in answer.pairs}


def found(lines: tuple[Unplaced, ...], number: int) -> Unplaced:
    return next(line for line in lines if line.enterprise == uscc(number))


def test_only_who_consents_is_proposed_within_the_free_places(place: Place) -> None:
    answer = place.propose()
    assert answer.status == "optimal"
    assert len(answer.pairs) == 5
    assert {line.id: (line.assigned, line.max) for line in answer.units} == {L1: (2, 2), L2: (3, 3)}
    assert [line.enterprise for line in answer.left_out] == [uscc(6)]
    assert "未同意" in answer.left_out[0].reason
    assert answer.totals.expected_matches == pytest.approx(
        sum(pair.p_match or 0 for pair in answer.pairs), abs=1e-5
    )
    assert all({reason.side for reason in pair.reasons} == {"enterprise", "unit"} for pair in answer.pairs)
    assert all(pair.synthetic_mark == "合成样本" for pair in answer.pairs)
    assert answer.units[0].reason == "名额已满（2 家）"
    # Not wanted by ids: the same batch in the same lot gives the same answer.
    assert by_firm(place.propose()) == by_firm(answer)


def test_scores_are_those_of_the_lists_that_are_served(place: Place) -> None:
    answer = place.propose()
    engine = place.matching.engine()
    for unit in (L1, L2):
        catalogue = engine.snapshot.catalogue
        record = lead_unit_partner(catalogue.lead_units[unit], catalogue.solutions)
        # Asked for the same enterprises: a list standardises the text over those it may show.
        shown = rank_prospects(engine, record, Wishes(k=200), on=date(2026, 11, 23))
        sides = {item.id: (item.forward, item.reverse) for item in shown.items}
        for pair in (pair for pair in answer.pairs if pair.unit == unit):
            assert pair.forward == pytest.approx(sides[pair.enterprise][0], abs=0.05)
            assert pair.reverse == pytest.approx(sides[pair.enterprise][1], abs=0.05)


def test_a_consent_to_one_unit_and_a_revoked_one(place: Place) -> None:
    place.put(
        enterprise(1, consents=[SHOWN | {"lead_unit": L2}], **ANY),
        enterprise(2, consents=[SHOWN | {"revoked_on": "2026-11-23"}], **ANY),
    )
    answer = place.propose()
    assert by_firm(answer)[uscc(1)] == L2
    assert {line.enterprise for line in answer.left_out} == {uscc(2), uscc(6)}


def test_running_contracts_stay_and_keep_the_place_they_have(place: Place) -> None:
    place.log(("contract", 1, L1), ("contract", 2, L2), ("accepted", 2, L2), ("dismiss", 3, L2))
    answer = place.propose()
    assert by_firm(answer)[uscc(1)] == L1
    line = answer.units[0]
    # One of three places is taken by the enterprise with the contract, so two are free.
    assert (line.fixed, line.max) == (1, 3)
    fixed = next(pair for pair in answer.pairs if pair.fixed)
    assert fixed.reasons[0].code == "fixed"
    assert by_firm(answer).get(uscc(3)) in {None, L1}
    assert not line.new


def test_limits_of_the_request(place: Place) -> None:
    capped = place.propose(share_cap=0.2)
    assert {line.assigned for line in capped.units} == {1}
    assert "份额上限" in capped.units[0].reason
    left = capped.unassigned[0]
    assert left.code == "full"
    assert "放宽单家份额上限" in (left.would_help or "")

    limited = place.propose(capacities={L1: {"max": 4, "sub_industries": {"apparel": 1}}, L2: {"max": 0}})
    assert {line.id: line.assigned for line in limited.units} == {L1: 1, L2: 0}
    assert found(limited.unassigned, limited_out(limited)).code == "limited"

    opened = place.propose(capacities={L3: {"max": 1, "min": 1}})
    assert {line.id: line.assigned for line in opened.units}[L3] == 1


def limited_out(answer: Assignment) -> int:
    return next(number for number in range(1, 6) if uscc(number) not in by_firm(answer))


def test_floors_that_cannot_be_met_are_told_with_the_nearest_that_can(place: Place) -> None:
    answer = place.propose(floor_new=3, capacities={L1: {"min": 4, "max": 4}})
    # Unit 2 has nobody yet: 3 + 4 are wanted, 5 enterprises are there.
    assert sum(limit.wanted - limit.possible for limit in answer.relaxations) == 2
    assert all("放宽到" in limit.text for limit in answer.relaxations)
    assert len(answer.pairs) == 5


def test_fixed_and_forbidden(place: Place) -> None:
    forbidden = [{"enterprise": uscc(1), "unit": unit} for unit in (L1, L3)]
    couples = [{"enterprise": uscc(6), "unit": L3}]
    answer = place.propose(fixed=couples, forbidden=forbidden, units=[L1, L3])
    # Decided by the caller, so it stays, although the enterprise may not be proposed and the unit is full.
    assert by_firm(answer)[uscc(6)] == L3
    pair = next(pair for pair in answer.pairs if pair.enterprise == uscc(6))
    assert (pair.fixed, pair.p_match) == (True, None)
    assert by_firm(answer).get(uscc(1)) is None
    assert found(answer.unassigned, 1).code == "ruled_out"
    place.log(("contract", 1, L1))
    with pytest.raises(InvalidInput, match="已与 SYN-L001 签约"):
        place.propose(fixed=[{"enterprise": uscc(1), "unit": L2}])


def test_who_no_unit_serves_is_told_why_and_what_would_help(place: Place) -> None:
    place.put(
        lead_unit(1, capacity={"total": 9}, sub_industries=["cosmetics"]),
        lead_unit(2, capacity={"total": 9}, sub_industries=["luggage"], districts=["440118"]),
        enterprise(2, consents=[SHOWN], sub_industry="luggage", district="440113"),
    )
    answer = place.propose()
    assert not answer.pairs
    other = found(answer.unassigned, 1)
    assert other.code == "other_sub_industry"
    assert "都不覆盖您的行业" in other.reason
    assert found(answer.unassigned, 2).code == "other_district"
    assert answer.units[0].reason == "本批没有符合条件的企业"


def test_objectives_and_their_words(place: Place) -> None:
    stable = place.propose(objective="stable", proposing="unit")
    assert (stable.status, stable.totals.blocking_pairs) == ("stable", 0)
    assert all(line.blocked == 0 for line in stable.units)
    nash = place.propose(objective="nash")
    assert nash.status == "optimal"
    assert "纳什" in nash.objective_text
    crossing = {"sub_industries": {"apparel": 1}, "districts": {"440113": 1}}
    with pytest.raises(InvalidInput, match="一种"):
        place.propose(objective="stable", capacities={L1: crossing})
    assert place.propose(capacities={L1: crossing}).totals.blocking_pairs is None


def test_what_if_tells_the_difference(place: Place) -> None:
    base = place.propose(capacities={L1: {"max": 1}, L2: {"max": 1}})
    more = place.propose(capacities={L1: {"max": 2}, L2: {"max": 1}}, compare_to=base.assignment_id)
    assert more.difference is not None
    assert more.difference.assigned == 1
    assert more.difference.expected_matches == pytest.approx(
        more.totals.expected_matches - base.totals.expected_matches
    )
    moved = {m.enterprise for m in more.difference.moved}
    assert moved == {u for u in map(uscc, range(1, 7)) if by_firm(base).get(u) != by_firm(more).get(u)}
    with pytest.raises(UnknownAssignment):
        place.propose(compare_to="none")


def test_a_commit_writes_proposals_once_and_signs_nothing(place: Place) -> None:
    place.log(("contract", 1, L1))
    dry = place.propose()
    with place.store.read() as work:
        assert work.events.count_by_type().get("proposed") is None
    done = place.service.commit(dry.assignment_id)
    assert (done.dry_run, done.committed_at) == (False, NOW)
    place.clock.now = NOW + timedelta(hours=1)
    assert place.service.commit(dry.assignment_id) == done == place.service.get(dry.assignment_id)
    with place.store.read() as work:
        logged = [entry.event for entry in work.events.of_types(["proposed"])]
        assert {(event.subject, event.object) for event in logged} == {
            (pair.enterprise, pair.unit) for pair in dry.pairs if not pair.fixed
        }
        assert work.events.count_by_type()["contract"] == 1
        assert [stored.assignment_id for stored in work.assignments.page()] == [dry.assignment_id]
    at_once = place.propose(dry_run=False)
    assert at_once.committed_at == place.clock.now
    with pytest.raises(UnknownAssignment):
        place.service.commit("none")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda p: p.put(enterprise(1, consents=[], **ANY)), "已不同意"),
        (lambda p: p.put(lead_unit(2, capacity={"total": 3, "in_progress": 2})), "只剩 1 个名额"),
        (lambda p: p.log(("contract", 1, L3)), "已与其他单位签约"),
    ],
)
def test_an_outdated_proposal_is_not_committed(
    place: Place, change: Callable[[Place], None], told: str
) -> None:
    dry = place.propose()
    change(place)
    with pytest.raises(OutdatedAssignment, match=told):
        place.service.commit(dry.assignment_id)
    with place.store.read() as work:
        assert work.events.count_by_type().get("proposed") is None
        stored = work.assignments.get(dry.assignment_id)
        assert stored is not None
        assert stored.committed_at is None


def test_records_that_are_not_there(place: Place) -> None:
    with pytest.raises(UnknownEnterprise):
        place.propose(enterprises=[uscc(77)])
    with pytest.raises(UnknownLeadUnit):
        place.propose(capacities={"SYN-L099": {"max": 1}})
    assert place.propose(enterprises=[uscc(6)]).pairs == ()
    assert place.propose(sub_industry="luggage").totals.enterprises == 0
    assert place.propose(district="440113", units=[L3]).pairs == ()


def test_the_workbook_holds_every_pair_and_no_formula(place: Place) -> None:
    place.put(enterprise(1, name="=1+1", consents=[SHOWN], **ANY))
    answer = place.propose(share_cap=0.4)
    book = load_workbook(io.BytesIO(assignment_workbook(answer)))
    assert book.sheetnames == ["撮合建议", "牵引单位", "未安排的企业", "说明"]
    pairs = list(book["撮合建议"].iter_rows(min_row=2))
    assert {(row[1].value, row[3].value) for row in pairs} == {(p.enterprise, p.unit) for p in answer.pairs}
    assert all(cell.data_type != "f" for row in pairs for cell in row)
    rest = {row[1].value for row in book["未安排的企业"].iter_rows(min_row=2)}
    assert rest == {line.enterprise for line in (*answer.unassigned, *answer.left_out)}


def test_vendors_take_part_where_places_are_given_and_enterprises_agreed(place: Place) -> None:
    shown_to_vendors = {"purpose": "show_to_vendors", "granted_on": "2026-01-01"}
    with place.store.begin() as work:
        work.solutions.put(solution(1))
    place.put(enterprise(6, consents=[shown_to_vendors], budget_yuan=60_000, **ANY))
    answer = place.propose(vendors=["SYN-V1"], capacities={"SYN-V1": {"max": 2}})
    line = next(line for line in answer.units if line.id == "SYN-V1")
    assert (line.kind, line.name, line.max, line.synthetic_mark) == ("vendor", "合成服务商", 2, "合成样本")
    pair = next(pair for pair in answer.pairs if pair.enterprise == uscc(6))
    assert (pair.unit, pair.unit_kind) == ("SYN-V1", "vendor")
    # The others agreed to be shown to lead units only.
    assert [p.enterprise for p in answer.pairs if p.unit_kind == "vendor"] == [uscc(6)]
    place.service.commit(answer.assignment_id)
    place.log(("contract", 6, "SYN-V1"))
    kept = place.propose(vendors=["SYN-V1"], capacities={"SYN-V1": {"max": 2}})
    assert next(pair for pair in kept.pairs if pair.enterprise == uscc(6)).fixed
    withdrawn = place.propose(vendors=["SYN-V1"], capacities={"SYN-V1": {"max": 2}}, enterprises=[uscc(1)])
    assert by_firm(withdrawn).get(uscc(1)) != "SYN-V1"


def test_a_vendor_needs_places_and_must_be_known(place: Place) -> None:
    with pytest.raises(ValidationError, match="没有登记名额"):
        AssignmentRequest.model_validate({"vendors": ["SYN-V1"]})
    with pytest.raises(UnknownVendor):
        place.propose(vendors=["nobody"], capacities={"nobody": {"max": 1}})
    with pytest.raises(InvalidInput, match="牵引单位的编号"):
        place.propose(vendors=[L1], capacities={L1: {"max": 1}})
