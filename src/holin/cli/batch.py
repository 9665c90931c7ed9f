"""`holin batch`: from hour to tonne. Records made, checked, listed, traced; which tonnes may be sold as green metal."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.certificates import KeyOption, LedgerOption
from holin.cli.grid_state import asked_by, wrong
from holin.cli.options import JsonOption, LanguageOption, RunArgument
from holin.cli.output import default_language, fault_json, figure, out, percent, print_faults, print_json, print_table
from holin.cli.output import progress as shown_progress
from holin.cli.texts import text

if TYPE_CHECKING:
    from holin.twin.batches import BatchesOfRun

ROWS_SHOWN = 40
RecordsOption = Annotated[
    Path | None,
    typer.Option("--records", help="Folder of production records; without it `production` within the run's."),
]


class Method(StrEnum):
    """Which certificates may stand behind a batch: of its own hours only, or also of its month."""

    HOURLY = "hourly"
    MONTHLY = "monthly"


def demo(
    run: RunArgument,
    out_folder: Annotated[
        Path | None, typer.Option("-o", "--out", help="New folder; without it `production` within the run's.")
    ] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Make production records from a calculated run: ladles, casting batches, scrap, lots. Synthetic; always the same.

    They show what records look like (tap.csv, batch.csv, input.csv, lot.csv, stock.csv, production.toml), and let every
    other command be tried. `holin batch demo runs/huolinguole-2025`, then `holin batch list runs/huolinguole-2025`.
    """
    from holin.batches import read_production
    from holin.twin.batches import demo_batches

    speech = language or default_language()
    with shown_progress(not as_json, speech) as advance, asked_by(folder="--out"):
        folder = demo_batches(run, out_folder, on_progress=advance)
    made = read_production(folder)
    counts = {"taps": len(made.taps), "batches": len(made.batches), "lots": len(made.lots)}
    if as_json:
        print_json({"folder": str(folder), "kind": made.facts.kind, "synthetic": True, **counts})
        return
    out.print(text("batch.demo", speech, path=folder, **counts), soft_wrap=True, markup=False)


