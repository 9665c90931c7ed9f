"""How green was an enterprise in an hour: found by typing it, by the calendar, and by pointing at the slider."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from page_looked import hour_shown, number_in, ready
from playwright.sync_api import Page, expect

from holin.store import read_run

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "typed"), [("en", "enterprise 12 3 March 18:00"), ("zh", "企业12 3月3日18时")])
def test_an_enterprise_and_an_hour_are_found_by_typing_them(
    look: Callable, run_folder: Path, language: str, typed: str
) -> None:
    page: Page = look(f"/park?run=two-days&lang={language}").page
    ready(page)
    page.keyboard.press("/")
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary")).to_contain_text("ent-12")
    assert hour_shown(page) == "2025-03-03 18:00"
    tables = read_run(run_folder).tables
    k = int(np.searchsorted(tables["flows"]["time"].values, np.datetime64("2025-03-03T10")))
    flows = tables["flows"].isel(time=k)
    wind = float(flows["p_mw"].values[flows["kind"].values == "wind_farm"].sum())
    said = page.locator("[data-why]").inner_text().split("wind gives" if language == "en" else "风电")[1]
    assert number_in(said) == pytest.approx(wind, abs=0.0051)


def test_a_time_alone_is_offered_and_what_is_nothing_says_what_to_type(look: Callable) -> None:
    page: Page = look("/park?run=two-days&lang=en").page
    ready(page)
    find = page.get_by_role("combobox", name="Find a thing")
    find.fill("4 March 05:00")
    expect(page.locator("#found [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    assert hour_shown(page) == "2025-03-04 05:00"
    find.fill("zzz")
    expect(page.locator(".nothing")).to_contain_text("enterprise 12")


def test_a_date_and_an_hour_are_chosen_by_keyboard(look: Callable) -> None:
    page: Page = look("/park?run=two-days&lang=en").page
    ready(page)
    page.keyboard.press("t")
    pick = page.get_by_role("group", name="Choose a date and hour")
    pick.locator("input").fill("2025-03-04")
    pick.locator("select").select_option(label="03:00")
    assert hour_shown(page) == "2025-03-04 03:00"
    page.keyboard.press("Escape")
    expect(pick).to_have_count(0)


def test_the_slider_tells_the_hour_under_the_pointer(look: Callable) -> None:
    page: Page = look("/park?run=two-days&lang=en&reach=day&t=2025-03-03T12").page
    ready(page)
    slider = page.locator("input[data-clock]")
    box = slider.bounding_box()
    assert box is not None
    for part, hour in ((0.25, "06:00"), (0.75, "17:00")):
        page.mouse.move(box["x"] + 6.5 + part * (box["width"] - 13), box["y"] + box["height"] / 2)
        expect(page.locator("[data-pointed]")).to_contain_text(f"03-03 Mon {hour}")
    page.mouse.click(box["x"] + 6.5 + 0.75 * (box["width"] - 13), box["y"] + box["height"] / 2)
    assert hour_shown(page) == "2025-03-03 17:00"
    ticks = page.locator(".time .ticks span").all_inner_texts()
    assert ticks == ["00:00", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"]
