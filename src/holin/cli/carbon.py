"""`holin carbon`: scopes 1 and 2 of every enterprise, by three counts, with statements by month and year."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from holin.cli.grid_state import asked_by, wrong
from holin.cli.options import EndOption, JsonOption, LanguageOption, StageOption, StartOption
from holin.cli.output import default_language, figure, out, percent, print_json, print_table, progress
from holin.cli.run import moment_of
from holin.cli.texts import text


class Span(StrEnum):
    """Within which span a certificate and the use that it covers must lie, as `holin.carbon.Matching` has them."""

    HOUR = "hour"
    MONTH = "month"
    YEAR = "year"


def carbon(
    source: Annotated[
        list[Path],
        typer.Argument(metavar="RUN|METERS", help="A run folder, or files of meter readings with --park."),
    ],
    park: Annotated[str | None, typer.Option("--park", help="Of readings: the park whose meters they are.")] = None,
    stage: StageOption = None,
    start: StartOption = None,
    end: EndOption = None,
    ledger: Annotated[
        str | None, typer.Option("--ledger", help="The ledger whose retired certificates count: PATH or postgresql://…")
    ] = None,
    claims: Annotated[
        Path | None,
        typer.Option(
            help="CSV of retired certificates: enterprise, time (UTC hour), device, source_kind, retired_mwh."
        ),
    ] = None,
    matching: Annotated[
        Span, typer.Option(help="Span within which production and use must lie: hour (strict), month or year.")
    ] = Span.HOUR,
    region: Annotated[
        str | None, typer.Option(help="Region of the factors; without it that of the grid connections' factor.")
    ] = None,
    cast: Annotated[
        float,
        typer.Option(
            min=0.0,
            max=5.0,
            help="MWh to cast a tonne: green metal is counted as ingot then; 0: as liquid metal.",
        ),
    ] = 0.0,
    marginal: Annotated[
        bool, typer.Option("--marginal", help="Also what one MWh more emits, from the dispatch solved again.")
    ] = False,
    export_credit: Annotated[
        float, typer.Option(min=0.0, max=2.0, help="With --marginal: t that an exported MWh is held to save elsewhere.")
    ] = 0.0,
    enterprise: Annotated[str | None, typer.Option(help="Only this enterprise, by its id.")] = None,
    month: Annotated[str | None, typer.Option(help="Only this local month (2025-03) or year (2025).")] = None,
    out_folder: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="New folder for tables (CSV, Parquet, NetCDF) and a page per enterprise."),
    ] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Account for greenhouse gases: scope 1, and scope 2 location-based, market-based and traced, side by side.

    By enterprise and potline, month and year. Without `--claims` or `--ledger` no certificate is retired, and the
    market-based count has the residual mix. `holin carbon runs/my-park-2025 -o statements`; one of them:
    `--enterprise ent-40 --month 2025-03`; by the month: `--claims retired.csv --matching month`; what a MWh more emits:
    `--marginal`. From meters: `holin carbon march.csv --park my-park --ledger certificates.db`.
    """
    first, last = moment_of(start, "--start"), moment_of(end, "--end")
    _fitting(source, park, {"--stage": stage, "--start": start, "--end": end}, claims, ledger)
    if month is not None and out_folder is not None:
        raise wrong("--month", month, "a folder has all months", "leave out --month or --out")
    if export_credit and not marginal:
        raise wrong("--export-credit", str(export_credit), "counts only with --marginal", "add --marginal")
    from holin.carbon import read_claims
    from holin.parkfile import reference_park
    from holin.twin import carbon_account, claims_of_ledger, metered_run
    from holin.twin.carbon_figures import carbon_figures, saved_account

    speech = language or default_language()
    retired = None if claims is None else read_claims(claims)
    with progress(not as_json, speech) as advance, asked_by(**ASKED):
        made: Any = source[0]
        if park is not None:
            made = metered_run(
                source, reference_park(park), stage=stage, start=first, end=last, on_progress=advance
            )  # fmt: skip
        if ledger is not None:
            retired = claims_of_ledger(ledger, made)
        account = carbon_account(
            made, claims=retired, matching=matching.value, region=region, cast_mwh_per_t=cast,
            with_marginal=marginal, exported_t_per_mwh=export_credit, on_progress=advance,
        )  # fmt: skip
        figures = carbon_figures(account, enterprise=enterprise, month=month)
        if out_folder is not None:
            saved_account(account, out_folder, enterprise=enterprise)
    if as_json:
        print_json(figures)
        return
    print_account(figures, speech)
    if out_folder is not None:
        out.print(text("carbon.written", speech, path=out_folder), soft_wrap=True, markup=False)


ASKED = {
    "folder": "--out", "enterprise": "--enterprise", "month": "--month", "with_marginal": "--marginal",
}  # fmt: skip
"""Arguments of the rooms below, and the options that they come from."""


def _fitting(
    source: list[Path], park: str | None, of_meters: dict[str, str | None], claims: Path | None, ledger: str | None
) -> None:
    """Raise BadInput where options do not go together."""
    if claims is not None and ledger is not None:
        raise wrong("--claims", str(claims), "does not go with --ledger", "name the file or the ledger: one of both")
    if park is not None:
        return
    if len(source) > 1:
        raise wrong("RUN", " ".join(map(str, source)), "more than one", "name one run; readings of meters need --park")
    if source[0].is_file():
        raise wrong("--park", None, f"{source[0]} is a file of readings, and no park is named", "write --park my-park")
    for option, value in of_meters.items():
        if value is not None:
            raise wrong(option, value, "is for readings of meters", "leave it out: a run has its own stage and hours")


