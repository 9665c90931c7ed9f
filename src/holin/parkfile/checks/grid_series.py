"""Series of a grid connection: the share of its limit that is given, and spot prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from holin.errors import Fault
from holin.parkfile.draft import Draft, Row
from holin.parkfile.seriesfile import SeriesFile, Values

SHARE = (0.0, 1.0)
NEEDED = ("load", "wind_farm", "pv_plant")
"""Tables whose series a schedule needs in the same hours as a price."""


def faults_of_grid_series(draft: Draft, files: Mapping[str, SeriesFile]) -> Iterator[Fault]:
    """Yield what is wrong with import limits by series and spot prices: values, unit, hours, sales above the price."""
    for grid in draft.rows("grid"):
        yield from _faults_of_limit(draft, grid, files)
    for tariff in draft.rows("tariff"):
        for field in ("energy_series", "export_series"):
            series = draft.by_id("series").get(tariff.get(field) or "")
            found = _content(series, files)
            if series is None or found is None:
                continue
            if series.get("unit") == "1":
                right = "give the series the unit currency/MWh; a price in fen/kWh is ten times smaller than in CNY/MWh"
                yield series.warning("unit", f"a spot price of {tariff.id!r} has a unit", right)
            yield from _faults_of_cover(draft, series, found[0], files)
            if field == "energy_series" and not tariff.get("export_series"):
                yield from _faults_of_sales(draft, tariff, found[1])


def _content(series: Row | None, files: Mapping[str, SeriesFile]) -> tuple[SeriesFile, Values] | None:
    """Return the file and the values of a series; None where they are missing or have faults of their own."""
    file = files.get(series.get("file") or "") if series is not None else None
    values = file.values.get(series.get("header") or "") if file is not None and series is not None else None
    if file is None or values is None or not len(values) or not np.isfinite(values).all():
        return None
    return (file, values) if not np.isnat(file.time).any() else None


def _faults_of_limit(draft: Draft, grid: Row, files: Mapping[str, SeriesFile]) -> Iterator[Fault]:
    series = draft.by_id("series").get(grid.get("import_max_series") or "")
    found = _content(series, files)
    if series is None or found is None:
        return
    file, values = found
    wrong = np.flatnonzero((values < SHARE[0]) | (values > SHARE[1]))
    if len(wrong):
        yield Fault(
            file=file.file,
            row=int(file.rows[wrong[0]]),
            field=str(series.get("header")),
            value=f"{values[wrong[0]]:g}",
            problem=f"{len(wrong)} value(s) outside 0..1 of import_max_series of {grid.id!r}",
            right="give p.u. of import_max_mw: divide MW by it; it is a share of the contract's limit, never more",
        )


def _faults_of_cover(draft: Draft, series: Row, file: SeriesFile, files: Mapping[str, SeriesFile]) -> Iterator[Fault]:
    """A price reaches as far as the loads' and sources' series do: hours without one cannot be scheduled."""
    others = [draft.by_id("series").get(row.get("series") or "") for row in draft.rows(*NEEDED)]
    times = [found[0].time for s in others if (found := _content(s, files)) is not None]
    if not times or not len(file.time):
        return
    first, last = min(t.min() for t in times), max(t.max() for t in times)
    if file.time.min() > first or file.time.max() < last:
        span = f"{_moment(file.time.min())} to {_moment(file.time.max())}"
        problem = f"prices from {span}, other series from {_moment(first)} to {_moment(last)}"
        yield series.warning("file", problem, "add the missing hours, or know that they cannot be scheduled")


def _moment(time: np.datetime64) -> str:
    return f"{np.datetime_as_string(time, unit='m')}Z"


def _faults_of_sales(draft: Draft, tariff: Row, spot_per_mwh: Values) -> Iterator[Fault]:
    """Exports that earn more than a spot price with its fees costs: such hours have no schedule."""
    sells = any(g.get("tariff") == tariff.id and g.get("export_max_mw") for g in draft.rows("grid"))
    fees = ("transmission_per_mwh", "system_fee_per_mwh", "levies_per_mwh")
    if not sells or not tariff.has("export_price_per_mwh", *fees):
        return
    bought = spot_per_mwh + sum(tariff.get(name) for name in fees)
    cheaper = int((bought < tariff.get("export_price_per_mwh") - 1e-9).sum())
    if cheaper:
        problem = f"above the price of import in {cheaper} hour(s) of its spot prices: buying to sell at once would pay"
        right = "such hours cannot be scheduled: lower it, or set export_max_mw of the grid to 0"
        yield tariff.warning("export_price_per_mwh", problem, right)
