"""The case file cut into titled tables: what the page, the workbook and the document all show."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from recommender.course.case_file import PROOF_NAMES, CaseFile, ProjectEntry
from recommender.domain.calendar import SHANGHAI
from recommender.domain.level import LEVEL_NAMES

Cell = str | int | float | Decimal | date | None


class Part(NamedTuple):
    """One titled table.

    Attributes
    ----------
    key : str
        Short ASCII name, for anchors.
    empty : str
        What to say when there are no rows.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    empty: str
    note: str | None = None


def case_parts(file: CaseFile) -> tuple[Part, ...]:
    """Return the parts in the order in which an office reads them."""
    return (
        _basics(file),
        _standings(file),
        _missing(file),
        *_foundation(file),
        _diagnoses(file),
        _served(file),
        _shown(file),
        _consents(file),
        _contacts(file),
        _plans(file),
        _projects(file),
        _links(file),
        _outcome(file),
        _evidence(file),
        _complaints(file),
        _timeline(file),
    )


def cell_text(cell: Cell) -> str:
    """Return a cell as a reader sees it; nothing known is a dash."""
    if cell is None or cell == "":
        return "—"
    if isinstance(cell, Decimal):
        return f"{cell:,.2f}".removesuffix(".00")
    return str(cell)


def project_name(entry: ProjectEntry) -> str:
    """Return how a project is called: by its id, or by its partner while it has none."""
    return entry.facts.project or f"与{entry.partner_name}的项目（未编号）"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _level(level: int | None) -> str | None:
    return None if level is None else LEVEL_NAMES[level]


def _lines(names: Iterable[str]) -> str:
    return "；".join(f"{number}. {name}" for number, name in enumerate(names, start=1))


def _basics(file: CaseFile) -> Part:
    told = file.basics
    contact = told.contact
    person = (
        "，".join(part for part in (contact.person, contact.phone, contact.email) if part)
        if contact
        else None
    )
    rows: list[tuple[Cell, ...]] = [
        ("企业名称", file.name),
        ("统一社会信用代码", file.uscc),
        ("建档日期", told.stored_on),
        ("成立日期", told.registered_on),
        ("所在区", told.district_name),
        ("地址", told.address),
        ("细分行业", told.sub_industry_name),
        ("国民经济行业代码", told.gb4754),
        ("企业规模", told.size_name),
        ("从业人员（人）", told.employees),
        ("营业收入（元）", told.revenue_yuan),
        ("改造需求", "；".join(told.needs)),
        ("改造预算（元）", told.budget_yuan),
        ("联系方式" if told.contact_open else "联系方式（已遮盖）", person),
    ]
    return Part("basics", "基本情况", ("项目", "内容"), rows, "没有记录")


def _standings(file: CaseFile) -> Part:
    names = {(entry.facts.project, entry.facts.partner): project_name(entry) for entry in file.projects}
    rows = [
        (
            names.get((one.project, one.partner or ""), "企业"),
            one.stage_name,
            one.state_name,
            one.since,
            one.days,
            one.due_by,
            one.overdue_days or None,
            "、".join(one.waits_for),
            one.next,
            "；".join(missing.text for missing in one.missing) or "齐备",
        )
        for one in file.standings
    ]
    columns = (
        "对象",
        "阶段",
        "流程状态",
        "自何日",
        "已停留（天）",
        "办理期限",
        "逾期（天）",
        "待谁办理",
        "下一步",
        "下一步还缺",
    )
    return Part("standings", "办理进度", columns, rows, "没有记录")


def _missing(file: CaseFile) -> Part:
    rows = [
        (one.title, one.detail, one.project or one.partner or "企业", one.why)
        for one in file.completeness.missing
    ]
    told = file.completeness
    note = f"按已到的阶段应有 {told.needed} 项，已有 {told.present} 项"
    columns = ("缺少", "说明", "所属", "为什么需要")
    return Part("missing", "档案完整性", columns, rows, "应有的都已齐备", note)


def _foundation(file: CaseFile) -> tuple[Part, Part]:
    told = file.foundation
    dimensions: list[tuple[Cell, ...]] = []
    scenarios: list[tuple[Cell, ...]] = []
    note = None
    if told is not None:
        one = told.diagnosis
        note = (
            f"{one.on} {one.method_name}（{one.edition}年版评测指标）：{one.level_name}，{one.points}分。"
            f"{told.note or ''}"
        )
        dimensions = [(part.name, part.points, part.max_points) for part in told.dimensions]
        scenarios = [
            (part.name, "约束性" if part.required else "指导性", part.grade if part.graded else "未评")
            for part in told.scenarios
        ]
    return (
        Part("foundation", "数字化基础", ("维度", "得分", "满分"), dimensions, "尚无可计分的评测", note),
        Part("scenarios", "场景等级", ("场景", "类别", "等级"), scenarios, "尚无可计分的评测"),
    )


def _diagnoses(file: CaseFile) -> Part:
    rows = [
        (
            one.on,
            one.id,
            one.method_name,
            one.edition,
            one.level_name or one.problem,
            one.points,
            None if one.level_change is None else f"{one.level_change:+d}",
            None if one.points_change is None else f"{one.points_change:+}",
            "完整" if one.complete else "未答全，等级为下限",
        )
        for one in file.diagnoses
    ]
    columns = ("评测日期", "编号", "方式", "指标版本", "等级", "得分", "等级变化", "得分变化", "完整性")
    return Part("diagnoses", "历次评测", columns, rows, "尚无评测")


