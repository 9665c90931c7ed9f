"""Knobs of a park: the few sizes and prices that a what-if moves, with their present values and bounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from holin.errors import ARGUMENT, BadInput, Fault
from holin.park import Park, Potline, Stage, at_stage
from holin.scenarios import Change, Scenario, changed_park

T = TypeVar("T")

TIMES_MOST = 3.0
"""A size can be moved from nothing to so many times what stands."""

BAND_MOST = 0.16
"""Of the nominal current, either way, unless a park's own lines move further. Lines with shell heat exchangers have
shown 25 % of power for 48 h (TRIMET Essen, 2019); power rises faster than current, P = n I (E + R I): at usual cells
16 % of current are 22 % of power less and 24 % more."""

WINDOW_MOST_H = 24.0


@dataclass(frozen=True, kw_only=True)
class Knob:
    """What may be moved: its id, its value in the park as it stands, the bounds and step, the unit, and its group.

    A factor (unit "1") is 1 as it stands. Where nothing stands that could be moved, `low` and `high` are the value.
    """

    id: str
    group: str
    value: float
    low: float
    high: float
    step: float
    unit: str

    @property
    def fixed(self) -> bool:
        """Whether it cannot be moved."""
        return self.low >= self.high


SIZES: dict[str, tuple[str, str, tuple[str, ...], str]] = {
    "wind_mw": ("wind_farms", "p_nom_mw", ("p_nom_mw",), "MW"),
    "pv_mw": ("pv_plants", "p_nom_mw", ("p_nom_mw", "p_dc_mw"), "MW"),
    "storage_mw": ("storages", "p_nom_mw", ("p_nom_mw",), "MW"),
    "storage_mwh": ("storages", "e_nom_mwh", ("e_nom_mwh",), "MWh"),
}
"""Knob -> the things, the column that is summed, the columns that move in proportion, the unit."""

FACTORS = {"energy_price": "tariff.energy", "fuel_price": "fuel_price", "export_price": "tariff.export"}
"""Knob -> the quantity of `holin.scenarios` that it multiplies."""


def knobs_of(park: Park, stage: Stage) -> tuple[Knob, ...]:
    """Return the knobs of a park at a stage, in the order in which they are shown."""
    at = at_stage(park, stage)
    currency = park.facts.currency
    return (
        *(_size(at, name) for name in SIZES),
        *_potline_knobs(at),
        *(_factor(at, name) for name in FACTORS),
        Knob(
            id="co2_price", group="price", value=park.facts.co2_price_per_t, low=0.0, high=1000.0, step=10.0,
            unit=f"{currency}/t",
        ),
    )  # fmt: skip


def _size(at: Park, name: str) -> Knob:
    attribute, column, _, unit = SIZES[name]
    stands = math.fsum(getattr(thing, column) for thing in getattr(at, attribute))
    return Knob(
        id=name, group="size", value=stands, low=0.0, high=TIMES_MOST * stands, step=_step(stands), unit=unit
    )  # fmt: skip


def _step(value: float) -> float:
    """Return about a hundredth of a value, as a round number."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value / 50))
    return power * max(m for m in (1, 2, 5) if m * power <= value / 50)


def _potline_knobs(at: Park) -> tuple[Knob, ...]:
    lines = at.potlines
    size = math.fsum(p.pots * p.amperage_ka for p in lines) or 1.0
    band = math.fsum(p.pots * (p.amperage_max_ka - p.amperage_min_ka) / 2 for p in lines) / size
    window = math.fsum(p.pots * p.amperage_ka * p.heat_window_h for p in lines) / size
    return (
        Knob(
            id="potline_band", group="potline", value=band, low=0.0, high=max(BAND_MOST, band) if lines else band,
            step=0.01, unit="1",
        ),
        Knob(
            id="potline_window_h", group="potline", value=window, low=0.0, high=WINDOW_MOST_H if lines else window,
            step=0.25, unit="h",
        ),
    )  # fmt: skip


