"""Writes an encoder folder's transformer as one ONNX graph with 8-bit weights, without torch.

A matrix product of the graph is one of integers: each weight column has its own scale, and so has each row
of activations. Rows are scaled one by one because a scale for a whole batch, which ready-made dynamic
quantisation uses, lets one text change the vectors of its neighbours and is coarse (cosine to fp32 .997
against .999); it saves a tenth of the time.

Activations are unsigned and weights signed, which is the pair that processors are fast at. Those without VNNI
instructions add two such products in 16 bits and saturate; with weights from -63 to 63 they cannot
(2 · 255 · 63 < 2^15), so every processor gives the same vectors. It costs .0003 of cosine. Unsigned weights
would be exact as well and take half as long again.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.errors import EncoderNotFound
from recommender.encoder.manifest import file_hash

Precision = Literal["int8", "fp32"]

FOLDER = "onnx"
CONFIG = "encoder.json"
FORMAT = 1  # raise it when the same weights give another graph

_WEIGHTS = "model.safetensors"
_OPSET, _IR = 18, 10
_FUSED = "com.microsoft"  # operators of onnxruntime that fuse what BERT repeats
_ZERO = 128  # activation that stands for 0
_MOST_ACTIVATION, _MOST_WEIGHT, _MOST_WORD = 127, 63, 127

Tensors = dict[str, NDArray[np.float32]]


def export_onnx(folder: Path, *, precision: Precision = "int8") -> Path:
    """Write ``onnx/model_<precision>.onnx`` and ``onnx/encoder.json`` into an encoder folder.

    Parameters
    ----------
    folder : Path
        A SentenceTransformer folder: BERT, mean pooling, normalisation, fast tokenizer.
    precision : {"int8", "fp32"}, default "int8"
        Of the weights.

    Returns
    -------
    Path
        ``folder/onnx``; the same weights give the same bytes.

    Raises
    ------
    EncoderNotFound
        When the folder holds no such model.
    """
    from onnx import save_model
    from safetensors.numpy import load_file

    config = _checked_config(folder)
    weights: Tensors = load_file(folder / _WEIGHTS)
    target = folder / FOLDER
    target.mkdir(exist_ok=True)
    graph = target / f"model_{precision}.onnx"
    part = graph.with_suffix(".part")
    save_model(_Writer(config, weights, precision).model(), str(part))
    part.replace(graph)
    described = _description(folder, graph, config, precision)
    # Last, under its name at once: a folder with it is complete.
    part = target / f"{CONFIG}.part"
    part.write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    os.replace(part, target / CONFIG)  # noqa: PTH105
    return target


def _read(folder: Path, name: str) -> Any:  # noqa: ANN401
    try:
        return json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EncoderNotFound(
            f"文件夹 {folder} 里没有可以转换的文本编码模型（缺少 {name}）。",
            place={"file": str(folder / name)},
        ) from error


def _checked_config(folder: Path) -> dict[str, Any]:
    config: dict[str, Any] = _read(folder, "config.json")
    pooling = _read(folder, "1_Pooling/config.json")
    # Newer writers of the format name the mode, older ones set a flag for each.
    mean = pooling.get("pooling_mode") == "mean" or pooling.get("pooling_mode_mean_tokens") is True
    flags = {key for key, value in pooling.items() if key.startswith("pooling_mode_") and value is True}
    mean = mean and flags <= {"pooling_mode_mean_tokens"}
    kinds = [str(module["type"]).rpartition(".")[2] for module in _read(folder, "modules.json")]
    fits = (
        config.get("model_type") == "bert"
        and config.get("hidden_act") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and mean
        and kinds == ["Transformer", "Pooling", "Normalize"]
        and all((folder / name).is_file() for name in (_WEIGHTS, "tokenizer.json"))
    )
    if not fits:
        raise EncoderNotFound(
            f"文件夹 {folder} 里的模型不能转换为 ONNX：只支持 BERT 结构、均值池化后归一化的模型。",
            place={"file": str(folder)},
        )
    return config


def _description(folder: Path, graph: Path, config: dict[str, Any], precision: Precision) -> dict[str, Any]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    prompts: dict[str, str] = _read(folder, "config_sentence_transformers.json").get("prompts") or {}
    window = _read(folder, "sentence_bert_config.json").get("max_seq_length")
    passage = next((text for name in ("passage", "document", "corpus") if (text := prompts.get(name))), "")
    return {
        "format": FORMAT,
        "precision": precision,
        "graph": graph.name,
        "dimension": config["hidden_size"],
        "max_tokens": min(window or config["max_position_embeddings"], config["max_position_embeddings"]),
        "pad_id": config.get("pad_token_id") or tokenizer.token_to_id("<pad>") or 0,
        "prompts": {"query": prompts.get("query", ""), "passage": passage},
        "weights_sha256": file_hash(folder / _WEIGHTS),
        "files": {
            f"{FOLDER}/{graph.name}": file_hash(graph),
            "tokenizer.json": file_hash(folder / "tokenizer.json"),
        },
    }


class _Writer:
    """Collects the nodes and constants of one graph."""

    def __init__(self, config: dict[str, Any], weights: Tensors, precision: Precision) -> None:
        self._config = config
        self._weights = weights
        self._precision = precision
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}
        self._scaled: set[str] = set()

    def model(self) -> Any:  # noqa: ANN401
        """Return the graph: ``ids, mask`` int64 (batch, tokens) to ``vectors`` float32 (batch, dimension)."""
        from onnx import TensorProto, helper

        hidden = self._embeddings()
        self._node("Cast", ["mask"], "mask_int32", to=TensorProto.INT32)
        for layer in range(self._config["num_hidden_layers"]):
            hidden = self._layer(layer, hidden)
        self._pool(hidden)
        sides = ["batch", "tokens"]
        inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, sides) for name in ("ids", "mask")]
        shape = ["batch", self._config["hidden_size"]]
        outputs = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, shape)]
        graph = helper.make_graph(
            self._nodes, "encoder", inputs, outputs, initializer=list(self._constants.values())
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR, producer_name="smematch")

    def _node(
        self,
        kind: str,
        inputs: Sequence[str],
        output: str,
        *more: str,
        domain: str = "",
        **settings: Any,  # noqa: ANN401 - attributes of any operator
    ) -> str:
        from onnx import helper

        made = helper.make_node(kind, list(inputs), [output, *more], name=output, domain=domain, **settings)
        self._nodes.append(made)
        return output

    def _constant(self, name: str, values: Any) -> str:  # noqa: ANN401
        from onnx import numpy_helper

        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def _scalar(self, name: str, value: Any) -> str:  # noqa: ANN401
        from onnx import numpy_helper

        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.asarray(value), name)
        return name

    def _embeddings(self) -> str:
        words = self._weights["embeddings.word_embeddings.weight"]
        if self._precision == "fp32":
            self._node("Gather", [self._constant("words", words), "ids"], "word")
        else:
            self._gather_scaled(words)
        # Every text is of type 0, so its row is added to the positions once and for all.
        places = self._weights["embeddings.position_embeddings.weight"]
        places = places + self._weights["embeddings.token_type_embeddings.weight"][0]
        self._node("Shape", ["ids"], "length", start=1, end=2)
        first = self._constant("first", np.array([0]))
        self._node("Slice", [self._constant("places", places), first, "length", first], "place")
        self._node("Add", ["word", "place"], "embedded")
        scale, shift = self._norm("embeddings.LayerNorm")
        return self._node(
            "LayerNormalization", ["embedded", scale, shift], "hidden", epsilon=self._config["layer_norm_eps"]
        )

    def _gather_scaled(self, words: NDArray[np.float32]) -> None:
        from onnx import TensorProto

        scales = _scales(words, _MOST_WORD)
        rounded = np.rint(words / scales[:, None]).astype(np.int8)
        self._node("Gather", [self._constant("words", rounded), "ids"], "word_int8")
        self._node("Cast", ["word_int8"], "word_float", to=TensorProto.FLOAT)
        self._node("Gather", [self._constant("words.scale", scales[:, None]), "ids"], "word_scale")
        self._node("Mul", ["word_float", "word_scale"], "word")

    def _layer(self, number: int, hidden: str) -> str:
        prefix = f"encoder.layer.{number}"
        parts = [f"{prefix}.attention.self.{part}" for part in ("query", "key", "value")]
        joined = np.concatenate([self._weights[f"{part}.weight"] for part in parts])
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        self._product(hidden, joined, f"{prefix}.qkv")
        split = [f"{prefix}.{part}" for part in "qkv"]
        self._node("Split", [f"{prefix}.qkv"], *split, axis=-1, num_outputs=3)
        self._node(
            "MultiHeadAttention",
            [*split, self._constant(f"{prefix}.qkv.bias", bias), "mask_int32"],
            f"{prefix}.context",
            domain=_FUSED,
            num_heads=self._config["num_attention_heads"],
        )
        attended = self._residual(f"{prefix}.context", hidden, f"{prefix}.attention.output")
        self._product(
            attended, self._weights[f"{prefix}.intermediate.dense.weight"], f"{prefix}.intermediate"
        )
        wide_bias = self._tensor(f"{prefix}.intermediate.dense.bias")
        self._node("BiasGelu", [f"{prefix}.intermediate", wide_bias], f"{prefix}.activated", domain=_FUSED)
        return self._residual(f"{prefix}.activated", attended, f"{prefix}.output")

    def _residual(self, inner: str, outer: str, part: str) -> str:
        self._product(inner, self._weights[f"{part}.dense.weight"], f"{part}.product")
        inputs = [
            f"{part}.product",
            outer,
            *self._norm(f"{part}.LayerNorm"),
            self._tensor(f"{part}.dense.bias"),
        ]
        return self._node(
            "SkipLayerNormalization",
            inputs,
            f"{part}.normed",
            domain=_FUSED,
            epsilon=self._config["layer_norm_eps"],
        )

    def _product(self, rows: str, matrix: NDArray[np.float32], output: str) -> str:
        if self._precision == "fp32":
            return self._node("MatMul", [rows, self._constant(f"{output}.weight", matrix.T)], output)
        from onnx import TensorProto

        self._scale_rows(rows)
        scales = _scales(matrix, _MOST_WEIGHT)
        rounded = np.rint(matrix / scales[:, None]).astype(np.int8)
        zero = self._scalar("zero_point", np.uint8(_ZERO))
        weight = self._constant(f"{output}.weight", rounded.T)
        self._node("MatMulInteger", [f"{rows}.uint8", weight, zero], f"{output}.int32")
        self._node("Cast", [f"{output}.int32"], f"{output}.float", to=TensorProto.FLOAT)
        by_column = self._constant(f"{output}.scale", scales)
        self._node("Mul", [f"{output}.float", by_column], f"{output}.columns")
        return self._node("Mul", [f"{output}.columns", f"{rows}.scale"], output)

    def _scale_rows(self, rows: str) -> None:
        if rows in self._scaled:
            return
        from onnx import TensorProto

        self._scaled.add(rows)
        self._node("Abs", [rows], f"{rows}.abs")
        last = self._constant("last_axis", np.array([-1]))
        self._node("ReduceMax", [f"{rows}.abs", last], f"{rows}.most", keepdims=1)
        steps = self._scalar("steps", np.float32(1 / _MOST_ACTIVATION))
        self._node("Mul", [f"{rows}.most", steps], f"{rows}.step")
        # A row of zeros has no scale of its own.
        self._node("Max", [f"{rows}.step", self._scalar("least", np.float32(1e-12))], f"{rows}.scale")
        self._node("Div", [rows, f"{rows}.scale"], f"{rows}.unit")
        # Casting cuts the fraction off: with the half added it rounds.
        half = self._scalar("zero_and_half", np.float32(_ZERO + 0.5))
        self._node("Add", [f"{rows}.unit", half], f"{rows}.shifted")
        self._node("Cast", [f"{rows}.shifted"], f"{rows}.uint8", to=TensorProto.UINT8)

    def _pool(self, hidden: str) -> None:
        from onnx import TensorProto

        self._node("Cast", ["mask"], "mask_float", to=TensorProto.FLOAT)
        self._node("Unsqueeze", ["mask_float", self._constant("last_axis", np.array([-1]))], "mask_column")
        self._node("Mul", [hidden, "mask_column"], "kept")
        # The sum has the direction of the mean, and only the direction is left after normalisation.
        self._node("ReduceSum", ["kept", self._constant("token_axis", np.array([1]))], "sum", keepdims=0)
        self._node("LpNormalization", ["sum"], "vectors", axis=-1, p=2)

    def _norm(self, part: str) -> tuple[str, str]:
        return self._tensor(f"{part}.weight"), self._tensor(f"{part}.bias")

    def _tensor(self, name: str) -> str:
        return self._constant(name, self._weights[name])


def _scales(matrix: NDArray[np.float32], most: int) -> NDArray[np.float32]:
    """Step of each row with which its largest weight becomes `most`."""
    largest = np.abs(matrix).max(axis=1)
    return np.asarray(np.where(largest > 0, largest, 1) / np.float32(most), np.float32)
