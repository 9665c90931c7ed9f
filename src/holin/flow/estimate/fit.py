"""The least-squares fit of snapshots that share topology and meters: observability, gaps filled, state, its spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.flow.estimate.layout import Layout
from holin.flow.estimate.rows import Rows, Statements
from holin.kernel.estimation import Answer, Question, solve_estimation
from holin.kernel.estimation_gain import OBSERVED_SIGMA, UNSEEN_SIGMA, Gain, free_directions, gain_of
from holin.kernel.estimation_model import Meters, Sees, predicted, residual, slopes
from holin.kernel.powerflow import solve_power_flow

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]
Flags = NDArray[np.bool_]
Index = NDArray[np.int64]

SEEN_FROM = 1e-4
"""A part of a direction that is not seen, below it, is rounding."""

V_OF_SLACK_SIGMA, V_ELSEWHERE_SIGMA, ANGLE_SIGMA = 0.02, 0.1, 0.5
"""Sigmas (p.u., p.u., rad) of the set voltage where no meter knows better, and of the start elsewhere."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """What came of fitting: the kernel's answer with the rows of meters first, and what these alone determine (`gain`).

    `white` (state, row) are the residuals of the meters' rows over sigma in a fit of the meters alone. `angle_sigma`,
    `size_sigma` (node,) are of angle (rad) and relative voltage. `hidden` (2 node, direction) are the directions that
    the meters do not determine, each as long as its sigma. `factor` factor^T is the covariance of the unknowns that
    move. `pseudo` is the number of pseudo-measurements, `middle` (node,) a state among those fitted.
    """

    question: Question
    answer: Answer
    gain: Gain
    white: Real
    hidden: Real
    angle_sigma: Real
    size_sigma: Real
    factor: Real
    pseudo: int
    middle: Complex


def started(layout: Layout, p_mw: Real, q_mvar: Real) -> Complex:
    """Return voltages (node,) to start from: the flow of powers (injector,), of none where it has no solution."""
    topology = layout.network.topology
    start = np.zeros(topology.nodes, dtype=np.complex128)
    if not len(topology.slack):
        return start
    s = np.zeros((1, topology.nodes), dtype=np.complex128)
    for k, injector in enumerate(layout.injectors):
        if injector.in_service and not injector.balances:
            s[0, injector.node] += complex(p_mw[k], q_mvar[k])
    for powers in (s, 0 * s):
        flow = solve_power_flow(topology, powers)
        if flow.converged[0]:
            return np.where(layout.network.energised, np.nan_to_num(flow.v[0], nan=1.0), 0)
    return np.where(layout.network.energised, 1.0, start)


def unknowns(layout: Layout, meters: Meters) -> Flags:
    """Return which unknowns (2 node,) may move: not dead nodes, nor the angle of a reference, unless angles of its
    island are measured: then these say against what, and the reference moves too."""
    live = layout.network.energised
    measured = np.zeros(len(live), dtype=bool)
    measured[meters.at[meters.kind == Sees.ANGLE]] = True
    with_angles = np.isin(layout.island, layout.island[measured])
    return np.concatenate([live & ~(layout.reference & ~with_angles), live])


def seen_by(layout: Layout, rows: Rows, constraints: Meters, v: Complex, unknown: Flags) -> tuple[Gain, Real]:
    """Return what rows determine at the voltages `v` (node,), and the directions that the constraints leave free."""
    topology, moving = layout.network.topology, np.flatnonzero(unknown)
    free = free_directions(slopes(topology, constraints, v)[:, moving].toarray())
    h = slopes(topology, rows.meters, v)[:, moving].toarray()
    return gain_of(h / rows.sigma[:, None], free), free


def hidden_of(gain: Gain, unknown: Flags) -> Real:
    """Return the directions that the meters do not determine over all unknowns (2 node, direction), each as long as its
    sigma."""
    hidden = np.zeros((len(unknown), gain.hidden.shape[1]))
    hidden[unknown] = gain.hidden * gain.sigma
    return hidden


def open_nodes(layout: Layout, hidden: Real) -> Flags:
    """Return which nodes (node,) hidden directions, as long as their sigmas, leave uncertain, angles against the
    island's reference."""
    n = layout.network.topology.nodes
    angle = hidden[:n].copy()
    for node in np.flatnonzero(layout.reference):
        angle[layout.island == layout.island[node]] -= hidden[node]
    size = np.maximum(np.linalg.norm(angle, axis=1), np.linalg.norm(hidden[n:], axis=1))
    return np.asarray(size > OBSERVED_SIGMA)


