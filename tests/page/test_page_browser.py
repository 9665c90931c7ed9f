"""The park view in a real browser: figures as the run's files have them, both languages, keys, the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from page_looked import figure, hour_shown, number_in, reading, ready, until
from playwright.sync_api import Page, Route, expect

from holin.calendar import local
from holin.parkfile import read_park
from holin.store import read_run

pytestmark = pytest.mark.browser

PARKS = Path(__file__).parent.parent.parent / "parks"
HOUR = "2025-03-03T18"
AT = f"/park?run=two-days&t={HOUR}&lang=en"


@pytest.fixture(scope="module")
def tables(run_folder: Path) -> dict[str, xr.Dataset]:
    return dict(read_run(run_folder).tables)


@pytest.fixture(scope="module")
def k(tables: dict[str, xr.Dataset]) -> int:
    times = local(tables["flows"]["time"].values, "Asia/Shanghai").strftime("%Y-%m-%dT%H").tolist()
    return times.index(HOUR)


def users(tables: dict[str, xr.Dataset]) -> list[str]:
    flows = tables["flows"]
    return [
        u for u, kind in zip(flows["unit"].values, flows["kind"].values, strict=True) if kind in ("load", "potline")
    ]


def test_the_hour_says_what_the_run_holds(look: Callable, tables: dict[str, xr.Dataset], k: int) -> None:
    page: Page = look(AT).page
    ready(page)
    assert hour_shown(page) == HOUR.replace("T", " ") + ":00"
    demand = -tables["flows"]["p_mw"].sel(unit=users(tables)).values[k].sum()
    assert figure(page, "demand") == pytest.approx(demand, abs=0.5)
    trace = tables["trace"]
    energy = trace["energy_mwh"].sel(sink=users(tables)).values[k]
    green = energy[trace["green"].values.astype(bool)].sum() / energy.sum()
    assert figure(page, "green_share") == pytest.approx(100 * green, abs=0.051)
    price = tables["schedule"]["shadow_price_per_mwh"].sel(bus="GRID-A-220").values[k]
    assert figure(page, "price") == pytest.approx(float(price), abs=0.51)


def test_a_line_a_busbar_and_an_enterprise_say_what_the_run_holds(
    look: Callable, tables: dict[str, xr.Dataset], k: int
) -> None:
    flows, line = tables["flows"], "L-SUB4A-220-SUB4B-220-1"
    page: Page = look(f"{AT}&thing={line}").page
    ready(page)
    until(page, "!document.querySelector('[data-reading=\"now.loading\"] b').textContent.includes('–')")
    of_line = flows.sel(branch=line).isel(time=k)
    assert reading(page, "now.loading") == pytest.approx(100 * float(of_line["loading"]), abs=0.051)
    assert reading(page, "now.from") == pytest.approx(float(of_line["p_from_mw"]), rel=6e-3, abs=0.006)
    page.get_by_role("searchbox").or_(page.get_by_role("combobox", name="Find a thing")).first.fill("SUB1-220")
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary").get_by_role("heading", level=2)).to_have_text("SUB1 220 kV")
    voltage = float(flows["v_pu"].sel(bus="SUB1-220").values[k])
    until(page, "!document.querySelector('[data-reading=\"now.voltage\"] b').textContent.includes('–')")
    assert reading(page, "now.voltage") == pytest.approx(voltage, abs=6e-5)
    assert reading(page, "now.voltage.kv") == pytest.approx(220 * voltage, abs=0.006)
    page.keyboard.press("/")
    page.keyboard.type("ent-12")
    page.keyboard.press("Enter")
    until(page, "!document.querySelector('[data-reading=\"now.green\"] b').textContent.includes('–')")
    load = next(u for u in users(tables) if flows["enterprise"].sel(unit=u) == "ent-12")
    share = float(tables["carbon"]["green_share"].sel(sink=load).values[k])
    assert reading(page, "now.green") == pytest.approx(100 * share, abs=0.051)
    assert reading(page, "now.demand") == pytest.approx(-float(flows["p_mw"].sel(unit=load).values[k]), rel=6e-3)


def test_an_enterprise_says_from_where_its_power_came(look: Callable, tables: dict[str, xr.Dataset], k: int) -> None:
    page: Page = look(f"{AT}&thing=ent-12").page
    ready(page)
    panel = page.get_by_role("complementary")
    expect(panel.get_by_role("heading", name="Where the power came from (this hour, physical)")).to_be_visible()
    trace = tables["trace"].isel(time=k)
    own = trace["energy_mwh"].isel(sink=np.flatnonzero(trace["enterprise"].values == "ent-12")).sum("sink")
    whole = float(own.sum())
    expected = {str(s): float(v) / whole for s, v in zip(own["source"].values, own.values, strict=True)}
    largest = max(expected, key=lambda source: expected[source])
    rows = panel.locator("section", has_text="Where the power came from").locator("li")
    assert rows.count() == sum(share > 0.0005 for share in expected.values())
    assert number_in(rows.first.locator("b").inner_text()) == pytest.approx(100 * expected[largest], abs=0.051)
    rows.first.get_by_role("button").click()
    expect(panel.locator("header code")).to_have_text(largest)


def test_a_thing_says_where_its_figures_come_from(look: Callable) -> None:
    page: Page = look("/park?run=two-days&lang=en&thing=wind-1").page
    ready(page)
    panel = page.get_by_role("complementary")
    expect(panel).to_contain_text("Where the data come from")
    expect(panel.locator(".basis").first).to_be_visible()
    expect(panel).to_contain_text("220\u202fMW")
    expect(page.get_by_role("button", name="Synthetic data")).to_be_visible()
    page.get_by_role("button", name="Synthetic data").click()
    expect(page.get_by_role("note")).to_contain_text("synthetic")


def test_the_other_language_says_every_word(look: Callable) -> None:
    page: Page = look(f"{AT}&thing=SUB1").page
    ready(page)
    words = "document.body.innerText + [...document.querySelectorAll('[aria-label], [title], option')]"
    words += ".map((e) => `${e.getAttribute('aria-label')} ${e.title} ${e.textContent}`).join(' ')"
    english = page.evaluate(words).replace("切换到中文", "").replace("中文", "")
    assert re.findall("[\u4e00-\u9fff]+", english) == []
    assert page.evaluate("document.documentElement.lang") == "en"
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="Switch to English")).to_be_visible()
    chinese = page.evaluate("document.querySelector('nav').innerText + document.querySelector('.tools').innerText")
    assert "园区" in chinese and re.findall("[A-Za-z]{3,}", chinese) == []
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "Holin" in page.title() and "园区" in page.title()


def test_time_goes_by_keys(look: Callable) -> None:
    page: Page = look(AT).page
    ready(page)
    for key, then in (
        ("ArrowRight", "2025-03-03 19:00"), ("ArrowLeft", "2025-03-03 18:00"), ("Shift+ArrowRight", "2025-03-04 18:00"),
        ("Shift+ArrowLeft", "2025-03-03 18:00"), ("Home", "2025-03-03 00:00"), ("End", "2025-03-04 23:00"),
        ("PageUp", "2025-03-03 00:00"), ("PageDown", "2025-03-04 23:00"),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert hour_shown(page) == then, key
    slider = page.get_by_role("slider", name="Time")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert hour_shown(page) == "2025-03-04 22:00", "the slider's own keys do the same, once"
    expect(slider).to_have_attribute("aria-valuetext", re.compile("2025-03-04 Tue 22:00"))
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    until(page, "document.querySelector('.when b').textContent !== '00:00'")
    page.keyboard.press("Space")
    stopped = hour_shown(page)
    page.wait_for_timeout(400)
    assert hour_shown(page) == stopped


def test_drawing_colours_and_choice_go_by_keys(look: Callable) -> None:
    page: Page = look(f"{AT}&thing=SUB1-220").page
    ready(page)
    page.keyboard.press("d")
    expect(page.get_by_role("radio", name="Single line")).to_be_checked()
    page.wait_for_selector("g.chosen[data-id=SUB1-220]", state="attached")
    page.keyboard.press("c")
    expect(page.get_by_role("radio", name="Loading")).to_be_checked()
    page.keyboard.press("m")
    expect(page.get_by_role("complementary")).to_contain_text("SUB1 220 kV")
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_address_brings_a_colleague_to_the_same_place(look: Callable) -> None:
    first: Page = look(AT).page
    ready(first)
    first.keyboard.press("d")
    first.keyboard.press("c")
    first.keyboard.press("Shift+ArrowRight")
    first.get_by_role("radio", name="Day").click()
    first.get_by_role("combobox", name="Find a thing").fill("wind-2")
    first.keyboard.press("Enter")
    until(first, "location.hash.includes('thing=wind-2') && location.hash.includes('2025-03-04T18')")
    second: Page = look(first.evaluate("location.hash.slice(1)")).page
    ready(second)
    assert hour_shown(second) == "2025-03-04 18:00"
    expect(second.get_by_role("radio", name="Single line")).to_be_checked()
    expect(second.get_by_role("radio", name="Loading")).to_be_checked()
    expect(second.get_by_role("radio", name="Day")).to_be_checked()
    expect(second.get_by_role("complementary")).to_contain_text("wind-2")


def test_a_stage_shows_what_is_built_then_and_says_that_it_has_no_run(look: Callable) -> None:
    page: Page = look(AT).page
    ready(page)
    farms = page.locator(".mark[data-kind=wind_farm]")
    here = farms.count()
    page.keyboard.press("]")
    expect(page.get_by_role("slider", name="Stage")).to_have_attribute("aria-valuetext", re.compile("^2030: no run"))
    expect(page.get_by_text("There is no run, so there is no time to move through.")).to_be_visible()
    until(page, f"document.querySelectorAll('.mark[data-kind=wind_farm]').length > {here}")
    expect(page.get_by_role("radio", name="Nominal kV")).to_be_checked()
    page.keyboard.press("[")
    ready(page)
    until(page, f"document.querySelectorAll('.mark[data-kind=wind_farm]').length === {here}")
    assert hour_shown(page) == HOUR.replace("T", " ") + ":00", "the hour is kept over the stages"


def test_a_stage_says_what_it_brings_and_what_goes(look: Callable) -> None:
    page: Page = look("/park?park=huolinguole&stage=2030&lang=en").page
    ready(page, with_run=False)
    park = read_park(PARKS / "huolinguole")
    since, until_then = (stage.as_of for stage in park.stages[1:])
    comes = [w for w in park.wind_farms if w.stands_at(until_then) and not w.stands_at(since)]
    goes = [u for u in park.thermal_units if u.stands_at(since) and not u.stands_at(until_then)]
    assert comes and goes
    told = page.get_by_role("region", name="Since 2025")
    expect(told.locator("li").first).to_be_hidden()  # it would lie over the map's names
    told.get_by_text("Since 2025").click()
    power = f"{sum(w.p_nom_mw for w in comes):,.0f}".replace(",", "\u202f")
    expect(told).to_contain_text(f"{len(comes)} wind farms · {power}\u202fMW")
    gone = told.locator("li.goes").all_inner_texts()
    assert [re.sub(r"\s+", " ", g).strip() for g in gone if "thermal" in g] == [
        f"− {len(goes)} thermal units · {sum(u.p_nom_mw for u in goes):g} MW"
    ]
    page.keyboard.press("[")
    expect(page.get_by_role("region", name="Since 2024")).to_contain_text("1 storage · 138\u202fMW")
    page.keyboard.press("[")
    expect(page.get_by_role("region", name=re.compile("Since"))).to_have_count(0)  # the first stage has none before it


def test_a_click_chooses_and_a_pointer_tells(look: Callable) -> None:
    page: Page = look(AT, width=1600).page
    ready(page)
    mark = page.locator(".mark[data-id=SUB4A]")
    mark.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("Renewable collection A")
    mark.click()
    expect(page.get_by_role("complementary")).to_contain_text("Renewable collection A")
    page.get_by_role("complementary").get_by_role("button", name="Busbar SUB4A 220 kV").click()
    expect(page.get_by_role("complementary").get_by_role("heading", level=2)).to_have_text("SUB4A 220 kV")
    cluster = page.locator(".mark[data-kind=enterprise]", has=page.locator(".count")).first
    before = page.locator(".mark[data-kind=enterprise]").count()
    cluster.click()
    until(page, f"document.querySelectorAll('.mark[data-kind=enterprise]').length > {before}")


PICTURE = "document.querySelector('[data-flow]').toDataURL()"
BLANK = """(() => { const c = document.querySelector('[data-flow]'), blank = document.createElement('canvas');
    [blank.width, blank.height] = [c.width, c.height]; return blank.toDataURL(); })()"""


def test_energy_moves_only_where_it_flows_and_stands_still_where_that_is_asked(look: Callable) -> None:
    moving: Page = look(AT).page
    ready(moving)
    until(moving, f"{PICTURE} !== {BLANK}")
    first = moving.evaluate(PICTURE)
    until(moving, f"{PICTURE} !== {first!r}")
    still: Page = look(AT, motion="reduce").page
    ready(still)
    until(still, f"{PICTURE} !== {BLANK}")
    still.wait_for_timeout(300)
    first = still.evaluate(PICTURE)
    still.wait_for_timeout(300)
    assert still.evaluate(PICTURE) == first
    without: Page = look("/park?park=huolinguole&stage=2030&lang=en").page
    ready(without, with_run=False)
    without.wait_for_timeout(300)
    assert without.evaluate(f"{PICTURE} === {BLANK}")


def test_a_slider_that_moves_is_followed_by_the_next_frames(look: Callable, record_property: Callable) -> None:
    """No server is asked, and what is written follows within a few frames; the time itself is only told."""
    seen = look(f"{AT}&draw=diagram&colour=loading")
    page: Page = seen.page
    ready(page)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    moved = """async () => {
        const slider = document.querySelector('input[data-clock]'), when = document.querySelector('.when');
        const frame = () => new Promise((r) => requestAnimationFrame(r));
        const told = [];
        for (let k = 0; k < 40; k++) {
            const before = when.textContent;
            await frame();
            const start = performance.now();
            slider.value = String((k * 7) % 48);
            slider.dispatchEvent(new Event('input', { bubbles: true }));
            let frames = 0;
            do { await frame(); frames++; } while (when.textContent === before && frames < 60);
            told.push([frames, performance.now() - start]);
        }
        return told.slice(1);
    }"""
    told = np.array(page.evaluate(moved))
    record_property("slider_ms_median", round(float(np.median(told[:, 1])), 1))
    record_property("slider_ms_p95", round(float(np.quantile(told[:, 1], 0.95)), 1))
    assert told[:, 0].max() <= 3
    assert asked == []


def test_what_a_run_does_not_have_is_not_asked_for(look: Callable) -> None:
    seen = look("/park?park=huolinhe&lang=en")
    page: Page = seen.page
    ready(page, with_run=False)
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url))

    def without_trace(route: Route) -> None:
        answer = route.fetch()
        told = answer.json()
        told["tables"] = [t for t in told["tables"] if t["name"] not in ("trace", "carbon")]
        route.fulfill(response=answer, json=told)

    page.route("**/tables", without_trace)
    page.goto(page.url.partition("#")[0] + f"#{AT}&thing=ent-12")
    page.reload()
    ready(page)
    page.wait_for_load_state("networkidle")
    assert any(url.endswith("/p_from_mw") for url in asked)
    assert [url for url in asked if "/buses/" in url or "/carbon/" in url or "/enterprises/" in url] == []


def test_a_part_that_cannot_be_read_is_said_and_asked_again(look: Callable) -> None:
    seen = look("/park?park=huolinhe&lang=en")
    page: Page = seen.page
    ready(page, with_run=False)
    problem = {"title": "Damaged", "status": 409, "detail": "the table flows does not match its hash"}
    page.route("**/p_from_mw", lambda route: route.fulfill(status=409, json=problem))
    page.goto(page.url.partition("#")[0] + f"#{AT}")
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("the table flows does not match its hash")
    seen.complaints.clear()  # the browser itself tells of the failed request
    page.unroute("**/p_from_mw")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    ready(page)


@pytest.mark.parametrize("park", ["huolinguole", "huolinhe"])
def test_a_run_that_has_lost_its_park_leaves_the_rest_alone(look: Callable, park: str) -> None:
    """An id that is not served leads to what is there, not to an empty page."""
    page: Page = look(f"/park?park={park}&run=gone&stage=gone&lang=en").page
    ready(page, with_run=False)
    assert page.locator(".mark").count() > 10


def zoom_of(page: Page) -> float:
    told: str = page.evaluate("document.querySelector('.scale path').getAttribute('d')")
    km: str = page.evaluate("document.querySelector('.scale text').textContent")
    wide = float(re.findall(r"H([\d.]+)", told)[0]) - 1
    number, unit = km.split()
    return wide / (float(number) if unit == "km" else float(number) / 1000)


def test_a_map_is_moved_by_wheel_drag_fingers_buttons_and_keys(look: Callable) -> None:
    page: Page = look("/park?park=huolinhe&stage=2026&lang=en", motion="reduce").page
    ready(page, with_run=False)
    place = "document.querySelector('.above g').getAttribute('transform')"
    zooms = [zoom_of(page)]
    page.mouse.move(600, 400)
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(50)
    zooms.append(zoom_of(page))
    page.get_by_role("button", name="Nearer").click()
    zooms.append(zoom_of(page))
    page.keyboard.press("+")
    zooms.append(zoom_of(page))
    touch = page.context.new_cdp_session(page)
    for kind, half in (("touchStart", 60), ("touchMove", 80), ("touchMove", 120)):
        fingers = [{"x": 600 - half, "y": 400, "id": 0}, {"x": 600 + half, "y": 400, "id": 1}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(50)
    zooms.append(zoom_of(page))
    assert zooms == sorted(zooms) and len(set(zooms)) == len(zooms), zooms
    assert zooms[-1] / zooms[-2] == pytest.approx(2, rel=0.05), "two fingers twice as far apart, twice as near"
    before = page.evaluate(place)
    page.mouse.move(900, 600)
    page.mouse.down()
    page.mouse.move(950, 640, steps=4)
    page.mouse.up()
    moved = page.evaluate(place)
    assert moved != before
    expect(page.get_by_role("complementary")).to_have_count(0)  # a drag chooses nothing
    page.get_by_role("group", name="Map of Huolinhe").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(place) != moved
    page.keyboard.press("0")
    assert zoom_of(page) == pytest.approx(zooms[0], rel=1e-6)
