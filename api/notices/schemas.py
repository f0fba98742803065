"""Bodies and listings of notices."""

from typing import Annotated

from pydantic import Field

from api.paging import Listing, PageQuery
from recommender.domain import Notice
from recommender.domain.notice import NoticeKind
from recommender.domain.record import Record, RecordId


class NoticeBody(Notice):
    """A notice as it is put; the id may be left to the path."""

    id: RecordId | None = None  # type: ignore[assignment]


class NoticeQuery(PageQuery):
    """Query of the listing."""

    kind: NoticeKind | None = None
    synthetic: bool | None = None


class NoticeList(Listing[Notice]):
    """One page of notices."""


class AudienceRequest(Record):
    """How many enterprises to name."""

    k: Annotated[int, Field(ge=0, le=10_000)] = 50
