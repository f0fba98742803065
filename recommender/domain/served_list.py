"""A served list: what was shown, to whom, with the features, scores and versions of that moment."""

from typing import Annotated

from pydantic import AwareDatetime, ConfigDict, Field

from recommender.domain.record import Record, RecordId


class ServedItem(Record):
    """One line of a served list as the learner needs it.

    Attributes
    ----------
    rank : int
        1 for the first line.
    score : float
        0–1, the ranker's score; 1 for a product of a plan, which is chosen with the others or not at all.
    propensity : float
        Probability (0–1] that the serving policy put this item at this rank; 1.0 while deterministic.
    features : dict
        Feature name to value; None where the feature was unknown.
    applies : tuple of str, optional
        Names of the features that counted for the line; None where the log does not tell (plans, and lists
        served before it was kept).
    """

    rank: Annotated[int, Field(ge=1)]
    object_id: str
    score: Annotated[float, Field(allow_inf_nan=False)]
    propensity: Annotated[float, Field(gt=0, le=1)]
    features: dict[str, float | None]
    applies: tuple[str, ...] | None = None


class ServedList(Record):
    """A list as it is written to disk before it is answered; texts are kept to the byte, white space too.

    Attributes
    ----------
    subject : str, optional
        Credit code or lead unit id that asked; None for a free text or a profile.
    request, response : str
        The exact JSON texts, so that a replay is equal to the byte.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)

    recommendation_id: RecordId
    served_at: AwareDatetime
    target: Annotated[str, Field(pattern=r"^(solution|lead_unit|prospect|plan)$")]
    subject: str | None = None
    model_version: str
    policy_version: str
    index_version: str
    degraded: str | None = None
    request: str
    response: str
    items: tuple[ServedItem, ...]
