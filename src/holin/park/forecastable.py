"""What can be forecast in a park: power of wind farms and PV plants, firm loads, prices at grid connections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import stamp
from holin.errors import Fault
from holin.park.park import Park
from holin.tables import FORECAST, checked

TOLERANCE = 1e-6
"""Of the nominal power: rounding in a file is no fault."""

LOAD_OVER_PEAK = 2.0
"""A load forecast above this many times the yearly peak is a slip of units, not a busy day."""

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Forecastable:
    """One thing to forecast: its column and dimension in the table FORECAST, and the range of its values.

    `nominal` is the nominal power of a wind farm or PV plant and the yearly peak of a load, in MW; None for a price.
    """

    id: str
    kind: str
    column: str
    dim: str
    nominal: float | None
    least: float
    most: float


def forecastable(park: Park) -> tuple[Forecastable, ...]:
    """Return what can be forecast: wind farms, PV plants, loads, grid connections, each in park order."""
    things = [
        *(("wind_farm", f.id, f.p_nom_mw) for f in park.wind_farms),
        *(("pv_plant", p.id, p.p_nom_mw) for p in park.pv_plants),
        *(("load", x.id, x.load_mw) for x in park.loads),
        *(("grid", g.id, None) for g in park.grids),
    ]
    return tuple(_of_kind(kind, name, nominal) for kind, name, nominal in things)


def _of_kind(kind: str, name: str, nominal: float | None) -> Forecastable:
    if kind == "grid":
        return Forecastable(
            id=name, kind=kind, column="price_per_mwh", dim="grid", nominal=None, least=-np.inf, most=np.inf
        )
    most = float(nominal or 0.0)
    if kind == "load":
        return Forecastable(
            id=name, kind=kind, column="load_mw", dim="load", nominal=most, least=0.0, most=LOAD_OVER_PEAK * most
        )
    return Forecastable(id=name, kind=kind, column="available_mw", dim="unit", nominal=most, least=0.0, most=most)


@dataclass(frozen=True, kw_only=True)
class WrongValue:
    """A value of a forecast that cannot be right: where it stands in its column, and why."""

    column: str
    label: str
    at: tuple[int, int, int, int]
    value: float
    problem: str
    right: str


def wrong_values(park: Park, forecast: xr.Dataset) -> Iterator[WrongValue]:
    """Yield every value of a table FORECAST that cannot be right: out of range, falling quantiles, gaps among them.

    `at` are places along (issued, lead, label, quantile). Labels that the park does not have are not looked at.
    """
    for thing in forecastable(park):
        labels = list(map(str, forecast[thing.dim].values))
        if thing.id in labels:
            place = labels.index(thing.id)
            values = forecast[thing.column].values[:, :, place, :]
            yield from _out_of_range(thing, values, place)
            yield from _not_a_distribution(thing, values, place)


def _out_of_range(thing: Forecastable, values: NDArray[np.float64], place: int) -> Iterator[WrongValue]:
    slack = TOLERANCE * (thing.nominal or 0.0)
    wrong = np.isinf(values) | (values < thing.least - slack) | (values > thing.most + slack)
    for i, j, q in np.argwhere(wrong):
        value = float(values[i, j, q])
        yield WrongValue(
            column=thing.column, label=thing.id, at=(i, j, place, q), value=value,
            problem=_why_out(thing, value), right=_what_in(thing, value),
        )  # fmt: skip


def _why_out(thing: Forecastable, value: float) -> str:
    if not np.isfinite(value):
        return f"{thing.id}: not a finite number"
    if value < thing.least:
        return f"{thing.id}: a negative power"
    if thing.kind == "load":
        return f"{thing.id}: {value / (thing.nominal or 1.0):.3g} times its yearly peak of {thing.nominal:g} MW"
    return f"{thing.id}: more than its nominal power of {thing.nominal:g} MW"


def _what_in(thing: Forecastable, value: float) -> str:
    if np.isfinite(value) and thing.nominal and 0 < value / 1000 <= thing.most:
        return f"kW for MW? Then it is {value / 1000:g} MW"
    if thing.nominal is None:
        return "write a finite price"
    return f"between 0 and {thing.most:g} MW"


def _not_a_distribution(thing: Forecastable, values: NDArray[np.float64], place: int) -> Iterator[WrongValue]:
    known = ~np.isnan(values)
    partly = known.any(axis=-1, keepdims=True) & ~known
    for i, j, q in np.argwhere(partly):
        yield WrongValue(
            column=thing.column, label=thing.id, at=(i, j, place, q), value=float("nan"),
            problem=f"{thing.id}: the quantile is missing where others of the interval are given",
            right="give all quantiles of an interval, or none",
        )  # fmt: skip
    with np.errstate(invalid="ignore"):
        falling = np.diff(values, axis=-1) < -TOLERANCE * (thing.nominal or 1.0)
    for i, j, q in np.argwhere(falling):
        yield WrongValue(
            column=thing.column, label=thing.id, at=(i, j, place, q + 1), value=float(values[i, j, q + 1]),
            problem=f"{thing.id}: below the quantile before it, {values[i, j, q]:g}",
            right="a higher quantile is at least as large; exchange the two",
        )  # fmt: skip


def faults_of_forecast(park: Park, forecast: xr.Dataset, *, name: str = "forecast") -> list[Fault]:
    """Return all faults of a table FORECAST against the park, `[]` if it is good; `name` stands for the file.

    Raises Mismatch where it is not such a table at all.
    """
    table = checked(FORECAST, forecast)
    known: dict[str, set[str]] = {"unit": set(), "load": set(), "grid": set()}
    for thing in forecastable(park):
        known[thing.dim].add(thing.id)
    faults = [
        Fault(
            file=name, field=dim, value=str(label), problem="the park has nothing to forecast of this name",
            right=f"one of {', '.join(sorted(known[dim])) or 'none: the park has no such thing'}",
        )
        for dim in known
        for label in table[dim].values
        if str(label) not in known[dim]
    ]  # fmt: skip
    wrong = list(wrong_values(park, table))
    faults += [
        Fault(
            file=name, field=w.column, value=f"{w.value:g}", right=w.right,
            problem=f"{w.problem}, {_place(table, w)}",
        )
        for w in wrong[:SHOWN]
    ]  # fmt: skip
    if len(wrong) > SHOWN:
        faults.append(
            Fault(file=name, problem=f"{len(wrong) - SHOWN} more values like these", right="correct those first")
        )
    return faults


def _place(table: xr.Dataset, wrong: WrongValue) -> str:
    issued, lead = table["issued"].values[wrong.at[0]], table["lead"].values[wrong.at[1]]
    quantile = float(table["quantile"].values[wrong.at[3]])
    return f"{stamp(issued + lead)}, quantile {quantile:g}, issued {stamp(issued)}"
