"""Appeals and their deadlines; and, over random courses, that record and log never disagree."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.diagnosis.instrument import load_instrument
from recommender.domain.solution import AuditState
from recommender.encoder.null import NullEncoder
from recommender.errors import Conflict, InvalidInput, NotFound
from recommender.index.keeper import SnapshotKeeper
from recommender.index.storage import SnapshotStorage
from recommender.pool.course import read_course
from recommender.pool.parties import NotImpartial, NotYourProduct
from recommender.pool.service import PoolService
from recommender.pool.states import IllegalMove
from recommender.pool.steering import AlreadyAppealed, AppealTooLate, UnknownProduct
from recommender.store import Store
from tests.unit.pool.handing_in import FIRST, SECOND, THIRD, VENDOR, Clock, product, request
from tests.unit.pool.retelling import standing_of


@pytest.fixture
def suspended(pool: PoolService, store: Store) -> PoolService:
    with store.begin() as work:
        work.solutions.put(product())
    pool.steer("SYN-P1", "suspend", "三起投诉属实", "city-1")
    return pool


def test_an_upheld_appeal_undoes_the_decision_at_once(suspended: PoolService) -> None:
    suspended.appeal("SYN-P1", "投诉与本产品无关", VENDOR)
    step = suspended.decide_appeal("SYN-P1", upheld=True, reason="查明无关", actor="city-2")
    assert step.audit_state is AuditState.ADMITTED


def test_a_dismissed_appeal_leaves_it_and_cannot_be_repeated(suspended: PoolService) -> None:
    suspended.appeal("SYN-P1", "投诉与本产品无关", VENDOR)
    assert suspended.appeal("SYN-P1", "投诉与本产品无关", VENDOR).repeated
    step = suspended.decide_appeal("SYN-P1", upheld=False, reason="投诉属实", actor="city-2")
    assert step.audit_state is AuditState.SUSPENDED
    assert suspended.decide_appeal("SYN-P1", upheld=False, reason="投诉属实", actor="city-2").repeated
    with pytest.raises(AlreadyAppealed):
        suspended.appeal("SYN-P1", "再申诉", VENDOR)


@pytest.mark.parametrize(("days", "in_time"), [(14.9, True), (15.1, False)])
def test_appeals_have_a_deadline(suspended: PoolService, clock: Clock, days: float, in_time: bool) -> None:
    clock.pass_days(days)
    if in_time:
        assert suspended.appeal("SYN-P1", "无关", VENDOR).audit_state is AuditState.SUSPENDED
    else:
        with pytest.raises(AppealTooLate, match="申诉期限为决定后 15 天"):
            suspended.appeal("SYN-P1", "无关", VENDOR)


def test_an_open_appeal_stops_the_rest_and_waits_in_the_queue(suspended: PoolService, clock: Clock) -> None:
    suspended.appeal("SYN-P1", "无关", VENDOR)
    with pytest.raises(IllegalMove, match="对暂停的申诉处理中"):
        suspended.steer("SYN-P1", "restore", "算了", "city-1")
    clock.pass_days(22)
    (entry,) = suspended.queue(overdue=True).items
    assert (entry.kind, entry.days, entry.overdue) == ("appeal", 22, True)


def test_who_decided_or_is_concerned_does_not_decide_the_appeal(suspended: PoolService) -> None:
    with pytest.raises(NotYourProduct):
        suspended.appeal("SYN-P1", "路见不平", "somebody")
    suspended.appeal("SYN-P1", "无关", VENDOR)
    for actor in ("city-1", VENDOR):
        with pytest.raises(NotImpartial):
            suspended.decide_appeal("SYN-P1", upheld=True, reason="好", actor=actor)


def test_an_upheld_appeal_against_a_refusal_begins_the_review_anew(pool: PoolService) -> None:
    key = pool.submit(request()).step
    assert key is not None
    for reviewer in (FIRST, SECOND):
        pool.review("SYN-P1", "reject", "重复", reviewer)
    pool.appeal("SYN-P1", "并不重复", VENDOR)
    with pytest.raises(NotImpartial):
        pool.decide_appeal("SYN-P1", upheld=True, reason="是", actor=SECOND)
    pool.decide_appeal("SYN-P1", upheld=True, reason="查明不重复", actor=THIRD)
    (entry,) = pool.queue().items
    assert (entry.opinions, entry.waiting_for) == (0, 2)
    for reviewer in ("d", "e"):
        step = pool.review("SYN-P1", "admit", "可以", reviewer)
    assert step.audit_state is AuditState.ADMITTED


def test_an_unknown_product(pool: PoolService) -> None:
    calls: tuple[Callable[[], object], ...] = (
        lambda: pool.steer("SYN-P404", "suspend", "无", "city-1"),
        lambda: pool.appeal("SYN-P404", "无", VENDOR),
        lambda: pool.decide_appeal("SYN-P404", upheld=True, reason="无", actor="city-1"),
        lambda: pool.history("SYN-P404"),
    )
    for call in calls:
        with pytest.raises(UnknownProduct):
            call()


_ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            (
                "submit",
                "admit",
                "return",
                "reject",
                "suspend",
                "restore",
                "retire",
                "appeal",
                "uphold",
                "dismiss",
            )
        ),
        st.sampled_from(("SYN-P1", "SYN-P2")),
        st.sampled_from((FIRST, SECOND, THIRD, VENDOR)),
        st.integers(0, 30),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_ACTS, loaded=st.sampled_from((None, *AuditState)))
def test_record_and_log_tell_the_same_state(
    acts: list[tuple[str, str, str, int]], loaded: AuditState | None, empty_database: Path, tmp_path: Path
) -> None:
    file = tmp_path / "course.db"
    file.write_bytes(empty_database.read_bytes())
    clock = Clock()
    store = Store(f"sqlite:///{file}", clock=clock)
    keeper = SnapshotKeeper(store, NullEncoder(), load_instrument(), SnapshotStorage(tmp_path / "none"))
    pool = PoolService(store, keeper, NullEncoder(), load_instrument())
    try:
        if loaded is not None:
            with store.begin() as work:
                work.solutions.put(product("SYN-P1", audit_state=loaded.value))
        for number, (name, key, actor, days) in enumerate(acts):
            clock.pass_days(days)
            _attempt(pool, name, key, actor, number)
        with store.read() as work:
            for key in ("SYN-P1", "SYN-P2"):
                _check(work, key)
    finally:
        store.dispose()


def _attempt(pool: PoolService, name: str, key: str, actor: str, number: int) -> None:
    reason = f"第{number}次"
    acts: dict[str, Callable[[], object]] = {
        "submit": lambda: pool.submit(request(key, summary=f"扫码报工，第{number}稿")),
        "appeal": lambda: pool.appeal(key, reason, actor),
        "uphold": lambda: pool.decide_appeal(key, upheld=True, reason=reason, actor=actor),
        "dismiss": lambda: pool.decide_appeal(key, upheld=False, reason=reason, actor=actor),
        **{d: lambda d=d: pool.review(key, d, reason, actor) for d in ("admit", "return", "reject")},  # type: ignore[misc]
        **{s: lambda s=s: pool.steer(key, s, reason, actor) for s in ("suspend", "restore", "retire")},  # type: ignore[misc]
    }
    with contextlib.suppress(Conflict, InvalidInput, NotFound, NotYourProduct, NotImpartial):
        acts[name]()


def _check(work: object, key: str) -> None:
    events = [entry.event for entry in work.events.for_subject(key)]  # type: ignore[attr-defined]
    stored = work.solutions.get(key)  # type: ignore[attr-defined]
    course = read_course(work, key)  # type: ignore[arg-type]
    if events:
        state = standing_of(events).audit_state
        assert course.standing == standing_of(events)
        assert (events[-1].attributes.get("audit_state") or None) == state
        if stored is not None:
            assert stored.record.audit_state is state
            latest = work.solutions.history(key)[-1].record  # type: ignore[attr-defined]
            assert latest == stored.record
        else:
            assert state is not AuditState.ADMITTED
