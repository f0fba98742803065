"""How far the order of graded supplies could be told at all.

``python -m tests.benchmarks.graded_ceiling --demands FILE --grades FILE`` measures nDCG@10 of orders that
know a part of the truth (which supplies are graded 2 or more, 3 or more; ties by chance), and how staff agree
with themselves: on supplies with the same words under one demand, and on demands of one title. No encoder.
"""

import argparse
from collections import defaultdict
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recommender.learning.graded_features import GradedPairs, pairs_of
from recommender.learning.intervals import SEED, Figure, mean_figure
from recommender.learning.labelled_files import read_demands, read_grades
from recommender.learning.metrics import Floats, graded_ndcg

DEPTH = 10
DRAWS = 50


def ndcg_by_chance(known: Floats, pairs: GradedPairs, rows: NDArray[np.int64] | None = None) -> Floats:
    """Mean nDCG@10 of each demand when what is equally known comes in any order."""
    generator = np.random.default_rng(SEED)
    chosen = np.arange(len(pairs.groups)) if rows is None else rows
    drawn = [
        graded_ndcg(
            np.lexsort((generator.random(len(known)), known)).argsort().astype(float),
            pairs.grades[chosen],
            pairs.groups[chosen] if rows is None else np.zeros(len(chosen), np.int64),
            DEPTH,
        )
        for _ in range(DRAWS)
    ]
    return np.asarray(np.mean(drawn, axis=0))


def partial_knowledge(pairs: GradedPairs) -> dict[str, Figure]:
    """nDCG@10 of orders that know nothing, one border between grades, or the mean of equal titles."""
    known = {"nothing": np.zeros(len(pairs.grades))}
    known |= {f"grade {grade} or more": (pairs.grades >= grade).astype(float) for grade in (2, 3, 4)}
    own = list(zip(pairs.groups.tolist(), pairs.supplies, strict=True))
    means = {key: np.mean(pairs.grades[rows]) for key, rows in _by(own).items()}
    known["mean grade of equal titles"] = np.asarray([means[key] for key in own])
    clusters = np.arange(len(pairs.demand_ids))
    return {name: mean_figure(ndcg_by_chance(values, pairs), clusters) for name, values in known.items()}


def agreement(pairs: GradedPairs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count grade against grade, int64 (4, 4): equal titles under one demand, and under twin demands."""
    within, between = np.zeros((2, 4, 4), np.int64)
    keys = [(pairs.titles[group], supply) for group, supply in zip(pairs.groups, pairs.supplies, strict=True)]
    for rows in _by(keys).values():
        for one, other in permutations(rows.tolist(), 2):
            table = within if pairs.groups[one] == pairs.groups[other] else between
            table[pairs.grades[one] - 1, pairs.grades[other] - 1] += 1
    return within, between


def twins(pairs: GradedPairs) -> Figure:
    """nDCG@10 of the supplies two demands of one title share, ordered by the other's grades."""
    found, clusters = [], []
    for title, members in _by(list(pairs.titles)).items():
        for one, other in permutations(members.tolist(), 2):
            theirs = _by(
                [s if g == other else None for g, s in zip(pairs.groups, pairs.supplies, strict=True)]
            )
            rows = np.asarray(
                [row for row in np.flatnonzero(pairs.groups == one) if pairs.supplies[row] in theirs],
                np.int64,
            )
            if len(rows):
                known = np.asarray([pairs.grades[theirs[pairs.supplies[row]]].mean() for row in rows])
                found.append(float(ndcg_by_chance(known, pairs, rows)[0]))
                clusters.append(pairs.titles.index(title))
    return mean_figure(found, clusters)


def _by(keys: Sequence[object]) -> dict[object, NDArray[np.int64]]:
    rows = defaultdict(list)
    for row, key in enumerate(keys):
        rows[key].append(row)
    return {key: np.asarray(found) for key, found in rows.items()}


def _shown(figure: Figure) -> str:
    if figure.value is None or figure.ci95[0] is None or figure.ci95[1] is None:
        return "—"
    return f"{figure.value:.3f} [{figure.ci95[0]:.3f}, {figure.ci95[1]:.3f}]"


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demands", type=Path, required=True)
    parser.add_argument("--grades", type=Path, required=True)
    files = parser.parse_args()
    pairs = pairs_of(read_demands(files.demands), read_grades(files.grades))
    for name, figure in partial_knowledge(pairs).items():
        print(f"{name:32s} {_shown(figure)}")
    print(f"{'grades of a twin demand':32s} {_shown(twins(pairs))}")
    for name, table in zip(("one demand", "twin demands"), agreement(pairs), strict=True):
        print(f"equal titles, {name}: {table.sum() // 2} pairs, {np.trace(table) / table.sum():.2f} agree")
        print(table)


if __name__ == "__main__":
    main()