def _served(file: CaseFile) -> Part:
    rows = [
        (
            _moment(one.served_at),
            one.target_name,
            _lines(line.name for line in one.lines),
            one.model_version,
            one.policy_version,
            one.recommendation_id,
        )
        for one in file.served
    ]
    columns = ("时间", "推荐什么", "展示内容（按名次）", "模型版本", "展示策略", "清单编号")
    return Part("served", "平台推荐清单", columns, rows, "平台尚未向该企业推荐")


def _shown(file: CaseFile) -> Part:
    rows = [
        (_moment(one.served_at), one.partner_name, one.rank, one.model_version, one.recommendation_id)
        for one in file.shown_to
    ]
    columns = ("时间", "展示给", "名次", "模型版本", "清单编号")
    return Part("shown", "作为潜在企业展示", columns, rows, "尚未向任何单位展示")


def _consents(file: CaseFile) -> Part:
    rows = [
        (
            one.purpose_name,
            one.partner_name or "全部单位",
            one.granted_on,
            one.revoked_on,
            "有效" if one.in_force else "已失效",
        )
        for one in file.consents
    ]
    return Part("consents", "授权", ("用途", "对象", "授权日", "撤回日", "当日状态"), rows, "没有授权")


def _contacts(file: CaseFile) -> Part:
    rows = [(one.on, one.partner_name, one.recommendation_id) for one in file.contacts]
    return Part("contacts", "联系", ("日期", "联系单位", "来自清单"), rows, "尚未发起联系")


def _plans(file: CaseFile) -> Part:
    rows = [
        (
            _moment(one.served_at),
            _level(one.target_level),
            _level(one.level_after),
            one.planned_yuan,
            _lines(line.name for line in one.lines),
            one.recommendation_id,
        )
        for one in file.plans
    ]
    columns = ("时间", "目标等级", "方案可达", "费用（元）", "产品", "方案编号")
    return Part("plans", "改造方案", columns, rows, "尚未编制方案")


def _projects(file: CaseFile) -> Part:
    rows = [
        (
            project_name(one),
            one.partner_name,
            "、".join(line.name for line in one.solutions),
            one.facts.contract_on,
            one.facts.due_on,
            one.facts.contract_yuan,
            one.facts.invoice_yuan,
            one.facts.paid_yuan,
            one.facts.approved_yuan,
        )
        for one in file.projects
    ]
    columns = (
        "项目",
        "签约单位",
        "产品",
        "签约日",
        "约定完成",
        "合同额（元）",
        "发票（不含税，元）",
        "付款（元）",
        "核定投入（元）",
    )
    note = "核定投入取合同、发票（不含税）、付款三者最小；缺任何一项时不核定"
    return Part("projects", "合同与投入", columns, rows, "尚未签订合同", note)


def _links(file: CaseFile) -> Part:
    rows = [
        (
            project_name(one),
            link.name,
            link.declared,
            link.before,
            link.after,
            PROOF_NAMES[link.proof],
            link.on,
        )
        for one in file.projects
        for link in one.links
    ]
    columns = ("项目", "环节（场景）", "申报达到", "改造前", "改造后复评", "是否证实", "申报日")
    return Part("links", "改造环节", columns, rows, "尚未登记完成的环节")


def _outcome(file: CaseFile) -> Part:
    rows = [
        (
            project_name(one),
            one.facts.accepted_on,
            _level(one.facts.level_before),
            _level(one.facts.level_after),
            one.facts.rating,
            one.subsidy.estimated_yuan,
            one.subsidy.text,
            one.subsidy.requested_yuan,
            one.subsidy.paid_yuan,
            one.subsidy.paid_on,
        )
        for one in file.projects
    ]
    columns = (
        "项目",
        "验收通过",
        "改造前等级",
        "改造后等级",
        "满意度",
        "奖补估算（元）",
        "估算依据",
        "申请（元）",
        "已拨付（元）",
        "拨付日",
    )
    note = file.projects[0].subsidy.notice if file.projects else None
    return Part("outcome", "验收与奖补", columns, rows, "尚无项目", note)


def _evidence(file: CaseFile) -> Part:
    rows = [(one.on, one.file, one.about, one.by, one.sha256) for one in file.evidence]
    columns = ("归档日", "文件名", "证明什么", "提交人", "文件摘要（SHA-256）")
    return Part("evidence", "材料归档", columns, rows, "尚未归档材料")


def _complaints(file: CaseFile) -> Part:
    rows = [
        (
            one.on,
            one.against,
            one.project,
            one.reason,
            one.closed_on,
            "处理中" if one.upheld is None else "属实" if one.upheld else "不属实",
            one.outcome,
        )
        for one in file.complaints
    ]
    columns = ("日期", "投诉对象", "项目", "原因", "办结日", "结论", "处理说明")
    return Part("complaints", "投诉", columns, rows, "没有投诉")


def _timeline(file: CaseFile) -> Part:
    rows = [
        (
            one.on,
            one.title,
            one.text,
            one.project,
            one.partner_name,
            one.reported_on if one.reported_on > one.on else None,
        )
        for one in file.timeline
    ]
    columns = ("日期", "事项", "内容", "项目", "相关单位", "补报日")
    note = "；".join(file.notes) or None
    return Part("timeline", "全过程记录", columns, rows, "没有记录", note)
