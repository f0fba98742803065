"""How far contracts went beyond the list prices that held when they were signed."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from recommender.course.project import Project
from recommender.domain import Solution
from recommender.domain.calendar import local_day
from recommender.domain.solution import PriceBasis
from recommender.store import UnitOfWork
from recommender.store.repositories.record_history import Revision


def over_list_price(
    work: UnitOfWork, rows: Iterable[Project], products: Mapping[str, Solution], moment: datetime
) -> dict[tuple[str, str | None, str], float]:
    """Return by enterprise, project and partner how far the amount lies outside the list prices' range.

    0 within the range, 0.2 for a fifth above its high end, negative below its low end. Left out: contracts
    that name no amount, no day or no product, and those with a product that had no one-off price then,
    because nothing tells for how many years a yearly price was agreed.
    """
    rows = [row for row in rows if row.contract_yuan is not None and row.contract_on and row.solutions]
    histories = {
        key: [one for one in work.solutions.history(key) if one.recorded_at <= moment]
        for key in {key for row in rows for key in row.solutions if key in products}
    }
    found: dict[tuple[str, str | None, str], float] = {}
    for row in rows:
        prices = [_price(histories.get(key, ()), row) for key in row.solutions]
        told = [price for price in prices if price is not None]
        if len(told) < len(prices) or row.contract_yuan is None:
            continue
        low, high = sum(price[0] for price in told), sum(price[1] for price in told)
        amount = float(row.contract_yuan)
        end = high if amount > high else low if amount < low else amount
        if end > 0:
            found[row.enterprise, row.project, row.partner] = amount / end - 1
    return found


def _price(history: Iterable[Revision[Solution]], row: Project) -> tuple[float, float] | None:
    """Return the range on the day of the contract; of a product stored later, the first one known."""
    newest: Solution | None = None
    for one in history:
        if newest is None or (row.contract_on and local_day(one.recorded_at) <= row.contract_on):
            newest = one.record
    if newest is None or newest.price is None or newest.price.basis is not PriceBasis.ONE_OFF:
        return None
    return float(newest.price.low_yuan), float(newest.price.high_yuan)
