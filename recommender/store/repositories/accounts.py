"""Accounts with their sessions, API keys and one-time codes; of secrets only digests are kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, func, insert, select, update

from recommender.store.tables import account, api_key, one_time_code, session


class AccountRepository:
    """Rows as they are stored; what they mean is for :mod:`recommender.identity` to tell."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self) -> int:
        """Return how many accounts there are."""
        return int(self._connection.execute(select(func.count()).select_from(account)).scalar_one())

    def all(self) -> list[RowMapping]:
        """Return every account by login."""
        return list(self._connection.execute(select(account).order_by(account.c.login)).mappings())

    def by_login(self, login: str) -> RowMapping | None:
        """Return an account, None if there is none."""
        return self._one(account, account.c.login == login)

    def by_id(self, account_id: str, *, for_update: bool = False) -> RowMapping | None:
        """Return an account, None if there is none; ``for_update`` keeps others from changing it."""
        statement = select(account).where(account.c.id == account_id)
        if for_update:
            statement = statement.with_for_update()
        return self._connection.execute(statement).mappings().one_or_none()

    def add(self, row: Mapping[str, Any]) -> None:
        """Insert an account; :class:`sqlalchemy.exc.IntegrityError` if its login is taken."""
        self._connection.execute(insert(account).values(**row))

    def change(self, account_id: str, **values: object) -> None:
        """Set columns of an account."""
        self._connection.execute(update(account).where(account.c.id == account_id).values(**values))

    # -- sessions ------------------------------------------------------------------------------------

    def open_session(self, digest: str, account_id: str, now: datetime) -> None:
        """Insert a session."""
        row = {"digest": digest, "account_id": account_id, "created_at": now, "seen_at": now}
        self._connection.execute(insert(session).values(**row))

    def session(self, digest: str) -> RowMapping | None:
        """Return a session, None if there is none."""
        return self._one(session, session.c.digest == digest)

    def touch_session(self, digest: str, now: datetime) -> None:
        """Note that a session was used."""
        self._connection.execute(update(session).where(session.c.digest == digest).values(seen_at=now))

    def close_session(self, digest: str) -> None:
        """Remove a session."""
        self._connection.execute(delete(session).where(session.c.digest == digest))

    def close_sessions(self, account_id: str) -> None:
        """Remove every session of an account."""
        self._connection.execute(delete(session).where(session.c.account_id == account_id))

    # -- API keys ------------------------------------------------------------------------------------

    def add_key(self, row: Mapping[str, Any]) -> None:
        """Insert a key."""
        self._connection.execute(insert(api_key).values(**row))

    def key(self, digest: str) -> RowMapping | None:
        """Return a key, None if there is none."""
        return self._one(api_key, api_key.c.digest == digest)

    def keys_of(self, account_id: str) -> list[RowMapping]:
        """Return the keys of an account, the newest first."""
        statement = select(api_key).where(api_key.c.account_id == account_id)
        return list(self._connection.execute(statement.order_by(api_key.c.created_at.desc())).mappings())

    def revoke_key(self, key_id: str, account_id: str, now: datetime) -> bool:
        """Revoke a key of an account; False if it has none of this id."""
        found = (api_key.c.id == key_id) & (api_key.c.account_id == account_id)
        return self._connection.execute(update(api_key).where(found).values(revoked_at=now)).rowcount == 1

    # -- one-time codes ------------------------------------------------------------------------------

    def add_code(self, digest: str, account_id: str, expires_at: datetime) -> None:
        """Insert a code; older ones of the account are void."""
        self._connection.execute(delete(one_time_code).where(one_time_code.c.account_id == account_id))
        row = {"digest": digest, "account_id": account_id, "expires_at": expires_at}
        self._connection.execute(insert(one_time_code).values(**row))

    def take_code(self, digest: str) -> RowMapping | None:
        """Return a code and remove it; of two who take it at once, one gets it."""
        found = self._one(one_time_code, one_time_code.c.digest == digest)
        if found is None:
            return None
        taken = self._connection.execute(delete(one_time_code).where(one_time_code.c.digest == digest))
        return found if taken.rowcount == 1 else None

    def _one(self, table: Table, condition: Any) -> RowMapping | None:  # noqa: ANN401 - a column expression
        return self._connection.execute(select(table).where(condition)).mappings().one_or_none()
