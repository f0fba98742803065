"""How a person likes the pages: language, light or dark, size of type; kept in a cookie, nowhere else."""

from typing import Literal, Self

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, ValidationError

COOKIE = "smematch_view"
_YEAR = 365 * 24 * 3600


class Preferences(BaseModel):
    """What a person chose.

    Attributes
    ----------
    language : {"zh", "en"}
    theme : {"auto", "light", "dark"}
        ``auto`` follows the device.
    size : {"normal", "large"}
        ``large`` is the elder mode (长者模式): larger type and targets.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Literal["zh", "en"] = "zh"
    theme: Literal["auto", "light", "dark"] = "auto"
    size: Literal["normal", "large"] = "normal"

    @classmethod
    def of(cls, request: Request) -> Self:
        """Read the cookie; what cannot be read counts as not chosen."""
        values = request.cookies.get(COOKIE, "").split(".")
        try:
            return cls(**dict(zip(("language", "theme", "size"), values, strict=True)))
        except (ValueError, ValidationError):
            return cls()

    def keep(self, response: Response, *, secure: bool) -> None:
        """Set the cookie."""
        response.set_cookie(
            COOKIE,
            f"{self.language}.{self.theme}.{self.size}",
            max_age=_YEAR,
            httponly=True,
            samesite="lax",
            secure=secure,
        )
