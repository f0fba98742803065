"""Conditional requests (RFC 9110, section 13) on records with revisions."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import Depends, Header

from recommender.errors import InvalidInput, PreconditionFailed
from recommender.store.repositories.records import Stored

_TAG = re.compile(r'\s*((?:W/)?"[\x21\x23-\x7e\x80-\xff]*")\s*')


class RecordExists(PreconditionFailed):
    """``If-None-Match: *`` asked for a new record, but there is one."""

    code = "record_exists"
    title = "记录已存在"


class MalformedCondition(InvalidInput):
    """A condition header that is no list of entity tags."""

    code = "malformed_condition"
    title = "条件请求头无法识别"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the caller asks of the stored revision; None where it asks nothing."""

    ANY: ClassVar[str] = "*"

    if_match: frozenset[str] | None = None
    if_none_match: frozenset[str] | None = None

    @property
    def given(self) -> bool:
        """Whether the caller set any condition."""
        return self.if_match is not None or self.if_none_match is not None

    def check_write(self, stored: Stored[Any] | None) -> None:
        """Raise unless the stored record is in the state that the caller expects.

        Raises
        ------
        PreconditionFailed
            For ``If-Match``: nothing is stored, or another revision.
        RecordExists
            For ``If-None-Match``: the record, or that revision, is stored.
        """
        if self.if_match is not None:
            if stored is None:
                raise PreconditionFailed("记录尚不存在，不能按 If-Match 更新；新建时请不要带 If-Match")
            if self.ANY not in self.if_match and stored.etag not in self.if_match:
                raise PreconditionFailed(
                    f"记录已是第 {stored.revision} 版，请重新读取后再改", place={"revision": stored.revision}
                )
        if self.if_none_match is not None and stored is not None and self._names(stored.etag):
            raise RecordExists(
                f"记录已存在（第 {stored.revision} 版），按 If-None-Match 不作改动",
                place={"revision": stored.revision},
            )

    def unchanged(self, etag: str) -> bool:
        """Whether a reader already holds the revision, so that 304 is the answer."""
        return self.if_none_match is not None and self._names(etag)

    def _names(self, etag: str) -> bool:
        # Weak comparison: proxies may have weakened the tag.
        held = {tag.removeprefix("W/") for tag in self.if_none_match or ()}
        return self.ANY in held or etag in held


#: What a POST that creates asks: that nothing is stored yet.
ONLY_NEW = Conditions(if_none_match=frozenset({Conditions.ANY}))


def _tags(name: str, value: str | None) -> frozenset[str] | None:
    if value is None:
        return None
    if value.strip() == Conditions.ANY:
        return frozenset({Conditions.ANY})
    parts = [_TAG.fullmatch(part) for part in value.split(",")]
    if not all(parts):
        raise MalformedCondition(
            f'{name} 应为 * 或版本标记，例如 "3"（带引号）', place={"in": "header", "field": name}
        )
    return frozenset(part[1] for part in parts if part)


async def _write_conditions(
    if_match: Annotated[
        str | None,
        Header(alias="If-Match", max_length=1000, description='只在记录仍是这一版时写入，例如 "3"'),
    ] = None,
    if_none_match: Annotated[
        str | None,
        Header(alias="If-None-Match", max_length=1000, description="写 * 表示只新建、不覆盖"),
    ] = None,
) -> Conditions:
    return Conditions(_tags("If-Match", if_match), _tags("If-None-Match", if_none_match))


async def _read_conditions(
    if_none_match: Annotated[
        str | None,
        Header(alias="If-None-Match", max_length=1000, description="已有的版本；未变则答 304"),
    ] = None,
) -> Conditions:
    return Conditions(None, _tags("If-None-Match", if_none_match))


#: Parameter types of writing and of reading routes.
WriteConditions = Annotated[Conditions, Depends(_write_conditions)]
ReadConditions = Annotated[Conditions, Depends(_read_conditions)]
