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

#: Four products of the sample, as the form of the comparison sends them.
COMPARED = "ids=SYN-D038&ids=SYN-C011&ids=SYN-A038&ids=SYN-C002"
FIVE = f"{COMPARED}&ids=SYN-C003"


def shortlisted(page: Page) -> None:
    """Put the best product aside, dismiss the next one, look at the shortlist."""
    page.goto(f"/enterprises/{ENTERPRISE}/recommendations")
    keep = page.get_by_role("button", name="加入备选")
    if keep.count():
        keep.first.click()
    page.get_by_text("不适合我，因为……").last.click()
    page.get_by_label("为什么不适合").last.select_option("价格太高")
    page.get_by_role("button", name="标为不适合").last.click()
    page.goto(f"/enterprises/{ENTERPRISE}/shortlist")


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
    Stop("recommendations", f"/enterprises/{ENTERPRISE}/recommendations", "enterprise", ENTERPRISE),
    Stop("shortlist", shortlisted, "enterprise", ENTERPRISE),
    Stop("compare", f"/enterprises/{ENTERPRISE}/compare?{COMPARED}", "enterprise", ENTERPRISE),
    Stop("compare-too-many", f"/enterprises/{ENTERPRISE}/compare?{FIVE}", "enterprise", ENTERPRISE),
    Stop("solution", "/solutions/SYN-D038", "enterprise", ENTERPRISE),
    Stop("rounds", "/rounds", "city"),
    Stop("outcomes", "/outcomes/benchmark_case", "city"),
    Stop("search", "/search?q=排产", "city"),
)
