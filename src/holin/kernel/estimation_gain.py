"""What a set of meters determines: directions that no meter sees, the covariance of the rest, and who checks whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import qr, solve_triangular

from holin.kernel.topology import Real

OBSERVED_SIGMA = 0.05
"""What leaves a voltage (p.u.) or an angle (rad) anywhere more uncertain is not observed. Two such sigmas are the whole
admissible band of voltages, 0.9 to 1.1 p.u., and of angle (0.1 rad, 6 degrees) more than stands across a distribution
network: a meter that says no more says nothing. Source: EN 50160:2010, 4.2 (within 10 %); angles: assumed."""

UNSEEN_SIGMA = 1.0
"""Beyond it a direction of the state is not seen at all: its sigma is rounding."""

SIGMA_MOST = 1e3
"""Stands for the sigma of a direction that is not seen."""

RANK_TOLERANCE = 1e-10


@dataclass(frozen=True, kw_only=True, eq=False)
class Gain:
    """What weighted rows A = H / sigma say of the unknowns that satisfy the constraints.

    `seen` (row, rank) is an orthonormal basis of what the rows can show together: whitened residuals of a least-squares
    fit are (1 - seen seen^T) times the whitened errors. `factor` (unknown, rank) gives the covariance factor factor^T
    of the seen directions. `hidden` (unknown, direction) are orthonormal directions of the unknowns that the rows see
    too faintly or not at all, `sigma` (direction,) how uncertain each stays, at most SIGMA_MOST.
    """

    seen: Real
    hidden: Real
    sigma: Real
    factor: Real

    def redundancy(self) -> Real:
        """Return for each row (row,) which share of its own error shows in its residual, 0..1: 0 is critical."""
        share: Real = np.clip(1.0 - (self.seen**2).sum(axis=1), 0.0, 1.0)
        return share

    def left_over(self, whitened: Real) -> Real:
        """Return the residuals (state, row) that a fit leaves of whitened errors or residuals (state, row)."""
        left: Real = whitened - (whitened @ self.seen) @ self.seen.T
        return left

    def covariance(self) -> Real:
        """Return the covariance (unknown, unknown) of the seen directions."""
        p: Real = self.factor @ self.factor.T
        return p


def free_directions(constraints: Real) -> Real:
    """Return an orthonormal basis (unknown, direction) of what constraints (constraint, unknown) leave free.

    A constraint that follows from the others counts once.
    """
    unknowns = constraints.shape[1]
    if not len(constraints):
        return np.eye(unknowns)
    size = np.linalg.norm(constraints, axis=1)
    rows = constraints[size > 0] / size[size > 0, None]
    if not len(rows):
        return np.eye(unknowns)
    q, r, _ = qr(rows.T, pivoting=True, mode="full")
    diagonal = np.abs(np.diag(r))
    rank = int((diagonal > RANK_TOLERANCE * diagonal[0]).sum())
    free: Real = q[:, rank:]
    return free


def gain_of(rows: Real, free: Real, *, observed: float = OBSERVED_SIGMA) -> Gain:
    """Return what weighted rows (row, unknown) say of the directions `free` (unknown, direction).

    A direction is hidden when it leaves some unknown more uncertain than `observed`, and not seen from UNSEEN_SIGMA on:
    what is seen faintly is hidden and still checks no meter. Where every unknown is known better, a plain QR shows it;
    else the singular values of its triangle tell. Source: A. Abur, A. Gómez Expósito, Power System State Estimation,
    Marcel Dekker 2004, chapters 3 and 4; G. H. Golub, C. F. Van Loan, Matrix Computations, 4th ed. 2013, 5.5 (rank).
    """
    count = free.shape[1]
    if not len(rows) or not count:
        nothing = np.zeros((len(rows), 0))
        return Gain(seen=nothing, hidden=free, sigma=np.full(count, SIGMA_MOST), factor=np.zeros((len(free), 0)))
    q, r = np.linalg.qr(rows @ free)
    return _all_known(q, r, free, observed) or _by_singular_values(q, r, free, observed)


def _all_known(q: Real, r: Real, free: Real, observed: float) -> Gain | None:
    count = free.shape[1]
    if len(r) < count:
        return None
    diagonal = np.abs(np.diag(r))
    if not diagonal.min() > RANK_TOLERANCE * diagonal.max():
        return None
    factor = free @ solve_triangular(r, np.eye(count))
    if not np.linalg.norm(factor, axis=1).max() <= observed:
        return None
    return Gain(seen=q, hidden=np.zeros((len(free), 0)), sigma=np.zeros(0), factor=factor)


def _by_singular_values(q: Real, r: Real, free: Real, observed: float) -> Gain:
    """The singular directions are uncertain by one over their singular value each, apart from each other."""
    u, strength, v = np.linalg.svd(r)
    directions = free @ v.T
    strength = np.concatenate([strength, np.zeros(len(v) - len(strength))])
    sigma = 1 / np.maximum(strength, 1 / SIGMA_MOST)
    most = sigma * np.abs(directions).max(axis=0)  # in the unknown that it leaves most uncertain
    seen, hidden = np.flatnonzero(most <= UNSEEN_SIGMA), np.flatnonzero(most > observed)
    seen = seen[strength[seen] > 1 / SIGMA_MOST]
    return Gain(
        seen=q @ u[:, seen], hidden=directions[:, hidden], sigma=sigma[hidden],
        factor=directions[:, seen] / strength[seen],
    )  # fmt: skip
