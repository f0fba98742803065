"""The declared columns of the kinds."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from recommender.diagnosis.instrument import load_instrument
from recommender.domain.level import LEVEL_NAMES
from recommender.domain.taxonomy import load_taxonomy
from recommender.exchange import cells, lists, names
from recommender.exchange.column_forms import (
    code_column,
    codes_column,
    day_column,
    entries_column,
    id_column,
    mark_columns,
    money_columns,
    number_column,
    text_column,
    texts_column,
    uscc_column,
    yes_no_column,
)
from recommender.exchange.columns import CellType, Column, ColumnSet
from recommender.exchange.kinds import Kind
from recommender.exchange.names import chinese, taxonomy_names

_ANY = "空或“不限”表示不限"


@lru_cache(maxsize=len(Kind))
def columns_of(kind: Kind) -> ColumnSet:
    """Return the columns of a kind."""
    return _SETS[kind]()


def _enterprises() -> ColumnSet:
    purposes = chinese(names.CONSENT_PURPOSES)
    district_names = taxonomy_names("district")
    return ColumnSet(
        Kind.ENTERPRISES,
        (
            uscc_column(required=True),
            text_column(
                "企业名称", "name", "名称", "单位名称", "公司名称", "企业全称", required=True, width=30
            ),
            day_column("成立日期", "registered_on", "注册日期", "成立时间", "注册时间"),
            code_column(
                "所属区", "district", district_names, "区", "所在区", "区县", "行政区", read=cells.district
            ),
            text_column("注册地址", "address", "地址", "住所", "企业地址", "经营地址", width=40),
            text_column("经营范围", "business_scope", "业务范围", width=60),
            Column(
                "行业代码",
                "gb4754",
                cells.manufacturing_class,
                aliases=("国民经济行业代码", "行业分类代码", "所属行业代码"),
                note="GB/T 4754-2017 制造业代码，例如 C1830",
                width=12,
            ),
            code_column(
                "细分行业", "sub_industry", taxonomy_names("sub_industry"), "试点细分行业", "所属细分行业"
            ),
            code_column("细分行业来源", "sub_industry_source", names.SUB_INDUSTRY_SOURCES),
            text_column("细分行业依据", "sub_industry_evidence", width=24),
            number_column(
                "从业人员", "employees", "从业人数", "员工人数", "职工人数", "从业人员数", note="人数"
            ),
            *money_columns("营业收入", "revenue_yuan", "年营业收入", "年营收", "营收"),
            texts_column("需求/痛点", "needs", "需求", "痛点", "需求痛点", "转型需求", "数字化需求"),
            *money_columns("预算", "budget_yuan", "改造预算", "预算金额"),
            codes_column("部署偏好", "deployment_preference", names.DEPLOYMENTS, "期望部署方式"),
            text_column("联系人", "contact.person", "联系人姓名", contact=True),
            text_column("联系电话", "contact.phone", "电话", "手机", "联系方式", "手机号", contact=True),
            text_column("邮箱", "contact.email", "电子邮箱", "联系邮箱", "e-mail", contact=True, width=24),
            entries_column(
                "授权",
                "consents",
                lists.consents(names.CONSENT_PURPOSES),
                lambda c: "|".join(
                    (
                        purposes[c["purpose"]],
                        c["granted_on"],
                        c.get("revoked_on") or "",
                        c.get("lead_unit") or "",
                        c.get("vendor") or "",
                    )
                ).rstrip("|"),
                "一行一条：用途|同意日期|撤回日期|牵引单位编号|服务商编号，后三项可空，编号最多填一个",
                "授权同意",
            ),
            *mark_columns(),
        ),
        keys=(("uscc",),),
    )


def _diagnoses() -> ColumnSet:
    instrument = load_instrument()
    items = tuple(
        Column(
            item.name,
            f"answers.{item.id}",
            lists.letters,
            show=lists.compact(lists.letters, ",".join),
            aliases=(f"{item.name}({item.id})",),
            note="；".join(f"{option.letter} {option.text}" for option in item.options)
            + ("。只选一项" if item.kind == "single" else "。可选多项，例如 B,C"),
            choices=tuple(f"{option.letter} {option.text}" for option in item.options),
            several=item.kind != "single",
            width=12,
        )
        for item in instrument.items
    )
    scenarios = tuple(
        Column(
            entry.name,
            f"scenarios.{entry.code.value}",
            cells.grade,
            aliases=(f"{entry.name}等级", f"{entry.name}场景等级"),
            note="场景等级，0到4",
            choices=("0", "1", "2", "3", "4"),
            width=10,
            cell=CellType.NUMBER,
        )
        for entry in load_taxonomy().scenarios
    )
    return ColumnSet(
        Kind.DIAGNOSES,
        (
            id_column("诊断编号", "id", "评测编号", note="可空：空时由信用代码和诊断日期组成", width=28),
            uscc_column(required=True),
            day_column("诊断日期", "assessed_on", "评测日期", "诊断时间", "评测时间", required=True),
            code_column("评测方式", "method", names.METHODS, "诊断方式"),
            text_column("指标版本", "instrument", "评测指标版本", note="默认 2024", width=10),
            *items,
            *scenarios,
            *mark_columns(),
        ),
        keys=(("id",), ("uscc", "assessed_on")),
        open_fields=frozenset({"answers", "scenarios"}),
    )


def _solutions() -> ColumnSet:
    scenario_names = chinese(taxonomy_names("scenario"))
    kinds = chinese(names.EVIDENCE_KINDS)
    effects = lists.scenario_effects(taxonomy_names("scenario"))

    links = {option.scenario for item in load_instrument().items for option in item.options}
    link_names = {name: code for name, code in taxonomy_names("scenario").items() if code in links}
    item_names = chinese(names.CLAIMED_ITEMS)

    def short_effects(found: list[dict[str, Any]]) -> str:
        return "；".join(f"{scenario_names[effect['scenario']]}:{effect['level']}" for effect in found)

    def short_options(found: list[dict[str, Any]]) -> str:
        return "；".join(f"{item_names[claim['item']]}:{claim['letter']}" for claim in found)

    def link_column(header: str, path: str, note: str) -> Column:
        return Column(
            header,
            path,
            lists.link_claims(link_names),
            show=_shown_if_declared(
                lists.link_claims(link_names),
                lambda found: "、".join(scenario_names[claim["scenario"]] for claim in found),
            ),
            note=f"{note}，用顿号分隔。环节：{'、'.join(chinese(link_names).values())}",
            width=24,
        )

    return ColumnSet(
        Kind.SOLUTIONS,
        (
            id_column("产品编号", "id", "方案编号", "编号", required=True),
            text_column(
                "产品名称", "name", "方案名称", "解决方案名称", "名称", "title", required=True, width=30
            ),
            id_column("服务商编号", "provider.id", note="可空：空时由服务商名称得出"),
            text_column("服务商", "provider.name", "服务商名称", "供应商", "厂商", width=24),
            code_column("服务商类型", "provider.kind", names.PROVIDER_KINDS),
            text_column("摘要", "summary", "简介", "产品简介", width=40),
            text_column("详情", "text", "产品详情", "详细介绍", "正文", width=60),
            text_column("网址", "url", "链接", width=24),
            Column(
                "场景",
                "scenarios",
                effects,
                show=_shown_if_declared(effects, short_effects),
                aliases=("业务场景", "应用场景", "场景等级"),
                note="场景:可达等级，用分号分隔，例如 生产管控:2；质量管理:3。"
                f"场景：{'、'.join(scenario_names.values())}",
                width=30,
            ),
            link_column("自动采集环节", "collects", "上线后由设备或系统自动采集数据的环节"),
            link_column("信息系统环节", "systems", "上线后有信息系统的环节"),
            Column(
                "评测选项",
                "item_options",
                lists.option_claims(names.CLAIMED_ITEMS),
                show=_shown_if_declared(lists.option_claims(names.CLAIMED_ITEMS), short_options),
                note="上线后可以勾选的评测选项，题目:字母，用分号分隔，例如 网络安全:CE；数据安全:C。"
                f"题目：{'、'.join(item_names.values())}",
                width=24,
            ),
            codes_column("环节", "links", taxonomy_names("link"), "业务环节"),
            code_column("环节依据", "links_provenance", names.PROVENANCES),
            codes_column(
                "细分行业",
                "sub_industries",
                taxonomy_names("sub_industry"),
                "适用行业",
                "适用细分行业",
                note="空或“通用”表示不限行业",
            ),
            *money_columns("最低价", "price.low_yuan", "最低价格"),
            *money_columns("最高价", "price.high_yuan", "最高价格"),
            code_column("计价方式", "price.basis", names.PRICE_BASES, "收费方式", strict=True),
            number_column("上线天数", "days_to_deploy", "部署天数", "实施天数", "实施周期(天)"),
            number_column("回本月数", "payback_months", "回收期(月)", "投资回收期(月)"),
            codes_column("部署方式", "deployment", names.DEPLOYMENTS),
            code_column("审核状态", "audit_state", names.AUDIT_STATES, "状态", strict=True),
            yes_no_column("是否面向制造业", "in_scope", default=True),
            entries_column(
                "佐证",
                "evidence",
                lists.evidence(names.EVIDENCE_KINDS),
                lambda entry: f"{kinds[entry['kind']]}：{entry['text']}",
                f"一行一条，例如 案例：某厂……。类别：{'、'.join(kinds.values())}",
                "证明材料",
            ),
            *mark_columns(),
        ),
        keys=(("id",),),
    )


def _shown_if_declared(
    read: cells.ReadCell, short: Callable[[list[dict[str, Any]]], str]
) -> Callable[[list[dict[str, Any]] | None], str]:
    """Return a writer of effects: short where all are declared, the rule in files; else JSON.

    Others say by whose word they hold, which the short form cannot.
    """

    def show(found: list[dict[str, Any]] | None) -> str:
        if not found:
            return ""
        declared = all(
            effect.get("provenance", "declared") == "declared"
            and effect.get("confidence", 1) == 1
            and not effect.get("evidence")
            for effect in found
        )
        return short(found) if declared else lists.compact(read, lambda _: "")(found)

    return show


def _lead_units() -> ColumnSet:
    scenarios = taxonomy_names("scenario")
    titles = chinese(scenarios)

    def member(entry: dict[str, Any]) -> str:
        covered = "、".join(titles[code] for code in entry.get("scenarios") or ())
        return f"{entry['name']}|{entry.get('role') or ''}|{covered}".rstrip("|")

    entries = partial(
        entries_column,
        read=lists.members(scenarios),
        short=member,
        note="一行一家：名称|角色|场景、场景，例如 某集成商|系统集成|生产管控、质量管理",
    )
    return ColumnSet(
        Kind.LEAD_UNITS,
        (
            id_column("单位编号", "id", "牵引单位编号", "编号", required=True),
            text_column("单位名称", "name", "牵引单位", "牵引单位名称", "名称", required=True, width=30),
            code_column("牵引模式", "mode", names.LEAD_MODES, "模式", strict=True, required=True),
            codes_column("细分行业", "sub_industries", taxonomy_names("sub_industry"), "所属细分行业"),
            codes_column("自身覆盖场景", "scenarios", scenarios, "场景", "覆盖场景"),
            entries("集成商", "consortium.integrators"),
            entries("生态伙伴", "consortium.ecosystem"),
            number_column("服务容量", "capacity.total", "可服务企业数", note="最多可服务的企业数"),
            number_column("在服务数", "capacity.in_progress", "在服务企业数", note="现正服务的企业数"),
            codes_column(
                "服务区域", "districts", taxonomy_names("district"), "服务区", note="空或“全市”表示不限"
            ),
            code_column("所在区", "base_district", taxonomy_names("district"), "驻地", "团队所在区"),
            codes_column(
                "意向规模", "preferences.sizes", names.SIZES, "意向企业规模", note="空或“不限”表示不限"
            ),
            codes_column(
                "意向区域", "preferences.districts", taxonomy_names("district"), note="空或“不限”表示不限"
            ),
            *money_columns("意向最低预算", "preferences.least_budget_yuan", "最低预算"),
            codes_column("意向场景", "preferences.scenarios", scenarios, note="空或“不限”表示不限"),
            Column(
                "产品编号",
                "solution_ids",
                lists.record_ids,
                show=lists.compact(lists.record_ids, "、".join),
                aliases=("所供产品",),
                note="所提供产品的编号，用顿号分隔",
                width=30,
            ),
            text_column("详情", "text", "介绍", "单位介绍", width=60),
            yes_no_column("暂停推荐", "suspended", "因动态调整暂停", default=False),
            yes_no_column("任期已结束", "term_ended", "已不再是牵引单位", default=False),
            *mark_columns(),
        ),
        keys=(("id",),),
    )


def _needs() -> ColumnSet:
    return ColumnSet(
        Kind.NEEDS,
        (
            id_column("需求编号", "id", "编号", note="可空：空时由信用代码和需求描述得出"),
            text_column("需求描述", "text", "需求", "痛点", "需求内容", "需求/痛点", required=True, width=60),
            uscc_column(),
            id_column("对应产品", "solution_id", "产品编号", note="已知能满足该需求的产品编号，可空"),
            text_column("场景标题", "scenario_title", width=24),
            *mark_columns(),
        ),
        keys=(("id",), ("text",)),
    )


def _notices() -> ColumnSet:
    # Whom a notice does not name it concerns as well: what is not understood must not widen the circle.
    concerned = partial(codes_column, strict=True)
    return ColumnSet(
        Kind.NOTICES,
        (
            id_column("编号", "id", "通知编号", required=True),
            text_column("标题", "name", "名称", "通知名称", required=True, width=36),
            code_column("类别", "kind", names.NOTICE_KINDS, "种类", "类型", strict=True, required=True),
            text_column("摘要", "summary", "简介", width=40),
            text_column("正文", "text", "内容", "详情", width=60),
            text_column("网址", "url", "链接", width=24),
            text_column("发布单位", "issued_by", "主办单位", width=24),
            day_column("发布日期", "published_on", "发布时间", required=True),
            day_column("开始日期", "starts_on", "开始时间", "举办日期"),
            day_column("截止日期", "ends_on", "结束日期", "截止时间"),
            concerned("适用行业", "sub_industries", taxonomy_names("sub_industry"), "细分行业", note=_ANY),
            concerned("适用区", "districts", taxonomy_names("district"), "所属区", note=_ANY),
            concerned("适用规模", "sizes", names.SIZES, "企业规模", note=_ANY),
            Column(
                "适用等级",
                "levels",
                lists.present_levels,
                show=lists.compact(lists.present_levels, lists.level_names),
                aliases=("现有等级",),
                note=f"企业现有的数字化水平等级，可填多项，例如 无等级、一级。{_ANY}",
                choices=LEVEL_NAMES,
                several=True,
            ),
            concerned("相关场景", "scenarios", taxonomy_names("scenario"), "场景"),
            *mark_columns(),
        ),
        keys=(("id",),),
    )


_SETS: dict[Kind, Callable[[], ColumnSet]] = {
    Kind.ENTERPRISES: _enterprises,
    Kind.DIAGNOSES: _diagnoses,
    Kind.SOLUTIONS: _solutions,
    Kind.LEAD_UNITS: _lead_units,
    Kind.NEEDS: _needs,
    Kind.NOTICES: _notices,
}
