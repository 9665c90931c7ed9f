"""The cash-flow workbook: its formulas, worked out by an evaluator of our own, give what the library gives."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from finance_spreadsheet import Calculator, row_of, row_values

from holin.columns import Basis, columns_of
from holin.finance import (
    TAX_LAWS,
    BookFacts,
    CashFlow,
    Investment,
    SourceYears,
    Users,
    all_in_price,
    cash_flow,
    levelised_costs,
    price_by_class,
    running_of,
    write_cash_flow,
)
from holin.finance.workbook.results import save_with_results
from holin.finance.workbook.words import TERMS_ZH
from holin.park import FinanceTerms

TERMS = FinanceTerms(
    id="t", loan_share=0.8, loan_rate=0.035, loan_years=6, residual_share=0.05, vat_rate_investment=0.11,
    vat_rate_costs=0.09, western=True, tax_holiday=True, basis=Basis.ASSUMED, reference="chosen for the test",
)  # fmt: skip
YEARS = tuple(range(2018, 2030))
INVESTMENTS = (
    Investment(id="w", kind="wind", first_year=2018, cost=1600.0, lifetime_years=25, name="Wind & more"),
    Investment(id="s", kind="storage", first_year=2020, cost=900.0, lifetime_years=5, replacement_cost=700.0),
    Investment(id="=c", kind="coal", first_year=2019, cost=900.0, lifetime_years=30, end_year=2025),
)
ROWS = {
    "capex": "investment and replacement, with VAT",
    "residual": "worth of what ends",
    "vat_credit": "VAT left to offset",
    "vat_paid": "VAT paid",
    "vat_refund": "VAT refunded",
    "surcharge": "surcharges",
    "interest": "interest",
    "loan_balance": "loan owed",
    "operating_profit": "profit before depreciation, without VAT",
    "depreciation": "depreciation",
    "book_value_left": "book value of what ends",
    "project_income_tax": "income tax as without a loan",
    "equity_profit": "profit before tax",
    "equity_income_tax": "income tax",
    "project_before_tax": "flow before income tax",
    "project": "flow after income tax",
    "project_discounted_sum": "sum of the discounted",
    "equity": "flow of the owners",
    "dscr": "debt service cover",
}


def made(**changes: object) -> CashFlow:
    income = np.linspace(900.0, 1400.0, len(YEARS))
    running = running_of(
        YEARS, income=income, wind_income=0.4 * income, fixed_cost=[80.0] * 12, variable_cost=[20.0] * 12,
        fuel_cost=np.linspace(150, 100, 12), purchase_cost=[90.0] * 12, co2_cost=np.linspace(0, 60, 12),
    )  # fmt: skip
    return cash_flow(INVESTMENTS, running, replace(TERMS, **changes), discount_rate=0.06)


def facts() -> BookFacts:
    users = Users(
        enterprise=("A", "B", "C"), sector=("smelting", "foil", "foil"), energy_mwh=np.array([600.0, 300.0, 0.0]),
        peak_share=np.array([0.5, 0.3, 0.2]),
    )  # fmt: skip
    ones = np.ones(len(YEARS))
    sources = {
        "wind": SourceYears(energy_mwh=3_200 * ones, costs={"fixed": 69 * ones}),
        "storage": SourceYears(energy_mwh=0 * ones, costs={"charging": 0 * ones}),
        "coal": SourceYears(energy_mwh=900 * ones, costs={"fuel": 100 * ones, "co2": 30 * ones}),
    }
    levelised = levelised_costs(YEARS, INVESTMENTS, sources, TERMS, discount_rate=0.06)
    shared = all_in_price({"fuel": 2e5, "demand_charge": 5e4, "export_income": -1e4}, users)
    return BookFacts(
        park_name="Park & Co", plan="2030", currency="CNY", levelised=levelised, shared=shared, metal_t=45.0,
        names={"foil": "Foil"}, notes=("=synthetic data",),
    )  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "money.xlsx"
    write_cash_flow(path, made(), facts(), language="en")
    return path


@pytest.fixture(scope="module")
def english(path: Path) -> Calculator:
    return Calculator(openpyxl.load_workbook(path))


@pytest.mark.parametrize("name", ROWS)
def test_every_row_of_the_cash_flow_is_ours(english: Calculator, name: str) -> None:
    ours = made().table[name].values
    theirs = row_values(english, "Cash flow", ROWS[name], "C", len(ours))
    np.testing.assert_allclose(theirs, ours, rtol=1e-12, atol=1e-9)
    assert np.nanmax(np.abs(ours)) > 0.0


def test_the_summary_is_ours(english: Calculator) -> None:
    found = made().figures
    sheet = english.book["Summary"]
    said = {sheet.cell(r, 1).value: english.value("Summary", f"B{r}") for r in range(5, 19)}
    assert said["invested, with VAT and replacement"] == pytest.approx(found.invested)
    assert said["project IRR before income tax"] == pytest.approx(found.project_rates_before_tax.only, abs=1e-9)
    assert said["project IRR after income tax"] == pytest.approx(found.project_rates.only, abs=1e-9)
    assert said["equity IRR"] == pytest.approx(found.equity_rates.only, abs=1e-9)
    assert said["project NPV before income tax"] == pytest.approx(found.project_npv_before_tax)
    assert said["project NPV after income tax"] == pytest.approx(found.project_npv)
    assert said["equity NPV"] == pytest.approx(found.equity_npv)
    assert said["payback"] == pytest.approx(found.payback_years)
    assert said["discounted payback"] == pytest.approx(found.payback_years_discounted)
    assert said["least debt service cover"] == pytest.approx(found.dscr_min)
    assert said["all-in price"] == pytest.approx(240_000 / 900 / 1000)
    smelter = 190_000 * 600 / 900 + 25_000
    assert said["power per tonne of metal (smelting)"] == pytest.approx(smelter / 45)


def test_totals_are_sums_and_every_figure_that_follows_is_a_formula(english: Calculator) -> None:
    table = made().table
    for name in ("capex", "project", "equity", "vat_paid", "depreciation"):
        row = row_of(english, "Cash flow", ROWS[name])
        assert english.value("Cash flow", f"B{row}") == pytest.approx(float(table[name].sum()))
        assert all(c.data_type == "f" for c in english.book["Cash flow"][row][1:14])
    given = {"principal", "repaid_early", "project_loss_used", "equity_loss_used"}
    labels = {"repayment", "repaid at the horizon's end", "losses used, as without a loan", "losses used"}
    assert len(given) == len(labels)
    for label in labels:
        assert english.book["Cash flow"].cell(row_of(english, "Cash flow", label), 4).data_type == "n"


def test_levelised_costs_and_prices_are_ours(english: Calculator) -> None:
    of = facts()
    sheet = english.book["LCOE by source"]
    last = sheet.max_column
    for row, cost in enumerate(of.levelised, start=5):
        found = english.value("LCOE by source", sheet.cell(row, last).coordinate)
        assert found == (pytest.approx(cost.per_mwh) if cost.per_mwh is not None else "")
    assert of.shared is not None
    price = price_by_class(of.shared)
    row = row_of(english, "All-in price", "Foil")
    ours = price.sel(sector="foil").values
    found = [english.value("All-in price", f"{c}{row}") for c in "FGH"]
    assert found == pytest.approx(list(ours)) and english.value("All-in price", f"J{row}") == pytest.approx(ours.sum())
    assert english.value("All-in price", "J9") == ""  # C takes no energy


def test_every_formula_can_be_worked_out(english: Calculator) -> None:
    count = 0
    for sheet in english.book:
        for line in sheet.iter_rows():
            for cell in line:
                if cell.data_type == "f":
                    assert isinstance(english.value(sheet.title, cell.coordinate), int | float | str)
                    count += 1
    assert count > 400


def compared(path: Path) -> int:
    """Hold the stored result of every formula against what the formula comes to; return how many there are."""
    worked_out, stored = Calculator(openpyxl.load_workbook(path)), openpyxl.load_workbook(path, data_only=True)
    count = 0
    for sheet in worked_out.book:
        for cell in (c for line in sheet.iter_rows() for c in line if c.data_type == "f"):
            held, expected = stored[sheet.title][cell.coordinate].value, worked_out.value(sheet.title, cell.coordinate)
            if isinstance(expected, str):
                assert (held or "") == expected, (sheet.title, cell.coordinate)
            else:
                assert held == pytest.approx(expected, rel=1e-7, abs=1e-6), (sheet.title, cell.coordinate)
            count += 1
    return count


def test_readers_that_do_not_calculate_see_the_results(path: Path) -> None:
    assert compared(path) > 400


@pytest.mark.parametrize("changes", [{"prices_include_vat": False}, {"loan_share": 0.0}, {"depreciation_years": 3}])
def test_stored_results_follow_the_terms(tmp_path: Path, changes: dict[str, object]) -> None:
    write_cash_flow(tmp_path / "a.xlsx", made(**changes), facts())
    assert compared(tmp_path / "a.xlsx") > 400


def test_stored_rows_are_those_of_the_cash_flow(path: Path) -> None:
    stored = openpyxl.load_workbook(path, data_only=True)
    table = made().table
    sheet = stored["Cash flow"]
    label = {sheet.cell(r, 1).value: r for r in range(5, sheet.max_row + 1)}
    for name in ("capex", "vat_paid", "interest", "project", "project_discounted_sum", "equity"):
        row = label[ROWS[name]]
        assert [sheet.cell(row, 3 + k).value for k in range(12)] == pytest.approx(list(table[name].values)[:12])
    summary = {line[0].value: line[1].value for line in stored["Summary"].iter_rows(min_row=5)}
    assert summary["project NPV after income tax"] == pytest.approx(made().figures.project_npv)
    assert summary["project IRR after income tax"] == pytest.approx(made().figures.project_rates.only)


def test_a_formula_without_a_result_writes_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book["Sheet"]["A1"] = "=1+1"
    with pytest.raises(KeyError):
        save_with_results(book, tmp_path / "a.xlsx", {"Sheet": {}})
    assert not list(tmp_path.iterdir())


def test_assumptions_have_basis_and_reference(english: Calculator) -> None:
    sheet = english.book["Assumptions"]
    rows = [[c.value for c in line] for line in sheet.iter_rows(min_row=5)]
    share = next(r for r in rows if r[0] == "loan_share")
    assert share[1] == 0.8 and share[6:8] == ["assumed", "chosen for the test"]
    laws = [r for r in rows if r[0] in {law.tax.value for law in TAX_LAWS}]
    assert [(r[1], r[6], r[7]) for r in laws] == [(law.rate, law.basis.value, law.reference) for law in TAX_LAWS]


def test_every_term_is_explained_in_both_languages(tmp_path: Path) -> None:
    write_cash_flow(tmp_path / "a.xlsx", made(), facts())
    rows = [[c.value for c in line] for line in openpyxl.load_workbook(tmp_path / "a.xlsx")["基础数据"].iter_rows()]
    explained = {r[0]: r[3] for r in rows}
    beside = {"basis", "reference", "id", "name", "name_zh", "built", "retired", "latitude", "longitude"}
    named = [c.name for c in columns_of(FinanceTerms) if c.name not in beside and not c.name.startswith("diagram")]
    assert len(named) == len(TERMS_ZH) == 16
    assert [n for n in named if not re.search("[\u4e00-\u9fff]", explained[n])] == []


def test_text_is_never_a_formula_and_pages_print_well(english: Calculator) -> None:
    [coal] = [c for c in english.book["Investments"]["A"] if c.value == "=c"]
    assert coal.data_type == "s"
    for sheet in english.book:
        assert sheet.freeze_panes and sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToWidth == 1
        assert sheet.oddHeader.left.text == "Park && Co" and sheet.column_dimensions["A"].width > 15
    flow = english.book["Cash flow"]
    assert flow["C6"].number_format.startswith("#,##0") and flow.print_title_cols == "$A:$B"
    assert flow["C4"].value == 2017 and flow["O4"].value == 2029


def test_chinese_and_a_plan_that_never_pays_back(tmp_path: Path) -> None:
    poor = cash_flow(
        [Investment(id="w", kind="wind", first_year=2026, cost=1000.0, lifetime_years=2)],
        running_of((2026, 2027), income=[1.0, 1.0]), replace(TERMS, loan_share=0.0, residual_share=0.0),
        discount_rate=0.06,
    )  # fmt: skip
    nothing = cash_flow(
        [], running_of((2026, 2027), income=[1.0, 1.0]), TERMS, discount_rate=0.06,
    )  # fmt: skip
    for flow, payback, rate in ((poor, "期内不能收回", None), (nothing, 0.0, "无")):
        path = tmp_path / "钱.xlsx"
        write_cash_flow(path, flow, BookFacts(park_name="园区", plan="方案", currency="CNY"))
        assert compared(path) > 50
        book = Calculator(openpyxl.load_workbook(path))
        assert book.book.sheetnames == ["汇总", "基础数据", "现金流量", "投资与折旧"]
        assert book.value("汇总", f"B{row_of(book, '汇总', '静态投资回收期')}") == payback
        found = book.value("汇总", f"B{row_of(book, '汇总', '项目投资内部收益率（税后）')}")
        expected = flow.figures.project_rates.only
        assert found == (rate if rate is not None else pytest.approx(expected))
