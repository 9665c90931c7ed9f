"""N-1: what goes wrong in any state of a schedule when any one element fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import Mismatch
from holin.flow.hours import outage_hours, powers_of, units_out
from holin.flow.injections import Injections, injections_of
from holin.flow.network import Network, branch_tables, network_of
from holin.flow.reach import (
    Bounds,
    Reach,
    beyond,
    bounds_of,
    merged,
    ratings_of,
    reach_of_extremes,
    reach_of_states,
    widened,
    with_solved,
)
from holin.flow.states import solve_states, tap_positions
from holin.flow.taps import tap_changers
from holin.flow.units import Behaviour, behaviour_of
from holin.flow.violations import Violation, violations_of
from holin.kernel.contingency import Extremes, extremes_of_outages
from holin.kernel.powerflow import prepared
from holin.kernel.taps import Taps
from holin.park import Park, units_of

Real = NDArray[np.float64]
Flags = NDArray[np.bool_]
Index = NDArray[np.int64]

HOURS_AT_ONCE = 2048
"""States solved together: bounds the memory, for voltages are not kept."""

WORSE_BY = 1e-3
"""An outage is blamed for what its state violates without it only when that is so much worse with it (p.u.)."""

SOURCES = ("wind_farm", "pv_plant", "thermal_unit", "generator", "storage")


class OutageKind(StrEnum):
    """What may fail: a branch (line, transformer, equivalent branch), a unit that feeds in, a bus-section."""

    BRANCH = "branch"
    UNIT = "unit"
    BUS = "bus"


@dataclass(frozen=True, kw_only=True)
class N1:
    """What was tried and what is violated, worst first.

    `outages` were tried in `states` states each: `cases` in all, of which `solved` have a solution, `by_newton` of them
    by the fall-back. `base` are the violations with nothing out, `violations` those that an outage brings or makes
    worse. `lost_load_mw` is the most that any outage leaves without voltage.
    """

    outages: int
    states: int
    cases: int
    solved: int
    by_newton: int
    base: tuple[Violation, ...]
    violations: tuple[Violation, ...]
    lost_load_mw: float

    @property
    def secure(self) -> bool | None:
        """Whether no outage violates anything; None where none is known to but some case has no solution."""
        return False if self.violations else True if self.solved == self.cases else None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Part:
    """Hours of a schedule that share a topology: (state,) their numbers, (state, unit) powers and outages of units."""

    gone: frozenset[str]
    hours: Index
    p_mw: Real
    out: Flags


def n1(
    park: Park,
    schedule: xr.Dataset,
    *,
    kinds: Iterable[OutageKind | str] = (OutageKind.BRANCH,),
    elements: Sequence[str] | None = None,
    common_mode: Mapping[str, Sequence[str]] | None = None,
    loading_max: float = 1.0,
    on_progress: Callable[[float], None] | None = None,
) -> N1:
    """Solve every state of a schedule (its `p_mw`) with each outage, and return what is violated.

    Outages are the elements of `kinds`, or just `elements` where given, and the sets of elements in `common_mode`
    (name -> ids) that fail together; planned outages are out beside them. Each is an AC power flow: tap changers stay
    where the base case has them, for they do not move in the first minutes; units keep their voltages within their
    limits, and the anchor of each island takes the rest. What loses its voltage is load lost, not a missing solution.
    `on_progress` is called with the share done; raising in it cancels. Raises Mismatch for an unknown element or kind,
    and for a `loading_max` that is none.
    """
    if not 0 <= loading_max < np.inf:
        raise Mismatch(f"loading_max = {loading_max:g} is no loading; 1 is full")
    outages, behaviour = _outages(park, kinds, elements, common_mode), behaviour_of(park)
    count, say = schedule.sizes["time"], on_progress or (lambda share: None)
    base: Reach | None = None
    reach: dict[str, Reach] = {}
    done = 0
    for part in _parts(park, behaviour, schedule):
        found, rest = _part_reach(park, behaviour, part, outages, count, loading_max)
        base = found if base is None else merged(base, found)
        for number, (name, one) in enumerate(rest):
            reach[name] = merged(reach[name], one) if name in reach else one
            say((done + len(part.hours) * (number + 1) / len(outages)) / count)
        done += len(part.hours)
    if base is None:
        raise Mismatch("the schedule has no hours")
    network = network_of(park)
    limits, time = bounds_of(park, network, loading_max), schedule["time"].values
    found_violations = [v for name, one in reach.items() for v in violations_of(name, one, network, limits, time, base)]
    return N1(
        outages=len(outages),
        states=count,
        cases=len(outages) * count,
        solved=sum(int((~r.unsolved).sum()) for r in reach.values()),
        by_newton=sum(r.by_newton for r in reach.values()),
        base=tuple(sorted(violations_of("", base, network, limits, time), key=lambda v: -v.severity)),
        violations=tuple(sorted(found_violations, key=lambda v: -v.severity)),
        lost_load_mw=max((float(r.lost_mw.max(initial=0.0)) for r in reach.values()), default=0.0),
    )


def _outages(
    park: Park,
    kinds: Iterable[OutageKind | str],
    elements: Sequence[str] | None,
    common_mode: Mapping[str, Sequence[str]] | None,
) -> dict[str, frozenset[str]]:
    try:
        wanted = {OutageKind(k) for k in kinds}
    except ValueError as error:
        raise Mismatch(f"{error}: outages are of {', '.join(OutageKind)}") from error
    by_kind = {
        OutageKind.BRANCH: [t.id for table in branch_tables(park) for t in table],
        OutageKind.UNIT: [u.id for u in behaviour_of(park).units if u.kind in SOURCES],
        OutageKind.BUS: [b.id for b in park.buses],
    }
    known = {i for ids in by_kind.values() for i in ids} | {t.id for t in park.shunts} | {u.id for u in units_of(park)}
    named = {*(elements or ()), *(e for group in (common_mode or {}).values() for e in group)}
    if unknown := sorted(named - known):
        raise Mismatch(f"no branch, unit or bus named {unknown[:5]}; name elements of the park at this stage")
    ids = list(elements) if elements is not None else [i for k in OutageKind if k in wanted for i in by_kind[k]]
    return {i: frozenset({i}) for i in ids} | {name: frozenset(g) for name, g in (common_mode or {}).items()}


def _parts(park: Park, behaviour: Behaviour, schedule: xr.Dataset) -> Iterator[_Part]:
    p_mw, time = powers_of(behaviour.units, schedule), schedule["time"].values
    out = units_out(park, time, behaviour.units)
    for mask, gone in outage_hours(park, time):
        hours = np.flatnonzero(mask)
        for start in range(0, len(hours), HOURS_AT_ONCE):
            some = hours[start : start + HOURS_AT_ONCE]
            yield _Part(gone=gone, hours=some, p_mw=p_mw[some], out=out[some])


def _part_reach(
    park: Park,
    behaviour: Behaviour,
    part: _Part,
    outages: Mapping[str, frozenset[str]],
    count: int,
    loading_max: float,
) -> tuple[Reach, Iterator[tuple[str, Reach]]]:
    """Return the reach of the base case, and of each outage in turn."""
    network = network_of(park, out=part.gone, finite=True)
    limits = widened(bounds_of(park, network, loading_max))
    states = solve_states(park, network, behaviour, part.p_mw, part.out)
    base = reach_of_states(states, network, behaviour, part.p_mw, part.hours, count, limits)
    bounds = beyond(limits, states, WORSE_BY)
    changers = tap_changers(park, network)
    taps, frozen = changers.taps(states.tap_pos), tap_positions(network, changers, states.tap_pos)

    def alone(name: str, rows: Index | None = None) -> Reach:
        """An outage on a network of its own, Newton included: slower, for any element."""
        at = np.arange(len(part.hours)) if rows is None else rows
        group = outages[name]
        without = network_of(park, out=part.gone | group, finite=True)
        lost = np.array([u.id in group for u in behaviour.units], dtype=bool)
        p_mw = np.where(lost, 0.0, part.p_mw[at])
        held = {id_: position[at] for id_, position in frozen.items()}
        found = solve_states(park, without, behaviour, p_mw, part.out[at] | lost, held=held)
        return reach_of_states(found, without, behaviour, part.p_mw[at], part.hours[at], count, bounds.at(at))

    def each() -> Iterator[tuple[str, Reach]]:
        quick = _quick(park, network, outages)
        injections = injections_of(network, behaviour, part.p_mw, part.out)
        found = _in_lanes(network, injections, taps, [outages[name] for name in quick], bounds) if quick else None
        for name in outages:
            if found is None or name not in quick:
                yield name, alone(name)
                continue
            case = quick.index(name)
            reach = reach_of_extremes(found, case, network, behaviour, part.p_mw, part.hours, count)
            missed = np.flatnonzero(~found.solved[case])
            yield name, with_solved(reach, alone(name, missed), part.hours[missed]) if len(missed) else reach

    return base, each()


def _quick(park: Park, network: Network, outages: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the outages that lanes can solve: of branches, where no further anchor could take over an island and no
    bank would have to be switched in steps."""
    branches = {t.id for table in branch_tables(park) for t in table}
    if len(network.anchors) > len(network.topology.slack) or any(s.steps > 1 and s.v_set_pu for s in park.shunts):
        return []
    return [name for name, group in outages.items() if group <= branches]


def _in_lanes(
    network: Network, injections: Injections, taps: Taps, groups: Sequence[frozenset[str]], bounds: Bounds
) -> Extremes:
    return extremes_of_outages(
        prepared(network.topology),
        injections.s_node,
        ratings_of(network, bounds),
        [[k for k, element in enumerate(network.branches.element) if element in group] for group in groups],
        injections.keepers.control,
        taps,
        droop=injections.droop,
        flexible=injections.flexible,
    )
