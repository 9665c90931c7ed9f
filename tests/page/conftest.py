"""A server over the reference parks and a run of two days, and a Chromium that looks at its page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from page_served import served
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from holin.parkfile import read_park
from holin.twin import demo_proofs, run, saved
from holin.web import page_is_built

ROOT = Path(__file__).parent.parent.parent
PARKS = ROOT / "parks"
AXE = ROOT / "page" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)


def missing(reason: str) -> None:
    """Skip, but not on a build server: there nothing may be left out."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, but CI must test the page")
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser, closed with each file: as long as it runs, no other test of this process can run an event loop."""
    if CHROMIUM is None:
        missing("no Chromium on this machine (Debian: apt-get install chromium fonts-noto-cjk)")
    if not page_is_built():
        missing("the page is not built: make page")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days of March of park huolinguole at its stage 2025, with ledger, passports and catalogue beside it."""
    result = run(
        read_park(PARKS / "huolinguole"), stage="2025", start=datetime(2025, 3, 3), end=datetime(2025, 3, 5)
    )  # fmt: skip
    folder = saved(result, tmp_path_factory.mktemp("runs") / "two-days", manifest={"weather": "synthetic"})
    demo_proofs(folder)
    return folder


@pytest.fixture(scope="session")
def address(run_folder: Path) -> Iterator[str]:
    """Where the parks and the run are served."""
    with served([PARKS, run_folder]) as found:
        yield found


@dataclass
class Seen:
    """A page, and what it complained of: console, errors, requests that leave the machine."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def look(browser: Browser, address: str) -> Iterator[Callable[..., Seen]]:
    """Open the page at an address behind `#`; what it complains of fails the test unless it is taken off the list."""
    opened: list[Seen] = []

    def open_at(
        way: str, *, width: int = 1280, height: int = 800, scheme: str = "light", motion: str = "no-preference",
        touch: bool = False, clock: bool = False,
    ) -> Seen:  # fmt: skip
        page = browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion=motion,  # type: ignore[arg-type]
            has_touch=touch,
        )
        if clock:  # the page's own, which a test may set forward
            page.clock.install()
        seen = Seen(page)
        opened.append(seen)

        def heard(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                seen.complaints.append(message.text)

        page.on("console", heard)
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith((address, "data:")) else seen.complaints.append(r.url))
        page.goto(f"{address}#{way}")
        return seen

    yield open_at
    for seen in opened:
        seen.page.close()
    assert [c for seen in opened for c in seen.complaints] == []


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.is_file():
        missing("axe-core is not installed: make page")
    return AXE.read_text(encoding="utf-8")
