"""The money of a plan: with and without by hand, and that of a small park as its own figures say."""

import dataclasses
import importlib.util
import types
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import openpyxl
import pytest
from planned_park import YEAR, planned_example

from holin.connection import Measure, MeasureKind
from holin.finance import annuity
from holin.park import Candidate, Choice, at_stage
from holin.summary import capital_by_part
from holin.twin.plan import Planned
from holin.twin.plan_capital import with_works_paid
from holin.twin.plan_figures import planned_figures
from holin.twin.plan_investments import end_year, gone_year
from holin.twin.plan_money import PlanMoney, money_figures, plan_money, saved_cash_flow, with_and_without
from holin.twin.plan_years import ReferenceYear, YearMoney

_spec = importlib.util.spec_from_file_location(
    "finance_spreadsheet", Path(__file__).parent.parent / "finance" / "finance_spreadsheet.py"
)
assert _spec is not None and _spec.loader is not None
spreadsheet = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(spreadsheet)


@pytest.fixture(scope="module")
def planned() -> Planned:
    return planned_example()


@pytest.fixture(scope="module")
def figures(planned: Planned) -> dict:
    return planned_figures(planned)


@pytest.fixture(scope="module")
def money(planned: Planned, figures: dict) -> PlanMoney:
    return plan_money(planned, figures)


def year(number: int, parts: dict[str, float], reference: dict[str, float]) -> YearMoney:
    kept = ReferenceYear(kept=None, parts=reference, emitted_t=10.0, load_mwh=1.0, shed_mwh=0.0)  # type: ignore[arg-type]
    return YearMoney(
        stage=str(number), year=number, parts=parts, emitted_t=4.0, load_mwh=1.0, metal_t=0.0, shared=None, sources={},
        reference=kept,
    )  # fmt: skip


def test_with_and_without_by_hand() -> None:
    """Saved: import 100 - 40, fuel 30 - 10; more: fixed 8 - 5, exports that fall away 7 - 3. Annuities are no cash."""
    made = year(
        2030,
        {"annuity_wind": 50.0, "fixed_wind": 8.0, "import_energy": 40.0, "fuel": 10.0, "export_income": -3.0},
        {"annuity_wind": 20.0, "fixed_wind": 5.0, "import_energy": 100.0, "fuel": 30.0, "export_income": -7.0},
    )
    found = with_and_without(range(2030, 2032), [made])
    assert list(found.income) == [80.0, 80.0] and list(found.fixed_cost) == [3.0, 3.0]
    assert list(found.purchase_cost) == [4.0, 4.0]
    assert not found.fuel_cost.any() and not found.co2_cost.any() and not found.variable_cost.any()


def test_what_stands_is_sunk_and_what_is_new_has_the_price_of_its_year(planned: Planned, money: PlanMoney) -> None:
    wind, battery, line = money.investments
    assert [i.kind for i in money.investments] == ["wind", "storage", "network"]
    built = planned.plan.sizes[str(YEAR)].built_mw
    assert wind.cost == pytest.approx(4.5e6 * 0.98**3 * built["more-wind"], rel=1e-9)
    assert line.cost == pytest.approx(2e4 * built["more-line"], rel=1e-9)
    assert (wind.first_year, wind.lifetime_years, battery.lifetime_years) == (YEAR, 20, 15)
    first = money.flow.table.sel(year=YEAR - 1)
    assert float(first.capex) == pytest.approx(wind.cost + battery.cost + line.cost)


def test_works_of_the_grid_check_are_in_the_price(planned: Planned) -> None:
    """12 million of works: their annuity over 30 years beside that of the plan's own circuits, once however often."""
    stage = planned.settings[0].stage
    line = dataclasses.replace(planned.park.lines[0], id="reinforce-l", built=stage.as_of)
    work = Measure(kind=MeasureKind.LINE, of="l", things=(line,), size=9.0, unit="km", cost=12e6, months=9)
    once = with_works_paid(planned.park, {stage.name: (work,)}, {stage.name: stage.as_of})
    twice = with_works_paid(once, {stage.name: (work,)}, {stage.name: stage.as_of})
    less, more, same = (
        capital_by_part(at_stage(park, stage), 1.0)["annuity_network"] for park in (planned.park, once, twice)
    )
    assert more - less == pytest.approx(12e6 * annuity(0.06, 30), rel=1e-9) and same == more
    assert with_works_paid(planned.park, {stage.name: ()}, {}) is planned.park


