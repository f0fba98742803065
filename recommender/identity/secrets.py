"""Passwords and random secrets: what is kept of them cannot be turned back.

Passwords are hashed with Argon2id at the library's parameters (RFC 9106, second recommendation). Random
secrets have 256 bits, so a plain SHA-256 of them is enough.
"""

import hashlib
import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from recommender.identity.faults import WeakPassword
from recommender.identity.rules import load_identity_rules

_HASHER = PasswordHasher()
_LONGEST = 200


def new_secret() -> str:
    """Return a random secret, safe in addresses and headers."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return what is kept of a random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hash_password(password: str, login: str) -> str:
    """Return what is kept of a password.

    Raises
    ------
    WeakPassword
        If it is too short, of too few different characters, or holds the login.
    """
    least = load_identity_rules().least_password_length
    if not least <= len(password) <= _LONGEST:
        raise WeakPassword(f"密码应为 {least} 到 {_LONGEST} 个字符", place={"field": "password"})
    if len(set(password)) < 5 or login.lower() in password.lower():
        raise WeakPassword("密码不能含登录名，也不能只由几个字符重复组成", place={"field": "password"})
    return _HASHER.hash(password)


def password_fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one; takes as long for an account that does not exist or has none."""
    try:
        return _HASHER.verify(kept or _nobody(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether a password should be hashed anew with today's parameters."""
    return _HASHER.check_needs_rehash(kept)


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _HASHER.hash(new_secret())
