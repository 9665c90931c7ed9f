"""From a run to bills: what each enterprise used in whole Wh, by contract and tariff, and how the month closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import BadInput, Fault
from holin.park import Park, Stage, at_stage, by_id, stage_of, tariffs_of, values_at
from holin.parkfile import read_park
from holin.settle import Context, Contracted, Settlement, Usage, read_book, settlement, standing
from holin.store import read_run
from holin.summary import grid_usages, usages_of
from holin.tariff import Tariffs
from holin.twin.carbon_account import kind_of
from holin.twin.run import Result

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class SettledRun:
    """A run settled: `park` as at its stage, `whole` with all versions of its tariffs, `months` in order.

    `kind` is demo or metered. `usages` are what the bills were made of, in the order of the park's enterprises, and
    `grids` the same of the grid connections, `taken` being import.
    """

    park: Park
    whole: Park
    stage: Stage
    kind: str
    usages: tuple[Usage, ...]
    grids: tuple[Usage, ...]
    months: tuple[Settlement, ...]
    peaks_before_w: Mapping[str, Mapping[str, Fraction]]


def settled_run(source: str | Path | Result, *, book: str | Path | None = None) -> SettledRun:
    """Settle every month of a run: a folder, or what `run` or `metered_run` returned.

    Ratchets look back on the months of the run, and before them on those that a settlement `book` has.

    Every enterprise with a contract gets a bill; others that used or fed in are named as unbilled. Raises BadInput
    where the run lacks flows or trace, or its intervals are not known throughout.
    """
    whole, stage, tables, figures, name = _read(source)
    return settled_tables(whole, stage, tables, kind=kind_of(figures), name=name, book=book)


def settled_tables(
    whole: Park,
    stage: Stage,
    tables: Mapping[str, xr.Dataset],
    *,
    kind: str,
    name: str,
    book: str | Path | None = None,
) -> SettledRun:
    """Settle every month of a run that was read: its park with all stages, the stage, and its tables by name.

    `kind` is demo or metered, `name` stands in faults. See `settled_run`.
    """
    park = at_stage(whole, stage)
    flows, trace = tables["flows"].load(), tables["trace"].load()
    usages = usages_of(park, flows, trace, tables.get("metered"), name)
    grids = grid_usages(park, flows, tables.get("metered"), name)
    context = context_of(whole, flows["time"].values, tariffs_of(whole))
    contracts = contracts_of(park)
    bought = {g.id: Contracted(customer=g.id, tariff=g.tariff) for g in park.grids if g.tariff}
    peaks = {} if book is None else _peaks_of(book)
    months = settlement(usages, contracts, grids, bought, context, peaks_before_w=peaks)
    return SettledRun(
        park=park, whole=whole, stage=stage, kind=kind, usages=usages, grids=grids, months=months,
        peaks_before_w=peaks,
    )  # fmt: skip


def context_of(whole: Park, time: NDArray[np.datetime64], tariffs: Tariffs) -> Context:
    """Return what bills over some intervals need to know beside usage and contract, by tariffs of the park."""
    return Context(
        tariffs=tariffs, time_zone=whole.facts.time_zone, spot_per_mwh=series_of(whole, time, "energy_series"),
        export_per_mwh=series_of(whole, time, "export_series"),
    )  # fmt: skip


def contracts_of(park: Park) -> dict[str, Contracted]:
    """Return what each customer of a park has agreed to, customer -> contract."""
    return {
        c.enterprise: Contracted(customer=c.enterprise, tariff=c.tariff, capacity_mva=c.capacity_mva)
        for c in park.contracts
    }


def _peaks_of(book: str | Path) -> dict[str, dict[str, Fraction]]:
    """Return the peaks of all bills in a settlement book: customer -> month -> W."""
    peaks: dict[str, dict[str, Fraction]] = {}
    for (customer, month), row in standing(read_book(book)).items():
        peaks.setdefault(customer, {})[month] = Fraction(row["bill"]["peak_w"])
    return peaks


def _read(source: str | Path | Result) -> tuple[Park, Stage, dict[str, xr.Dataset], dict[str, object], str]:
    if isinstance(source, Result):
        return source.park, source.stage, dict(source.tables), dict(source.summary), source.park.facts.id
    found = read_run(source)
    missing = [table for table in ("flows", "trace") if table not in found.tables]
    if missing:
        right = "give a folder that `holin run` wrote"
        problem = f"the run has no table {' and no table '.join(missing)}"
        raise BadInput([Fault(file=str(source), problem=problem, right=right)])
    park = read_park(found.park_folder)
    return park, stage_of(park, str(found.summary["stage"])), dict(found.tables), dict(found.summary), str(source)


def series_of(park: Park, time: NDArray[np.datetime64], column: str) -> dict[str, Array]:
    """Return the prices of all tariffs that name a series in a column, tariff -> (time,)."""
    named = {t.id: getattr(t, column) for t in park.tariffs if getattr(t, column)}
    return {tariff: values_at(by_id(park.series)[series], time) for tariff, series in named.items()}
