"""Newton's power flow of one state: slow, and the last resort of the batched iteration."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import block_array, csr_array, diags_array
from scipy.sparse.linalg import splu

from holin.kernel.topology import Complex, Flags, Index, Real

ROUNDS_MAX = 30
"""How often reactive limits may switch on or off before the state is given up."""

SPARSE_FROM = 100
"""From so many nodes on a sparse Jacobian is quicker than a dense one."""

STEPS_MAX = 40
HALVINGS_MAX = 12


@dataclass(frozen=True, kw_only=True, eq=False)
class OneState:
    """One state on the live nodes: `y` (node, node), `s` (node,) in MVA, `fixed` marks the slack nodes.

    `node`, `v_set`, `q_min`, `q_max` (control,) are the controls. `linear`, `square` (node,) in MVA go with the voltage
    and its square; `droop_q` over `droop_v` (droop, point) is reactive power in Mvar over the voltage of `droop_node`.
    """

    y: Complex
    s: Complex
    fixed: Flags
    node: Index
    v_set: Real
    q_min: Real
    q_max: Real
    linear: Complex | float = 0.0
    square: Complex | float = 0.0
    droop_node: Index = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    droop_v: Real = field(default_factory=lambda: np.zeros((0, 1)))
    droop_q: Real = field(default_factory=lambda: np.zeros((0, 1)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """A solution: voltages (node,), the controls' reactive power (control,) in Mvar, and the steps taken."""

    v: Complex
    q: Real
    steps: int


def newton(state: OneState, v_start: Complex, tolerance_mva: float) -> Found | None:
    """Return the solution of a state, None if there is none to be found.

    Polar Newton-Raphson, steps halved until the mismatch falls; controlled nodes at a limit become PQ nodes and are
    released when the voltage asks for it. Source: W. F. Tinney, C. E. Hart, IEEE Trans. PAS 86 (1967) 1449; PV-PQ
    switching: J. Zhao et al., On PV-PQ bus type switching logic in power flow computation, PSCC 2008.
    """
    at = np.zeros(len(state.node), dtype=np.int64)
    v, steps = v_start, 0
    for _ in range(ROUNDS_MAX):
        s = state.s.copy()
        limit = np.where(at > 0, state.q_max, np.where(at < 0, state.q_min, 0.0))
        np.add.at(s, state.node, 1j * limit)
        start = v.copy()
        free = state.node[at == 0]
        start[free] *= state.v_set[at == 0] / np.abs(start[free])
        solved, used = _solve(state, s, free, start, tolerance_mva)
        steps += used
        if solved is None:
            return None
        v = solved
        q = (v * (state.y @ v).conj() - state.s - _by_voltage(state, v)[0]).imag[state.node]
        q = np.where(at == 0, q, limit)
        switched = _switched(state, at, q, np.abs(v[state.node]))
        if np.array_equal(switched, at):
            return Found(v=v, q=q, steps=steps)
        at = switched
    return None


def _switched(state: OneState, at: Index, q: Real, v: Real) -> Index:
    """Return the controls' places: +1 at the upper limit, -1 at the lower, 0 free."""
    beyond = np.where(q > state.q_max + 1e-9, 1, np.where(q < state.q_min - 1e-9, -1, 0))
    # At the upper limit the node lacks reactive power, so its voltage must not exceed the set value.
    stays = np.where(at > 0, v <= state.v_set + 1e-12, v >= state.v_set - 1e-12)
    return np.where(at == 0, beyond, np.where(stays, at, 0))


def _solve(state: OneState, s: Complex, free: Index, v: Complex, tolerance_mva: float) -> tuple[Complex | None, int]:
    angle_nodes = np.flatnonzero(~state.fixed)
    magnitude = ~state.fixed
    magnitude[free] = False
    magnitude_nodes = np.flatnonzero(magnitude)
    y: Any = state.y if len(v) < SPARSE_FROM else csr_array(state.y)

    def mismatch(at: Complex) -> Real:
        d = at * (y @ at).conj() - s - _by_voltage(state, at)[0]
        return np.concatenate([d.real[angle_nodes], d.imag[magnitude_nodes]])

    f = mismatch(v)
    for step in range(STEPS_MAX):
        size = float(np.abs(f).max(initial=0.0))
        if size <= tolerance_mva:
            return v, step
        try:
            d = _change(y, v, _by_voltage(state, v)[1], angle_nodes, magnitude_nodes, -f)
        except (np.linalg.LinAlgError, RuntimeError):  # a Jacobian that is exactly singular, dense or sparse
            return None, step
        share = 1.0
        for _ in range(HALVINGS_MAX):
            trial = _moved(v, d * share, angle_nodes, magnitude_nodes)
            f_trial = mismatch(trial)
            if np.linalg.norm(f_trial) < np.linalg.norm(f):
                break
            share /= 2
        else:
            return None, step
        v, f = trial, f_trial
    return None, STEPS_MAX


def _moved(v: Complex, d: Real, angle_nodes: Index, magnitude_nodes: Index) -> Complex:
    angle, size = np.angle(v), np.abs(v)
    angle[angle_nodes] += d[: len(angle_nodes)]
    size[magnitude_nodes] += d[len(angle_nodes) :]
    moved: Complex = size * np.exp(1j * angle)
    return moved


def _by_voltage(state: OneState, v: Complex) -> tuple[Complex, Complex]:
    """Return the power (node,) that depends on the voltage's size, and its derivative by it."""
    size = np.abs(v)
    power = (state.linear + state.square * size) * size + 0j
    slope = state.linear + 2 * state.square * size + 0j
    for node, x, y in zip(state.droop_node, state.droop_v, state.droop_q, strict=True):
        power[node] += 1j * np.interp(size[node], x, y)
        inside = int(np.searchsorted(x, size[node])) - 1
        if 0 <= inside < len(x) - 1:
            slope[node] += 1j * (y[inside + 1] - y[inside]) / (x[inside + 1] - x[inside])
    return np.asarray(power, dtype=np.complex128), np.asarray(slope, dtype=np.complex128)


def _change(y: Any, v: Complex, slope: Complex, angle_nodes: Index, magnitude_nodes: Index, f: Real) -> Real:
    """Return the step of angles and magnitudes that changes the power by `f`, by the derivatives at all nodes.

    Source: R. D. Zimmerman, MATPOWER Technical Note 2.
    """
    a, m, i, unit = angle_nodes, magnitude_nodes, y @ v, v / np.abs(v)
    if isinstance(y, np.ndarray):
        by_size = v[:, None] * (y * unit[None, :]).conj() + np.diag(i.conj() * unit - slope)
        by_angle = 1j * v[:, None] * (np.diag(i) - y * v[None, :]).conj()
        dense = np.block(
            [
                [by_angle.real[np.ix_(a, a)], by_size.real[np.ix_(a, m)]],
                [by_angle.imag[np.ix_(m, a)], by_size.imag[np.ix_(m, m)]],
            ]
        )
        return np.asarray(np.linalg.solve(dense, f), dtype=np.float64)
    at_v = diags_array(v)
    by_size = (at_v @ (y @ diags_array(unit)).conj() + diags_array(i.conj() * unit - slope)).tocsr()
    by_angle = (1j * at_v @ (diags_array(i) - y @ at_v).conj()).tocsr()
    sparse = block_array(
        [[by_angle[a][:, a].real, by_size[a][:, m].real], [by_angle[m][:, a].imag, by_size[m][:, m].imag]]
    )
    return np.asarray(splu(sparse.tocsc()).solve(f), dtype=np.float64)
