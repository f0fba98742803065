import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest

from recommender.encoder import Encoder, EncoderCorrupt, EncoderNotFound, SentenceEncoder, check_golden
from recommender.encoder.onnx import OnnxEncoder
from recommender.encoder.onnx_graph import export_onnx
from recommender.sample.records import load_sample_needs

from .encoder_contract import TEXTS, EncoderContract

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def onnx_folder(encoder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("onnx") / "encoder"
    shutil.copytree(encoder_folder, folder)
    export_onnx(folder)
    return folder


@pytest.fixture(scope="session")
def onnx_encoder(onnx_folder: Path) -> OnnxEncoder:
    return OnnxEncoder(onnx_folder)


@pytest.fixture
def copy(onnx_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(onnx_folder, tmp_path / "encoder"))


@pytest.mark.slow
class TestOnnxEncoder(EncoderContract):
    @pytest.fixture
    def encoder(self, onnx_encoder: OnnxEncoder) -> Encoder:
        return onnx_encoder

    @pytest.fixture
    def make(self, onnx_folder: Path) -> Callable[[], Encoder]:
        return lambda: OnnxEncoder(onnx_folder)

    def test_agrees_with_fp32(self, encoder: Encoder, sentence_encoder: SentenceEncoder) -> None:
        texts = [need.text for need in load_sample_needs()[:40]]
        for ours, exact in (
            (encoder.encode_queries(texts), sentence_encoder.encode_queries(texts)),
            (encoder.encode_passages(texts), sentence_encoder.encode_passages(texts)),
        ):
            cosines = np.einsum("ij,ij->i", ours, exact)
            assert cosines.min() > 0.998
            assert cosines.mean() > 0.999

    def test_no_processor_can_saturate(self, onnx_folder: Path) -> None:
        # Without VNNI, two products of an unsigned and a signed byte are added in 16 bits.
        graph = onnx.load(onnx_folder / "onnx" / "model_int8.onnx").graph
        products = {node.input[1] for node in graph.node if node.op_type == "MatMulInteger"}
        assert len(products) == 12 * 4
        for constant in graph.initializer:
            if constant.name in products:
                weights = onnx.numpy_helper.to_array(constant)
                assert weights.dtype == np.int8
                assert 2 * 255 * int(np.abs(weights.astype(np.int16)).max()) < 2**15

    def test_agrees_with_the_engine_of_the_weights(self, encoder: Encoder) -> None:
        # Both round activations to 8 bits, each in its own way.
        assert check_golden(encoder).least > 0.998

    def test_threads_get_their_own_rows(self, encoder: Encoder) -> None:
        expected = encoder.encode_queries(TEXTS)
        with ThreadPoolExecutor(4) as pool:
            rows = list(pool.map(lambda text: encoder.encode_queries([text])[0], TEXTS * 3))
        np.testing.assert_allclose(rows, np.vstack([expected] * 3), atol=1e-5)

    def test_window_is_part_of_the_fingerprint_and_cuts(self, onnx_folder: Path) -> None:
        short = OnnxEncoder(onnx_folder, max_tokens=16)
        assert short.fingerprint != OnnxEncoder(onnx_folder).fingerprint
        np.testing.assert_allclose(*short.encode_passages(["设备保养" * 30, "设备保养" * 20]), atol=1e-5)

    def test_its_vectors_are_not_taken_for_those_of_fp32(
        self, encoder: Encoder, sentence_encoder: SentenceEncoder
    ) -> None:
        assert encoder.fingerprint != sentence_encoder.fingerprint


def test_fp32_graph_gives_the_vectors_of_torch(copy: Path, sentence_encoder: SentenceEncoder) -> None:
    export_onnx(copy, precision="fp32")
    ours = OnnxEncoder(copy).encode_passages(TEXTS)
    np.testing.assert_allclose(ours, sentence_encoder.encode_passages(TEXTS), atol=1e-5)


def test_the_same_weights_give_the_same_bytes(onnx_folder: Path, copy: Path) -> None:
    shutil.rmtree(copy / "onnx")
    export_onnx(copy)
    for path in sorted((onnx_folder / "onnx").iterdir()):
        assert (copy / "onnx" / path.name).read_bytes() == path.read_bytes(), path


class TestDamage:
    @pytest.mark.parametrize("name", ["onnx/model_int8.onnx", "tokenizer.json"])
    def test_a_changed_file_is_named(self, copy: Path, name: str) -> None:
        with (copy / name).open("ab") as file:
            file.write(b" ")
        with pytest.raises(EncoderCorrupt, match=Path(name).name):
            OnnxEncoder(copy).encode_queries(["排产"])

    def test_an_unreadable_description(self, copy: Path) -> None:
        (copy / "onnx" / "encoder.json").write_text("{", encoding="utf-8")
        with pytest.raises(EncoderCorrupt, match=r"encoder\.json"):
            _ = OnnxEncoder(copy).fingerprint

    def test_no_graph_names_the_remedy(self, copy: Path) -> None:
        shutil.rmtree(copy / "onnx")
        with pytest.raises(EncoderNotFound, match="smematch init"):
            _ = OnnxEncoder(copy).dimension

    def test_a_graph_of_an_older_format(self, copy: Path) -> None:
        path = copy / "onnx" / "encoder.json"
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"format": 0}))
        with pytest.raises(EncoderNotFound, match="版本不符"):
            _ = OnnxEncoder(copy).fingerprint

    def test_a_graph_of_other_weights(self, copy: Path) -> None:
        manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
        manifest["files"]["model.safetensors"] = "0" * 64
        (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        with pytest.raises(EncoderCorrupt, match="不是由现有权重生成"):
            _ = OnnxEncoder(copy).fingerprint

    def test_another_architecture_is_refused(self, copy: Path) -> None:
        config = json.loads((copy / "config.json").read_text(encoding="utf-8"))
        (copy / "config.json").write_text(json.dumps(config | {"model_type": "gpt2"}), encoding="utf-8")
        with pytest.raises(EncoderNotFound, match="只支持 BERT"):
            export_onnx(copy)

    def test_cls_pooling_is_refused(self, copy: Path) -> None:
        pooling = json.loads((copy / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
        pooling["pooling_mode_cls_token"] = True
        (copy / "1_Pooling" / "config.json").write_text(json.dumps(pooling), encoding="utf-8")
        with pytest.raises(EncoderNotFound, match="只支持 BERT"):
            export_onnx(copy)


def test_encoding_loads_neither_torch_nor_transformers(onnx_folder: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from recommender.encoder.onnx import OnnxEncoder;"
        f"OnnxEncoder(Path({str(onnx_folder)!r})).encode_queries(['排产']);"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
