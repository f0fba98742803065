"""What the subsidy comes to: approved spend, the limit that binds, and who bears how much.

All amounts are Decimal yuan, exact to the fen; a subsidy is rounded down to the fen.
"""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal

from recommender.diagnosis.level_rule import HIGHEST_LEVEL
from recommender.diagnosis.value import Value
from recommender.domain.enterprise import Yuan
from recommender.domain.level import LEVEL_NAMES
from recommender.errors import InvalidInput
from recommender.policy.estimate import (
    ApprovedLine,
    CitedFigure,
    Limit,
    Shares,
    SpendLine,
    SubsidyEstimate,
    yuan_text,
)
from recommender.policy.rules import (
    MEASURE_NAMES,
    SubsidyPolicy,
    policy_for,
    require_city,
    subsidy_cities,
)
from recommender.policy.sourced import NOTICE, STATUS_NAMES, Sourced

_FEN = Decimal("0.01")
_ZERO = Decimal("0.00")


class _Amount(Value):
    subsidy: Yuan | None
    at_most: Yuan | None
    limit: Limit
    text: str


def estimate_subsidy(
    spend: Sequence[SpendLine],
    level_after: int,
    city: str,
    on: date,
    already_received: Decimal = _ZERO,
    platform_discount: Decimal = _ZERO,
) -> SubsidyEstimate:
    """Estimate the subsidy for spending that takes an enterprise to a level.

    Parameters
    ----------
    spend : sequence of SpendLine
        Contracts after any discount, in yuan.
    level_after : int
        Level after the transformation, 0–4.
    city : str
        ``guangzhou``, ``zhongshan`` …
    on : date
        The rules in force on this day are used.
    already_received : Decimal
        Subsidy received before under a cumulative cap, in yuan.
    platform_discount : Decimal
        What the platform or provider takes off the price, in yuan; price = contracts + discount.

    Raises
    ------
    recommender.policy.rules.UnknownCity
        If there are no rules for the city.
    recommender.errors.InvalidInput
        For an amount below 0 or with parts of a fen, or a level outside 0–4.
    """
    received = _exact(already_received, "already_received")
    discount = _exact(platform_discount, "platform_discount")
    if level_after not in range(HIGHEST_LEVEL + 1):
        raise InvalidInput(
            f"改造后的等级应为0到{HIGHEST_LEVEL}，收到“{level_after}”", place={"field": "level_after"}
        )
    policy = policy_for(city, on)
    paid = sum((line.contract_yuan for line in spend), start=_ZERO)
    lines = tuple(_approve(line, policy) for line in spend) if policy else ()
    known = policy is not None and policy.approved_by.value is not None
    approved = sum((line.approved_yuan for line in lines), start=_ZERO) if known else None
    amount = _amount(policy, level_after, approved, paid, received, on)
    enterprise = None if amount.subsidy is None else paid - amount.subsidy
    cap = policy.cap(level_after) if policy else None
    return SubsidyEstimate(
        city=city,
        city_name=require_city(city, subsidy_cities()),
        on=on,
        policy_id=policy.id if policy else None,
        policy_version=policy.version if policy else None,
        level_after=level_after,
        lines=lines,
        approved_yuan=approved,
        cap_yuan=cap.cap_yuan.value if cap else None,
        already_received_yuan=received,
        subsidy_yuan=amount.subsidy,
        at_most_yuan=amount.at_most,
        shares=Shares(
            price_yuan=paid + discount,
            government_yuan=amount.subsidy,
            platform_yuan=discount,
            enterprise_yuan=enterprise,
        ),
        paid_first_yuan=paid,
        net_cost_yuan=enterprise,
        limit=amount.limit,
        limit_text=amount.text,
        reason=amount.text if amount.subsidy is None else None,
        cautions=_cautions(spend, policy),
        figures=_figures(policy, level_after) if policy else (),
        conditions=tuple(condition.text for condition in policy.conditions) if policy else (),
    )


def _exact(amount: Decimal, field: str) -> Decimal:
    if not amount.is_finite() or amount < 0 or amount != amount.quantize(_FEN):
        raise InvalidInput(f"金额应不小于0并精确到分，收到“{amount}”", place={"field": field})
    return amount


def _approve(line: SpendLine, policy: SubsidyPolicy) -> ApprovedLine:
    refusal = _refusal(line, policy)
    measures = policy.approved_by.value or ()
    known = [(amount, measure) for measure in measures if (amount := line.amount(measure)) is not None]
    if refusal is not None or not known:
        text = refusal or "核定口径未找到，暂不核定"
        return ApprovedLine(
            name=line.name,
            contract_yuan=line.contract_yuan,
            approved_yuan=_ZERO,
            decided_by=None,
            text=text,
        )
    # min() keeps the first of equal amounts: the contract is named before invoice and payment.
    approved, measure = min(known, key=lambda pair: pair[0])
    missing = "、".join(MEASURE_NAMES[m] for m in measures if line.amount(m) is None)
    rest = f"；{missing}未知，补齐后只会持平或更低" if missing else ""
    text = f"取{MEASURE_NAMES[measure]} {yuan_text(approved)}{rest}"
    return ApprovedLine(
        name=line.name,
        contract_yuan=line.contract_yuan,
        approved_yuan=approved,
        decided_by=measure,
        text=text,
    )


