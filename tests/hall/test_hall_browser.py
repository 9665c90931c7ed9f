"""The page of the hall in a real browser: it finds what the search finds, both languages, no error and no request."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from small_hall import FIGURES

from holin.hall import Count, Hall, Query, demo_catalogue, footprints, index_of, page_data, search
from holin.picture import hall_page

pytestmark = pytest.mark.browser

CHROMIUM = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
HALL = Hall(catalogue=demo_catalogue(FIGURES), figures=FIGURES)
INDEX = index_of(HALL.catalogue, footprints(HALL.catalogue, FIGURES))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium on this machine, but CI must test the page")
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium fonts-noto-cjk)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    file: Path = tmp_path_factory.mktemp("hall") / "hall.html"
    file.write_text(hall_page(page_data(HALL), language="en"), encoding="utf-8")
    return file.as_uri()


def opened(browser: Browser, address: str, complaints: list[str], width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith("file:") else complaints.append(r.url))
    page.goto(address)
    return page


def told(page: Page) -> int:
    words = page.inner_text(".result b")
    return int(re.sub(r"\D", "", words))


def test_the_page_finds_what_the_search_finds(browser: Browser, address: str) -> None:
    complaints: list[str] = []
    page = opened(browser, address, complaints, 1280)
    for text in ("", "battery foil", "汽车轮毂", "6063 型材", "H18 8079", "EN AC", "nothing such", "foil-1235"):
        page.fill("#seek", text)
        answer = search(INDEX, Query(text=text))
        assert told(page) == answer.total, text
        if answer.total:
            first = HALL.catalogue.products[answer.products[0]]
            assert page.inner_text(".card h3 >> nth=0") == first.name, text
    page.fill("#seek", "foil")
    page.select_option("select[data-facet=alloy]", "1235")
    page.fill("input[type=number] >> nth=0", "9.5")
    page.press("input[type=number] >> nth=0", "Enter")
    wanted = Query(text="foil", alloy=("1235",), footprint_max=9.5, count=Count.TRACED)
    assert 0 < told(page) == search(INDEX, wanted).total < search(INDEX, Query(text="foil")).total
    assert complaints == []


@pytest.mark.parametrize("width", [390, 1280])
def test_a_product_opens_in_both_languages_and_nothing_is_wider_than_the_screen(
    browser: Browser, address: str, width: int
) -> None:
    complaints: list[str] = []
    page = opened(browser, address, complaints, width)
    assert "Synthetic" in page.inner_text(".banner")
    page.click("#language")
    assert "合成数据" in page.inner_text(".banner")
    page.fill("#seek", "铸造铝合金轮毂")
    page.click(".card >> nth=0")
    said = page.inner_text("dialog")
    assert all(words in said for words in ("位置法", "市场法", "物理溯源", "一系列", "厂家自行声明"))
    page.keyboard.press("Escape")
    page.fill("#seek", "挤压机")
    page.click(".card >> nth=0")
    assert "额定功率" in page.inner_text("dialog") and "Demo Ridge Machinery" in page.inner_text("dialog")
    page.keyboard.press("Escape")
    for tab in (1, 2):
        page.click(f".tabs button >> nth={tab}")
        assert page.locator(".card").count() > 5
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
