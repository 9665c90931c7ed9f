"""`holin plan`: what to build, refit and retire, when, at the least cost."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.options import JsonOption, LanguageOption, ParkArgument
from holin.cli.output import (
    currency_in,
    default_language,
    fault_json,
    figure,
    out,
    percent,
    print_faults,
    print_json,
    print_table,
    progress,
)
from holin.cli.plan_against import print_against
from holin.cli.plan_cramped import print_cramped
from holin.cli.plan_grid import print_budgets, print_grid_checks
from holin.cli.plan_money import money_of_plan, print_money, write_report
from holin.cli.plan_options import AnySizeOption, NoReinforceOption, SolveOptions, WishOptions, at_once, planning
from holin.cli.plan_unserved import print_unserved
from holin.cli.plan_why import print_prices, print_rule_costs, print_sizing
from holin.cli.texts import text
from holin.errors import Fault

if TYPE_CHECKING:
    from holin.twin.plan import Planned

WHOLE_YEAR_H = 8760

WhyOption = Annotated[bool, typer.Option("--why", help="Also print what sizes each asset, and why not more of it.")]
RuleCostsOption = Annotated[
    bool, typer.Option("--rule-costs", help="Also plan again without each rule that is kept: what it costs in all.")
]
AgainstOption = Annotated[
    Path | None,
    typer.Option("--against", help="Folder of an earlier plan of the park: show this one beside it, year by year."),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "-o", "--out", help="Folder for the park as planned, its report, plan.json and the cash flow (Excel)."
    ),
]


@planning
def plan(
    *,
    park: ParkArgument,
    wish: WishOptions,
    any_size: AnySizeOption = False,
    no_reinforce: NoReinforceOption = False,
    how: SolveOptions,
    earlier: AgainstOption = None,
    out_folder: OutOption = None,
    why: WhyOption = False,
    costs_of_rules: RuleCostsOption = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Plan a park: what to build, refit and retire at the least cost, every hour of the years operated.

    What may be built stands in the park's table `candidate`. 70 % physical green by 2030 without export:
    `holin plan huolinguole --years 2030 --share 0.7 --no-export -o plan-70`. The folder holds the park as planned,
    which `holin run plan-70/park --stage 2030` and every other command take. A quick look: `--start 2030-03-01 --end
    2030-04-01` plans for that month alone.
    """
    wishes, settings = at_once(lambda: wish.wishes(whole=not any_size), how.settings)
    from holin.twin.plan import plan as plan_park
    from holin.twin.plan_against import against, plan_figures_of
    from holin.twin.plan_figures import planned_figures
    from holin.twin.plan_folder import free_folder, saved_plan
    from holin.twin.plan_loop import grid_settled

    speech, faults = language or default_language(), list[Fault]()
    if out_folder is not None:
        free_folder(out_folder)
    other = None if earlier is None else plan_figures_of(earlier)
    with progress(not as_json, speech) as advance:
        made = plan_park(how.park(park), wishes, on_progress=advance, **settings)
        made = grid_settled(
            made, weather=how.weather, seed=how.seed, reinforce=not no_reinforce, solver=how.solver, on_progress=advance
        )
        figures = planned_figures(made, on_progress=advance)
        figures["asked"] |= how.told()
        if costs_of_rules:
            from holin.twin.plan_rule_costs import rule_costs

            figures["rule_costs"] = rule_costs(made, solver=how.solver, on_progress=advance)
        money = money_of_plan(made, figures, advance)
        if earlier is not None and other is not None:
            figures["against"] = against(figures, other, earlier.name or str(earlier.resolve().name))
        if out_folder is not None:
            faults = saved_plan(made, figures, out_folder)
            figures["park_faults"] = [fault_json(fault) for fault in faults]
            write_report(made, figures, money, out_folder, speech)
    if as_json:
        print_json(figures)
    else:
        print_plan(made, figures, speech)
        if why:
            print_sizing(figures, speech)
        if out_folder is not None and not faults:
            out.print(text("plan.written", speech, path=out_folder), soft_wrap=True)
        elif out_folder is not None:
            out.print(text("plan.park_faulty", speech, path=out_folder), style="red", soft_wrap=True)
            print_faults(faults, speech)
    if faults:
        raise typer.Exit(1)


def print_plan(made: Planned, figures: dict[str, Any], language: str) -> None:
    """Print what to build, the years as planned, the rules and the proof."""
    from holin.twin.plan_rules import kept_rules

    years = ", ".join(figures["years"])
    out.print(text("plan.title", language, park=figures["names"][language], years=years), style="bold", soft_wrap=True)
    if figures["synthetic"][language]:
        out.print(figures["synthetic"][language], style="yellow", soft_wrap=True)
    _print_built(figures, language)
    if not made.whole.candidates:
        out.print(text("plan.no_candidates", language), style="yellow", soft_wrap=True)
    for row in figures["retired"]:
        out.print(
            text(
                f"plan.way_out.{row['choice']}",
                language,
                mw=figure(row["mw"]),
                element=row["element"],
                year=row["stage"],
            ),
            soft_wrap=True,
        )
    if figures["step_h"]["optimum"] != 1.0:
        out.print(text("plan.step", language, step=figures["asked"]["step"]), style="yellow", soft_wrap=True)
    _print_years(figures, language)
    print_unserved(figures, language)
    print_grid_checks(figures, language)
    print_budgets(figures, language)
    _print_rules(figures, kept_rules(made.whole.rules, made.wishes), language)
    print_cramped(figures, language, operated=True)
    print_prices(figures, language)
    print_rule_costs(figures, language)
    print_money(figures, language)
    print_against(figures, language)
    proof, any_size = figures["proof"], figures["whole_units_cost"] is None
    out.print(
        text(
            "plan.proof_any" if any_size else "plan.proof", language,
            bound=figure(proof["bound"], 0), currency=currency_in(figures["currency"], language),
            gap=percent(proof["gap"], 3), solver=proof["solver"], seconds=figure(proof["seconds"]),
            certified=f"{proof['certified_gap']:.1e}", room=percent(proof["rules_stricter_by"], 1),
        ),
        soft_wrap=True,
    )  # fmt: skip
    if not any_size:
        out.print(text("plan.whole", language, more=percent(figures["whole_units_cost"], 2)), soft_wrap=True)


