"""What outcomes taught, in words: a score's interval, a product's record, and what the weights rest on."""

from collections.abc import Mapping, Sequence

from recommender.domain.event import load_funnel
from recommender.ranking.answer import Reason
from recommender.ranking.learned_weights import Effect, LearnedTarget, Record
from recommender.ranking.priors import Scored

_NORMAL_95 = 1.959963984540054
#: Of fewer enterprises nothing is said: it would tell of the enterprises, not of the product.
_LEAST_ENTERPRISES = 5
#: A record that moves the score by less is not worth a sentence.
_LEAST_CONTRIBUTION = 0.005
#: Below this share of the doubt removed, the expert weights are told to prevail.
LITTLE_DATA = 0.5
_WHOSE = {"product_record": "该产品", "vendor_record": "该服务商", "unit_record": "该单位"}


def score_interval(score: float, deviation: float | None) -> tuple[float, float] | None:
    """Return the 95 % interval of a score within 0–1, None where nobody knows how sure it is."""
    if deviation is None:
        return None
    reach = _NORMAL_95 * deviation
    return round(max(0.0, score - reach), 6), round(min(1.0, score + reach), 6)


def record_reasons(effects: Mapping[str, Effect], scored: Scored) -> tuple[Reason, ...]:
    """Say how the earlier recommendations of a product or partner ended, where they count for the score.

    Parameters
    ----------
    effects : mapping of str to Effect
        By contribution.

    Returns
    -------
    tuple of Reason
        A bad record is told as well, with a contribution below 0.
    """
    reasons = []
    for code, effect in effects.items():
        contribution = scored.contributions.get(code, 0.0)
        if (
            abs(contribution) >= _LEAST_CONTRIBUTION
            and effect.record
            and _speaks(effect.record, contribution)
        ):
            reasons.append(
                Reason(code=code, text=_said(code, effect.record), contribution=round(contribution, 4))
            )
    return tuple(reasons)


def weightiest_first(*reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Join reasons in the order of what they give to the score."""
    joined = [reason for part in reasons for reason in part]
    return tuple(sorted(joined, key=lambda reason: -reason.contribution))


def weights_told(learned: LearnedTarget) -> str:
    """Say what the weights of a ranking rest on."""
    told = f"{learned.enterprises} 家企业的 {learned.lines} 条推荐及其结果"
    if learned.data_share < LITTLE_DATA:
        return f"资料还少（{told}），仍以专家权重为主"
    return f"权重由 {told}学得"


def _speaks(record: Record, contribution: float) -> bool:
    """Whether the plain counts say the same as the shift of the score does."""
    above = record.reached > record.expected
    return record.enterprises >= _LEAST_ENTERPRISES and above == (contribution > 0)


def _said(code: str, record: Record) -> str:
    step = load_funnel().find(record.step)
    title = step.title if step else record.step
    than = "高于" if record.reached > record.expected else "低于"
    return (
        f"{_WHOSE[code]}推荐给 {record.enterprises} 家企业，{record.reached} 家{title}，"
        f"{than}同等条件下预期的 {record.expected:.1f} 家"
    )
