"""Command line of the quality benchmark; see ``--help``."""

import argparse
import json
import os
import sys
import time
from pathlib import Path

from recommender.domain import Solution
from recommender.encoder.build import build_encoder
from recommender.encoder.choose import choose_encoder
from recommender.encoder.delta import default_delta_folder
from recommender.encoder.sentence import SentenceEncoder
from recommender.learning.graded_features import pairs_of
from recommender.learning.labelled_files import (
    LabelledNeed,
    read_demands,
    read_grades,
    read_needs,
    read_solutions,
)
from recommender.learning.needs_evaluation import candidates_of
from recommender.learning.vector_cache import CachedEncoder
from recommender.sample.records import load_sample_needs, load_sample_solutions
from tests.benchmarks.quality.measure import PEERS, measure_graded, measure_needs
from tests.benchmarks.quality.picture import draw
from tests.benchmarks.quality.table import Table, markdown


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.quality", description=__doc__)
    parser.add_argument("--solutions", type=Path, help="jsonl, csv or xlsx; the synthetic sample by default")
    parser.add_argument("--needs", type=Path, help="needs with solution_id; goes with --solutions")
    parser.add_argument("--demands", type=Path, help="demands, for the graded table")
    parser.add_argument("--grades", type=Path, help="grades 1-4 of supplies; goes with --demands")
    parser.add_argument("--peers", default=",".join(PEERS), help=f"some of {','.join(PEERS)}; '' for none")
    parser.add_argument("--encoder", default="default", help="ours: as the setting of that name")
    parser.add_argument("--home", type=Path, default=Path("var/benchmarks"), help="built encoder and vectors")
    parser.add_argument("--out", type=Path, default=Path("var/benchmarks/quality"))
    found = parser.parse_args()
    if (found.solutions is None) != (found.needs is None):
        parser.error("--solutions and --needs go together")
    if (found.demands is None) != (found.grades is None):
        parser.error("--demands and --grades go together")
    found.peers = [name for name in found.peers.split(",") if name]
    if unknown := sorted(set(found.peers) - set(PEERS)):
        parser.error(f"unknown peers: {', '.join(unknown)}")
    return found


def _data(found: argparse.Namespace) -> tuple[dict[str, Solution], list[LabelledNeed]]:
    if found.solutions is None:
        records = candidates_of(load_sample_solutions())
        given = [
            LabelledNeed(id=need.id, text=need.text, solution_id=need.solution_id)
            for need in load_sample_needs()
        ]
    else:
        records, given = candidates_of(read_solutions(found.solutions)), read_needs(found.needs)
    return records, [need for need in given if need.solution_id in records]


def _write(tables: dict[str, Table], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    content = {name: table.model_dump(mode="json") for name, table in tables.items()}
    (out / "quality.json").write_text(
        json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    text = "\n".join(markdown(table) for table in tables.values())
    (out / "quality.md").write_text(text, encoding="utf-8")
    for name, table in tables.items():
        drawn = {kind: draw(table, out / f"{name}.{kind}") for kind in ("png", "svg")}
        if not all(drawn.values()):
            print("matplotlib is not installed: no picture", file=sys.stderr)
    print(text)


def main() -> None:
    """Measure and write ``quality.json``, ``quality.md`` and the pictures."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    found = _arguments()
    started = time.monotonic()

    def told(line: str) -> None:
        print(f"[{time.monotonic() - started:6.0f} s] {line}", file=sys.stderr, flush=True)

    told("encoder")
    folder = build_encoder(found.home / "encoder", delta=default_delta_folder())
    base = build_encoder(found.home / "encoder-base")
    vectors = found.home / "vectors"
    shipped = CachedEncoder(SentenceEncoder(base.absolute(), name="multilingual-e5-small-zh"), vectors)
    ours = CachedEncoder(choose_encoder(found.encoder, folder=folder), vectors)
    records, needs = _data(found)
    tables = {
        "needs": measure_needs(records, needs, ours=ours, shipped=shipped, peers=found.peers, told=told)
    }
    if found.demands is not None:
        pairs = pairs_of(read_demands(found.demands), read_grades(found.grades))
        tables["graded"] = measure_graded(pairs, ours=ours, shipped=shipped, peers=found.peers, told=told)
    _write(tables, found.out)
    told(f"written to {found.out}")


if __name__ == "__main__":
    main()
