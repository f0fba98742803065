"""Simulated lists: nobody above its cap by the candidate, new products and small firms not pushed out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recommender.domain import Enterprise
from recommender.domain.enterprise import SizeClass
from recommender.domain.taxonomy import SubIndustry, load_taxonomy
from recommender.exposure.attention import parties_of
from recommender.exposure.caps import MARKET_NAMES, Caps, Market, load_caps
from recommender.exposure.measures import draw, shares
from recommender.learning.intervals import SEED
from recommender.matching.ranked import Engine
from recommender.registry.gate import FairnessRule, GateFigure, GateResult, GateStatus, judged
from recommender.registry.simulated_lists import Exposure, Lists, SimulatedLists, drawn_enterprises

GATE = "fairness"
_SMALL = frozenset({SizeClass.SMALL, SizeClass.MICRO})
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _Finding:
    """One thing that was looked at; ``noted`` when it is worth a line although it is no reason to refuse."""

    status: GateStatus
    text: str
    figures: tuple[GateFigure, ...] = ()
    noted: bool = True


def fairness_gate(
    rule: FairnessRule,
    candidate: Engine,
    served: Engine,
    new: frozenset[str],
    on: date,
    *,
    caps: Caps | None = None,
    progress: Progress | None = None,
) -> GateResult:
    """Compare the exposure that both models would give.

    Parameters
    ----------
    new : frozenset of str
        Products that came into the pool lately.
    on : date
        Day on which consent must hold.
    caps : Caps, optional
        The shipped ones by default.
    """
    firms = drawn_enterprises(served, rule.most_enterprises, SEED)
    if len(firms) < rule.least_lists:
        told = f"已登记企业 {len(firms)} 家，至少要有 {rule.least_lists} 家才能比较"
        return judged(GATE, rule, GateStatus.TOO_LITTLE_EVIDENCE, told)
    ours, theirs = SimulatedLists(candidate, rule.depth), SimulatedLists(served, rule.depth)
    alike = candidate.model.fusion == served.model.fusion
    for number, firm in enumerate(firms, start=1):
        found = theirs.add(firm)
        ours.add(firm, found if alike else None)
        if progress is not None:
            progress(f"gate_{GATE}", number, len(firms))
    findings = _findings(rule, ours, theirs, firms, new, on, caps or load_caps())
    for status in (GateStatus.FAILED, GateStatus.TOO_LITTLE_EVIDENCE):
        if worst := [one.text for one in findings if one.status is status]:
            break
    else:
        status, worst = GateStatus.PASSED, [f"{len(firms)} 家企业的模拟名单中没有单位因它超过上限"]
    others = tuple(one.text for one in findings if one.noted and one.text not in worst)
    figures = tuple(figure for one in findings for figure in one.figures)
    return judged(GATE, rule, status, "；".join(worst), figures, others)


def _findings(
    rule: FairnessRule,
    ours: SimulatedLists,
    theirs: SimulatedLists,
    firms: Sequence[Enterprise],
    new: frozenset[str],
    on: date,
    caps: Caps,
) -> list[_Finding]:
    catalogue = theirs.engine.snapshot.catalogue
    owner_of = parties_of(catalogue).owner_of
    vendors = {key: party for key, (market, party) in owner_of.items() if market is Market.VENDOR}
    names = {key: unit.name for key, unit in catalogue.lead_units.items()}
    names |= {s.provider.id: s.provider.name for s in catalogue.solutions.values() if s.provider}
    markets = {
        Market.LEAD_UNIT: Exposure.of(ours.units, theirs.units, lambda key: key),
        Market.VENDOR: Exposure.of(ours.solutions, theirs.solutions, vendors.get),
    }
    found = []
    for market, exposure in markets.items():
        found += list(_above_caps(market, exposure, firms, rule, caps, names))
    small = frozenset(key for key, firm in catalogue.enterprises.items() if firm.size_class in _SMALL)
    found.append(_kept("new", "新入池产品", ours.solutions, theirs.solutions, new, rule.least_new_share))
    prospects = ours.prospects(on), theirs.prospects(on)
    found.append(_kept("small", "小微企业", *prospects, small, rule.least_small_share))
    return found


@dataclass(frozen=True, slots=True)
class _Slice:
    """Some of the lists of one market."""

    market: Market
    code: str | None
    exposure: Exposure
    rows: NDArray[np.bool_]

    @property
    def where(self) -> str:
        """In which sub-industry, in Chinese; empty for all."""
        return "" if self.code is None else f"在{load_taxonomy().sub_industry_name(SubIndustry(self.code))}"


def _above_caps(
    market: Market,
    exposure: Exposure,
    firms: Sequence[Enterprise],
    rule: FairnessRule,
    caps: Caps,
    names: Mapping[str, str],
) -> Iterator[_Finding]:
    """Look at all enterprises together and at every sub-industry with enough of them."""
    subs = np.array([str(firm.sub_industry or "") for firm in firms])
    for code in (None, *sorted(set(subs.tolist()) - {""})):
        rows = np.full(len(firms), True) if code is None else subs == code
        cap = caps.of(market, code)
        if cap is not None and (code is None or rows.sum() >= caps.least_enterprises):
            yield _largest(_Slice(market, code, exposure, rows), rule, cap, names)


def _largest(part: _Slice, rule: FairnessRule, cap: float, names: Mapping[str, str]) -> _Finding:
    """Judge the party whose share above the cap rises most, or the largest one where none is above."""
    title, n = f"{MARKET_NAMES[part.market]}{part.where}", int(part.rows.sum())
    ours, theirs = draw(part.exposure.candidate[part.rows], part.exposure.served[part.rows])
    if not ours.observed.sum() or not theirs.observed.sum():
        return _Finding(GateStatus.PASSED, f"{title}没有可列出的单位")
    now, before = shares(ours.observed), shares(theirs.observed)
    above = now > cap
    at = int(np.argmax(np.where(above, 1.0 + now - before, now) if above.any() else now))
    party = part.exposure.parties[at]
    named, key = f"{title}“{names.get(party, party)}”", f"{part.market.value}_{part.code or 'all'}"
    resampled = shares(ours.resampled)[:, at], shares(theirs.resampled)[:, at]
    figures = (
        GateFigure.drawn(f"{key}_share", f"{named}在候选模型下的份额", now[at], resampled[0], n),
        GateFigure.drawn(
            f"{key}_rise", f"{named}的份额之差", now[at] - before[at], resampled[0] - resampled[1], n
        ),
    )
    told = f"{named}在候选模型下占 {now[at]:.0%}，现用模型下 {before[at]:.0%}，上限 {cap:.0%}（{n} 份名单）"
    if now[at] <= cap or now[at] - before[at] <= rule.most_rise:
        return _Finding(GateStatus.PASSED, told, figures, noted=bool(now[at] > cap))
    low = figures[1].ci95[0]
    if low is not None and low > 0:
        return _Finding(GateStatus.FAILED, told, figures)
    return _Finding(GateStatus.TOO_LITTLE_EVIDENCE, f"{told}，之差的区间跨过 0", figures)


def _kept(
    name: str, title: str, candidate: Lists, served: Lists, marked: frozenset[str], least: float
) -> _Finding:
    """Judge whether a group keeps enough of the share that the served model gives it."""
    exposure = Exposure.of(candidate, served, lambda key: "marked" if key in marked else "other")
    if exposure.parties != ("marked", "other"):
        which = "全部是" if exposure.parties == ("marked",) else "没有"
        return _Finding(GateStatus.PASSED, f"名单中{which}{title}，无从比较")
    ours, theirs = draw(exposure.candidate, exposure.served)
    (now, before), n = (shares(ours.observed)[0], shares(theirs.observed)[0]), len(candidate)
    resampled = shares(ours.resampled)[:, 0], shares(theirs.resampled)[:, 0]
    figures = (
        GateFigure.drawn(f"{name}_candidate", f"{title}在候选模型下的份额", now, resampled[0], n),
        GateFigure.drawn(f"{name}_served", f"{title}在现用模型下的份额", before, resampled[1], n),
        GateFigure.drawn(
            f"{name}_left",
            f"{title}的份额高出下限",
            now - least * before,
            resampled[0] - least * resampled[1],
            n,
        ),
    )
    told = f"{title}在候选模型下占 {now:.0%}，现用模型下 {before:.0%}，至少要留下其 {least:.0%}（{n} 份名单）"
    if now >= least * before:
        return _Finding(GateStatus.PASSED, told, figures)
    if figures[2].ci95[1] is not None and figures[2].ci95[1] < 0:
        return _Finding(GateStatus.FAILED, told, figures)
    return _Finding(GateStatus.TOO_LITTLE_EVIDENCE, f"{told}，区间跨过下限", figures)