def _refusal(line: SpendLine, policy: SubsidyPolicy) -> str | None:
    category = policy.category(line.category)
    if category is None and policy.categories:
        return f"不在已知的可补范围内（{line.category}）"
    if category is not None and not category.counts:
        return f"{category.name}：{category.note or '不在可补范围内'}"
    if line.paid_on is not None and not policy.in_window(line.paid_on):
        first, last = policy.window_from.value, policy.window_until.value
        return f"付款日 {line.paid_on} 不在可纳入的时间（{first} 至 {last}）内"
    return None


def _amount(
    policy: SubsidyPolicy | None,
    level: int,
    approved: Decimal | None,
    paid: Decimal,
    received: Decimal,
    on: date,
) -> _Amount:
    if policy is None:
        return _Amount(
            subsidy=None, at_most=None, limit=Limit.NOT_IN_FORCE, text=f"没有在 {on} 有效的政策数据，无法估算"
        )
    cap = policy.cap(level)
    least = policy.least_level.value or 0
    if level < least or cap is None:
        text = f"改造后为{LEVEL_NAMES[level]}，达到{LEVEL_NAMES[least]}才有补贴"
        return _Amount(subsidy=_ZERO, at_most=_ZERO, limit=Limit.LEVEL, text=text)
    ceiling = cap.cap_yuan.value
    used = received if policy.caps_cumulative.value else _ZERO
    room = None if ceiling is None else max(_ZERO, ceiling - used)
    rate = policy.rate.value
    if rate is None or approved is None or room is None:
        return _unknown(policy, level, paid, room)
    return _known(rate * approved, approved, room, ceiling or _ZERO, used)


def _unknown(policy: SubsidyPolicy, level: int, paid: Decimal, room: Decimal | None) -> _Amount:
    most = paid if room is None else min(paid, room)
    told = f"，{LEVEL_NAMES[level]}最多 {yuan_text(room)}" if room is not None else ""
    text = f"{policy.city_name}的补贴比例或核定口径未找到，无法估算金额{told}"
    return _Amount(subsidy=None, at_most=most, limit=Limit.RATE_UNKNOWN, text=text)


def _known(raw: Decimal, approved: Decimal, room: Decimal, ceiling: Decimal, used: Decimal) -> _Amount:
    by_rate = raw.quantize(_FEN, rounding=ROUND_DOWN)
    if approved == 0:
        return _Amount(subsidy=_ZERO, at_most=room, limit=Limit.NOTHING_APPROVED, text="没有可以核定的投入")
    if by_rate <= room:
        text = f"按核定投入 {yuan_text(approved)}的 {raw / approved * 100:.0f}% 计算，未到封顶"
        return _Amount(subsidy=by_rate, at_most=room, limit=Limit.RATE, text=text)
    if used == 0:
        text = f"已到该等级的封顶 {yuan_text(ceiling)}"
        return _Amount(subsidy=room, at_most=room, limit=Limit.CAP, text=text)
    text = f"累计封顶 {yuan_text(ceiling)}，扣除已领取的 {yuan_text(used)}"
    return _Amount(subsidy=room, at_most=room, limit=Limit.ALREADY_RECEIVED, text=text)


def _cautions(spend: Sequence[SpendLine], policy: SubsidyPolicy | None) -> tuple[str, ...]:
    if policy is None:
        return ()
    found = [policy.note]
    if any(line.invoice_ex_tax_yuan is None for line in spend):
        found.append("发票金额未知，先按合同额估算；核定按不含税金额，实际可能更低")
    if any((category := policy.category(line.category)) and category.counts is None for line in spend):
        found.append("含有来源没有写明能否补贴的费用，暂未计入核定投入")
    found.append("先投入、验收后再补贴，企业要先垫付全部款项")
    return tuple(found)


def _figures(policy: SubsidyPolicy, level: int) -> tuple[CitedFigure, ...]:
    rate = policy.rate
    cap = policy.cap(level)
    measures = policy.approved_by.value
    found = [
        _cited("补贴比例", f"不超过核定投入的 {rate.value * 100:.0f}%" if rate.value else "未找到", rate),
        _cited(
            "核定投入",
            "、".join(MEASURE_NAMES[m] for m in measures) + "三者取小" if measures else "未找到",
            policy.approved_by,
        ),
        _cited(
            "等级门槛",
            f"改造后达到{LEVEL_NAMES[policy.least_level.value or 0]}",
            policy.least_level,
        ),
        _cited("有效期", f"至 {policy.valid_until.value or '未找到'}", policy.valid_until),
        _cited(
            "可纳入的时间", f"{policy.window_from.value} 至 {policy.window_until.value}", policy.window_until
        ),
    ]
    if cap is not None:
        amount = cap.cap_yuan.value
        whole = "累计" if policy.caps_cumulative.value else ""
        text = f"{whole}最高 {yuan_text(amount)}" if amount is not None else "未找到"
        found.insert(1, _cited(f"{LEVEL_NAMES[level]}封顶", text, cap.cap_yuan))
    return tuple(found)


def _cited(name: str, text: str, figure: Sourced) -> CitedFigure:
    return CitedFigure(
        name=name,
        text=f"{text}，{NOTICE}",
        source=figure.source if figure.note is None else f"{figure.source}；{figure.note}",
        status=figure.status,
        status_name=STATUS_NAMES[figure.status],
    )
