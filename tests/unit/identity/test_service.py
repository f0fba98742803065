"""Accounts: one-time codes, sign-in, lock-out, second factor, sessions, keys."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from pydantic import ValidationError
from sqlalchemy import select

from recommender.domain.viewer import Role
from recommender.errors import InvalidInput, SmematchError
from recommender.identity import faults
from recommender.identity.rules import load_identity_rules
from recommender.identity.service import Identity
from recommender.store import Store, tables

PASSWORD = "四月的雨 correct horse"


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **kind: int) -> None:
        self.now += timedelta(**kind)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database_url: str, clock: Clock) -> Iterator[Store]:
    opened = Store(database_url, clock=clock)
    yield opened
    opened.dispose()


@pytest.fixture
def identity(store: Store) -> Identity:
    return Identity(store)


@pytest.fixture
def city(identity: Identity) -> str:
    """Login of an account with a password."""
    made = identity.create("li.ming", Role.CITY, "李明")
    identity.set_password(made.code, PASSWORD)
    return "li.ming"


def test_owner_sets_the_password_by_a_code_that_is_used_up(identity: Identity) -> None:
    made = identity.create("Li.Ming", Role.CITY, "李明")
    assert made.account.login == "li.ming"
    with pytest.raises(faults.WrongCredentials):
        identity.sign_in("li.ming", "")
    identity.set_password(made.code, PASSWORD)
    with pytest.raises(faults.CodeNotValid):
        identity.set_password(made.code, PASSWORD)
    account = identity.session_account(identity.sign_in("LI.MING ", PASSWORD))
    assert account is not None
    assert account.viewer.name == "李明"


@pytest.mark.parametrize("password", ["short", "aaaabbbbaaaabbbb", "my li.ming password", "x" * 500])
def test_weak_passwords_leave_the_code_as_it_was(identity: Identity, password: str) -> None:
    made = identity.create("li.ming", Role.CITY, "李明")
    with pytest.raises(faults.WeakPassword):
        identity.set_password(made.code, password)
    identity.set_password(made.code, PASSWORD)


def test_code_expires(identity: Identity, clock: Clock) -> None:
    made = identity.create("li.ming", Role.CITY, "李明")
    clock.pass_(hours=load_identity_rules().code_hours, seconds=1)
    with pytest.raises(faults.CodeNotValid):
        identity.set_password(made.code, PASSWORD)


def test_login_is_one_persons(identity: Identity, city: str) -> None:
    with pytest.raises(faults.LoginTaken):
        identity.create(city.upper(), Role.ADMIN, "另一人")


@pytest.mark.parametrize(
    ("login", "role", "subject"),
    [
        ("x", Role.CITY, None),
        ("有空格 的", Role.CITY, None),
        ("abc", Role.DISTRICT, None),
        ("abc", Role.CITY, "440112"),
    ],
)
def test_accounts_that_make_no_sense_are_refused(
    identity: Identity, login: str, role: Role, subject: str | None
) -> None:
    with pytest.raises(ValidationError):
        identity.create(login, role, "某人", subject)


def test_unknown_login_and_wrong_password_are_told_alike(identity: Identity, city: str) -> None:
    told = []
    for login in (city, "nobody"):
        with pytest.raises(faults.WrongCredentials) as caught:
            identity.sign_in(login, "wrong password 1")
        told.append((caught.value.detail, caught.value.place))
    assert told[0] == told[1]


def test_too_many_wrong_passwords_lock_for_a_while(identity: Identity, city: str, clock: Clock) -> None:
    rules = load_identity_rules()
    for _ in range(rules.failures_before_lock):
        with pytest.raises(faults.WrongCredentials):
            identity.sign_in(city, "wrong password 1")
    with pytest.raises(faults.AccountLocked):
        identity.sign_in(city, PASSWORD)
    clock.pass_(minutes=rules.lock_minutes, seconds=1)
    assert identity.sign_in(city, PASSWORD)


def test_second_factor_is_needed_and_each_code_taken_once(
    identity: Identity, city: str, clock: Clock
) -> None:
    secret = identity.new_factor()
    with pytest.raises(faults.WrongCredentials):
        identity.confirm_factor(
            city, secret, "000000" if pyotp.TOTP(secret).at(clock.now) != "000000" else "111111"
        )
    identity.confirm_factor(city, secret, pyotp.TOTP(secret).at(clock.now))
    with pytest.raises(faults.SecondFactorNeeded):
        identity.sign_in(city, PASSWORD)
    with pytest.raises(faults.WrongCredentials):
        identity.sign_in(city, PASSWORD, pyotp.TOTP(secret).at(clock.now))
    clock.pass_(seconds=30)
    code = pyotp.TOTP(secret).at(clock.now)

    def enter(_: int) -> str | None:
        try:
            return identity.sign_in(city, PASSWORD, code)
        except faults.WrongCredentials:
            return None

    with ThreadPoolExecutor(4) as pool:
        entered = [one for one in pool.map(enter, range(4)) if one]
    assert len(entered) == 1


def test_session_ends_when_idle_when_old_and_when_left(identity: Identity, city: str, clock: Clock) -> None:
    rules = load_identity_rules()
    idle = identity.sign_in(city, PASSWORD)
    clock.pass_(minutes=rules.session_idle_minutes, seconds=1)
    assert identity.session_account(idle) is None
    used = identity.sign_in(city, PASSWORD)
    for _ in range(rules.session_hours * 60 // 50):
        assert identity.session_account(used) is not None
        clock.pass_(minutes=50)
    assert identity.session_account(used) is None
    left = identity.sign_in(city, PASSWORD)
    identity.sign_out(left)
    assert identity.session_account(left) is None
    assert identity.session_account("forged") is None


def test_reset_and_disable_take_effect_at_once(identity: Identity, city: str) -> None:
    session = identity.sign_in(city, PASSWORD)
    key = identity.make_key(city, "程序", "write", 30).secret
    made = identity.reset(city)
    assert identity.session_account(session) is None
    with pytest.raises(faults.WrongCredentials):
        identity.sign_in(city, PASSWORD)
    identity.set_password(made.code, PASSWORD + "2")
    session = identity.sign_in(city, PASSWORD + "2")
    identity.disable(city)
    assert identity.session_account(session) is None
    assert identity.key_holder(key) is None
    with pytest.raises(faults.WrongCredentials):
        identity.sign_in(city, PASSWORD + "2")


def test_keys_act_as_their_account_until_revoked_or_expired(
    identity: Identity, city: str, clock: Clock
) -> None:
    reading = identity.make_key(city, "报表", "read", 30)
    writing = identity.make_key(city, "导入", "write", 30)
    for made, may_write in ((reading, False), (writing, True)):
        known = identity.key_holder(made.secret)
        assert known is not None
        assert (known.viewer.name, known.may_write) == ("李明", may_write)
    identity.revoke_key(city, reading.key.id)
    assert identity.key_holder(reading.secret) is None
    clock.pass_(days=30)
    assert identity.key_holder(writing.secret) is None
    assert {one.name for one in identity.keys(city)} == {"报表", "导入"}


@pytest.mark.parametrize("days", [0, 366])
def test_keys_live_no_longer_than_the_rules_allow(identity: Identity, city: str, days: int) -> None:
    with pytest.raises(InvalidInput):
        identity.make_key(city, "x", "read", days)


def test_no_secret_is_kept_as_it_is(identity: Identity, store: Store, city: str) -> None:
    session = identity.sign_in(city, PASSWORD)
    key = identity.make_key(city, "程序", "read", 1).secret
    code = identity.create("wang.wu", Role.CITY, "王五").code
    kept: list[Any] = []
    with store.engine.connect() as connection:
        for table in (tables.account, tables.session, tables.api_key, tables.one_time_code):
            kept += [value for row in connection.execute(select(table)) for value in row]
    text = " ".join(map(str, kept))
    assert all(secret not in text for secret in (PASSWORD, session, key, code))


@pytest.mark.parametrize("act", ["reset", "disable", "keys"])
def test_unknown_account_is_named(identity: Identity, act: str) -> None:
    with pytest.raises(SmematchError) as caught:
        getattr(identity, act)("nobody")
    assert caught.value.code == "account_not_found"
