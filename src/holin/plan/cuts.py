"""Which branch limits a plan needs, with nothing out and after outages: solve without, then add what is violated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr

from holin.dispatch import Case, topologies_of
from holin.dispatch.case import fixed_mw
from holin.dispatch.limits import Topology, Watched, branch_limits, identical_branches, limit_of, same_watched, violated
from holin.kernel.linear import Floats
from holin.operation import Block, BranchLimit
from holin.park import Park
from holin.plan.problem import PlanStage

NOTHING = ""
"""The outage of nothing."""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What a stage's network asks for: its topologies by outage, and the branches whose limits stand in the problem.

    `limits_mw` (outage -> branch -> (time,)) stand for ratings where AC flows taught a lower one.
    """

    topologies: Mapping[str, Sequence[Topology]]
    watched: Mapping[str, Watched] = field(default_factory=dict)
    limits_mw: Mapping[str, Mapping[str, Floats]] = field(default_factory=dict)


def watch_of(park: Park, time: np.ndarray, *, secure: bool = False) -> Watch:
    """Return what to watch: all branches, with `secure` also after every outage of a line or transformer.

    An outage that leaves buses without voltage is none that a limit cures: it is left to `n1`.
    """
    topologies = {NOTHING: topologies_of(park, time)}
    if secure:
        whole = topologies[NOTHING]
        for element in (*park.lines, *park.transformers):
            after = topologies_of(park, time, out=frozenset({element.id}))
            if all(np.array_equal(a.network.island, b.network.island) for a, b in zip(whole, after, strict=True)):
                topologies[element.id] = after
    return Watch(topologies=topologies)


def bus_injections_mw(stage: PlanStage, blocks_mw: xr.DataArray) -> xr.DataArray:
    """Return the net injection of every bus (time, bus): what units feed in less loads and losses."""
    return blocks_mw - xr.DataArray(fixed_mw(stage.case), dims=("time", "bus"), coords=blocks_mw.coords)


def grown(
    stage: PlanStage,
    watch: Watch,
    injection_mw: xr.DataArray,
    more_mva: Mapping[str, float],
    *,
    rounds: int,
    wide: bool = False,
) -> Watch:
    """Return the watch with all branches over their limits added; the same object where there is none.

    `more_mva` (branch -> MVA) is what is built beside a branch, `rounds` how many were made before; a `wide` watch is
    one of `dispatch.limits.violated` with nothing out.
    """
    after: dict[str, Watched] = {}
    for outage, topologies in watch.topologies.items():
        raised = _raised(stage, topologies, watch.limits_mw.get(outage, {}), more_mva)
        after[outage] = violated(
            topologies, injection_mw, raised, watch.watched.get(outage, {}), rounds=rounds,
            wide=wide and outage == NOTHING,
        )  # fmt: skip
    same = all(same_watched(after[o], watch.watched.get(o, {})) for o in after)
    return watch if same else replace(watch, watched=after)


def _raised(
    stage: PlanStage, topologies: Sequence[Topology], limits_mw: Mapping[str, Floats], more_mva: Mapping[str, float]
) -> dict[str, Floats]:
    raised, count = dict(limits_mw), stage.case.hours.count
    for name, more in more_mva.items():
        for topology in topologies:
            names = list(map(str, topology.network.branches))
            if name in names and np.isfinite(rating := float(topology.network.rating_mva[names.index(name)])):
                raised[name] = limit_of(limits_mw, name, rating, count) + more
    return raised


def limits_of(case: Case, watch: Watch) -> tuple[BranchLimit, ...]:
    """Return the rows of all watched branches, those after an outage named so."""
    rows: list[BranchLimit] = []
    for outage, watched in watch.watched.items():
        found = branch_limits(case, watch.topologies[outage], watched, watch.limits_mw.get(outage, {}))
        rows += [replace(row, branch=f"{row.branch} / {outage}", outage=outage) if outage else row for row in found]
    return tuple(rows)


def parallel_branches(watch: Watch) -> dict[str, Sequence[str]]:
    """Return for each branch its identical parallel ones, itself among them, with nothing out."""
    return {name: group for group in identical_branches(watch.topologies[NOTHING][0].network) for name in group}


def injections_mw(blocks: Sequence[Block], values: Floats, stage: PlanStage) -> xr.DataArray:
    """Return what the columns of all blocks feed into each bus (time, bus)."""
    buses, time = stage.case.islands.buses, stage.case.hours.time
    total = np.zeros((len(time), len(buses)))
    for injection in (i for block in blocks for i in block.injections):
        total[:, buses.index(injection.bus)] += injection.factor * values[injection.columns]
    return xr.DataArray(total, dims=("time", "bus"), coords={"time": time, "bus": list(buses)})
