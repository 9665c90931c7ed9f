"""Studies of a run's grid, each as one piece of work of a server: outages, short circuits, what the grid still takes.

Each writes its figures as `answer.json` into the folder that it is given; hours are numbers of the run's intervals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from holin.errors import ARGUMENT, BadInput, Fault, Mismatch
from holin.flow import N1, Violation, fault_over, flow_after, hosting, lost_load_mw, n1
from holin.flow.fault import WorstShortCircuit
from holin.flow.hosting import Capacity
from holin.park import Park, at_stage, stage_of
from holin.parkfile import read_park
from holin.store import json_text, open_table, read_run
from holin.twin.run import Progress

ANSWER = "answer.json"
AFTER_MOST = 4
"""So many hours of one outage are shown with the flows after it."""

Figures = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Grid:
    """The park as it stood in a run, and what was operated."""

    park: Park
    stage: str
    schedule: xr.Dataset

    def hour(self, time: np.datetime64) -> int:
        """Return the number of the interval that begins at a time."""
        return int(np.searchsorted(self.schedule["time"].values, time))


def _grid_of(run: str) -> _Grid:
    found = read_run(run)
    stage, whole = str(found.summary["stage"]), read_park(found.park_folder)
    if "schedule" not in found.tables:
        fault = Fault(
            file=ARGUMENT, field="run", value=Path(run).name, problem="has no schedule to take the hours from",
            right="name a run that holin run, holin demo or holin meters wrote",
        )  # fmt: skip
        raise BadInput([fault])
    return _Grid(
        park=at_stage(whole, stage_of(whole, stage)), stage=stage, schedule=open_table(found.tables.path, "schedule")
    )


def outage_study(*, run: str, folder: Path, on_progress: Progress) -> Mapping[str, Any]:
    """Let every branch of a run's park fail in every hour; write what is violated, worst first, and the flows after.

    As `holin n1`: each outage is an AC power flow with tap changers held. `after` has the flows that an outage leaves
    in the hours in which what it violates is at its worst, the first AFTER_MOST of them.
    """
    on_progress("read", 0.0)
    grid = _grid_of(run)
    found = n1(grid.park, grid.schedule, on_progress=lambda share: on_progress("n1", share))
    bad = {v.outage for v in found.violations}
    figures = {
        "stage": grid.stage,
        **{name: getattr(found, name) for name in ("outages", "states", "cases", "solved", "by_newton", "secure")},
        "lost_load_mw": found.lost_load_mw,
        "base": [_violation(grid, v) for v in found.base],
        "violations": [_violation(grid, v) for v in found.violations],
        "without_consequence": found.outages - len(bad),
        "after": _after(grid, found, on_progress),
    }
    return _written(folder, figures)


def _violation(grid: _Grid, v: Violation) -> Figures:
    return {
        "outage": v.outage, "kind": v.kind.value, "elements": [e for e in v.element.split(", ") if e],
        "value": v.value, "limit": v.limit, "hour": grid.hour(v.time), "hours": v.hours, "severity": v.severity,
    }  # fmt: skip


def _after(grid: _Grid, found: N1, on_progress: Progress) -> list[Figures]:
    wanted = list(dict.fromkeys((v.outage, grid.hour(v.time)) for v in found.violations))
    shown = [
        (outage, hour) for k, (outage, hour) in enumerate(wanted)
        if sum(other == outage for other, _ in wanted[:k]) < AFTER_MOST
    ]  # fmt: skip
    states = []
    for done, (outage, hour) in enumerate(shown):
        on_progress("after", done / len(shown))
        states.append(state_after(grid.park, grid.schedule, hour, outage))
    return states


def state_after(park: Park, schedule: xr.Dataset, hour: int, outage: str) -> Figures:
    """Return the AC power flow in one interval of a schedule with one branch, unit or busbar out.

    As `flow_after`: by branch (loading in 1, power into both ends in MW) and by bus (p.u.), NaN without voltage; with
    the MW of load that stand without voltage, NaN where there is no solution. Raises Mismatch where `outage` is neither
    a branch nor a unit nor a busbar of the park.
    """
    asked = schedule.isel(time=[hour])
    table = flow_after(park, asked, [outage])
    if outage not in {str(name) for dim in ("branch", "unit", "bus") for name in table[dim].values}:
        raise Mismatch(f"{outage} is neither a branch nor a unit nor a busbar of {park.facts.id}")
    flows = table.isel(time=0)

    def by(column: str, dim: str) -> Figures:
        return dict(zip(flows[dim].values.tolist(), flows[column].values.tolist(), strict=True))

    return {
        "outage": outage,
        "hour": hour,
        "solved": bool(flows["converged"]),
        "lost_load_mw": float(lost_load_mw(asked, table).item()),
        **{column: by(column, "branch") for column in ("loading", "p_from_mw", "p_to_mw")},
        "v_pu": by("v_pu", "bus"),
    }


def fault_study(*, run: str, folder: Path, on_progress: Progress) -> Mapping[str, Any]:
    """Work out the short circuits at all buses of a run's park after IEC 60909-0:2016, in each bus's worst hour.

    As `holin fault --run`: planned outages are out in their hours, and thermal units that give nothing stand still.
    """
    on_progress("read", 0.0)
    grid = _grid_of(run)
    found = fault_over(
        grid.park, grid.schedule, with_contributions=False, on_progress=lambda share: on_progress("fault", share)
    )
    return _written(folder, {"stage": grid.stage, "buses": _buses(grid, found)})


def _buses(grid: _Grid, found: Sequence[WorstShortCircuit]) -> list[Figures]:
    names = ("ikss_ka", "ip_ka", "ib_ka", "ib_breaker_ka", "ip_breaker_ka", "within", "margin")
    by_bus: dict[str, Figures] = {}
    for one in found:
        c = one.circuit
        row = by_bus.setdefault(
            c.bus,
            {
                "bus": c.bus, "v_nom_kv": c.v_nom_kv, "ik_max_ka": c.ik_max_ka, "ip_max_ka": c.ip_max_ka,
                "assumed": list(c.assumed), "circuits": [],
            },
        )  # fmt: skip
        circuit = {name: getattr(c, name) for name in names}
        row["circuits"].append(
            {
                "fault": c.fault.value, "case": c.case.value, **circuit, "fed": c.z_ohm is not None,
                "hour": grid.hour(one.time), "hours": one.hours,
            }
        )  # fmt: skip
    return list(by_bus.values())


def hosting_study(*, run: str, folder: Path, on_progress: Progress) -> Mapping[str, Any]:
    """Find how much more generation and how much more load each bus takes before a limit is met, in all hours.

    As `holin hosting`: one bus at a time, and all of them together in equal parts; power factor 1.
    """
    on_progress("read", 0.0)
    grid = _grid_of(run)
    parts = {}
    for number, added in enumerate(("generation", "load")):
        found = hosting(
            grid.park, grid.schedule, added=added,
            on_progress=partial(_half, on_progress, number),
        )  # fmt: skip
        parts[added] = {
            "by_bus": [_capacity(grid, c) for c in found.by_bus],
            "together": _capacity(grid, found.together),
        }
    return _written(folder, {"stage": grid.stage, **parts})


def _half(on_progress: Progress, number: int, share: float) -> None:
    on_progress("hosting", (number + share) / 2)


def _capacity(grid: _Grid, c: Capacity) -> Figures:
    return {
        "bus": c.buses[0] if len(c.buses) == 1 else None, "mw": c.mw, "limit": c.limit.value, "element": c.element,
        "hour": None if c.time is None else grid.hour(c.time),
    }  # fmt: skip


def _written(folder: Path, figures: Figures) -> Mapping[str, Any]:
    (folder / ANSWER).write_text(json_text(figures), encoding="utf-8", newline="\n")
    return {}
