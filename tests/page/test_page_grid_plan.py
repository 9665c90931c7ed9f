"""The grid and the plan view in a browser: figures as in the files, an outage on the drawing, a what-if as a job."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from page_answering import answering
from page_looked import number_in, ready
from playwright.sync_api import Page, expect
from test_page_access import violations

from holin.jobs import Desk
from holin.park import at_stage, stage_of
from holin.parkfile import new_park, read_park
from holin.store import read_run
from holin.twin.asked_for import MADE, frontier_asked, plan_asked, put_in_place
from holin.twin.grid_studies import state_after
from holin.web import Library, create_app

pytestmark = pytest.mark.browser

JOB_MS = 120_000
PARKS = Path(__file__).parent.parent.parent / "parks"


def silent(what: str, share: float) -> None:
    """Hear how far it is."""


@pytest.fixture(scope="module")
def plans_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example park, two plans of it that differ, and a frontier."""
    where = tmp_path_factory.mktemp("plans")
    park = str(new_park(where / "my-park"))
    days: dict[str, Any] = {"park": park, "years": [2025], "start": "2025-03-04", "end": "2025-03-06"}
    for name, work, more in (
        ("plan-free", plan_asked, {}),
        ("plan-later", plan_asked, {"start": "2025-03-06", "end": "2025-03-08"}),
        ("frontier-x", frontier_asked, {"points": 3}),
    ):
        draft = tmp_path_factory.mktemp(name)
        work(folder=draft, on_progress=silent, **(days | more))
        put_in_place(draft / MADE, where, name)
    return where


