"""GET and POST sign-in, password by one-time code, second factor, API keys."""

from typing import Annotated, Literal

import segno
from fastapi import Depends, Form, Query, Request, Response
from pydantic import Field

from api.installed import Installed
from api.web.asked import Asked
from api.web.failures import SignInNeeded
from api.web.page import Page
from api.web.routing import local_path, page_router, see
from api.web.session import COOKIE, current_account, forget, lacks_factor, remember_session, signs_in
from api.web.start import START
from recommender.errors import NotFound, SmematchError
from recommender.identity.account import Account
from recommender.identity.faults import SecondFactorNeeded
from recommender.identity.rules import load_identity_rules
from recommender.identity.second_factor import address_of

router = page_router()


class NoAccounts(NotFound):
    """The installation is used without sign-in."""

    code = "no_sign_in"
    title = "没有启用登录"


class SignIn(Asked):
    """What a person types; ``code`` is of the second factor."""

    login: str = Field(default="", max_length=64)
    password: str = Field(default="", max_length=200)
    code: str | None = Field(default=None, max_length=10)
    next: str = "/"


class NewPassword(Asked):
    """A password, twice, with the one-time code."""

    code: str = Field(max_length=100)
    password: str = Field(default="", max_length=400)
    again: str = Field(default="", max_length=400)


class Factor(Asked):
    """The secret that the app was given, and a code of it."""

    secret: str = Field(pattern=r"^[A-Z2-7]{32}$")
    code: str = Field(default="", max_length=10)


class NewKey(Asked):
    """A key to make."""

    name: str = Field(min_length=1, max_length=100)
    scope: Literal["read", "write"] = "read"
    days: int = Field(ge=1, le=366)


class KeyId(Asked):
    """A key to void."""

    id: str = Field(max_length=36)


def _enabled(request: Request) -> None:
    if not signs_in(request):
        raise NoAccounts("这台机器没有启用登录，请从首页选择身份")


def _own(request: Request) -> Account:
    _enabled(request)
    account = current_account(request)
    if account is None:
        raise SignInNeeded("请先登录")
    return account


_Own = Annotated[Account, Depends(_own)]
_Enabled = Depends(_enabled)


@router.get("/sign-in", dependencies=[_Enabled])
def get_sign_in(page: Page, next: Annotated[str, Query(max_length=500)] = "/") -> Response:  # noqa: A002
    """Show the form."""
    return page.show("account/sign_in.html", told=SignIn(next=next), error=None)


@router.post("/sign-in", dependencies=[_Enabled])
def post_sign_in(told: Annotated[SignIn, Form()], request: Request, page: Page, here: Installed) -> Response:
    """Sign in and go on; the second factor is asked for once the password fits."""
    try:
        secret = here.identity.sign_in(told.login, told.password, told.code)
    except SmematchError as error:
        if error.status >= 500:
            raise
        asks = isinstance(error, SecondFactorNeeded) or told.code is not None
        return page.show("account/sign_in.html", status=401, told=told, error=error, asks_code=asks)
    account = here.identity.session_account(secret)
    start = START[account.role].format(subject=account.subject) if account else "/"
    if account is not None and lacks_factor(account):
        start = "/account/second-factor"
    answer = see(local_path(told.next, start) if told.next != "/" and start[0:8] != "/account" else start)
    # A session of before is not carried on: whoever planted its secret is left with nothing.
    if (old := request.cookies.get(COOKIE)) is not None:
        here.identity.sign_out(old)
    remember_session(request, answer, secret)
    return answer


@router.post("/sign-out", dependencies=[_Enabled])
def post_sign_out(request: Request, here: Installed) -> Response:
    """End the session."""
    if (secret := request.cookies.get(COOKIE)) is not None:
        here.identity.sign_out(secret)
    answer = see("/")
    forget(answer)
    return answer


@router.get("/set-password", dependencies=[_Enabled])
def get_set_password(page: Page, code: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Show the form; the code comes with the link that the administrator gave."""
    return _password_page(page, code, 200, None)


@router.post("/set-password", dependencies=[_Enabled])
def post_set_password(told: Annotated[NewPassword, Form()], page: Page, here: Installed) -> Response:
    """Set the password and go to signing in."""
    if told.password != told.again:
        return _password_page(page, told.code, 422, "两次输入的密码不一样")
    try:
        here.identity.set_password(told.code, told.password)
    except SmematchError as error:
        if error.status >= 500:
            raise
        return _password_page(page, told.code, error.status, error.detail)
    return see("/sign-in")


@router.get("/account")
def get_account(account: _Own, page: Page, here: Installed) -> Response:
    """Show the account, its second factor and its keys."""
    return _account_page(page, here, account)


@router.post("/account/keys")
def post_key(told: Annotated[NewKey, Form()], account: _Own, page: Page, here: Installed) -> Response:
    """Make a key and show its secret, once."""
    made = here.identity.make_key(account.login, told.name, told.scope, told.days)
    return _account_page(page, here, account, made.secret)


@router.post("/account/keys/revoke")
def post_revoke(told: Annotated[KeyId, Form()], account: _Own, here: Installed) -> Response:
    """Void a key."""
    here.identity.revoke_key(account.login, told.id)
    return see("/account")


@router.get("/account/second-factor")
def get_factor(account: _Own, page: Page, here: Installed) -> Response:
    """Show a new secret, as a picture to scan and as text to type."""
    return _factor_page(page, account, here.identity.new_factor(), None)


@router.post("/account/second-factor")
def post_factor(told: Annotated[Factor, Form()], account: _Own, page: Page, here: Installed) -> Response:
    """Make the second factor needed, once a code of it fits."""
    try:
        here.identity.confirm_factor(account.login, told.secret, told.code)
    except SmematchError as error:
        if error.status >= 500:
            raise
        return _factor_page(page, account, told.secret, error.detail)
    return see("/account")


def _password_page(page: Page, code: str, status: int, error: str | None) -> Response:
    least = load_identity_rules().least_password_length
    return page.show("account/set_password.html", status=status, code=code, error=error, least=least)


def _account_page(page: Page, here: Installed, account: Account, secret: str | None = None) -> Response:
    return page.show(
        "account/account.html",
        account=account,
        keys=here.identity.keys(account.login),
        secret=secret,
        most_days=load_identity_rules().most_key_days,
        now=here.store.clock(),
    )


def _factor_page(page: Page, account: Account, secret: str, error: str | None) -> Response:
    picture = segno.make(address_of(secret, account.login)).svg_data_uri(scale=5, dark="#000", light="#fff")
    told = {"secret": secret, "picture": picture, "error": error}
    return page.show("account/second_factor.html", status=401 if error else 200, **told)
