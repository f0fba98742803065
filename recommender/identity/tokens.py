"""Bearer tokens of an identity provider (OpenID Connect): signature, issuer, audience and time are checked.

Keys come from the provider's JWKS address, are kept for a while and fetched anew for a key id that is not
known: that is how providers rotate them. Only asymmetric algorithms are taken.

References
----------
RFC 7519 (JWT), RFC 7517 (JWK), RFC 8725 (best current practices).
"""

from collections.abc import Mapping
from typing import Any, Protocol

import jwt
from pydantic import ValidationError

from recommender.domain.viewer import Viewer
from recommender.identity.faults import TokenNotValid
from recommender.identity.service import Known
from recommender.settings import Settings

_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
#: How far the clocks may be apart, in seconds.
_LEEWAY = 60
_KEPT_SECONDS = 300
_FETCH_SECONDS = 5


class Tokens(Protocol):
    """Whom a bearer token stands for."""

    def holder(self, token: str) -> Known | None:
        """Return the holder; None where no provider is configured.

        Raises
        ------
        TokenNotValid
        """


class NoTokens:
    """No provider is configured: no token is anybody's."""

    def holder(self, token: str) -> Known | None:
        """Return None."""
        del token
        return None


class ProviderTokens:
    """Tokens of one provider.

    Parameters
    ----------
    issuer, audience, jwks_url : str
        As the provider states them; nothing but ``jwks_url`` is ever fetched.
    """

    def __init__(self, issuer: str, audience: str, jwks_url: str) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = jwt.PyJWKClient(jwks_url, lifespan=_KEPT_SECONDS, timeout=_FETCH_SECONDS)

    def holder(self, token: str) -> Known | None:
        """Return whom a token stands for: claims ``smematch_role``, ``smematch_subject`` and ``name``.

        Raises
        ------
        TokenNotValid
        """
        try:
            key = self._keys.get_signing_key_from_jwt(token)
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer,
                leeway=_LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
            viewer = Viewer(
                role=claims.get("smematch_role", ""),
                subject=claims.get("smematch_subject"),
                name=claims.get("name") or claims["sub"],
            )
        except jwt.PyJWTError as error:
            raise TokenNotValid(f"令牌没有通过核验（{type(error).__name__}）") from error
        except ValidationError as error:
            raise TokenNotValid("令牌没有写明可用的身份（smematch_role、smematch_subject）") from error
        scopes = str(claims.get("scope", "")).split()
        return Known(viewer, may_write="smematch.read" not in scopes or "smematch.write" in scopes)


def tokens_of(settings: Settings) -> Tokens:
    """Return what reads bearer tokens, by the settings."""
    if settings.oidc_issuer is None:
        return NoTokens()
    jwks = settings.oidc_jwks_url or f"{settings.oidc_issuer.rstrip('/')}/.well-known/jwks.json"
    return ProviderTokens(settings.oidc_issuer, settings.oidc_audience, jwks)
