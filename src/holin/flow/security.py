"""Does the grid hold: overloads of a run, and the check of a stage at its peak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import xarray as xr

from holin.flow.hours import flow
from holin.flow.losses import network_loss_mw
from holin.flow.n1 import n1
from holin.flow.snapshot import snapshot
from holin.flow.violations import Violation
from holin.park import Park


@dataclass(frozen=True, kw_only=True)
class Overload:
    """A branch over its rating: in how many hours, how far, and when it was worst (UTC)."""

    branch: str
    element: str
    hours: int
    loading_max: float
    time_of_max: np.datetime64


def overloads(flows: xr.Dataset, limit: float = 1.0) -> list[Overload]:
    """Return the branches whose loading exceeds `limit` (1) in any hour of the flows, worst first; [] is good."""
    loading = flows["loading"].values
    over = loading > limit
    found = []
    for k in np.flatnonzero(over.any(axis=0)):
        worst = int(np.nanargmax(loading[:, k]))
        found.append(
            Overload(
                branch=str(flows["branch"].values[k]),
                element=str(flows["element"].values[k]),
                hours=int(over[:, k].sum()),
                loading_max=float(loading[worst, k]),
                time_of_max=flows["time"].values[worst],
            )
        )
    return sorted(found, key=lambda o: -o.loading_max)


# ---- the peak state ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class StaticCheck:
    """The network at its peak (`snapshot`): extremes, what is wrong in the base case and with any one branch out."""

    p_mw: dict[str, float]
    converged: bool
    v_min_pu: float
    v_max_pu: float
    loading_max: float
    loss_mw: float
    base: tuple[Violation, ...]
    n_minus_1: tuple[Violation, ...]


def static_check(
    park: Park, *, loading_max: float = 1.0, on_progress: Callable[[float], None] | None = None
) -> StaticCheck:
    """Solve the park's peak state, the whole network in service and with any one branch out.

    `park` is frozen at a stage. A voltage or loading of NaN stands for a base case without solution.
    """
    state = snapshot(park)
    flows = flow(park, state)
    found = n1(park, state, loading_max=loading_max, on_progress=on_progress)
    solved = bool(flows.converged[0] > 0)
    return StaticCheck(
        p_mw={str(u): float(p) for u, p in zip(flows.unit.values, flows.p_mw.values[0], strict=True)},
        converged=solved,
        v_min_pu=float(flows.v_pu.min()),
        v_max_pu=float(flows.v_pu.max()),
        loading_max=float(flows.loading.max()),
        loss_mw=float(network_loss_mw(flows)[0]) if solved else float("nan"),
        base=found.base,
        n_minus_1=found.violations,
    )
