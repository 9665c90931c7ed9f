"""Output documents of power-grid-model: the results of a power flow, read beside ours and written from ours."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from holin.formats.power_grid_model.document import read_document
from holin.formats.power_grid_model.numbering import Numbers, json_text, numbers_of
from holin.formats.records import Record
from holin.formats.target import write_text
from holin.park import Park, units_of

TWO_ENDS = ("line", "generic_branch", "transformer")
UNITS = ("source", "sym_load", "sym_gen")


def read_power_grid_model_output(path: str | Path, park: Park) -> xr.Dataset:
    """Read a symmetric output document of an imported park as columns of the table `flows`, one hour a scenario.

    `v_pu`, `v_angle_rad` (time, bus), `p_from_mw` .. `q_to_mvar`, `loading` (time, branch) and `p_mw`, `q_mvar` (time,
    unit); NaN where the document says nothing, or that nothing is energised. Objects that the park has not, such as
    sensors, are passed over. `loading` is that of power-grid-model,
    whose transformers count apparent power. Raises BadInput with every fault.
    """
    document = read_document(Path(path), "sym_output")
    numbers = {number: id_ for id_, number in numbers_of(park).items()}
    buses, branches = [b.id for b in park.buses], _branches(park)
    units = [u.id for u in units_of(park)]
    hours = len(document.scenarios)
    columns: dict[str, tuple[tuple[str, str], np.ndarray[Any, Any]]] = {
        **{c: (("time", "bus"), np.full((hours, len(buses)), np.nan)) for c in ("v_pu", "v_angle_rad")},
        **{c: (("time", "branch"), np.full((hours, len(branches)), np.nan)) for c in _ENDS},
        **{c: (("time", "unit"), np.full((hours, len(units)), np.nan)) for c in ("p_mw", "q_mvar")},
    }
    place = {"bus": _places(buses), "branch": _places(branches), "unit": _places(units)}
    for hour, scenario in enumerate(document.scenarios):
        for component, records in scenario.items():
            dim, names = _columns_of(component)
            for record in records:
                at = place[dim].get(numbers.get(record.integer("id"), ""))
                if at is not None and _is_energised(record):
                    for column, (name, unit) in names.items():
                        columns[column][1][hour, at] = record.number(name, np.nan) * unit
                    if dim == "bus" and not record.has("u_pu"):
                        v_nom_kv = park.buses[at].v_nom_kv
                        columns["v_pu"][1][hour, at] = record.number("u", np.nan) / v_nom_kv / 1e3
    document.faults.stop()
    time = np.datetime64(park.stages[-1].as_of, "ns") + np.arange(hours) * np.timedelta64(1, "h")
    return xr.Dataset(dict(columns), coords={"time": time, "bus": buses, "branch": branches, "unit": units})


_ENDS = {
    "p_from_mw": ("p_from", 1e-6),
    "q_from_mvar": ("q_from", 1e-6),
    "p_to_mw": ("p_to", 1e-6),
    "q_to_mvar": ("q_to", 1e-6),
    "loading": ("loading", 1.0),
}


def _columns_of(component: str) -> tuple[str, dict[str, tuple[str, float]]]:
    if component == "node":
        return "bus", {"v_pu": ("u_pu", 1.0), "v_angle_rad": ("u_angle", 1.0)}
    if component in TWO_ENDS:
        return "branch", _ENDS
    if component in UNITS:
        sign = -1e-6 if component == "sym_load" else 1e-6
        return "unit", {"p_mw": ("p", sign), "q_mvar": ("q", sign)}
    return "bus", {}


def _is_energised(record: Record) -> bool:
    """As the document says; where it says nothing, a voltage of 0 is none."""
    return bool(record.flag("energized", True)) and record.number("u_pu", 1.0) != 0


def _branches(park: Park) -> list[str]:
    return [b.id for table in (park.lines, park.transformers, park.equivalent_branches) for b in table]


def _places(ids: Iterable[str]) -> dict[str, int]:
    return {id_: k for k, id_ in enumerate(ids)}


def write_power_grid_model_output(park: Park, flows: xr.Dataset, path: str | Path) -> list[str]:
    """Write flows of a park as a batch of symmetric outputs, with the numbers of its input document.

    Returns in words what is left out: three-winding transformers, shunts, and the hours that were not solved.
    """
    numbers = numbers_of(park)
    left_out = ["hours are scenarios in their order: the times are left out"]
    if park.transformers3 or park.shunts:
        left_out.append("flows through three-winding transformers and shunts are left out")
    solved = flows["converged"].values == 1
    if not solved.all():
        left_out.append(f"{int((~solved).sum())} hours without solution stand as not energised")
    scenarios = [_scenario(park, numbers, flows.isel(time=hour)) for hour in range(flows.sizes["time"])]
    document = {"version": "1.0", "type": "sym_output", "is_batch": True, "attributes": {}, "data": scenarios}
    write_text(Path(path), json_text(document))
    return left_out


def _scenario(park: Park, numbers: Numbers, hour: xr.Dataset) -> dict[str, list[dict[str, Any]]]:
    v_nom = {b.id: b.v_nom_kv for b in park.buses}
    v = dict(zip(map(str, hour["bus"].values), zip(hour["v_pu"].values, hour["v_angle_rad"].values, strict=True),
                 strict=True))  # fmt: skip
    kinds = (("line", park.lines), ("transformer", park.transformers), ("generic_branch", park.equivalent_branches))
    table: dict[str, list[dict[str, Any]]] = {"node": [_node(numbers[b], *v[b], v_nom[b]) for b in v_nom]}
    for component, things in kinds:
        if things:
            part = hour.sel(branch=[t.id for t in things])
            names = [(name, unit, part[column].values) for column, (name, unit) in _ENDS.items()]
            table[component] = [
                _result(numbers[t.id], {name: float(values[k]) / unit for name, unit, values in names})
                for k, t in enumerate(things)
            ]
    for component in UNITS:
        table[component] = []
    for k, unit in enumerate(units_of(park)):
        component = {"grid": "source", "load": "sym_load", "potline": "sym_load"}.get(unit.kind, "sym_gen")
        sign = -1e6 if component == "sym_load" else 1e6
        p, q = float(hour["p_mw"].values[k]), float(hour["q_mvar"].values[k])
        table[component].append(_result(numbers[unit.id], {"p": sign * p, "q": sign * q}))
    return table


def _node(number: int, v_pu: float, angle: float, v_nom_kv: float) -> dict[str, Any]:
    return _result(number, {"u_pu": v_pu, "u": v_pu * v_nom_kv * 1e3, "u_angle": angle})


def _result(number: int, values: dict[str, float]) -> dict[str, Any]:
    """One object's results; all 0 where it is not energised, as power-grid-model writes them."""
    energised = all(np.isfinite(list(values.values())))
    return {"id": number, "energized": int(energised)} | {k: float(v) if energised else 0.0 for k, v in values.items()}
