"""`holin rules`: dated, cited rules of a park, and what a run makes of them: verdict, margin, cure."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from holin.cli.figures import named, rule_row
from holin.cli.grid_state import wrong
from holin.cli.options import JsonOption, LanguageOption
from holin.cli.output import default_language, figure, out, percent, print_json, print_table
from holin.cli.texts import text

ENTERPRISES_MAX = 12
"""So many enterprises that miss a share are named; all stand in the JSON."""


def rules(
    place: Annotated[
        Path, typer.Argument(metavar="PARK|RUN", help="A park, whose rules are told; or a run, judged by its own.")
    ],
    run: Annotated[
        Path | None, typer.Argument(metavar="[RUN]", help="With PARK: the run that its rules judge.")
    ] = None,
    ledger: Annotated[
        str | None,
        typer.Option("--ledger", help="The ledger whose certificates are claimed: PATH or postgresql://…"),
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="The day whose rules are in force; without it that of the run's stage.")
    ] = None,
    all_rules: Annotated[bool, typer.Option("--all", help="Also rules that are not in force on that day.")] = False,
    sources: Annotated[bool, typer.Option("--sources", help="Also where each rule stands: law, date, basis.")] = False,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Judge a run by the rules of its park: verdict, margin, and what would cure what is broken.

    `holin rules runs/my-park-2025`. With the certificates too: `--ledger park.ledger`; without a ledger rules on
    certificates are not judged, and never passed. The rules of another park, or those that you have changed since:
    `holin rules my-park runs/my-park-2025`. Only the rules, with dates and sources: `holin rules my-park --sources`.
    """
    from holin.parkfile import read_park, reference_park
    from holin.twin import rules_figures, rules_of_run

    day = _day(on)
    speech = language or default_language()
    alone = run is None and not (place / "manifest.json").is_file()
    if alone and ledger is not None:
        raise wrong("--ledger", ledger, "judges a run, and none is named", "write holin rules PARK RUN --ledger …")
    if alone:
        park = read_park(reference_park(place))
        figures = rules_figures(park, None, on=day)
    else:
        other = None if run is None else read_park(reference_park(place))
        made = rules_of_run(run or place, rules=other, address=ledger, on=day)
        figures = rules_figures(other or made.park, made)
    if as_json:
        print_json(figures)
        return
    print_rules(figures, speech, all_rules=all_rules, sources=sources or alone)


def _day(on: str | None) -> date | None:
    try:
        return None if on is None else date.fromisoformat(on)
    except ValueError as error:
        raise wrong("--on", on, "is no day", "write a day such as 2025-12-31") from error


def print_rules(figures: dict[str, Any], language: str, *, all_rules: bool, sources: bool) -> None:
    """Print the rules, those in force first, and below the table what is missed, by whom, and what would cure it."""
    judged = "kind" in figures
    title = text("rules.title" if judged else "rules.only", language, park=figures["park"], day=figures["on"])
    shown = [r for r in figures["rules"] if r["in_force"]]
    later = [r for r in figures["rules"] if not r["in_force"]]
    heads = ["rule", "value", "reached", "verdict", "margin"] if judged else ["rule", "value"]
    heads = ["", *(text(f"rules.{head}", language) for head in heads[1:])]
    if judged:
        out.print(text(f"carbon.kind.{figures['kind']}", language), style="dim", soft_wrap=True, markup=False)
    print_table(title, heads, [_row(r, judged, language) for r in shown])
    if later and all_rules:
        print_table(text("rules.others", language), heads, [_row(r, judged, language) for r in later])
    elif later:
        out.print(text("rules.hidden", language, count=len(later)), style="dim", soft_wrap=True, markup=False)
    told = [*shown, *(later if all_rules else [])]
    for rule in told:
        if judged and rule["cures"]:
            _print_cures(rule, language)
        if judged:
            _print_enterprises(rule, language)
    if sources:
        _print_sources(told, language)


def _row(rule: dict[str, Any], judged: bool, language: str) -> list[str]:
    name, required, reached, verdict = rule_row({"reached": None, "holds": None, **rule}, language)
    if not judged:
        return [name, required]
    unit = {"storage_power_min": "MW", "co2_max_t": "t", "land_max_ha": "ha"}.get(rule["kind"], "MWh")
    margin = "–" if rule["margin"] is None else f"{rule['margin']:+,.2f} {unit}".replace(",", "\u2009")
    return [name, required, reached, verdict, margin]


def _print_cures(rule: dict[str, Any], language: str) -> None:
    out.print(text("rules.cures", language, rule=named(rule, "rule", language)), style="bold", soft_wrap=True)
    for cure in rule["cures"]:
        amount = f"{figure(cure['amount'], 2)} {cure['unit']}"
        if cure["power_mw"] is not None:
            amount += text("rules.power", language, mw=figure(cure["power_mw"], 1))
        key = "rules.cure" if cure["enough"] else "rules.helps"
        line = text(key, language, what=text(f"lever.{cure['lever']}", language), amount=amount)
        out.print(f"  {line}", soft_wrap=True, markup=False)
    out.print()


def _print_enterprises(rule: dict[str, Any], language: str) -> None:
    missed = sorted((e for e in rule["by_enterprise"] if not e["holds"]), key=lambda e: e["reached"])
    if not rule["by_enterprise"]:
        return
    name = named(rule, "rule", language)
    if not missed:
        out.print(text("rules.each", language, rule=name), style="dim", soft_wrap=True, markup=False)
        return
    line = text("rules.some", language, rule=name, count=len(missed), of=len(rule["by_enterprise"]))
    rows = [[named(e, "id", language), percent(e["reached"], 1)] for e in missed[:ENTERPRISES_MAX]]
    print_table(line, ["", text("rules.reached", language)], rows)


def _print_sources(rules_told: list[dict[str, Any]], language: str) -> None:
    out.print(text("rules.sources", language), style="bold")
    for rule in rules_told:
        dates = text("rules.dates", language, first=rule["from"] or "…", last=rule["until"] or "…")
        basis = text(f"basis.{rule['basis']}", language) if rule["basis"] else "–"
        out.print(f"  {named(rule, 'rule', language)} ({rule['rule']})", soft_wrap=True, markup=False)
        out.print(f"    {basis} · {dates} · {rule['reference']}", style="dim", soft_wrap=True, markup=False)
