"""Who was seen, and whether small enterprises came as far as large ones."""

from collections.abc import Mapping, Sequence

from recommender.course.project import Project
from recommender.diagnosis.value import Value
from recommender.domain import Enterprise
from recommender.domain.enterprise import SIZE_NAMES
from recommender.exposure.report import ExposureReport, SliceKind
from recommender.learning.intervals import Figure, missing, wilson

_MARKET_NAMES = {"lead_unit": "牵引单位", "vendor": "服务商"}


class MarketLine(Value):
    """How evenly attention was divided among the parties of one market.

    Attributes
    ----------
    gini, hhi : Figure
        Of the shares of impressions; 95 % interval by enterprise.
    equal_hhi : float, optional
        What the HHI would be if all were seen alike.
    alarms : int
        Shares above their cap.
    """

    market: str
    name: str
    parties: int
    impressions: int
    contacts: int
    gini: Figure
    hhi: Figure
    equal_hhi: float | None
    alarms: int


class SizeLine(Value):
    """One size class; ``code`` is None while employees or revenue are unknown."""

    code: str | None
    name: str
    enterprises: int
    signed: int
    accepted: int
    accepted_share: Figure


def markets(exposure: ExposureReport) -> tuple[MarketLine, ...]:
    """Return a line for each market of an exposure report."""
    lines = []
    for one in exposure.markets:
        whole = next(part for part in one.slices if part.kind is SliceKind.ALL)
        lines.append(
            MarketLine(
                market=one.market.value,
                name=_MARKET_NAMES.get(one.market.value, one.market.value),
                parties=len(whole.parties),
                impressions=whole.impressions,
                contacts=whole.contacts,
                gini=whole.gini,
                hhi=whole.hhi,
                equal_hhi=whole.equal_hhi,
                alarms=sum(alarm.market is one.market for alarm in exposure.alarms),
            )
        )
    return tuple(lines)


def sizes(firms: Mapping[str, Enterprise], rows: Sequence[Project]) -> tuple[SizeLine, ...]:
    """Return a line for each size class with an enterprise, unknown last."""
    signed = {row.enterprise for row in rows}
    accepted = {row.enterprise for row in rows if row.accepted_on is not None}
    groups: dict[str | None, set[str]] = {}
    for uscc, firm in firms.items():
        groups.setdefault(firm.size_class.value if firm.size_class else None, set()).add(uscc)
    names: list[tuple[str | None, str]] = [(size.value, name) for size, name in SIZE_NAMES.items()]
    return tuple(
        SizeLine(
            code=code,
            name=name,
            enterprises=len(own),
            signed=len(own & signed),
            accepted=len(own & accepted),
            accepted_share=_share(len(own & accepted), len(own)),
        )
        for code, name in [*names, (None, "未写明")]
        if (own := groups.get(code, set()))
    )


def _share(part: int, whole: int) -> Figure:
    return Figure(value=part / whole, ci95=wilson(part, whole)) if whole else missing("没有企业")
