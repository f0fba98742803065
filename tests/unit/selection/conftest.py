"""A service on a fresh store, with a clock that the test sets."""

import pytest

from recommender.store import Store
from tests.unit.selection.holding import Clock, Selections


@pytest.fixture
def selections(store: Store) -> Selections:
    clock = Clock()
    store.clock = clock
    return Selections(store, clock)
