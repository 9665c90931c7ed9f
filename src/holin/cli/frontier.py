"""`holin frontier`: what each step of a rule costs, from the cheapest plan to the farthest one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.grid_state import asked_by
from holin.cli.options import JsonOption, LanguageOption, ParkArgument
from holin.cli.output import (
    currency_in,
    default_language,
    digits_for,
    figure,
    out,
    percent,
    print_json,
    print_table,
    progress,
)
from holin.cli.plan_cramped import print_cramped
from holin.cli.plan_options import SolveOptions, WishOptions, at_once, planning
from holin.cli.plan_unserved import print_unserved_points
from holin.cli.texts import text

if TYPE_CHECKING:
    from holin.rules import RuleKind

OutOption = Annotated[
    Path | None, typer.Option("-o", "--out", help="Folder for frontier.json and the chart in both languages.")
]


@planning
def frontier(
    *,
    park: ParkArgument,
    by: Annotated[
        str,
        typer.Option(
            help="The rule whose value is moved: green_share_physical_min, green_share_min, co2_max_t, "
            "curtailment_share_max, self_use_min and others of the table rule."
        ),
    ] = "green_share_physical_min",
    points: Annotated[
        int, typer.Option(min=2, max=200, help="How many points; fewer are solved where that does.")
    ] = 20,
    until: Annotated[
        float | None, typer.Option("--until", help="The farthest value; without it the farthest that any plan reaches.")
    ] = None,
    tolerance: Annotated[
        float,
        typer.Option(
            min=1e-6,
            max=0.1,
            help="How far off a point may be, as a part of the cost or of all values: with more, fewer are solved.",
        ),
    ] = 5e-3,
    wish: WishOptions,
    how: SolveOptions,
    out_folder: OutOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Show what each step of a rule costs: the least-cost plan at each value, all else the same.

    It begins at what the cheapest plan reaches by itself and ends where no plan goes farther. Each point has price,
    green shares, CO2, sizes, and what the next MWh (or t) of the rule costs. `holin frontier huolinguole --years 2030
    --no-export -o frontier-2030`; by CO2: `--by co2_max_t`. A quick look: `--start 2030-03-01 --end 2030-04-01`.
    """
    wishes, settings, kind = at_once(wish.wishes, how.settings, lambda: _kind(by))
    from holin.twin.frontier import frontier_of_park, saved_pages
    from holin.twin.plan import planning_of
    from holin.twin.plan_folder import free_folder

    speech = language or default_language()
    if out_folder is not None:
        free_folder(out_folder)
    with progress(not as_json, speech) as advance:
        planning = planning_of(how.park(park), wishes, on_progress=advance, **settings)
        figures = frontier_of_park(
            planning, by=kind, points=points, until=until, tolerance=tolerance, on_progress=advance
        )  # fmt: skip
        figures["asked"] |= how.told()
        if out_folder is not None:
            from holin.picture import abatement_svg, frontier_svg

            pages = {f"frontier-{lang}.svg": frontier_svg(figures, language=lang) for lang in ("en", "zh")}
            pages |= {f"abatement-{lang}.svg": abatement_svg(figures, language=lang) for lang in ("en", "zh")}
            saved_pages(pages, figures, out_folder, "frontier")
    if as_json:
        print_json(figures)
        return
    print_frontier(figures, speech)
    if out_folder is not None:
        out.print(text("more.written", speech, path=out_folder), soft_wrap=True)


def _kind(by: str) -> RuleKind:
    """Return the kind of rule that is moved. Raises BadInput where there is none of the name."""
    from holin.plan import asked_rule

    with asked_by(rule="--by"):
        return asked_rule(by, 0.0).kind


