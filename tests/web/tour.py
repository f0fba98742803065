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


#: One of the sample with a diagnosis and all basics.
ENTERPRISE = "910000000000791933"

TOUR: tuple[Stop, ...] = (
    Stop("home", "/"),
    Stop("enter", "/enter"),
    Stop("enter-enterprise", "/enter?role=enterprise"),
    Stop("enter-city", "/enter?role=city"),
    Stop("design", "/design"),
    Stop("developers", "/developers"),
    Stop("unknown", "/nowhere"),
    Stop("board", "/board", "city"),
    Stop("board-district", "/board", "district", "440112"),
    Stop("course", "/course", "city"),
    Stop("file", f"/enterprises/{ENTERPRISE}/file", "enterprise", ENTERPRISE),
    Stop("act", f"/enterprises/{ENTERPRISE}/acts/pilot_applied", "enterprise", ENTERPRISE),
    Stop("rounds", "/rounds", "city"),
    Stop("outcomes", "/outcomes/benchmark_case", "city"),
    Stop("pool", "/pool", "city"),
    Stop("pool-states", "/pool?state=suspended", "city"),
    Stop("pool-sheet", "/pool/SYN-A024", "city"),
    Stop("gaps", "/gaps", "city"),
    Stop("gaps-district", "/gaps", "district", "440112"),
    Stop("exposure", "/exposure", "city"),
    Stop("search", "/search?q=排产", "city"),
)
