"""What deviates is said first: branches beyond their rating, busbars beyond their limits; and what cannot be shown."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import pyarrow as pa
import pytest
from page_answering import answering
from page_looked import hour_shown, ready
from playwright.sync_api import Page, Route, expect

from holin.parkfile import read_park
from holin.store import read_run
from holin.web import Library, create_app

pytestmark = pytest.mark.browser

AT = "/park?run=two-days&lang=en&colour=pu&t=2025-03-03T12"
OVERLOAD = 1.234


def test_a_quiet_hour_says_so_as_the_run_has_it(look: Callable, run_folder: Path) -> None:
    page: Page = look(AT).page
    ready(page)
    known = read_run(run_folder)
    flows = known.tables["flows"].load()
    limits = {bus.id: (bus.v_min_pu, bus.v_max_pu) for bus in read_park(known.park_folder).buses}
    low, high = np.array([limits[str(bus)] for bus in flows["bus"].values]).T
    volts = flows["v_pu"].values
    beyond = (flows["loading"].values > 1 + 1e-6).sum(axis=1)
    beyond += ((volts < low - 1e-6) | (volts > high + 1e-6)).sum(axis=1)
    noon = int(np.searchsorted(flows["time"].values, np.datetime64("2025-03-03T04")))
    expect(page.locator("[data-watch]")).to_have_attribute("data-watch", str(beyond[noon]))
    expect(page.get_by_role("radio", name="Voltage", exact=True)).to_be_checked()


def test_an_overload_is_named_and_gone_to_from_any_hour(look: Callable) -> None:
    page: Page = look(AT).page
    ready(page)
    named: list[str] = []

    def overloaded(route: Route) -> None:
        told = pa.ipc.open_stream(route.fetch().body()).read_all()
        branch = told.column_names[0]
        named.append(branch)
        values = told.column(branch).to_numpy().copy()
        values[30] = OVERLOAD
        told = told.set_column(0, told.schema.field(branch), pa.array(values))
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, told.schema) as writer:
            writer.write_table(told)
        route.fulfill(body=sink.getvalue(), content_type="application/vnd.apache.arrow.stream")

    page.route("**/tables/flows/loading", overloaded)
    page.reload()
    ready(page)
    watch = page.locator("[data-watch]")
    watch.get_by_role("button", name="go to the next").click()
    assert hour_shown(page) == "2025-03-04 06:00"
    expect(watch).to_have_attribute("data-watch", "1")
    expect(watch).to_contain_text("123\u202f%")
    watch.get_by_role("button").first.click()
    expect(page.get_by_role("complementary")).to_contain_text(named[0])


def test_an_hour_without_a_solved_flow_is_not_called_quiet(look: Callable) -> None:
    page: Page = look(AT).page
    ready(page)

    def unsolved(route: Route) -> None:
        told = pa.ipc.open_stream(route.fetch().body()).read_all()
        [name] = told.column_names
        values = np.zeros_like(told.column(name).to_numpy())
        sink = io.BytesIO()
        told = pa.table({name: values}).cast(told.schema)
        with pa.ipc.new_stream(sink, told.schema) as writer:
            writer.write_table(told)
        route.fulfill(body=sink.getvalue(), content_type="application/vnd.apache.arrow.stream")

    page.route("**/tables/flows/converged", unsolved)
    page.reload()
    ready(page)
    watch = page.locator("[data-watch=unsolved]")
    expect(watch).to_contain_text("No solved power flow in this hour")
    expect(watch).not_to_contain_text("Nothing is beyond")


def test_a_run_that_is_damaged_is_named_with_what_is_wrong(look: Callable, run_folder: Path, tmp_path: Path) -> None:
    page: Page = look(AT).page
    damaged = Path(shutil.copytree(run_folder, tmp_path / "cut"))
    (damaged / "tables.nc").write_bytes((run_folder / "tables.nc").read_bytes()[:1000])
    with answering(create_app(Library([damaged]))) as address:
        listed = httpx.get(f"{address}api/library", timeout=60)
    assert listed.status_code == 200
    page.route("**/api/library", lambda route: route.fulfill(body=listed.content, content_type="application/json"))
    page.reload()
    told = page.locator("[data-damaged]")
    expect(told).to_contain_text("cut/tables.nc")
    expect(told).to_contain_text("restore it from a copy, or make the run again")


def test_money_is_written_as_a_chinese_engineer_writes_it(look: Callable) -> None:
    page: Page = look("/park?run=two-days&lang=zh").page
    ready(page)
    price = page.locator(".time .price")
    expect(price).to_contain_text("元/MWh")
    page.keyboard.press("l")
    expect(price).to_contain_text("CNY/MWh")


def test_a_server_that_has_stopped_is_said_to_have(look: Callable) -> None:
    seen = look("/park?run=two-days&lang=en")
    page: Page = seen.page
    ready(page)
    page.route("**/assets/EnergyView*", lambda route: route.abort())
    page.get_by_role("link", name="Energy").click()
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    seen.complaints.clear()


def test_a_server_that_is_away_is_said_in_words_and_asked_again(look: Callable) -> None:
    seen = look("/park?lang=en")
    page: Page = seen.page
    ready(page)
    page.route("**/api/library", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("holin serve")
    seen.complaints.clear()  # the browser itself tells of the failed request
    page.unroute("**/api/library")
    page.get_by_role("button", name="Try again").click()
    ready(page)
    page.route("**/api/library", lambda route: route.fulfill(json={"version": "0", "parks": [], "runs": []}))
    page.reload()
    expect(page.get_by_text("There is no park here yet")).to_be_visible()
