"""An assignment as it is kept: what was asked, what was proposed, and whether it was committed."""

from pydantic import AwareDatetime, ConfigDict

from recommender.domain.record import Record, RecordId


class StoredAssignment(Record):
    """A proposal for a batch; texts are kept to the byte.

    Attributes
    ----------
    committed_at : datetime, optional
        When the proposal was written to the log; None while it is a dry run.
    request, response : str
        The exact JSON texts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False)

    assignment_id: RecordId
    created_at: AwareDatetime
    committed_at: AwareDatetime | None = None
    objective: str
    request: str
    response: str
