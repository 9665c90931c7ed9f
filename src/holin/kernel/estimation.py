"""State estimation on arrays: the weighted least-squares state of thousands of snapshots of one set of meters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_array, csc_array, csr_array, diags_array
from scipy.sparse.linalg import SuperLU, splu

from holin.errors import Mismatch
from holin.kernel.estimation_lanes import Solved, solve_lanes
from holin.kernel.estimation_model import Meters, Sees, curvature, ends_of, predicted, residual, slopes
from holin.kernel.estimation_pattern import pattern_of
from holin.kernel.estimation_view import Net, Rows
from holin.kernel.topology import Complex, Flags, Index, Real, Topology

TOLERANCE = 1e-8
"""Last step of a solved state, in p.u. and rad."""

STEPS_MAX = 40
DELTA = 1e-9
"""What keeps the multipliers' pivots off zero, relative to their size."""

FEW = 4
"""So few states are solved one by one."""

MIDDLE_OF = 200
"""Of so many states, evenly taken, the median values give the common start."""

LANES_LEAST, LANES_MOST = 32, 96
BLOCK_BYTES = 3 << 20
"""States per block: enough to outweigh the loops, few enough for their factors to stay near the core."""

DAMPING_FIRST, DAMPING_MOST = 1e-4, 1e8
HALVINGS_MAX = 8
ACROSS = 1e4
"""Stiffness across the constraints, times that of their rows: only steps along them have to climb."""

TINY = 1e-6
LONGEST_TRIAL = 0.5
NEAR, PATIENCE = 0.02, 10
"""After a shorter step (p.u. or rad), or so many steps, the second derivatives are trusted."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """What is to be estimated: `meters` (meter,) with `sigma` (meter,); `constraints` are meters whose value is exactly
    0; `unknown` (2 node,) marks the angles, then the log magnitudes, that may move: not the angle of a reference, not a
    dead node, whose voltage is 0."""

    topology: Topology
    meters: Meters
    sigma: Real
    constraints: Meters
    unknown: Flags

    @property
    def rows(self) -> Meters:
        """Return the meters, then the constraints."""
        return self.meters.and_also(self.constraints)


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """The estimated states, time first: `v` (state, node), `left` (state, meter) = value - shown, `gap_mva` (state,)
    the largest power at a constraint; `by_damping` (state,) marks those that the lanes did not solve."""

    v: Complex
    left: Real
    gap_mva: Real
    converged: Flags
    iterations: Index
    by_damping: Flags


def solve_estimation(
    question: Question,
    value: Real,
    v_start: Complex,
    *,
    tolerance: float = TOLERANCE,
    steps_max: int = STEPS_MAX,
    residuals: bool = True,
) -> Answer:
    """Minimise sum ((value - h(v)) / sigma)^2 subject to the constraints, for every row of `value` (state, meter).

    The state of the median values is found first, from `v_start` (node,); all others start there, in lanes. One that
    the lanes do not solve gets a damped Newton of its own. Every state gets an answer; `converged` says whether
    it is the minimum. Without `residuals` the answer's `left` is empty (state, 0). Raises Mismatch when shapes do not
    fit or a value is not finite.
    Source: A. Abur, A. Gómez Expósito, Power System State Estimation, Marcel Dekker 2004, chapters 2 and 3.
    """
    q = question
    if value.ndim != 2 or value.shape[1] != len(q.meters.kind) or len(q.sigma) != len(q.meters.kind):
        raise Mismatch(f"values of shape {value.shape} do not fit {len(q.meters.kind)} meters")
    if not np.isfinite(value).all() or not (q.sigma > 0).all():
        raise Mismatch("a value is not a finite number, or a sigma is not above 0")
    states = len(value)
    if not q.unknown.any() or not states:
        v = np.tile(v_start, (states, 1))
        left = residual(q.meters, value, predicted(q.topology, q.meters, v))
        return Answer(v=v, left=left, gap_mva=_gap_mva(q, v), converged=np.ones(states, dtype=bool),
                      iterations=np.zeros(states, dtype=np.int64), by_damping=np.zeros(states, dtype=bool))  # fmt: skip
    if states > FEW:
        middle = np.median(value[:: 1 + states // MIDDLE_OF], axis=0)
        v_start, _, _ = damped(q, middle, v_start, tolerance=1e-3)
        v, step, left, gap, iterations = _by_lanes(q, value, v_start, tolerance, steps_max, residuals)
    else:  # the lanes' pattern would cost more than it saves
        v, step = np.full((states, q.topology.nodes), complex(np.nan, np.nan)), np.full(states, np.inf)
        left, gap = np.empty((states, value.shape[1] if residuals else 0)), np.empty(states)
        iterations = np.zeros(states, dtype=np.int64)
    solved = np.isfinite(v).all(axis=1) & (step <= tolerance)
    by_damping = ~solved
    for k in np.flatnonzero(by_damping):
        v[k], solved[k], used = damped(q, value[k], v_start, tolerance=tolerance)
        iterations[k] += used
        if residuals:
            left[k] = residual(q.meters, value[k], predicted(q.topology, q.meters, v[None, k])[0])
        gap[k] = _gap_mva(q, v[None, k])[0]
    return Answer(v=v, left=left, gap_mva=gap, converged=solved, iterations=iterations, by_damping=by_damping)


def _gap_mva(q: Question, v: Complex) -> Real:
    gap: Real = np.abs(predicted(q.topology, q.constraints, v)).max(axis=1, initial=0.0)
    return gap


def weights_of(question: Question) -> Real:
    """Return 1 / sigma^2 of the meters, then of the constraints' rows: that of the best meter of a power."""
    kinds = question.meters.kind
    powers = question.sigma[(kinds >= Sees.P_END) & (kinds != Sees.I_END)]
    best = powers.min() if len(powers) else 1e-2
    return np.concatenate([question.sigma**-2, np.full(len(question.constraints.kind), best**-2)])


