"""Making the exposure report: count the logs, score the pairs, compare."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from recommender.domain.calendar import SHANGHAI
from recommender.domain.enterprise import PartnerKind
from recommender.domain.taxonomy import load_taxonomy
from recommender.errors import InvalidInput
from recommender.exposure.alarms import alarms_of
from recommender.exposure.attention import CONTACT, IMPRESSION, SERVED, Cells, Reader, matrix, parties_of
from recommender.exposure.board import Board, board_of
from recommender.exposure.caps import Caps, Market, load_caps
from recommender.exposure.measures import draw, figure, gini, hhi, ratio_figures, share_figures
from recommender.exposure.report import (
    ExposureReport,
    ExposureSlice,
    MarketExposure,
    Month,
    PartyExposure,
    SliceKind,
)
from recommender.matching.ranked import Engine
from recommender.matching.unknown import known_partner
from recommender.store import Store

Bools = NDArray[np.bool_]
#: Months of a report; more would take longer than a person waits.
MOST_MONTHS = 36
_DEFAULT_DAYS = 365


class BadPeriod(InvalidInput):
    """The period ends before it begins, or is too long."""

    code = "bad_period"
    title = "时段有误"


class ExposureService:
    """Reports who is seen and contacted.

    Parameters
    ----------
    engine : callable
        Returns what pairs are scored with now.
    caps : Caps, optional
        The shipped ones by default.
    """

    def __init__(self, store: Store, engine: Callable[[], Engine], *, caps: Caps | None = None) -> None:
        self._store = store
        self._engine = engine
        self._caps = caps

    def report(
        self,
        since: date | None = None,
        until: date | None = None,
        *,
        sub_industry: str | None = None,
        district: str | None = None,
    ) -> ExposureReport:
        """Report a period, both days included, the last 365 days by default.

        Parameters
        ----------
        sub_industry, district : str, optional
            Only enterprises of this code.

        Raises
        ------
        BadPeriod
        """
        today = self._store.clock().astimezone(SHANGHAI).date()
        until = until or today
        since = since or until - timedelta(days=_DEFAULT_DAYS)
        months = _months(since, until)
        engine = self._engine()
        catalogue = engine.snapshot.catalogue
        enterprises = {
            firm.uscc: firm
            for firm in catalogue.enterprises.values()
            if sub_industry in {None, firm.sub_industry} and district in {None, firm.district}
        }
        parties = parties_of(catalogue)
        known = frozenset(enterprises)
        with self._store.read() as work:
            reader = Reader(work, parties, known)
            told = reader.attention(months[0][1], months[-1][2])
            by_month = [(name, reader.events(IMPRESSION, *bounds)[0]) for name, *bounds in months]
        caps = self._caps or load_caps()
        markets = []
        for market in Market:
            records = [
                known_partner(engine, PartnerKind(market.value), key) for key in parties.members[market]
            ]
            board = board_of(market, told, enterprises, records, engine, until)
            markets.append(
                MarketExposure(
                    market=market,
                    slices=_slices(board, sub_industry, district),
                    months=tuple(_month(name, cells[market], board) for name, cells in by_month),
                )
            )
        return ExposureReport(
            since=since,
            until=until,
            sub_industry=sub_industry,
            district=district,
            caps_version=caps.version,
            markets=tuple(markets),
            alarms=alarms_of(markets, caps, sub_industry=sub_industry, district=district),
            unattributed=dict(told.unattributed),
            notes=_notes(told.unattributed, engine),
        )


def _months(since: date, until: date) -> list[tuple[str, datetime, datetime]]:
    if since > until:
        raise BadPeriod(f"开始日期 {since} 晚于结束日期 {until}", place={"field": "from"})
    count = (until.year - since.year) * 12 + until.month - since.month + 1
    if count > MOST_MONTHS:
        raise BadPeriod(f"时段最多 {MOST_MONTHS} 个月", place={"field": "from"})
    end = until + timedelta(days=1)
    months = []
    for number in range(count):
        year, month = divmod(since.year * 12 + since.month - 1 + number, 12)
        first = date(year, month + 1, 1)
        after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
        starts, ends = max(first, since), min(after, end)
        months.append((f"{first:%Y-%m}", _midnight(starts), _midnight(ends)))
    return months


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _slices(board: Board, sub_industry: str | None, district: str | None) -> tuple[ExposureSlice, ...]:
    taxonomy = load_taxonomy()
    everybody = np.ones(len(board.enterprises), bool)
    made = [_slice(board, SliceKind.ALL, None, "全部", everybody)]
    subs = np.array([str(firm.sub_industry or "") for firm in board.enterprises])
    districts = np.array([firm.district or "" for firm in board.enterprises])
    if sub_industry is None:
        made += [
            _slice(board, SliceKind.SUB_INDUSTRY, entry.code.value, entry.name, subs == entry.code.value)
            for entry in taxonomy.sub_industries
            if (subs == entry.code.value).any()
        ]
    if district is None:
        made += [
            _slice(board, SliceKind.DISTRICT, entry.code, entry.name, districts == entry.code)
            for entry in taxonomy.districts
            if (districts == entry.code).any()
        ]
    return tuple(made)


def _slice(board: Board, kind: SliceKind, code: str | None, name: str, rows: Bools) -> ExposureSlice:
    could = board.could_hold[rows].any(axis=0) | (board.seen[rows] > 0).any(axis=0)
    columns = np.flatnonzero(could)
    seen, deserved, contacted, served = draw(
        board.seen[rows][:, columns],
        board.deserved(rows)[:, columns],
        board.contacted[rows][:, columns],
        board.served[rows][:, columns],
    )
    figures = zip(
        columns.tolist(),
        share_figures(seen),
        share_figures(served),
        share_figures(contacted),
        share_figures(deserved),
        ratio_figures(seen, deserved),
        strict=True,
    )
    parties = []
    for place, (column, share, served_share, contact_share, merit_share, ratio) in enumerate(figures):
        party = board.parties[column]
        holders = board.could_hold[rows][:, column]
        merit = board.merit[rows][holders, column]
        parties.append(
            PartyExposure(
                party=party.id,
                name=party.name,
                mark=party.mark,
                impressions=int(seen.observed[place]),
                share=share,
                served_share=served_share,
                contacts=int(contacted.observed[place]),
                contact_share=contact_share,
                merit_share=merit_share,
                mean_merit=float(merit.mean()) if len(merit) else None,
                could_hold=int(holders.sum()),
                ratio=ratio,
            )
        )
    parties.sort(key=lambda one: (-one.impressions, one.party))
    return ExposureSlice(
        kind=kind,
        code=code,
        name=name,
        enterprises=int(((board.seen + board.contacted)[rows].sum(axis=1) > 0).sum()),
        impressions=int(seen.observed.sum()),
        contacts=int(contacted.observed.sum()),
        served_lists=int(board.lists[rows].sum()),
        gini=figure(seen, gini),
        hhi=figure(seen, hhi),
        equal_hhi=1.0 / len(columns) if len(columns) else None,
        parties=tuple(parties),
    )


def _month(name: str, cells: Cells, board: Board) -> Month:
    rows = {uscc: row for row, uscc in enumerate(sorted({uscc for uscc, _ in cells}))}
    columns = {party.id: column for column, party in enumerate(board.parties)}
    (seen,) = draw(matrix(cells, rows, columns))
    return Month(
        month=name,
        enterprises=len(rows),
        impressions=int(seen.observed.sum()),
        gini=figure(seen, gini),
        hhi=figure(seen, hhi),
    )


def _notes(unattributed: Mapping[str, int], engine: Engine) -> tuple[str, ...]:
    notes = [
        "“看到”只计上报的看到事件；“展示位置”是清单中的位置（第 k 位计 1/k），展示不等于看到。",
        "“应得份额”：每家企业的看到次数，按双向匹配分分给其清单可能列出的各家后的合计；"
        f"匹配分版本 {engine.priors.version}，按现在的资料计算。",
        "置信区间按企业重抽样（1000 次），不含匹配分本身的误差；HHI 和基尼系数在样本很少时偏高。",
    ]
    if any(unattributed.values()):
        told = {IMPRESSION: "看到", CONTACT: "联系", SERVED: "展示位置"}
        parts = [f"{told[kind]} {number} 次" for kind, number in unattributed.items() if number]
        notes.append(f"未计入（不是所选企业，或对象不是已知单位）：{'、'.join(parts)}。")
    return tuple(notes)
