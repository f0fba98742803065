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
LEAD_UNIT, VENDOR = "SYN-L01", "SYN-VD02"


def _answered(page: Page) -> None:
    """Answer a part and look at the result."""
    page.goto("/start/supply_chain")
    page.get_by_role("radio", name="2 级").first.check()
    page.get_by_role("button", name="下一步").click()
    page.locator("details", has_text="跳到别的步骤").locator("summary").click()
    page.get_by_role("button", name="看结果").last.click()


def _products(page: Page) -> None:
    _answered(page)
    page.get_by_role("button", name="看适合的产品").click()


def _draft(page: Page) -> None:
    page.goto("/start/basics")
    page.get_by_role("button", name="保存，以后继续").click()


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


def planned(page: Page) -> None:
    """Have a plan made."""
    page.goto(f"/enterprises/{ENTERPRISE}/plan")
    page.get_by_role("button", name="算一算").click()


TOUR: tuple[Stop, ...] = (
    Stop("home", "/"),
    Stop("enter", "/enter"),
    Stop("enter-enterprise", "/enter?role=enterprise"),
    Stop("enter-city", "/enter?role=city"),
    Stop("start", "/start"),
    Stop("start-basics", "/start/basics"),
    Stop("start-items", "/start/digital_foundation"),
    Stop("start-scenarios", "/start/supply_chain"),
    Stop("start-result", _answered),
    Stop("start-recommendations", _products),
    Stop("start-draft", _draft),
    Stop("enterprise", f"/enterprises/{ENTERPRISE}", "enterprise", ENTERPRISE),
    Stop("diagnosis", f"/enterprises/{ENTERPRISE}/diagnosis", "enterprise", ENTERPRISE),
    Stop("profile", f"/enterprises/{ENTERPRISE}/profile", "enterprise", ENTERPRISE),
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
    Stop("pool", "/pool", "city"),
    Stop("pool-states", "/pool?state=suspended", "city"),
    Stop("pool-sheet", "/pool/SYN-A024", "city"),
    Stop("gaps", "/gaps", "city"),
    Stop("gaps-district", "/gaps", "district", "440112"),
    Stop("exposure", "/exposure", "city"),
    Stop("search", "/search?q=排产", "city"),
    Stop("plan", f"/enterprises/{ENTERPRISE}/plan", "enterprise", ENTERPRISE),
    Stop("plan-made", planned, "enterprise", ENTERPRISE),
    Stop("lead-units", f"/enterprises/{ENTERPRISE}/lead-units", "enterprise", ENTERPRISE),
    Stop("contacts", f"/enterprises/{ENTERPRISE}/contacts", "enterprise", ENTERPRISE),
    Stop("seen", f"/enterprises/{ENTERPRISE}/seen", "enterprise", ENTERPRISE),
    Stop("lead-unit", f"/lead-units/{LEAD_UNIT}", "lead_unit", LEAD_UNIT),
    Stop("capacity", f"/lead-units/{LEAD_UNIT}/capacity", "lead_unit", LEAD_UNIT),
    Stop("partner-projects", f"/lead-units/{LEAD_UNIT}/projects", "lead_unit", LEAD_UNIT),
    Stop("products", f"/vendors/{VENDOR}/products", "vendor", VENDOR),
    Stop("product", f"/vendors/{VENDOR}/products/new", "vendor", VENDOR),
)
