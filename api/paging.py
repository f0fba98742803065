"""Keyset paging: opaque cursors that name the last key seen and the listing it belongs to."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from api.errors import BadCursor

T = TypeVar("T")
_LONGEST_KEY = 200


class PageQuery(BaseModel):
    """Query of a listing; an unknown parameter is refused rather than ignored."""

    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[
        str | None, Field(max_length=600, description="上一页回答中的 next_cursor；不写则从头开始")
    ] = None
    limit: Annotated[int, Field(ge=1, le=200, description="每页最多几条")] = 50

    @property
    def filters(self) -> dict[str, str | bool]:
        """The conditions that were set, by name."""
        dumped = self.model_dump(exclude={"cursor", "limit"}, exclude_none=True)
        return {name: getattr(value, "value", value) for name, value in dumped.items()}


class Listing(BaseModel, Generic[T]):
    """One page.

    Attributes
    ----------
    next_cursor : str, optional
        Asks for the next page; None on the last.
    """

    items: list[T]
    next_cursor: str | None


def encode_cursor(listing: str, filters: Mapping[str, object], key: str) -> str:
    """Return the cursor that continues ``listing`` after ``key``."""
    text = json.dumps([_tag(listing, filters), key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(listing: str, filters: Mapping[str, object], cursor: str | None) -> str | None:
    """Return the key that a cursor names, None without a cursor.

    Raises
    ------
    BadCursor
        If the cursor is damaged or belongs to another listing or other filters.
    """
    if cursor is None:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        tag, key = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True).decode())
    except (ValueError, TypeError, RecursionError) as error:
        raise _bad("游标无法识别，请原样使用上一页的 next_cursor") from error
    if not isinstance(key, str) or not 0 < len(key) <= _LONGEST_KEY or not key.isprintable():
        raise _bad("游标无法识别，请原样使用上一页的 next_cursor")
    if tag != _tag(listing, filters):
        raise _bad("游标属于另一个列表或另一组筛选条件，请从第一页重新读取")
    return key


def _bad(detail: str) -> BadCursor:
    return BadCursor(detail, place={"in": "query", "field": "cursor"})


def _tag(listing: str, filters: Mapping[str, object]) -> str:
    text = json.dumps([listing, sorted(filters.items())], default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
