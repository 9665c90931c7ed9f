"""The green view, passports and the catalogue in a real browser: figures as the run's files and ledger have them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from page_looked import number_in, until
from playwright.sync_api import Page, expect
from test_page_access import violations

from holin import ledger
from holin.calendar import local
from holin.hall import Count, Query, footprints, index_of, read_hall, search
from holin.parkfile import read_park
from holin.store import read_run
from holin.summary import enterprise_hours
from holin.twin import reconciled_told, rules_told

pytestmark = pytest.mark.browser

HOUR = "2025-03-03T18"
AT = f"run=two-days&t={HOUR}"
NEEDED = ("trace", "carbon", "flows", "schedule")


@pytest.fixture(scope="module")
def tables(run_folder: Path) -> dict[str, xr.Dataset]:
    run = read_run(run_folder)
    return {name: run.tables[name].load() for name in NEEDED}


@pytest.fixture(scope="module")
def k(tables: dict[str, xr.Dataset]) -> int:
    times = local(tables["flows"]["time"].values, "Asia/Shanghai").strftime("%Y-%m-%dT%H").tolist()
    return times.index(HOUR)


@pytest.fixture(scope="module")
def passports(run_folder: Path) -> dict[str, Any]:
    folder = run_folder.with_name("two-days.passports")
    return {f.stem: json.loads(f.read_bytes()) for f in sorted(folder.glob("*.json"))}


def count(page: Page, name: str) -> float:
    until(page, f"!(document.querySelector('[data-count=\"{name}\"]')?.textContent ?? '–').includes('–')")
    return number_in(page.locator(f'[data-count="{name}"]').inner_text())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_how_green_was_enterprise_12_and_why(
    look: Callable, tables: dict[str, xr.Dataset], k: int, language: str
) -> None:
    """By typing its number, and in two clicks; both say the share and the sources in MW and per cent."""
    hours = enterprise_hours("ent-12", **tables)
    page: Page = look(f"/park?{AT}&lang={language}").page
    page.locator('nav a[href="#/green"]').click()
    page.locator('[data-enterprise="ent-12"]').click()
    assert count(page, "enterprise-now") == pytest.approx(100 * hours.green_share[k], abs=0.051)
    rows = page.locator("[data-source]")
    expect(rows.first).to_be_visible()
    seen = {row.get_attribute("data-source"): row.locator("td").all_inner_texts() for row in rows.all()}
    wanted = {source: mw[k] for source, mw in hours.source_mw.items() if mw[k] > 0.0005}
    assert set(seen) == set(wanted)
    for source, mw in wanted.items():
        _, power, share = seen[source]
        assert number_in(power) == pytest.approx(mw, abs=6e-4)
        assert number_in(share) == pytest.approx(100 * mw / hours.power_mw[k], abs=0.051)
    other: Page = look(f"/green?{AT}&lang={language}").page
    other.locator('[data-enterprise="ent-01"]').wait_for()
    other.keyboard.press("/")
    other.keyboard.type("12")
    other.keyboard.press("Enter")
    assert count(other, "enterprise-now") == count(page, "enterprise-now")


def test_the_three_counts_stand_side_by_side_and_each_is_its_own(
    look: Callable, run_folder: Path, tables: dict[str, xr.Dataset], k: int, passports: dict[str, Any]
) -> None:
    page: Page = look(f"/green?{AT}&lang=en").page
    trace = tables["trace"]
    mine = np.isin(trace["sink_kind"].values, ("load", "potline"))
    used = trace["energy_mwh"].transpose("time", "source", "sink").values[:, :, mine].sum(axis=2)
    green = used[:, trace["green"].values.astype(bool)].sum(axis=1)
    assert count(page, "now") == pytest.approx(100 * green[k] / used[k].sum(), abs=0.051)
    assert count(page, "day") == pytest.approx(100 * green[:24].sum() / used[:24].sum(), abs=0.051)
    assert count(page, "whole") == pytest.approx(100 * green.sum() / used.sum(), abs=0.051)
    with ledger.opened(run_folder.with_name("two-days.ledger")) as book:
        wh = sum(b.wh for b in ledger.balances(book.database) if b.state == "retired")
    assert count(page, "retired") == pytest.approx(wh / 1e9, abs=0.051)
    kg = sum(
        float(p["passport"]["green"]["metal"]["value"])
        for p in passports.values()
        if not p["passport"]["product"]["path"]
    )
    assert count(page, "metal") == pytest.approx(kg / 1000, abs=0.51)


def test_the_table_is_sorted_by_what_is_asked(look: Callable, run_folder: Path) -> None:
    page: Page = look(f"/green?{AT}&lang=en").page
    rows = {r["id"]: r["load_mwh"] for r in read_run(run_folder).summary["enterprises"]}
    page.locator("th.load button").click()
    largest = sorted(rows, key=lambda e: -rows[e])
    shown = page.locator("[data-enterprise]").evaluate_all("found => found.map((b) => b.dataset.enterprise)")
    assert shown == largest
    page.locator("th.load button").click()
    shown = page.locator("[data-enterprise]").evaluate_all("found => found.map((b) => b.dataset.enterprise)")
    assert shown == largest[::-1]


def test_rules_and_checks_are_those_of_the_commands(look: Callable, run_folder: Path) -> None:
    book = run_folder.with_name("two-days.ledger")
    page: Page = look(f"/green/rules?{AT}&lang=en").page
    page.locator("[data-rule]").first.wait_for()
    told = {r["rule"]: r["holds"] for r in rules_told(run_folder, book)["rules"]}
    words = {True: "kept", False: "broken", None: "not judged"}
    for rule, holds in told.items():
        assert page.locator(f'[data-rule="{rule}"] .verdict').inner_text() == words[holds]
    page.get_by_role("button", name="Reconciliation").click()
    page.locator("[data-closes]").wait_for()
    checks = reconciled_told(run_folder, book)
    assert page.locator("[data-closes]").get_attribute("data-closes") == str(checks["closes"]).lower()
    assert page.locator(".matrix button").count() == len(checks["checks"])


def test_a_certificate_is_found_and_followed_to_the_passport_of_its_metal(
    look: Callable, run_folder: Path, passports: dict[str, Any]
) -> None:
    stem, behind = next(
        (s, p["passport"]) for s, p in passports.items() if (p["passport"]["certificates"] or {}).get("rows")
    )
    number = behind["certificates"]["rows"][0]["certificate"]
    page: Page = look(f"/green/certificates/{number}?{AT}&lang=en").page
    page.locator(f'[data-story="{number}"]').wait_for()
    page.locator(".allotted", has_text=behind["product"]["batch"]).get_by_role("button").first.click()
    page.locator(f'article[data-passport="{stem}"]').wait_for()
    page.go_back()
    page.get_by_label("State").select_option("retired")
    page.get_by_label("Enterprise").select_option("ent-12")
    with ledger.opened(run_folder.with_name("two-days.ledger")) as book:
        wanted = len(ledger.retired(book, beneficiary="ent-12"))
    until(page, f"document.querySelector('output[data-total]')?.dataset.total === '{wanted}'")


@pytest.mark.parametrize(("language", "scheme"), [("zh", "light"), ("en", "dark")])
def test_a_passport_on_a_phone_says_what_was_signed(
    look: Callable, axe: str, passports: dict[str, Any], language: str, scheme: str
) -> None:
    stem, signed = next(iter(passports.items()))
    page: Page = look(f"/passport/{stem}?run=two-days&lang={language}", width=360, height=740, scheme=scheme).page
    page.locator(f'[data-passport="{stem}"]').wait_for()
    assert page.locator("[data-valid]").get_attribute("data-valid") == "true"
    text = page.locator("article").inner_text()
    passport = signed["passport"]
    share = 100 * float(passport["green"]["physical_share"]["value"])
    assert f"{share:.1f}\u202f%" in text and passport["product"]["name"][language] in text and signed["hash"] in text
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    tops = [page.locator(what).bounding_box()["y"] for what in (".big", "h3 >> nth=0", "figure img")]
    assert tops == sorted(tops), "who holds a phone reads the figures first, and the code last"
    image = page.locator("figure img")
    assert image.evaluate("i => i.complete && i.naturalWidth > 0")
    assert violations(page, axe) == []


def test_certificates_name_whom_they_were_retired_for(look: Callable, run_folder: Path) -> None:
    page: Page = look(f"/green/certificates?{AT}&lang=zh").page
    page.locator("output[data-total]").wait_for()
    page.locator(".filter select").first.select_option("retired")
    cell = page.locator("tbody td[title^=ent-]").first
    names = {one.id: one.name_zh for one in read_park(read_run(run_folder).park_folder).enterprises}
    expect(cell).to_have_text(names[str(cell.get_attribute("title"))])


def test_paper_is_white_in_the_dark(look: Callable, passports: dict[str, Any]) -> None:
    stem = next(iter(passports))
    page: Page = look(f"/passport/{stem}?run=two-days&lang=en", scheme="dark").page
    page.locator(f'[data-passport="{stem}"]').wait_for()
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "dark"
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(theme) == "light"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(theme) == "dark"


@pytest.mark.parametrize(("language", "typed"), [("zh", "铝箔 1235"), ("en", "battery foil")])
def test_the_catalogue_finds_while_one_types_and_leads_back_to_the_potline(
    look: Callable, run_folder: Path, language: str, typed: str
) -> None:
    hall = read_hall(run_folder.with_name("two-days.hall"))
    known = footprints(hall.catalogue, hall.figures)
    index = index_of(hall.catalogue, known)
    page: Page = look(f"/catalogue?run=two-days&lang={language}").page
    until(page, f"document.querySelector('output[data-total]')?.dataset.total === '{len(hall.catalogue.products)}'")
    page.locator("aside input[type=search]").fill(typed)
    wanted = search(index, Query(text=typed))
    assert wanted.total
    until(page, f"document.querySelector('output[data-total]').dataset.total === '{wanted.total}'")
    page.locator('[data-facet="category:foil"]').check()
    narrowed = search(index, Query(text=typed, category=("foil",)))
    until(page, f"document.querySelector('output[data-total]').dataset.total === '{narrowed.total}'")
    first = hall.catalogue.products[narrowed.products[0]]
    page.locator(f'button[data-product="{first.id}"]').click()
    page.locator(f'article[data-product="{first.id}"]').wait_for()
    counts = [number_in(t) for t in page.locator(".counts strong").all_inner_texts()]
    own = known[first.id]
    assert own is not None
    assert counts == pytest.approx(
        [own.total_t_per_t(c) for c in (Count.MARKET, Count.LOCATION, Count.TRACED)], abs=0.0051
    )
    assert page.locator("[data-stage]").last.get_attribute("data-stage") == "potline"


def test_a_product_of_a_batch_leads_to_its_passport(look: Callable, run_folder: Path) -> None:
    hall = read_hall(run_folder.with_name("two-days.hall"))
    sold = next(p for p in hall.catalogue.products if p.batch)
    page: Page = look(f"/catalogue/product/{sold.id}?run=two-days&lang=en").page
    page.locator("button.proof").click()
    page.locator(f'[data-passport="{sold.batch}"]').wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("way", "seen"),
    [
        ("green", "[data-enterprise]"), ("green?thing=ent-12", "[data-source]"), ("green/rules", "[data-rule]"),
        ("green/reconciliation", "[data-closes]"), ("green/certificates", "output[data-total]"),
        ("passport", "[data-passport]"), ("catalogue", "[data-product]"), ("catalogue/enquiries", "[data-enquiry]"),
    ],
)  # fmt: skip
def test_axe_finds_nothing_on_any_part(look: Callable, axe: str, way: str, seen: str, scheme: str) -> None:
    page: Page = look(f"/{way}{'&' if '?' in way else '?'}{AT}&lang=en", scheme=scheme).page
    page.locator(seen).first.wait_for()
    assert violations(page, axe) == []


def test_a_run_with_nothing_beside_it_says_how_it_is_made(look: Callable, run_folder: Path) -> None:
    """And asks for nothing that is not there, which the browser would complain of."""
    names = [run_folder.with_name(f"two-days.{e}") for e in ("passports", "hall", "ledger")]
    away = [p.rename(p.with_name(f"away-{p.name}")) for p in names]
    try:
        page: Page = look(f"/green?{AT}&lang=zh").page
        expect(page.locator(".certificate code")).to_contain_text("holin certificates issue")
        expect(page.locator(".metal code")).to_contain_text("holin passport")
        page.locator('nav a[href="#/catalogue"]').click()
        expect(page.locator("main code").last).to_contain_text("holin catalogue")
        assert re.search("[\u4e00-\u9fff]", page.locator("main").inner_text())
    finally:
        for there, name in zip(away, names, strict=True):
            there.rename(name)
