"""AC power flow of thousands of states on one topology: a fixed point on the factored admittance matrix.

All states go through dense complex matrix products together, a few hundred at a time so that they stay in the cache
and the memory is bounded. A state on which the fixed point stalls gets a Newton of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.errors import Mismatch
from holin.kernel.newton import OneState, newton
from holin.kernel.taps import Departures, Taps, departures
from holin.kernel.topology import (
    Complex,
    Control,
    Flags,
    Index,
    Real,
    Topology,
    admittance,
    live_nodes,
)

Places = NDArray[np.int8]

TOLERANCE_MVA = 1e-6
"""Largest power mismatch of a solved state, one watt: absolute, because rounding of large parks reaches 1e-9 MVA."""

TOLERANCE_V_PU = 1e-9
ITERATIONS_MAX = 60
VALUES_PER_CHUNK = 1 << 15


@dataclass(frozen=True, kw_only=True, eq=False)
class PowerFlow:
    """The solved states, time first.

    `v` (state, node) in p.u., NaN where a node is not energised or the state was not solved; `q_control_mvar`
    (state, control) is what each control gives; `s_slack_mva` (state, slack) what the slack nodes feed in;
    `mismatch_mva` (state,) is computed anew from `v`, the admittances and the powers that were asked for.
    `by_newton` (state,) marks the states that the fixed point did not solve.
    """

    v: Complex
    q_control_mvar: Real
    s_slack_mva: Complex
    converged: Flags
    iterations: Index
    mismatch_mva: Real
    by_newton: Flags


@dataclass(frozen=True, kw_only=True, eq=False)
class _System:
    """The topology made ready: `rest` are the live nodes without slack, `active` those of them with a power."""

    y: Complex
    rest: Index
    active: Index
    z: Complex
    no_load: Complex
    control: Control
    at_active: Index
    sensitivity: Real
    tolerance_mva: float


@dataclass(frozen=True, kw_only=True, eq=False)
class _Answer:
    """What the iteration writes, state by state; `current` (state, active) is injected at the active nodes."""

    current: Complex
    q: Real
    iterations: Index
    done: Flags


def solve_power_flow(
    topology: Topology,
    s_mva: Complex,
    control: Control | None = None,
    taps: Taps | None = None,
    *,
    tolerance_mva: float = TOLERANCE_MVA,
    iterations_max: int = ITERATIONS_MAX,
) -> PowerFlow:
    """Solve V = w0 + Z conj(S / V) for every state, Z = Y^-1 without the slack nodes, w0 the voltages at no load.

    `s_mva` (state, node) is the power into the network, without what the controls add. Voltage-controlled nodes move
    their reactive power by dQ = |V| A^-1 (v_set - |V|), A = Im(conj(u) Z u) with u = w0 / |w0|, in the same
    iteration; at a limit they are clipped, and released when the voltage asks for it. Ratios that differ from state to
    state (`taps`) enter as the currents that they add. Powers at nodes that no slack reaches are not served. Raises
    Mismatch when shapes do not fit or a control stands twice at a node or at a slack.
    Source: T.-H. Chen et al., IEEE Trans. Power Delivery 6 (1991) 1146 (implicit Z-bus method); convergence:
    S. Bolognani, S. Zampieri, IEEE Trans. Power Systems 31 (2016) 163.
    """
    control = control or Control()
    _check(topology, s_mva, control)
    states = len(s_mva)
    live = live_nodes(topology)
    control, of_control, lower, upper = _limited(control, live, states)
    tapped = departures(topology, taps or Taps(turns=np.ones((states, 0))), states)
    system = _made_ready(topology, s_mva, control, live, tapped, tolerance_mva)
    size = max(32, VALUES_PER_CHUNK // max(1, len(system.active)))
    parts = [
        _solve_chunk(system, topology, tapped.of(at), s_mva[at], lower[at], upper[at], iterations_max)
        for at in (slice(i, i + size) for i in range(0, max(states, 1), size))
    ]
    joined = PowerFlow(
        **{name: np.concatenate([getattr(p, name) for p in parts]) for name in PowerFlow.__dataclass_fields__}
    )
    q = np.zeros((states, len(of_control)))
    q[:, of_control] = joined.q_control_mvar
    joined.v[:, ~live] = np.nan
    return PowerFlow(**{**vars(joined), "q_control_mvar": q})


def _check(topology: Topology, s: Complex, control: Control) -> None:
    if s.ndim != 2 or s.shape[1] != topology.nodes:
        raise Mismatch(f"powers of shape {s.shape} do not fit {topology.nodes} nodes; give (state, node)")
    if not np.isfinite(s).all():
        raise Mismatch("a power is not a finite number; give every node a power in every state, 0 where there is none")
    if len(topology.slack) == 0:
        raise Mismatch("no node has a given voltage; a power flow needs a grid connection")
    if len(np.unique(control.node)) < len(control.node) or np.isin(control.node, topology.slack).any():
        raise Mismatch("two controls at one node, or one at a slack node; join them into one before the power flow")


def _limited(control: Control, live: Flags, states: int) -> tuple[Control, Flags, Real, Real]:
    """Return the controls at live nodes, which those are, and their limits as (state, control)."""
    of = live[control.node] if len(control.node) else np.zeros(0, dtype=bool)
    shape = (states, len(control.node))
    lower = np.ascontiguousarray(np.broadcast_to(control.q_min_mvar, shape)[:, of])
    upper = np.ascontiguousarray(np.broadcast_to(control.q_max_mvar, shape)[:, of])
    if (lower > upper).any():
        raise Mismatch("a control's lowest reactive power lies above its highest")
    return (
        Control(node=control.node[of], v_set_pu=control.v_set_pu[of], q_min_mvar=lower, q_max_mvar=upper),
        of,
        lower,
        upper,
    )


def _made_ready(
    topology: Topology, s: Complex, control: Control, live: Flags, tapped: Departures, tolerance_mva: float
) -> _System:
    y = admittance(topology)
    rest_flags = live.copy()
    rest_flags[topology.slack] = False
    rest = np.flatnonzero(rest_flags)
    has_power = (s != 0).any(axis=0)
    has_power[control.node] = has_power[tapped.node_from] = has_power[tapped.node_to] = True
    active = np.flatnonzero(has_power[rest])
    z = np.linalg.inv(y[np.ix_(rest, rest)]) if len(rest) else np.zeros((0, 0), dtype=np.complex128)
    no_load = -z @ (y[np.ix_(rest, topology.slack)] @ topology.v_slack)
    at = np.searchsorted(rest[active], control.node)
    unit = no_load[active][at] / np.abs(no_load[active][at])
    z_control = z[np.ix_(active, active)][np.ix_(at, at)]
    return _System(
        y=y,
        rest=rest,
        active=active,
        z=np.ascontiguousarray(z[:, active]),
        no_load=no_load,
        control=control,
        at_active=at,
        sensitivity=(unit.conj()[:, None] * z_control * unit[None, :]).imag,
        tolerance_mva=tolerance_mva,
    )


def _solve_chunk(
    system: _System, topology: Topology, tapped: Departures, s: Complex, lower: Real, upper: Real, iterations_max: int
) -> PowerFlow:
    with np.errstate(all="ignore"):
        answer = _iterated(system, topology, tapped, s[:, system.rest[system.active]], lower, upper, iterations_max)
        v = np.full(s.shape, np.nan, dtype=np.complex128)
        v[:, topology.slack] = topology.v_slack
        v[:, system.rest] = system.no_load + answer.current @ system.z.T
    q, iterations = answer.q, answer.iterations
    asked = s.copy()
    asked[:, system.control.node] += 1j * q
    mismatch = _mismatch(system, tapped, v, asked)
    by_newton = ~(answer.done & (mismatch <= system.tolerance_mva))
    for k in np.flatnonzero(by_newton):
        _newton_into(system, topology, tapped.on(system.y, int(k)), s[k], lower[k], upper[k], v[k], q[k], asked[k])
        iterations[k] = iterations_max
    if by_newton.any():
        mismatch[by_newton] = _mismatch(system, tapped.of(by_newton), v[by_newton], asked[by_newton])
    converged = mismatch <= system.tolerance_mva
    v[~converged] = np.nan
    q[~converged] = np.nan
    s_slack = topology.v_slack * _drawn(system, tapped, v)[:, topology.slack].conj()
    s_slack[~converged] = complex(np.nan, np.nan)
    return PowerFlow(
        v=v,
        q_control_mvar=q,
        s_slack_mva=s_slack,
        converged=converged,
        iterations=iterations,
        mismatch_mva=mismatch,
        by_newton=by_newton,
    )


def _drawn(system: _System, tapped: Departures, v: Complex) -> Complex:
    """Y V of every state (state, node), nodes without voltage as 0."""
    known = np.where(np.isnan(v), 0, v)
    drawn: Complex = known @ system.y.T
    return drawn + tapped.current(known) if len(tapped.node_from) else drawn


def _mismatch(system: _System, tapped: Departures, v: Complex, asked: Complex) -> Real:
    """Largest |V conj(Y V) - S| over the live nodes without slack, (state,); not a number where V is none."""
    with np.errstate(all="ignore"):
        gap = (v * _drawn(system, tapped, v).conj() - asked)[:, system.rest]
        largest: Real = np.abs(gap).max(axis=1, initial=0.0)
    return largest


def _iterated(
    system: _System,
    topology: Topology,
    tapped: Departures,
    s: Complex,
    lower: Real,
    upper: Real,
    iterations_max: int,
) -> _Answer:
    """Run the fixed point; states leave it in groups as they are solved, so that a slow one costs only itself."""
    states, active = s.shape
    answer = _Answer(
        current=np.full((states, active), np.nan, dtype=np.complex128),
        q=np.full(lower.shape, np.nan),
        iterations=np.full(states, iterations_max, dtype=np.int64),
        done=np.zeros(states, dtype=bool),
    )
    at, tolerance = system.at_active, 0.1 * system.tolerance_mva
    z, no_load = system.z[system.active].T, system.no_load[system.active]
    rows = np.arange(states)
    fixed = s[:, at]
    q = np.clip(0.0, lower, upper)
    place = np.zeros(q.shape, dtype=np.int8)
    s = s.copy()
    v = np.broadcast_to(no_load, s.shape)
    extra = _tap_current(system, topology, tapped, v)
    for iteration in range(1, iterations_max + 1):
        s[:, at] = fixed + 1j * q
        load_current = (s / v).conj()
        current = load_current + extra
        v_next = no_load + current @ z
        done = np.asarray((np.abs(load_current * (v_next - v)) <= tolerance / 2).all(axis=1))
        v = v_next
        if len(tapped.node_from):
            before, extra = extra, _tap_current(system, topology, tapped, v)
            done &= (np.abs(extra - before) <= tolerance / 4).all(axis=1)
        if len(at):
            q_next, place, settled = _steered(system, np.abs(v[:, at]), q, place, lower, upper)
            done &= settled
            q = np.where(done[:, None], q, q_next)
        if done.sum() * 4 >= len(done) or iteration == iterations_max:
            out = rows[done]
            answer.current[out], answer.q[out] = current[done], q[done]
            answer.iterations[out], answer.done[out] = iteration, True
            keep = ~done & np.isfinite(v).all(axis=1)
            if not keep.any():
                break
            rows, s, v, fixed = rows[keep], s[keep], v[keep], fixed[keep]
            q, place, lower, upper = q[keep], place[keep], lower[keep], upper[keep]
            tapped, extra = tapped.of(keep), extra[keep]
    return answer


def _tap_current(system: _System, topology: Topology, tapped: Departures, v: Complex) -> Complex:
    """The current (state, active) that the states' own ratios inject beside what Y says."""
    if not len(tapped.node_from):
        return np.zeros_like(v)
    nodes = system.rest[system.active]
    at_nodes = np.zeros((len(v), topology.nodes), dtype=np.complex128)
    at_nodes[:, topology.slack] = topology.v_slack
    at_nodes[:, nodes] = v
    return -tapped.current(at_nodes)[:, nodes]


