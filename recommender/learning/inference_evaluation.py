"""What is read from text, measured: the sub-industry of a business scope, the scenarios of a product page.

A registry's class code is often set from a scope phrase that equals the class name; with that phrase left
in, a rule that looks for class names would be measured on its own answer. So it is masked, and what is left
says how well a scope in free words is understood.

Measured on 3,520 Guangzhou manufacturers: accuracy .845 [.832, .856] and macro-F1 .705 [.680, .728] over
seven labels, level with a linear model trained on 2,816 of them (.837 and .701; paired differences +.008
[-.003, .018] and +.004 [-.022, .028]), so the rules, which need no training and name their evidence, stay. A
linear model trained on the class names of GB/T 4754 alone gains nothing on top of them (.685 against .674
and .717 against .715 on two halves). Counting supporting classes (C17 for apparel) costs .016 [.011, .021]
of accuracy and .009 [.004, .013] of macro-F1, alike on two halves.

On the 240 sample pages scenarios are inferred with precision .71 [.67, .76], recall .37 [.33, .40] and
macro-F1 .45 [.41, .49]. Single terms as well would raise recall to .55 and lower precision to .53, and a
wrong scenario promises a level that the product does not bring.
"""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from recommender.domain import Solution
from recommender.domain.solution import Provenance
from recommender.domain.taxonomy import Scenario
from recommender.learning.intervals import RESAMPLES, SEED, Figure, mean_figure
from recommender.text.scenarios import infer_scenarios
from recommender.text.sub_industry import from_business_scope

#: Label of an enterprise of none of the pilot's sub-industries.
OUTSIDE = ""
FOLDS = 5
_PHRASE_END = re.compile(r"[;；\n]")
_REMARK = re.compile(r"\(.*?\)|（.*?）")

Labels = Sequence[str]


class Agreement(BaseModel):
    """How well found labels agree with known ones.

    Attributes
    ----------
    accuracy : Figure
        Share of records labelled right.
    macro_f1 : Figure
        Mean F1 over the labels that occur, ``OUTSIDE`` among them.
    f1 : dict of str to float
        By label.
    """

    model_config = ConfigDict(frozen=True)

    accuracy: Figure
    macro_f1: Figure
    f1: dict[str, float]


class SubIndustryEvaluation(BaseModel):
    """The rules of the product against a linear model that was trained on the same kind of records.

    Attributes
    ----------
    linear : Agreement
        TF-IDF of characters 1–3 and a linear support vector machine, cross-fitted: unlike the rules it has
        seen labels.
    difference : dict of str to Figure
        Rules less linear, paired: ``accuracy``, ``macro_f1``.
    """

    model_config = ConfigDict(frozen=True)

    enterprises: int
    inside: int
    rules: Agreement
    linear: Agreement
    difference: dict[str, Figure]


class ScenarioEvaluation(BaseModel):
    """Inferred scenarios against declared ones, over solutions that declare any.

    Attributes
    ----------
    precision, recall : Figure
        Of single pairs of solution and scenario.
    macro_f1 : Figure
        Mean F1 over the 16 scenarios.
    silent : int
        Solutions of which nothing was inferred.
    f1 : dict of Scenario to float
        By scenario.
    """

    model_config = ConfigDict(frozen=True)

    solutions: int
    silent: int
    precision: Figure
    recall: Figure
    macro_f1: Figure
    f1: dict[Scenario, float]


def mask_phrase(scope: str, name: str) -> str:
    """Take the phrases out of a scope that are a class name, with or without its remarks in brackets."""
    bare = _REMARK.sub("", name).strip()
    kept = (part for part in _PHRASE_END.split(scope) if part.strip())
    return ";".join(part for part in kept if part.strip() != name and _REMARK.sub("", part).strip() != bare)


