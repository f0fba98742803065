"""Every state against every action, first the machine alone, then the whole service on a store."""

from collections import deque
from collections.abc import Callable
from itertools import product as combinations

import pytest

from recommender.domain.course_events import load_course_events
from recommender.domain.solution import AuditState
from recommender.errors import SmematchError
from recommender.pool.course import read_course
from recommender.pool.service import PoolService
from recommender.pool.states import IllegalMove, Standing, load_machine
from recommender.store import Store
from tests.unit.pool.handing_in import FIRST, SECOND, THIRD, VENDOR, request
from tests.unit.pool.retelling import standing_of

MACHINE = load_machine()
ALL = [
    Standing.model_validate({"listing": listing, "submission": submission, "appeal": appeal})
    for listing, submission, appeal in combinations(*(MACHINE.titles[track] for track in MACHINE.titles))
]


def _reachable() -> dict[Standing, tuple[str, ...]]:
    paths: dict[Standing, tuple[str, ...]] = {Standing(): ()}
    waiting = deque([Standing()])
    while waiting:
        standing = waiting.popleft()
        for action in MACHINE.actions:
            if action.allowed(standing):
                after = MACHINE.after(standing, action.name)
                if after not in paths:
                    paths[after] = (*paths[standing], action.name)
                    waiting.append(after)
    return paths


REACHABLE = _reachable()
#: What the rules of the pool say in words, written apart from the data.
RULES: dict[str, Callable[[Standing], bool]] = {
    "submit": lambda s: s.appeal == "none",
    "opine": lambda s: s.submission == "pending" and s.appeal == "none",
    "admit": lambda s: s.submission == "pending" and s.appeal == "none",
    "return": lambda s: s.submission == "pending" and s.appeal == "none",
    "reject": lambda s: s.submission == "pending" and s.appeal == "none",
    "suspend": lambda s: s.listing == "admitted" and s.appeal == "none",
    "restore": lambda s: s.listing == "suspended" and s.appeal == "none",
    "retire": lambda s: s.listing in {"admitted", "suspended"} and s.appeal == "none",
    "appeal_rejected": lambda s: s.submission == "rejected" and s.appeal == "none",
    "appeal_suspended": lambda s: s.listing == "suspended" and s.appeal == "none",
    "appeal_retired": lambda s: s.listing == "retired" and s.appeal == "none",
    "dismiss_appeal": lambda s: s.appeal != "none",
    "uphold_rejected": lambda s: s.appeal == "rejected",
    "uphold_suspended": lambda s: s.appeal == "suspended",
    "uphold_retired": lambda s: s.appeal == "retired",
}


@pytest.mark.parametrize("standing", ALL, ids=lambda s: f"{s.listing}-{s.submission}-{s.appeal}")
def test_the_machine_allows_what_the_rules_allow_and_nothing_else(standing: Standing) -> None:
    assert {action.name for action in MACHINE.actions} == set(RULES)
    for name, allowed in RULES.items():
        if allowed(standing):
            after = MACHINE.after(standing, name)
            changed = {
                track
                for track in ("listing", "submission", "appeal")
                if getattr(after, track) != getattr(standing, track)
            }
            assert changed <= set(MACHINE.action(name).becomes.model_dump(exclude_none=True))
        else:
            with pytest.raises(IllegalMove, match=r"产品目前是“.+”，不能"):
                MACHINE.after(standing, name)


def test_every_action_has_its_event_and_is_found_by_it() -> None:
    declared = load_course_events()
    for action in MACHINE.actions:
        kind = declared.find(action.event)
        assert kind is not None
        assert kind.service == "产品池"
        assert MACHINE.recorded_by(action.event, action.against, action.upheld) is action


def test_only_admitted_products_can_be_ranked() -> None:
    for standing in REACHABLE:
        assert (standing.audit_state is AuditState.ADMITTED) == (standing.listing == "admitted")
    assert {standing.audit_state for standing in REACHABLE} == {None, *AuditState}


# -- the same through the service --------------------------------------------------------------------------


