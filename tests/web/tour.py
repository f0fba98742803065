"""Every page there is, as someone who may see it comes to it; tests and pictures go through the same list."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page


@dataclass(frozen=True, slots=True)
class Stop:
    """One page.

    Attributes
    ----------
    name : str
        Of the picture.
    way : str or callable
        Address, or what a person does to come there.
    role, subject : str, optional
        As whom.
    """

    name: str
    way: str | Callable[[Page], None]
    role: str | None = None
    subject: str | None = None

    def go(self, page: Page) -> None:
        """Come to the page and wait until it stands."""
        if callable(self.way):
            self.way(page)
        else:
            page.goto(self.way)
        page.wait_for_load_state()


TOUR: tuple[Stop, ...] = (
    Stop("home", "/"),
    Stop("enter", "/enter"),
    Stop("enter-enterprise", "/enter?role=enterprise"),
    Stop("enter-city", "/enter?role=city"),
    Stop("design", "/design"),
    Stop("developers", "/developers"),
    Stop("unknown", "/nowhere"),
    Stop(
        "recommendations",
        "/enterprises/910000000000791933/recommendations",
        "enterprise",
        "910000000000791933",
    ),
    Stop("shortlist", "/enterprises/910000000000791933/shortlist", "enterprise", "910000000000791933"),
    Stop("compare", "/enterprises/910000000000791933/compare", "enterprise", "910000000000791933"),
    Stop("plan", "/enterprises/910000000000791933/plan", "enterprise", "910000000000791933"),
    Stop("lead-units", "/enterprises/910000000000791933/lead-units", "enterprise", "910000000000791933"),
)
