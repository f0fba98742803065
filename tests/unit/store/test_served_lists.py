import pytest

from recommender.store import Store
from recommender.store.failures import RecommendationExists
from tests.synthetic_records import served_list, uscc


def test_a_list_is_replayed_to_the_byte(store: Store) -> None:
    served = served_list()
    with store.begin() as work:
        work.served_lists.save(served)
    with store.read() as work:
        again = work.served_lists.get(served.recommendation_id)
        assert again == served
        assert again is not None
        assert (again.request, again.response) == (served.request, served.response)
        assert [list(item.features) for item in again.items] == [["词", "空"], []]
        assert work.served_lists.get("rec-none") is None


def test_lines_keep_their_order_and_may_be_none(store: Store) -> None:
    turned = served_list(1, items=tuple(reversed(served_list().items)))
    with store.begin() as work:
        work.served_lists.save(turned)
        work.served_lists.save(served_list(2, items=(), subject=None))
        assert work.served_lists.get("rec-0001") == turned
        assert work.served_lists.get("rec-0002") == served_list(2, items=(), subject=None)


def test_a_list_is_never_rewritten(store: Store) -> None:
    with store.begin() as work:
        work.served_lists.save(served_list())
    with store.begin() as work, pytest.raises(RecommendationExists):
        work.served_lists.save(served_list(1, response="{}"))


def test_an_unknown_feature_is_none_not_nan(store: Store) -> None:
    line = served_list().items[0].model_copy(update={"features": {"词": float("nan")}})
    with pytest.raises(ValueError, match="JSON compliant"), store.begin() as work:
        work.served_lists.save(served_list(1, items=(line,)))
    with store.read() as work:
        assert work.served_lists.get("rec-0001") is None


def test_newest_lists_of_a_subject(store: Store) -> None:
    with store.begin() as work:
        for number in range(1, 6):
            work.served_lists.save(served_list(number, subject=uscc(number % 2)))
        found = work.served_lists.for_subject(uscc(1), limit=2)
    assert found == [served_list(5), served_list(3)]
