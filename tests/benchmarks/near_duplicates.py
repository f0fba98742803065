"""How well near-duplicates are found: seeded edits of pool entries against pairs that are none.

``--fit`` fits the shipped weights on the even entries of the sample (``data/pool/near_duplicates.json``).
Without it the shipped weights are measured on 300 edits of the odd entries, which the fit never saw, beside
TF-IDF cosine, MinHash and the vectors alone, whose thresholds are chosen on the even entries like ours. In
the sample each vendor introduces itself on all of its pages (``--plain``: as shipped): without that nothing
that is no copy has a sentence in common, and every method is right every time. ``--solutions FILE`` (format
of the needs evaluation) measures on another pool, whose entries the fit never saw.

    python -m tests.benchmarks.near_duplicates [--fit] [--encoder none|hashing|default] [--solutions FILE]
"""

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain import Solution
from recommender.encoder.choose import choose_encoder
from recommender.learning.intervals import Figure, cluster_numbers, mean_figure
from recommender.learning.vector_cache import CachedEncoder
from recommender.pool.near_duplicates import DuplicateFinder, Weighing, load_weighing
from recommender.pool.product_vectors import ProductVectors
from recommender.pool.similarity import FEATURES, Likeness, TextComparer, vector_likeness
from recommender.sample import sample
from recommender.settings import Settings, data_dir
from recommender.text.tokens import normalise
from tests.benchmarks.pool_edits import EDITS, with_introductions

FIT_SEED = 11
REPORT_SEED = 2026
_PAIRS = 300
#: The shipped threshold is the lowest of at least even odds from which this share of the told pairs was true
#: in cross-validation.
_WANTED_PRECISION = 0.98
_FITTED_ON = "合成样本中偶数位的产品（各页加上服务商自我介绍）"
_NEGATIVES = ("same_vendor", "same_scenario", "random")
Floats = NDArray[np.float64]


class Pair(NamedTuple):
    """A submission and an entry of the pool: a copy of it or not."""

    submission: Solution
    entry: Solution
    kind: str
    duplicate: bool
    cluster: str


def edited_pairs(chosen: Sequence[Solution], seed: int, count: int = _PAIRS) -> list[Pair]:
    """Return ``count`` edits, each kind as often, with the entry that each came from."""
    rng = random.Random(seed)
    pairs = []
    for number in range(count):
        kind = list(EDITS)[number % len(EDITS)]
        entry, other = rng.sample(list(chosen), 2)
        edited = EDITS[kind](entry, rng, other).model_copy(update={"id": f"EDIT-{seed}-{number}"})
        pairs.append(Pair(edited, entry, kind, True, entry.id))
    return pairs


def other_pairs(
    chosen: Sequence[Solution], pool: Sequence[Solution], seed: int, count: int = _PAIRS
) -> list[Pair]:
    """Return pairs of different products: of one vendor, of one scenario and alike, and any."""
    rng = random.Random(seed)
    likeness = _tfidf(pool)
    place = {entry.id: number for number, entry in enumerate(pool)}
    pairs: list[Pair] = []
    kinds = _NEGATIVES if any(entry.provider for entry in pool) else _NEGATIVES[1:]
    seen: set[tuple[str, str]] = set()
    while len(pairs) < count:
        kind = kinds[len(pairs) % len(kinds)]
        entry = rng.choice(list(chosen))
        others = [one for one in pool if one.id != entry.id and _fits(kind, entry, one)]
        if kind == "same_scenario":
            others.sort(key=lambda one: -likeness[place[entry.id], place[one.id]])
            others = others[:6]
        others = [one for one in others if (entry.id, one.id) not in seen]
        if others:
            other = rng.choice(others)
            seen.add((entry.id, other.id))
            pairs.append(Pair(entry, other, kind, False, entry.id))
    return pairs


def _fits(kind: str, entry: Solution, other: Solution) -> bool:
    if kind == "same_vendor":
        return bool(entry.provider and other.provider and entry.provider.id == other.provider.id)
    if kind == "same_scenario" and entry.scenarios:
        return bool({e.scenario for e in entry.scenarios} & {e.scenario for e in other.scenarios})
    return True


def _tfidf(pool: Sequence[Solution]) -> Floats:
    from sklearn.feature_extraction.text import TfidfVectorizer

    pages = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True).fit_transform(
        [normalise(one.text) for one in pool]
    )
    grid: Floats = (pages @ pages.T).toarray()
    return grid


class Measured(NamedTuple):
    """Figures of every pair, one row each."""

    likeness: Floats
    minhash: Floats
    vector: Floats
    truth: NDArray[np.bool_]


