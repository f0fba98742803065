"""Whatever is done in whatever order and however often, nothing is paid twice and no firm above its cap."""

import shutil
import tempfile
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.errors import SmematchError
from recommender.subsidy_round.service import SubsidyRounds
from tests.synthetic_records import lead_unit, uscc
from tests.unit.course.telling import DISTRICT, Told
from tests.unit.subsidy_round.telling import CITY, claimed

CAP = Decimal(1_500_000)
KEYS = [f"{uscc(1)}:P1", f"{uscc(1)}:P2", f"{uscc(2)}:P3"]
_ROUND = st.sampled_from(["R1", "R2"])
_STEP = st.one_of(
    st.tuples(st.just("open"), _ROUND),
    st.tuples(st.just("collect"), _ROUND, st.one_of(st.none(), st.sampled_from(KEYS))),
    st.tuples(
        st.just("review"),
        _ROUND,
        st.sampled_from(KEYS),
        st.sampled_from(["pass", "pass", "return", "refuse"]),
        st.sampled_from([None, Decimal(1000)]),
    ),
    st.tuples(st.just("settle"), _ROUND),
    st.tuples(st.just("close"), _ROUND),
)
_END: list[tuple[object, ...]] = [("settle", "R1"), ("close", "R1"), ("settle", "R2"), ("close", "R2")]


def do(service: SubsidyRounds, step: tuple[object, ...]) -> None:
    kind, key, *rest = step
    try:
        if kind == "open":
            service.open(str(key), "批次", date(2026, 1, 1), date(2026, 12, 31), CITY)
        elif kind == "collect":
            named = None if rest[0] is None else [str(rest[0])]
            service.collect(str(key), DISTRICT, DISTRICT, only=named, note="已核对")
        elif kind == "review":
            service.review(
                str(key), str(rest[0]), rest[1], CITY, reason="已核对", amount_yuan=rest[2]  # type: ignore[arg-type]
            )  # fmt: skip
        elif kind == "settle":
            for row in service.show(str(key)).rows:
                do(service, ("review", key, row.key, "pass", None))
        else:
            service.close(str(key), CITY)
    except SmematchError:
        pass


def test_no_one_is_paid_twice(empty_database: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base.db"
        shutil.copyfile(empty_database, base)
        told = Told(f"sqlite:///{base}")
        with told.begin() as work:
            work.lead_units.put(lead_unit(1))
        big = {"amount": "2000000", "invoice": "2000000", "payment": "2000000"}
        assert [claimed(told, n, p, **big) for n, p in ((1, "P1"), (1, "P2"), (2, "P3"))] == KEYS
        told.store.dispose()
        paid_somewhere: Counter[int] = Counter()

        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(st.lists(_STEP, min_size=4, max_size=12))
        def run(steps: list[tuple[object, ...]]) -> None:
            file = Path(folder) / "run.db"
            shutil.copyfile(base, file)
            here = Told(f"sqlite:///{file}", "2026-05-01")
            service = SubsidyRounds(here.store)
            for step in [("open", "R1"), ("collect", "R1", None), *steps, *_END]:
                here.later(hours=1)
                do(service, step)
                do(service, step)
            with here.store.read() as work:
                payments = [one.event for one in work.events.of_types(["subsidy"])]
                last = work.events.last_sequence()
            projects = Counter((one.subject, one.attributes["project"]) for one in payments)
            assert all(times == 1 for times in projects.values())
            for firm in {one.subject for one in payments}:
                got = [Decimal(one.attributes["amount_yuan"]) for one in payments if one.subject == firm]
                assert sum(got) <= CAP
            assert all(not one.closed_on or not service.show(one.id).irregular for one in service.listing())
            for key in ("R1", "R2"):
                do(service, ("close", key))
            with here.store.read() as work:
                assert work.events.last_sequence() == last
            paid_somewhere[len(payments)] += 1
            here.store.dispose()

        run()
        # The walks do get to payments: otherwise the property would say little.
        assert sum(times for number, times in paid_somewhere.items() if number) >= 3, paid_somewhere
