import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.encoder import (
    Encoder,
    EncoderNotFound,
    EncoderUnavailable,
    HashingEncoder,
    NullEncoder,
    OnnxEncoder,
    SentenceEncoder,
    check_golden,
    choose_encoder,
)
from recommender.encoder.remembered import RememberedQueries

from .encoder_contract import TEXTS, EncoderContract

ROOT = Path(__file__).parents[2]


class TestHashingEncoder(EncoderContract):
    @pytest.fixture
    def encoder(self) -> Encoder:
        return HashingEncoder()

    @pytest.fixture
    def make(self) -> Callable[[], Encoder]:
        return HashingEncoder

    def test_dimension_is_part_of_the_fingerprint(self) -> None:
        assert HashingEncoder(64).fingerprint != HashingEncoder(128).fingerprint
        assert HashingEncoder(64).encode_queries(["排产"]).shape == (1, 64)

    def test_cancelled_counts_still_have_unit_length(self) -> None:
        vectors = HashingEncoder(1).encode_passages([chr(0x4E00 + i) + chr(0x4E01 + i) for i in range(200)])
        np.testing.assert_allclose(np.abs(vectors), 1)

    def test_no_buckets_are_refused(self) -> None:
        with pytest.raises(ValueError, match="positive"):
            HashingEncoder(0)


class TestRememberedQueries(EncoderContract):
    @pytest.fixture
    def encoder(self) -> Encoder:
        return RememberedQueries(HashingEncoder(), most=3)

    @pytest.fixture
    def make(self) -> Callable[[], Encoder]:
        return lambda: RememberedQueries(HashingEncoder())

    def test_what_was_asked_last_is_not_encoded_again(self) -> None:
        asked: list[str] = []

        class Counting(HashingEncoder):
            def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
                asked.extend(texts)
                return super().encode_queries(texts)

        encoder = RememberedQueries(Counting(), most=2)
        for texts in (["a", "b", "a"], ["b"], ["c"], ["b"], ["a"]):
            encoder.encode_queries(texts)
        assert asked == ["a", "b", "c", "a"]


@pytest.mark.slow
class TestSentenceEncoder(EncoderContract):
    @pytest.fixture
    def encoder(self, sentence_encoder: SentenceEncoder) -> Encoder:
        return sentence_encoder

    @pytest.fixture
    def make(self, encoder_folder: Path) -> Callable[[], Encoder]:
        return lambda: SentenceEncoder(encoder_folder)

    def test_agrees_with_the_engine_of_the_weights(self, sentence_encoder: SentenceEncoder) -> None:
        agreement = check_golden(sentence_encoder)
        assert agreement.texts == 20
        assert agreement.holds, agreement

    def test_hashing_does_not_pass_for_the_bundled_model(self) -> None:
        assert not check_golden(HashingEncoder(384)).holds

    def test_queries_and_passages_are_prompted_apart(self, sentence_encoder: SentenceEncoder) -> None:
        (query,), (passage,) = (
            sentence_encoder.encode_queries(["排产"]),
            sentence_encoder.encode_passages(["排产"]),
        )
        assert float(query @ passage) < 0.999

    def test_threads_get_their_own_rows(self, sentence_encoder: SentenceEncoder) -> None:
        expected = sentence_encoder.encode_queries(TEXTS)
        with ThreadPoolExecutor(4) as pool:
            rows = list(pool.map(lambda text: sentence_encoder.encode_queries([text])[0], TEXTS * 3))
        np.testing.assert_allclose(rows, np.vstack([expected] * 3), atol=1e-5)

    def test_window_is_part_of_the_fingerprint_and_cuts(self, encoder_folder: Path) -> None:
        short = SentenceEncoder(encoder_folder, max_tokens=16)
        assert short.fingerprint != SentenceEncoder(encoder_folder).fingerprint
        long, cut = "设备保养" * 30, "设备保养" * 20
        np.testing.assert_allclose(*short.encode_passages([long, cut]), atol=1e-5)

    def test_more_than_the_window_is_not_read(self, sentence_encoder: SentenceEncoder) -> None:
        filler = "，".join(["设备保养"] * 400)
        first, second = sentence_encoder.encode_passages([filler + "甲", filler + "能源"])
        np.testing.assert_allclose(first, second, atol=1e-5)


class TestSentenceEncoderThatIsNotThere:
    @pytest.mark.parametrize("name", ["nobody/no-such-model", "no-such-model", "字 符", "a/b/c"])
    def test_a_name_is_looked_up_without_network(self, name: str) -> None:
        with pytest.raises(EncoderNotFound) as caught:
            SentenceEncoder(name).encode_queries(["排产"])
        assert caught.value.code == "encoder_not_found"
        assert "不允许联网下载" in caught.value.detail

    def test_a_missing_folder_names_the_remedy(self, tmp_path: Path) -> None:
        with pytest.raises(EncoderNotFound, match="smematch init"):
            _ = SentenceEncoder(tmp_path / "none").fingerprint

    def test_a_folder_without_a_model(self, tmp_path: Path) -> None:
        with pytest.raises(EncoderNotFound, match="没有文本编码模型"):
            _ = SentenceEncoder(tmp_path).dimension

    def test_a_folder_without_weights(self, tmp_path: Path) -> None:
        (tmp_path / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
        with pytest.raises(EncoderNotFound, match="safetensors"):
            _ = SentenceEncoder(tmp_path).dimension


class TestNullEncoder:
    def test_says_that_there_are_no_vectors(self) -> None:
        encoder: Encoder = NullEncoder()
        assert isinstance(encoder, Encoder)
        assert not encoder.available
        assert encoder.dimension == 0
        assert encoder.fingerprint == NullEncoder().fingerprint

    def test_refuses_to_invent_any(self) -> None:
        with pytest.raises(EncoderUnavailable) as caught:
            NullEncoder().encode_queries(["排产"])
        assert caught.value.code == "dense_unavailable"
        with pytest.raises(EncoderUnavailable):
            NullEncoder().encode_passages([""])

    def test_nothing_asked_nothing_refused(self) -> None:
        assert NullEncoder().encode_passages([]).shape == (0, 0)


class TestChoice:
    @pytest.mark.parametrize(
        ("choice", "kind"),
        [
            ("none", NullEncoder),
            ("hashing", HashingEncoder),
            ("default", OnnxEncoder),
            ("a/b", SentenceEncoder),
        ],
    )
    def test_setting_names_the_kind(self, choice: str, kind: type, tmp_path: Path) -> None:
        assert type(choose_encoder(choice, folder=tmp_path)) is kind

    def test_torch_runs_the_bundled_model_when_asked(self, tmp_path: Path) -> None:
        assert type(choose_encoder("default", folder=tmp_path, runtime="torch")) is SentenceEncoder

    def test_default_not_yet_built_names_the_remedy(self, tmp_path: Path) -> None:
        with pytest.raises(EncoderNotFound, match="smematch init"):
            choose_encoder("default", folder=tmp_path / "encoder").encode_queries(["排产"])


def test_importing_the_package_imports_no_heavy_library() -> None:
    script = (
        "import sys, recommender.encoder as e; e.SentenceEncoder('.'); e.NullEncoder();"
        "print(sorted({'torch', 'transformers', 'sklearn', 'huggingface_hub'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
