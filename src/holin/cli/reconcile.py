"""`holin reconcile`: energy, certificates and money of a run held against each other, and what does not close."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from holin.cli.options import JsonOption, LanguageOption
from holin.cli.output import THIN, default_language, figure, out, print_json, print_table
from holin.cli.texts import text


def reconcile(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder: of `holin run` or `holin meters`.")],
    ledger: Annotated[
        str | None,
        typer.Option("--ledger", help="The ledger of its certificates: PATH or postgresql://…"),
    ] = None,
    month: Annotated[str | None, typer.Option(help="Print only this local month, 2025-06.")] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Check that everything closes: energy, certificates, bills and money, month by month, to the Wh and the fen.

    Prints the closed tables, or names what does not close and by how much; then the exit code is 1. `holin reconcile
    runs/my-park-2025 --ledger park.ledger`.
    """
    from holin.twin import reconciled, reconciled_figures

    speech = language or default_language()
    figures = reconciled_figures(reconciled(folder, address=ledger))
    if as_json:
        print_json(figures)
    else:
        print_reconciled(figures, speech, month)
    if not figures["closes"]:
        raise typer.Exit(1)


def print_reconciled(figures: dict[str, Any], language: str, month: str | None) -> None:
    """Print each month's balance of energy, the checks, and what does not close."""
    out.print(text(f"carbon.kind.{figures['kind']}", language), style="dim", soft_wrap=True, markup=False)
    for check in figures["checks"]:
        if check["name"] == "energy" and month in (None, check["month"]):
            _print_energy(check, language)
    heads = ["", *(text(f"reconcile.{head}", language) for head in ("month", "left", "right", "difference", "verdict"))]
    rows = [_row(c, language) for c in figures["checks"] if month in (None, c["month"]) or not c["month"]]
    print_table(text("reconcile.title", language, park=figures["park"]), heads, rows)
    if figures["ledger"] is None:
        out.print(text("reconcile.no_ledger", language), style="dim", soft_wrap=True, markup=False)
    broken = [c for c in figures["checks"] if not c["closes"]]
    key = "reconcile.closes" if not broken else "reconcile.broken"
    out.print(text(key, language, count=len(figures["checks"]), broken=len(broken)), style="bold", soft_wrap=True)
    for check in broken:
        _print_broken(check, figures, language)


def _amount(value: int, unit: str) -> str:
    if unit == "fen":
        sign = "-" if value < 0 else ""
        return f"{sign}{abs(value) // 100:,}.{abs(value) % 100:02d}".replace(",", THIN)
    return figure(value / 1e6, 3) + " MWh"


def _row(check: dict[str, Any], language: str) -> list[str]:
    unit = check["unit"]
    small = f"{check['difference']:,} {unit}".replace(",", THIN)
    return [
        text(f"reconcile.check.{check['name']}", language), check["month"] or text("reconcile.whole", language),
        _amount(sum(check["left"].values()), unit), _amount(sum(check["right"].values()), unit), small,
        text("reconcile.yes" if check["closes"] else "reconcile.no", language),
    ]  # fmt: skip


def _print_energy(check: dict[str, Any], language: str) -> None:
    def called(part: str) -> str:
        return text(f"reconcile.part.{part.replace(' ', '_')}", language)

    left = [[called(part), _amount(wh, "Wh")] for part, wh in check["left"].items()]
    right = [[called(part), _amount(wh, "Wh")] for part, wh in check["right"].items()]
    title = text("reconcile.energy", language, month=check["month"])
    sums = [[text("reconcile.sum", language), _amount(sum(check["left"].values()), "Wh")]]
    print_table(title, [text("reconcile.came", language), ""], left + sums)
    sums = [[text("reconcile.sum", language), _amount(sum(check["right"].values()), "Wh")]]
    print_table("", [text("reconcile.went", language), ""], right + sums)


def _print_broken(check: dict[str, Any], figures: dict[str, Any], language: str) -> None:
    unit = check["unit"]
    line = text(
        "reconcile.apart", language, check=text(f"reconcile.check.{check['name']}", language),
        month=check["month"] or text("reconcile.whole", language), apart=_amount(check["difference"], unit),
        allowed=f"{check['allowed']} {unit}",
    )  # fmt: skip
    out.print(f"  {line}", style="red", soft_wrap=True, markup=False)
    if check["name"] == "energy":
        (balance,) = [b for b in figures["balances"] if b["month"] == check["month"]]
        time, wh = balance["worst"]
        out.print("  " + text("reconcile.worst", language, time=time, apart=_amount(wh, "Wh")), markup=False)
