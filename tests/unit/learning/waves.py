"""Synthetic meetings in the format of the benchmark, with a known reason for every decision."""

from pathlib import Path

import numpy as np

from recommender.learning.reciprocal_waves import ANSWERS

HEADER = ("iid", "pid", "wave", *ANSWERS, "dec", "dec_o", "match")


def meeting_rows(waves: int = 6, side: int = 8, seed: int = 7) -> list[dict[str, float]]:
    """Return the rows of events at which every one of ``side`` persons met every one of ``side`` others.

    Who rates their own looks higher is wanted more; who is older wants less; like interests help both.
    """
    draw = np.random.default_rng(seed)
    persons: list[dict[str, float]] = []
    for wave in range(1, waves + 1):
        for at in range(2 * side):
            answers = {name: float(draw.integers(1, 11)) for name in ANSWERS}
            answers |= {"gender": float(at % 2), "age": float(draw.integers(20, 35))}
            persons.append({"iid": float(len(persons) + 1), "wave": float(wave), **answers})
    yes: dict[tuple[float, float], float] = {}
    pairs = [
        (a, b) for a in persons for b in persons if a["wave"] == b["wave"] and a["gender"] != b["gender"]
    ]
    for a, b in pairs:
        liked = 0.5 * (b["attr3_1"] - 5.5) - 0.2 * (a["age"] - 27) + draw.normal(0, 0.5)
        yes[a["iid"], b["iid"]] = float(liked > 0)
    return [
        {
            **a,
            "pid": b["iid"],
            "dec": yes[a["iid"], b["iid"]],
            "dec_o": yes[b["iid"], a["iid"]],
            "match": yes[a["iid"], b["iid"]] * yes[b["iid"], a["iid"]],
        }
        for a, b in pairs
    ]


def write_rows(path: Path, rows: list[dict[str, float]], header: tuple[str, ...] = HEADER) -> Path:
    """Write rows as csv; what a row lacks is an empty cell."""
    lines = [",".join(header)]
    lines += [",".join("" if row.get(name) is None else str(row[name]) for name in header) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
