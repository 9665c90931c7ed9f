"""The hall's screen in a real browser: figures as in the run, a tour without a pointer, a what-if by the server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from page_looked import number_in, ready, until
from playwright.sync_api import Page
from test_page_access import violations

from holin.park import at_stage, stage_of
from holin.parkfile import read_park
from holin.store import read_run
from holin.twin.visitors import representative_week, visitor_hours, visitor_what_if

pytestmark = pytest.mark.browser

SHARE = "document.querySelector('[data-what=\"green_share.physical\"] dd b')?.textContent ?? ''"
HALL = "/hall?run=two-days&lang=zh&t=2025-03-03T18"


def opened(page: Page) -> Page:
    until(page, "/\\d/.test(document.querySelector('[data-hall=metal] b')?.textContent ?? '')", within_ms=60_000)
    until(page, "/\\d/.test(document.querySelector('[data-hall=green] b')?.textContent ?? '')")
    return page


def figure_of(page: Page, name: str) -> float:
    return number_in(page.locator(f"[data-hall={name}] b").inner_text())


def test_the_big_figures_are_those_of_the_run(look: Callable, run_folder: Path) -> None:
    """Still, for who has asked for less motion: the hour stays where it is."""
    page = opened(look(HALL, width=1920, height=1080, motion="reduce").page)
    run = read_run(run_folder)
    whole = read_park(run.park_folder)
    park = at_stage(whole, stage_of(whole, "2025"))
    found = visitor_hours(park, run.tables["flows"], run.tables["trace"])
    assert page.locator(".when").inner_text().split()[:2] == ["18:00", "2025-03-03"]
    since_midnight = slice(0, 19)  # the run begins with the local day
    assert figure_of(page, "metal") == pytest.approx(found.green_metal_t[since_midnight].sum(), rel=5e-3)
    assert figure_of(page, "avoided") == pytest.approx(found.avoided_t[since_midnight].sum(), rel=5e-3)
    wind = [farm.id for farm in park.wind_farms]
    hour = run.tables["flows"].isel(time=18)
    shown = number_in(page.locator("[data-now=wind] .figure").inner_text())
    assert shown == pytest.approx(float(hour["p_mw"].sel(unit=wind).sum()), rel=5e-3, abs=0.05)
    assert page.locator(".hall").get_attribute("data-touring") == "false", "nothing moves by itself"
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('.hall *')].filter((e) => [...e.childNodes].some((n) =>"
        " n.nodeType === 3 && n.textContent.trim()) && e.getClientRects().length).map((e) =>"
        " parseFloat(getComputedStyle(e).fontSize) * (e.getScreenCTM?.()?.a ?? 1)))"
    )
    assert smallest >= 23.9, "read from 5 m"
    over = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert over == [1920, 1080]


def test_the_tour_moves_by_itself_and_a_key_takes_over(look: Callable, run_folder: Path) -> None:
    page = opened(look(HALL).page)
    whole = read_park(read_run(run_folder).park_folder)
    park = at_stage(whole, stage_of(whole, "2025"))
    users = {one.enterprise for one in (*park.loads, *park.potlines)}  # as on the bills: nobody who only runs things
    until(page, f"document.querySelector('.said').textContent.includes('{len(users)} 家企业')", within_ms=20_000)
    until(page, "document.querySelector('.hall').dataset.stop === 'wind'", within_ms=40_000)
    assert "MW" in page.locator(".said").inner_text() and page.locator(".mark.chosen").count() == 1
    assert page.locator(".when b").inner_text() != "18:00", "the day passes"
    page.keyboard.press("l")
    until(page, "document.querySelector('.hall').dataset.touring === 'false'")
    assert page.locator("[data-hall=green] h2 .first").inner_text() == "Green share now"
    page.keyboard.press("t")
    until(page, "document.querySelector('.hall').dataset.touring === 'true'")
    page.keyboard.press("p")
    page.wait_for_selector("nav [aria-current=page]")
    assert page.url.partition("#")[2].startswith("/park")


def test_more_wind_is_worked_out_by_the_server(look: Callable) -> None:
    page = opened(look(f"{HALL}&theme=dark", motion="reduce").page)
    until(page, f"/\\d/.test({SHARE})", within_ms=90_000)
    before = page.locator("[data-what-if] dl").inner_text()
    page.locator("#hall-wind").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("output[for=hall-wind]").inner_text().startswith("× 1.5")
    until(page, f"/\\d/.test({SHARE})", within_ms=90_000)
    assert page.locator("[data-what-if] dl").inner_text() != before
    assert "代表周" in page.locator("[data-what-if] [role=status]").inner_text()
    worse = page.eval_on_selector_all(
        "[data-what] b.worse", "(of) => of.map((b) => b.closest('[data-what]').dataset.what)"
    )
    assert "all_in_price_per_kwh" in worse and "green_share.physical" not in worse, "only what gets better glows"


def test_a_finger_takes_over_and_after_a_quiet_minute_the_tour_goes_on(look: Callable) -> None:
    page = opened(look(HALL, touch=True, clock=True).page)
    touring = "document.querySelector('.hall').dataset.touring"
    assert page.evaluate(touring) == "true" and page.locator("header button").count() == 0
    page.touchscreen.tap(640, 300)
    until(page, f"{touring} === 'false'")
    page.get_by_role("button", name="全屏").wait_for()
    page.clock.fast_forward(50_000)
    assert page.evaluate(touring) == "false", "not yet a minute"
    page.touchscreen.tap(640, 300)
    page.clock.fast_forward(50_000)
    assert page.evaluate(touring) == "false", "each touch begins the minute anew"
    page.clock.fast_forward(12_000)
    until(page, f"{touring} === 'true'")


def test_a_finger_moves_the_slider(look: Callable) -> None:
    page = opened(look(HALL, touch=True, motion="reduce").page)
    slider = page.locator("#hall-wind")
    slider.wait_for(timeout=60_000)
    box = slider.bounding_box()
    assert box and box["height"] >= 24, "wide enough for a finger"
    x, y = box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for share in (0.4, 0.7, 0.98):
        point = {"x": box["x"] + box["width"] * share, "y": y}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.locator("output[for=hall-wind]").inner_text().startswith("× 3")
    assert page.locator("[data-what-if]").get_attribute("aria-busy") in ("true", "false")
    until(page, f"/\\d/.test({SHARE})", within_ms=90_000)


def test_the_screen_is_filled_by_a_key(look: Callable) -> None:
    page = opened(look(HALL, motion="reduce").page)
    page.keyboard.press("f")
    until(page, "document.fullscreenElement !== null")
    page.keyboard.press("f")
    until(page, "document.fullscreenElement === null")


def test_a_stage_without_a_run_shows_a_week_that_is_worked_out(look: Callable, run_folder: Path) -> None:
    page = opened(look(HALL, width=1920, height=1080, motion="reduce").page)
    page.locator("[data-stage='2030'][role=radio]").click()
    until(page, "document.querySelector('[data-what-if]')?.dataset.stage === '2030'", within_ms=60_000)
    green = "document.querySelector('[data-hall=green] b').textContent"
    until(page, f"/\\d/.test({green}) && !document.querySelector('.when')", within_ms=90_000)
    read = read_run(run_folder)
    whole = read_park(read.park_folder)
    first, count = representative_week(at_stage(whole, stage_of(whole, "2025")), read.tables["trace"])
    found = visitor_what_if(folder=str(run_folder), first=first, count=count, wind=1, storage=1, at="2030")["figures"]
    assert figure_of(page, "green") == pytest.approx(100 * found["green_share.physical"], abs=0.06)
    assert figure_of(page, "metal") == pytest.approx(found["green_metal_t_per_day"], rel=5e-3)
    assert figure_of(page, "avoided") == pytest.approx(found["avoided_t_per_day"], rel=5e-3)
    assert "2030" in page.locator("[data-hall=metal] .count").inner_text()
    assert page.locator("[data-what='carbon.total_t'] .before").count() == 1, "beside the stage that has a run"
    assert page.locator(".mark.fresh").count() > 0, "what is new is set off"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_hall(look: Callable, axe: str, theme: str) -> None:
    page = opened(look(f"{HALL}&theme={theme}", motion="reduce").page)
    assert violations(page, axe) == []


@pytest.mark.parametrize(
    ("language", "wanted"), [("zh", "此服务器没有园区 nowhere"), ("en", "no park nowhere is served here")]
)
def test_what_the_server_refuses_is_said_in_the_persons_language(look: Callable, language: str, wanted: str) -> None:
    """The answer is the server's own, to a question that the browser has been made to ask."""
    seen = look("/park")
    ready(seen.page, with_run=False)
    seen.page.route("**/api/parks/huolinguole", lambda route: route.continue_(url=route.request.url[:-11] + "nowhere"))
    seen.page.goto(seen.page.url.partition("#")[0] + f"#/hall?lang={language}")
    seen.page.reload()
    seen.page.get_by_text(wanted).wait_for()
    seen.complaints[:] = [c for c in seen.complaints if "404" not in c]


def test_the_first_hour_is_that_of_the_run(run_folder: Path) -> None:
    first = read_run(run_folder).tables["flows"]["time"].values[0]
    assert datetime.fromisoformat(str(first)[:19]) == datetime(2025, 3, 2, 16), "midnight at UTC+8"
