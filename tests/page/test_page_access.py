"""Accessibility: axe-core finds nothing on the park view, light and dark, map and diagram, with and without a panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from page_looked import ready
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

RUN = """async () => {
    const found = await axe.run(document, { resultTypes: ['violations'] });
    return found.violations.map((v) => [v.id, v.help, v.nodes.map((n) => n.html).slice(0, 3)]);
}"""


def violations(page: Page, axe: str) -> list[Any]:
    page.evaluate(f"{axe};0")
    found: list[Any] = page.evaluate(RUN)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("drawing", ["map", "diagram"])
def test_axe_finds_nothing(look: Callable, axe: str, scheme: str, drawing: str) -> None:
    page: Page = look(f"/park?run=two-days&lang=en&draw={drawing}&thing=SUB1-220", scheme=scheme).page
    ready(page)
    assert violations(page, axe) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert violations(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_without_a_run_and_while_one_looks_for_something(
    look: Callable, axe: str, scheme: str
) -> None:
    page: Page = look("/park?park=huolinhe&stage=2026&lang=zh", scheme=scheme).page
    ready(page, with_run=False)
    page.keyboard.press("/")
    page.keyboard.type("wind")
    page.wait_for_selector("#found li")
    assert violations(page, axe) == []


def test_axe_can_find_something(look: Callable, axe: str) -> None:
    page: Page = look("/park?park=huolinhe&lang=en").page
    ready(page, with_run=False)
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert [v[0] for v in violations(page, axe)] == ["button-name"]
