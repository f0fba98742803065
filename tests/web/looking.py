"""What every page is held to."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from api.web.session import COOKIE, signer
from recommender.domain.viewer import Viewer
from tests.web.conftest import Server

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def enter(page: Page, role: str, subject: str | None = None) -> None:
    """Choose a role, as a person does on the page of roles."""
    page.goto(f"/enter?role={role}" + (f"&q={subject}" if subject else ""))
    chosen = (
        page.locator("button.choice", has_text=subject)
        if subject
        else page.get_by_role("button", name="进入")
    )
    with page.expect_navigation():
        chosen.first.click()


def cookie_of(server: Server, viewer: Viewer) -> dict[str, str]:
    """Return the cookie of a viewer, for requests without a browser."""
    return {COOKIE: str(signer(server.settings).dumps(viewer.model_dump(mode="json")))}


def barriers(page: Page) -> list[str]:
    """Return what axe-core finds against WCAG 2.2 AA on the page as it stands: rule and place."""
    found = Axe().run(page, options=_RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
