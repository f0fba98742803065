"""Why a call is refused before it is looked at."""

from recommender.errors import SmematchError


class NoCredentials(SmematchError):
    """The call says not who makes it, or by something that is not valid."""

    code = "no_credentials"
    status = 401
    title = "需要登录"


class Forbidden(SmematchError):
    """The role may not call this route, or not for this record; which of the two is not told."""

    code = "forbidden"
    status = 403
    title = "无权调用"
