"""The money view in a real browser: every amount to the fen as settled, what-ifs by the server, invoices that open."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from page_looked import until
from playwright.sync_api import Page
from test_page_access import violations

from holin.settle import Bill
from holin.tariff import TariffChange
from holin.twin import SettledRun, invoice, month_used, settled_run, tariff_what_if

pytestmark = pytest.mark.browser

MONTH = "2025-03"
ALL = "/money?run=two-days&lang=en&t=2025-03-03T18"
ONE = f"{ALL}&thing=ent-40"


@pytest.fixture(scope="module")
def settled(run_folder: Path) -> SettledRun:
    return settled_run(run_folder)


@pytest.fixture(scope="module")
def bill(settled: SettledRun) -> Bill:
    return next(b for b in settled.months[0].bills if b.customer == "ent-40")


def fen_in(text: str) -> int:
    """Return an amount as it is written, such as "−1 234.05 CNY", in whole fen."""
    found = re.search(r"([−+]?)([\d\u202f]+)\.(\d\d)", text)
    assert found, text
    return int(found[2].replace("\u202f", "") + found[3]) * (-1 if found[1] == "−" else 1)


def opened(page: Page, *, bill: bool = False) -> Page:
    page.wait_for_selector("[data-money=billed]", timeout=60_000)
    page.wait_for_selector("[data-what=all]", timeout=60_000)
    if bill:
        page.wait_for_selector("[data-bill-total]", timeout=30_000)
    return page


def test_the_park_and_every_enterprise_stand_there_to_the_fen(look: Callable, settled: SettledRun) -> None:
    page = opened(look(ALL).page)
    [month] = settled.months
    for name, fen in (("billed", month.billed_fen), ("purchased", month.purchased_fen), ("margin", month.margin_fen)):
        assert fen_in(page.locator(f"[data-money={name}]").inner_text()) == fen
    rows = {
        row.get_attribute("data-customer"): fen_in(row.locator("td").nth(3).inner_text())
        for row in page.locator("[data-customers] tbody tr").all()
    }
    assert rows == {b.customer: b.total_fen for b in month.bills} and sum(rows.values()) == month.billed_fen
    assert "nothing is payable" in page.locator(".bar").inner_text()


def test_a_bill_says_every_line_as_its_invoice(look: Callable, settled: SettledRun, bill: Bill) -> None:
    page = opened(look(ONE).page, bill=True)
    printed = invoice(settled, bill, "en")
    rows = [row.locator("th, td").all_inner_texts() for row in page.locator("[data-bill] tbody tr").all()]
    assert [tuple(row) for row in rows] == [tuple(line) for line in printed.lines]
    assert fen_in(page.locator("[data-bill-total]").inner_text()) == bill.total_fen
    assert sum(fen_in(row[4]) for row in rows) == bill.total_fen
    assert (
        page.locator("[data-why-total]").count() == 0 and "no earlier bill" in page.locator("[data-bill]").inner_text()
    )


def test_an_enterprise_is_chosen_in_the_table_and_stays_in_the_other_views(look: Callable) -> None:
    page = opened(look(ALL).page)
    page.locator("[data-customer=ent-12] th button").click()
    page.wait_for_selector("[data-bill=ent-12] [data-bill-total]", timeout=30_000)
    page.wait_for_timeout(300)
    assert "thing=ent-12" in page.url
    page.locator("[data-customers] thead button").first.click()
    names = page.locator("[data-customers] tbody th").all_inner_texts()
    assert names == sorted(names, key=lambda n: (re.sub(r"\d+", "", n).casefold(), int(re.sub(r"\D", "", n) or 0)))


def test_a_slider_settles_the_month_again_on_the_server(look: Callable, settled: SettledRun, bill: Bill) -> None:
    page = opened(look(ONE).page, bill=True)
    assert page.locator(".badge").inner_text() == "What if, no bill"
    assert fen_in(page.locator("[data-what=mine] .difference").inner_text()) == 0
    move = "(e, v) => { e.value = v; e.dispatchEvent(new Event('input', { bubbles: true })); }"
    for name, value in (
        ("peak_factor", "1.85"),
        ("transmission_change_per_mwh", "0.061"),
        ("green_price_per_mwh", "0.2"),
    ):
        page.locator(f"#what-{name}").evaluate(move, value)
    change = TariffChange(peak_factor=1.85, transmission_change_per_mwh=61, green_price_per_mwh=200)
    wanted = tariff_what_if(month_used(settled, MONTH), change)
    after = {b.customer: b.total_fen for b in wanted.after}
    want = bill.total_fen - after["ent-40"]
    shown = "document.querySelector('[data-what=mine] .difference').textContent"
    until(page, f"!/^[+−]?0\\.00$/.test({shown}) && location.hash.includes('tariff=peak_factor')")
    page.wait_for_timeout(400)
    assert fen_in(page.locator("[data-what=mine] .difference").inner_text()) == -want
    assert fen_in(page.locator("[data-what=all] td").nth(1).inner_text()) == sum(after.values())
    margin = sum(after.values()) - wanted.purchased_fen
    assert fen_in(page.locator("[data-what=margin] td").nth(1).inner_text()) == margin
    everybody = page.locator("[data-what-if] .all tbody tr").all()
    assert {r.get_attribute("data-what"): fen_in(r.locator("td").nth(1).inner_text()) for r in everybody} == after
    assert fen_in(page.locator("[data-bill-total]").inner_text()) == bill.total_fen, "the bill stays the bill"
    page.get_by_role("button", name="Back to the tariffs as they are").click()
    until(page, f"/^0\\.00$/.test({shown})")


def test_an_invoice_opens_as_a_page_in_either_language(look: Callable, address: str, bill: Bill) -> None:
    page = opened(look(ONE).page, bill=True)
    links = {a.inner_text(): a.get_attribute("href") for a in page.locator(".invoices li").nth(1).locator("a").all()}
    assert list(links) == ["Page", "PDF", "Excel"]
    for language, title in (("zh", "电费账单"), ("en", "Electricity bill")):
        page.goto(f"{address}{(links['Page'] or '')[1:].replace('language=en', f'language={language}')}")
        assert page.locator("h1").inner_text() == title
        assert page.locator("header").evaluate("e => getComputedStyle(e).display") == "flex", "its own style is let in"
        assert fen_in(page.locator("tr.sum td").last.inner_text()) == bill.total_fen


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_money_view(look: Callable, axe: str, scheme: str) -> None:
    page = opened(look(f"{ONE}&tariff=peak_factor%3D1.9", scheme=scheme).page, bill=True)
    page.wait_for_selector("[data-chart=money-months][data-drawn]", timeout=30_000)
    assert violations(page, axe) == []


def test_it_is_said_in_chinese_and_without_a_run(look: Callable) -> None:
    page = opened(look(ONE.replace("lang=en", "lang=zh")).page, bill=True)
    heads = page.locator("main h3").all_inner_texts()
    assert len(heads) >= 5 and all(re.search("[\u4e00-\u9fff]", head) for head in heads)
    page = look("/money?park=huolinhe&lang=en").page
    page.get_by_text("There is no run of this stage").wait_for(timeout=30_000)


def test_a_bill_is_read_on_a_phone(look: Callable, axe: str, bill: Bill) -> None:
    page = opened(look(ONE, width=430, height=900).page, bill=True)
    wide = "(e) => e.scrollWidth > e.clientWidth"
    assert not page.locator("main .view").evaluate(wide) and not page.locator("[data-bill] .wide").evaluate(wide)
    top = page.locator("[data-bill]").bounding_box()
    strip = page.locator(".strip").bounding_box()
    assert top and strip and top["y"] < strip["y"], "the bill comes first"
    assert fen_in(page.locator("[data-bill] tfoot tr").first.inner_text()) == bill.total_fen


def test_two_days_are_called_no_month(look: Callable, settled: SettledRun) -> None:
    page = opened(look(ALL).page)
    [month] = settled.months
    assert {(b.days, b.days_of_month) for b in month.bills} == {(2, 31)}
    assert "2 of the month’s 31 days" in page.locator("[data-part]").inner_text()
    assert "2 of 31 days" in page.locator(".view h3").first.inner_text()
    chinese = opened(look(ALL.replace("lang=en", "lang=zh")).page)
    assert "31 天中的 2 天" in chinese.locator("[data-part]").inner_text()