def f1_scores(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """F1 of each label from counts of (known, found), shape (..., labels, labels); 0 where never found."""
    hit = np.diagonal(counts, axis1=-2, axis2=-1)
    both = counts.sum(axis=-1) + counts.sum(axis=-2)
    return np.asarray(np.divide(2 * hit, both, out=np.zeros_like(both), where=both > 0), np.float64)


def _macro(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    occurs = counts.sum(axis=-1) > 0
    scored = np.where(occurs, f1_scores(counts), 0.0).sum(axis=-1)
    return np.asarray(scored / np.maximum(occurs.sum(axis=-1), 1), np.float64)


def _accuracy(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.trace(counts, axis1=-2, axis2=-1) / counts.sum(axis=(-2, -1)), np.float64)


def _figure(value: float, drawn: NDArray[np.float64]) -> Figure:
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Figure(value=value, ci95=(float(low), float(high)))


def compare_labels(
    known: Labels, first: Labels, second: Labels, *, seed: int = SEED
) -> tuple[Agreement, Agreement, dict[str, Figure]]:
    """Measure two labellings of the same records, and their difference, by bootstrap over records."""
    names = sorted({*known, *first, *second})
    position = {name: number for number, name in enumerate(names)}
    size = len(names)
    cells = np.zeros((size, size, size))
    np.add.at(cells, tuple([position[v] for v in column] for column in (known, first, second)), 1)
    # Drawing records with replacement is drawing the counts of the cells.
    share = cells.ravel() / cells.sum()
    drawn = np.random.default_rng(seed).multinomial(int(cells.sum()), share, size=RESAMPLES)
    samples = drawn.reshape(-1, size, size, size).astype(np.float64)
    agreements, differences = [], {}
    for axis in (3, 2):
        own, own_drawn = cells.sum(axis=axis - 1), samples.sum(axis=axis)
        agreements.append(
            Agreement(
                accuracy=_figure(float(_accuracy(own)), _accuracy(own_drawn)),
                macro_f1=_figure(float(_macro(own)), _macro(own_drawn)),
                f1=dict(zip(names, f1_scores(own).tolist(), strict=True)),
            )
        )
    measures: Mapping[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
        "accuracy": _accuracy,
        "macro_f1": _macro,
    }
    for name, measure in measures.items():
        apart = float(measure(cells.sum(axis=2)) - measure(cells.sum(axis=1)))
        differences[name] = _figure(apart, measure(samples.sum(axis=3)) - measure(samples.sum(axis=2)))
    return agreements[0], agreements[1], differences


def rule_labels(scopes: Sequence[str]) -> list[str]:
    """Label scopes by the rules of the product."""
    found = (from_business_scope(scope) if scope.strip() else None for scope in scopes)
    return [finding.sub_industry.value if finding else OUTSIDE for finding in found]


def linear_labels(scopes: Sequence[str], known: Labels, *, seed: int = SEED) -> list[str]:
    """Label scopes by a linear model fitted on the other folds' records."""
    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2), LinearSVC()
    )
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed % 2**32)
    return [str(label) for label in cross_val_predict(model, list(scopes), list(known), cv=folds)]


def evaluate_sub_industry(
    path: Path, codes: Mapping[str, str], class_names: Mapping[str, str], *, seed: int = SEED
) -> SubIndustryEvaluation:
    """Measure sub-industries read from business scopes whose class phrase is masked.

    Parameters
    ----------
    path : Path
        UTF-8 csv with ``business_scope, gb4754, pilot_industry``; the last is empty outside the pilot.
    codes : mapping of str to str
        From the names in ``pilot_industry`` to codes of sub-industries.
    class_names : mapping of str to str
        GB/T 4754 code to name, of every section.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    known = [codes[row["pilot_industry"]] if row["pilot_industry"] else OUTSIDE for row in rows]
    scopes = [mask_phrase(row["business_scope"], class_names.get(row["gb4754"], "")) for row in rows]
    rules, linear, difference = compare_labels(
        known, rule_labels(scopes), linear_labels(scopes, known, seed=seed), seed=seed
    )
    return SubIndustryEvaluation(
        enterprises=len(rows),
        inside=sum(label != OUTSIDE for label in known),
        rules=rules,
        linear=linear,
        difference=difference,
    )


def evaluate_scenarios(solutions: Sequence[Solution], *, seed: int = SEED) -> ScenarioEvaluation:
    """Measure scenarios inferred from pages against those that the providers declared."""
    declared = [
        (solution, {e.scenario for e in solution.scenarios if e.provenance is not Provenance.INFERRED})
        for solution in solutions
    ]
    judged = [(solution, own) for solution, own in declared if own]
    columns = list(Scenario)
    known = np.asarray([[scenario in own for scenario in columns] for _, own in judged], np.float64)
    effects = [{e.scenario for e in infer_scenarios(s.name, s.text)} for s, _ in judged]
    found = np.asarray([[scenario in own for scenario in columns] for own in effects], np.float64)
    pages, scenarios = known.shape
    page = np.repeat(np.arange(pages), scenarios)

    def share(of: NDArray[np.float64], among: NDArray[np.float64]) -> Figure:
        return mean_figure(np.where(among > 0, of, np.nan).ravel(), page, seed=seed)

    def by_scenario(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        hit, both = weights @ (known * found), weights @ (known + found)
        return np.asarray(np.divide(2 * hit, both, out=np.zeros_like(both), where=both > 0), np.float64)

    drawn = np.random.default_rng(seed).multinomial(pages, np.full(pages, 1 / pages), size=RESAMPLES)
    single = by_scenario(np.ones((1, pages)))[0]
    return ScenarioEvaluation(
        solutions=pages,
        silent=int((found.sum(axis=1) == 0).sum()),
        precision=share(known, found),
        recall=share(found, known),
        macro_f1=_figure(float(single.mean()), by_scenario(drawn.astype(np.float64)).mean(axis=1)),
        f1=dict(zip(columns, single.tolist(), strict=True)),
    )
