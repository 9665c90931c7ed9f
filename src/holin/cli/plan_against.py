"""What `holin plan --against` prints: this plan beside an earlier one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holin.cli.output import currency_in, figure, out, percent, print_table
from holin.cli.texts import text

KINDS = ("wind", "solar", "coal", "storage", "storage_mwh")


def print_against(figures: dict[str, Any], language: str) -> None:
    """Print what was asked otherwise, and each year then and now; nothing without an earlier plan."""
    found = figures.get("against")
    if not found:
        return
    out.print(text("plan.against", language, name=found["name"]), style="bold", soft_wrap=True, markup=False)
    for each in found["asked"]:
        told = {name: each[name] or text("plan.against.none", language) for name in ("then", "now")}
        out.print(
            "  " + text("plan.against.asked", language, what=each[language], **told), soft_wrap=True, markup=False
        )
    years = found["by_year"]

    def row(key: str, told: Callable[[dict[str, Any]], str]) -> list[str]:
        return [text(key, language), *(f"{told(y['then'])} → {told(y['now'])}" for y in years.values())]

    rows = [row(f"plan.capacity.{kind}", _capacity(kind)) for kind in KINDS]
    rows += [
        row("plan.share_physical", lambda y: percent(y["green_share_physical"])),
        row("plan.curtailed", lambda y: percent(y["curtailed_share"])),
        row("plan.price", lambda y: figure(y["all_in_price_per_kwh"], 4)),
        row("plan.import", lambda y: figure(y["import_mwh"] / 1e3)),
        row("plan.co2", lambda y: figure(y["co2_t"] / 1e3)),
    ]
    print_table("", ["", *years], rows)
    then, now = (found["all_years"][k] for k in ("then", "now"))
    millions = [figure(v and v / 1e6) for one in (then, now) for v in (one["investment"], one["npv"])]
    said = dict(zip(("invested", "npv", "invested_now", "npv_now"), millions, strict=True))
    currency = currency_in(figures["currency"], language)
    out.print(text("plan.against.money", language, currency=currency, **said), soft_wrap=True)
    out.print()


def _capacity(kind: str) -> Callable[[dict[str, Any]], str]:
    return lambda year: figure(year["capacity_mw"][kind], 0)
