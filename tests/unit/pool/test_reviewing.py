"""Reviewers: how many, who, what happens when they differ, and when two come at once."""

import threading

import pytest

from recommender.domain.solution import AuditState
from recommender.errors import SmematchError
from recommender.pool.course import read_course
from recommender.pool.form import FormFaulty
from recommender.pool.parties import NotImpartial, NotYourProduct
from recommender.pool.reviewing import AlreadyReviewed, SubmissionSettled, UnknownSubmission
from recommender.pool.service import PoolService
from recommender.pool.states import IllegalMove
from recommender.pool.steps import ReasonMissing
from recommender.store import Store
from tests.unit.pool.handing_in import FIRST, SECOND, THIRD, VENDOR, product, request


def _submitted(pool: PoolService, **changes: object) -> str:
    step = pool.submit(request(**changes)).step
    assert step is not None
    assert step.submission_id is not None
    return step.submission_id


def _admitted(pool: PoolService, **changes: object) -> str:
    key = _submitted(pool, **changes)
    for reviewer in (FIRST, SECOND):
        pool.review(key, "admit", "材料齐全", reviewer)
    return key


def _stored(store: Store, key: str = "SYN-P1") -> AuditState | None:
    with store.read() as work:
        found = work.solutions.get(key)
    return found.record.audit_state if found else None


def test_a_new_product_needs_two_and_enters_the_catalogue_with_the_second(
    pool: PoolService, store: Store
) -> None:
    key = _submitted(pool)
    first = pool.review(key, "admit", "材料齐全", FIRST)
    assert (first.waiting_for, first.audit_state, _stored(store)) == (1, AuditState.SUBMITTED, None)
    second = pool.review(key, "admit", "同意", SECOND)
    assert (second.waiting_for, second.audit_state, _stored(store)) == (
        0,
        AuditState.ADMITTED,
        AuditState.ADMITTED,
    )
    with store.read() as work:
        types = [entry.event.type for entry in work.events.for_subject("SYN-P1")]
        decided = work.events.of_types(["pool_admitted"])[0].event
    assert types == ["pool_submitted", "pool_opinion", "pool_opinion", "pool_admitted"]
    assert decided.attributes["reason"] == "材料齐全；同意"


@pytest.mark.parametrize(
    ("third", "state"), [("admit", AuditState.ADMITTED), ("reject", None), ("return", None)]
)
def test_a_third_settles_what_two_see_differently(
    third: str, state: AuditState | None, pool: PoolService, store: Store
) -> None:
    key = _submitted(pool)
    pool.review(key, "admit", "可以", FIRST)
    assert pool.review(key, "reject", "与已有产品重复", SECOND).waiting_for == 1
    step = pool.review(key, third, "裁定", THIRD)  # type: ignore[arg-type]
    assert step.waiting_for == 0
    assert _stored(store) == state


def test_a_new_version_needs_one_and_the_old_content_stays_until_then(
    pool: PoolService, store: Store
) -> None:
    _admitted(pool)
    key = _submitted(pool, days_to_deploy=9)
    with store.read() as work:
        shown = work.solutions.get("SYN-P1")
    assert shown is not None
    assert (shown.record.days_to_deploy, shown.record.audit_state) == (3, AuditState.ADMITTED)
    pool.review(key, "admit", "更新属实", FIRST)
    with store.read() as work:
        shown = work.solutions.get("SYN-P1")
    assert shown is not None
    assert shown.record.days_to_deploy == 9


def test_a_refused_version_leaves_the_product_as_it_is(pool: PoolService, store: Store) -> None:
    _admitted(pool)
    key = _submitted(pool, days_to_deploy=9)
    step = pool.review(key, "reject", "无依据", FIRST)
    assert step.audit_state is AuditState.ADMITTED
    assert _stored(store) is AuditState.ADMITTED


@pytest.mark.parametrize("reviewer", [VENDOR, "SYN-L001"])
def test_who_submits_or_offers_may_not_review(reviewer: str, pool: PoolService) -> None:
    key = _submitted(pool, key="SYN-P7")
    with pytest.raises(NotImpartial):
        pool.review(key, "admit", "好", reviewer)


def test_nobody_speaks_twice_and_a_replay_changes_nothing(pool: PoolService, store: Store) -> None:
    key = _submitted(pool)
    first = pool.review(key, "admit", "可以", FIRST)
    again = pool.review(key, "admit", "可以", FIRST)
    assert again.repeated
    assert again.events == first.events
    with pytest.raises(AlreadyReviewed):
        pool.review(key, "reject", "再想想", FIRST)
    pool.review(key, "admit", "可以", SECOND)
    with pytest.raises(SubmissionSettled):
        pool.review(key, "admit", "可以", THIRD)
    assert pool.review(key, "admit", "可以", FIRST).repeated


def test_the_same_submission_twice_is_one(pool: PoolService, store: Store) -> None:
    assert _submitted(pool) == _submitted(pool)
    with store.read() as work:
        assert work.events.last_sequence() == 1


