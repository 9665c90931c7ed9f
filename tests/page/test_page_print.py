"""Every view on paper: a head that says whose figures these are, light colours, nothing to press, nothing cut off."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from page_looked import ready, until
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

AT = "run=two-days&t=2025-03-03T18"
A4 = {595, 842}
"""Points, as a PDF has them."""
ACROSS = {
    "park": "/park?",
    "diagram": "/park?draw=diagram&thing=ent-12&",
    "energy": "/energy?",
    "loadings": "/grid?",
    "voltages": "/grid?grid=voltages&",
    "wizard": "/plan?plan=wizard&",
    "enterprises": "/green?",
    "enterprise": "/green?thing=ent-12&",
    "rules": "/green/rules?",
    "reconciliation": "/green/reconciliation?",
    "certificates": "/green/certificates?",
}
UPRIGHT = {
    "money": "/money?thing=ent-12&",
    "passports": "/passport?",
    "passport": "/passport/250303-1a-00001?",
    "catalogue": "/catalogue?",
}
SHOWS = {
    "park": ".above text", "diagram": "aside h2", "energy": "[data-chart=sankey]", "loadings": "td .trend",
    "voltages": "tbody tr", "wizard": "[data-knob]", "enterprises": "[data-enterprise]", "enterprise": ".field canvas",
    "rules": "[data-rule]", "reconciliation": "[data-closes]", "certificates": "tbody tr", "money": "[data-bill] tbody",
    "passports": "[data-passport]", "passport": "article[data-passport]", "catalogue": "[data-product]",
}  # fmt: skip
VISIBLE = "(e) => { const b = e.getBoundingClientRect(); return b.width > 1 && b.height > 1; }"
PRESSED = f"""[...document.querySelectorAll('nav:not(main *), select, input, button, .zoom, [role=slider]')]
    .filter({VISIBLE})
    .filter((e) => !e.matches('main :is(td, th, li, dd, nav, [role=tablist]) *, [data-on-paper]'))
    .map((e) => e.outerHTML.slice(0, 90))"""
WIDE = """(() => { const right = document.querySelector('.house').getBoundingClientRect().right + 1;
    return [...document.querySelectorAll('main *:not(svg *, .unseen, .unseen *)')]
        .filter((e) => e.getBoundingClientRect().right > right && e.getBoundingClientRect().width > 1)
        .map((e) => e.outerHTML.slice(0, 90)); })()"""


def opened(look: Callable, name: str, language: str, scheme: str = "light") -> Page:
    way = (ACROSS | UPRIGHT)[name]
    page: Page = look(f"{way}{AT}&lang={language}&theme={scheme}", scheme=scheme).page
    page.wait_for_selector(SHOWS[name], state="attached", timeout=60_000)
    if name in ("park", "diagram"):
        ready(page)
    if name in ("energy", "money"):
        page.wait_for_selector("[data-drawn]")
    page.wait_for_load_state("networkidle")
    return page


def to_paper(page: Page) -> None:
    """What a browser does before it lays out its pages."""
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")


@pytest.mark.parametrize("name", [*ACROSS, *UPRIGHT])
def test_a_view_on_paper_says_whose_figures_it_has_and_offers_nothing_to_press(look: Callable, name: str) -> None:
    page = opened(look, name, "en", "dark")
    to_paper(page)
    assert page.evaluate(PRESSED) == []
    assert page.evaluate(WIDE) == []
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    text = page.inner_text(".house")
    told = ("synthetic", "huolinguole" if name == "passport" else "two-days", "2025")
    assert all(t in text.lower() or t in text for t in told), text[:400]
    if name != "passport":  # it has a head of its own
        head = page.inner_text("[data-paper-head]")
        for part in ("Hours of the run", "2025-03-03 00:00 — 2025-03-05 00:00", "Plan 2025", "Worked out", "Printed"):
            assert part in head
        assert ("Hour shown" in head) is (name not in ("passports", "catalogue"))
    charts = page.locator("[data-chart]")
    for n in range(charts.count()):
        drawn = charts.nth(n).locator(".canvas svg text")
        assert drawn.count() > 2, "a chart that was never in sight is drawn too, in letters and lines"
        if charts.nth(n).get_attribute("data-chart") != "sankey":
            titles = drawn.all_text_contents()
            assert any(re.search(r", |day|hour|Month|/", t) for t in titles), titles
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.locator("[data-paper-head]").count() == 0
    assert page.locator("[data-chart] .canvas svg").count() == 0


@pytest.mark.parametrize(("name", "language", "says"), [
    ("park", "en", "Public grid"), ("energy", "zh", "当地时间"), ("loadings", "en", "Loadings"),
    ("rules", "zh", "规则"), ("money", "zh", "铝箔加工企业12"),
    ("passport", "en", "Signature"), ("catalogue", "zh", "展品目录"),
])  # fmt: skip
def test_a_pdf_has_a4_sheets_and_the_views_own_words(
    look: Callable, tmp_path: Path, name: str, language: str, says: str
) -> None:
    page = opened(look, name, language)
    file = tmp_path / "view.pdf"
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", file.read_bytes())
    sizes = {(round(float(w)), round(float(h))) for w, h in boxes}
    assert sizes == ({(842, 595)} if name in ACROSS else {(595, 842)})
    assert {side for size in sizes for side in size} == A4
    until(page, "document.documentElement.dataset.paper === undefined")
    if (reader := shutil.which("pdftotext")) is None:
        return
    text = subprocess.run([reader, str(file), "-"], capture_output=True, check=True).stdout.decode()
    assert says in text and (name == "passport" or "two-days" in text)
    assert ("合成" if language == "zh" else "ynthetic") in text


def test_heads_of_long_tables_stand_on_every_sheet(look: Callable, tmp_path: Path) -> None:
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no pdftotext (Debian: apt-get install poppler-utils)")
    page = opened(look, "loadings", "en")
    file = tmp_path / "view.pdf"
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    text = subprocess.run([reader, "-layout", str(file), "-"], capture_output=True, check=True).stdout.decode()
    sheets = [s for s in text.split("\f") if " circuit " in s]
    assert len(sheets) > 1
    assert all("Worst hour" in s and "All hours" in s for s in sheets)
