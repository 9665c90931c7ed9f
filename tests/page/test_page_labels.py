"""Labels never overlap: their boxes are measured in a browser, on both parks, near and far, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from page_looked import overlapping, ready, until
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PARKS = (
    "park=huolinguole&stage=2030",
    "park=huolinhe&stage=2026",
    pytest.param("park=huolinguole&stage=2024", marks=pytest.mark.slow),
    pytest.param("park=huolinhe&stage=2014", marks=pytest.mark.slow),
)


FRAMES = """() => new Promise((done) => { let left = 5;
    const next = () => (left-- > 0 ? requestAnimationFrame(next) : done()); next(); })"""
"""Until what the last key took away is gone from the drawing."""


def nearer(page: Page, times: int) -> None:
    for _ in range(times):
        page.keyboard.press("+")
    page.evaluate(FRAMES)


@pytest.mark.parametrize("drawing", ["map", "diagram"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("park", PARKS)
def test_no_label_lies_on_another(look: Callable, park: str, language: str, drawing: str) -> None:
    page: Page = look(f"/park?{park}&lang={language}&draw={drawing}", motion="reduce").page
    ready(page, with_run=False)
    page.wait_for_timeout(100)
    counts = []
    for times in (0, 1, 2, 5):
        nearer(page, times)
        count, found = overlapping(page)
        assert found == [], f"after {len(counts)} steps"
        counts.append(count)
    assert counts[0] >= 8
    if drawing == "map":
        assert max(counts) > counts[0], "who comes nearer reads more"


@pytest.mark.parametrize("drawing", ["map", "diagram"])
def test_no_label_lies_on_another_while_figures_change(look: Callable, drawing: str) -> None:
    page: Page = look(f"/park?run=two-days&lang=en&draw={drawing}", motion="reduce", width=1920, height=1080).page
    ready(page)
    nearer(page, 1)
    for hour in range(0, 48, 9):
        page.evaluate(
            "(k) => { const s = document.querySelector('input[data-clock]'); s.value = k;"
            " s.dispatchEvent(new Event('input', { bubbles: true })); }",
            hour,
        )
        page.wait_for_timeout(40)
        count, found = overlapping(page)
        assert found == [] and count >= 8, hour


def test_the_measure_can_fail(look: Callable) -> None:
    page: Page = look("/park?park=huolinhe&lang=en", motion="reduce").page
    ready(page, with_run=False)
    assert overlapping(page)[1] == []
    page.evaluate(
        "const g = document.querySelector('.above g'); g.append(g.querySelector('text.label').cloneNode(true))"
    )
    until(page, "document.querySelectorAll('.above text.label').length > 1")
    assert len(overlapping(page)[1]) == 1
