"""Hard constraints, applied before the search: each says what it left out and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recommender.domain import Enterprise, LeadUnit, Notice, Solution
from recommender.domain.enterprise import SIZE_NAMES, PartnerKind
from recommender.domain.solution import AuditState
from recommender.domain.taxonomy import load_taxonomy
from recommender.retrieval.conditions import Candidate, Condition, Filter
from recommender.retrieval.partner import Partner
from recommender.retrieval.situation import Situation


@dataclass(frozen=True, slots=True)
class Rule:
    """A constraint.

    Attributes
    ----------
    code : str
        Stable name.
    text : str
        What it says to a record it leaves out, in Chinese.
    keeps : callable
        Whether a record may be shown.
    confidential : bool
        True where not even an example may be named, such as firms that gave no consent.
    """

    code: str
    text: str
    keeps: Callable[[Candidate], bool]
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Excluded:
    """Positions that one rule left out; a record counts under the first rule it fails."""

    rule: Rule
    positions: NDArray[np.int64]


def filter_rules(
    conditions: Filter, exclude_ids: Sequence[str], key: Callable[[Candidate], str]
) -> list[Rule]:
    """Rules from what the caller asked for."""

    def must(condition: Condition) -> Rule:
        return Rule(f"filter:{condition.field}", f"不符合您的筛选：{condition.text()}", condition.holds)

    def must_not(condition: Condition) -> Rule:
        return Rule(
            f"filter_not:{condition.field}",
            f"您选择不看：{condition.text()}",
            lambda record: not condition.holds(record),
        )

    rules = [must(c) for c in conditions.must] + [must_not(c) for c in conditions.must_not]
    if exclude_ids:
        unwanted = frozenset(exclude_ids)
        rules.append(Rule("excluded_by_you", "您已选择不再显示", lambda record: key(record) not in unwanted))
    return rules


def solution_rules(situation: Situation) -> list[Rule]:
    """Rules for solutions shown to an enterprise."""
    rules: list[Rule] = [
        Rule(
            "not_admitted",
            "尚未通过入池审核，或已暂停、下架",
            _solution(lambda s: s.audit_state is AuditState.ADMITTED),
        ),
        Rule("out_of_scope", "不面向制造业中小企业", _solution(lambda s: s.in_scope)),
    ]
    enterprise = situation.enterprise
    if enterprise is not None and enterprise.sub_industry is not None:
        sub = enterprise.sub_industry
        name = load_taxonomy().sub_industry_name(sub)
        rules.append(
            Rule(
                "other_sub_industry",
                f"专为其他行业设计，不适用于{name}",
                _solution(lambda s: not s.sub_industries or sub in s.sub_industries),
            )
        )
    if situation.budget_yuan is not None:
        budget = situation.budget_yuan
        rules.append(
            Rule(
                "over_budget",
                f"最低报价高于您的预算 {budget:,.0f} 元",
                _solution(lambda s: s.price is None or s.price.low_yuan <= budget),
            )
        )
    if situation.result is not None:
        rules.append(
            Rule(
                "already_reached",
                "涉及的场景您都已达到该产品能做到的等级",
                _solution(lambda s: _raises(s, situation)),
            )
        )
    return rules


def _solution(keeps: Callable[[Solution], bool]) -> Callable[[Candidate], bool]:
    return lambda record: isinstance(record, Solution) and keeps(record)


def _lead_unit(keeps: Callable[[LeadUnit], bool]) -> Callable[[Candidate], bool]:
    return lambda record: isinstance(record, LeadUnit) and keeps(record)


def _enterprise(keeps: Callable[[Enterprise], bool]) -> Callable[[Candidate], bool]:
    return lambda record: isinstance(record, Enterprise) and keeps(record)


def _raises(solution: Solution, situation: Situation) -> bool:
    grades = [(effect.level, situation.grade(effect.scenario)) for effect in solution.scenarios]
    return not grades or any(grade is None or level > grade for level, grade in grades)


def lead_unit_rules(situation: Situation) -> list[Rule]:
    """Rules for lead units shown to an enterprise."""
    rules = [
        Rule(
            "term_ended",
            "已不再是牵引单位（任期届满、退出或取消资格）",
            _lead_unit(lambda u: not u.term_ended),
        ),
        Rule("suspended", "因实效问题被暂停推荐", _lead_unit(lambda u: not u.suspended)),
        Rule(
            "no_capacity",
            "名额已满，暂不接新企业",
            _lead_unit(lambda u: u.capacity is None or u.capacity.free > 0),
        ),
    ]
    enterprise = situation.enterprise
    if enterprise is None:
        return rules
    if (sub := enterprise.sub_industry) is not None:
        name = load_taxonomy().sub_industry_name(sub)
        rules.append(
            Rule(
                "other_sub_industry",
                f"不服务{name}行业",
                _lead_unit(lambda u: not u.sub_industries or sub in u.sub_industries),
            )
        )
    if (district := enterprise.district) is not None:
        place = load_taxonomy().district_name(district)
        rules.append(
            Rule(
                "other_district",
                f"不服务{place}",
                _lead_unit(lambda u: not u.districts or district in u.districts),
            )
        )
    return rules


_NOT_SHOWN = {
    PartnerKind.LEAD_UNIT: "企业未同意向牵引单位展示",
    PartnerKind.VENDOR: "企业未同意向服务商展示",
}


def prospect_rules(partner: Partner, on: date) -> list[Rule]:
    """Rules for enterprises shown to a lead unit or vendor; consent comes first and names no one."""
    rules = [
        Rule(
            "no_consent",
            _NOT_SHOWN[partner.kind],
            _enterprise(lambda e: e.shows_itself_to(partner.kind, partner.id, on)),
            confidential=True,
        )
    ]
    if partner.sub_industries:
        rules.append(
            Rule(
                "other_sub_industry",
                "不属于本单位服务的细分行业",
                _enterprise(lambda e: partner.serves(e.sub_industry, None)),
            )
        )
    if partner.districts:
        rules.append(
            Rule(
                "other_district",
                "不在本单位服务的区",
                _enterprise(lambda e: partner.serves(None, e.district)),
            )
        )
    return rules


def _notice(keeps: Callable[[Notice], bool]) -> Callable[[Candidate], bool]:
    return lambda record: isinstance(record, Notice) and keeps(record)


def notice_rules(situation: Situation, on: date) -> list[Rule]:
    """Rules for notices shown to an enterprise; what is not known of it leaves nothing out."""
    rules = [Rule("not_current", "尚未发布，或已过截止日期", _notice(lambda n: n.is_current(on)))]
    enterprise = situation.enterprise
    if enterprise is not None and (sub := enterprise.sub_industry) is not None:
        name = load_taxonomy().sub_industry_name(sub)
        rules.append(
            Rule(
                "other_sub_industry",
                f"面向其他行业，不涉及{name}",
                _notice(lambda n: not n.sub_industries or sub in n.sub_industries),
            )
        )
    if enterprise is not None and (district := enterprise.district) is not None:
        place = load_taxonomy().district_name(district)
        rules.append(
            Rule(
                "other_district",
                f"面向其他区，不涉及{place}",
                _notice(lambda n: not n.districts or district in n.districts),
            )
        )
    if enterprise is not None and (size := enterprise.size_class) is not None:
        rules.append(
            Rule(
                "other_size",
                f"不面向{SIZE_NAMES[size]}企业",
                _notice(lambda n: not n.sizes or size in n.sizes),
            )
        )
    if situation.result is not None:
        level = situation.result.level
        rules.append(
            Rule(
                "other_level",
                f"面向其他等级的企业，您现为{situation.result.level_name}",
                _notice(lambda n: not n.levels or level in n.levels),
            )
        )
    return rules


def apply_rules(
    owners: Sequence[str], records: Mapping[str, Candidate], rules: Sequence[Rule]
) -> tuple[NDArray[np.bool_], list[Excluded]]:
    """Apply rules in order.

    Returns
    -------
    allowed : bool (owners,)
    excluded : list of Excluded
        One entry for each rule that left something out, in order.
    """
    allowed = np.ones(len(owners), bool)
    excluded = []
    for rule in rules:
        failing = [i for i in np.flatnonzero(allowed).tolist() if not rule.keeps(records[owners[i]])]
        if failing:
            positions = np.asarray(failing, np.int64)
            allowed[positions] = False
            excluded.append(Excluded(rule, positions))
    return allowed, excluded
