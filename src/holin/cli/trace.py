"""The command `holin trace`: where the energy of a run came from, down to one hour of one enterprise."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.grid_state import asked_by, wrong
from holin.cli.options import JsonOption, LanguageOption, RunArgument
from holin.cli.output import (
    default_language,
    digits_for,
    figure,
    out,
    percent,
    print_json,
    print_table,
    progress,
    scaled,
)
from holin.cli.run import moment_of
from holin.cli.texts import text
from holin.cli.trace_names import Names, Table, names_of, print_named, sink_called, source_called

if TYPE_CHECKING:
    import pandas as pd

    from holin.twin import TracedRun

ROWS_MAX = 40
"""So many rows of one hour are shown; all stand in the JSON."""


SHARE_MIN = 5e-5
"""Smaller ones would stand as 0.00 %."""


class By(StrEnum):
    """What a row and a column of the account are."""

    KIND = "kind"
    ENTERPRISE = "enterprise"
    UNIT = "unit"


class Losses(StrEnum):
    """Who bears the network's losses."""

    GROSS = "gross"
    NET = "net"


class Content(StrEnum):
    """What leaves a storage first."""

    PRO_RATA = "pro_rata"
    FIFO = "fifo"


def trace(
    folder: RunArgument,
    by: Annotated[
        By | None,
        typer.Option(
            help="kind: kinds of sources x enterprises (the default); enterprise: each source x them; unit: each."
        ),
    ] = None,
    hour: Annotated[str | None, typer.Option(help="One local hour only, '2025-03-01 06:00'.")] = None,
    enterprise: Annotated[
        str | None, typer.Option(help="One enterprise, by id or name: its sources by month, or in the --hour.")
    ] = None,
    losses: Annotated[
        Losses | None, typer.Option(help="gross: users bear network losses; net: sources do. Without it as the run.")
    ] = None,
    storage: Annotated[
        Content | None, typer.Option(help="pro_rata: storage mixes; fifo: the oldest first. Without it as the run.")
    ] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="Also write all hours (or what is shown) to a .parquet or .csv file.")
    ] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Tell where the energy of a run came from and went to, by tracing its AC flows hour by hour.

    The whole run: `holin trace RUN`. One enterprise, month by month: `--enterprise ent-40`. One kWh followed back to
    its turbines: `--enterprise ent-40 --hour '2025-03-01 06:00'` names every source with MWh and share, and for what
    came out of storage when that was charged (`--storage fifo`: the very hour) and from what. The count is physical;
    it is no certificate. Every hour is checked: uses and losses add up to what was fed in.
    """
    if by and enterprise:
        problem = "an enterprise's sources are told one by one"
        raise wrong("--by", by.value, problem, "leave out --by or --enterprise")
    moment = moment_of(hour, "--hour")
    from holin.trace import account, deliveries, followed, months_of
    from holin.twin import traced_run

    speech = language or default_language()
    with progress(not as_json, speech) as advance:
        found = traced_run(folder, losses=losses, storage=storage, on_progress=lambda share: advance("trace", share))
    with asked_by(enterprise="--enterprise", hour="--hour", out="--out"):
        who = found.enterprise(enterprise) if enterprise else None
        at = found.hour(moment) if moment else None
        zone = found.park.facts.time_zone
        if who and at is not None:
            shown, name, rows = followed(found.park, found.schedule, found.trace, who, at), "followed", None
        elif who:
            shown, name, rows = months_of(found.trace, who, zone), "months", None
        else:
            shown, name = account(found.trace, by=by or By.KIND, hour=at), "account"
            rows = deliveries(found.trace, by=by or By.KIND) if at is None and out_file else None
        written = _written(out_file, shown if rows is None else rows)
    if as_json:
        print_json(
            {**_head(found, by or (None if who else By.KIND), hour, who), name: _plain(shown), "written": written}
        )
        return
    if who and at is not None:
        _print_followed(found, who, hour or "", shown, speech)
    elif who:
        _print_months(found, who, shown, speech)
    else:
        _print_account(found, by or By.KIND, hour, shown, speech)
    if written:
        out.print(text("trace.written", speech, path=written), soft_wrap=True)


def _head(found: TracedRun, by: By | None, hour: str | None, enterprise: str | None) -> dict[str, Any]:
    return {
        "run": str(found.run.folder),
        "park": found.park.facts.id,
        "stage": found.stage.name,
        "count": "physical",
        "kind": found.kind,
        "hours": found.trace.sizes["time"],
        "time_zone": found.park.facts.time_zone,
        **found.trace.attrs,
        "by": by and by.value,
        "hour": hour,
        "enterprise": enterprise,
    }


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows for JSON: times as ISO 8601 with their zone, null where there is none."""
    import pandas as pd

    made = frame.copy()
    for column in made.columns:
        if pd.api.types.is_datetime64_any_dtype(made[column]):
            stamps = [None if pd.isna(t) else f"{t:%Y-%m-%dT%H:%M}Z" for t in made[column]]
            made[column] = pd.Series(stamps, dtype=object, index=made.index)
    return _rows(made)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _written(path: Path | None, frame: pd.DataFrame) -> str | None:
    if path is None:
        return None
    from holin.store import traced_table, write_people

    return str(write_people(path, traced_table(frame, "traced energy; count: physical")))


