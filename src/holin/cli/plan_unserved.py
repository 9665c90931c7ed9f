"""What the commands that plan print of load that is not served: every other figure reads as if it had been."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from holin.cli.output import figure, out, percent
from holin.cli.texts import text

TOLD_MWH = 0.5
"""Less than this in a year's hours is a solver's leftover."""

PLANS_SHOWN = 4


def print_unserved(figures: Mapping[str, Any], language: str) -> None:
    """Print how much load each planned year as operated leaves unserved; nothing where it serves all."""
    for year, found in figures["by_year"].items():
        energy = found["energy_mwh"]
        if energy["shed"] > TOLD_MWH:
            share = energy["shed"] / (energy["load"] + energy["shed"])
            said = text("plan.unserved", language, year=year, mwh=figure(energy["shed"]), share=percent(share))
            out.print(said, style="red", soft_wrap=True)


def print_unserved_points(points: Sequence[Mapping[str, Any]], year: str, named: Sequence[str], language: str) -> None:
    """Print which points of a frontier (`named` as in its table) leave load unserved in a year, and how much."""
    short = [
        f"{name} ({figure(mwh)} MWh)"
        for point, name in zip(points, named, strict=True)
        if (mwh := point["by_year"][year]["unserved_mwh"]) > TOLD_MWH
    ]
    if short:
        said = text("frontier.unserved", language, points=("；" if language == "zh" else "; ").join(short))
        out.print(said, style="red", soft_wrap=True)


def print_unserved_alternatives(figures: Mapping[str, Any], language: str) -> None:
    """Print which of the plans of `holin alternatives` leave load unserved, and how much in their worst year."""
    plans = [(text("alternatives.optimum", language), figures["optimum"])]
    plans += [
        (
            text(
                f"alternatives.{end}", language, technology=text(f"technology.{r['technology']}", language),
                within=percent(r["within"]),
            ),
            r[end]["by_year"],
        )
        for r in figures["ranges"]
        for end in ("least", "most")
    ]  # fmt: skip
    short = [
        f"{name} ({figure(mwh)} MWh)"
        for name, years in plans
        if (mwh := max(year["unserved_mwh"] for year in years.values())) > TOLD_MWH
    ]
    if short:
        listed = ("；" if language == "zh" else "; ").join(short[:PLANS_SHOWN])
        said = text("alternatives.unserved", language, count=len(short), all=len(plans), plans=listed)
        out.print(said, style="red", soft_wrap=True)


def print_unserved_scenarios(unserved_mwh: Mapping[str, float], scenarios: int, language: str) -> None:
    """Print in how many scenarios of a sweep the plan leaves load unserved, and where most."""
    short = {id_: mwh for id_, mwh in unserved_mwh.items() if mwh > TOLD_MWH}
    if short:
        worst = max(short, key=lambda id_: short[id_])
        said = text(
            "sweep.unserved", language, count=len(short), all=scenarios, mwh=figure(short[worst]), scenario=worst
        )  # fmt: skip
        out.print(said, style="red", soft_wrap=True)