ENTERPRISE_COLUMNS = (
    ("energy", "energy_mwh"), ("scope_1", "scope_1_t"), ("location", "scope_2_location_t"),
    ("market", "scope_2_market_t"), ("traced", "scope_2_traced_t"), ("covered", "covered_mwh"),
)  # fmt: skip
POTLINE_COLUMNS = (
    ("metal", "metal_t", 0), ("ac", "ac_mwh_per_t", 2), ("foot_location", "footprint_location_t_per_t", 2),
    ("foot_market", "footprint_market_t_per_t", 2), ("foot_traced", "footprint_traced_t_per_t", 2),
    ("green_metal", "green_metal_t", 1),
)  # fmt: skip


def print_account(figures: dict[str, Any], language: str) -> None:
    """Print the years (or the one period asked for), the notices, the factors and the marginal emissions."""
    names = {"park": figures["names"]["zh" if language == "zh" else "en"], "stage": figures["stage"]}
    out.print(text("carbon.title", language, **names), style="bold", soft_wrap=True, markup=False)
    for note in notices(figures, language):
        out.print(note, style="yellow", soft_wrap=True, markup=False)
    sums = {row["period"]: row for row in figures["park_sums"]}
    periods = [p for p in sums if len(p) == len("2025")] or list(sums)
    for period in periods:
        rows = [row for row in figures["enterprises"] if row["period"] == period]
        head = [text("carbon.column.enterprise", language), *_heads(ENTERPRISE_COLUMNS, language)]
        cells = [[row["enterprise"], *(figure(row[c], 0) for _, c in ENTERPRISE_COLUMNS)] for row in rows]
        if len(rows) > 1:
            total = [figure(sums[period][c], 0) for _, c in ENTERPRISE_COLUMNS]
            cells.append([text("carbon.sum", language), *total])
        print_table(f"{period} · {figure(sums[period]['hours'], 0)} h", head, cells)
        lines = [row for row in figures["potlines"] if row["period"] == period]
        if lines:
            head = [text("carbon.column.potline", language), *_heads(POTLINE_COLUMNS, language)]
            print_table("", head, [[r["potline"], *(figure(r[c], d) for _, c, d in POTLINE_COLUMNS)] for r in lines])
    for factor in figures["factors"]:
        out.print(_factor(factor, language), soft_wrap=True, markup=False)
    out.print(text(f"carbon.matching.{figures['matching']}", language), soft_wrap=True)
    print_marginal(figures["marginal"], language)
    out.print(text("carbon.note", language), soft_wrap=True)


def notices(figures: dict[str, Any], language: str) -> list[str]:
    """Return what a reader must know before the figures: the kind, what nothing covers, what counts for nothing."""
    said = [text(f"carbon.kind.{figures['kind']}", language)]
    if synthetic := figures["synthetic"]["zh" if language == "zh" else "en"]:
        said.append(synthetic)
    if figures["claims_from"] != "none" and not figures["claims_in_ledger"]:
        said.append(text("carbon.claims_file", language))
    if not figures["certificates_retired_mwh"]:
        said.append(text("carbon.no_certificate", language))
    if outside := figures["certificates_outside_mwh"]:
        said.append(text("carbon.outside", language, mwh=figure(outside, 0)))
    if others := figures["certificates_of_others_mwh"]:
        said.append(text("carbon.others", language, mwh=figure(others, 1)))
    if excess := figures["certificates_excess_mwh"]:
        said.append(text("carbon.excess", language, mwh=figure(excess, 1)))
    if figures["residual_below_average"]:
        said.append(text("carbon.below_average", language, region=figures["factors"][0]["asked_region"]))
    return said


def print_marginal(found: dict[str, Any] | None, language: str) -> None:
    """Print what one MWh more emits, and for how much of the energy that holds."""
    if found is None:
        return
    shown = {n: figure(found[f"{n}_t_per_mwh"], 3) for n in ("mean", "least", "highest")}
    share = percent(found["share_that_holds"])
    out.print(text("carbon.marginal", language, share=share, **shown), soft_wrap=True, markup=False)
    if found["ties"]:
        out.print(text("carbon.ties", language, count=found["ties"]), soft_wrap=True)


def _heads(columns: tuple[tuple[Any, ...], ...], language: str) -> list[str]:
    return [text(f"carbon.column.{column[0]}", language) for column in columns]


def _factor(factor: dict[str, Any], language: str) -> str:
    older = text("carbon.older", language, age=factor["age_years"]) if factor["age_years"] else ""
    wider = text("carbon.wider", language, region=factor["factor_region"]) if factor["widened"] else ""
    name = factor["name_zh"] if language == "zh" and factor["name_zh"] else factor["name"] or factor["factor"]
    method = text(f"carbon.{factor['method']}", language)
    return text(
        "carbon.factor", language, method=method, region=factor["asked_region"] or "–", year=factor["asked_year"],
        value=figure(factor["t_per_mwh"], 4), name=name, older=older, wider=wider,
    )  # fmt: skip