def _print_account(found: TracedRun, by: By, hour: str | None, rows: pd.DataFrame, language: str) -> None:
    from holin.trace import balance

    table = balance(rows)
    step, digits = _scale(table.drop(columns="green_share"))
    sources = [str(c) for c in table.columns if c not in ("total", "green_share")]
    span = text("trace.hour", language, hour=hour) if hour else text(
        "trace.hours", language, count=found.trace.sizes["time"]
    )  # fmt: skip
    heading = text(
        "trace.title", language, park=found.park.facts.id, stage=found.stage.name, span=span,
        kind=_kind(found, language), unit=UNITS[step],
    )  # fmt: skip
    heads = [text(f"trace.{c}", language) for c in ("total", "green")]

    def laid_out(names: Names) -> Table:
        called = sink_called(names, language)
        cells = [
            [
                called(sink) if end == "use" else text(f"trace.end.{end}", language),
                *(figure(row[c] / step, digits) for c in (*sources, "total")),
                percent(row["green_share"]),
            ]
            for (end, sink), row in zip(table.index, _rows(table), strict=True)
        ]
        label = source_called(names, by is By.KIND, language)
        return [text("trace.to", language), *map(label, sources), *heads], cells

    print_named(heading, found, laid_out, language)
    _print_how(found, language)


def _kind(found: TracedRun, language: str) -> str:
    return text(f"trace.run_kind.{found.kind}", language)


UNITS = {1.0: "MWh", 1e3: "GWh"}


def _scale(table: pd.DataFrame) -> tuple[float, int]:
    """Return the step of a thousand and the decimals; in TWh the smaller enterprises would vanish."""
    step, digits = scaled([float(v) for v in table.to_numpy().ravel()])
    return (step, digits) if step in UNITS else (1e3, 1)


def _print_months(found: TracedRun, who: str, months: pd.DataFrame, language: str) -> None:
    table = months.pivot_table(
        index="month", columns="source", values="energy_mwh", aggfunc="sum", fill_value=0.0, margins=True,
        margins_name="total",
    )  # fmt: skip
    step, digits = _scale(table)
    heading = text(
        "trace.months.title", language, enterprise=names_of(found, language).get(who, who), kind=_kind(found, language),
        unit=UNITS[step],
    )  # fmt: skip
    total = text("trace.total", language)
    cells = [
        [total if month == "total" else str(month), *(figure(v / step, digits) for v in row)]
        for month, row in zip(table.index, table.to_numpy().tolist(), strict=True)
    ]

    def laid_out(names: Names) -> Table:
        label = source_called(names, False, language)
        columns = [total if c == "total" else label(str(c)) for c in table.columns]
        return [text("trace.month", language), *columns], cells

    print_named(heading, found, laid_out, language)
    _print_how(found, language)


def _print_followed(found: TracedRun, who: str, hour: str, rows: pd.DataFrame, language: str) -> None:
    names = names_of(found, language)
    name = names.get(who, who)
    if not len(rows):
        out.print(text("trace.nothing", language, enterprise=name, hour=hour))
        return
    green = rows.loc[rows["green"], "share"].sum()
    digits = digits_for([float(v) for v in rows["energy_mwh"]], 5)
    heading = text(
        "trace.followed.title", language, enterprise=name, hour=hour, kind=_kind(found, language),
        mwh=figure(rows["energy_mwh"].sum(), digits), green=percent(green, 2),
    )  # fmt: skip
    label, way = source_called(names, False, language), _ways(found, hour, language)
    told = rows[rows["share"] >= SHARE_MIN].head(ROWS_MAX)
    cells = [
        [label(row["source"]), way(row), figure(row["energy_mwh"], digits), percent(row["share"], 2)]
        for row in _rows(told)
    ]
    if len(rows) > len(told):
        cells.append([text("trace.more", language, count=len(rows) - len(told)), "", "", ""])
    columns = [text(f"trace.{c}", language) for c in ("source", "way")]
    print_table(heading, [*columns, "MWh", text("trace.share", language)], cells)
    _print_how(found, language)


def _ways(found: TracedRun, hour: str, language: str) -> Callable[[dict[str, Any]], str]:
    """Return what says how a row's energy came: directly, or through which storage and since when."""
    import pandas as pd

    from holin.calendar import local

    zone, names = found.park.facts.time_zone, names_of(found, language)
    exact = found.trace.attrs["storage"] == "fifo"

    def said(row: dict[str, Any]) -> str:
        if not row["storage"]:
            return text("trace.direct", language)
        storage = names.get(row["storage"], row["storage"])
        if pd.isna(row["charged_from"]):
            return text("trace.stored_unknown", language, storage=storage)
        begins = local(pd.DatetimeIndex([row["charged_from"]]).to_numpy(), zone)[0]
        key, form = ("trace.stored", "%Y-%m-%d %H:%M") if exact else ("trace.stored_month", "%Y-%m")
        later = exact and begins.strftime("%Y-%m-%d %H:%M") > hour.replace("T", " ")
        words = text(key, language, storage=storage, charged=begins.strftime(form))
        return words + (text("trace.before", language) if later else "")

    return said


def _print_how(found: TracedRun, language: str) -> None:
    made = found.trace.attrs
    losses, storage = (text(f"trace.{name}.{made[name]}", language) for name in ("losses", "storage"))
    gap = f"{made['closure_mwh']:.0e}"
    out.print(text("trace.how", language, losses=losses, storage=storage, gap=gap), soft_wrap=True)
