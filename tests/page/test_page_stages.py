"""The slider of stages: its stops in time, pointer and keys, and that things appear as they are built."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from page_looked import ready, until
from page_modules import PAGE, called
from playwright.sync_api import Locator, Page, expect

AT = "/park?run=two-days&t=2025-03-03T18&lang=en"
NO_RUN = re.compile("^2030: no run · Vision 2030 · 2030-12-31$")
COUNT = """() => {
    window.animated = 0;
    const animate = Element.prototype.animate;
    Element.prototype.animate = function (frames, how) {
        window.animated += this.closest('[data-drawing]') && how.duration > 0 ? 1 : 0;
        return animate.call(this, frames, how);
    };
}"""
DAY_MS = 86_400_000


@pytest.mark.skipif(not (PAGE / "node_modules" / "vite").is_dir(), reason="the page is not built: make page")
def test_stops_stand_true_to_time_where_their_names_have_room() -> None:
    chance = random.Random(2030)
    cases = [
        [sorted(chance.randrange(0, 20_000) * DAY_MS for _ in range(n)), apart]
        for n in (1, 2, 3, 5, 9) for apart in (0.0, 0.1, 0.3) for _ in range(20)
    ]  # fmt: skip
    for (days, apart), found in zip(cases, called("shell/stops.ts", "stopsOf", cases), strict=True):
        n = len(days)
        if n == 1:
            assert found == [0.5]
            continue
        assert found[0] == pytest.approx(0) and found[-1] == pytest.approx(1)
        room = min(apart, 1 / (n - 1))
        assert all(b - a >= room - 1e-9 for a, b in pairwise(found))
        true = [(day - days[0]) / (days[-1] - days[0]) for day in days] if days[-1] > days[0] else None
        if true and apart * (n - 1) < 1 and all(b - a >= apart for a, b in pairwise(true)):
            assert found == pytest.approx(true)
    # Six years with the second stage after one of them: 1 / 6 of the way, at the end of 2024, 2025 and 2030.
    of_park = [20_088, 20_453, 22_279]
    (true,) = called("shell/stops.ts", "stopsOf", [[[d * DAY_MS for d in of_park], 0.1]])
    assert true[1] == pytest.approx(365 / 2191)


@pytest.mark.skipif(not (PAGE / "node_modules" / "vite").is_dir(), reason="the page is not built: make page")
def test_the_nearest_stop_is_found() -> None:
    assert called(
        "shell/stops.ts", "nearestStop", [[[0, 0.17, 1], x] for x in (-1, 0.08, 0.09, 0.5, 0.6, 2)] + [[[], 0.5]]
    ) == [0, 0, 1, 1, 2, 2, -1]  # fmt: skip


@pytest.fixture
def slider(look: Callable) -> Iterator[tuple[Page, Locator]]:
    page: Page = look(AT).page
    ready(page)
    yield page, page.get_by_role("slider", name="Stage")


def place(slider: Locator, stage: str) -> tuple[float, float]:
    track, stop = slider.bounding_box(), slider.locator(f"[data-stage='{stage}']").bounding_box()
    assert track and stop
    return stop["x"] + stop["width"] / 2, track["y"] + track["height"] / 3


@pytest.mark.browser
def test_a_pointer_drags_the_stage_and_things_appear_on_the_way(slider: tuple[Page, Locator]) -> None:
    page, stages = slider
    here = page.locator(".mark[data-kind=wind_farm]").count()
    page.evaluate(COUNT)
    page.mouse.move(*place(stages, "2025"))
    page.mouse.down()
    x, y = place(stages, "2030")
    page.mouse.move(x - 20, y, steps=4)
    expect(stages).to_have_attribute("aria-valuetext", NO_RUN)
    until(page, f"document.querySelectorAll('.mark[data-kind=wind_farm]').length > {here}")
    until(page, "animated > 0")  # what is built appears, it does not jump
    page.mouse.move(*place(stages, "2024"), steps=4)
    expect(stages).to_have_attribute("aria-valuenow", "0")
    page.mouse.up()
    thumb = stages.locator(".thumb").bounding_box()
    assert thumb and thumb["x"] + thumb["width"] / 2 == pytest.approx(place(stages, "2024")[0], abs=1)
    page.mouse.click(*place(stages, "2025"))
    expect(stages).to_have_attribute("aria-valuenow", "1")


@pytest.mark.browser
def test_keys_move_the_stage_and_leave_the_hour(slider: tuple[Page, Locator]) -> None:
    page, stages = slider
    hour = page.locator(".when").inner_text()
    stages.focus()
    for key, then in (
        ("ArrowRight", 2),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("Home", 0),
        ("End", 2),
        ("ArrowDown", 1),
    ):
        page.keyboard.press(key)
        expect(stages).to_have_attribute("aria-valuenow", str(then))
    ready(page)
    assert page.locator(".when").inner_text() == hour
    page.keyboard.press("l")
    expect(page.get_by_role("slider", name="阶段")).to_have_attribute(
        "aria-valuetext", "2025 · 2025年规划 · 2025-12-31"
    )


@pytest.mark.browser
def test_a_diagram_fades_in_what_is_new_unless_less_motion_is_asked(look: Callable) -> None:
    for motion in ("no-preference", "reduce"):
        page: Page = look(f"{AT}&draw=diagram", motion=motion).page
        ready(page)
        frames = "document.querySelectorAll('rect.frame').length"
        here = page.evaluate(frames)
        page.evaluate(COUNT)
        page.keyboard.press("]")
        until(page, f"{frames} > {here}")
        if motion == "no-preference":
            until(page, "animated > 0")
        else:
            page.wait_for_timeout(300)
            assert page.evaluate("animated") == 0
