"""Who is looking, in a signed cookie.

There is no sign-in yet: on the machine itself a person says as whom he looks, and every page says so. Whoever
brings accounts replaces what sets the cookie; pages only ask for the viewer.
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
from recommender.settings import Settings

COOKIE = "smematch_session"
#: A working day; then the person says again as whom he looks, in seconds.
_LIFETIME = 10 * 3600


def signer(settings: Settings) -> URLSafeTimedSerializer:
    """Return what signs the cookie, with the key of the installation."""
    return _signer(settings.home / "session.key")


@lru_cache
def _signer(file: Path) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_key(file), salt="smematch.session")


def _key(file: Path) -> str:
    """Read the key; the first process makes it, readable for its owner alone."""
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_text()
    with os.fdopen(handle, "w") as written:
        key = secrets.token_urlsafe(48)
        written.write(key)
    return key


def remember(request: Request, response: Response, viewer: Viewer) -> None:
    """Set the cookie of a viewer."""
    settings: Settings = request.app.state.installation.settings
    response.set_cookie(
        COOKIE,
        str(signer(settings).dumps(viewer.model_dump(mode="json"))),
        max_age=_LIFETIME,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


def forget(response: Response) -> None:
    """Remove the cookie."""
    response.delete_cookie(COOKIE)


def current_viewer(request: Request) -> Viewer | None:
    """Return who looks; None for nobody in particular, and for a cookie that is not ours or too old."""
    given = request.cookies.get(COOKIE)
    if not given:
        return None
    settings: Settings = request.app.state.installation.settings
    try:
        return Viewer.model_validate(signer(settings).loads(given, max_age=_LIFETIME))
    except (BadSignature, ValidationError):
        return None


#: Parameter type: who looks, if anyone.
Looking = Annotated[Viewer | None, Depends(current_viewer)]


def one_of(*roles: Role) -> object:
    """Return a dependency that gives the viewer, when he has one of the roles.

    The dependency raises ``SignInNeeded`` for nobody in particular and ``NotForThisRole`` for other roles.
    """

    def require(viewer: Looking) -> Viewer:
        if viewer is None:
            raise SignInNeeded("请先选择身份")
        if viewer.role not in roles:
            raise NotForThisRole("这一页不对您的身份开放")
        return viewer

    return Depends(require)
