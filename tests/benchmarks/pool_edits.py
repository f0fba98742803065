"""Seeded edits of pool entries: what somebody does who hands in a product that is in the pool already."""

import random
import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from recommender.domain import Solution
from recommender.text.tokens import sentences

#: Each word may become the other; written for this benchmark, not taken from any entry.
_SYNONYMS = (
    "自动|自行 提醒|通知 记录|登记 导入|录入 导出|输出 支持|可用 查看|浏览 "
    "工厂|厂里 车间|现场 老板|负责人 员工|人员 手机|移动端 电脑|电脑端 时间|时刻 "
    "每天|每日 问题|毛病 客户|买家 订单|单子 发货|出货 仓库|库房 物料|材料 "
    "设备|机器 质量|品质 检查|检验 系统|软件 平台|系统平台 功能|能力 使用|采用 "
    "需要|须要 可以|能够 不用|无需 马上|立即 统一|集中 生成|产生 修改|改动 "
    "数据|信息 报表|表单 流程|步骤 培训|教学 上线|投用 安装|装设 价格|售价 "
    "成本|花费 提高|提升 减少|降低 帮助|协助 管理|管控 方便|便捷 快速|迅速 "
    "准确|精确 完成|做完 开始|起步 结束|收尾 同时|一并 如果|若是 因为|由于 "
    "所以|因此 但是|不过 全部|所有 部分|一些 适合|适用于 小厂|小企业 师傅|老师傅 "
    "班长|组长 计划|安排 进度|进展 采购|购料 供应商|供货方 图纸|图样 工序|工步 "
    "故障|异常 保养|维护 电费|用电费用 能耗|用能 安全|安防 隐患|风险点 扫码|扫描 "
    "拍照|照相 签字|签名 审批|批核 会计|财务人员 发票|票据 工资|薪酬 考勤|出勤 "
    "合同|协议 报价|开价 对账|核账 盘点|清点 库存|存货 批次|批号 追溯|溯源 "
    "看板|展示板 手工|人工 纸质|纸面 表格|表单 三天|3天 五天|5天 一周|7天 "
    "两周|14天 一个月|30天 半天|半日 一天|1天 两天|2天"
)
_PAIRS = [(pair.partition("|")[0], pair.partition("|")[2]) for pair in _SYNONYMS.split()]
_WORDS = {**{other: word for word, other in _PAIRS}, **dict(_PAIRS)}
_WORD = re.compile("|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)))
#: What a seller adds to fill a page.
_FILLER = (
    "我们服务过许多中小制造企业，熟悉一线的难处。",
    "本产品持续更新，购买后一年内免费升级。",
    "提供工作日在线支持，节假日有人值守。",
    "实施顾问全程陪同，直到企业自己会用为止。",
    "界面简洁，年纪大的同事也能很快学会。",
    "按企业规模分档收费，先试后买。",
    "账号数量不限，增加人员不另收费。",
    "所有资料加密存放，每天自动备份。",
    "可根据企业要求调整字段和打印格式。",
    "签约后三个工作日内安排人员进场。",
    "我们相信数字化要一步一步来，不求一次到位。",
    "欢迎预约演示，带着自己的单据来试一遍。",
)
#: What a vendor says of itself on each of its pages.
_INTRODUCTION = (
    "{vendor}成立于{year}年，总部在广州，团队{n}人，其中研发人员过半。",
    "公司累计服务制造企业{n}家，覆盖五金、注塑、服装、箱包等行业。",
    "{vendor}是省级专精特新企业，拥有软件著作权{n}项。",
    "公司在珠三角设有{n}个服务网点，承诺四小时内到场。",
    "我们坚持客户第一、交付为本，连续{n}年续约率超过九成。",
    "针对相关方案，可预约线上或线下交流，顾问一个工作日内回复。",
    "交付团队持有项目管理和信息安全认证，累计认证工程师{n}名。",
    "{vendor}提供从调研、设计、实施到运维的全程服务。",
    "付款方式灵活，可按月、按季或按年结算，提供正规发票。",
    "客户成功部每季度回访一次，收集意见并排入更新计划。",
    "产品部署在国内机房，数据归企业所有，可随时导出。",
    "{vendor}与多家电信运营商和云厂商建立了合作关系。",
)
_FIRST = ("云", "智", "易", "快", "佳", "协", "启", "恒", "朗", "迅")
_SECOND = ("帆", "舟", "桥", "芯", "图", "链", "禾", "川", "岚", "石")

Edit = Callable[[Solution, random.Random, Solution], Solution]


def reworded(entry: Solution, rng: random.Random, _other: Solution) -> Solution:
    """Put synonyms for most words that have one and turn clauses of a sentence round."""
    return _with_text(entry, _turned(_synonyms(entry.text, rng, 0.8), rng))


def reordered(entry: Solution, rng: random.Random, _other: Solution) -> Solution:
    """Shuffle all sentences."""
    pieces = sentences(entry.text)
    rng.shuffle(pieces)
    return _with_text(entry, "\n".join(pieces))


def renamed(entry: Solution, rng: random.Random, _other: Solution) -> Solution:
    """Give it another name and another vendor, in the text too."""
    name = rng.choice(_FIRST) + rng.choice(_SECOND) + rng.choice(("助手", "管家", "系统", "通"))
    vendor = f"合成服务商·{rng.choice(_FIRST)}{rng.choice(_SECOND)}科技"
    plain = entry.name.split("·")[-1]
    changes = {"name": name, "text": entry.text.replace(plain, name), "summary": _summary(entry, rng)}
    provider = {"id": f"EDIT-{rng.randrange(10**6)}", "name": vendor}
    return Solution.model_validate({**entry.model_dump(), **changes, "provider": provider})


def shortened(entry: Solution, rng: random.Random, _other: Solution) -> Solution:
    """Drop two fifths of the sentences."""
    return _with_text(entry, "\n".join(_some(sentences(entry.text), 0.6, rng)))


def extended(entry: Solution, rng: random.Random, _other: Solution) -> Solution:
    """Add six sentences of filler at random places."""
    pieces = sentences(entry.text)
    for filler in rng.sample(_FILLER, 6):
        pieces.insert(rng.randrange(len(pieces) + 1), filler)
    return _with_text(entry, "\n".join(pieces))


def repriced(entry: Solution, rng: random.Random, other: Solution) -> Solution:
    """Change name, vendor, price, time and payback."""
    return _repriced(renamed(entry, rng, other), rng)


def merged(entry: Solution, rng: random.Random, other: Solution) -> Solution:
    """Mix half of its sentences with half of another's, under a new name."""
    pieces = [*_some(sentences(entry.text), 0.5, rng), *_some(sentences(other.text), 0.5, rng)]
    rng.shuffle(pieces)
    return _with_text(renamed(entry, rng, other), "\n".join(pieces))


def disguised(entry: Solution, rng: random.Random, other: Solution) -> Solution:
    """Do it all: reworded, shortened, reordered, extended, renamed, repriced."""
    steps: tuple[Edit, ...] = (renamed, reworded, shortened, reordered)
    for step in steps:
        entry = step(entry, rng, other)
    pieces = [*sentences(entry.text), *rng.sample(_FILLER, 3)]
    return _repriced(_with_text(entry, "\n".join(pieces)), rng)


EDITS: dict[str, Edit] = {
    edit.__name__: edit
    for edit in (reworded, reordered, renamed, shortened, extended, repriced, merged, disguised)
}


def with_introductions(pool: Sequence[Solution], seed: int) -> list[Solution]:
    """Let each vendor introduce itself, in four to seven sentences, on every page of its own.

    Siblings that share nothing else then share a fifth to a half of their text, as they do in real pools; the
    sample's pages, written one by one, do not.
    """
    rng = random.Random(seed)
    told: dict[str, str] = {}
    introduced = []
    for entry in pool:
        vendor = entry.provider.id if entry.provider else entry.id
        if vendor not in told:
            name = entry.provider.name if entry.provider else entry.name
            chosen = rng.sample(_INTRODUCTION, rng.randrange(4, 8))
            told[vendor] = "\n".join(
                line.format(vendor=name, year=rng.randrange(2001, 2023), n=rng.randrange(3, 400))
                for line in chosen
            )
        introduced.append(_with_text(entry, f"{entry.text}\n{told[vendor]}"))
    return introduced


def _with_text(entry: Solution, text: str) -> Solution:
    return entry.model_copy(update={"text": text})


def _synonyms(text: str, rng: random.Random, share: float) -> str:
    return _WORD.sub(lambda found: _WORDS[found[0]] if rng.random() < share else found[0], text)


def _turned(text: str, rng: random.Random) -> str:
    lines = []
    for piece in sentences(text):
        body, end = (piece[:-1], piece[-1]) if piece[-1:] in "。；！？" else (piece, "")
        clauses = body.split("，")
        if len(clauses) > 1 and rng.random() < 0.6:
            rng.shuffle(clauses)
        lines.append("，".join(clauses) + end)
    return "\n".join(lines)


def _some(pieces: list[str], share: float, rng: random.Random) -> list[str]:
    kept = sorted(rng.sample(range(len(pieces)), max(1, round(share * len(pieces))))) if pieces else []
    return [pieces[place] for place in kept]


def _summary(entry: Solution, rng: random.Random) -> str | None:
    return _synonyms(entry.summary, rng, 0.8) if entry.summary else None


def _repriced(entry: Solution, rng: random.Random) -> Solution:
    factor = Decimal(rng.choice(("0.6", "0.8", "1.25", "1.5")))
    price = entry.price and entry.price.model_copy(
        update={
            "low_yuan": round(entry.price.low_yuan * factor, 2),
            "high_yuan": round(entry.price.high_yuan * factor, 2),
        }
    )
    days = entry.days_to_deploy and entry.days_to_deploy + rng.randrange(1, 10)
    return entry.model_copy(update={"price": price, "days_to_deploy": days, "payback_months": None})
