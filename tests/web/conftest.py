"""The pages on the real stack: an installation with the synthetic sample, a server, Debian's Chromium."""

import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.app import create_app
from recommender.installation import initialise
from recommender.settings import Settings

#: Widths of a phone, a tablet and a desk, in CSS pixels.
WIDTHS = {"phone": 360, "tablet": 820, "desktop": 1280}
CHROMIUM = "/usr/bin/chromium"
#: Without these, Chromium looks for its maker's hosts at every start.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of an installation with the synthetic sample."""
    home = tmp_path_factory.mktemp("sample") / "home"
    initialise(Settings(home=home, encoder="hashing"))
    return home


class Server:
    """The application under uvicorn, in a thread of this process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.app = create_app(settings)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(self.app, log_level="warning"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})

    def start(self) -> None:
        """Start and wait until requests are answered."""
        self._thread.start()
        end = time.monotonic() + 60
        while not self._server.started:
            if time.monotonic() > end or not self._thread.is_alive():
                raise RuntimeError("the server did not start")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop and wait."""
        self._server.should_exit = True
        self._thread.join()


@pytest.fixture(scope="module")
def server(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on a copy of the sample that the tests of one module share."""
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(sample_home, home)
    serving = Server(Settings(home=home, encoder="hashing", refresh_seconds=0.05))
    serving.start()
    yield serving
    serving.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for all tests of a process."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def new_context(browser: Browser, server: Server) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser context on the server; whatever a page complains about in the console fails the test.

    Takes Playwright's options of a context (``java_script_enabled``, ``viewport``, ``color_scheme``).
    """
    made: list[BrowserContext] = []
    complaints: list[str] = []

    def make(**options: object) -> BrowserContext:
        settings = {"base_url": server.address, "locale": "zh-CN", **options}
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        context.on(
            "console",
            # A page that answers 4xx is meant to; Chromium reports it as an error of its own.
            lambda message: (
                complaints.append(message.text)
                if message.type == "error" and not re.search(r"status of 4\d\d", message.text)
                else None
            ),
        )
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert not complaints


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of a desk."""
    return new_context(viewport={"width": WIDTHS["desktop"], "height": 900}).new_page()
