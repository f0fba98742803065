"""What the channels of sentences cost: seconds to index the sample, milliseconds to answer a need in words.

``python -m tests.benchmarks.match_speed`` indexes the sample's solutions with the built encoder and ranks the
sample's needs with and without the channels of sentences, taking turns. Wall and processor time, one thread.
"""

import argparse
import dataclasses
import json
import time
from pathlib import Path

import numpy as np

from recommender.diagnosis.instrument import load_instrument
from recommender.encoder.choose import choose_encoder
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import Snapshot, build_snapshot, sentences_of
from recommender.learning.needs_evaluation import candidates_of
from recommender.matching.ranked import Engine, Wishes
from recommender.matching.solutions import rank_solutions
from recommender.retrieval.situation import situation_of_text
from recommender.sample.records import load_sample_needs, load_sample_solutions
from recommender.text.passages import Side

Clock = tuple[float, float]


def _now() -> Clock:
    return time.perf_counter(), time.process_time()


def _since(start: Clock) -> Clock:
    wall, processor = _now()
    return wall - start[0], processor - start[1]


def _without_sentences(snapshot: Snapshot) -> Snapshot:
    side = dataclasses.replace(snapshot.sides[Side.SOLUTION], sentences=None)
    return dataclasses.replace(snapshot, sides={**snapshot.sides, Side.SOLUTION: side})


def main() -> None:
    """Measure and print one JSON document."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.match_speed", description=__doc__)
    parser.add_argument("--encoder", type=Path, default=Path("var/encoder"), help="a built encoder's folder")
    parser.add_argument("--needs", type=int, default=200)
    found = parser.parse_args()
    encoder, instrument = choose_encoder("default", folder=found.encoder), load_instrument()
    encoder.encode_queries(["预热"])
    catalogue = Catalogue(version=0, solutions=candidates_of(load_sample_solutions()))
    start = _now()
    snapshot = build_snapshot(catalogue, encoder, instrument)
    whole = _since(start)
    texts = [text for own in sentences_of(catalogue) for text in own]
    start = _now()
    encoder.encode_passages(list(dict.fromkeys(texts)))
    of_sentences = _since(start)
    engines = {
        "words and windows": Engine.over(_without_sentences(snapshot), encoder, instrument),
        "with sentences": Engine.over(snapshot, encoder, instrument),
    }
    took: dict[str, list[Clock]] = {name: [] for name in engines}
    for need in load_sample_needs()[: found.needs]:
        for name, engine in engines.items():
            start = _now()
            rank_solutions(engine, situation_of_text(need.text), Wishes())
            took[name].append(_since(start))
    answer = {
        name: {
            f"{clock}_ms": {f"p{q}": round(float(np.percentile(own, q)) * 1000, 1) for q in (50, 95)}
            for clock, own in zip(("wall", "processor"), zip(*clocks, strict=True), strict=True)
        }
        for name, clocks in took.items()
    }
    print(
        json.dumps(
            {
                "solutions": len(catalogue.solutions),
                "sentences": len(texts),
                "index_seconds": {"wall": round(whole[0], 1), "processor": round(whole[1], 1)},
                "of_which_sentences": {
                    "wall": round(of_sentences[0], 1),
                    "processor": round(of_sentences[1], 1),
                },
                "needs": len(took["with sentences"]),
                "answer": answer,
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
