"""`holin bill`: months, one enterprise's lines and causes, invoices, meters and the settlement book."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pytest
from cli_answers import holin

from holin.park import units_of
from holin.settle import read_book
from holin.store import read_run
from holin.twin import SettledRun, settled_run, versions_in
from holin.twin.invoices import invoice


@pytest.fixture(scope="module")
def two_months(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The new park over the turn of a month: two days of each, with wind, PV, storage and a potline."""
    folder = tmp_path_factory.mktemp("bills")
    assert holin("new", folder / "park").code == 0
    made = holin(
        "run", folder / "park", "--start", "2025-02-27", "--end", "2025-03-03", "--out", folder / "run", "--json"
    )
    assert made.code == 0, made.err
    return folder


def test_months_close_to_the_fen(two_months: Path) -> None:
    answer = holin("bill", two_months / "run", "--json")
    assert (answer.code, answer.err) == (0, "")
    found = answer.json
    assert [m["month"] for m in found["months"]] == ["2025-02", "2025-03"]
    for month in found["months"]:
        bills = [b for b in found["bills"] if b["month"] == month["month"]]
        assert sum(b["total_fen"] for b in bills) == month["billed_fen"]
        assert month["margin_fen"] == month["billed_fen"] - month["purchased_fen"]
        assert sum(month["by_kind_fen"].values()) == month["billed_fen"]
        for b in bills:
            assert sum(line["amount_fen"] for line in b["lines"]) == b["total_fen"]
    printed = holin("bill", two_months / "run", "--month", "2025-03").out
    assert "Bills of 2025-03" in printed and "left to the operator" in printed and "kind demo" in printed
    assert "2025-02" not in printed.splitlines()[1]


def test_energies_are_those_of_the_flows(two_months: Path) -> None:
    """What all enterprises took is what loads and potlines took at their buses, within half a Wh each."""
    settled = settled_run(two_months / "run")
    flows = read_run(two_months / "run").tables["flows"]
    users = [
        u for u, kind in zip(flows["unit"].values, flows["kind"].values, strict=True) if kind in ("load", "potline")
    ]
    mwh = -float(flows["p_mw"].sel(unit=users).sum())
    taken = sum(int(u.taken_wh.sum()) for u in settled.usages)
    station = sum(int(u.taken_wh.sum()) for u in settled.usages if u.customer not in owners(settled, users))
    assert abs(taken - station - mwh * 1e6) <= 0.5 * len(users) * flows.sizes["time"]
    green = sum(int(u.green_wh.sum()) for u in settled.usages)
    assert 0 < green < taken


def owners(settled: SettledRun, users: list[str]) -> set[str]:
    return {u.enterprise for u in units_of(settled.park) if u.id in users}


def test_why_a_bill_differs(two_months: Path) -> None:
    name = holin("bill", two_months / "run", "--json").json["bills"][-1]["customer"]
    answer = holin("bill", two_months / "run", "--enterprise", name, "--month", "2025-03", "--json")
    (one,) = answer.json["bills"]
    assert one["against"]["month"] == "2025-02"
    assert sum(c["fen"] for c in one["against"]["causes"]) == one["against"]["difference_fen"]
    printed = holin("bill", two_months / "run", "--enterprise", name, "--month", "2025-03", "--language", "zh").out
    assert "与 2025-02 相比" in printed and "电度电费" in printed and "合计" in printed
    back = holin(
        "bill", two_months / "run", "--enterprise", name, "--month", "2025-02", "--against", "2025-03", "--json"
    )
    assert back.json["bills"][0]["against"]["difference_fen"] == -one["against"]["difference_fen"]


def test_invoices_in_three_forms_and_two_languages(two_months: Path, tmp_path: Path) -> None:
    out = tmp_path / "invoices"
    answer = holin("bill", two_months / "run", "--month", "2025-03", "--out", out)
    assert answer.code == 0 and "Invoices written" in answer.out
    names = {f.name for f in (out / "2025-03").iterdir()}
    customers = {n.split(".")[0] for n in names}
    assert names == {
        f"{c}.{lang}.{form}" for c in customers for lang in ("zh", "en") for form in ("html", "pdf", "xlsx")
    }
    one = sorted(customers)[0]
    page = (out / "2025-03" / f"{one}.zh.html").read_text("utf-8")
    assert "电费账单" in page and "演示" in page and "大写" in page and "http" not in re.sub(r"<meta[^>]*>", "", page)
    assert (out / "2025-03" / f"{one}.en.pdf").read_bytes().startswith(b"%PDF-1.7")
    sheet = openpyxl.load_workbook(out / "2025-03" / f"{one}.en.xlsx").active
    assert sheet is not None
    cells = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(str(c).startswith("=SUM(E") for c in cells)
    settled = settled_run(two_months / "run")
    bill = next(b for m in settled.months if m.month == "2025-03" for b in m.bills if b.customer == one)
    amounts = [c for c in cells if isinstance(c, float)]
    assert all(any(abs(a - line.amount_fen / 100) < 1e-9 for a in amounts) for line in bill.lines)
    assert invoice(settled, bill, "en").total[1] in (out / "2025-03" / f"{one}.en.html").read_text("utf-8")
    again = holin("bill", two_months / "run", "--out", out)
    assert again.code != 0 and "holds files already" in again.err