def print_frontier(figures: dict[str, Any], language: str) -> None:
    """Print the points as a table, year by year, and what is proven."""
    names = {"park": figures["names"]["zh" if language == "zh" else "en"], "years": ", ".join(figures["years"])}
    rule = text(f"rule.{figures['by']}", language)
    out.print(text("frontier.title", language, rule=rule, **names), style="bold", soft_wrap=True)
    print_notices(figures, language)
    print_cramped(figures, language)
    for year in figures["years"]:
        per = {"unit": figures["unit"], "currency": currency_in(figures["currency"], language)}
        header = [text(f"frontier.{n}", language, **per) for n in COLUMNS]
        digits = digits_for([p["by_year"][year]["co2_t"] / 1e3 for p in figures["points"]])
        rows = [_row(point, point["by_year"][year], figures["by"], digits) for point in figures["points"]]
        print_table(year if len(figures["years"]) > 1 else "", header, rows)
        print_unserved_points(figures["points"], year, [row[0] for row in rows], language)
        kinds = shown_kinds([p["by_year"][year]["capacity_mw"] for p in figures["points"]])
        stands = [
            [_marked(p, figures["by"]), *(figure(p["by_year"][year]["capacity_mw"].get(k, 0.0), 0) for k in kinds)]
            for p in figures["points"]
        ]
        named = [text(f"plan.capacity.{kind}", language) for kind in kinds]
        print_table(text("frontier.stands", language), [header[0], *named], stands)
        print_abatement(figures, year, language)
    if figures["reach"] is not None:
        out.print(text("frontier.reach", language, reach=valued(figures["by"], figures["reach"])), soft_wrap=True)
    proof = {"solves": figures["solves"], "seconds": figure(figures["seconds"]), "gap": percent(figures["gap"], 3)}
    out.print(text("frontier.proof", language, **proof), soft_wrap=True)
    out.print(text("frontier.note", language), soft_wrap=True)


def print_abatement(figures: dict[str, Any], year: str, language: str) -> None:
    """Print what a tonne of CO2 less costs from plan to plan of a year."""
    steps, per = figures["abatement"][year], {"currency": currency_in(figures["currency"], language)}
    if not steps:
        return
    less, extra = (digits_for([s[name] / by for s in steps]) for name, by in (("co2_less_t", 1e3), ("extra_cost", 1e6)))
    rows = [
        [
            f"{valued(figures['by'], step['from'])} → {valued(figures['by'], step['to'])}",
            figure(step["co2_less_t"] / 1e3, less),
            figure(step["extra_cost"] / 1e6, extra),
            figure(step["cost_per_t"], 0),
        ]
        for step in steps
    ]
    header = [text(f"abatement.{n}", language, **per) for n in ("step", "less", "extra", "per_t")]
    print_table(text("abatement.title", language), header, rows)


def print_notices(figures: dict[str, Any], language: str) -> None:
    """Print that data is synthetic, that only a part of a year is operated, and in which steps if not in hours."""
    if figures["synthetic"][language]:
        out.print(figures["synthetic"][language], style="yellow", soft_wrap=True)
    if min(figures["hours"]) < WHOLE_YEAR_H:
        out.print(text("frontier.part", language, hours=min(figures["hours"])), style="yellow", soft_wrap=True)
    if figures["step_h"] != 1.0:
        out.print(text("frontier.step", language, step=figures["asked"]["step"]), soft_wrap=True)


WHOLE_YEAR_H = 8760

COLUMNS = ("value", "price", "shadow", "physical", "annual", "curtailed", "co2")

KINDS = ("wind", "solar", "coal", "storage", "storage_mwh", "network", "potline")


def shown_kinds(capacities: list[dict[str, float]]) -> list[str]:
    """Return the kinds of which there is some somewhere."""
    return [kind for kind in KINDS if any(c.get(kind, 0.0) > 1e-3 for c in capacities)]


def _row(point: dict[str, Any], year: dict[str, Any], by: str, digits: int) -> list[str]:
    return [
        _marked(point, by),
        figure(year["all_in_price_per_kwh"], 4),
        figure(year["shadow_price"], 0),
        percent(year["green_share"]["physical"]),
        percent(year["green_share"]["annual"]),
        percent(year["curtailed_share"]),
        figure(year["co2_t"] / 1e3, digits),
    ]


def _marked(point: dict[str, Any], by: str) -> str:
    return valued(by, point["value"]) + ("*" if point["solved"] else "")


def valued(kind: str, value: float) -> str:
    """Return a rule's value as percent, or as an amount with its unit."""
    from holin.rules import UNITS

    unit = UNITS.get(kind)
    return percent(value, 2) if unit is None else f"{figure(value, 2 if unit == 'h' else 0)} {unit}"
