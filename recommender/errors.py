"""The one error tree: every failure a user can meet has a stable code and a Chinese sentence."""

from collections.abc import Mapping
from typing import Any, ClassVar


class SmematchError(Exception):
    """Base of all expected failures.

    Parameters
    ----------
    detail : str
        What happened and what to do, in Chinese, for the person who reads it.
    place : mapping, optional
        Where it happened: ``row``, ``column``, ``field``, ``index``, ``file``.

    Attributes
    ----------
    code : str
        Stable machine name; part of the API contract.
    status : int
        HTTP status that the API answers with.
    title : str
        Short Chinese name of the kind of error.
    """

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "内部错误"

    def __init__(self, detail: str, *, place: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.place: dict[str, Any] = dict(place or {})

    def as_dict(self) -> dict[str, Any]:
        """Return ``code``, ``detail`` and, where known, ``place``."""
        body: dict[str, Any] = {"code": self.code, "detail": self.detail}
        if self.place:
            body["place"] = self.place
        return body


class InvalidInput(SmematchError):
    """A value that cannot be accepted; ``place`` says which."""

    code = "invalid_input"
    status = 422
    title = "输入有误"


class MalformedRequest(SmematchError):
    """A request or file that cannot be read at all."""

    code = "malformed_request"
    status = 400
    title = "无法读取的请求"


class NotFound(SmematchError):
    """The record asked for does not exist."""

    code = "not_found"
    status = 404
    title = "找不到记录"


class Conflict(SmematchError):
    """The request contradicts what is stored."""

    code = "conflict"
    status = 409
    title = "与已有记录冲突"


class PreconditionFailed(SmematchError):
    """``If-Match`` names another revision than the stored one."""

    code = "revision_changed"
    status = 412
    title = "记录已被他人修改"


class TooLarge(SmematchError):
    """A request body or file above the configured size."""

    code = "too_large"
    status = 413
    title = "内容过大"


class Unavailable(SmematchError):
    """A needed part (store, index) does not answer now; trying again may help."""

    code = "unavailable"
    status = 503
    title = "服务暂不可用"


class NotSetUp(SmematchError):
    """A part that ``smematch init`` makes is missing."""

    code = "not_set_up"
    status = 503
    title = "尚未初始化"