class _Acting:
    """Takes the actions of the machine on one product, each by whoever may."""

    def __init__(self, pool: PoolService, store: Store) -> None:
        self._pool, self._store, self._number = pool, store, 0

    def take(self, name: str) -> None:
        self._number += 1
        reason = f"第{self._number}次"
        if name == "submit":
            self._pool.submit(request(summary=f"扫码报工，第{self._number}稿"))
        elif name == "opine":
            self._opine(reason)
        elif name in {"admit", "return", "reject"}:
            self._decide(name, reason)
        elif name in {"suspend", "restore", "retire"}:
            self._pool.steer("SYN-P1", name, reason, "city-1")  # type: ignore[arg-type]
        elif name.startswith("appeal_"):
            self._pool.appeal("SYN-P1", reason, VENDOR)
        else:
            self._pool.decide_appeal("SYN-P1", upheld=name != "dismiss_appeal", reason=reason, actor=THIRD)

    def _opine(self, reason: str) -> None:
        self._pool.review("SYN-P1", "admit", reason, f"nobody-{self._number}")

    def _decide(self, decision: str, reason: str) -> None:
        for reviewer in (FIRST, SECOND):
            step = self._pool.review("SYN-P1", decision, reason, reviewer)  # type: ignore[arg-type]
            if not step.waiting_for:
                return

    def standing(self) -> Standing:
        with self._store.read() as work:
            return read_course(work, "SYN-P1").standing


#: Of several decisions that could be appealed, the service takes the newest; the paths below meet one each.
_BY_SERVICE = sorted(
    (standing for standing in REACHABLE if standing.submission != "rejected" or standing.listing == "absent"),
    key=lambda s: REACHABLE[s],
)


@pytest.mark.parametrize("standing", _BY_SERVICE, ids=lambda s: f"{s.listing}-{s.submission}-{s.appeal}")
def test_the_service_refuses_what_the_machine_refuses(
    standing: Standing, pool: PoolService, store: Store
) -> None:
    acting = _Acting(pool, store)
    for name in REACHABLE[standing]:
        acting.take(name)
    assert acting.standing() == standing
    with store.read() as work:
        before = work.events.last_sequence()
    for action in MACHINE.actions:
        if not action.allowed(standing) and not _another_reading(action.name, standing):
            with pytest.raises(SmematchError, match=r"不能|没有编号|没有 SYN-P1|已办结"):
                acting.take(action.name)
    with store.read() as work:
        assert work.events.last_sequence() == before
        record = work.solutions.get("SYN-P1")
        events = [entry.event for entry in work.events.for_subject("SYN-P1")]
    assert standing_of(events) == standing
    assert (record.record.audit_state if record else None) in {standing.audit_state, None}
    assert (record is not None) == (standing.listing != "absent")


def _another_reading(name: str, standing: Standing) -> bool:
    """Whether the service understands the same call as another action that is allowed here."""
    family = name.partition("_")[0]
    return family in {"appeal", "uphold"} and any(
        action.allowed(standing) for action in MACHINE.actions if action.name.startswith(family)
    )


def test_every_allowed_action_is_taken_by_the_service(pool: PoolService, store: Store) -> None:
    """A tour over all edges that start at a standing the service can reach by one path."""
    taken: set[str] = set()
    for number, path in enumerate(
        (
            ("submit", "return", "submit", "reject", "appeal_rejected", "dismiss_appeal", "submit", "reject"),
            ("appeal_rejected", "uphold_rejected", "opine", "admit", "suspend", "restore", "suspend"),
            (
                "appeal_suspended",
                "dismiss_appeal",
                "restore",
                "suspend",
                "appeal_suspended",
                "uphold_suspended",
            ),
            ("retire", "appeal_retired", "uphold_retired", "retire", "submit", "admit"),
        )
    ):
        acting = _Acting(pool, store)
        acting._number = 100 * number
        for name in path:
            before = acting.standing()
            acting.take(name)
            assert acting.standing() == MACHINE.after(before, name)
            taken.add(name)
    assert taken == {action.name for action in MACHINE.actions}
