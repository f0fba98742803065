"""A need: what an enterprise says hurts, in its own words."""

from typing import Annotated

from pydantic import Field

from recommender.domain.credit_code import CreditCode
from recommender.domain.record import NO_NUL, MarkedRecord, NeedText, RecordId


class Need(MarkedRecord):
    """A need, of an enterprise or of a page that states it.

    Attributes
    ----------
    solution_id : str, optional
        A solution known to answer it; a label for evaluation, never an input to matching.
    scenario_title : str, optional
        Heading of the page the need was taken from; kept with the record, never an input to matching.
    """

    id: RecordId
    text: NeedText
    uscc: CreditCode | None = None
    solution_id: RecordId | None = None
    scenario_title: Annotated[str, Field(max_length=500, pattern=NO_NUL)] | None = None