def fitted(layout: Layout, said: Statements, value: Real, p_pseudo: Real, q_pseudo: Real, v_start: Complex) -> Fit:
    """Fit the states of `value` (state, measurement); pseudo-powers (state, injector) fill what no meter sees.

    What is seen at the start may be hidden where the fit ends, such as behind a meter of a current alone: then it is
    filled too.
    """
    unknown = unknowns(layout, said.rows.meters)
    gain, free = seen_by(layout, said.rows, said.constraints, v_start, unknown)
    filling, gap_row = _filling(layout, said, gain, free, v_start, unknown)
    question, answer = _solved(layout, said, value, p_pseudo, q_pseudo, v_start, unknown, filling, gap_row)
    middle = _middle(answer, v_start)
    if answer.converged.any():
        hidden = gain.hidden.shape[1]
        gain, free = seen_by(layout, said.rows, said.constraints, middle, unknown)
        if gain.hidden.shape[1] > hidden:
            filling, gap_row = _filling(layout, said, gain, free, middle, unknown)
            question, answer = _solved(layout, said, value, p_pseudo, q_pseudo, v_start, unknown, filling, gap_row)
            middle = _middle(answer, v_start)
            gain, free = seen_by(layout, said.rows, said.constraints, middle, unknown)
    white = answer.left[:, : len(said.rows.sigma)] / said.rows.sigma
    factor = gain.factor
    if len(filling.sigma):
        white = gain.left_over(white)
        whole = slopes(layout.network.topology, question.meters, middle)[:, np.flatnonzero(unknown)].toarray()
        factor = gain_of(whole / question.sigma[:, None], free).factor
    angle_sigma, size_sigma = _spread(layout, factor, unknown)
    return Fit(
        question=question, answer=answer, gain=gain, white=white, hidden=hidden_of(gain, unknown),
        angle_sigma=angle_sigma, size_sigma=size_sigma, factor=factor, pseudo=len(filling.sigma), middle=middle,
    )  # fmt: skip


def _solved(
    layout: Layout, said: Statements, value: Real, p_pseudo: Real, q_pseudo: Real, v_start: Complex, unknown: Flags,
    filling: Filling, gap_row: Index,
) -> tuple[Question, Answer]:  # fmt: skip
    """Ask the kernel for the states that fit the meters' rows and the filling."""
    rows = said.rows.values(value, p_pseudo, q_pseudo)
    gaps = said.gaps.values(value, p_pseudo, q_pseudo)[:, gap_row]
    set_rows = np.tile(_set_values(filling, v_start, len(gap_row)), (len(value), 1))
    question = Question(
        topology=layout.network.topology, meters=said.rows.meters.and_also(filling.meters),
        sigma=np.concatenate([said.rows.sigma, filling.sigma]), constraints=said.constraints, unknown=unknown,
    )  # fmt: skip
    return question, solve_estimation(question, np.hstack([rows, gaps, set_rows]), v_start)


@dataclass(frozen=True, kw_only=True, eq=False)
class Filling:
    """Pseudo-rows: of powers first, then of the start's voltages and angles."""

    meters: Meters
    sigma: Real


