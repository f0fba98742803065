"""Time-based one-time codes (RFC 6238), each taken once."""

from datetime import datetime

import pyotp

from recommender.identity.account import Account

_ISSUER = "smematch"
#: A clock may be this many steps of 30 s off.
_TOLERANCE = 1


def new_factor() -> str:
    """Return a new secret for an authenticator app."""
    return pyotp.random_base32()


def address_of(secret: str, login: str) -> str:
    """Return the address that an authenticator app reads, also as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)


def fitting_step(account: Account, code: str, now: datetime) -> int | None:
    """Return the time step of a code that fits and was not used, None for any other."""
    if account.second_factor is None or not (code.isascii() and code.isdigit()):
        return None
    totp = pyotp.TOTP(account.second_factor)
    here = totp.timecode(now)
    for step in range(here - _TOLERANCE, here + _TOLERANCE + 1):
        if step > (account.last_step or 0) and pyotp.utils.strings_equal(totp.generate_otp(step), code):
            return step
    return None
