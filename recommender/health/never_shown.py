"""Why an item of the pool was in no list: which rule left it out, or that it always ranked too low.

The log says how many items a rule left out of a list, not which. So the rules are asked again, for the
enterprises that got a list and with their records as they are now.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from recommender.diagnosis.instrument import Instrument
from recommender.domain.taxonomy import load_taxonomy
from recommender.health.report import NeverShown
from recommender.index.snapshot import Snapshot
from recommender.learning.intervals import SEED
from recommender.retrieval.constraints import Rule, apply_rules, lead_unit_rules, solution_rules
from recommender.retrieval.situation import Situation, situation_of

RANKED_LOW, NO_LISTS = "ranked_low", "no_lists"
#: Enterprises that the rules are asked for; drawn by seed where more got a list.
MOST_FIRMS = 200
_RULES: Mapping[str, Callable[[Situation], list[Rule]]] = {
    "solution": solution_rules,
    "lead_unit": lead_unit_rules,
}
_TEXTS = {
    "other_sub_industry": "只适用于{subs}，得到清单的企业不在其中",
    "over_budget": "最低报价高于得到清单的企业的预算",
    "already_reached": "涉及的场景，得到清单的企业都已达到它能做到的等级",
    "no_capacity": "名额已满",
    "other_district": "不服务得到清单的企业所在的区",
}


def why_never_shown(
    snapshot: Snapshot, instrument: Instrument, target: str, items: Sequence[str], firms: Sequence[str]
) -> tuple[NeverShown, ...]:
    """Say of each item why no list held it, those open to most enterprises first.

    Parameters
    ----------
    target : str
        ``solution`` or ``lead_unit``.
    items : sequence of str
        Ids of admitted items.
    firms : sequence of str
        Credit codes of enterprises that got a list.
    """
    if not items:
        return ()
    catalogue = snapshot.catalogue
    records: Mapping[str, Any] = catalogue.solutions if target == "solution" else catalogue.lead_units
    looked_at = _drawn([firm for firm in sorted(set(firms)) if firm in catalogue.enterprises])
    open_to, reasons = np.zeros(len(items), np.int64), [Counter[str]() for _ in items]
    for firm in looked_at:
        situation = situation_of(
            catalogue.enterprises[firm],
            snapshot.results.get(firm),
            instrument,
            with_openings=False,
        )
        allowed, excluded = apply_rules(items, records, _RULES[target](situation))
        open_to += allowed
        for left_out in excluded:
            for position in left_out.positions.tolist():
                reasons[position][left_out.rule.code] += 1
    told = (
        _told(records[item], item, int(number), reason, len(looked_at))
        for item, number, reason in zip(items, open_to, reasons, strict=True)
    )
    return tuple(sorted(told, key=lambda one: -one.open_to))


def _drawn(firms: list[str]) -> list[str]:
    if len(firms) <= MOST_FIRMS:
        return firms
    chosen = np.random.default_rng(SEED).choice(len(firms), MOST_FIRMS, replace=False)
    return [firms[at] for at in sorted(chosen.tolist())]


def _told(record: Any, item: str, open_to: int, reasons: Counter[str], looked_at: int) -> NeverShown:  # noqa: ANN401
    if looked_at == 0:
        reason, text = NO_LISTS, "这一时段没有登记的企业得到这类清单"
    elif open_to:
        reason = RANKED_LOW
        text = f"对 {open_to} 家企业可以列出，但总排在清单之外；请核对其资料是否齐全"
    else:
        ((reason, _),) = reasons.most_common(1)
        names = "、".join(load_taxonomy().sub_industry_name(sub) for sub in record.sub_industries)
        text = _TEXTS.get(reason, reason).format(subs=names)
    return NeverShown(
        id=item,
        name=record.name,
        mark=record.face_mark,
        reason=reason,
        text=text,
        open_to=open_to,
        looked_at=looked_at,
    )
