"""How long each step takes, cut off so that the whole stays within the horizons of the funnel."""

from collections.abc import Mapping

import numpy as np
from scipy.special import gammainc, gammaincinv

from recommender.domain.event import load_funnel
from recommender.simulation.settings import Floats, WorldSettings

#: Gamma shape of each delay: reactions come at once or much later, work takes its time.
_SHAPES = {"contact": 1.0, "sign": 2.0, "end": 3.0, "refusal": 1.0}


def draw_delays(lots: Mapping[str, Floats], pace: Floats, settings: WorldSettings) -> dict[str, Floats]:
    """Turn uniform numbers into delays.

    Parameters
    ----------
    lots : mapping of str to float64
        Uniform on 0–1, for ``contact``, ``sign``, ``end`` and ``refusal``.
    pace : float64
        Of each vendor: how many times as long as the mean it takes to a contract.

    Returns
    -------
    dict of str to float64
        Days after the step before it: the list, the contact, the contract; a refusal after the list or the
        contact.
    """
    means: dict[str, Floats | float] = {
        "contact": settings.contact_days,
        "sign": settings.contract_days * pace,
        "end": settings.accepted_days,
        "refusal": settings.refusal_days,
    }
    most = _longest()
    return {name: _cut_gamma(lots[name], _SHAPES[name], means[name], most[name]) for name in _SHAPES}


def _longest() -> dict[str, float]:
    horizon = {step.name: step.horizon_days for step in load_funnel().types}
    return {
        "contact": horizon["contact"],
        "sign": horizon["contract"] - horizon["contact"],
        "end": horizon["accepted"] - horizon["contract"],
        "refusal": horizon["dismiss"],
    }


def _cut_gamma(lots: Floats, shape: float, mean: Floats | float, most: float) -> Floats:
    """Draw by inversion from a gamma distribution of this mean, given that it is below ``most``."""
    scale = mean / shape
    return np.asarray(scale * gammaincinv(shape, lots * gammainc(shape, most / scale)), np.float64)
