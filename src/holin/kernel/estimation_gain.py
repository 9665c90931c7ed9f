"""What a set of meters determines: directions that no meter sees, the covariance of the rest, and who checks whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import qr, solve_triangular

from holin.kernel.topology import Real

LARGEST_SIGMA = 1.0
"""A direction of the state that is uncertain by more than a whole p.u. (or rad) is not seen at all."""

RANK_TOLERANCE = 1e-10


@dataclass(frozen=True, kw_only=True, eq=False)
class Gain:
    """What weighted rows A = H / sigma say of the unknowns that satisfy the constraints.

    `seen` (row, rank) is an orthonormal basis of what the rows can show together: whitened residuals of a least-squares
    fit are (1 - seen seen^T) times the whitened errors. `hidden` (unknown, direction) are orthonormal directions of the
    unknowns that no row sees. `factor` (unknown, rank) gives the covariance factor factor^T of the seen directions.
    """

    seen: Real
    hidden: Real
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


def gain_of(rows: Real, free: Real) -> Gain:
    """Return what weighted rows (row, unknown) say of the directions `free` (unknown, direction).

    A direction that stays uncertain by more than LARGEST_SIGMA is hidden. Where none is, a plain QR shows it; else one
    with column pivoting finds the rank. Source: A. Abur, A. Gómez Expósito, Power System State Estimation, Marcel
    Dekker 2004, chapters 3 and 4; P. Businger, G. H. Golub, Numer. Math. 7 (1965) 269 (pivoted QR).
    """
    count = free.shape[1]
    if not len(rows) or not count:
        return Gain(seen=np.zeros((len(rows), 0)), hidden=free, factor=np.zeros((len(free), 0)))
    whitened = rows @ free
    return _full_rank(whitened, free) or _any_rank(whitened, free)


def _full_rank(whitened: Real, free: Real) -> Gain | None:
    count = free.shape[1]
    if len(whitened) < count:
        return None
    q, r = np.linalg.qr(whitened)
    if not np.abs(np.diag(r)).min() * LARGEST_SIGMA > 1.0:
        return None
    inverse = solve_triangular(r, np.eye(count))
    if not np.linalg.norm(inverse) < LARGEST_SIGMA:  # bounds the standard deviation of every direction
        return None
    return Gain(seen=q, hidden=np.zeros((len(free), 0)), factor=free @ inverse)


def _any_rank(whitened: Real, free: Real) -> Gain:
    count = free.shape[1]
    q, r, pivot = qr(whitened, pivoting=True, mode="economic")
    rank = int((np.abs(np.diag(r)) * LARGEST_SIGMA > 1.0).sum())
    top = r[:rank, :rank]
    directions = free[:, pivot]
    factor = solve_triangular(top, directions[:, :rank].T, trans="T").T if rank else np.zeros((len(free), 0))
    if rank == count:
        hidden = np.zeros((len(free), 0))
    else:
        against = solve_triangular(top, r[:rank, rank:]) if rank else np.zeros((0, count - rank))
        hidden = np.linalg.qr(directions[:, rank:] - directions[:, :rank] @ against)[0]
    return Gain(seen=q[:, :rank], hidden=hidden, factor=np.asarray(factor, dtype=np.float64))
