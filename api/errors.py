"""Failures that only the API knows; the others are in :mod:`recommender.errors`."""

from recommender.errors import Conflict, InvalidInput, MalformedRequest, NotFound, SmematchError


class UnknownRoute(NotFound):
    """No route has this path."""

    code = "unknown_route"
    title = "没有这个地址"


class MethodNotAllowed(SmematchError):
    """The path exists, but not for this method."""

    code = "method_not_allowed"
    status = 405
    title = "不支持的请求方法"


class UnsupportedMediaType(SmematchError):
    """The body is not of a type that the route reads."""

    code = "unsupported_media_type"
    status = 415
    title = "不支持的内容类型"


class BadCursor(InvalidInput):
    """A cursor that no answer of this listing gave out."""

    code = "bad_cursor"
    title = "游标无效"


class IdMismatch(InvalidInput):
    """The body names another record than the path."""

    code = "id_mismatch"
    title = "编号不一致"


class MaskedValue(InvalidInput):
    """A masked value that does not belong to what is stored; storing it would destroy the real one."""

    code = "masked_value"
    title = "含有遮盖的内容"


class TooManyEvents(InvalidInput):
    """More events in one request than are taken at once."""

    code = "too_many_events"
    title = "一次上报的事件过多"


class MalformedForm(MalformedRequest):
    """A multipart body that cannot be read, or one without exactly one file."""

    code = "malformed_form"
    title = "无法读取的表单"


class UnsafeBind(InvalidInput):
    """An address other machines can reach, while nobody has to sign in yet."""

    code = "unsafe_bind"
    title = "监听地址不安全"


class AddressInUse(Conflict):
    """The address to listen on cannot be taken."""

    code = "address_in_use"
    title = "监听地址不可用"
