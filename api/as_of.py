"""The query parameter that asks for the state of a past moment."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime, Field

#: Within a calendar that no time zone leads out of.
_Moment = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))
]
AsOf = Annotated[_Moment | None, Query(description="截至何时（带时区），默认现在")]
