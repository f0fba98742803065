"""Reasons in the order of what they gave to a score."""

from collections.abc import Mapping

from recommender.ranking.answer import Reason
from recommender.ranking.priors import Scored


def weightiest_first(said: Mapping[str, tuple[str, str | None]], scored: Scored) -> tuple[Reason, ...]:
    """Return what is said of the features that counted, the weightiest first.

    Parameters
    ----------
    said : mapping of str to (str, str or None)
        Text and evidence by feature.
    """
    reasons = [
        Reason(code=code, text=text, contribution=round(scored.contributions[code], 4), evidence=evidence)
        for code, (text, evidence) in said.items()
        if code in scored.contributions
    ]
    return tuple(sorted(reasons, key=lambda reason: -reason.contribution))
