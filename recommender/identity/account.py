"""Accounts, keys and what their owners may do."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from recommender.domain.viewer import Role, Viewer

Login = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._@-]{2,63}$")]
KeyScope = Literal["read", "write"]


class Account(BaseModel):
    """A person who can sign in.

    Attributes
    ----------
    login : str
        Lower-case; unique.
    role, subject, name
        As :class:`recommender.domain.viewer.Viewer`.
    password_hash : str, optional
        None until the person has set one.
    second_factor : str, optional
        Secret of the time-based code (RFC 6238), None while there is none.
    last_step : int, optional
        Time step of the last code that was used: no code is taken twice.
    failures : int
        Wrong passwords in a row.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    login: Login
    role: Role
    subject: str | None
    name: str
    password_hash: str | None = None
    second_factor: str | None = None
    last_step: int | None = None
    failures: int = 0
    locked_until: datetime | None = None
    disabled_at: datetime | None = None
    created_at: datetime

    @property
    def viewer(self) -> Viewer:
        """Who the person is to pages and routes."""
        return Viewer(role=self.role, subject=self.subject, name=self.name)


class ApiKey(BaseModel):
    """A key of a program, which acts as the account that made it.

    Attributes
    ----------
    scope : {"read", "write"}
        ``read`` answers GET and the POST routes that only compute.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    account_id: str
    name: str
    scope: KeyScope
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
