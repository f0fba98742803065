"""The chance of an effect by whose word it holds: expert estimates, moved by what acceptances found."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from scipy.special import betaincinv

from recommender.domain.solution import Claim, Provenance, ScenarioEffect
from recommender.planning.effect_rules import EffectRules


@dataclass(frozen=True, slots=True)
class EffectChances:
    """Chance of an effect by provenance.

    Attributes
    ----------
    inferred_factor : float
        What an inference's own confidence is multiplied with; 1 before there are outcomes.
    observations : int
        Outcomes behind the numbers; 0 while they are expert estimates.
    strength : mapping of Provenance to float
        How many observations, expert ones included, stand behind the chance of each kind.
    inferred_confidence : float
        Mean confidence of the inferred effects that were looked at.
    """

    confirmed: float = 1.0
    declared: float = 0.85
    inferred_factor: float = 1.0
    measure: float = 0.95
    observations: int = 0
    strength: Mapping[Provenance, float] = field(default_factory=dict)
    inferred_confidence: float = 0.75

    @classmethod
    def of(cls, rules: EffectRules) -> "EffectChances":
        """Return the expert chances of the rules."""
        weight = rules.chances.prior_strength.value
        return cls(
            declared=rules.chances.declared.value,
            measure=rules.chances.measure.value,
            strength=dict.fromkeys(Provenance, weight),
        )

    @property
    def calibrated(self) -> bool:
        """Whether observed outcomes stand behind the numbers."""
        return self.observations > 0

    def of_claim(self, effect: ScenarioEffect | Claim) -> float:
        """Chance that an effect that a record states comes about."""
        match effect.provenance:
            case Provenance.CONFIRMED:
                return self.confirmed
            case Provenance.DECLARED:
                return self.declared
            case Provenance.INFERRED:
                return self.inferred(effect.confidence)

    def inferred(self, confidence: float) -> float:
        """Chance that an inference of a confidence is right."""
        return min(1.0, confidence * self.inferred_factor)

    def quantile(self, share: float) -> "EffectChances":
        """Return the chances of which the true ones are below with a probability, each by itself.

        Quantiles of Beta distributions of the same means, as strong as the observations behind them; a chance
        of 0 or 1 stays what it is.
        """
        inferred = min(1.0, self.inferred_factor * self.inferred_confidence)
        low = self._quantile(Provenance.INFERRED, inferred, share)
        return replace(
            self,
            confirmed=self._quantile(Provenance.CONFIRMED, self.confirmed, share),
            declared=self._quantile(Provenance.DECLARED, self.declared, share),
            inferred_factor=low / self.inferred_confidence if self.inferred_confidence else 0.0,
        )

    def _quantile(self, kind: Provenance, mean: float, share: float) -> float:
        weight = self.strength.get(kind, 0.0)
        if not 0.0 < mean < 1.0 or not weight:
            return mean
        return float(betaincinv(mean * weight, (1.0 - mean) * weight, share))


@dataclass(frozen=True, slots=True)
class Observed:
    """Outcomes of one provenance: effects that were claimed and later looked at on site.

    Attributes
    ----------
    tried, succeeded : int
        Effects looked at, and those found at their level.
    mean_confidence : float
        Mean confidence that was claimed for them; matters for inferred effects.
    """

    tried: int
    succeeded: int
    mean_confidence: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.succeeded <= self.tried:
            raise ValueError(f"{self.succeeded} successes of {self.tried}")


def calibrated(
    chances: EffectChances, outcomes: Mapping[Provenance, Observed], rules: EffectRules
) -> EffectChances:
    """Move the expert chances towards what was observed.

    Parameters
    ----------
    outcomes : mapping of Provenance to Observed
        From acceptances; a provenance without outcomes keeps its expert chance.

    Returns
    -------
    EffectChances
        Posterior means with a Beta prior worth ``prior_strength`` observations at the expert chance. For
        inferred effects the common factor is moved: successes over claimed confidence.
    """
    weight = rules.chances.prior_strength.value

    def posterior(expert: float, kind: Provenance) -> float:
        seen = outcomes.get(kind, Observed(0, 0))
        return (expert * weight + seen.succeeded) / (weight + seen.tried)

    inferred = outcomes.get(Provenance.INFERRED, Observed(0, 0))
    claimed = inferred.mean_confidence * (weight + inferred.tried)
    observed = chances.inferred_factor * inferred.mean_confidence * weight + inferred.succeeded
    return replace(
        chances,
        confirmed=posterior(chances.confirmed, Provenance.CONFIRMED),
        declared=posterior(chances.declared, Provenance.DECLARED),
        inferred_factor=observed / claimed if claimed else chances.inferred_factor,
        inferred_confidence=inferred.mean_confidence if inferred.tried else chances.inferred_confidence,
        observations=chances.observations + sum(seen.tried for seen in outcomes.values()),
        strength={kind: weight + (outcomes[kind].tried if kind in outcomes else 0) for kind in Provenance},
    )
