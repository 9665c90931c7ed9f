"""Four levels, from the park to the terminal: park, station or enterprise, potline or line, busbar, and back up."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from page_looked import ready
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("way", "drawing"), [
    (("Smelter 40", "Potline 1, first 120 pots", "SUB3 rectifier bus 1"), "map"),
    (("Park 220 kV station", "SUB1-220 - SUB3-220, circuit 1", "SUB3 220 kV"), "diagram"),
])  # fmt: skip
def test_one_goes_down_from_the_park_to_a_terminal_and_up_again(
    look: Callable, way: tuple[str, str, str], drawing: str
) -> None:
    page: Page = look(f"/park?run=two-days&t=2025-03-03T18&lang=en&draw={drawing}").page
    ready(page)
    top, middle, terminal = way
    page.get_by_role("combobox", name="Find a thing").fill(top)
    page.keyboard.press("Enter")
    panel = page.get_by_role("complementary")
    title = panel.get_by_role("heading", level=2)
    joined = panel.locator("section", has_text="Joined to").locator("ul.joined")
    expect(title).to_have_text(top)
    for step in (middle, terminal):
        joined.get_by_role("button", name=step).first.click()
        expect(title).to_have_text(step)
    levels = panel.get_by_role("list", name="Levels above").get_by_role("button")
    assert levels.count() == 2
    station = levels.nth(1).inner_text()
    levels.nth(1).click()
    expect(title).to_have_text(station)
    levels.first.click()
    expect(panel).to_have_count(0)


def test_a_thing_that_hangs_on_a_busbar_says_which(look: Callable) -> None:
    page: Page = look("/park?run=two-days&t=2025-03-03T18&lang=zh&thing=potline-1a").page
    ready(page)
    levels = page.get_by_role("list", name="所在层级").get_by_role("button")
    assert levels.all_inner_texts()[0] == "园区" and levels.count() == 3
    levels.nth(2).click()
    expect(page.get_by_role("complementary").locator("header code")).to_have_text("SUB3-R1")


def test_parallel_transformers_are_told_apart(look: Callable) -> None:
    page: Page = look("/park?run=two-days&t=2025-03-03T18&lang=en&thing=SUB3-R1").page
    ready(page)
    names = page.locator("ul.joined button").all_inner_texts()
    assert len(names) == len(set(names)) > 4