def _factor(at: Park, name: str) -> Knob:
    rows = at.fuels if name == "fuel_price" else at.tariffs
    column = {"energy_price": "energy_price_per_mwh", "fuel_price": "price_per_gj"}.get(name, "export_price_per_mwh")
    there = any(getattr(row, column) for row in rows) or (
        name == "energy_price" and any(t.energy_series for t in at.tariffs)
    )
    return Knob(
        id=name, group="price", value=1.0, low=0.2 if there else 1.0, high=3.0 if there else 1.0, step=0.05, unit="1"
    )  # fmt: skip


def turned(park: Park, stage: Stage, wanted: Mapping[str, float]) -> Park:
    """Return the whole park with some knobs (id -> value) turned; what does not stand at the stage stays as it is.

    Sizes move in proportion: every wind farm by the same factor, modules with their inverters; one that is moved to
    nothing is retired at the stage. The grid stays as it is. Raises BadInput with all that is wrong: unknown knobs,
    values beyond their bounds, and nothing that would change.
    """
    knobs = {knob.id: knob for knob in knobs_of(park, stage)}
    if faults := faults_of_wanted(knobs.values(), wanted):
        raise BadInput(faults)
    at = at_stage(park, stage)
    for name in (n for n in SIZES if n in wanted):
        park = _resized(park, at, stage, name, wanted[name] / knobs[name].value)
    if {"potline_band", "potline_window_h"} & wanted.keys():
        park = _with(park, "potlines", {p.id for p in at.potlines}, lambda p: _flexible(p, wanted))
    changes = tuple(
        Change(quantity=quantity, how="times", value=wanted[name])
        for name, quantity in FACTORS.items() if name in wanted
    )  # fmt: skip
    if "co2_price" in wanted:
        changes += (Change(quantity="co2_price", how="to", value=wanted["co2_price"]),)
    return changed_park(park, Scenario(id="what-if", changes=changes)) if changes else park


def faults_of_wanted(knobs: Iterable[Knob], wanted: Mapping[str, float]) -> list[Fault]:
    """Return what is wrong with values (knob -> value) that are wanted of some knobs; `[]` is good."""
    return list(_faults({knob.id: knob for knob in knobs}, wanted))


def _faults(knobs: Mapping[str, Knob], wanted: Mapping[str, float]) -> Iterable[Fault]:
    if not wanted:
        yield Fault(file=ARGUMENT, field="wanted", problem="nothing is changed", right="move a knob or more")
    for name, value in wanted.items():
        knob = knobs.get(name)
        if knob is None:
            problem, right = "no such knob", f"one of {', '.join(knobs)}"
        elif knob.fixed:
            problem, right = "nothing of it stands that could be moved", "leave it out"
        elif not (math.isfinite(value) and knob.low <= value <= knob.high):
            problem, right = "beyond its bounds", f"{knob.low:g} .. {knob.high:g} {knob.unit}"
        elif value == knob.value:
            problem, right = "is what stands already", "leave it out"
        else:
            continue
        yield Fault(file=ARGUMENT, field=name, value=f"{value:g}", problem=problem, right=right)


def _resized(park: Park, at: Park, stage: Stage, name: str, factor: float) -> Park:
    attribute, _, columns, _ = SIZES[name]
    ids = {thing.id for thing in getattr(at, attribute)}
    if factor == 0:
        return _with(park, attribute, ids, lambda thing: replace(thing, retired=stage.as_of))
    return _with(park, attribute, ids, lambda thing: replace(thing, **{c: getattr(thing, c) * factor for c in columns}))


def _flexible(line: Potline, wanted: Mapping[str, float]) -> Potline:
    if (band := wanted.get("potline_band")) is not None:
        line = replace(
            line, amperage_min_ka=line.amperage_ka * (1 - band), amperage_max_ka=line.amperage_ka * (1 + band)
        )
    window = wanted.get("potline_window_h")
    return line if window is None else replace(line, heat_window_h=window)


def _with(park: Park, attribute: str, ids: Collection[str], change: Callable[[Any], Any]) -> Park:
    rows: dict[str, Any] = {attribute: tuple(change(row) if row.id in ids else row for row in getattr(park, attribute))}
    return replace(park, **rows)