def _print_built(figures: dict[str, Any], language: str) -> None:
    if not figures["built"]:
        out.print(text("plan.nothing", language))
        return
    names = ("plan.what", "plan.year", "plan.mw", "plan.mwh", "plan.stands", "plan.investment", "plan.yearly")
    rows = [
        [
            (row["name_zh"] if language == "zh" else row["name"]) or row["candidate"],
            row["stage"],
            figure(row["mw"]),
            figure(row["mwh"] if row["mwh"] else None),
            figure(row["stands_mw"]),
            figure(row["investment"] / 1e6),
            figure(row["yearly_cost"] / 1e6),
        ]
        for row in figures["built"]
        if row["mw"]
    ]
    title = text("plan.built", language, currency=currency_in(figures["currency"], language))
    print_table(title, [text(n, language) for n in names], rows)


def _print_years(figures: dict[str, Any], language: str) -> None:
    if not figures["by_year"]:
        return
    found = list(figures["by_year"].values())

    def label(key: str) -> str:
        """What is summed over less than a year says so."""
        hours, plain = dict.fromkeys(y["hours"] for y in found), text(key, language)
        part = min(hours) < WHOLE_YEAR_H
        return text("plan.in_hours", language, label=plain, hours=", ".join(map(str, hours))) if part else plain

    rows = [
        [text(f"plan.capacity.{kind}", language), *(figure(y["capacity_mw"][kind]) for y in found)]
        for kind in ("wind", "solar", "coal", "storage", "storage_mwh")
    ]
    rows += [
        [label("plan.load"), *(figure(y["energy_mwh"]["load"] / 1e3) for y in found)],
        [
            label("plan.green"),
            *(figure((y["energy_mwh"]["wind"] + y["energy_mwh"]["solar"]) / 1e3) for y in found),
        ],
        [text("plan.share_physical", language), *(percent(y["green_share"]["physical"]) for y in found)],
        [text("plan.share_annual", language), *(percent(y["green_share"]["annual"]) for y in found)],
        [text("plan.curtailed", language), *(percent(y["curtailed_share"]) for y in found)],
        [label("plan.import"), *(figure(y["energy_mwh"]["import"] / 1e3) for y in found)],
        [label("plan.co2"), *(figure(y["carbon"]["total_t"] / 1e3) for y in found)],
        [text("plan.price", language), *(figure(y["all_in_price_per_kwh"], 4) for y in found)],
        [text("plan.loading", language), *(percent(y["flow"]["loading_max"]) for y in found)],
        [
            text("plan.voltage", language),
            *(f"{figure(y['flow']['v_min_pu'], 3)} – {figure(y['flow']['v_max_pu'], 3)}" for y in found),
        ],
        [
            text("plan.settled", language),
            *(text("plan.yes" if y["flow"]["settled"] else "plan.no", language) for y in found),
        ],
    ]
    print_table(text("plan.years", language), ["", *figures["by_year"]], rows)


def _print_rules(figures: dict[str, Any], kept: Collection[str], language: str) -> None:
    names: dict[str, dict[str, Any]] = {}
    for year in figures["by_year"].values():
        for rule in year["rules"]:
            names.setdefault(rule["rule"], rule)
    if not names:
        return
    rows = []
    for id_, first in sorted(names.items(), key=lambda named: named[0] not in kept):
        cells = []
        for year in figures["by_year"].values():
            rule = next((r for r in year["rules"] if r["rule"] == id_), None)
            holds = None if rule is None else rule["holds"]
            mark = "–" if holds is None else text("run.holds" if holds else "run.fails", language)
            cells.append("–" if rule is None else f"{_reached(rule)} {mark}")
        name = (first["name_zh"] if language == "zh" else first["name"]) or _rule_name(first, language)
        mark = text("plan.rules.kept" if id_ in kept else "plan.rules.judged", language)
        rows.append([name, _asked(first), mark, *cells])
    limit = text("plan.rules.limit", language)
    print_table(text("plan.rules", language), ["", limit, "", *figures["by_year"]], rows)


def _asked(rule: dict[str, Any]) -> str:
    """Return what a rule asks for, with the side on which it must stay."""
    from holin.rules import AT_MOST, UNITS

    value = f"{rule['value']:,g}".replace(",", "\u2009") if rule["kind"] in UNITS else f"{100 * rule['value']:g} %"
    return f"{'≤' if rule['kind'] in AT_MOST else '≥'} {value}"


def _reached(rule: dict[str, Any]) -> str:
    from holin.rules import UNITS

    value = rule["reached"]
    return figure(value, 1 if value is None or value < 1000 else 0) if rule["kind"] in UNITS else percent(value)


def _rule_name(rule: dict[str, Any], language: str) -> str:
    """Return what a rule without a name asks for."""
    from holin.rules import UNITS

    value = rule["value"]
    told = figure(value, 0 if value == round(value) else 1) if rule["kind"] in UNITS else f"{100 * value:g} %"
    return f"{text('rule.' + rule['kind'], language)} {told}"
