"""Figures and tables of the closing report in words: what page, document and workbook all show."""

from typing import NamedTuple

from recommender.closing.report import ClosingReport, Group
from recommender.domain.level import LEVEL_NAMES
from recommender.learning.intervals import Figure
from recommender.policy.estimate import yuan_text


class Part(NamedTuple):
    """A titled table; ``note`` says what its numbers rest on."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def figure_text(figure: Figure, n: int | None = None, *, percent: bool = False) -> str:
    """Return a figure with its interval and number; a dash where nothing is known."""
    if figure.value is None:
        return "—"
    form = ".0%" if percent else ".2f"
    low, high = figure.ci95
    span = "" if low is None or high is None else f"（95% 区间 {low:{form}} 到 {high:{form}}）"
    return f"{figure.value:{form}}{span}" + ("" if n is None else f"，n = {n}")


def summary(report: ClosingReport) -> tuple[str, ...]:
    """Return the sentences that the report begins with."""
    board = report.board
    return (
        f"列入试点名单的企业 {board.enterprises_listed} 家，签约项目 {board.projects_signed} 个，"
        f"验收通过 {board.projects_accepted} 个，退出 {board.projects_withdrawn} 个。",
        f"合同金额合计 {yuan_text(report.contract_yuan)}，"
        f"验收项目的核定投入 {yuan_text(report.approved_yuan)}，"
        f"已付奖补 {yuan_text(report.subsidy_yuan)}，惠及 {board.enterprises_paid} 家企业。",
        f"验收通过的项目平均提升 {figure_text(report.level_gain, report.level_gain_n)} 级；"
        f"已有结果的项目验收通过率 {figure_text(report.acceptance, report.acceptance_n, percent=True)}；"
        f"企业满意度 {figure_text(report.rating, report.rating_n)} 分。",
    )


def parts(report: ClosingReport) -> tuple[Part, ...]:
    """Return the tables in order."""
    return (
        _basis(report),
        _targets(report),
        _groups("按区", "区", report.districts),
        _groups("按细分行业", "细分行业", report.sub_industries),
        _funnel(report),
        _levels(report),
        _stages(report),
        _sizes(report),
        _markets(report),
        _trouble(report),
        _adjustments(report),
    )


def _targets(report: ClosingReport) -> Part:
    rows = tuple(
        (
            line.title,
            str(line.goal),
            str(line.value),
            str(line.due_on),
            "—" if line.at_due is None else str(line.at_due),
            "达到" if line.reached else "未达到",
            line.counting,
        )
        for line in report.board.targets
    )
    columns = ("目标", "目标数", "完成", "期限", "到期时", "是否达到", "计数规则")
    return Part("目标与完成", columns, rows, "；".join((*report.board.notes, report.board.notice)))


def _groups(title: str, name: str, groups: tuple[Group, ...]) -> Part:
    columns = (
        name,
        "列入名单",
        "项目",
        "验收通过",
        "退出",
        "合同金额",
        "核定投入",
        "已付奖补",
        "平均提升（级）",
    )
    rows = tuple(
        (
            one.name,
            str(one.listed),
            str(one.projects),
            str(one.accepted),
            str(one.withdrawn),
            yuan_text(one.contract_yuan),
            yuan_text(one.approved_yuan),
            yuan_text(one.subsidy_yuan),
            figure_text(one.level_gain),
        )
        for one in groups
    )
    return Part(title, columns, rows, "核定投入取合同、不含税发票、付款三者最小，缺一不计")


def _funnel(report: ClosingReport) -> Part:
    rows = tuple((one.title, str(one.enterprises), str(one.events)) for one in report.funnel)
    return Part(
        "从看到到奖补", ("步骤", "企业", "次数"), rows, "每一步都是日志中的事件；企业按家计，次数按件计"
    )


def _basis(report: ClosingReport) -> Part:
    basis = report.basis
    rows = (
        ("企业（其中合成样本）", f"{basis.enterprises}（{basis.synthetic}）"),
        ("项目", str(basis.projects)),
        ("事件（最后一条的序号）", f"{basis.events}（{basis.last_sequence}）"),
        ("最早的记录", str(basis.first_day)),
        ("不按顺序登记的步骤", str(basis.irregular)),
    )
    note = (
        "数字都由事件日志和档案版本现算，没有另存。等级提升是同一企业改造前后之差，没有对照组，不能全归因于改造；"
        "只有验收通过的项目计入，未通过和退出的不在其中，因此偏高"
    )
    return Part("数字的依据", ("项目", "数量"), rows, note)


def _levels(report: ClosingReport) -> Part:
    rows = tuple((LEVEL_NAMES[old], LEVEL_NAMES[new], str(count)) for old, new, count in report.levels)
    return Part("改造前后等级", ("改造前", "改造后", "验收通过的项目"), rows)


def _stages(report: ClosingReport) -> Part:
    columns = ("状态", "已结束", "平均天数", "中位", "九成不超过", "最长", "时限", "超时限", "仍停留")
    rows = tuple(
        (
            one.name,
            str(one.n),
            figure_text(one.mean),
            *(
                "—" if value is None else f"{value:g}"
                for value in (one.median_days, one.ninth_decile_days, one.longest_days, one.limit_days)
            ),
            str(one.late),
            str(one.standing),
        )
        for one in report.stages
    )
    return Part("各阶段用时", columns, rows, "平均只计已结束的停留；仍停留的另列，往往更久，因此平均偏低")


def _sizes(report: ClosingReport) -> Part:
    columns = ("规模", "企业", "签约", "验收通过", "通过占企业")
    rows = tuple(
        (
            one.name,
            str(one.enterprises),
            str(one.signed),
            str(one.accepted),
            figure_text(one.accepted_share, percent=True),
        )
        for one in report.sizes
    )
    return Part("按企业规模", columns, rows, "看小企业是否同样走完全过程")


def _markets(report: ClosingReport) -> Part:
    columns = ("市场", "单位", "被看到", "被联系", "基尼系数", "集中度 HHI", "均分时 HHI", "超上限")
    rows = tuple(
        (
            one.name,
            str(one.parties),
            str(one.impressions),
            str(one.contacts),
            figure_text(one.gini),
            figure_text(one.hhi),
            "—" if one.equal_hhi is None else f"{one.equal_hhi:.2f}",
            str(one.alarms),
        )
        for one in report.markets
    )
    return Part("曝光公平", columns, rows, "按“已看到”的记录计；份额集中与否，不等于谁应得多少")


def _trouble(report: ClosingReport) -> Part:
    rows = tuple(
        (one.title, str(one.events), "；".join(f"{text}（{count}）" for text, count in one.reasons))
        for one in report.trouble
    )
    return Part("出过的问题", ("情形", "次数", "写明最多的原因"), rows)


def _adjustments(report: ClosingReport) -> Part:
    rows = tuple((name, str(count)) for name, count in report.adjustments)
    return Part("动态调整的决定", ("决定", "个数"), rows, "每个对象只计最新的一次决定")
