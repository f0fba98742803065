"""Answers as Excel workbooks: ranked lists, plans, the exposure report."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from recommender.domain.record import SYNTHETIC_MARK
from recommender.exchange.columns import CellType
from recommender.exchange.workbooks import Sheet, SheetColumn, about_sheet, book_bytes, shown_moment
from recommender.exposure.caps import MARKET_NAMES
from recommender.exposure.report import ExposureReport, PartyExposure
from recommender.matching.answer import Recommendation
from recommender.planning.plan import Cost
from recommender.planning.serving import ServedPlan

_COUNT, _MONEY, _SHARE, _FIGURE = CellType.NUMBER, CellType.MONEY, CellType.SHARE, CellType.FIGURE
_TITLES = {"solution": "推荐的解决方案", "lead_unit": "推荐的牵引单位", "prospect": "可联系的企业"}
_ITEMS = (
    SheetColumn("名次", 6, _COUNT),
    SheetColumn("名称", 30),
    SheetColumn("编号", 22),
    SheetColumn("得分", 8, _FIGURE),
    SheetColumn("企业看单位", 10, _FIGURE),
    SheetColumn("单位看企业", 10, _FIGURE),
    SheetColumn("理由", 60),
    SheetColumn("注意", 40),
    SheetColumn("标记", 12),
)
_EXCLUDED = (SheetColumn("规则", 24), SheetColumn("说明", 60), SheetColumn("个数", 8, _COUNT))
_PLANNED = (
    SheetColumn("类别", 10),
    SheetColumn("名称", 30),
    SheetColumn("编号", 20),
    SheetColumn("提供方", 24),
    SheetColumn("费用(元)", 14, _MONEY),
    SheetColumn("最低(元)", 14, _MONEY),
    SheetColumn("最高(元)", 14, _MONEY),
    SheetColumn("天数", 8, _COUNT),
    SheetColumn("带来什么", 60),
    SheetColumn("标记", 12),
)
_EXPOSURE = (
    SheetColumn("市场", 12),
    SheetColumn("范围", 16),
    SheetColumn("名称", 30),
    SheetColumn("编号", 20),
    SheetColumn("看到", 8, _COUNT),
    SheetColumn("份额", 9, _SHARE),
    SheetColumn("份额下限", 9, _SHARE),
    SheetColumn("份额上限", 9, _SHARE),
    SheetColumn("应得", 9, _SHARE),
    SheetColumn("联系", 8, _COUNT),
    SheetColumn("份额÷应得", 10, _FIGURE),
    SheetColumn("标记", 12),
)


def recommendation_workbook(answer: Recommendation, asked: str = "") -> bytes:
    """Return a ranked list as a workbook; ``asked`` says in Chinese how it was filtered."""
    items = [
        (
            item.rank,
            item.name,
            item.id,
            item.score,
            item.forward,
            item.reverse,
            "\n".join(reason.text for reason in item.reasons),
            "\n".join(item.warnings),
            item.synthetic_mark,
        )
        for item in answer.items
    ]
    excluded = [(entry.rule, entry.text, entry.count) for entry in answer.excluded]
    told = [
        ("推荐编号", answer.recommendation_id),
        ("对象", str(answer.subject.get("name") or answer.subject.get("text") or "")),
        ("筛选", asked or "无"),
        *_made(answer.served_at, any(item.synthetic_mark for item in answer.items)),
    ]
    if answer.degraded:
        told.append(("注意", answer.degraded_detail or answer.degraded))
    title = _TITLES.get(answer.target, "名单")
    return book_bytes(
        (Sheet(title, _ITEMS, items), Sheet("未列入的原因", _EXCLUDED, excluded), about_sheet(told))
    )


def plan_workbook(plan: ServedPlan) -> bytes:
    """Return a plan as a workbook: products, then what the enterprise does itself."""
    rows: list[Sequence[Any]] = [
        (
            "产品",
            item.name,
            item.id,
            item.provider,
            *_amounts(item.cost),
            item.days,
            "\n".join(
                (
                    *(f"{closed.name}：{closed.present} 级到 {closed.after} 级" for closed in item.closes),
                    *(f"{earned.item_name} +{earned.adds} 分：{earned.text}" for earned in item.earns),
                )
            ),
            item.synthetic_mark,
        )
        for item in plan.solutions
    ]
    rows += [
        (
            "自办举措",
            item.name,
            item.id,
            "企业自己",
            *_amounts(item.cost),
            item.days,
            "\n".join(f"{earned.item_name} +{earned.adds} 分：{earned.text}" for earned in item.earns),
            None,
        )
        for item in plan.measures
    ]
    told = [
        ("方案编号", plan.recommendation_id),
        ("结论", plan.summary),
        ("改造前", plan.before.level_name),
        ("改造后", plan.after.level_name),
        ("补贴口径", plan.subsidy.notice),
        *_made(plan.served_at, any(item.synthetic_mark for item in plan.solutions)),
        *(("说明", note) for note in plan.notes),
    ]
    return book_bytes((Sheet("改造方案", _PLANNED, rows), about_sheet(told)))


def exposure_workbook(report: ExposureReport, at: datetime) -> bytes:
    """Return the exposure report as a workbook, a row for each party in each slice."""
    rows = [
        (MARKET_NAMES[market.market], part.name, *_party(party))
        for market in report.markets
        for part in market.slices
        for party in part.parties
    ]
    told = [
        ("内容", f"曝光公平报告 {report.since} 至 {report.until}"),
        ("筛选", f"细分行业 {report.sub_industry or '全部'}；区 {report.district or '全部'}"),
        *_made(at, any(row[-1] for row in rows)),
        *(("超上限", alarm.text) for alarm in report.alarms),
        *(("说明", note) for note in report.notes),
    ]
    return book_bytes((Sheet("曝光", _EXPOSURE, rows), about_sheet(told)))


def _party(party: PartyExposure) -> tuple[Any, ...]:
    low, high = party.share.ci95
    return (
        party.name,
        party.party,
        party.impressions,
        party.share.value,
        low,
        high,
        party.merit_share.value,
        party.contacts,
        party.ratio.value,
        party.mark,
    )


def _amounts(cost: Cost) -> tuple[Any, ...]:
    return cost.planned_yuan, cost.low_yuan, cost.high_yuan


def _made(at: datetime, synthetic: bool) -> list[tuple[str, str]]:
    told = [("生成时间", shown_moment(at))]
    if synthetic:
        told.append((SYNTHETIC_MARK, "含演示用的合成样本，见“标记”列"))
    return told
