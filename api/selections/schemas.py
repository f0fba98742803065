"""Bodies of the requests on selections."""

from typing import Annotated

from pydantic import BaseModel, Field

from recommender.domain.event import Party
from recommender.domain.record import Record, ShortText
from recommender.domain.taxonomy import SubIndustry
from recommender.selection.application import Application, Call, Expert, Replacement, RoundId, ScoreSheet
from recommender.selection.views import SelectionHead

_Key = Annotated[str, Field(min_length=1, max_length=110)]


class OpenBody(Call):
    """A round to open."""

    id: RoundId
    actor: Party


class PanelBody(Record):
    """The experts of a round."""

    experts: Annotated[tuple[Expert, ...], Field(min_length=1, max_length=200)]
    actor: Party


class ApplicationBody(Application):
    """An application and who hands it in."""

    actor: Party


class ActorBody(Record):
    """Who does it."""

    actor: Party


class ReasonBody(ActorBody):
    """Who does it and why."""

    reason: ShortText


class RecusalBody(Record):
    """Which expert keeps out, and why."""

    expert: Party
    reason: ShortText


class ScoreBody(Record):
    """Sheets of one expert."""

    expert: Party
    sheets: Annotated[tuple[ScoreSheet, ...], Field(min_length=1, max_length=500)]


class DecisionBody(ReasonBody):
    """Who is selected in a sub-industry; ``deviation_reason`` where the ranking is left."""

    sub_industry: SubIndustry
    selected: Annotated[tuple[_Key, ...], Field(min_length=1, max_length=50)]
    deviation_reason: ShortText | None = None


class ReplacementBody(Replacement):
    """Who leaves and who moves up."""

    actor: Party


class AppealDecisionBody(ReasonBody):
    """Whether an appeal is upheld."""

    upheld: bool


class SelectionList(BaseModel):
    """All rounds in the order of opening."""

    items: tuple[SelectionHead, ...]