def test_the_book_enters_corrections_as_differences(two_months: Path, tmp_path: Path) -> None:
    readings = tmp_path / "readings.csv"
    made = holin("meters", "--from-run", two_months / "run", "--out", readings)
    assert made.code == 0, made.err
    book = tmp_path / "book"
    first = holin("bill", readings, "--park", two_months / "park", "--book", book, "--json")
    assert first.code == 0, first.err
    assert first.json["book"]["entry"] == 1 and not first.json["book"]["differences"]
    again = holin("bill", readings, "--park", two_months / "park", "--book", book)
    assert "nothing new" in again.out
    assert len(read_book(book)) == 1
    corrected = with_one_more(readings, tmp_path / "corrected.csv")
    refused = holin("bill", corrected, "--park", two_months / "park", "--book", book)
    assert refused.code != 0 and "no reason is given" in refused.err
    told = holin("bill", corrected, "--park", two_months / "park", "--book", book, "--reason", "late reading", "--json")
    assert told.code == 0, told.err
    assert (told.json["book"]["entry"], told.json["book"]["new"]) == (2, [])
    differences = {(d["customer"], d["month"]): d["difference_fen"] for d in told.json["book"]["differences"]}
    fresh = holin("bill", corrected, "--park", two_months / "park", "--json").json["bills"]
    before = {(b["customer"], b["month"]): b["total_fen"] for b in first.json["bills"]}
    for place, total in {(b["customer"], b["month"]): b["total_fen"] for b in fresh}.items():
        assert total - before[place] == differences.get(place, 0)  # the trace of others may change as well
    assert max(differences.values()) > 0
    entries = read_book(book)
    assert [e["reason"] for e in entries] == ["", "late reading"]


def with_one_more(readings: Path, to: Path) -> Path:
    """Copy readings with 7 kWh more taken in the last interval of a meter."""
    with open(readings, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    last = {r["meter"]: r for r in rows if r["e_in_kwh"]}
    row = next(iter(last.values()))
    row["e_in_kwh"] = str(float(row["e_in_kwh"]) + 7)
    with open(to, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return to


def test_the_book_takes_only_what_is_named_and_invoices_say_their_version(two_months: Path, tmp_path: Path) -> None:
    name = holin("bill", two_months / "run", "--json").json["bills"][-1]["customer"]
    book = tmp_path / "book"
    named = ("--enterprise", name, "--month", "2025-03", "--book", book)
    told = holin("bill", two_months / "run", *named, "--json").json
    assert told["book"]["new"] == [[name, "2025-03"]]
    assert versions_in(book) == {(name, "2025-03"): 1}
    out = tmp_path / "invoices"
    assert holin("bill", two_months / "run", *named, "--out", out, "--form", "html").code == 0
    assert f"2025-03-{name}-1" in (out / "2025-03" / f"{name}.en.html").read_text("utf-8")


def test_an_enterprise_without_contract_is_told(two_months: Path, tmp_path: Path) -> None:
    figures = holin("bill", two_months / "run", "--json").json
    unbilled = [u["customer"] for m in figures["months"] for u in m["unbilled"]]
    for name in dict.fromkeys(unbilled):
        if name in figures["customers"]:
            answer = holin("bill", two_months / "run", "--enterprise", name)
            assert answer.code != 0 and "has no contract" in answer.err


def test_what_does_not_go_together_is_told(two_months: Path) -> None:
    run = two_months / "run"
    assert "one of 2025-02, 2025-03" in holin("bill", run, "--month", "2025-07").err
    assert "is no enterprise" in holin("bill", run, "--enterprise", "nobody").err
    assert "name it with --enterprise" in holin("bill", run, "--against", "2025-02").err
    assert "say where" in holin("bill", run, "--form", "pdf").err
    assert "settlement book" in holin("bill", run, "--reason", "late").err