def deltas_of(question: Question, weight: Real, v: Complex) -> Real:
    """Return what keeps the pivots of the multipliers (constraint,) off zero: a small share of C G^-1 C^T."""
    zeros = len(question.constraints.kind)
    h = slopes(question.topology, question.rows, v)[:, np.flatnonzero(question.unknown)]
    diagonal = np.asarray((h * h).T @ weight)
    c = h[len(weight) - zeros :]
    inverse = np.divide(1.0, diagonal, out=np.zeros_like(diagonal), where=diagonal > 0)
    delta: Real = DELTA * np.asarray((c * c) @ inverse)
    return delta


def _by_lanes(q: Question, value: Real, v_start: Complex, tolerance: float, steps_max: int, residuals: bool) -> Solved:
    """Solve all states in lanes; the kernel takes meters sorted by kind."""
    t, kinds = q.topology, q.meters.kind
    in_order = bool((np.diff(kinds) >= 0).all())
    sort = np.argsort(kinds, kind="stable")
    sorted_ = Question(
        topology=t, meters=q.meters.of(sort), sigma=q.sigma[sort], constraints=q.constraints, unknown=q.unknown
    )
    ends, weight = ends_of(t), weights_of(sorted_)
    parts = [np.ascontiguousarray(a) for y in (ends.own, ends.mutual, t.y_shunt) for a in (y.real, y.imag)]
    zeros = q.constraints
    pattern = pattern_of(t, sorted_.rows, len(zeros.kind), q.unknown)
    rows = Rows(
        np.searchsorted(kinds[sort], np.arange(len(Sees) + 1)).astype(np.int64), sorted_.meters.at,
        weight[: len(kinds)], zeros.at, (zeros.kind == Sees.Q_NODE).astype(np.int64), weight[len(kinds) :],
        deltas_of(sorted_, weight, v_start),
    )  # fmt: skip
    slots = len(pattern.start) - 1 + len(pattern.row)
    lanes = int(np.clip(BLOCK_BYTES // (8 * slots), LANES_LEAST, LANES_MOST))
    solved = solve_lanes(
        Net(ends.node, ends.other, *parts), rows, pattern, value if in_order else value[:, sort], v_start,
        lanes=lanes, tolerance=tolerance, most=steps_max, residuals=residuals,
    )  # fmt: skip
    if in_order or not residuals:
        return solved
    back = np.empty(len(sort), dtype=np.int64)
    back[sort] = np.arange(len(sort))
    return solved._replace(left=solved.left[:, back])


# ---- one state at a time ----------------------------------------------------------------------------------------


def damped(
    question: Question, value: Real, v_start: Complex, *, tolerance: float, steps_max: int = 60
) -> tuple[Complex, bool, int]:
    """Return the state of one snapshot by Gauss-Newton, Newton once it is near, whether it is solved, and the steps.

    A step is halved, then damped (Levenberg-Marquardt), until it lowers the squares and the constraints' gaps together
    (an l1 merit), so the answer is never worse than the start.
    Where a full step fails by the constraints alone, it is corrected to second order (the Maratos effect).
    Source: J. Nocedal, S. J. Wright, Numerical Optimization, 2nd ed. 2006, chapters 10 and 18 (18.3).
    """
    q, moving = question, np.flatnonzero(question.unknown)
    rows, weight, zeros = q.rows, weights_of(q), len(q.constraints.kind)
    asked, m = np.concatenate([value, np.zeros(zeros)]), len(value)
    v, damping, near, multiplier = v_start.copy(), 0.0, np.inf, np.zeros(zeros)
    left = residual(rows, asked, predicted(q.topology, rows, v[None])[0])
    for used in range(1, steps_max + 1):
        h = slopes(q.topology, rows, v)[:, moving]
        force = weight * left
        force[m:] += multiplier
        ways: list[csr_array | None] = [None]
        if near < NEAR or used > PATIENCE:
            ways.insert(0, csr_array(curvature(q.topology, rows, force, v)[moving][:, moving]))
        for bent in ways:
            solve = _solver(h, weight, zeros, damping, bent)
            d, fresh = _step(solve, h, force, left[m:])
            fresh = multiplier + fresh
            longest = float(np.abs(d).max(initial=0.0))
            if not np.isfinite(longest) or (bent is not None and float(d @ (h.T @ force)) < 0 and not zeros):
                continue
            strictness = 2.0 * float(np.abs(fresh).max(initial=0.0)) + 1.0
            cost, share = _merit(weight[:m], left, strictness), min(1.0, LONGEST_TRIAL / max(longest, 1e-300))
            slack = 1e-7 if longest < TINY else 1e-12  # of a tiny step the merit sees rounding alone
            allowed = cost * (1 + slack) + slack
            for _ in range(HALVINGS_MAX if bent is None else 2):
                trial = _moved(v, q.unknown, d * share)
                left_trial = residual(rows, asked, predicted(q.topology, rows, trial[None])[0])
                accepted = _merit(weight[:m], left_trial, strictness) <= allowed
                if not accepted and zeros and share == 1.0:  # a good step bends off the constraints: back onto them
                    back, _ = _step(solve, h, np.zeros(len(weight)), left_trial[m:])
                    trial = _moved(v, q.unknown, d + back)
                    left_trial = residual(rows, asked, predicted(q.topology, rows, trial[None])[0])
                    accepted = _merit(weight[:m], left_trial, strictness) <= allowed
                if accepted:
                    break
                share /= 2
            if accepted:
                break
        else:
            damping = max(100 * damping, DAMPING_FIRST)
            if damping > DAMPING_MOST:
                return v, False, used
            continue
        v, left, multiplier, near = trial, left_trial, fresh, longest
        easier = damping / 5 if damping > DAMPING_FIRST else 0.0
        damping = easier if share >= 0.5 else max(5 * damping, DAMPING_FIRST)
        if longest <= tolerance and damping == 0.0:
            return v, True, used
    return v, False, steps_max


def _solver(h: csr_array, weight: Real, zeros: int, damping: float, bend: csr_array | None) -> SuperLU | None:
    """Return the factors of the Gauss-Newton matrix, less `bend`, bordered by the constraints.

    None where it is singular, or where the bent matrix is not positive definite along the constraints: its step would
    seek a saddle.
    """
    m = len(weight) - zeros
    gain = csc_array(h.T @ (h * weight[:, None]))
    diagonal = gain.diagonal()
    gain = csc_array(gain + diags_array(damping * diagonal + 1e-14 * diagonal.max(initial=1.0)))
    if bend is not None:
        bent, kept = csc_array(gain - bend), h[m:]
        tested = bent + ACROSS * (kept.T @ (kept * weight[m:, None]))
        if not _is_definite(csc_array(tested)):
            return None
        gain = bent
    c = h[m:]
    try:
        return splu(csc_array(block_array([[gain, -c.T], [-c, None]])) if zeros else gain)
    except RuntimeError:
        return None


def _is_definite(matrix: csc_array) -> bool:
    """Return whether a symmetric matrix is positive definite: all pivots on its diagonal are above 0."""
    try:
        lu = splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    except RuntimeError:
        return False
    return bool((lu.perm_r == lu.perm_c).all() and (lu.U.diagonal() > 0).all())


def _step(solve: SuperLU | None, h: csr_array, force: Real, left_zeros: Real) -> tuple[Real, Real]:
    """Return the step of the unknowns and that of the multipliers; they are infinite where there is none."""
    unknowns = h.shape[1]
    nothing = np.full(unknowns, np.inf), np.zeros(len(left_zeros))
    if solve is None:
        return nothing
    x = solve.solve(np.concatenate([h.T @ force, -left_zeros]))
    return (x[:unknowns], x[unknowns:]) if np.isfinite(x).all() else nothing


def _merit(weight: Real, left: Real, strictness: float) -> float:
    m = len(weight)
    cost = float(weight @ left[:m] ** 2 / 2 + strictness * np.abs(left[m:]).sum())
    return cost if np.isfinite(cost) else np.inf


def _moved(v: Complex, unknown: Flags, d: Real) -> Complex:
    x = np.zeros(len(unknown))
    x[unknown] = d
    n = len(v)
    with np.errstate(all="ignore"):
        moved: Complex = v * np.exp(x[n:] + 1j * x[:n])
    return moved
