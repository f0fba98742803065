"""Accounts of an installation: made by an administrator, entered by password and code, acting by keys."""

from datetime import datetime, timedelta
from typing import NamedTuple

import uuid_utils
from sqlalchemy import RowMapping
from sqlalchemy.exc import IntegrityError

from recommender.domain.viewer import Role, Viewer
from recommender.errors import InvalidInput
from recommender.identity import secrets
from recommender.identity.account import Account, ApiKey, KeyScope
from recommender.identity.faults import (
    AccountLocked,
    CodeNotValid,
    LoginTaken,
    SecondFactorNeeded,
    UnknownAccount,
    UnknownKey,
    WrongCredentials,
)
from recommender.identity.rules import load_identity_rules
from recommender.identity.second_factor import fitting_step, new_factor
from recommender.store import Store, UnitOfWork

_KEY_PREFIX = "smk_"
#: A session in use is noted this often, not with every page.
_TOUCH = timedelta(minutes=1)


class Made(NamedTuple):
    """A new account, or one whose password was reset, and the code with which its owner sets a password."""

    account: Account
    code: str
    expires_at: datetime


class MadeKey(NamedTuple):
    """A new API key; ``secret`` is shown once and kept nowhere."""

    key: ApiKey
    secret: str


class Known(NamedTuple):
    """Who a credential stands for, and whether it may change things."""

    viewer: Viewer
    may_write: bool


