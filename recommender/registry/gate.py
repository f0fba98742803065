"""A gate: something that is measured of a model before it may be served, and what was found."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from recommender.domain.validation_text import explain, summary
from recommender.errors import InvalidInput
from recommender.learning.intervals import Figure
from recommender.settings import data_dir

Floats = NDArray[np.float64]
_LEVEL = (2.5, 97.5)


class GateStatus(StrEnum):
    """What a gate found."""

    PASSED = "passed"
    FAILED = "failed"
    TOO_LITTLE_EVIDENCE = "too_little_evidence"


class _Rule(BaseModel):
    """What every gate has.

    Attributes
    ----------
    on : bool
        Whether it is asked at all.
    pass_without_evidence : bool
        Whether too little evidence lets a model pass.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    note: str = ""
    on: bool
    pass_without_evidence: bool


class OfflineRule(_Rule):
    """Needs with a known answer.

    Attributes
    ----------
    most_loss : float
        Of nDCG@10 against the served model.
    least_needs, most_needs : int
        Fewer are too little evidence; of more, as many are drawn.
    """

    most_loss: Annotated[float, Field(ge=0, le=1)]
    least_needs: Annotated[int, Field(ge=2)]
    most_needs: Annotated[int, Field(ge=2)]


class OffPolicyRule(_Rule):
    """The log, see :mod:`recommender.off_policy`.

    Attributes
    ----------
    outcome : str
        Step of the funnel that counts.
    """

    outcome: str


class FairnessRule(_Rule):
    """Simulated lists.

    Attributes
    ----------
    depth : int
        Places of a list.
    most_enterprises, least_lists : int
        For how many lists are made; fewer than the second are too little evidence.
    most_rise : float
        By which the share of one party above its cap may exceed that under the served model.
    least_new_share, least_small_share : float
        What must be left of the share of new products, and of small and micro enterprises, under the served
        model, as a fraction.
    new_days : int
        How long a product is new.
    """

    depth: Annotated[int, Field(ge=1, le=50)]
    most_enterprises: Annotated[int, Field(ge=2)]
    least_lists: Annotated[int, Field(ge=2)]
    most_rise: Annotated[float, Field(ge=0, le=1)]
    least_new_share: Annotated[float, Field(ge=0, le=1)]
    least_small_share: Annotated[float, Field(ge=0, le=1)]
    new_days: Annotated[int, Field(ge=1)]


class LatencyRule(_Rule):
    """Time to rank.

    Attributes
    ----------
    most_ratio : float
        Of the 95th percentiles, candidate over served model.
    enterprises, repeats : int
        For how many lists are made, and how often each.
    """

    most_ratio: Annotated[float, Field(gt=0)]
    enterprises: Annotated[int, Field(ge=2)]
    repeats: Annotated[int, Field(ge=1)]


class GateRules(BaseModel):
    """All gates, from ``data/registry/gates.json``."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str
    offline: OfflineRule
    off_policy: OffPolicyRule
    fairness: FairnessRule
    latency: LatencyRule


class UnusableGates(InvalidInput):
    """A file that is no set of gates; without gates nothing is promoted."""

    code = "unusable_gates"
    title = "关口设置有误"


def read_gate_rules(own: Path | None = None) -> GateRules:
    """Read the rules of an installation, the shipped ones where it has none of its own.

    Raises
    ------
    UnusableGates
    """
    file = own if own is not None and own.exists() else data_dir() / "registry" / "gates.json"
    try:
        return GateRules.model_validate_json(file.read_bytes())
    except OSError as error:
        raise UnusableGates(f"无法读取关口设置“{file}”", place={"file": str(file)}) from error
    except ValidationError as error:
        problems = explain(error)
        raise UnusableGates(
            f"关口设置“{file}”：{summary(problems)}",
            place={"file": str(file), "field": problems[0].field},
        ) from error


class GateFigure(BaseModel):
    """A measured value that a gate goes by.

    Attributes
    ----------
    n : int
        Independent units behind it: solutions with needs, lists, enterprises.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    value: float | None
    ci95: tuple[float | None, float | None]
    n: int

    @classmethod
    def of(cls, name: str, title: str, figure: Figure, n: int) -> "GateFigure":
        """Return a figure with its name."""
        return cls(name=name, title=title, value=figure.value, ci95=figure.ci95, n=n)

    @classmethod
    def drawn(
        cls, name: str, title: str, value: float, resampled: NDArray[np.float64], n: int
    ) -> "GateFigure":
        """Return a value with the percentile interval of its resamples."""
        usable = resampled[np.isfinite(resampled)]
        low, high = np.percentile(usable, _LEVEL) if len(usable) else (None, None)
        interval = (None, None) if low is None or high is None else (float(low), float(high))
        return cls(name=name, title=title, value=float(value), ci95=interval, n=n)


class GateResult(BaseModel):
    """What one gate found.

    Attributes
    ----------
    lets_pass : bool
        Whether the model may go on.
    text : str
        Chinese sentence with the figures that decided.
    """

    model_config = ConfigDict(frozen=True)

    gate: str
    title: str
    status: GateStatus
    lets_pass: bool
    text: str
    figures: tuple[GateFigure, ...] = ()
    notes: tuple[str, ...] = ()


class GateReport(BaseModel):
    """What all gates found of a candidate against the served model.

    Attributes
    ----------
    passed : bool
        Whether every gate lets it pass.
    rules_version : str
        Edition of ``data/registry/gates.json``.
    """

    model_config = ConfigDict(frozen=True)

    candidate: str
    served: str
    at: AwareDatetime
    seconds: float
    rules_version: str
    passed: bool
    text: str
    gates: tuple[GateResult, ...]


def judged(
    gate: str,
    rule: _Rule,
    status: GateStatus,
    text: str,
    figures: tuple[GateFigure, ...] = (),
    notes: tuple[str, ...] = (),
) -> GateResult:
    """Return what a gate found, and whether that lets pass."""
    passes = status is GateStatus.PASSED
    if status is GateStatus.TOO_LITTLE_EVIDENCE:
        passes = rule.pass_without_evidence
        text += "；按设置放行" if passes else "；按设置不放行"
    return GateResult(
        gate=gate, title=rule.title, status=status, lets_pass=passes, text=text, figures=figures, notes=notes
    )
