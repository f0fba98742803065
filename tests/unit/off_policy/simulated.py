"""A plainly synthetic logged bandit: known click rates, a known logging policy, a known truth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Bandit:
    """Click rates (positions, items), and what two policies do with them."""

    rates: np.ndarray
    logging: np.ndarray
    target: np.ndarray

    @property
    def truth(self) -> float:
        """Clicks a round under the target policy; positions are equally frequent."""
        return float((self.target * self.rates).sum(axis=1).mean())

    @property
    def logged(self) -> float:
        """Clicks a round under the logging policy."""
        return float((self.logging * self.rates).sum(axis=1).mean())

    def log(self, rounds: int, seed: int) -> pd.DataFrame:
        """Draw a log."""
        generator = np.random.default_rng(seed)
        positions, items = self.rates.shape
        position = generator.integers(0, positions, rounds)
        drawn = generator.random(rounds)
        item = (self.logging.cumsum(axis=1)[position] < drawn[:, None]).sum(axis=1).clip(0, items - 1)
        return pd.DataFrame(
            {
                "item_id": item,
                "position": position + 1,
                "click": (generator.random(rounds) < self.rates[position, item]).astype(int),
                "propensity_score": self.logging[position, item],
            }
        )

    def target_frame(self) -> pd.DataFrame:
        """The target policy as a table."""
        position, item = np.indices(self.target.shape)
        return pd.DataFrame(
            {
                "item_id": item.ravel(),
                "position": position.ravel() + 1,
                "probability": self.target.ravel(),
            }
        )


def bandit(
    *, items: int = 8, positions: int = 2, rate: float = 0.05, skew: float = 1.0, seed: int = 7
) -> Bandit:
    """Make one; the logging policy leaves every item at least a tenth of an even share."""
    generator = np.random.default_rng(seed)
    rates = np.clip(rate * generator.gamma(2.0, 0.5, (positions, items)), 0, 1)
    logging = 0.9 * generator.dirichlet(np.full(items, skew * 2), positions) + 0.1 / items
    return Bandit(rates, logging, generator.dirichlet(np.full(items, skew), positions))