def _steered(system: _System, v: Real, q: Real, place: Places, lower: Real, upper: Real) -> tuple[Real, Places, Flags]:
    """Move the controls' reactive power towards their voltage: next q, next places, and which states are settled.

    `place` is +1 at the upper limit, -1 at the lower, 0 between.
    """
    gap = system.control.v_set_pu - v
    free = (place == 0) | ((place > 0) & (gap < -TOLERANCE_V_PU)) | ((place < 0) & (gap > TOLERANCE_V_PU))
    wanted = q + v * _secant(system.sensitivity, gap, free)
    place_next = np.where(wanted > upper, 1, np.where(wanted < lower, -1, 0)).astype(np.int8)
    place_next = np.where(free, place_next, place)
    wanted = np.where(place_next > 0, upper, np.where(place_next < 0, lower, wanted))
    held = (np.abs(gap) <= TOLERANCE_V_PU) | (place != 0)
    settled: Flags = (held & (place_next == place)).all(axis=1)
    return wanted, place_next, settled


def _secant(sensitivity: Real, gap: Real, free: Flags) -> Real:
    """Solve A dq = gap on the free controls of each state, 0 elsewhere; one small matrix per pattern of limits."""
    if free.all():
        return np.linalg.solve(sensitivity, gap.T).T.astype(np.float64)
    move = np.zeros_like(gap)
    patterns, of_state = np.unique(free, axis=0, return_inverse=True)
    for k, pattern in enumerate(patterns):
        f = np.flatnonzero(pattern)
        rows = np.flatnonzero(of_state.ravel() == k)
        if len(f):
            move[np.ix_(rows, f)] = np.linalg.solve(sensitivity[np.ix_(f, f)], gap[np.ix_(rows, f)].T).T
    return move


def _newton_into(
    system: _System,
    topology: Topology,
    y: Complex,
    s: Complex,
    lower: Real,
    upper: Real,
    v: Complex,
    q: Real,
    asked: Complex,
) -> None:
    """Solve one state by Newton and write it into `v`, `q` and `asked`; NaN when it has no solution."""
    live = np.sort(np.concatenate([system.rest, topology.slack]))
    start = np.zeros(topology.nodes, dtype=np.complex128)
    start[topology.slack], start[system.rest] = topology.v_slack, system.no_load
    one = OneState(
        y=y[np.ix_(live, live)],
        s=s[live],
        fixed=np.isin(live, topology.slack),
        node=np.searchsorted(live, system.control.node),
        v_set=system.control.v_set_pu,
        q_min=lower,
        q_max=upper,
    )
    found = newton(one, start[live], 0.1 * system.tolerance_mva)
    v[:] = np.nan
    q[:] = np.nan
    if found is not None:
        v[live], q[:], _ = found
        asked[:] = s
        asked[system.control.node] += 1j * q
