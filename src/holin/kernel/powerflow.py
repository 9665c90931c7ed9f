"""AC power flow of thousands of states on one topology: a fixed point on one sparse LU, states as SIMD lanes.

A state on which the fixed point stalls gets a Newton of its own (`by_newton` tells).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from holin.errors import Mismatch
from holin.kernel import lanes
from holin.kernel.compiling import cores
from holin.kernel.elimination import Elimination, elimination, factorise, substitute
from holin.kernel.flexible import Droop, VoltagePowers
from holin.kernel.newton import Found, OneState, newton
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
    sparse_admittance,
)

TOLERANCE_MVA = 1e-6
"""Largest power mismatch of a solved state, one watt: absolute, because rounding of large parks reaches 1e-9 MVA."""

OPERABLE_PU = 0.7
"""A solution with a voltage below it may be one of several: the others are looked for."""

ITERATIONS_MAX = 60
STATES_PER_TASK = 512


@dataclass(frozen=True, kw_only=True, eq=False)
class PowerFlow:
    """The solved states, time first.

    `v` (state, node) in p.u., NaN where a node is not energised or the state was not solved; `q_control_mvar`
    (state, control) is what each control gives, `q_droop_mvar` (state, droop) each droop; `s_slack_mva` (state, slack)
    what the slack nodes feed in; `tap_pos` (state, tap) are the positions of the taps' changers, where they have some;
    `mismatch_mva` (state,) is computed anew from `v`, the admittances and the powers
    that were asked for. `by_newton` (state,) marks the states that the fixed point did not solve.
    """

    v: Complex
    q_control_mvar: Real
    q_droop_mvar: Real
    s_slack_mva: Complex
    tap_pos: Index
    converged: Flags
    iterations: Index
    mismatch_mva: Real
    by_newton: Flags


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """A topology made ready: `rest` are the live nodes without slack, the unknowns of `pattern`; `values` its factors.

    `place` (node,) is each node's place in the elimination, -1 for slack nodes and dead ones. `own` are the values
    before they were factorised, `slots` (branch, 2) where each branch's entries from-to and to-from stand among them.
    """

    topology: Topology
    live: Flags
    rest: Index
    place: Index
    pattern: Elimination
    own: Complex
    slots: Index
    values: Complex
    system: lanes.System


def prepared(topology: Topology) -> Prepared:
    """Order, fill and factorise a topology; without a slack node all nodes are dead."""
    live = live_nodes(topology)
    unknown = live.copy()
    unknown[topology.slack] = False
    rest = np.flatnonzero(unknown)
    number = np.full(topology.nodes, -1, dtype=np.int64)
    number[rest] = np.arange(len(rest))
    f, t = number[topology.node_from], number[topology.node_to]
    both = (f >= 0) & (t >= 0)
    pattern = elimination(len(rest), list(zip(f[both].tolist(), t[both].tolist(), strict=True)))
    y = sparse_admittance(topology).tocoo()
    row, column = y.row.astype(np.int64), y.col.astype(np.int64)
    values = np.zeros(pattern.slots, dtype=np.complex128)
    inside = (number[row] >= 0) & (number[column] >= 0)
    values[pattern.slots_of(number[row[inside]], number[column[inside]])] = y.data[inside]
    unfactored = values.copy()
    factorise(values, pattern.start, pattern.target, pattern.target_start)
    place, slack = (np.full(topology.nodes, -1, dtype=np.int64) for _ in range(2))
    place[rest[pattern.order]], slack[topology.slack] = np.arange(len(rest)), np.arange(len(topology.slack))
    v_slack = topology.v_slack.astype(np.complex128)
    c = -_times(place[row], slack[column], y.data, v_slack, len(rest))
    no_load = c.copy()
    substitute(values, pattern.start, pattern.columns, no_load)
    system = lanes.System(
        c,
        no_load,
        *_rows(place[row], place[column], y.data, len(rest)),
        *_rows(slack[row], place[column], y.data, len(v_slack)),
        _times(slack[row], slack[column], y.data, v_slack, len(v_slack)),
        v_slack,
    )
    return Prepared(
        topology=topology,
        live=live,
        rest=rest,
        place=place,
        pattern=pattern,
        own=unfactored,
        slots=np.column_stack([pattern.slots_of(f, t), pattern.slots_of(t, f)]),
        values=values,
        system=system,
    )


def _rows(row: Index, column: Index, y: Complex, count: int) -> tuple[Index, Index, Complex]:
    """Return the entries whose row and column are not negative as rows (CSR)."""
    known = np.flatnonzero((row >= 0) & (column >= 0))
    known = known[np.argsort(row[known], kind="stable")]
    start = np.searchsorted(row[known], np.arange(count + 1))
    return start.astype(np.int64), column[known], y[known]


def _times(row: Index, column: Index, y: Complex, x: Complex, count: int) -> Complex:
    """Return Y x (count,) of those entries."""
    known = (row >= 0) & (column >= 0)
    product = np.zeros(count, dtype=np.complex128)
    np.add.at(product, row[known], y[known] * x[column[known]])
    return product


def solve_power_flow(
    topology: Topology | Prepared,
    s_mva: Complex,
    control: Control | None = None,
    taps: Taps | None = None,
    *,
    droop: Droop | None = None,
    flexible: VoltagePowers | None = None,
    tolerance_mva: float = TOLERANCE_MVA,
    iterations_max: int = ITERATIONS_MAX,
    threads: int | None = None,
) -> PowerFlow:
    """Solve V = Y^-1 (conj(S / V) + c) for every state, c the current that the slack nodes send.

    `s_mva` (state, node) is the constant power into the network, without what controls, `droop` and `flexible` add.
    Voltage-controlled nodes move their reactive power by dQ = |V| A^-1 (v_set - |V|), A = Im(conj(u) Z u) with u = w0 /
    |w0|, w0 the voltages at no load, in the same iteration; with limits dQ solves the linear complementarity problem
    that these make of it. Droops move by a secant of curve and network. Ratios that differ from state to state (`taps`)
    enter as the currents that they add; tap changers among them move in the same iteration. Powers at nodes that no
    slack reaches are not served. `threads` (all cores by default) share the states; the answer does not depend on them.
    Raises Mismatch when shapes do not fit or a control stands twice at a node or at a slack.
    Source: T.-H. Chen et al., IEEE Trans. Power Delivery 6 (1991) 1146 (implicit Z-bus method); convergence:
    S. Bolognani, S. Zampieri, IEEE Trans. Power Systems 31 (2016) 163.
    """
    ready = topology if isinstance(topology, Prepared) else prepared(topology)
    topology = ready.topology
    states, control = len(s_mva), control or Control()
    _check(topology, s_mva, control)
    droop = droop or Droop(scale=np.zeros((states, 0)))
    flexible = flexible or VoltagePowers(linear=np.zeros((states, 0), complex), square=np.zeros((states, 0), complex))
    of_control, lower, upper = limited(control, ready.live, states)
    taps = taps or Taps(turns=np.ones((states, 0)))
    tapped = departures(topology, taps, states)
    flow = _by_lanes(
        ready, s_mva, keepers_of(ready, control, of_control, lower, upper), droop, flexible, tapped,
        changers_of(ready, taps), of_control, tolerance_mva, iterations_max, threads or cores(),
    )  # fmt: skip
    stalled = np.flatnonzero(~(flow.mismatch_mva <= tolerance_mva))
    if taps.changers is not None:
        flow.tap_pos[stalled] = taps.position[stalled]
        tapped = departures(topology, taps.changers.taps(flow.tap_pos), states)
    if len(stalled):
        kept = replace(control, q_min_mvar=lower, q_max_mvar=upper)
        y = admittance(topology)
        for k in stalled:
            _newton_into(flow, int(k), ready, y, s_mva, kept, of_control, droop, flexible, tapped, tolerance_mva)
    return _finished(flow, ready, tapped, tolerance_mva)


def _check(topology: Topology, s: Complex, control: Control) -> None:
    if s.ndim != 2 or s.shape[1] != topology.nodes:
        raise Mismatch(f"powers of shape {s.shape} do not fit {topology.nodes} nodes; give (state, node)")
    if not np.isfinite(s).all():
        raise Mismatch("a power is not a finite number; give every node a power in every state, 0 where there is none")
    if len(np.unique(control.node)) < len(control.node) or np.isin(control.node, topology.slack).any():
        raise Mismatch("two controls at one node, or one at a slack node; join them into one before the power flow")


def limited(control: Control, live: Flags, states: int) -> tuple[Flags, Real, Real]:
    """Return which controls stand at live nodes, and the limits of these as (state, control)."""
    of = live[control.node] if len(control.node) else np.zeros(0, dtype=bool)
    shape = (states, len(control.node))
    lower = np.ascontiguousarray(np.broadcast_to(control.q_min_mvar, shape)[:, of], dtype=np.float64)
    upper = np.ascontiguousarray(np.broadcast_to(control.q_max_mvar, shape)[:, of], dtype=np.float64)
    if (lower > upper).any():
        raise Mismatch("a control's lowest reactive power lies above its highest")
    return of, lower, upper


def keepers_of(ready: Prepared, control: Control, of: Flags, lower: Real, upper: Real) -> lanes.Keepers:
    """Return the controls at live nodes as the lanes read them."""
    node = ready.place[control.node[of]]
    sensitivity = _sensitivity(ready, node)
    inverse: Real = np.ascontiguousarray(np.linalg.inv(sensitivity), dtype=np.float64)
    return lanes.Keepers(node, control.v_set_pu[of].astype(np.float64), sensitivity, inverse, lower, upper)


def _sensitivity(ready: Prepared, node: Index) -> Real:
    """Im(conj(u) Z u) between the nodes (given by places): how voltages follow reactive power at no load."""
    columns = np.zeros((len(node), ready.pattern.size), dtype=np.complex128)
    for k, place in enumerate(node):
        columns[k, place] = 1.0
        substitute(ready.values, ready.pattern.start, ready.pattern.columns, columns[k])
    u = ready.system.v[node] / np.abs(ready.system.v[node])
    return np.ascontiguousarray((u.conj()[:, None] * columns[:, node].T * u[None, :]).imag)


def droops_of(ready: Prepared, droop: Droop) -> lanes.Droops:
    """Return the droops at live nodes as the lanes read them."""
    live = ready.place[droop.node] >= 0 if len(droop.node) else np.zeros(0, dtype=bool)
    node = ready.place[droop.node[live]]
    own = np.array([float(_sensitivity(ready, node[[k]])[0, 0]) for k in range(len(node))])
    scale = np.ascontiguousarray(droop.scale[:, live])
    return lanes.Droops(node, np.ascontiguousarray(droop.v_pu[live]), np.ascontiguousarray(droop.q[live]), scale, own)


def flexible_of(ready: Prepared, flexible: VoltagePowers) -> lanes.Flexible:
    """Return the powers that go with the voltage at live nodes as the lanes read them."""
    live = ready.place[flexible.node] >= 0 if len(flexible.node) else np.zeros(0, dtype=bool)
    parts = (np.ascontiguousarray(p[:, live], dtype=np.complex128) for p in (flexible.linear, flexible.square))
    return lanes.Flexible(ready.place[flexible.node[live]], *parts)


def turned_of(ready: Prepared, tapped: Departures) -> lanes.Turned:
    """Return the branches with turns of their own as the lanes read them; dead ones change nothing."""
    voltage = np.zeros(ready.topology.nodes, dtype=np.complex128)
    voltage[ready.topology.slack] = ready.topology.v_slack
    ends = ready.place[tapped.node_from], ready.place[tapped.node_to]
    alive = ready.live[tapped.node_from] & ready.live[tapped.node_to]
    parts = (np.ascontiguousarray(d * alive) for d in (tapped.d_ff, tapped.d_ft, tapped.d_tf, tapped.d_tt))
    return lanes.Turned(*ends, voltage[tapped.node_from], voltage[tapped.node_to], *parts)


def changers_of(ready: Prepared, taps: Taps) -> lanes.Changers:
    """Return the tap changers that move as the lanes read them, at positions of their own."""
    c, t = taps.changers, ready.topology
    if c is None:
        return lanes.no_changers()
    return lanes.Changers(
        ready.place[c.node], c.v_set_pu, c.band, c.step, c.at_from, c.start, c.neutral, c.lowest, c.highest,
        t.y_ff[c.branch], t.y_ft[c.branch], t.y_tf[c.branch], t.y_tt[c.branch], taps.position.copy(),
    )  # fmt: skip


def _by_lanes(
    ready: Prepared, s: Complex, keepers: lanes.Keepers, droop: Droop, flexible: VoltagePowers,
    tapped: Departures, changers: lanes.Changers, of_control: Flags, tolerance_mva: float, iterations_max: int,
    threads: int,
) -> PowerFlow:  # fmt: skip
    states, order, droops = len(s), ready.rest[ready.pattern.order], droops_of(ready, droop)
    v = np.empty(s.shape, dtype=np.complex128)
    v[:, ~ready.live] = np.nan
    v[:, ready.topology.slack] = ready.topology.v_slack
    s_slack = np.zeros((states, len(ready.topology.slack)), dtype=np.complex128)
    q_kept, q_drooped = np.zeros((states, len(keepers.node))), np.zeros((states, len(droops.node)))
    iterations, mismatch = np.zeros(states, dtype=np.int64), np.zeros(states)
    lu = lanes.split(ready.pattern, ready.values)
    bent, turned = flexible_of(ready, flexible), turned_of(ready, tapped)

    def solve(begin: int) -> None:
        lanes.solve_states(
            lu, ready.system, keepers, droops, bent, turned, changers, order, s, begin,
            min(begin + STATES_PER_TASK, states), tolerance_mva, iterations_max, v, q_kept,
            q_drooped, s_slack, iterations, mismatch,
        )  # fmt: skip

    _shared(solve, range(0, states, STATES_PER_TASK), threads)
    q_control, q_droop = np.zeros((states, len(of_control))), np.zeros(droop.scale.shape)
    q_control[:, of_control] = q_kept
    if len(droop.node):
        q_droop[:, ready.place[droop.node] >= 0] = q_drooped
    return PowerFlow(
        v=v,
        q_control_mvar=q_control,
        q_droop_mvar=q_droop,
        s_slack_mva=s_slack,
        tap_pos=changers.position,
        converged=np.zeros(states, dtype=bool),
        iterations=iterations,
        mismatch_mva=mismatch,
        by_newton=np.zeros(states, dtype=bool),
    )


def _shared(solve: object, begins: range, threads: int) -> None:
    """Call `solve` for every begin, on several threads where there is work for them."""
    assert callable(solve)
    if threads <= 1 or len(begins) <= 1:
        for begin in begins:
            solve(begin)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(solve, begins))


def _first_found(one: OneState, no_load: Complex, tolerance_mva: float) -> Found | None:
    """Newton from 1 p.u. (or what is kept) at the angles of no load, from the voltages at no load, or at one angle.

    Any may be the nearest: behind vector groups the first two, in networks whose charging makes no load absurd the
    last. Of several solutions the one with the higher voltages is kept.
    """
    flat = no_load / np.abs(no_load)
    one_angle = np.full_like(flat, no_load[one.fixed][0] / abs(no_load[one.fixed][0]))
    for start in (flat, one_angle):
        start[one.node] *= one.v_set
        start[one.fixed] = no_load[one.fixed]
    best, lowest = None, 0.0
    for start in (flat, no_load, one_angle):
        found = newton(one, start, 0.1 * tolerance_mva)
        if found is not None and (low := float(np.abs(found.v).min())) > lowest:
            best, lowest = found, low
        if lowest > OPERABLE_PU:
            break
    return best


def _newton_into(
    flow: PowerFlow, k: int, ready: Prepared, y: Complex, s: Complex, control: Control, of_control: Flags, droop: Droop,
    flexible: VoltagePowers, tapped: Departures, tolerance_mva: float,
) -> None:  # fmt: skip
    """Solve one state by Newton and write it into the flow; NaN when it has no solution."""
    topology = ready.topology
    live = np.sort(np.concatenate([ready.rest, topology.slack]))
    number = np.full(topology.nodes, -1, dtype=np.int64)
    number[live] = np.arange(len(live))
    start = np.zeros(topology.nodes, dtype=np.complex128)
    start[topology.slack], start[ready.rest[ready.pattern.order]] = topology.v_slack, ready.system.v
    linear, square = (np.zeros(topology.nodes, dtype=np.complex128) for _ in range(2))
    np.add.at(linear, flexible.node, flexible.linear[k])
    np.add.at(square, flexible.node, flexible.square[k])
    drooping = np.flatnonzero(ready.live[droop.node]) if len(droop.node) else np.zeros(0, dtype=np.int64)
    one = OneState(
        y=tapped.on(y, k)[np.ix_(live, live)],
        s=s[k, live],
        fixed=np.isin(live, topology.slack),
        node=number[control.node[of_control]],
        v_set=control.v_set_pu[of_control],
        q_min=control.q_min_mvar[k],
        q_max=control.q_max_mvar[k],
        linear=linear[live],
        square=square[live],
        droop_node=number[droop.node[drooping]],
        droop_v=droop.v_pu[drooping],
        droop_q=droop.q[drooping] * droop.scale[k, drooping][:, None],
    )
    found = _first_found(one, start[live], tolerance_mva)
    flow.by_newton[k] = True
    flow.v[k] = np.nan
    flow.mismatch_mva[k] = np.inf
    if found is None:
        return
    flow.v[k, live] = found.v
    flow.q_control_mvar[k, of_control] = found.q
    flow.q_droop_mvar[k, drooping] = droop.of(np.array([k])).q_mvar(flow.v[[k]])[0, drooping]
    asked = s[k] + flexible.of(np.array([k])).power(np.nan_to_num(flow.v[[k]]))[0]
    np.add.at(asked, control.node[of_control], 1j * found.q)
    np.add.at(asked, droop.node[drooping], 1j * flow.q_droop_mvar[k, drooping])
    got = found.v * (one.y @ found.v).conj()
    flow.s_slack_mva[k] = got[number[topology.slack]]
    flow.mismatch_mva[k] = np.abs(got - asked[live])[~one.fixed].max(initial=0.0)


def _finished(flow: PowerFlow, ready: Prepared, tapped: Departures, tolerance_mva: float) -> PowerFlow:
    """Blank what was not solved, and add what branches with turns of their own draw from the slack nodes."""
    topology, solved, by_lanes = ready.topology, flow.mismatch_mva <= tolerance_mva, ~flow.by_newton
    f, t = tapped.node_from, tapped.node_to
    for here, there, own, mutual in ((f, t, tapped.d_ff, tapped.d_ft), (t, f, tapped.d_tt, tapped.d_tf)):
        for k, j in np.argwhere(here[:, None] == topology.slack):
            v, other = topology.v_slack[j], np.nan_to_num(flow.v[by_lanes, there[k]])
            flow.s_slack_mva[by_lanes, j] += v * (own[by_lanes, k] * v + mutual[by_lanes, k] * other).conj()
    for table in (flow.v, flow.q_control_mvar, flow.q_droop_mvar, flow.s_slack_mva):
        table[~solved] = np.nan
    return replace(flow, converged=np.asarray(solved))
