"""小快轻准 of a submission: price, days and payback against thresholds and against the pool."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Literal

from pydantic import BaseModel, ConfigDict

from recommender.benchmark.percentile import midrank_percentile
from recommender.domain import Solution
from recommender.domain.solution import AuditState, PriceBasis
from recommender.ranking.priors import Thresholds

_NOTE = "小快轻准没有公布的数值，以下为可修改的参考值，以官方通知为准"
_MOST_COMPARED = 10

IndicatorName = Literal["price", "days", "payback"]
_Figure = Callable[[Solution], Decimal | None]


class Indicator(BaseModel):
    """One figure of a product among those of the pool.

    Attributes
    ----------
    value, threshold : Decimal
        Yuan, days or months.
    meets : bool
        Whether it is at most the threshold.
    percentile : float, optional
        Midrank, 0–100; low is cheap or quick. None with fewer than the least number of peers.
    n : int
        Admitted products with a scenario in common that tell this figure (for prices, on the same basis).
    """

    model_config = ConfigDict(frozen=True)

    name: IndicatorName
    title: str
    value: Decimal
    threshold: Decimal
    meets: bool
    percentile: float | None
    n: int


class ComparedPrice(BaseModel):
    """The list price of a comparable product, in yuan."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    provider: str | None
    low_yuan: Decimal
    high_yuan: Decimal
    shared_scenarios: int


class PriceComparison(BaseModel):
    """Prices on the same basis of admitted products with a scenario in common.

    Attributes
    ----------
    least_yuan, median_yuan, most_yuan : Decimal, optional
        Of the lower ends of their ranges; None when there are no such products.
    products : tuple of ComparedPrice
        The ten that share most scenarios, nearest prices first among equals.
    """

    model_config = ConfigDict(frozen=True)

    basis: PriceBasis
    n: int
    least_yuan: Decimal | None
    median_yuan: Decimal | None
    most_yuan: Decimal | None
    products: tuple[ComparedPrice, ...]


class Lightness(BaseModel):
    """All indicators that the product tells, the prices to compare with, and what is not told."""

    model_config = ConfigDict(frozen=True)

    note: str
    indicators: tuple[Indicator, ...]
    missing: tuple[str, ...]
    prices: PriceComparison | None


def lightness_of(
    solution: Solution, pool: Iterable[Solution], thresholds: Thresholds, least_peers: int
) -> Lightness:
    """Set a product against the thresholds of the ranking and against the admitted products of the pool.

    Parameters
    ----------
    pool : iterable of Solution
        Records; the product itself and what is not admitted are left out.
    least_peers : int
        Fewer figures than these give no percentile.
    """
    own = {effect.scenario for effect in solution.scenarios}
    peers = [
        peer
        for peer in pool
        if peer.id != solution.id
        and peer.audit_state is AuditState.ADMITTED
        and peer.in_scope
        and own & {effect.scenario for effect in peer.scenarios}
    ]
    missing: list[str] = []
    indicators: list[Indicator] = []
    for name, title, limit, figure in _figures(solution, thresholds):
        value = figure(solution)
        if value is None:
            missing.append(title)
            continue
        others = [known for peer in peers if (known := figure(peer)) is not None]
        indicators.append(
            Indicator(
                name=name,
                title=title,
                value=value,
                threshold=limit,
                meets=value <= limit,
                percentile=midrank_percentile(value, others) if len(others) >= least_peers else None,
                n=len(others),
            )
        )
    return Lightness(
        note=_NOTE,
        indicators=tuple(indicators),
        missing=tuple(missing),
        prices=_compared(solution, peers) if solution.price else None,
    )


def _figures(
    solution: Solution, thresholds: Thresholds
) -> tuple[tuple[IndicatorName, str, Decimal, _Figure], ...]:
    basis = solution.price.basis if solution.price else None
    return (
        ("price", "最低价（元）", thresholds.light_price_yuan, partial(_low_price, basis)),
        ("days", "上线天数", Decimal(thresholds.light_days), lambda one: _number(one.days_to_deploy)),
        (
            "payback",
            "回本月数",
            Decimal(thresholds.light_payback_months),
            lambda one: _number(one.payback_months),
        ),
    )


def _low_price(basis: PriceBasis | None, solution: Solution) -> Decimal | None:
    price = solution.price
    return price.low_yuan if price is not None and price.basis is basis else None


def _number(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _compared(solution: Solution, peers: list[Solution]) -> PriceComparison | None:
    price = solution.price
    if price is None:
        return None
    own = {effect.scenario for effect in solution.scenarios}
    compared = [
        ComparedPrice(
            id=peer.id,
            name=peer.name,
            provider=peer.provider.name if peer.provider else None,
            low_yuan=peer.price.low_yuan,
            high_yuan=peer.price.high_yuan,
            shared_scenarios=len(own & {effect.scenario for effect in peer.scenarios}),
        )
        for peer in peers
        if peer.price is not None and peer.price.basis is price.basis
    ]
    lows = [one.low_yuan for one in compared]
    nearest = sorted(
        compared, key=lambda one: (-one.shared_scenarios, abs(one.low_yuan - price.low_yuan), one.id)
    )
    return PriceComparison(
        basis=price.basis,
        n=len(lows),
        least_yuan=min(lows, default=None),
        median_yuan=median(lows) if lows else None,
        most_yuan=max(lows, default=None),
        products=tuple(nearest[:_MOST_COMPARED]),
    )