def test_the_years_and_the_money_tell_one_price(figures: dict, money: PlanMoney) -> None:
    shown = figures["by_year"][str(YEAR)]
    plain = money_figures(money)["prices"][str(YEAR)]
    assert shown["price_parts"]["annuity_network"] > 0
    assert shown["all_in_price_per_kwh"] == pytest.approx(plain["per_kwh"], rel=1e-12)


def test_a_refit_ends_with_what_it_refitted_and_wear_until_the_plan_decides() -> None:
    """Retired mid 2037: planned years are looked at on 31 December, so 2037 is the first without; on 1 March, 2038.
    12.5 years from 2026 last through 2038; the plan of 2040 has bought what it wants, that of 2035 has not."""
    unit = types.SimpleNamespace(id="coal-1", retired=date(2037, 6, 30))
    whole = types.SimpleNamespace(thermal_units=(unit,))
    candidate = Candidate(id="r", element="coal-new", choice=Choice.RETROFIT, replaces="coal-1")
    offer = types.SimpleNamespace(candidate=candidate, table="thermal_unit")
    assert gone_year(whole, offer, date(2030, 12, 31)) == 2037  # type: ignore[arg-type]
    assert gone_year(whole, offer, date(2030, 3, 1)) == 2038  # type: ignore[arg-type]
    assert end_year(2037, 2026, 12.5, [2026, 2035]) == 2037
    assert end_year(None, 2026, 12.5, [2026, 2035, 2040]) == 2040
    assert end_year(None, 2026, 12.5, [2026, 2035]) is None


def test_the_price_bears_what_stands_and_what_is_new(planned: Planned, money: PlanMoney) -> None:
    """Annuities: 80 MW x 4.5 million that stood + the new ones at their own price; networks beside them."""
    parts, (wind, _, line) = money.years[0].parts, money.investments
    assert parts["annuity_wind"] == pytest.approx(annuity(0.06, 20) * (80 * 4.5e6 + wind.cost), rel=1e-9)
    assert parts["annuity_network"] == pytest.approx(annuity(0.06, 30) * line.cost, rel=1e-9)
    assert parts["fixed_network"] == pytest.approx(300.0 * planned.plan.sizes[str(YEAR)].built_mw["more-line"])
    shared = money.years[0].shared
    assert shared is not None
    assert float(shared.cost.sum()) == pytest.approx(sum(parts.values()), rel=1e-9)
    assert float(shared.energy_mwh.sum()) == pytest.approx(money.years[0].load_mwh, rel=1e-6)


def test_the_cash_flow_is_what_the_years_say(money: PlanMoney) -> None:
    """A year: income less costs = the running cost saved, which the price parts of both years give by themselves."""

    def running(parts: dict[str, float]) -> float:
        return sum(v for name, v in parts.items() if not name.startswith("annuity_"))

    made = money.years[0]
    table = money.flow.table.sel(year=YEAR)
    costs = sum(float(table[n]) for n in ("fixed_cost", "variable_cost", "fuel_cost", "purchase_cost", "co2_cost"))
    saved = running(dict(made.reference.parts)) - running(dict(made.parts))
    assert float(table.income) - costs == pytest.approx(saved, rel=1e-9)
    assert money.flow.table.sizes["year"] == 26
    assert money.years[0].reference.emitted_t > money.years[0].emitted_t > 0