def check(
    run: RunArgument,
    records: RecordsOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Check production records against a run: every fault at once, and the mass balance of every place and month.

    Nothing is made from nothing: no more is tapped than was made, no more leaves a furnace, ladle or batch than went
    in. Counted stocks (stock.csv) are compared, and what does not close is named with by how much. Exit code 1 where
    there is an error.
    """
    from holin.twin.batches import checked_batches, summary_of

    speech = language or default_language()
    with shown_progress(not as_json, speech) as advance:
        found, faults = checked_batches(run, records, on_progress=advance)
    if as_json:
        balances = [] if found is None else [_balance(b) for b in found.account.balances]
        energy = None if found is None else summary_of(found)
        print_json({"faults": [fault_json(f) for f in faults], "balances": balances, "energy": energy})
    else:
        print_faults(faults, speech)
        if found is not None:
            _print_balance(found, speech)
    if found is None:
        raise typer.Exit(1)


def _balance(balance: Any) -> dict[str, Any]:
    names = ("place", "month", "opening", "into", "out", "loss", "closing", "counted", "gap")
    return {n if n in ("place", "month") else f"{n}_g": getattr(balance, n) for n in names}


def _print_balance(found: BatchesOfRun, language: str) -> None:
    from holin.twin.batches import summary_of

    made = found.production
    counts = {"taps": len(made.taps), "batches": len(made.batches), "lots": len(made.lots)}
    out.print(text(f"carbon.kind.{found.kind}", language), style="yellow", soft_wrap=True, markup=False)
    out.print(text("batch.sound", language, **counts), soft_wrap=True, markup=False)
    heads = [
        text(f"batch.{h}", language)
        for h in ("place", "month", "opening", "in", "out", "loss", "closing", "counted", "gap")
    ]
    rows = [
        [b.place, b.month, *(_tonnes(g) for g in (b.opening, b.into, b.out, b.loss, b.closing, b.counted, b.gap))]
        for b in found.account.balances
    ]
    print_table(text("batch.balance", language), heads, rows)
    sums = {name: figure(wh / 1e6, 3) for name, wh in summary_of(found).items()}
    words = {"whole": sums["potlines_wh"], "batches": sums["batches_wh"], "waiting": sums["waiting_wh"]}
    out.print(text("batch.energy", language, idle=sums["without_metal_wh"], **words), soft_wrap=True, markup=False)


def _tonnes(grams: int | None) -> str:
    return figure(None if grams is None else grams / 1e6, 3)


def list_batches(
    run: RunArgument,
    records: RecordsOption = None,
    month: Annotated[str | None, typer.Option(help="Only batches cast in this local month, 2025-06.")] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """List batches: mass, energy, physical green share, and carbon per tonne by three counts side by side."""
    from holin.twin.batch_figures import batch_rows
    from holin.twin.batches import batches_of_run

    speech = language or default_language()
    with shown_progress(not as_json, speech) as advance, asked_by(month="--month"):
        found = batches_of_run(run, records, on_progress=advance)
        rows = batch_rows(found, month=month)
    if as_json:
        print_json({"park": found.park.facts.id, "stage": found.stage.name, "kind": found.kind, "batches": rows})
        return
    out.print(text(f"carbon.kind.{found.kind}", speech), style="yellow", soft_wrap=True, markup=False)
    heads = [
        text(f"batch.{h}", speech)
        for h in ("batch", "form", "mass", "per_t", "physical", "location", "market", "traced")
    ]
    cells = [
        [
            r["batch"], text(f"batch.form.{r['form']}", speech), figure(r["mass_t"], 3),
            figure(r["ac_mwh_per_t"], 2), percent(r["physical_green_share"]),
            *(figure(r[f"gate_{c}_t_per_t"], 2) for c in ("location", "market", "traced")),
        ]
        for r in rows[:ROWS_SHOWN]
    ]  # fmt: skip
    print_table(text("batch.title", speech, park=found.park.facts.id, stage=found.stage.name), heads, cells)
    if len(rows) > ROWS_SHOWN:
        out.print(text("batch.more", speech, count=len(rows) - ROWS_SHOWN), soft_wrap=True)
    out.print(text("batch.note", speech), style="dim", soft_wrap=True)


def trace(
    run: RunArgument,
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="The id of a batch or lot.")],
    records: RecordsOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Follow a batch or lot back: to taps, to the hours of its potline, and to the source of every Wh."""
    from holin.twin.batch_figures import batch_trace
    from holin.twin.batches import batches_of_run

    speech = language or default_language()
    with shown_progress(not as_json, speech) as advance, asked_by(batch="BATCH"):
        found = batches_of_run(run, records, on_progress=advance)
        told = batch_trace(found, batch)
    if as_json:
        print_json(told)
        return
    say = {"batch": " → ".join(told["path"]), "mass": figure(told["mass_t"], 3), "alloy": told["alloy"]}
    out.print(text(f"carbon.kind.{found.kind}", speech), style="yellow", soft_wrap=True, markup=False)
    out.print(text("batch.trace.title", speech, **say), style="bold", soft_wrap=True, markup=False)
    print_table(
        text("batch.trace.inputs", speech),
        [text(f"batch.{h}", speech) for h in ("material", "source", "mass")],
        [
            [text(f"batch.material.{p['material']}", speech), p["source"], figure(p["mass_t"], 3)]
            for p in told["inputs"]
        ],
    )  # fmt: skip
    heads = [text("batch.trace.hour", speech), text("batch.line", speech), text("batch.trace.metal", speech)]
    rows = [
        [r["hour"], r["potline"], figure(r["metal_t"], 3), *(figure(v, 3) for v in r["mwh"])] for r in told["hours"]
    ]
    rows.append(
        [text("batch.trace.sum", speech), "", figure(told["traced_t"], 3), *(figure(v, 3) for v in told["mwh"])]
    )  # fmt: skip
    print_table(text("batch.trace.hours", speech), [*heads, *told["sources"]], rows)


def green(
    run: RunArgument,
    ledger: LedgerOption,
    month: Annotated[str, typer.Option(help="The local month in which the batches were cast, 2025-06.")],
    tonnes: Annotated[
        float | None,
        typer.Option(min=0.001, help="How many tonnes of green metal are wanted; without it all."),
    ] = None,
    method: Annotated[
        Method,
        typer.Option(help="hourly: certificates of the batch's own hours only; monthly: then also of its month."),
    ] = Method.MONTHLY,
    allot: Annotated[
        bool, typer.Option("--allot", help="Write down which Wh stand behind which batch, for good.")
    ] = False,
    print_to: Annotated[
        Path | None, typer.Option("--print", help="Allot, and write the passports of the batches into this new folder.")
    ] = None,
    first: Annotated[
        bool, typer.Option("--first", help="Begin the ledger's book: nothing was ever allotted of it.")
    ] = False,
    enterprise: Annotated[str | None, typer.Option(help="Only batches of this enterprise's potlines.")] = None,
    records: RecordsOption = None,
    key: KeyOption = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Which tonnes of a month may I sell as green-power aluminium (绿电铝), and the proof.

    Mass balance: retired green energy / energy per tonne, the physical share beside it, never mixed. Only what is
    retired in the ledger for the metal's own enterprise counts. Looking changes nothing; `--allot` writes it into the
    ledger's book, where no Wh can stand behind two batches; `--print FOLDER` also makes the passports. The very first
    time `--first` begins that book; a copy of a ledger without its book is refused, for it may have allotted already.
    `holin batch green runs/huolinguole-2025 --ledger park.ledger --month 2025-06 --tonnes 500 --print proof --first`
    """
    from holin.twin.batch_green import green_figures, green_month
    from holin.twin.batches import batches_of_run

    speech = language or default_language()
    if print_to is not None and print_to.exists():
        raise wrong("--print", str(print_to), "stands already", "name a new folder")
    with shown_progress(not as_json, speech) as advance, asked_by(month="--month", enterprise="--enterprise"):
        found = batches_of_run(run, records, on_progress=advance)
        made = green_month(
            found, ledger, month, tonnes=tonnes, monthly=method is Method.MONTHLY,
            write=allot or print_to is not None, first=first, enterprise=enterprise, key=key,
        )  # fmt: skip
        figures = green_figures(found, made)
        if print_to is not None and made.chosen:
            from holin.twin.passport_files import passport_files

            chosen = [c.need.batch for c in made.chosen]
            passport_files(found, print_to, chosen, address=ledger, on_progress=advance)
            figures["printed"] = str(print_to)
    if as_json:
        print_json(figures)
        return
    _print_green(figures, tonnes, speech)


GREEN_COLUMNS = (
    ("need", "energy_mwh", 3), ("had", "had_mwh", 3), ("own", "hourly_mwh", 3), ("month", "monthly_mwh", 3),
    ("missing", "missing_mwh", 3), ("tonnes", "green_t", 3),
)  # fmt: skip
MAY_BE_NOTHING = ("had_mwh", "monthly_mwh", "missing_mwh")
"""Columns that are left out where all is nothing: the window may be narrow."""


def _print_green(figures: dict[str, Any], asked: float | None, language: str) -> None:
    out.print(text(f"carbon.kind.{figures['kind']}", language), style="yellow", soft_wrap=True, markup=False)
    if not figures["batches"]:
        out.print(text("batch.green.none", language, month=figures["month"]), soft_wrap=True)
        return
    chosen = [b for b in figures["batches"] if b["chosen"]]
    told_of = (chosen or figures["batches"])[:ROWS_SHOWN]
    columns = [c for c in GREEN_COLUMNS if c[1] not in MAY_BE_NOTHING or any(b[c[1]] for b in told_of)]
    heads = [text(f"batch.{h}", language) for h in ("batch", "mass", "physical")]
    heads += [text(f"batch.green.{h}", language) for h, _, _ in columns]
    rows = [
        [
            b["batch"], figure(b["mass_t"], 3), percent(b["physical_green_share"]),
            *(figure(b[c], d) for _, c, d in columns),
        ]
        for b in told_of
    ]  # fmt: skip
    print_table(text("batch.green.title", language, month=figures["month"]), heads, rows)
    told = figure(figures["chosen_t"], 3)
    out.print(text("batch.green.answer", language, tonnes=told, count=len(chosen)), style="bold", soft_wrap=True)
    if asked is not None and figures["chosen_t"] < asked:
        gap = figure(asked - figures["chosen_t"], 3)
        out.print(text("batch.green.short", language, missing=gap, asked=figure(asked, 1)), style="red", soft_wrap=True)
    who = ", ".join(figures["enterprises"])
    free, left = figure(figures["retired_free_mwh"], 3), figure(figures["left_free_mwh"], 3)
    out.print(text("batch.green.free", language, enterprises=who, free=free, left=left), soft_wrap=True, markup=False)
    cure = {"missing": figure(figures["missing_mwh"], 1), "active": figure(figures["active_mwh"], 1)}
    out.print(text("batch.green.cure", language, **cure), soft_wrap=True, markup=False)
    if figures["entry"] is None:
        out.print(text("batch.green.not_written", language), soft_wrap=True, markup=False)
    else:
        out.print(
            text("batch.green.written", language, entry=figures["entry"], book=figures["book"]), soft_wrap=True,
            markup=False,
        )  # fmt: skip
    if "printed" in figures:
        files = "json, html, pdf"
        count = len(chosen)
        out.print(text("passport.written", language, count=count, path=figures["printed"], files=files), soft_wrap=True)