def measure(pairs: Sequence[Pair], pool: Sequence[Solution], vectors: ProductVectors) -> Measured:
    """Compute what our finder and the peers see of each pair."""
    texts = TextComparer(pool)
    place = {entry.id: number for number, entry in enumerate(pool)}
    known = vectors.of([*pool, *(pair.submission for pair in pairs)]) if vectors.available else {}
    hashes: dict[str, Any] = {}
    rows, jaccard, cosine = [], [], []
    for pair in pairs:
        ours, theirs = pair.submission.id, pair.entry.id
        rows.append(texts.against(pair.submission).likeness(place[theirs]))
        jaccard.append(_minhash(pair.submission, hashes).jaccard(_minhash(pair.entry, hashes)))
        cosine.append(vector_likeness(known[ours], known[theirs]) if known else math.nan)
    truth = np.asarray([pair.duplicate for pair in pairs])
    return Measured(np.asarray(rows), np.asarray(jaccard), np.asarray(cosine), truth)


def _minhash(solution: Solution, known: dict[str, Any]) -> Any:
    from datasketch import MinHash

    if solution.id not in known:
        text = normalise(solution.text)
        made = MinHash(num_perm=256, seed=1)
        made.update_batch([text[i : i + 4].encode() for i in range(max(1, len(text) - 3))])
        known[solution.id] = made
    return known[solution.id]


# -- fitting -----------------------------------------------------------------------------------------------


def fitted(features: Floats, truth: NDArray[np.bool_], clusters: Sequence[str]) -> Weighing:
    """Fit the logistic model; threshold and precisions come from predictions of held-out products."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict

    model = LogisticRegression(C=10.0, max_iter=2000)
    held_out = cross_val_predict(
        model, features, truth, groups=list(clusters), cv=GroupKFold(5), method="predict_proba"
    )[:, 1]
    model.fit(features, truth)
    table = _precisions(held_out, truth)
    least = next((p for p, share in table if p >= 0.5 and share >= _WANTED_PRECISION), table[-1][0])
    told = f"{_FITTED_ON}：{truth.sum()} 处按种子生成的改写，{(~truth).sum()} 对不同产品"
    return Weighing(
        version="near-duplicates-2026-11",
        fitted_on=told,
        intercept=round(float(model.intercept_[0]), 4),
        weights={name: round(float(w), 4) for name, w in zip(FEATURES, model.coef_[0], strict=True)},
        threshold=least,
        precision=table,
    )


def _precisions(probability: Floats, truth: NDArray[np.bool_]) -> tuple[tuple[float, float], ...]:
    table: list[tuple[float, float]] = []
    for step in range(5, 100, 5):
        told = probability >= step / 100
        share = float(truth[told].mean()) if told.any() else 1.0
        # One more wrong pair than was seen: no finite set proves a precision of 1.
        share = round(min(share, told.sum() / (told.sum() + 1)), 4)
        table.append((step / 100, max(share, table[-1][1] if table else 0.0)))
    return tuple(table)


def _best_threshold(scores: Floats, truth: NDArray[np.bool_]) -> float:
    def f1(limit: float) -> float:
        told = scores >= limit
        return 2 * float((told & truth).sum()) / max(1.0, float(told.sum() + truth.sum()))

    return max((float(limit) for limit in np.unique(scores)), key=f1)


# -- reporting ---------------------------------------------------------------------------------------------


def proportion(values: Sequence[bool], clusters: Sequence[str]) -> Figure:
    """Return a share with its interval: bootstrap over products, Wilson over products when all are alike."""
    if not values:
        return Figure(value=None, ci95=(None, None))
    figure = mean_figure(np.asarray(values, float), cluster_numbers(clusters))
    if figure.value in (0.0, 1.0):
        n, z = len(set(clusters)), 1.96
        centre = (figure.value + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(figure.value * (1 - figure.value) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return Figure(value=figure.value, ci95=(max(0.0, centre - half), min(1.0, centre + half)))
    return figure


def judged(pairs: Sequence[Pair], told: NDArray[np.bool_]) -> dict[str, Any]:
    """Return precision and recall, recall by kind of edit, false alarms by kind of pair."""
    positives = [(pair, bool(hit)) for pair, hit in zip(pairs, told, strict=True) if pair.duplicate]
    negatives = [(pair, bool(hit)) for pair, hit in zip(pairs, told, strict=True) if not pair.duplicate]
    flagged = [(pair, pair.duplicate) for pair, hit in zip(pairs, told, strict=True) if hit]

    def figure(rows: Sequence[tuple[Pair, bool]]) -> dict[str, Any]:
        share = proportion([hit for _, hit in rows], [pair.cluster for pair, _ in rows])
        return {**share.model_dump(), "n": len(rows)}

    return {
        "precision": figure(flagged),
        "recall": figure(positives),
        "recall_by_edit": {kind: figure([row for row in positives if row[0].kind == kind]) for kind in EDITS},
        "false_alarms_by_pair": {
            kind: figure(rows)
            for kind in _NEGATIVES
            if (rows := [row for row in negatives if row[0].kind == kind])
        },
    }


def in_the_pool(
    edits: Sequence[Pair], chosen: Sequence[Solution], pool: Sequence[Solution], vectors: ProductVectors
) -> dict[str, Any]:
    """Return what a reviewer sees: each edit, and each untouched entry, against the whole pool."""
    of_pool = vectors.of(pool) if vectors.available else None
    finder = DuplicateFinder(pool, of_pool)
    found, alarms = [], []
    started = time.perf_counter()
    for pair in edits:
        own = vectors.of([pair.submission])[pair.submission.id] if of_pool else None
        told = [one.id for one in finder.find(pair.submission, own)]
        found.append((pair.entry.id in told, pair.cluster))
    seconds = (time.perf_counter() - started) / max(1, len(edits))
    for entry in chosen:
        told = finder.find(entry, of_pool[entry.id] if of_pool else None)
        alarms.append((bool(told), entry.id, [one.id for one in told]))
    return {
        "original_told": proportion(
            [hit for hit, _ in found], [cluster for _, cluster in found]
        ).model_dump(),
        "n_edits": len(found),
        "untouched_with_an_alarm": proportion(
            [hit for hit, _, _ in alarms], [key for _, key, _ in alarms]
        ).model_dump(),
        "n_untouched": len(alarms),
        "alarms": [(key, told) for hit, key, told in alarms if hit][:20],
        "seconds_per_submission": round(seconds, 3),
    }


def read_pool(file: Path | None) -> list[Solution]:
    """Return the products of a file, of the sample by default, whose text has at least four sentences."""
    from recommender.text.tokens import sentences

    if file is None:
        pool = list(sample().solutions)
    else:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        pool = [Solution.model_validate({k: row[k] for k in ("id", "title", "text")}) for row in rows]
    return [one for one in pool if len(sentences(one.text)) >= 4]


def main() -> None:
    """Fit or measure, and print one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--encoder", default="none")
    parser.add_argument("--solutions", type=Path)
    parser.add_argument("--plain", action="store_true", help="the sample without vendors' introductions")
    parser.add_argument("--seed", type=int, default=REPORT_SEED)
    chosen = parser.parse_args()
    settings = Settings()
    encoder = choose_encoder(
        chosen.encoder,
        folder=settings.encoder_folder,
        allow_hub=False,
        threads=1,
        runtime=settings.encoder_runtime,
    )
    vectors = ProductVectors(CachedEncoder(encoder, settings.home / "vectors"))
    if chosen.fit:
        _fit(vectors)
        return
    pool = read_pool(chosen.solutions)
    if chosen.solutions is None and not chosen.plain:
        pool = with_introductions(pool, chosen.seed)
    reported = pool if chosen.solutions else pool[1::2]
    edits = edited_pairs(reported, chosen.seed)
    pairs = [*edits, *other_pairs(reported, pool, chosen.seed)]
    measured = measure(pairs, pool, vectors)
    answer = {
        "pool": str(chosen.solutions or ("sample" if chosen.plain else "sample with introductions")),
        "entries": len(pool),
        "encoder": encoder.name,
        "edits": len(edits),
        "others": len(pairs) - len(edits),
        "pairs": {name: judged(pairs, told) for name, told in _told(measured, vectors).items()},
        "in_the_pool": in_the_pool(edits, reported, pool, vectors),
    }
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def _fit_pairs() -> tuple[list[Solution], list[Pair]]:
    even = with_introductions(read_pool(None)[::2], FIT_SEED)
    return even, [*edited_pairs(even, FIT_SEED), *other_pairs(even, even, FIT_SEED)]


