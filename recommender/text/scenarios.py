"""Scenarios of a solution that does not declare them, read from its page and marked as inferred.

A transparent word list (``data/taxonomy/scenario_terms.json``) is used rather than a learned model: staff can
read and mend it, and each result names the sentence it was read from.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field

from recommender.domain.solution import Provenance, ScenarioEffect, Solution
from recommender.domain.taxonomy import Scenario, load_taxonomy
from recommender.settings import data_dir
from recommender.text.tokens import normalise, sentences


class ScenarioTerms(BaseModel):
    """The word list: terms of each scenario and level, and the words in which owners say what hurts."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    edition: str
    scenarios: dict[Scenario, tuple[str, ...]]
    levels: dict[int, tuple[str, ...]]
    needs: dict[Scenario, tuple[str, ...]]


class InferenceConfig(BaseModel):
    """When a scenario counts as read from a page.

    Attributes
    ----------
    least_score : float
        Sum over distinct terms of ``1 + log(count)``, counts in the title doubled.
    least_share : float
        Share (0–1) of the strongest scenario's score that a further scenario needs.
    most : int
        At most this many scenarios a page.
    """

    model_config = ConfigDict(frozen=True)

    least_score: float = Field(default=2.0, gt=0)
    least_share: float = Field(default=0.35, ge=0, le=1)
    most: int = Field(default=5, ge=1, le=16)


@lru_cache(maxsize=1)
def load_terms() -> ScenarioTerms:
    """Read the word list once."""
    path = data_dir() / "taxonomy" / "scenario_terms.json"
    return ScenarioTerms.model_validate(json.loads(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=256)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    # Latin terms must stand alone (bi is not in mobile); longer terms win over those inside them.
    ordered = sorted(terms, key=len, reverse=True)
    parts = [rf"(?<![a-z0-9]){re.escape(t)}(?![a-z0-9])" if t.isascii() else re.escape(t) for t in ordered]
    return re.compile("|".join(parts))


def term_counts(text: str, terms: tuple[str, ...]) -> Counter[str]:
    """Count the terms in a text (folded, longest match first)."""
    return Counter(_pattern(terms).findall(normalise(text)))


def term_score(title: str, text: str, terms: tuple[str, ...]) -> float:
    """Sum over distinct terms of ``1 + log(count)``; a term in the title counts for two."""
    counts = term_counts(text, terms)
    for term, count in term_counts(title, terms).items():
        counts[term] += 2 * count
    return sum(1.0 + math.log(count) for count in counts.values())


def scenario_scores(title: str, text: str) -> dict[Scenario, float]:
    """Score every scenario that has at least one of its terms in the page."""
    scored = (
        (scenario, term_score(title, text, terms)) for scenario, terms in load_terms().scenarios.items()
    )
    return {scenario: score for scenario, score in scored if score > 0}


@lru_cache(maxsize=4096)
def scenarios_of_need(text: str) -> Mapping[Scenario, float]:
    """Return the scenarios that a need speaks of, as shares that add up to 1; empty when it names none."""
    terms = load_terms()
    scores = {
        scenario: term_score("", text, (*own, *terms.scenarios[scenario]))
        for scenario, own in terms.needs.items()
    }
    total = sum(scores.values())
    return {scenario: score / total for scenario, score in scores.items() if score > 0}


def _best_sentence(text: str, terms: tuple[str, ...]) -> str:
    best = max(sentences(text) or [text], key=lambda s: (len(term_counts(s, terms)), -len(s)))
    return best[:200]


def _level(sentence: str) -> int:
    levels = load_terms().levels
    return next((level for level in (4, 3, 2, 1) if term_counts(sentence, levels[level])), 2)


def infer_scenarios(
    title: str, text: str, config: InferenceConfig | None = None
) -> tuple[ScenarioEffect, ...]:
    """Return the scenarios read from a page, strongest first, each with its evidence sentence.

    Returns
    -------
    tuple of ScenarioEffect
        ``provenance`` is inferred and ``confidence`` (0–1) grows with the number of terms found; the level is
        that of the strongest wording in the evidence sentence, never above 3: level 4 must be declared.
    """
    config = config or InferenceConfig()
    ranked = sorted(scenario_scores(title, text).items(), key=lambda item: -item[1])
    if not ranked:
        return ()
    strongest = ranked[0][1]
    effects = []
    for scenario, score in ranked[: config.most]:
        if score < config.least_score or score < config.least_share * strongest:
            break
        evidence = _best_sentence(f"{title}\n{text}", load_terms().scenarios[scenario])
        effects.append(
            ScenarioEffect(
                scenario=scenario,
                level=min(3, _level(evidence)),
                provenance=Provenance.INFERRED,
                confidence=round(1.0 - math.exp(-score / 6.0), 3),
                evidence=evidence,
            )
        )
    return tuple(effects)


def complete_solution(solution: Solution) -> Solution:
    """Fill scenarios and links that a solution does not declare.

    Declared and confirmed ones are left as they are; what was inferred before is inferred anew, so that an
    edited page is read again.
    """
    scenarios = tuple(e for e in solution.scenarios if e.provenance is not Provenance.INFERRED)
    scenarios = scenarios or infer_scenarios(solution.name, solution.text)
    links, provenance = solution.links, solution.links_provenance or Provenance.DECLARED
    if not links or provenance is Provenance.INFERRED:
        links = load_taxonomy().links_of(frozenset(effect.scenario for effect in scenarios))
        provenance = Provenance.INFERRED
    return solution.model_copy(
        update={"scenarios": scenarios, "links": links, "links_provenance": provenance if links else None}
    )
