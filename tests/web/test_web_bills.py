"""Bills over HTTP: what `settled_run` settles, to the fen; invoices as they are printed; no other's bill."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from web_asked import Asked

from holin.picture.invoice import invoice_page
from holin.settle import causes
from holin.tariff import TariffChange
from holin.twin import SettledRun, invoice, month_used, settled_run, tariff_what_if
from holin.web import Library, Role, Visitor, create_app

RUN = "/api/runs/two-days"
MONTH = "2025-01"


@pytest.fixture(scope="module")
def settled(first_run: Path) -> SettledRun:
    return settled_run(first_run)


def as_visitor(folder: Path, role: Role, enterprise: str = "") -> Asked:
    visitor = Visitor(role=role, enterprise=enterprise)
    return Asked(create_app(Library([folder]), visitor_of=lambda request: visitor))


def test_all_bills_are_those_of_the_settlement_to_the_fen(asked: Asked, settled: SettledRun) -> None:
    shown = asked.json(f"{RUN}/bills")
    bills = {(b.customer, b.month): b for m in settled.months for b in m.bills}
    assert {(b["customer"], b["month"]) for b in shown["bills"]} == set(bills) and len(bills) == 3
    for row in shown["bills"]:
        bill = bills[row["customer"], row["month"]]
        assert (row["total_fen"], row["vat_fen"], row["taken_wh"]) == (bill.total_fen, bill.vat_fen, bill.taken_wh)
        assert sum(row["by_kind_fen"].values()) == bill.total_fen
        assert set(row["by_kind_fen"]) <= {k["kind"] for k in shown["kinds"]}
        assert float(row["price_per_kwh"]) == pytest.approx(bill.total_fen * 10 / bill.taken_wh, abs=5.1e-5)
    [month] = shown["months"]
    assert month["billed_fen"] == sum(b["total_fen"] for b in shown["bills"]) == settled.months[0].billed_fen
    assert month["margin_fen"] == month["billed_fen"] - month["purchased_fen"] == settled.months[0].margin_fen
    assert shown["kind"] == "demo" and shown["note"]["en"].startswith("Demo")
    assert [t["id"] for t in shown["tariffs"]] == ["tou"] and set(shown["contracts"].values()) == {"tou"}


def test_one_bill_has_every_line_as_the_invoice_prints_it(asked: Asked, settled: SettledRun) -> None:
    for bill in settled.months[0].bills:
        shown = asked.json(f"{RUN}/enterprises/{bill.customer}/bills/{MONTH}")
        printed = invoice(settled, bill, "en")
        assert [line["amount_fen"] for line in shown["lines"]] == [line.amount_fen for line in bill.lines]
        assert sum(line["amount_fen"] for line in shown["lines"]) == shown["total_fen"] == bill.total_fen
        assert [(x["label"]["en"], x["quantity"], x["unit"], x["price"]) for x in shown["lines"]] == [
            row[:4] for row in printed.lines
        ]
        assert shown["against"] is None and shown["in_words"].endswith(("整", "分"))


def test_why_a_bill_changed_adds_up_to_the_difference(two_months: Asked, over_months: SettledRun) -> None:
    for before, after in zip(over_months.months[0].bills, over_months.months[1].bills, strict=True):
        shown = two_months.json(f"/api/runs/over-new-month/enterprises/{after.customer}/bills/{after.month}")
        why = shown["against"]
        assert (why["month"], why["difference_fen"]) == (before.month, after.total_fen - before.total_fen)
        assert [(c["kind"], c["why"], c["fen"]) for c in why["causes"]] == [
            (c.kind, c.why, c.fen) for c in causes(before, after)
        ]
        assert sum(c["fen"] for c in why["causes"]) == why["difference_fen"]
        back = two_months.json(
            f"/api/runs/over-new-month/enterprises/{after.customer}/bills/{before.month}?against={after.month}"
        )
        assert back["against"]["difference_fen"] == -why["difference_fen"]


@pytest.fixture(scope="module")
def over_months(over_folder: Path) -> SettledRun:
    return settled_run(over_folder)


@pytest.fixture(scope="module")
def over_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from datetime import datetime

    from holin.parkfile import example_park
    from holin.twin import run, saved

    result = run(example_park(), start=datetime(2025, 1, 31, 18), end=datetime(2025, 2, 1, 6))
    return saved(result, tmp_path_factory.mktemp("runs") / "over-new-month", manifest={"weather": "synthetic"})


@pytest.fixture(scope="module")
def two_months(over_folder: Path) -> Asked:
    return Asked(create_app(Library([over_folder])))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_invoice_comes_as_page_pdf_and_workbook(asked: Asked, settled: SettledRun, language: str) -> None:
    bill = settled.months[0].bills[0]
    way = f"{RUN}/enterprises/{bill.customer}/bills/{MONTH}/invoice?language={language}"
    page = asked.get(way)
    assert page.text == invoice_page(invoice(settled, bill, language))
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "script-src" not in policy and policy.startswith("default-src 'none'")
    pdf = asked.get(f"{way}&form=pdf")
    assert pdf.content.startswith(b"%PDF-") and pdf.headers["content-type"] == "application/pdf"
    book = asked.get(f"{way}&form=xlsx")
    assert zipfile.is_zipfile(io.BytesIO(book.content))
    assert (
        book.headers["content-disposition"] == f"attachment; filename*=UTF-8''{MONTH}-{bill.customer}.{language}.xlsx"
    )
    assert asked.get(f"{way}&form=xlsx", {"If-None-Match": book.headers["etag"]}).status_code == 304


def test_a_what_if_is_settled_by_the_settlements_own_functions(asked: Asked, settled: SettledRun) -> None:
    asks = "peak_factor=1.8&valley_factor=0.3&transmission_change_per_mwh=5.5&demand_charge_per_mw_month=30000"
    shown = asked.json(f"{RUN}/bills/{MONTH}/what-if?{asks}&green_price_per_mwh=199.99")
    change = TariffChange(
        peak_factor=1.8, valley_factor=0.3, transmission_change_per_mwh=5.5, demand_charge_per_mw_month=30_000,
        green_price_per_mwh=199.99,
    )  # fmt: skip
    wanted = tariff_what_if(month_used(settled, MONTH), change)
    assert {r["customer"]: (r["before_fen"], r["after_fen"]) for r in shown["customers"]} == {
        b.customer: (b.total_fen, a.total_fen) for b, a in zip(wanted.before, wanted.after, strict=True)
    }
    assert shown["total"]["after_fen"] == sum(r["after_fen"] for r in shown["customers"])
    assert sum(k["after_fen"] for k in shown["by_kind"]) == shown["total"]["after_fen"]
    park = shown["park"]
    assert park["margin"]["difference_fen"] == park["billed"]["difference_fen"] == shown["total"]["difference_fen"] != 0
    assert park["margin"]["before_fen"] == settled.months[0].margin_fen
    plain = asked.json(f"{RUN}/bills/{MONTH}/what-if")
    assert plain["total"]["difference_fen"] == 0 and plain["change"]["peak_factor"] is None


@pytest.mark.parametrize(
    ("asks", "field"),
    [("peak_factor=nan", "peak_factor"), ("valley_factor=-1", "valley_factor"), ("green_price_per_mwh=inf",
     "green_price_per_mwh"), ("transmission_change_per_mwh=x", "transmission_change_per_mwh")],
)  # fmt: skip
def test_what_cannot_be_a_tariff_is_refused(asked: Asked, asks: str, field: str) -> None:
    answer = asked.get(f"{RUN}/bills/{MONTH}/what-if?{asks}")
    assert answer.status_code == 422 and answer.json()["faults"][0]["field"] == f"query.{field}"


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("enterprises/smelter/bills/2024-12", "it has 2025-01"), ("enterprises/nobody/bills/2025-01", "no enterprise"),
        ("bills/2031-01/what-if", "it has 2025-01"), ("enterprises/smelter/bills/2025-01?against=2024-12", "no month"),
    ],
)  # fmt: skip
def test_what_is_not_there_says_what_is(asked: Asked, way: str, said: str) -> None:
    answer = asked.get(f"{RUN}/{way}")
    assert answer.status_code == 404 and said in answer.json()["detail"]


def ids_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union({str(k) for k in value}, *(ids_in(v) for v in value.values()))
    if isinstance(value, list):
        return set().union(*(ids_in(v) for v in value))
    return {str(value)}


def test_an_enterprise_sees_its_own_bills_only_and_nothing_of_the_operators_money(
    first_run: Path, settled: SettledRun
) -> None:
    mine = as_visitor(first_run, Role.ENTERPRISE, "rolling")
    others = {b.customer for b in settled.months[0].bills} - {"rolling"}
    sums = {str(settled.months[0].billed_fen), str(settled.months[0].margin_fen), str(settled.months[0].purchased_fen)}
    sums |= {str(b.total_fen) for b in settled.months[0].bills if b.customer in others}
    for way in ("bills", f"bills/{MONTH}/what-if?peak_factor=2", f"enterprises/rolling/bills/{MONTH}"):
        shown = mine.json(f"{RUN}/{way}")
        assert not ids_in(shown) & (others | sums), way
    assert [b["customer"] for b in mine.json(f"{RUN}/bills")["bills"]] == ["rolling"]
    assert mine.json(f"{RUN}/bills/{MONTH}/what-if")["park"] is None
    for other in others:
        for way in (f"bills/{MONTH}", f"bills/{MONTH}/invoice?form=pdf"):
            assert mine.get(f"{RUN}/enterprises/{other}/{way}").status_code == 403
    assert as_visitor(first_run, Role.VIEWER).get(f"{RUN}/bills").status_code == 403
