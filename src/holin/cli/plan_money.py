"""The money of a plan on the command line: worked out, written, printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from holin.cli.output import currency_in, figure, out, percent, print_table
from holin.cli.texts import text
from holin.errors import HolinError

if TYPE_CHECKING:
    from holin.twin.plan import Planned
    from holin.twin.plan_money import PlanMoney
    from holin.twin.run import Progress


WHOLE = 1e-6
"""By so much less than a year is still a whole one."""


def money_of_plan(made: Planned, figures: dict[str, Any], say: Progress) -> PlanMoney | None:
    """Put the money of a plan among its figures and return it; None (and why) where the park cannot be run without it.

    The plan itself is no worse for that: it is printed and written all the same.
    """
    from holin.twin.plan_money import money_figures, plan_money

    try:
        money = plan_money(made, figures, on_progress=say)
    except HolinError as error:
        figures["money"] = {"why_not": str(error)}
        return None
    figures["money"] = money_figures(money)
    return money


def write_report(
    made: Planned, figures: dict[str, Any], money: PlanMoney | None, folder: Path, language: str
) -> None:  # fmt: skip
    """Write the report and the cash flow as a workbook into the folder of the plan."""
    from holin.twin.plan_money import saved_cash_flow
    from holin.twin.plan_report import plan_report

    page = plan_report(made, figures, money, language=language)
    (folder / "report.html").write_text(page, encoding="utf-8")
    if money is not None:
        saved_cash_flow(made, money, folder / "cash-flow.xlsx", "zh" if language == "zh" else "en")


def print_money(figures: dict[str, Any], language: str) -> None:
    """Print what the plan costs and brings against nothing built."""
    money, currency = figures["money"], currency_in(figures["currency"], language)
    if "why_not" in money:
        out.print(text("plan.no_money", language, why=money["why_not"]), style="yellow", soft_wrap=True, markup=False)
        return
    found, last = money["figures"], figures["years"][-1]
    price, reference = money["prices"][last], money["reference"][last]
    shown = {
        "invested": figure(found["invested"] / 1e6),
        **({} if money["no_return"] else _returns(found)),
        "price_now": figure(price["per_kwh"], 4),
        "price_without": figure(reference["price_per_kwh"], 4),
    }
    if price["per_t_metal"] is not None:
        shown["per_t_metal"] = figure(price["per_t_metal"], 0)
    shown["co2_less"] = figure(money["abatement"]["co2_less_t"][last] / 1e3)
    if not money["no_return"]:
        shown["abatement"] = figure(money["abatement"]["cost_per_t_all_years"], 0)
    for kind, row in money["levelised"].items():
        shown[f"lcoe_{kind}"] = figure(row["per_mwh"], 0)
    rows = [[text(f"plan.money.{key}", language, year=last), value] for key, value in shown.items()]
    print_table(text("plan.money", language, currency=currency), ["", ""], rows)
    for name, share in money["no_return"].items():
        said = text("plan.money.no_return", language, year=name, share=percent(share))
        out.print(said, style="yellow", soft_wrap=True)
    for name, row in money["reference"].items():
        if name in money["no_return"]:
            continue
        if row["shed_mwh"] > 0.5:
            out.print(text("plan.money.shed", language, year=name, mwh=figure(row["shed_mwh"], 0)), soft_wrap=True)
    if any(share < 1.0 - WHOLE for share in money["year_shares"].values()):
        days = dict.fromkeys(figure(year["hours"] / 24.0, 0) for year in figures["by_year"].values())
        out.print(text("plan.money.part", language, days=", ".join(days)), style="yellow", soft_wrap=True)


def _returns(found: dict[str, Any]) -> dict[str, str]:
    """Return what the plan brings by the cash flow."""
    return {
        "irr": percent(found["project_irr"]),
        "irr_equity": percent(found["equity_irr"]),
        "npv": figure(found["project_npv"] / 1e6),
        "payback": figure(found["payback_years"]),
        "dscr": figure(found["dscr_min"], 2),
    }
