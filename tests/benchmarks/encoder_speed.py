"""Speed of the encoder's forms and what each costs in quality.

``python -m tests.benchmarks.encoder_speed`` measures, on one thread: texts per second and the latency of a
single query at several lengths (processor time; forms take turns, medians), cosine to fp32 and nDCG@10 of the
dense channel with the paired difference to fp32, seconds from process start to the first vector, and memory.
Forms whose package is missing keep their row, which says so.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.build import build_encoder
from recommender.encoder.encoder import Encoder
from recommender.encoder.onnx import OnnxEncoder
from recommender.encoder.onnx_graph import export_onnx
from recommender.encoder.sentence import SentenceEncoder
from recommender.learning.intervals import Figure, cluster_numbers, difference_figure, mean_figure
from recommender.learning.labelled_files import read_needs, read_solutions
from recommender.learning.metrics import Floats, ndcg_at, pessimistic_ranks
from recommender.learning.needs_evaluation import candidates_of
from recommender.learning.vector_cache import CachedEncoder
from recommender.sample.records import load_sample_needs, load_sample_solutions
from tests.benchmarks.openvino_encoder import OpenVinoEncoder
from tests.benchmarks.quality.corpus import make_corpus

LENGTHS = (20, 60, 200, 500)
BATCH = 8
TORCH, ONNX_FP32, ONNX_INT8, ORT_DYNAMIC, OPENVINO, OPENVINO_BF16 = FORMS = (
    "torch fp32",
    "ONNX fp32",
    "ONNX int8",
    "ONNX int8, ready-made dynamic quantisation",
    "OpenVINO fp32",
    "OpenVINO bf16",
)
_NEEDED = {ONNX_FP32: "onnxruntime", ONNX_INT8: "onnxruntime", ORT_DYNAMIC: "onnxruntime"} | {
    OPENVINO: "openvino",
    OPENVINO_BF16: "openvino",
}
#: Run in a process of its own: seconds to the first vector, seconds of one more, resident memory in MB.
_COLD = """
import sys, time
started = time.perf_counter()
from pathlib import Path
{imports}
encoder = {made}
encoder.encode_queries(["车间排产靠表格，插单一来全乱"])
first = time.perf_counter() - started
memory = next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]
print(first, int(memory) / 1024)
"""
_MADE = {
    TORCH: ("from recommender.encoder.sentence import SentenceEncoder", "SentenceEncoder(Path(sys.argv[1]))"),
    ONNX_FP32: ("from recommender.encoder.onnx import OnnxEncoder", "OnnxEncoder(Path(sys.argv[1]))"),
    ONNX_INT8: ("from recommender.encoder.onnx import OnnxEncoder", "OnnxEncoder(Path(sys.argv[1]))"),
}


def _folder(source: Path, target: Path, form: str) -> Path:
    folder = target / form.replace(" ", "-").replace(",", "")
    shutil.copytree(source, folder)
    if form == ONNX_INT8:
        export_onnx(folder)
    elif form != TORCH:
        export_onnx(folder, precision="fp32")
    if form == ORT_DYNAMIC:
        from onnx import TensorProto
        from onnxruntime.quantization import QuantType, quantize_dynamic

        graph = folder / "onnx" / "model_fp32.onnx"
        whole = graph.with_name("whole.onnx")
        graph.replace(whole)
        # The graph's fused operators have no types that its shape inference knows.
        options = {"DefaultTensorType": TensorProto.FLOAT}
        quantize_dynamic(whole, graph, weight_type=QuantType.QInt8, per_channel=True, extra_options=options)
        _note_new_graph(folder)
    return folder


def _note_new_graph(folder: Path) -> None:
    from recommender.encoder.manifest import file_hash

    path = folder / "onnx" / "encoder.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    name = f"onnx/{content['graph']}"
    content["files"][name] = file_hash(folder / name)
    path.write_text(json.dumps(content), encoding="utf-8")


def _encoder(folder: Path, form: str) -> Encoder:
    if form == TORCH:
        return SentenceEncoder(folder)
    if form in {OPENVINO, OPENVINO_BF16}:
        return OpenVinoEncoder(folder, "bf16" if form == OPENVINO_BF16 else "f32")
    return OnnxEncoder(folder)


def _texts_of(length: int, count: int) -> list[str]:
    text = "".join(solution.text for solution in load_sample_solutions()).replace("\n", "")
    starts = np.linspace(0, len(text) - length - 1, count).astype(int).tolist()
    return [text[start : start + length] for start in starts]


def time_forms(encoders: Mapping[str, Encoder], rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    """Measure latency in milliseconds and texts per second by form and length; forms take turns."""
    result: dict[str, dict[str, dict[str, float]]] = {name: {} for name in encoders}
    for length in LENGTHS:
        texts = _texts_of(length, rounds * BATCH)
        single: dict[str, list[float]] = {name: [] for name in encoders}
        many: dict[str, list[float]] = {name: [] for name in encoders}
        for number in range(rounds):
            batch = texts[number * BATCH : (number + 1) * BATCH]
            for name, encoder in encoders.items():
                single[name].append(_seconds(encoder.encode_queries, batch[:1]))
                many[name].append(_seconds(encoder.encode_passages, batch))
        for name in encoders:
            result[name][str(length)] = {
                "latency_ms": round(1000 * median(single[name]), 1),
                "texts_per_second": round(BATCH / median(many[name]), 1),
            }
    return result


def _seconds(encode: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    # Processor time: on a machine that others use as well, wall time measures them.
    started = time.process_time()
    encode(texts)
    return time.process_time() - started


def cosines(exact: NDArray[np.float32], other: NDArray[np.float32]) -> dict[str, float]:
    """Mean and least cosine of rows of unit length."""
    found = np.einsum("ij,ij->i", exact, other)
    return {"mean": round(float(found.mean()), 5), "least": round(float(found.min()), 5)}


def _questions(
    solutions: Path | None, needs: Path | None
) -> tuple[list[tuple[str, str]], list[str], list[int]]:
    if solutions is None or needs is None:
        records = candidates_of(load_sample_solutions())
        asked = [(need.text, need.solution_id) for need in load_sample_needs()]
    else:
        records = candidates_of(read_solutions(solutions))
        asked = [(need.text, str(need.solution_id)) for need in read_needs(needs)]
    owners = sorted(records)
    kept = [(text, owners.index(owner)) for text, owner in asked if owner in records]
    pages = [(records[owner].name, records[owner].text) for owner in owners]
    return pages, [text for text, _ in kept], [place for _, place in kept]


def quality(
    encoders: Mapping[str, Encoder], solutions: Path | None, needs: Path | None
) -> dict[str, dict[str, Any]]:
    """Cosine to fp32 and nDCG@10 of the best passage by form."""
    pages, queries, relevant = _questions(solutions, needs)
    clusters = cluster_numbers([str(place) for place in relevant])
    exact: tuple[NDArray[np.float32], Floats] | None = None
    result: dict[str, dict[str, Any]] = {}
    for name, encoder in encoders.items():
        corpus = make_corpus(pages, encoder)
        asked, passages = encoder.encode_queries(queries), encoder.encode_passages(list(corpus.passages))
        values = ndcg_at(pessimistic_ranks(corpus.best(asked @ passages.T), relevant), 10)
        vectors = np.vstack([asked, passages])
        exact = exact or (vectors, values)
        difference: Figure = difference_figure(values, exact[1], clusters)
        result[name] = {
            "cosine": cosines(exact[0], vectors),
            "ndcg@10": mean_figure(values, clusters).model_dump(),
            "less_fp32": difference.model_dump(),
        }
        print(name, result[name], file=sys.stderr, flush=True)
    return result


def cold_start(folders: Mapping[str, Path]) -> dict[str, dict[str, float]]:
    """Seconds from interpreter start to the first vector, and resident memory, each in a fresh process."""
    result = {}
    for form, (imports, made) in _MADE.items():
        if form not in folders:
            continue
        script = _COLD.format(imports=imports, made=made)
        runs = []
        for _ in range(3):
            command = [sys.executable, "-c", script, str(folders[form])]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            runs.append([float(part) for part in done.stdout.split()])
        result[form] = {
            "seconds": round(median(run[0] for run in runs), 2),
            "memory_mb": round(median(run[1] for run in runs)),
        }
    return result


def _markdown(content: Mapping[str, Any]) -> str:
    heads = [f"{length} chars: ms / texts per s" for length in LENGTHS]
    heads += ["cosine mean / least", "nDCG@10", "less fp32", "start s / MB"]
    lines = [f"| form | {' | '.join(heads)} |", f"|{'---|' * (len(heads) + 1)}"]
    for form in FORMS:
        if form not in content["forms"]:
            lines.append(f"| {form} | not installed or not asked for |{' |' * (len(heads) - 1)}")
            continue
        speed, found = content["speed"].get(form, {}), content["quality"].get(form)
        cells = [f"{one['latency_ms']} / {one['texts_per_second']}" for one in speed.values()]
        cells = cells or ["–"] * len(LENGTHS)
        cells += _quality_cells(found)
        start = content["cold_start"].get(form)
        cells.append(f"{start['seconds']} / {start['memory_mb']:.0f}" if start else "–")
        lines.append(f"| {form} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _quality_cells(found: Mapping[str, Any] | None) -> list[str]:
    if found is None:
        return ["–"] * 3
    difference = found["less_fp32"]
    interval = ", ".join(f"{bound:+.4f}" for bound in difference["ci95"])
    return [
        f"{found['cosine']['mean']:.4f} / {found['cosine']['least']:.4f}",
        f"{found['ndcg@10']['value']:.4f}",
        f"{difference['value']:+.4f} [{interval}]",
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print; ``--out`` keeps the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.encoder_speed", description=__doc__)
    parser.add_argument("--solutions", type=Path, help="the synthetic sample by default")
    parser.add_argument("--needs", type=Path)
    parser.add_argument("--encoder", type=Path, help="folder of a SentenceTransformer; the bundled one")
    parser.add_argument("--home", type=Path, default=Path("var/benchmarks"))
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--forms", default="|".join(FORMS), help="some of them, divided by |")
    parser.add_argument("--parts", default="speed,cold,quality", help="what to measure")
    parser.add_argument("--out", type=Path)
    found = parser.parse_args(arguments)
    os.environ["OMP_NUM_THREADS"] = "1"
    source = found.encoder or build_encoder(found.home / "encoder-base")
    with tempfile.TemporaryDirectory() as folder:
        forms = [form for form in found.forms.split("|") if form not in _NEEDED or find_spec(_NEEDED[form])]
        folders = {form: _folder(source, Path(folder), form) for form in forms}
        encoders = {form: _encoder(folders[form], form) for form in forms}
        for encoder in encoders.values():
            encoder.encode_queries(["预热"])
        parts = found.parts.split(",")
        content: dict[str, Any] = {
            "forms": forms,
            "speed": time_forms(encoders, found.rounds) if "speed" in parts else {},
            "cold_start": cold_start(folders) if "cold" in parts else {},
            "quality": {},
        }
        if "quality" in parts:
            cached = {form: CachedEncoder(one, found.home / "vectors") for form, one in encoders.items()}
            content["quality"] = quality(cached, found.solutions, found.needs)
    if found.out:
        found.out.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(_markdown(content))


if __name__ == "__main__":
    main()
