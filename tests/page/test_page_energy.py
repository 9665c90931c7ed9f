"""The energy view in a real browser: its figures are the run's, a brushed period drives every chart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from page_looked import number_in, until
from page_served import served
from playwright.sync_api import Browser, Page
from test_page_access import violations

from holin.parkfile import read_park, reference_park
from holin.store import Run, read_run
from holin.trace import account
from holin.twin import run, saved

pytestmark = pytest.mark.browser

WHOLE = "/energy?run=two-days&lang=en"
BRUSHED = f"{WHOLE}&period=2025-03-03T06--2025-03-03T17"


@pytest.fixture(scope="module")
def two_days(run_folder: Path) -> Run:
    return read_run(run_folder)


def drawn(page: Page, chart: str) -> None:
    page.locator(f"[data-chart={chart}]").scroll_into_view_if_needed(timeout=30_000)
    page.wait_for_selector(f"[data-chart={chart}][data-drawn]", timeout=30_000)


def strip(page: Page, name: str) -> tuple[float, str]:
    """Return a figure of the period and its unit."""
    text = page.locator(f"[data-period-figure={name}] dd").inner_text(timeout=30_000)
    return number_in(text), text.split()[-1]


def table_of(page: Page, chart: str) -> list[list[str]]:
    """Open a chart's table and return its rows, the heading first."""
    figure = page.locator(f"[data-chart={chart}]")
    figure.get_by_role("button", name="Table").click()
    rows = figure.locator("table tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def test_the_figures_of_a_period_are_the_runs(look: Callable, two_days: Run) -> None:
    page: Page = look(WHOLE).page
    summary = two_days.summary
    for name, key in (("demand", "load"), ("wind", "wind"), ("solar", "solar"), ("coal", "coal"), ("import", "import"),
                      ("curtailed", "curtailed"), ("losses", "network_loss")):  # fmt: skip
        value, unit = strip(page, name)
        assert (value, unit) == (pytest.approx(summary["energy_mwh"][key], rel=6e-3, abs=0.006), "MWh"), name
    assert strip(page, "green")[0] == pytest.approx(100 * summary["green_share"]["physical"], abs=0.051)
    assert strip(page, "metal") == (pytest.approx(summary["metal_t"], rel=6e-3), "t")


def test_a_brushed_period_has_its_own_figures_and_stands_in_every_chart_and_in_the_time_bar(
    look: Callable, two_days: Run
) -> None:
    page: Page = look(BRUSHED).page
    drawn(page, "dispatch")
    part = two_days.tables["flows"].isel(time=slice(6, 18))
    used = [u for u, kind in zip(part["unit"].values, part["kind"].values, strict=True) if kind in ("load", "potline")]
    assert strip(page, "demand")[0] == pytest.approx(-float(part["p_mw"].sel(unit=used).sum()), abs=0.6)
    assert page.locator("[data-period]").inner_text() == "2025-03-03 06:00 — 2025-03-03 18:00"
    shares = page.evaluate("[...document.querySelectorAll('.brushed')].map((b) => [b.style.left, b.style.width])")
    assert len(shares) >= 4 and set(map(tuple, shares)) == {("12.5%", "25%")}
    page.keyboard.press("Escape")
    until(page, "document.querySelector('.brushed') === null")


def test_a_drag_brushes_a_click_goes_to_an_hour_and_keys_mark_a_period(look: Callable) -> None:
    page: Page = look(WHOLE).page
    drawn(page, "dispatch")
    box = page.locator("[data-chart=dispatch] .canvas").bounding_box()
    assert box
    x = lambda k: box["x"] + 65 + (k / 48) * (box["width"] - 65 - 19)  # noqa: E731
    y = box["y"] + box["height"] / 3
    page.mouse.click(x(30.5), y)
    assert page.locator(".when b").inner_text() == "06:00"
    page.mouse.move(x(6.3), y)
    page.mouse.down()
    page.mouse.move(x(12), y, steps=3)
    page.mouse.move(x(17.6), y, steps=3)
    page.mouse.up()
    assert page.locator("[data-period]").inner_text() == "2025-03-03 06:00 — 2025-03-03 18:00"
    page.wait_for_timeout(300)
    assert "period=2025-03-03T06--2025-03-03T17" in page.url
    page.keyboard.press("Home")
    page.keyboard.press("b")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("b")
    assert page.locator("[data-period]").inner_text() == "2025-03-03 00:00 — 2025-03-04 01:00"


def test_the_streams_close_with_what_the_sources_fed_in(look: Callable, two_days: Run) -> None:
    page: Page = look(f"{WHOLE}&period=2025-03-04T02--2025-03-04T03").page
    drawn(page, "sankey")
    assert "2025-03-04 to 2025-03-04" in page.locator("[data-chart=sankey] figcaption").inner_text()
    head, *rows = table_of(page, "sankey")
    assert rows[-1][0] == "Σ" and len(rows) > 10
    trace = two_days.tables["trace"].isel(time=slice(24, 48))
    by_kind: dict[str, float] = {}
    kinds = dict(zip(trace["source"].values.tolist(), trace["source_kind"].values.tolist(), strict=True))
    for source, mwh in account(trace, by="unit").groupby("source").mwh.sum().items():
        by_kind[kinds[source]] = by_kind.get(kinds[source], 0.0) + mwh
    words = {"Wind": "wind_farm", "PV": "pv_plant", "Coal": "thermal_unit", "Public grid": "grid"}
    shown = dict(zip([h.removesuffix(", MWh") for h in head[1:-1]], map(number_in, rows[-1][1:-1]), strict=True))
    assert {words[n] for n in shown} == {k for k, mwh in by_kind.items() if abs(mwh) > 1e-9}
    for name, value in shown.items():
        assert value == pytest.approx(by_kind[words[name]], rel=6e-3)
    for row in rows:  # each user is the sum of its sources, as written
        parts = [number_in(cell) for cell in row[1:]]
        assert sum(parts[:-1]) == pytest.approx(parts[-1], rel=0.02, abs=0.05)


def test_the_dispatch_is_hour_by_hour_what_flowed(look: Callable, two_days: Run) -> None:
    page: Page = look(WHOLE).page
    drawn(page, "dispatch")
    head, *rows = table_of(page, "dispatch")
    flows = two_days.tables["flows"]
    wind = flows["p_mw"].values[:, flows["kind"].values == "wind_farm"].sum(axis=1)
    column = [number_in(row[head.index("Wind, MW")]) for row in rows]
    assert len(rows) == 48
    np.testing.assert_allclose(column, wind, rtol=6e-3, atol=0.006)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_chart_is_drawn_in_either_language_and_has_no_untold_axis(look: Callable, language: str) -> None:
    page: Page = look(f"/energy?run=two-days&lang={language}&reach=day").page
    for chart in ("dispatch", "price", "green", "storage", "sankey", "duration", "duration-price", "heat"):
        drawn(page, chart)
    page.locator("[data-chart=heat] select").select_option("wind")
    titles = page.locator("figcaption h3").all_inner_texts()
    assert len(titles) == 8 and any("\u4e00" <= c <= "\u9fff" for c in "".join(titles)) is (language == "zh")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_energy_view(look: Callable, axe: str, scheme: str) -> None:
    page: Page = look(BRUSHED, scheme=scheme).page
    drawn(page, "dispatch")
    table_of(page, "dispatch")
    assert violations(page, axe) == []


def test_a_stage_without_a_run_says_so(look: Callable) -> None:
    page: Page = look("/energy?park=huolinhe&lang=en").page
    page.get_by_text("There is no run of this stage").wait_for(timeout=30_000)


def test_the_same_days_of_two_stages_stand_side_by_side(browser: Browser, tmp_path: Path) -> None:
    """Six hours of a night in 2025 and, as the park will stand, in 2030; the third stage has no run."""
    park = read_park(reference_park("huolinguole"))
    night = {"start": datetime(2025, 3, 3), "end": datetime(2025, 3, 3, 6)}
    folders = {s: saved(run(park, stage=s, **night), tmp_path / f"night-{s}") for s in ("2025", "2030")}
    with served([reference_park("huolinguole"), *folders.values()]) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{address}#/energy?run=night-2025&lang=en")
        table = page.locator("[data-stages]")
        table.wait_for(timeout=30_000)
        used = "[...document.querySelectorAll('[data-stages] tbody tr:first-child td')].map((t) => t.textContent)"
        until(page, f"{used}.every((text) => text.includes('MWh'))")
        assert table.locator("thead th").all_inner_texts() == ["Figure", "2025", "2030"]
        rows = {
            r.locator("th").inner_text(): r.locator("td").all_inner_texts() for r in table.locator("tbody tr").all()
        }
        for at, folder in enumerate(folders.values()):
            summary = read_run(folder).summary
            for name, key in (("Energy used", "load"), ("Wind", "wind"), ("Curtailed", "curtailed")):
                assert number_in(rows[name][at]) == pytest.approx(summary["energy_mwh"][key], rel=6e-3, abs=0.006)
        page.close()