def test_the_levelised_cost_of_wind_by_hand(planned: Planned, money: PlanMoney) -> None:
    """20 of the 25 years are its life; the second wind farm bears its years alone: about annuity + fixed + variable."""
    wind = next(one for one in money.levelised if one.source == "wind")
    new = planned.plan.sizes[str(YEAR)].built_mw["more-wind"]
    energy = money.years[0].sources["wind"].energy_mwh
    flows = planned.held[str(YEAR)].flows.p_mw.sel(unit=f"more-wind-{YEAR}").sum()
    assert energy == pytest.approx(float(flows) / 48 * 8784, rel=1e-9)
    parts = wind.parts_per_mwh
    assert parts["fixed"] == pytest.approx(9e4 * new / energy) and parts["variable"] == pytest.approx(5.0)
    assert parts["capital"] == pytest.approx(annuity(0.06, 20) * money.investments[0].cost / energy, rel=0.05)


def test_plain_figures_and_workbook_say_the_same(planned: Planned, money: PlanMoney, tmp_path: Path) -> None:
    plain = money_figures(money)
    assert plain["figures"]["invested"] == pytest.approx(sum(plain["cash_flow"]["capex"]))
    assert plain["figures"]["project_npv"] == pytest.approx(
        sum(v / 1.06**t for t, v in enumerate(plain["cash_flow"]["project"])), rel=1e-9
    )
    assert sum(plain["prices"][str(YEAR)]["parts_per_kwh"].values()) == pytest.approx(
        plain["prices"][str(YEAR)]["per_kwh"]
    )
    less, cost = plain["abatement"]["co2_less_t"][str(YEAR)], plain["abatement"]["cost_per_t_all_years"]
    more = sum(plain["prices"][str(YEAR)]["parts"].values()) - sum(
        plain["reference"][str(YEAR)]["price_parts"].values()
    )
    assert cost == pytest.approx(more / less, rel=1e-9)
    named = {"invested": "总投资（含税，含更新）", "project_npv": "项目净现值（税后）", "all_in_price": "综合到户电价"}
    wanted = plain["figures"] | {"all_in_price": plain["prices"][str(YEAR)]["per_kwh"]}
    saved_cash_flow(planned, money, tmp_path / "cash.xlsx", "zh")
    book = spreadsheet.Calculator(openpyxl.load_workbook(tmp_path / "cash.xlsx"))
    for name, label in named.items():
        value = book.value("汇总", f"B{spreadsheet.row_of(book, '汇总', label)}")
        assert value == pytest.approx(wanted[name], rel=1e-6), name


@pytest.mark.parametrize(("language", "said"), [("zh", "视同用户按此付给本方案"), ("en", "against nothing built")])
def test_the_workbook_says_where_its_income_comes_from(
    planned: Planned, money: PlanMoney, tmp_path: Path, language: Literal["zh", "en"], said: str
) -> None:
    saved_cash_flow(planned, money, tmp_path / "cash.xlsx", language)
    first = openpyxl.load_workbook(tmp_path / "cash.xlsx").worksheets[0]
    told = " ".join(str(c) for row in first.iter_rows(values_only=True) for c in row if c)
    assert said in told and ("示例园区" if language == "zh" else "An example park") in told


def test_a_plan_that_builds_cheap_power_pays(money: PlanMoney) -> None:
    found = money.flow.figures
    assert found.project_rates.only is not None and found.project_npv > 0
    assert np.sign(found.project_npv) == np.sign(found.project_rates.only - money.flow.discount_rate)


def test_no_return_is_told_against_a_park_that_sheds_load(money: PlanMoney) -> None:
    """A hundredth of the load not served: no NPV, IRR or cost of CO2, and the share that says why."""
    made = money.years[0]
    assert money_figures(money)["no_return"] == {}
    load = made.reference.load_mwh
    short = dataclasses.replace(made, reference=dataclasses.replace(made.reference, shed_mwh=load / 99))
    found = money_figures(dataclasses.replace(money, years=(short,)))
    assert found["no_return"] == {str(YEAR): pytest.approx(0.01)}
    assert found["figures"]["project_npv"] is None and found["figures"]["project_irr"] is None
    assert found["abatement"]["cost_per_t_all_years"] is None and found["figures"]["invested"] > 0
