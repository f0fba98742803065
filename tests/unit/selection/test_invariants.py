"""Whatever is done in whatever order: at most three hold office, and record and log tell the same."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.errors import SmematchError
from recommender.exchange.exporting import Format, export_bytes
from recommender.exchange.importing import import_file
from recommender.exchange.kinds import Kind
from recommender.selection.application import Replacement
from recommender.selection.ledger import ledger
from recommender.store import Store
from tests.unit.selection.holding import CITY, CLERK, SUB, Clock, Selections, application

KEYS = [application(number).key for number in range(1, 6)]
_CHOICE = st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True)
_UNIT = st.sampled_from([f"SYN-U{number}" for number in range(1, 6)])
_STEP = st.one_of(
    st.tuples(st.just("decide"), _CHOICE, st.sampled_from(["S1", "S2"])),
    st.tuples(st.just("replace"), st.one_of(st.none(), _UNIT), st.one_of(st.none(), st.sampled_from(KEYS))),
    st.tuples(st.just("appeal"), st.sampled_from(KEYS), st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([1, 3, 500])),
    st.tuples(st.just("end")),
)


def do(service: Selections, step: tuple[Any, ...]) -> None:
    kind, *told = step
    try:
        if kind == "decide":
            service.decide(told[1], SUB, told[0], "按得分", CLERK, deviation_reason="综合考虑")
        elif kind == "replace":
            request = Replacement(
                sub_industry=SUB, reason="调整", leaving=told[0], successor=told[1], deviation_reason="综合"
            )
            service.replace("S1", request, CITY)
        elif kind == "appeal":
            service.appeal("S1", told[0], "有误", told[0].partition(":")[0])
            service.decide_appeal("S1", told[0], upheld=told[1], reason="已核", actor=CITY)
        elif kind == "wait":
            service.clock.later(told[0])
        else:
            service.end_terms("S1", CITY)
    except (SmematchError, ValueError):
        pass


def check(store: Store) -> None:
    with store.read() as work:
        seats = ledger(work).seats
        records = {one.record.id: one.record for one in work.lead_units.iterate()}
        decided = work.lead_units.decided_offices(records)
    held = {key for key, unit in records.items() if SUB in unit.sub_industries and not unit.term_ended}
    assert held == {unit for unit, sub in seats if sub == SUB}
    assert held == {key for key, offices in decided.items() if offices[SUB.value]}
    assert len(held) <= 3
    assert all(unit.term_ended == (not unit.sub_industries) for unit in records.values())


def test_at_most_three_and_one_truth(empty_database: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base.db"
        shutil.copyfile(empty_database, base)
        first = Store(f"sqlite:///{base}")
        clock = first.clock = Clock()
        prepared = Selections(first, clock)
        prepared.opened("S2")
        prepared.applied(*(application(number) for number in range(1, 6)), round_="S2")
        prepared.ranked(5, "S1")
        prepared.scored({key: [80] * 5 for key in KEYS}, "S2")
        first.dispose()
        seen = set()

        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(st.lists(_STEP, min_size=3, max_size=10))
        def run(steps: list[tuple[Any, ...]]) -> None:
            file = Path(folder) / "run.db"
            shutil.copyfile(base, file)
            store = Store(f"sqlite:///{file}")
            store.clock = Clock()
            store.clock.now = clock.now
            service = Selections(store, store.clock)
            for step in [("decide", KEYS[:3], "S1"), *steps]:
                do(service, step)
                check(store)
            with store.read() as work:
                seen.update(one.event.type for one in work.events.iterate())
            store.dispose()

        run()
        assert {"lead_unit_left", "selection_appeal_decided", "lead_unit_selected"} <= seen


def test_an_import_cannot_undo_a_decision(selections: Selections, store: Store) -> None:
    keys = selections.ranked()
    selections.decide("S1", SUB, keys[:2], "按得分", CITY)
    with store.read() as work:
        stored = list(work.lead_units.iterate())
    whole = export_bytes(Kind.LEAD_UNITS, stored, Format.CSV)[0].decode("utf-8-sig")
    assert import_file(Kind.LEAD_UNITS, whole.encode(), store, name="a.csv").unchanged == 2
    changed = whole.replace("时尚美妆", "服装", 1)
    report = import_file(Kind.LEAD_UNITS, changed.encode(), store, name="a.csv")
    assert (report.rejected, report.unchanged) == (1, 1)
    finding = next(one for one in report.reported if one.severity == "error")
    assert (finding.row, finding.code, finding.column) == (2, "lead_unit_office_decided", "细分行业")
