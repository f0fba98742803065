"""Signing in on pages: password by code, second factor, sessions, keys; and nothing without it."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pyotp
import pytest
from playwright.sync_api import BrowserContext, expect

from recommender.domain.viewer import Role
from recommender.identity.service import Identity
from recommender.settings import Settings
from tests.web.conftest import Server
from tests.web.looking import barriers, sideways

PASSWORD = "四月的雨 correct horse"


@pytest.fixture(scope="module")
def server(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server where people sign in."""
    home = tmp_path_factory.mktemp("signing") / "home"
    shutil.copytree(sample_home, home)
    serving = Server(Settings(home=home, encoder="hashing", refresh_seconds=0.05, sign_in="required"))
    serving.start()
    yield serving
    serving.stop()


@pytest.fixture
def identity(server: Server) -> Identity:
    found: Identity = server.app.state.installation.identity
    return found


@pytest.mark.parametrize("path", ["/board", "/account", "/enter", "/course"])
def test_nobody_is_sent_to_sign_in(server: Server, path: str) -> None:
    answer = httpx.get(f"{server.address}{path}", follow_redirects=True)
    assert "/sign-in" in str(answer.url)


def test_nobody_is_whom_he_says_to_be(server: Server) -> None:
    answer = httpx.post(f"{server.address}/enter", data={"role": "city", "name": "我"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("javascript", [True, False])
def test_clerk_sets_a_password_and_signs_in(
    new_context: Callable[..., BrowserContext], identity: Identity, javascript: bool
) -> None:
    login = f"clerk.{javascript}".lower()
    code = identity.create(login, Role.DISTRICT, "越秀区工作人员", "440104").code
    page = new_context(java_script_enabled=javascript, viewport={"width": 360, "height": 800}).new_page()
    page.goto(f"/set-password?code={code}")
    if javascript:
        assert barriers(page) == []
    page.get_by_label("新密码").fill("short")
    page.get_by_label("再输一次").fill("short")
    page.get_by_role("button", name="设置密码").click()
    expect(page.get_by_role("alert")).to_contain_text("密码应为 12 到")
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_label("再输一次").fill(PASSWORD)
    page.get_by_role("button", name="设置密码").click()
    if javascript:
        assert barriers(page) == []
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill("wrong password 1")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("登录名或密码不对")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("试点目标进展")
    page.goto("/account")
    if javascript:
        assert barriers(page) == []
        assert sideways(page) == 0
    page.get_by_role("button", name="退出登录").click()
    page.goto("/board")
    expect(page).to_have_url(re.compile("/sign-in"))


def test_admin_can_do_nothing_before_the_second_factor(
    new_context: Callable[..., BrowserContext], identity: Identity
) -> None:
    identity.set_password(identity.create("root.admin", Role.ADMIN, "管理员").code, PASSWORD)
    page = new_context().new_page()

    def sign_in() -> None:
        page.goto("/sign-in")
        page.get_by_label("登录名").fill("root.admin")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()

    sign_in()
    expect(page).to_have_url(re.compile("/account/second-factor"))
    assert barriers(page) == []
    page.goto("/board")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.goto("/account/second-factor")
    secret = page.locator("main code").inner_text()
    page.get_by_label("六位数字").fill(pyotp.TOTP(secret).at(datetime.now(UTC) - timedelta(seconds=30)))
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的账号")
    page.goto("/board")
    expect(page.get_by_role("heading", level=1)).to_have_text("试点目标进展")
    page.goto("/account")
    page.get_by_role("button", name="退出登录").click()
    sign_in()
    expect(page.get_by_role("alert")).to_contain_text("动态验证码")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("动态验证码").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("试点目标进展")


def test_a_session_of_before_is_not_carried_on(server: Server, identity: Identity) -> None:
    identity.set_password(identity.create("fix.ated", Role.CITY, "市").code, PASSWORD)
    planted = identity.sign_in("fix.ated", PASSWORD)
    answer = httpx.post(
        f"{server.address}/sign-in",
        data={"login": "fix.ated", "password": PASSWORD},
        cookies={"smematch_session": planted},
    )
    given = answer.cookies["smematch_session"]
    assert given != planted
    assert identity.session_account(planted) is None
    assert identity.session_account(given) is not None
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_key_is_shown_once_and_can_be_voided(
    new_context: Callable[..., BrowserContext], identity: Identity
) -> None:
    identity.set_password(identity.create("key.holder", Role.CITY, "市").code, PASSWORD)
    page = new_context().new_page()
    page.goto("/sign-in?next=/account")
    page.get_by_label("登录名").fill("key.holder")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("用途").fill("月报程序")
    page.get_by_role("button", name="新建密钥").click()
    secret = page.get_by_role("status").locator("code").inner_text()
    known = identity.key_holder(secret)
    assert known is not None
    assert not known.may_write
    page.goto("/account")
    expect(page.get_by_text(secret)).to_have_count(0)
    page.get_by_role("button", name="作废").click()
    expect(page.get_by_text("已作废")).to_be_visible()
    assert identity.key_holder(secret) is None
