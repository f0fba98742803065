"""Snapshots: every record searchable, vectors reused, saved and loaded alike, swapped in one step."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.diagnosis.instrument import load_instrument
from recommender.encoder.encoder import Progress
from recommender.encoder.hashing import HashingEncoder
from recommender.encoder.null import NullEncoder
from recommender.errors import NotSetUp
from recommender.index.catalogue import Catalogue, read_catalogue, with_changes
from recommender.index.keeper import SnapshotKeeper
from recommender.index.snapshot import Snapshot, build_snapshot
from recommender.index.storage import SnapshotStorage
from recommender.store import Store
from recommender.text.passages import Side
from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution

INSTRUMENT = load_instrument()


class CountingEncoder(HashingEncoder):
    """Counts the passages and sentences it was asked to encode."""

    encoded = 0

    def encode_passages(
        self, texts: Sequence[str], *, batch: int = 32, progress: Progress | None = None
    ) -> NDArray[np.float32]:
        self.encoded += len(texts)
        return super().encode_passages(texts, batch=batch, progress=progress)


def _fill(store: Store, solutions: int = 6) -> None:
    with store.begin() as unit:
        unit.solutions.put_many([solution(n, text=f"第{n}个产品：排产与报工") for n in range(solutions)])
        unit.enterprises.put_many([enterprise(n, contact={"phone": "000-0000"}) for n in range(3)])
        unit.diagnoses.put_many([diagnosis(n, of=n) for n in range(3)])
        unit.lead_units.put_many([lead_unit(1, text="做服装的牵引单位")])


def _keeper(
    store: Store, folder: Path, encoder: HashingEncoder | NullEncoder | None = None
) -> SnapshotKeeper:
    storage = SnapshotStorage(folder)
    return SnapshotKeeper(store, encoder or HashingEncoder(), INSTRUMENT, storage, poll_seconds=0.02)


def test_contact_data_never_reaches_the_index(store: Store, tmp_path: Path) -> None:
    _fill(store)
    _keeper(store, tmp_path).refresh()
    assert not any("000-0000" in path.read_text() for path in tmp_path.rglob("*.jsonl"))
    assert read_catalogue(store).enterprises[enterprise(1).uscc].contact is None


def test_every_record_has_passages_on_its_side(store: Store, tmp_path: Path) -> None:
    _fill(store)
    snapshot = _keeper(store, tmp_path).refresh()
    assert len(snapshot.sides[Side.SOLUTION].owners) == 6
    assert len(snapshot.sides[Side.ENTERPRISE].owners) == 3
    assert snapshot.sides[Side.LEAD_UNIT].owners == ("SYN-L001",)
    assert snapshot.sides[Side.SOLUTION].position("SYN-S00003") == 3
    assert snapshot.sides[Side.SOLUTION].position("absent") is None


def test_only_new_text_is_encoded(store: Store, tmp_path: Path) -> None:
    _fill(store)
    encoder = CountingEncoder()
    keeper = _keeper(store, tmp_path, encoder)
    keeper.refresh()
    before = encoder.encoded
    with store.begin() as unit:
        unit.solutions.put(solution(99, text="全新的产品：能耗采集"))
    snapshot = keeper.refresh()
    assert encoder.encoded == before + 2  # its one passage and its one sentence
    assert "SYN-S00099" in snapshot.catalogue.solutions


def test_a_loaded_snapshot_equals_the_saved_one(store: Store, tmp_path: Path) -> None:
    _fill(store)
    built = _keeper(store, tmp_path).refresh()
    loaded = SnapshotStorage(tmp_path).load(HashingEncoder(), INSTRUMENT)
    assert loaded is not None
    assert loaded.version == built.version
    assert loaded.passages == built.passages
    assert loaded.catalogue == built.catalogue
    assert loaded.results == built.results
    np.testing.assert_array_equal(loaded.vectors, built.vectors)
    mine, other = (snapshot.sides[Side.SOLUTION].sentences for snapshot in (built, loaded))
    assert mine is not None
    assert other is not None
    assert other.texts == mine.texts
    np.testing.assert_array_equal(other.vectors, mine.vectors)


def test_another_encoder_does_not_load_foreign_vectors(store: Store, tmp_path: Path) -> None:
    _fill(store)
    _keeper(store, tmp_path).refresh()
    assert SnapshotStorage(tmp_path).load(NullEncoder(), INSTRUMENT) is None
    assert not _keeper(store, tmp_path, NullEncoder()).refresh().has_vectors


def test_a_damaged_snapshot_says_so(store: Store, tmp_path: Path) -> None:
    _fill(store)
    built = _keeper(store, tmp_path).refresh()
    (tmp_path / built.version / "passages.jsonl").write_text("not json\n")
    with pytest.raises(NotSetUp, match="smematch init"):
        SnapshotStorage(tmp_path).load(HashingEncoder(), INSTRUMENT)


def test_a_crash_while_writing_leaves_the_old_snapshot_current(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(store)
    keeper = _keeper(store, tmp_path)
    old = keeper.refresh()
    with store.begin() as unit:
        unit.solutions.put(solution(99))

    def full_disk(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full_disk)
    with pytest.raises(OSError, match="No space"):
        keeper.refresh()
    monkeypatch.undo()
    assert SnapshotStorage(tmp_path).current_version() == old.version
    assert keeper.current is old
    assert not list(tmp_path.glob(".writing-*"))


def test_a_second_keeper_loads_what_the_first_built(store: Store, tmp_path: Path) -> None:
    _fill(store)
    _keeper(store, tmp_path).refresh()
    encoder = CountingEncoder()
    second = _keeper(store, tmp_path, encoder)
    second.refresh()
    assert encoder.encoded == 0


def test_a_change_is_followed_in_the_background(store: Store, tmp_path: Path) -> None:
    _fill(store)
    keeper = _keeper(store, tmp_path)
    keeper.refresh()
    keeper.start()
    try:
        with store.begin() as unit:
            unit.solutions.put(solution(99))
            wanted = unit.catalogue.version()
        assert keeper.wait_for(wanted, timeout=10)
        assert "SYN-S00099" in keeper.current.catalogue.solutions
    finally:
        keeper.stop()


def test_old_snapshots_are_dropped_but_readers_keep_theirs(store: Store, tmp_path: Path) -> None:
    _fill(store)
    keeper = _keeper(store, tmp_path)
    held: Snapshot = keeper.refresh()
    for number in range(5):
        with store.begin() as unit:
            unit.solutions.put(solution(100 + number))
        keeper.refresh()
    assert len(list(tmp_path.glob("idx-*"))) == 3
    assert len(held.sides[Side.SOLUTION].owners) == 6


def test_changes_show_before_the_next_index(store: Store) -> None:
    _fill(store)
    before = read_catalogue(store)
    assert with_changes(store, before) is before
    with store.begin() as unit:
        unit.solutions.put(solution(1, audit_state="suspended"))
        unit.diagnoses.put(diagnosis(50, of=1, scenarios={"quality": 4}))
    after = with_changes(store, before)
    assert after.solutions["SYN-S00001"].audit_state == "suspended"
    assert after.diagnoses[enterprise(1).uscc].scenarios == {"quality": 4}
    assert after.version > before.version


def test_an_empty_store_gives_an_empty_index() -> None:
    snapshot = build_snapshot(Catalogue(0), HashingEncoder(), INSTRUMENT)
    assert snapshot.passages == ()
    assert not snapshot.has_vectors


def test_there_is_no_snapshot_before_the_first(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotSetUp):
        _ = _keeper(store, tmp_path).current
