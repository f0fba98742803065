"""What can go wrong when someone says who he is."""

from recommender.errors import Conflict, InvalidInput, NotFound, SmematchError


class WrongCredentials(SmematchError):
    """Name, password or code do not fit; which of them is not told."""

    code = "wrong_credentials"
    status = 401
    title = "登录失败"


class AccountLocked(SmematchError):
    """Too many wrong passwords in a row."""

    code = "account_locked"
    status = 401
    title = "账号暂时锁定"


class SecondFactorNeeded(SmematchError):
    """The password fits; the code of the second factor is missing."""

    code = "second_factor_needed"
    status = 401
    title = "需要动态验证码"


class WeakPassword(InvalidInput):
    """The password is too short, or too easy to guess."""

    code = "weak_password"
    title = "密码太弱"


class CodeNotValid(InvalidInput):
    """The one-time code is unknown, used or too old."""

    code = "code_not_valid"
    title = "一次性代码无效"


class LoginTaken(Conflict):
    """Another account has this login."""

    code = "login_taken"
    title = "登录名已被使用"


class UnknownAccount(NotFound):
    """No account has this login."""

    code = "account_not_found"
    title = "没有这个账号"


class UnknownKey(NotFound):
    """No API key has this id."""

    code = "api_key_not_found"
    title = "没有这个接口密钥"


class TokenNotValid(SmematchError):
    """A bearer token that is forged, for someone else, too old or not yet valid."""

    code = "token_not_valid"
    status = 401
    title = "令牌无效"