def _filling(
    layout: Layout, said: Statements, gain: Gain, free: Real, v: Complex, unknown: Flags
) -> tuple[Filling, Index]:
    """Choose the pseudo-rows: every power that a hidden direction changes, then the set voltages, then the start."""
    nothing = Filling(meters=Meters(kind=np.zeros(0, np.int64), at=np.zeros(0, np.int64)), sigma=np.zeros(0))
    if not gain.hidden.shape[1]:
        return nothing, np.zeros(0, dtype=np.int64)
    topology, moving = layout.network.topology, np.flatnonzero(unknown)
    h_rows = slopes(topology, said.rows.meters, v)[:, moving].toarray() / said.rows.sigma[:, None]
    h_gaps = slopes(topology, said.gaps.meters, v)[:, moving].toarray()
    size = np.linalg.norm(h_gaps, axis=1)
    touched = np.linalg.norm(h_gaps @ (gain.hidden * gain.sigma), axis=1) > OBSERVED_SIGMA * np.maximum(size, 1e-12)
    gap_row = np.flatnonzero(touched)
    kinds, at, sigma = said.gaps.meters.kind[gap_row], said.gaps.meters.at[gap_row], said.gaps.sigma[gap_row]
    slack, live = topology.slack, np.flatnonzero(layout.network.energised)
    for kind, nodes, spread in (
        (Sees.V, slack, V_OF_SLACK_SIGMA),
        (Sees.V, live, V_ELSEWHERE_SIGMA),
        (Sees.ANGLE, live, ANGLE_SIGMA),
    ):
        h = slopes(topology, Meters(kind=kinds, at=at), v)[:, moving].toarray() / sigma[:, None]
        hidden = gain_of(np.vstack([h_rows, h]), free, observed=UNSEEN_SIGMA).hidden
        if not hidden.shape[1]:
            break
        wanted = Meters(kind=np.full(len(nodes), kind, dtype=np.int64), at=nodes)
        seen = np.linalg.norm(slopes(topology, wanted, v)[:, moving].toarray() @ hidden, axis=1) > SEEN_FROM
        kinds = np.concatenate([kinds, wanted.kind[seen]])
        at = np.concatenate([at, wanted.at[seen]])
        sigma = np.concatenate([sigma, np.full(int(seen.sum()), spread)])
    return Filling(meters=Meters(kind=kinds, at=at), sigma=sigma), gap_row


def _set_values(filling: Filling, v_start: Complex, first: int) -> Real:
    kind, at = filling.meters.kind[first:], filling.meters.at[first:]
    return np.where(kind == Sees.V, np.abs(v_start[at]), np.angle(v_start[at]))


def _middle(answer: Answer, v_start: Complex) -> Complex:
    if not answer.converged.any():
        return v_start
    v = answer.v[answer.converged]
    middle: Complex = v[np.argmin(np.abs(v - v.mean(axis=0)).sum(axis=1))]
    return middle


def _spread(layout: Layout, factor: Real, unknown: Flags) -> tuple[Real, Real]:
    """Return the sigmas of angles against their reference, and of relative voltages (node,)."""
    nodes = layout.network.topology.nodes
    whole = np.zeros((2 * nodes, factor.shape[1]))
    whole[unknown] = factor
    of_island = {int(i): int(n) for n in np.flatnonzero(layout.reference) for i in (layout.island[n],)}
    reference = np.array([of_island.get(int(i), -1) for i in layout.island], dtype=np.int64)
    against = np.where((reference >= 0)[:, None], whole[np.maximum(reference, 0)], 0.0)
    return np.linalg.norm(whole[:nodes] - against, axis=1), np.linalg.norm(whole[nodes:], axis=1)


def misfit(layout: Layout, rows: Rows, value: Real, v: Complex) -> Real:
    """Return the residuals over sigma (state, row) of rows at voltages (state, node)."""
    nothing = np.zeros((len(value), rows.of_pseudo.shape[1]))
    shown = predicted(layout.network.topology, rows.meters, v)
    over: Real = residual(rows.meters, rows.values(value, nothing, nothing), shown) / rows.sigma
    return over