def _fit(vectors: ProductVectors) -> None:
    even, pairs = _fit_pairs()
    measured = measure(pairs, even, vectors)
    weighing = fitted(measured.likeness, measured.truth, [pair.cluster for pair in pairs])
    target = data_dir() / "pool" / "near_duplicates.json"
    target.write_text(weighing.model_dump_json(indent=2) + "\n", encoding="utf-8")
    sys.stderr.write(f"wrote {target}\n")


def _told(measured: Measured, vectors: ProductVectors) -> dict[str, NDArray[np.bool_]]:
    """Return which pairs each method tells; the peers' thresholds are chosen on the entries of the fit."""
    even, fit_pairs = _fit_pairs()
    before = measure(fit_pairs, even, vectors)
    weighing = load_weighing()
    ours = [weighing.probability(Likeness(*row)) >= weighing.threshold for row in measured.likeness]
    peers: dict[str, Callable[[Measured], Floats]] = {
        "tfidf_cosine": lambda one: one.likeness[:, 0],
        "minhash": lambda one: one.minhash,
    }
    if vectors.available:
        peers["vectors"] = lambda one: one.vector
    told = {"smematch": np.asarray(ours)}
    for name, scores in peers.items():
        told[name] = scores(measured) >= _best_threshold(scores(before), before.truth)
    return told


if __name__ == "__main__":
    main()
