"""What every encoder that can give vectors must hold to; a subclass provides the two fixtures."""

from collections.abc import Callable

import numpy as np
import pytest

from recommender.encoder import Encoder

TEXTS = [
    "车间排产靠表格，插单一来全乱",
    "质量追溯",
    "仓库账实不符，月底盘点要停产两天；领料没有记录，呆滞料越积越多，财务对不上账。" * 6,
    "MES 与 ERP 数据不通",
    "",
    "能耗高",
    "   \n\t ",
]


class EncoderContract:
    @pytest.fixture
    def encoder(self) -> Encoder:
        raise NotImplementedError

    @pytest.fixture
    def make(self) -> Callable[[], Encoder]:
        raise NotImplementedError

    def test_is_an_available_encoder(self, encoder: Encoder) -> None:
        assert isinstance(encoder, Encoder)
        assert encoder.available
        assert encoder.name
        assert encoder.dimension > 0

    @pytest.mark.parametrize("side", ["encode_queries", "encode_passages"])
    def test_rows_are_unit_float32_in_order(self, encoder: Encoder, side: str) -> None:
        encode = getattr(encoder, side)
        vectors = encode(TEXTS)
        assert vectors.shape == (len(TEXTS), encoder.dimension)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        # Alone or in company, in any place: the same vector.
        for place, text in enumerate(TEXTS):
            np.testing.assert_allclose(encode([text])[0], vectors[place], atol=1e-5)
        np.testing.assert_allclose(encode(TEXTS[::-1])[::-1], vectors, atol=1e-5)

    @pytest.mark.parametrize("side", ["encode_queries", "encode_passages"])
    def test_nothing_gives_no_rows(self, encoder: Encoder, side: str) -> None:
        vectors = getattr(encoder, side)([])
        assert vectors.shape == (0, encoder.dimension)
        assert vectors.dtype == np.float32

    def test_different_texts_have_different_vectors(self, encoder: Encoder) -> None:
        first, second = encoder.encode_passages(["设备保养提醒", "电费分析"])
        assert float(first @ second) < 0.99

    def test_like_texts_are_nearer(self, encoder: Encoder) -> None:
        (query,) = encoder.encode_queries(["仓库盘点不准"])
        near, far = encoder.encode_passages(["仓库条码盘点，库存准确", "服装三维打版"])
        assert query @ near > query @ far

    def test_batches_change_nothing_and_are_reported(self, encoder: Encoder) -> None:
        seen: list[tuple[int, int]] = []
        vectors = encoder.encode_passages(
            TEXTS, batch=3, progress=lambda done, total: seen.append((done, total))
        )
        assert seen == [(3, 7), (6, 7), (7, 7)]
        np.testing.assert_allclose(vectors, encoder.encode_passages(TEXTS), atol=1e-5)

    def test_lone_surrogate_and_very_long_text_are_taken(self, encoder: Encoder) -> None:
        vectors = encoder.encode_queries(["坏字符\ud83d", "数字化转型" * 10_000])
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_another_instance_agrees(self, encoder: Encoder, make: Callable[[], Encoder]) -> None:
        other = make()
        assert other is not encoder
        assert other.fingerprint == encoder.fingerprint
        assert other.dimension == encoder.dimension
        np.testing.assert_allclose(
            other.encode_queries(TEXTS[:2]), encoder.encode_queries(TEXTS[:2]), atol=1e-5
        )