@pytest.fixture(scope="module")
def address(run_folder: Path, plans_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the parks, the run and the plans are served, with room for results."""
    results = tmp_path_factory.mktemp("results")
    library = Library([PARKS, run_folder, plans_folder], results=results)
    with answering(create_app(library, desk=Desk(results / ".jobs"))) as found:
        yield found


def test_loadings_are_the_runs_and_a_click_goes_to_the_worst_hour(look: Callable, run_folder: Path) -> None:
    page: Page = look("/grid?run=two-days&lang=en").page
    ready(page)
    page.wait_for_selector("[data-branch]")
    loading = read_run(run_folder).tables["flows"]["loading"]
    worst = {str(b): float(np.nanmax(loading.sel(branch=b).values)) for b in loading["branch"].values}
    rows = page.locator("[data-branch]")
    shown = [
        (r.get_attribute("data-branch"), float(r.locator("[data-high]").get_attribute("data-high"))) for r in rows.all()
    ]
    assert [v for _, v in shown] == sorted((v for _, v in shown), reverse=True)
    for branch, value in shown:
        assert value == pytest.approx(worst[str(branch)], rel=1e-6)
    first = rows.first
    first.locator(".when").click()
    assert number_in(first.locator(".gauge b").inner_text()) == pytest.approx(100 * shown[0][1], abs=0.51)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_outage_is_worked_out_by_a_job_and_shown_on_the_drawing(look: Callable, axe: str, scheme: str) -> None:
    page: Page = look("/grid?run=two-days&lang=zh&draw=diagram&grid=n1", scheme=scheme).page
    ready(page)
    make = page.locator(".act")
    if scheme == "light":
        make.click()
        page.wait_for_selector("[data-job=study]")
    page.wait_for_selector("[data-outage]", timeout=JOB_MS)
    row = page.locator("[data-outage]").first
    outage = row.get_attribute("data-outage")
    row.locator(".name").click()
    note = page.locator("[data-struck]")
    expect(note).to_have_attribute("data-struck", str(outage))
    expect(note).to_contain_text("没有声明可平衡孤岛的机组")  # the first ends the supply of a load
    piece = page.locator(f'.below g[data-id~="{outage}"].out')
    assert piece.locator("path.core").first.get_attribute("stroke-dasharray")
    assert violations(page, axe) == []
    note.get_by_role("button").click()
    expect(note).to_have_count(0)
    expect(piece).to_have_count(0)


def test_any_branch_can_be_taken_out_and_the_flows_follow_the_hour(look: Callable, run_folder: Path) -> None:
    page: Page = look("/grid?run=two-days&lang=en&draw=diagram&grid=n1&t=2025-03-03T12").page
    ready(page)
    trial = page.locator(".trial")
    branch = trial.locator("option").nth(2).get_attribute("value")
    trial.locator("select").select_option(branch)
    trial.get_by_role("button").click()
    note = page.locator("[data-struck]")
    expect(note).to_have_attribute("data-struck", str(branch))
    known = read_run(run_folder)
    park = read_park(known.park_folder)
    frozen = at_stage(park, stage_of(park, known.summary["stage"]))
    schedule = known.tables["schedule"].load()
    noon = int(np.searchsorted(schedule["time"].values, np.datetime64("2025-03-03T04")))  # 12:00 in the park
    for hour in (0, 1):
        expect(note.locator("header span")).to_contain_text(f"{12 + hour}:00")
        after = state_after(frozen, schedule, noon + hour, str(branch))
        by_name = {row.locator("th").inner_text(): row.locator("td b").inner_text() for row in note.locator("tr").all()}
        shown = {number_in(text) for name, text in by_name.items() if text.endswith("%")}
        assert shown <= {round(100 * loading) for loading in after["loading"].values() if loading == loading}
        page.keyboard.press("ArrowRight")
    trial.get_by_role("button").click()
    expect(note).to_have_count(0)


@pytest.mark.slow
def test_short_circuits_and_hosting_are_listed_by_busbar(look: Callable, address: str) -> None:
    page: Page = look("/grid?run=two-days&lang=en&grid=fault").page
    ready(page)
    for study, field, attribute in (("fault", "ikss", "buses"), ("hosting", "mw", "generation")):
        page.locator(f"#tab-{study}").click()
        page.locator(".act").click()
        page.wait_for_selector("#subject [data-bus]", timeout=JOB_MS)
        told = page.request.get(f"{address}api/runs/two-days/studies/{study}").json()
        rows = page.locator("#subject [data-bus]")
        if study == "fault":
            three = {
                b["bus"]: next(c["ikss_ka"] for c in b["circuits"] if (c["fault"], c["case"]) == ("3ph", "max"))
                for b in told[attribute]
            }
        else:
            three = {c["bus"]: c["mw"] for c in told[attribute]["by_bus"]}
        assert rows.count() == len(three)
        for row in rows.all()[:8]:
            value = float(row.locator(f"[data-{field}]").get_attribute(f"data-{field}"))
            assert value == pytest.approx(three[str(row.get_attribute("data-bus"))])


def test_a_what_if_is_run_survives_a_reload_and_is_kept(look: Callable, address: str, axe: str) -> None:
    page: Page = look("/plan?run=two-days&lang=en&plan=wizard").page
    page.wait_for_selector("[data-knob=wind_mw]")
    expect(page.locator("[data-run=week]")).to_be_disabled()
    slider = page.locator("[data-knob=wind_mw] input[type=range]")
    slider.evaluate("i => { i.value = 900; i.dispatchEvent(new Event('input', { bubbles: true })); }")
    expect(page.locator("[data-knob=wind_mw] input[type=number]")).to_have_value("900")
    typed = page.locator("[data-knob=storage_mwh] input[type=number]")
    twice = 2 * float(typed.input_value())
    for asked, taken in ((1e6, 1.5 * twice), (twice, twice)):  # beyond three times what stands nothing goes
        typed.fill(f"{asked:g}")
        typed.press("Enter")
        assert float(typed.input_value()) == pytest.approx(taken)
    page.locator("[data-run=week]").click()
    page.wait_for_selector("[data-job=what_if]")
    expect(page.locator("[data-gone]").first).to_contain_text(re.compile(r"^\d+:\d\d so far$"))
    page.reload()
    page.wait_for_selector("[data-outcome]", timeout=JOB_MS)
    job = page.request.get(f"{address}api/jobs").json()["jobs"][-1]
    told = page.request.get(f"{address}api/jobs/{job['id']}/what-if").json()
    figures = {f["path"]: f for f in told["figures"]}
    green = page.locator("[data-figure='green_share.physical'] b").inner_text()
    assert number_in(green.replace("\u2212", "-")) == pytest.approx(
        100 * figures["green_share.physical"]["difference"], abs=0.051
    )
    wind = page.locator("[data-figure='energy_mwh.wind'] td").nth(1).inner_text()
    assert number_in(wind) == pytest.approx(figures["energy_mwh.wind"]["after"] / 1000, rel=0.01)
    assert violations(page, axe) == []
    slider.evaluate("i => { i.value = 600; i.dispatchEvent(new Event('input', { bubbles: true })); }")
    page.locator("[data-run=week]").click()  # what came of the first stays in sight, and when this one is cancelled
    page.locator("[data-job=what_if][data-state=running] button").click()
    page.wait_for_selector("[data-job=what_if][data-state=cancelled]", timeout=JOB_MS)
    assert page.locator("[data-figure='green_share.physical'] b").inner_text() == green
    assert page.locator("[data-outcome] .notice").count() == 1
    page.get_by_role("button", name="Keep", exact=True).click()
    page.wait_for_selector(".kept")
    assert any(r["id"] == "what-if" for r in page.request.get(f"{address}api/library").json()["runs"])
    page.get_by_role("button", name="Open it").click()
    page.wait_for_url("**run=what-if**")


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("zh", "dark")])
def test_plans_stand_beside_each_other_with_the_figures_of_their_folders(
    look: Callable, plans_folder: Path, axe: str, language: str, scheme: str
) -> None:
    page: Page = look(f"/plan?park=my-park&lang={language}", scheme=scheme).page
    page.wait_for_selector("[data-plan]")
    page.wait_for_selector("[data-rules=plan-later]")
    for n, name in enumerate(("plan-free", "plan-later")):
        year = json.loads((plans_folder / name / "plan.json").read_text())["by_year"]["2025"]
        price = page.locator(f'[data-cell="plan.price 2025 {n}"]').inner_text()
        assert number_in(price) == pytest.approx(year["all_in_price_per_kwh"], abs=5.1e-5)
        share = page.locator(f'[data-cell="plan.physical 2025 {n}"]').inner_text()
        assert number_in(share) == pytest.approx(100 * year["green_share"]["physical"], abs=0.051)
    apart = page.locator('[data-cell="plan.physical 2025 0"]')
    assert "apart" in str(apart.get_attribute("class"))
    assert page.locator("[data-schedule=plan-later] .line i").count() > 0
    assert violations(page, axe) == []
    page.locator("#tab-frontier").click()
    page.wait_for_selector("[data-frontier] [data-drawn]")
    assert violations(page, axe) == []
    page.locator("[data-frontier] figcaption button").first.click()
    points = json.loads((plans_folder / "frontier-x" / "frontier.json").read_text())["points"]
    rows = page.locator("[data-frontier] table").first.locator("tbody tr")
    assert rows.count() == len(points)


def test_a_stage_without_a_run_offers_to_run_it(look: Callable) -> None:
    page: Page = look("/park?park=huolinguole&stage=2024&lang=en").page
    ready(page, with_run=False)
    button = page.get_by_role("button", name="Run this stage")
    button.click()
    page.wait_for_selector("[data-job=run]")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("[data-job=run]")).to_have_count(0)
    expect(button).to_be_enabled()
