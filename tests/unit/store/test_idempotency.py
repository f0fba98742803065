import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from recommender.store import Store
from recommender.store.failures import IdempotencyKeyReused, RequestInProgress
from recommender.store.repositories.idempotency import Claim, InvalidIdempotencyKey, StoredAnswer
from tests.synthetic_records import solution


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(database_url: str, clock: Clock) -> Iterator[Store]:
    store = Store(database_url, clock=clock)
    yield store
    store.dispose()


def claim(store: Store, key: str = "k1", route: str = "POST /v1/events", body: str = "h1") -> Claim:
    with store.begin() as work:
        return work.idempotency.claim(key, route, body)


def finish(store: Store, claimed: Claim) -> None:
    with store.begin() as work:
        work.idempotency.finish(claimed, 201, b'{"inserted": 1}\xff', {"etag": '"1"', "x-\u00e9": "值"})


ANSWER = StoredAnswer(201, {"etag": '"1"', "x-\u00e9": "值"}, b'{"inserted": 1}\xff')


def test_the_same_request_gets_the_stored_answer(timed: Store) -> None:
    first = claim(timed)
    assert first.answer is None
    finish(timed, first)
    assert claim(timed).answer == ANSWER
    with timed.read() as work:
        assert work.idempotency.find("k1") == ANSWER
        assert work.idempotency.find("k2") is None


def test_the_key_belongs_to_one_request(timed: Store) -> None:
    finish(timed, claim(timed))
    with pytest.raises(IdempotencyKeyReused) as failure:
        claim(timed, body="h2")
    assert failure.value.code == "idempotency_key_reused"
    with pytest.raises(IdempotencyKeyReused):
        claim(timed, route="POST /v1/plans")


def test_an_unfinished_claim_blocks_for_a_minute_only(timed: Store, clock: Clock) -> None:
    dead = claim(timed)
    clock.wait(seconds=59)
    with pytest.raises(RequestInProgress) as failure:
        claim(timed)
    assert failure.value.code == "request_in_progress"
    clock.wait(seconds=1)
    heir = claim(timed)
    assert heir.answer is None
    with pytest.raises(RequestInProgress):
        finish(timed, dead)
    finish(timed, heir)
    assert claim(timed).answer == ANSWER


def test_the_effect_of_an_overtaken_request_is_rolled_back(timed: Store, clock: Clock) -> None:
    slow = claim(timed)
    clock.wait(seconds=61)
    claim(timed)

    def work_and_answer() -> None:
        with timed.begin() as work:
            work.solutions.put(solution(1))
            work.idempotency.finish(slow, 200, b"", {})

    with pytest.raises(RequestInProgress):
        work_and_answer()
    with timed.read() as work:
        assert work.solutions.count() == 0


def test_a_released_claim_can_be_taken_at_once(timed: Store) -> None:
    failed = claim(timed)
    with timed.begin() as work:
        work.idempotency.release(failed)
    assert claim(timed).answer is None


def test_a_finished_claim_cannot_be_released(timed: Store) -> None:
    done = claim(timed)
    finish(timed, done)
    with timed.begin() as work:
        work.idempotency.release(done)
    assert claim(timed).answer == ANSWER


def test_answers_expire_after_a_day(timed: Store, clock: Clock) -> None:
    finish(timed, claim(timed))
    clock.wait(hours=23, minutes=59)
    assert claim(timed).answer == ANSWER
    clock.wait(minutes=1)
    with timed.begin() as work:
        assert work.idempotency.find("k1") is None
    assert claim(timed, body="h2").answer is None
    clock.wait(hours=24)
    with timed.begin() as work:
        assert work.idempotency.purge() == 1


def test_of_eight_racing_requests_one_does_the_work(timed: Store) -> None:
    start = threading.Barrier(8)

    def race(_request: int) -> bool:
        start.wait()
        try:
            return claim(timed).answer is None
        except RequestInProgress:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(race, range(8))) == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "键", "a\nb"])
def test_bad_keys(timed: Store, key: str) -> None:
    with pytest.raises(InvalidIdempotencyKey):
        claim(timed, key)
