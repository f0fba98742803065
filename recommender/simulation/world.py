"""A world with known truth: who there is, who visits when, what would suit, and how luck falls.

Everything is drawn before any policy acts. Two policies on the same world meet the same visits with the same
candidates, and a line that both show at the same rank has the same fate (common random numbers).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, logit

from recommender.domain.taxonomy import SubIndustry, load_taxonomy
from recommender.ranking.priors import load_priors
from recommender.simulation.delays import draw_delays
from recommender.simulation.settings import Floats, WorldSettings

Codes = NDArray[np.int64]

#: Tells of a product whatever the enterprise.
_OF_THE_PRODUCT = frozenset({"price", "days", "light"})
#: Needs a caller with wishes; simulated enterprises have none.
_NOT_SIMULATED = frozenset({"should"})
SUB_INDUSTRIES: tuple[str, ...] = tuple(entry.value for entry in SubIndustry)
_YEAR = 365.0
#: What is left to luck for each candidate of each visit; the second line are delays.
_LOTS = ("seen", "suits", "trusts", "signs", "passes", "refuses")
_DELAYS = ("contact", "sign", "end", "refusal")


@lru_cache(maxsize=1)
def feature_names() -> tuple[str, ...]:
    """Return the product's own features of a solution that are simulated."""
    return tuple(name for name in load_priors().solution if name not in _NOT_SIMULATED)


@dataclass(frozen=True)
class People:
    """Enterprises, products and vendors.

    Attributes
    ----------
    sub_industry, district : tuple of str (enterprises,)
    vendor : int64 (products,)
    enters : float64 (products,)
        Day on which a product enters the pool.
    made_for : bool (products, sub-industries)
        All False: for any.
    """

    sub_industry: tuple[str, ...]
    district: tuple[str, ...]
    vendor: Codes
    enters: Floats
    made_for: NDArray[np.bool_]


@dataclass(frozen=True)
class Truth:
    """What no policy sees.

    Attributes
    ----------
    weights : float64 (sub-industries, features)
        In the order of :class:`SubIndustry` and :func:`feature_names`; comparable with the expert's weights
        when those add up to 1.
    product : float64 (products,)
        What no feature shows of a product and its vendor, in logits.
    suitable : float64 (visits, candidates)
        Probability that a candidate suits.
    signs, accepted : float64 (vendors,)
        Probability of a contract after a suitable contact, and of its acceptance.
    pace : float64 (vendors,)
        How many times as long as the mean a vendor takes to a contract.
    """

    weights: Floats
    product: Floats
    suitable: Floats
    signs: Floats
    accepted: Floats
    pace: Floats


@dataclass(frozen=True)
class World:
    """Visits and their candidates.

    Attributes
    ----------
    day : float64 (visits,)
        Days since the start, ascending.
    enterprise : int64 (visits,)
    candidates : int64 (visits, candidates)
        Products.
    features : float64 (visits, candidates, features)
        As the product knows them: 0–1, NaN unknown.
    lots : dict of str to float64 (visits, candidates)
        Uniform on 0–1; a thing happens where its lot is below its probability.
    delays : dict of str to float64 (visits, candidates)
        In days; see :mod:`recommender.simulation.delays`.
    reports : bool (visits,)
        Whether the page of the list reports impressions.
    """

    settings: WorldSettings
    seed: int
    people: People
    truth: Truth
    day: Floats
    enterprise: Codes
    candidates: Codes
    features: Floats
    lots: dict[str, Floats]
    delays: dict[str, Floats]
    reports: NDArray[np.bool_]

    def chance(self, step: str) -> Floats:
        """Return the true probability of a step for each candidate once it is examined.

        Parameters
        ----------
        step : str
            ``contact`` (a suitable one: what trust alone brings about is no success), ``contract`` or
            ``accepted``.

        Returns
        -------
        float64 (visits, candidates)
            While the vendor is not full.
        """
        vendor = self.people.vendor[self.candidates]
        chance = self.truth.suitable
        if step in ("contract", "accepted"):
            chance = chance * self.truth.signs[vendor]
        if step == "accepted":
            chance = chance * self.truth.accepted[vendor]
        return chance


def draw_world(settings: WorldSettings, seed: int) -> World:
    """Draw a world; the same settings and seed give the same one."""
    parts = [np.random.default_rng(one) for one in np.random.SeedSequence(seed).spawn(5)]
    people = _people(settings, parts[0])
    day, enterprise = _visits(settings, parts[1])
    candidates = _candidates(settings, people, day, parts[1])
    true, known = _features(settings, people, enterprise, candidates, parts[2])
    truth = _truth(settings, people, enterprise, candidates, true, parts[3])
    shape = (settings.lists, settings.candidates)
    lots = {name: parts[4].random(shape) for name in (*_LOTS, *_DELAYS)}
    delays = draw_delays(lots, truth.pace[people.vendor[candidates]], settings)
    reports = parts[4].random(settings.lists) < settings.impressions_share
    return World(settings, seed, people, truth, day, enterprise, candidates, known, lots, delays, reports)


