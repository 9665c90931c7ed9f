"""The report page in a real browser: no error, no request, every chart drawn, both languages, down to 390 px."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

pytestmark = pytest.mark.browser

CHROMIUM = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
DRAWN = "html[data-drawn=all]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        reason = "no Chromium on this machine (Debian: apt-get install chromium fonts-noto-cjk)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}, but CI must test the page")
        pytest.skip(reason)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(html: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    file: Path = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(html, encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def complaints() -> list[str]:
    return []


def opened(browser: Browser, address: str, complaints: list[str], width: int, scheme: str = "light") -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(("file:", "data:", "blob:")) else complaints.append(r.url))
    page.goto(address)
    page.wait_for_selector(DRAWN, state="attached", timeout=60_000)
    return page


def switched(page: Page, button: str) -> None:
    page.click(button)
    page.wait_for_selector(DRAWN, state="attached", timeout=60_000)


def undrawn(page: Page) -> list[str]:
    script = """() => [...document.querySelectorAll('.plot')].filter(p => !p.querySelector(
        '.trace path, .heatmaplayer image, .sankey-link, .bars path, .waterfalllayer path, .js-line, .js-fill'))
        .map(p => p.id)"""
    found: list[str] = page.evaluate(script)
    return found


def text_of(page: Page) -> str:
    drawn = "[...document.querySelectorAll('.plot text')].map(t => t.textContent).join(' ')"
    return str(page.evaluate(f"document.body.innerText + {drawn}"))


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_page_draws_everything_without_error_or_request(
    browser: Browser, address: str, complaints: list[str], width: int, scheme: str
) -> None:
    page = opened(browser, address, complaints, width, scheme)
    assert page.locator(".plot").count() == 16
    assert undrawn(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
    page.close()


def test_the_language_switch_changes_every_word(browser: Browser, address: str, complaints: list[str]) -> None:
    page = opened(browser, address, complaints, 1440)
    assert page.title() == "示例园区 · 运行报告"
    switched(page, "#language")
    english = text_of(page)
    assert page.title() == "Sample park · Run report"
    assert not re.findall("[\u4e00-\u9fff]+", english.replace("中文", ""))
    assert not re.findall(r"\{\{|\b(?:axis|chart|energy|kind|part|name|sankey|share)\.\w+", english)
    assert complaints == []
    page.close()


def test_week_theme_and_sorting_answer(browser: Browser, address: str, complaints: list[str]) -> None:
    page = opened(browser, address, complaints, 1440)
    first = page.evaluate("document.getElementById('plot-week').layout.xaxis.range[0]")
    page.click("button[data-week] >> nth=2")
    page.wait_for_function("first => document.getElementById('plot-week').layout.xaxis.range[0] !== first", arg=first)
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    switched(page, "#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    shares = "[...document.querySelectorAll('.sortable tbody tr td:nth-child(2)')].map(c => Number(c.dataset.v))"
    page.click(".sortable thead th >> nth=1")
    falling = page.evaluate(shares)
    page.click(".sortable thead th >> nth=1")
    assert falling == sorted(falling, reverse=True) and page.evaluate(shares) == sorted(falling)
    assert complaints == []
    page.close()


COVERED = """() => [...document.querySelectorAll('figure .modebar')].filter((bar) => {
    const box = bar.getBoundingClientRect(), figure = bar.closest('figure');
    const words = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT), range = document.createRange();
    const drawn = figure.querySelectorAll('svg.main-svg text, .pick select, .pick button');
    const boxes = [...drawn].map((e) => e.getBoundingClientRect());
    while (words.nextNode()) {
        if (words.currentNode.parentElement.closest('.cap')) {
            range.selectNodeContents(words.currentNode);
            boxes.push(...range.getClientRects());
        }
    }
    const beside = (b) => b.left < box.right && box.left < b.right;
    const level = (b) => b.top < box.bottom && box.top < b.bottom;
    return boxes.some((b) => b.width && beside(b) && level(b));
}).map((bar) => bar.closest('.plot').id)"""


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (800, "dark")])
def test_the_buttons_of_a_chart_cover_no_word(
    browser: Browser, address: str, complaints: list[str], width: int, scheme: str
) -> None:
    """Plotly's own box would be a half-opaque black one, for it takes its colour from the transparent paper."""
    page = opened(browser, address, complaints, width, scheme)
    assert page.locator("figure .modebar").count() > 10
    grounds = "[...document.querySelectorAll('.modebar-group')].map((g) => getComputedStyle(g).backgroundColor)"
    assert set(page.evaluate(grounds)) == {"rgba(0, 0, 0, 0)"}
    assert page.evaluate(COVERED) == []
    page.hover("#plot-losses")
    shown = "() => getComputedStyle(document.querySelector('#plot-losses .modebar-group')).opacity > 0.9"
    page.wait_for_function(shown)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_a_touch_screen_has_no_buttons_over_the_charts(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 1024, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(DRAWN, state="attached", timeout=60_000)
    assert page.evaluate("matchMedia('(hover: none)').matches")
    assert page.locator(".modebar-group").count() == 0
    context.close()


def test_the_last_hour_of_a_week_is_as_wide_as_the_others(
    browser: Browser, address: str, complaints: list[str]
) -> None:
    """A step is drawn from one point to the next: the last hour needs one at its end, which reads 23:59."""
    page = opened(browser, address, complaints, 1440)
    points = page.evaluate(
        "(([t]) => [t.x.length, t.y.length, ...t.y.slice(-2)])(document.getElementById('plot-week').data)"
    )
    assert points[0] == points[1] == 168 + 1 and points[2] == points[3]
    end = page.evaluate("new Date(document.getElementById('plot-week').data[0].x.at(-1)).toISOString().slice(11, 16)")
    assert end == "23:59"
    assert complaints == []
    page.close()


def test_claims_and_rules_fit_a_phone(browser: Browser, address: str, complaints: list[str]) -> None:
    page = opened(browser, address, complaints, 390)
    scrolls = "[...document.querySelectorAll('.stacked')].map(t => t.scrollWidth - t.parentElement.clientWidth)"
    assert page.evaluate(scrolls) == [0, 0]
    assert page.locator(".claims .verdict").first.is_visible() and page.locator(".range circle").count() == 2
    page.close()


def test_text_and_ground_have_the_contrast_of_wcag_aa(browser: Browser, address: str, complaints: list[str]) -> None:
    """WCAG 2.1, 1.4.3: at least 4.5 : 1 for text, by the relative luminance of sRGB."""
    pairs = [("ink", "surface"), ("ink", "ground"), ("muted", "surface"), ("muted", "ground"), ("accent", "surface")]
    pairs += [("banner_ink", "banner"), ("good_ink", "surface"), ("bad_ink", "surface"), ("on_coal", "coal")]
    pairs += [("on_metal", "metal"), ("accent", "hover"), ("alert_ink", "alert")]
    pairs += [("surface", "good_ink"), ("surface", "warn_ink")]
    for scheme in ("light", "dark"):
        page = opened(browser, address, complaints, 1440, scheme)
        style = "name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim()"
        worst = {pair: contrast(page.evaluate(style, pair[0]), page.evaluate(style, pair[1])) for pair in pairs}
        assert {pair: ratio for pair, ratio in worst.items() if ratio < 4.5} == {}, scheme
        page.close()


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_paper_is_light_and_without_buttons(browser: Browser, address: str, complaints: list[str]) -> None:
    page = opened(browser, address, complaints, 800, "dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    wire = "getComputedStyle(document.querySelector('.map [data-only=zh] .wire')).stroke"
    assert ground == "rgb(255, 255, 255)"
    assert not page.locator(".bar").is_visible() and not page.locator(".pick").first.is_visible()
    assert page.evaluate(wire) == "rgb(138, 26, 143)"  # the light palette's 220 kV, though the system is dark
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.wait_for_selector(DRAWN, state="attached", timeout=60_000)
    assert complaints == []
    page.close()
