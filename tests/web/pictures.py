"""Pictures of every page at three widths: ``python -m tests.web.pictures FOLDER [PART OF A NAME …]``.

Starts the application on a throw-away copy of the synthetic sample, enters as each role and photographs
its pages, light; ``--dark`` and ``--large`` for the other looks.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from recommender.installation import initialise
from recommender.settings import Settings
from tests.web.conftest import CHROMIUM, CHROMIUM_ARGUMENTS, WIDTHS, Server
from tests.web.looking import enter
from tests.web.tour import TOUR, Stop

#: Pages are cut off below this many pixels: a picture is looked at, not scrolled.
_LONGEST = 4_000


def photograph(
    browser: Browser, address: str, stops: list[Stop], folder: Path, looks: list[str]
) -> Iterator[Path]:
    """Yield the file of each picture as it is written."""
    for width_name, width in WIDTHS.items():
        scheme = "dark" if "dark" in looks else "light"
        for stop in stops:
            context = browser.new_context(
                base_url=address, viewport={"width": width, "height": 900}, color_scheme=scheme
            )
            page = context.new_page()
            if "large" in looks:
                page.goto("/")
                page.get_by_role("button", name="长者模式").click()
            if stop.role is not None:
                enter(page, stop.role, stop.subject)
            stop.go(page)
            file = folder / "-".join([stop.name, width_name, *looks])
            yield _shot(page, file.with_suffix(".png"))
            context.close()


def _shot(page: Page, file: Path) -> Path:
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    size = page.viewport_size or {"width": 1280, "height": 900}
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(height, _LONGEST))})
    page.screenshot(path=file)
    return file


def main() -> None:
    """Photograph the tour."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--large", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    stops = [stop for stop in TOUR if not asked.names or any(part in stop.name for part in asked.names)]
    looks = [look for look in ("dark", "large") if getattr(asked, look)]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home", encoder="hashing")
        initialise(settings)
        server = Server(settings)
        server.start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
                for file in photograph(browser, server.address, stops, asked.folder, looks):
                    print(file)
                browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
