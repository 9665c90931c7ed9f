"""From a run to the figures of a catalogue: emissions of metal and power, and where the power came from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from holin.errors import ARGUMENT, BadInput, Fault
from holin.hall import Catalogue, Figures, Hall, MetalFigure, PowerFigure, SourceShare, demo_catalogue
from holin.park import Park
from holin.store import read_run
from holin.trace import months_of
from holin.twin.carbon_account import CarbonAccount, carbon_account
from holin.twin.run import Progress

YEAR = 4
"""As many characters as a period that is a year has; a month has more."""


def catalogue_figures(
    run: str | Path,
    *,
    claims: pd.DataFrame | None = None,
    period: str | None = None,
    on_progress: Progress | None = None,
) -> Figures:
    """Return what a catalogue takes from a run folder, of one local year or month of it.

    The metal's and the power's emissions are those of `carbon_account` with the same `claims`; the sources are those
    of the run's trace. Without `period` it is the run's only year; raises BadInput where it has several, or not that
    one.
    """
    account = carbon_account(run, claims=claims, on_progress=on_progress)
    found = read_run(run)
    chosen = _period(account, period)
    park = account.park
    names = _names(park)
    sources = tuple(_sources(found.tables["trace"], park, names, chosen))
    green = _green_shares(sources, chosen)
    facts = park.facts
    return Figures(
        park=facts.id,
        park_name=facts.name or facts.id,
        park_name_zh=facts.name_zh or facts.name or facts.id,
        stage=account.stage.name,
        period=chosen,
        hours=float(_rows(account.statement.park, chosen)[0]["hours"]),
        kind=account.kind,
        run=Path(run).name,
        metal={row["potline"]: _metal(row, names, green) for row in _rows(account.statement.potlines, chosen)},
        power={row["enterprise"]: _power(row, names, green) for row in _rows(account.statement.enterprises, chosen)},
        sources=sources,
    )


def catalogue_demo(run: str | Path, *, seed: int | None = None, on_progress: Progress | None = None) -> Hall:
    """Return a synthetic catalogue whose footprints follow from a run; see `holin.hall.demo_catalogue`."""
    figures = catalogue_figures(run, on_progress=on_progress)
    made: Catalogue = demo_catalogue(figures) if seed is None else demo_catalogue(figures, seed=seed)
    return Hall(catalogue=made, figures=figures)


def _period(account: CarbonAccount, period: str | None) -> str:
    there = list(dict.fromkeys(str(p) for p in account.statement.park["period"]))
    years = [p for p in there if len(p) == YEAR]
    if period is None and len(years) == 1:
        return years[0]
    if period in there:
        return str(period)
    problem = "the run has several years" if period is None else "the run has no such period"
    right = f"give one of {', '.join(years if period is None else there)}"
    raise BadInput([Fault(file=ARGUMENT, field="period", value=period, problem=problem, right=right)])


def _rows(frame: pd.DataFrame, period: str) -> list[Mapping[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame[frame["period"] == period].to_dict("records")]


def _names(park: Park) -> dict[str, tuple[str, str]]:
    things = (*park.enterprises, *park.potlines, *park.wind_farms, *park.pv_plants, *park.thermal_units,
              *park.generators, *park.grids, *park.storages)  # fmt: skip
    return {t.id: (t.name or t.id, t.name_zh or t.name or t.id) for t in things}


def _metal(row: Mapping[str, Any], names: Mapping[str, tuple[str, str]], green: Mapping[str, float]) -> MetalFigure:
    en, zh = names[row["potline"]]
    direct = float(row["direct_t_per_t"])
    return MetalFigure(
        name=en, name_zh=zh, enterprise=row["enterprise"], direct_t_per_t=direct,
        power_location_t_per_t=float(row["footprint_location_t_per_t"]) - direct,
        power_market_t_per_t=float(row["footprint_market_t_per_t"]) - direct,
        power_traced_t_per_t=float(row["footprint_traced_t_per_t"]) - direct,
        kwh_per_t=float(row["ac_mwh_per_t"]) * 1000.0, green_share=green.get(row["enterprise"], math.nan),
    )  # fmt: skip


def _power(row: Mapping[str, Any], names: Mapping[str, tuple[str, str]], green: Mapping[str, float]) -> PowerFigure:
    en, zh = names[row["enterprise"]]
    return PowerFigure(
        name=en, name_zh=zh, location_t_per_mwh=float(row["power_location_t_per_mwh"]),
        market_t_per_mwh=float(row["power_market_t_per_mwh"]), traced_t_per_mwh=float(row["power_traced_t_per_mwh"]),
        green_share=green.get(row["enterprise"], math.nan),
    )  # fmt: skip


def _sources(trace: Any, park: Park, names: Mapping[str, tuple[str, str]], period: str) -> Iterator[SourceShare]:
    """Yield what each source gave each enterprise, in the period and in each month of a year; losses left out."""
    whole = trace.load()
    for enterprise in [e.id for e in park.enterprises]:
        months = months_of(whole, enterprise, park.facts.time_zone)
        mine = months[months["month"].str.startswith(period)]
        spans = dict.fromkeys([*(m for m in mine["month"] if m != period), period])
        for span in spans:
            rows = mine[mine["month"].str.startswith(span)]
            total = float(rows["energy_mwh"].sum())
            if total <= 0:
                continue
            sums = rows.groupby("source", sort=True).agg(
                {"source_kind": "first", "green": "first", "energy_mwh": "sum"}
            )
            for source, row in sums.iterrows():
                en, zh = _source_names(str(source), names)
                mwh = float(row["energy_mwh"])
                yield SourceShare(
                    period=span, enterprise=enterprise, source=str(source), name=en, name_zh=zh,
                    kind=str(row["source_kind"]), green=bool(row["green"]), mwh=mwh, share=mwh / total,
                )  # fmt: skip


def _source_names(source: str, names: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    grid = source.removeprefix("renewable:")
    en, zh = names.get(grid, (grid, grid))
    return (en, zh) if grid == source else (f"{en}: renewable part", f"{zh}：可再生部分")


def _green_shares(sources: tuple[SourceShare, ...], period: str) -> dict[str, float]:
    """Return each enterprise's physical green share of a period."""
    found: dict[str, float] = {}
    for one in sources:
        if one.period == period:
            found[one.enterprise] = found.get(one.enterprise, 0.0) + (one.share if one.green else 0.0)
    return found
