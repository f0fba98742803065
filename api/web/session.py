"""Who is looking: by an account's session, or, on a machine used without sign-in, by the person's own word.

Without sign-in (``SMEMATCH_SIGN_IN=none``, loopback only) a signed cookie holds as whom a person looks, and
every page says so. With it the cookie holds the secret of a session and nothing else.
"""

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer
from pydantic import ValidationError

from api.web.failures import NotForThisRole, SignInNeeded
from recommender.domain.viewer import Role, Viewer
from recommender.identity.account import Account
from recommender.identity.rules import load_identity_rules
from recommender.installation import Installation
from recommender.settings import Settings

COOKIE = "smematch_session"
#: A working day; then the person says again as whom he looks, in seconds.
_LIFETIME = 10 * 3600


def signer(settings: Settings) -> URLSafeTimedSerializer:
    """Return what signs the cookie of a machine without sign-in, with the key of the installation."""
    return _signer(settings.home / "session.key")


@lru_cache
def _signer(file: Path) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_key(file), salt="smematch.session")


def _key(file: Path) -> str:
    """Read the key; the first process makes it, readable for its owner alone."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w") as written:
        written.write(secrets.token_urlsafe(48))
    try:
        # Linking is all or nothing: no process reads half a key, and the first one's stays.
        os.link(fresh, file)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return file.read_text()


def remember(request: Request, response: Response, viewer: Viewer) -> None:
    """Set the cookie of a viewer on a machine without sign-in."""
    value = str(signer(_here(request).settings).dumps(viewer.model_dump(mode="json")))
    _set(request, response, value)


def remember_session(request: Request, response: Response, secret: str) -> None:
    """Set the cookie of a session."""
    _set(request, response, secret)


def _set(request: Request, response: Response, value: str) -> None:
    response.set_cookie(
        COOKIE,
        value,
        max_age=_LIFETIME,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def forget(response: Response) -> None:
    """Remove the cookie."""
    response.delete_cookie(COOKIE)


def signs_in(request: Request) -> bool:
    """Whether the installation asks people to sign in."""
    return _here(request).settings.sign_in == "required"


def current_account(request: Request) -> Account | None:
    """Return whose session it is; None without one."""
    given = request.cookies.get(COOKIE)
    return _here(request).identity.session_account(given) if given and signs_in(request) else None


def current_viewer(request: Request) -> Viewer | None:
    """Return who looks; None for nobody in particular, and for a cookie that is not ours or too old.

    Whoever must have a second factor is nobody until he has set one up.
    """
    if signs_in(request):
        account = current_account(request)
        return None if account is None or lacks_factor(account) else account.viewer
    given = request.cookies.get(COOKIE)
    if not given:
        return None
    try:
        return Viewer.model_validate(signer(_here(request).settings).loads(given, max_age=_LIFETIME))
    except (BadSignature, ValidationError):
        return None


def lacks_factor(account: Account) -> bool:
    """Whether an account needs a second factor and has none yet."""
    return account.second_factor is None and account.role in load_identity_rules().second_factor_roles


def _here(request: Request) -> Installation:
    installation: Installation = request.app.state.installation
    return installation


#: Parameter type: who looks, if anyone.
Looking = Annotated[Viewer | None, Depends(current_viewer)]


def one_of(*roles: Role) -> object:
    """Return a dependency that gives the viewer, when he has one of the roles.

    The dependency raises ``SignInNeeded`` for nobody in particular and ``NotForThisRole`` for other roles.
    """

    def require(viewer: Looking) -> Viewer:
        if viewer is None:
            raise SignInNeeded("请先登录或选择身份")
        if viewer.role not in roles:
            raise NotForThisRole("这一页不对您的身份开放")
        return viewer

    return Depends(require)