def _people(settings: WorldSettings, generator: np.random.Generator) -> People:
    districts = [entry.code for entry in load_taxonomy().districts]
    made_for = generator.random((settings.products, len(SUB_INDUSTRIES))) < 0.3
    enters = np.zeros(settings.products)
    late = generator.permutation(settings.products)[: settings.newcomers]
    enters[late] = generator.random(len(late)) * settings.lists / settings.lists_per_day
    return People(
        sub_industry=_names(SUB_INDUSTRIES, generator, settings.enterprises),
        district=_names(districts, generator, settings.enterprises),
        vendor=generator.integers(0, settings.vendors, settings.products),
        enters=enters,
        made_for=made_for & (generator.random(settings.products) < 0.6)[:, None],
    )


def _names(choices: Sequence[str], generator: np.random.Generator, count: int) -> tuple[str, ...]:
    return tuple(choices[code] for code in generator.integers(0, len(choices), count))


def _visits(settings: WorldSettings, generator: np.random.Generator) -> tuple[Floats, Codes]:
    """Arrivals of a Poisson process whose rate swings over the year."""
    units = generator.exponential(1.0 / settings.lists_per_day, settings.lists).cumsum()
    if settings.season:
        # Expected arrivals by a day; arrivals of a steady process are put where as many were expected.
        grid = np.arange(0.0, 2.0 * units[-1] + _YEAR)
        swing = settings.season * _YEAR / (2 * np.pi) * (1.0 - np.cos(2 * np.pi * grid / _YEAR))
        units = np.interp(units, grid + swing, grid)
    return units, generator.integers(0, settings.enterprises, settings.lists)


def _candidates(
    settings: WorldSettings, people: People, day: Floats, generator: np.random.Generator
) -> Codes:
    """Draw products of the pool for each visit, none twice."""
    lots = generator.random((settings.lists, settings.products))
    lots[people.enters > day[:, None]] = np.inf
    return np.argsort(lots, axis=1)[:, : settings.candidates].astype(np.int64)


def _features(
    settings: WorldSettings,
    people: People,
    enterprise: Codes,
    candidates: Codes,
    generator: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Return true and known features (visits, candidates, features)."""
    names = feature_names()
    true = np.empty((*candidates.shape, len(names)))
    hidden = np.empty(true.shape, bool)
    own = np.asarray([SUB_INDUSTRIES.index(people.sub_industry[one]) for one in enterprise])
    for column, name in enumerate(names):
        if name in _OF_THE_PRODUCT:
            values = generator.beta(1.5, 1.5, settings.products)
            true[..., column] = values[candidates]
            untold = generator.random(settings.products) < settings.unknown_share
            hidden[..., column] = untold[candidates]
            continue
        hidden[..., column] = generator.random(candidates.shape) < settings.unknown_share
        if name == "sub_industry":
            true[..., column] = np.where(people.made_for[candidates, own[:, None]], 1.0, 0.6)
        elif name == "deployment":
            true[..., column] = generator.random(candidates.shape) < 0.5
        else:
            true[..., column] = generator.beta(1.5, 2.0, candidates.shape)
    return true, np.where(hidden, np.nan, true)


def expert_weights() -> Floats:
    """Return the expert's weights of the simulated features, adding up to 1."""
    priors = load_priors().solution
    weights = np.asarray([priors[name].weight for name in feature_names()])
    return np.asarray(weights / weights.sum())


def _truth(
    settings: WorldSettings,
    people: People,
    enterprise: Codes,
    candidates: Codes,
    true: Floats,
    generator: np.random.Generator,
) -> Truth:
    expert = expert_weights()
    weights = expert + generator.normal(0, settings.taste_sd, len(expert))
    weights = weights + generator.normal(0, settings.sub_industry_sd, (len(SUB_INDUSTRIES), len(expert)))
    own = np.asarray([SUB_INDUSTRIES.index(people.sub_industry[one]) for one in enterprise])
    vendor = generator.normal(0, settings.vendor_sd, settings.vendors)
    product = generator.normal(0, settings.product_sd, settings.products) + vendor[people.vendor]
    readiness = generator.normal(0, settings.readiness_sd, settings.enterprises)
    odds = settings.steepness * np.einsum("vcf,vf->vc", true - 0.5, weights[own])
    odds += product[candidates] + readiness[enterprise][:, None]
    odds += generator.normal(0, settings.pair_sd, candidates.shape)
    intercept = float(brentq(lambda level: expit(level + odds).mean() - settings.suitable_share, -40, 40))
    return Truth(
        weights=weights,
        product=product,
        suitable=expit(intercept + odds),
        signs=expit(logit(settings.contract_share) + vendor),
        accepted=expit(logit(settings.accepted_share) + vendor),
        pace=np.exp(generator.normal(0, settings.vendor_pace_sd, settings.vendors)),
    )
