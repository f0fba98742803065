import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.encoder.encoder import Progress
from recommender.encoder.hashing import HashingEncoder
from recommender.encoder.null import NullEncoder
from recommender.learning.vector_cache import CachedEncoder


class CountingEncoder(HashingEncoder):
    """The hashing encoder, with queries told from passages and every encoded text counted."""

    def __init__(self, dimension: int = 16) -> None:
        super().__init__(dimension)
        self.encoded: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += texts
        return -super().encode_passages(texts)

    def encode_passages(
        self, texts: Sequence[str], *, batch: int = 256, progress: Progress | None = None
    ) -> NDArray[np.float32]:
        self.encoded += texts
        return super().encode_passages(texts, batch=batch, progress=progress)


TEXTS = ["合成排产", "合成质检软件", "合成排产", ""]


def test_vectors_are_the_encoders_own(tmp_path: Path) -> None:
    cached = CachedEncoder(CountingEncoder(), tmp_path)
    assert np.array_equal(cached.encode_passages(TEXTS), CountingEncoder().encode_passages(TEXTS))
    assert np.array_equal(cached.encode_queries(TEXTS), CountingEncoder().encode_queries(TEXTS))


def test_a_second_run_encodes_only_what_is_new(tmp_path: Path) -> None:
    first = CountingEncoder()
    vectors = CachedEncoder(first, tmp_path).encode_passages(TEXTS)
    assert len(first.encoded) == 3
    second = CountingEncoder()
    again = CachedEncoder(second, tmp_path).encode_passages([*TEXTS, "合成仓储"])
    assert second.encoded == ["合成仓储"]
    assert np.array_equal(again[:4], vectors)


def test_queries_and_passages_are_kept_apart(tmp_path: Path) -> None:
    cached = CachedEncoder(CountingEncoder(), tmp_path)
    assert not np.array_equal(cached.encode_passages(["合成"]), cached.encode_queries(["合成"]))


def test_another_encoder_shares_nothing(tmp_path: Path) -> None:
    CachedEncoder(CountingEncoder(16), tmp_path).encode_passages(TEXTS)
    other = CountingEncoder(8)
    assert CachedEncoder(other, tmp_path).encode_passages(TEXTS).shape == (4, 8)
    assert other.encoded


def test_a_damaged_shard_is_reported_and_encoded_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    vectors = CachedEncoder(CountingEncoder(), tmp_path).encode_passages(TEXTS)
    (shard,) = tmp_path.rglob("*.npz")
    shard.write_bytes(shard.read_bytes()[:100])
    with caplog.at_level(logging.WARNING):
        again = CachedEncoder(CountingEncoder(), tmp_path).encode_passages(TEXTS)
    assert np.array_equal(again, vectors)
    assert str(shard) in caplog.text


def test_an_interrupted_run_keeps_whole_shards(tmp_path: Path) -> None:
    texts = [f"合成{number}" for number in range(600)]

    class Interrupted(CountingEncoder):
        def encode_passages(
            self, texts: Sequence[str], *, batch: int = 256, progress: Progress | None = None
        ) -> NDArray[np.float32]:
            if len(self.encoded) >= 256:
                raise KeyboardInterrupt
            return super().encode_passages(texts, batch=batch, progress=progress)

    with pytest.raises(KeyboardInterrupt):
        CachedEncoder(Interrupted(), tmp_path).encode_passages(texts)
    resumed = CountingEncoder()
    CachedEncoder(resumed, tmp_path).encode_passages(texts)
    assert len(resumed.encoded) == 600 - 256
    assert not list(tmp_path.rglob("*.part"))


def test_progress_counts_what_the_cache_held(tmp_path: Path) -> None:
    CachedEncoder(CountingEncoder(), tmp_path).encode_passages(["甲", "乙"])
    seen: list[tuple[int, int]] = []
    CachedEncoder(CountingEncoder(), tmp_path).encode_passages(
        ["甲", "乙", "丙"], progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(3, 3)]


def test_without_a_folder_vectors_stay_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    encoder = CountingEncoder()
    cached = CachedEncoder(encoder, None)
    cached.encode_passages(["甲"])
    cached.encode_passages(["甲"])
    assert encoder.encoded == ["甲"]
    assert not list(tmp_path.iterdir())


def test_no_texts_and_no_vectors(tmp_path: Path) -> None:
    assert CachedEncoder(CountingEncoder(), tmp_path).encode_queries([]).shape == (0, 16)
    assert not CachedEncoder(NullEncoder(), tmp_path).available