class Identity:
    """Accounts over a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # -- accounts ------------------------------------------------------------------------------------

    def accounts(self) -> tuple[Account, ...]:
        """Return every account by login."""
        with self._store.read() as work:
            return tuple(_account(row) for row in work.accounts.all())

    def any_account(self) -> bool:
        """Whether there is an account at all."""
        with self._store.read() as work:
            return work.accounts.count() > 0

    def create(self, login: str, role: Role, name: str, subject: str | None = None) -> Made:
        """Create an account without a password; the code lets its owner set one.

        Raises
        ------
        LoginTaken
        pydantic.ValidationError
            If the login, or role and subject, are not in order.
        """
        now = self._store.clock()
        account = Account(
            id=str(uuid_utils.uuid7()),
            login=login.lower(),
            role=role,
            subject=subject,
            name=name,
            created_at=now,
        )
        _ = account.viewer
        try:
            with self._store.begin() as work:
                work.accounts.add(account.model_dump(mode="python"))
                return self._with_code(work, account, now)
        except IntegrityError as error:
            raise LoginTaken(f"登录名 {account.login} 已被使用", place={"field": "login"}) from error

    def reset(self, login: str) -> Made:
        """Void the password of an account, end its sessions and return a new code.

        Raises
        ------
        UnknownAccount
        """
        now = self._store.clock()
        with self._store.begin() as work:
            account = _known(work, login)
            work.accounts.change(
                account.id, password_hash=None, failures=0, locked_until=None, second_factor=None
            )
            work.accounts.close_sessions(account.id)
            return self._with_code(work, account, now)

    def disable(self, login: str) -> None:
        """Keep an account from signing in and end its sessions; its keys are void as well.

        Raises
        ------
        UnknownAccount
        """
        with self._store.begin() as work:
            account = _known(work, login)
            work.accounts.change(account.id, disabled_at=self._store.clock())
            work.accounts.close_sessions(account.id)

    def set_password(self, code: str, password: str) -> Account:
        """Set a password by a one-time code, which is used up.

        Raises
        ------
        CodeNotValid, WeakPassword
        """
        now = self._store.clock()
        with self._store.begin() as work:
            taken = work.accounts.take_code(secrets.digest(code.strip()))
            row = work.accounts.by_id(taken["account_id"]) if taken else None
            if taken is None or row is None or taken["expires_at"] < now or row["disabled_at"] is not None:
                raise CodeNotValid(
                    "一次性代码不对、已用过或已过期，请向管理员要一个新的", place={"field": "code"}
                )
            account = _account(row)
            hashed = secrets.hash_password(password, account.login)
            work.accounts.change(account.id, password_hash=hashed, failures=0, locked_until=None)
            work.accounts.close_sessions(account.id)
        return account

    # -- second factor -------------------------------------------------------------------------------

    def new_factor(self) -> str:
        """Return a secret for an authenticator app; it counts once a code of it was given."""
        return new_factor()

    def confirm_factor(self, login: str, secret: str, code: str) -> None:
        """Make a second factor needed from now on, if a code of it fits.

        Raises
        ------
        UnknownAccount, WrongCredentials
        """
        with self._store.begin() as work:
            account = _known(work, login).model_copy(update={"second_factor": secret, "last_step": None})
            step = fitting_step(account, code, self._store.clock())
            if step is None:
                raise WrongCredentials("动态验证码不对，请看手机上现在的六位数字", place={"field": "code"})
            work.accounts.change(account.id, second_factor=secret, last_step=step)

    # -- sessions ------------------------------------------------------------------------------------

    def sign_in(self, login: str, password: str, code: str | None = None) -> str:
        """Return the secret of a new session.

        Raises
        ------
        WrongCredentials, AccountLocked, SecondFactorNeeded
        """
        now = self._store.clock()
        with self._store.read() as work:
            row = work.accounts.by_login(login.strip().lower())
        account = _account(row) if row else None
        fits = secrets.password_fits(account.password_hash if account else None, password)
        if account is None or account.disabled_at is not None:
            raise WrongCredentials("登录名或密码不对", place={"field": "login"})
        if account.locked_until is not None and account.locked_until > now:
            minutes = max(1, round((account.locked_until - now).total_seconds() / 60))
            raise AccountLocked(f"密码连续输错，账号已锁定，请 {minutes} 分钟后再试，或请管理员重置")
        if not fits:
            self._count_failure(account, now)
            raise WrongCredentials("登录名或密码不对", place={"field": "login"})
        return self._enter(account, password, code, now)

    def _enter(self, account: Account, password: str, code: str | None, now: datetime) -> str:
        if account.second_factor is not None and not code:
            raise SecondFactorNeeded("请输入验证器上的六位动态验证码", place={"field": "code"})
        secret = secrets.new_secret()
        with self._store.begin() as work:
            # Read anew with the row held: of two who send one code at once, one gets in.
            row = work.accounts.by_id(account.id, for_update=True)
            account = _account(row) if row else account
            step = fitting_step(account, (code or "").strip(), now) if account.second_factor else None
            if account.second_factor is None or step is not None:
                changes: dict[str, object] = {"failures": 0, "locked_until": None}
                if step is not None:
                    changes["last_step"] = step
                if account.password_hash and secrets.outdated(account.password_hash):
                    changes["password_hash"] = secrets.hash_password(password, account.login)
                work.accounts.change(account.id, **changes)
                work.accounts.open_session(secrets.digest(secret), account.id, now)
                return secret
        self._count_failure(account, now)
        raise WrongCredentials("动态验证码不对或已用过", place={"field": "code"})

    def _count_failure(self, account: Account, now: datetime) -> None:
        rules = load_identity_rules()
        with self._store.begin() as work:
            row = work.accounts.by_id(account.id)
            failures = (row["failures"] if row else account.failures) + 1
            locked = failures >= rules.failures_before_lock
            until = now + timedelta(minutes=rules.lock_minutes) if locked else None
            work.accounts.change(account.id, failures=0 if locked else failures, locked_until=until)

    def session_account(self, secret: str) -> Account | None:
        """Return whose session it is; None for one unknown, idle, too old, or of a disabled account."""
        rules = load_identity_rules()
        now = self._store.clock()
        digest = secrets.digest(secret)
        with self._store.read() as work:
            row = work.accounts.session(digest)
            owner = work.accounts.by_id(row["account_id"]) if row else None
        if row is None or owner is None or owner["disabled_at"] is not None:
            return None
        idle = now - row["seen_at"] > timedelta(minutes=rules.session_idle_minutes)
        if idle or now - row["created_at"] >= timedelta(hours=rules.session_hours):
            return None
        if now - row["seen_at"] > _TOUCH:
            with self._store.begin() as work:
                work.accounts.touch_session(digest, now)
        return _account(owner)

    def sign_out(self, secret: str) -> None:
        """End a session."""
        with self._store.begin() as work:
            work.accounts.close_session(secrets.digest(secret))

    # -- API keys ------------------------------------------------------------------------------------

    def make_key(self, login: str, name: str, scope: KeyScope, days: int) -> MadeKey:
        """Make a key that acts as an account.

        Raises
        ------
        UnknownAccount
        InvalidInput
            If it would live longer than the rules allow.
        """
        most = load_identity_rules().most_key_days
        if not 1 <= days <= most:
            raise InvalidInput(f"有效期应为 1 到 {most} 天", place={"field": "days"})
        now = self._store.clock()
        secret = _KEY_PREFIX + secrets.new_secret()
        with self._store.begin() as work:
            account = _known(work, login)
            key = ApiKey(
                id=str(uuid_utils.uuid7()),
                account_id=account.id,
                name=name,
                scope=scope,
                created_at=now,
                expires_at=now + timedelta(days=days),
            )
            work.accounts.add_key({**key.model_dump(), "digest": secrets.digest(secret)})
        return MadeKey(key, secret)

    def keys(self, login: str) -> tuple[ApiKey, ...]:
        """Return the keys of an account, the newest first.

        Raises
        ------
        UnknownAccount
        """
        with self._store.read() as work:
            rows = work.accounts.keys_of(_known(work, login).id)
        return tuple(ApiKey.model_validate(dict(row)) for row in rows)

    def revoke_key(self, login: str, key_id: str) -> None:
        """Void a key at once.

        Raises
        ------
        UnknownAccount, UnknownKey
        """
        with self._store.begin() as work:
            account = _known(work, login)
            if not work.accounts.revoke_key(key_id, account.id, self._store.clock()):
                raise UnknownKey("没有这个接口密钥", place={"field": "id"})

    def key_holder(self, secret: str) -> Known | None:
        """Return whom a key stands for; None for one that is unknown, void or of a disabled account."""
        if not secret.startswith(_KEY_PREFIX):
            return None
        now = self._store.clock()
        with self._store.read() as work:
            row = work.accounts.key(secrets.digest(secret))
            owner = work.accounts.by_id(row["account_id"]) if row else None
        if row is None or owner is None or owner["disabled_at"] is not None:
            return None
        if row["revoked_at"] is not None or row["expires_at"] <= now:
            return None
        return Known(_account(owner).viewer, may_write=row["scope"] == "write")

    # -- inside --------------------------------------------------------------------------------------

    def _with_code(self, work: UnitOfWork, account: Account, now: datetime) -> Made:
        code = secrets.new_secret()
        expires = now + timedelta(hours=load_identity_rules().code_hours)
        work.accounts.add_code(secrets.digest(code), account.id, expires)
        return Made(account, code, expires)


def _known(work: UnitOfWork, login: str) -> Account:
    row = work.accounts.by_login(login.strip().lower())
    if row is None:
        raise UnknownAccount(f"没有登录名为 {login} 的账号", place={"field": "login"})
    return _account(row)


def _account(row: RowMapping) -> Account:
    return Account.model_validate(dict(row))