def test_a_later_submission_replaces_the_one_in_review(pool: PoolService) -> None:
    old = _submitted(pool)
    pool.review(old, "admit", "可以", FIRST)
    new = _submitted(pool, summary="扫码报工，改过的一稿")
    with pytest.raises(SubmissionSettled):
        pool.review(old, "admit", "可以", SECOND)
    assert pool.review(new, "admit", "可以", SECOND).waiting_for == 1


def test_without_a_reason_nothing_is_decided(pool: PoolService) -> None:
    with pytest.raises(ReasonMissing):
        pool.review(_submitted(pool), "admit", "  ", FIRST)


def test_an_unknown_submission(pool: PoolService) -> None:
    with pytest.raises(UnknownSubmission):
        pool.review("pool-nothing", "admit", "好", FIRST)
    with pytest.raises(UnknownSubmission):
        pool.sheet("pool-nothing")


def test_only_provider_and_lead_units_submit_and_nobody_takes_anothers_product(pool: PoolService) -> None:
    with pytest.raises(NotYourProduct, match="提供方本身或牵引单位"):
        pool.submit(request(actor="somebody"))
    assert pool.submit(request("SYN-P7", actor="SYN-L001")).step is not None
    _admitted(pool)
    stranger = {"id": "SYN-V8", "name": "合成服务商·另一家"}
    with pytest.raises(NotYourProduct, match="属于其他单位"):
        pool.submit(request(actor="SYN-V8", provider=stranger))
    with pytest.raises(NotYourProduct, match="不能更换提供方"):
        pool.submit(
            request(provider={"id": "SYN-V8", "name": "合成服务商·另一家"}, actor="SYN-L001", key="SYN-P7")
        )


def test_a_faulty_form_writes_nothing(pool: PoolService, store: Store) -> None:
    with pytest.raises(FormFaulty, match="请填写价格区间"):
        pool.submit(request(price=None))
    with store.read() as work:
        assert work.events.last_sequence() == 0


def test_loaded_products_that_wait_are_reviewed_like_any(pool: PoolService, store: Store) -> None:
    with store.begin() as work:
        work.solutions.put(product("SYN-P3", audit_state="submitted"))
    (entry,) = pool.queue().items
    assert (entry.id, entry.waiting_for) == ("SYN-P3", 2)
    pool.review("SYN-P3", "return", "补充案例", FIRST)
    pool.review("SYN-P3", "return", "补充案例", SECOND)
    assert _stored(store, "SYN-P3") is AuditState.RETURNED
    assert pool.queue().items == ()


def test_many_at_once_each_judged_alone(pool: PoolService) -> None:
    keys = [_submitted(pool, key=f"SYN-P{number}") for number in (1, 2)]
    results = pool.review_many([*keys, "pool-nothing"], "return", "请补充客户名单", FIRST)
    assert [result.code for result in results] == [None, None, "unknown_submission"]
    assert all(result.step.waiting_for == 1 for result in results if result.step)


def test_two_reviewers_at_the_same_moment_make_one_decision(pool: PoolService, store: Store) -> None:
    key = _submitted(pool)
    start = threading.Barrier(6)
    failures: list[str] = []

    def act(reviewer: str) -> None:
        start.wait()
        try:
            pool.review(key, "admit", "可以", reviewer)
        except SmematchError as error:
            failures.append(error.code)

    threads = [
        threading.Thread(target=act, args=(name,)) for name in (FIRST, SECOND, FIRST, SECOND, "d", "e")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(failures) <= {"submission_settled"}
    with store.read() as work:
        types = [entry.event.type for entry in work.events.for_subject("SYN-P1")]
        course = read_course(work, "SYN-P1")
    assert types == ["pool_submitted", "pool_opinion", "pool_opinion", "pool_admitted"]
    assert len({opinion.reviewer for opinion in course.submissions[0].opinions}) == 2


def test_a_load_cannot_undo_a_decision(pool: PoolService, store: Store) -> None:
    _admitted(pool)
    pool.steer("SYN-P1", "suspend", "投诉属实", "city-1")
    with store.begin() as work, pytest.raises(SmematchError, match="审核状态由产品池决定") as told:
        work.solutions.put(product())
    assert told.value.code == "audit_state_decided"
    with store.begin() as work:
        put = work.solutions.put(product(audit_state="suspended", days_to_deploy=4))
    assert put.outcome == "updated"


def test_nobody_restores_or_suspends_an_own_product(pool: PoolService) -> None:
    _admitted(pool)
    with pytest.raises(NotImpartial):
        pool.steer("SYN-P1", "suspend", "休整", VENDOR)
    assert pool.steer("SYN-P1", "retire", "停止销售", VENDOR).audit_state is AuditState.RETIRED
    with pytest.raises(IllegalMove, match="产品目前是“已下架”，不能恢复"):
        pool.steer("SYN-P1", "restore", "再卖", "city-1")


def test_vendors_declare_and_do_not_confirm(pool: PoolService) -> None:
    confirmed = [{"scenario": "production_control", "level": 2, "provenance": "confirmed"}]
    checked = pool.check(request(scenarios=confirmed))
    assert not checked.acceptable
    assert "not_declared" in {finding.code for finding in checked.findings}
    assert "audit_state" in {one.code for one in pool.check(request(audit_state="admitted")).findings}
