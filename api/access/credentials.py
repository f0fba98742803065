"""Who makes a call: by an API key, by a provider's token, or by the session of a page."""

from urllib.parse import urlsplit

from fastapi import Request

from recommender.identity.service import Known
from recommender.installation import Installation

#: Cookie of the pages' session (``api.web.session``).
SESSION_COOKIE = "smematch_session"


def caller_of(request: Request, here: Installation) -> Known | None:
    """Return who calls and whether he may change things; None for nobody whom we know.

    A session of a page counts for what comes from our own pages; it cannot be used from another site.

    Raises
    ------
    recommender.identity.faults.TokenNotValid
        For a provider's token that is not in order.
    """
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        secret = secret.strip()
        return here.identity.key_holder(secret) or here.tokens.holder(secret)
    session = request.cookies.get(SESSION_COOKIE)
    account = here.identity.session_account(session) if session and _from_our_pages(request) else None
    return Known(account.viewer, may_write=True) if account else None


def _from_our_pages(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
