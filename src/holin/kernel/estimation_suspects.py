"""Which rows of a least-squares fit are wrong: largest normalised residual, one by one, and what is as likely wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import chdtrc, ndtri

from holin.kernel.estimation_gain import Gain
from holin.kernel.topology import Flags, Index, Real

CRITICAL = 1e-4
"""A row of which a smaller share of its own error shows in its residual cannot be tested."""

ALARM = 0.01
"""Chance of a false alarm, of the sum of squares and of the largest residual alike."""

SUSPICIOUS = 3.0
"""A normalised residual beyond it is taken for bad once there is an alarm."""

ALIKE = SUSPICIOUS**2 + 4.0
"""An explanation that costs at most so much more than the best, one row more and a little, is as likely."""

LEANING = 0.2
"""Correlation of the errors of two bad rows beyond which they are also taken for good together."""

SWEEPS_MAX, ROUNDS_MAX = 20, 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Suspects:
    """Rows that are bad, and rows that are kept though they are as likely wrong as a bad one."""

    bad: Index
    doubtful: Index


@cache
def largest_allowed(rows: int) -> float:
    """Return the largest normalised residual that `rows` good rows exceed only by a chance of ALARM (Bonferroni)."""
    return -float(ndtri(ALARM / 2 / max(rows, 1)))


def alarms(whitened: Real, gain: Gain) -> tuple[Real, Real, Flags]:
    """Return sum of squares (state,), its chance without bad rows, and whether there is an alarm.

    `whitened` (state, row) are residuals over sigma. Source: A. Abur, A. Gómez Expósito 2004, chapter 5;
    E. Handschin et al., IEEE Trans. PAS 94 (1975) 329.
    """
    freedom = len(gain.seen) - gain.seen.shape[1]
    total = (whitened**2).sum(axis=1)
    chance = chdtrc(freedom, total) if freedom > 0 else np.ones(len(whitened))
    worst = np.nan_to_num(np.abs(normalised(whitened, gain))).max(axis=1, initial=0.0)
    return total, chance, (chance < ALARM) | (worst > largest_allowed(len(gain.seen)))


def normalised(whitened: Real, gain: Gain) -> Real:
    """Return residuals over their own standard deviation (state, row), NaN for critical rows."""
    share = gain.redundancy()
    tested = share > CRITICAL
    found: Real = np.full(whitened.shape, np.nan)
    found[:, tested] = whitened[:, tested] / np.sqrt(share[tested])
    return found


def suspects(whitened: Real, gain: Gain, *, least: float = SUSPICIOUS) -> Suspects:
    """Return the bad rows of one state from its residuals over sigma (row,), in the linear model of the fit.

    The row with the largest normalised residual goes, the residuals and their covariance are those of a fit without it,
    and so on until neither the sum of squares nor a residual alarms; rows that the others no longer contradict come
    back. Then each bad row in turn, and each two that lean on each other, are taken for good, and what has to go in
    their place is found the same way: if the sum of squares with a price of SUSPICIOUS^2 for each row out is lower,
    that is the better explanation; if it is nearly as low, its rows are doubtful. So is a row that explains a bad one's
    residual nearly as well, and one that the bad ones alone had checked. `least` is the smallest normalised residual
    that is taken for bad.
    Source: E. Handschin et al. 1975; L. Mili, T. Van Cutsem, M. Ribbens-Pavella, IEEE Trans. PAS 103 (1984) 3239
    (several bad data as hypotheses).
    """
    spread = np.eye(len(whitened)) - gain.seen @ gain.seen.T
    bad = _explained(whitened, spread, [], (), least)
    doubtful: set[int] = set()
    for _ in range(SWEEPS_MAX if bad else 0):
        better, doubtful = _others(whitened, spread, bad, least)
        if better is None:
            break
        bad = better
    _, rest = _without(whitened, spread, bad)
    unchecked = np.flatnonzero((gain.redundancy() > CRITICAL) & (np.diag(rest) <= CRITICAL))
    doubtful |= set(unchecked.tolist()) | set(_instead(whitened, spread, bad))
    return Suspects(
        bad=np.array(sorted(bad), dtype=np.int64), doubtful=np.array(sorted(doubtful - set(bad)), dtype=np.int64)
    )


def _others(whitened: Real, spread: Real, bad: list[int], least: float) -> tuple[list[int] | None, set[int]]:
    """Return a better explanation, None if there is none, and the rows that nearly as good ones leave out."""
    price, doubtful = _price(whitened, spread, bad), set()
    inverse = np.linalg.inv(spread[np.ix_(bad, bad)])
    size = np.sqrt(np.diag(inverse))
    leaning = np.argwhere(np.triu(np.abs(inverse) > LEANING * np.outer(size, size), 1))
    for good in [*((b,) for b in bad), *((bad[a], bad[b]) for a, b in leaning)]:
        other = _explained(whitened, spread, [b for b in bad if b not in good], good, least)
        cost = _price(whitened, spread, other)
        if cost < price - 1e-6:
            return other, set()
        if cost <= price + ALIKE:
            doubtful |= set(other) - set(bad)
    return None, doubtful


def _instead(whitened: Real, spread: Real, bad: list[int]) -> list[int]:
    """Return the rows of which one, left out in place of a bad one, explains its residual nearly as well."""
    if not bad:
        return []
    left, rest = _without(whitened, spread, bad)
    own, found = np.diag(rest), np.zeros(len(left), dtype=bool)
    inverse = np.linalg.inv(spread[np.ix_(bad, bad)])
    across, pulls = spread[:, bad] @ inverse, inverse @ whitened[bad]
    for n in range(len(bad)):
        strength = inverse[n, n]
        explained = pulls[n] ** 2 / strength  # by which the sum of squares falls when this row goes
        other = own + across[:, n] ** 2 / strength
        gap = left + across[:, n] * pulls[n] / strength
        instead = np.divide(gap**2, other, out=np.zeros(len(left)), where=other > CRITICAL)
        found |= (instead > explained - SUSPICIOUS**2) & (instead > SUSPICIOUS**2)
    return np.flatnonzero(found).tolist()


def _price(whitened: Real, spread: Real, bad: list[int]) -> float:
    left, _ = _without(whitened, spread, bad)
    return float(left @ left) + SUSPICIOUS**2 * len(bad)


def _explained(whitened: Real, spread: Real, bad: list[int], good: tuple[int, ...], least: float) -> list[int]:
    """Return bad rows, from some on, that leave no alarm; `good` stay in."""
    for _ in range(ROUNDS_MAX):
        bad = _forward(whitened, spread, bad, good, least)
        kept = _backward(whitened, spread, bad, least)
        if len(kept) == len(bad):
            break
        bad = kept
    return bad


def _without(whitened: Real, spread: Real, bad: list[int]) -> tuple[Real, Real]:
    """Return residuals and spread of a fit without the bad rows; those of the bad rows are 0."""
    if not bad:
        return whitened.copy(), spread.copy()
    inverse = np.linalg.inv(spread[np.ix_(bad, bad)])
    across = spread[:, bad] @ inverse
    left, rest = whitened - across @ whitened[bad], spread - across @ spread[bad]
    left[bad], rest[bad], rest[:, bad] = 0.0, 0.0, 0.0
    return left, rest


def _next(left: Real, rest: Real, bad: list[int], good: tuple[int, ...], least: float) -> int | None:
    """Return the row to go next, None if there is no alarm."""
    share = np.diag(rest)
    tested = share > CRITICAL
    tested[[*bad, *good]] = False
    size = np.zeros(len(left))
    size[tested] = np.abs(left[tested]) / np.sqrt(share[tested])
    worst = int(np.argmax(size))
    freedom = round(float(share.sum()))
    alarm = freedom > 0 and chdtrc(freedom, float(left @ left)) < ALARM
    limit = max(least, SUSPICIOUS if alarm else largest_allowed(len(left)))
    return worst if size[worst] > limit else None


def _forward(whitened: Real, spread: Real, bad: list[int], good: tuple[int, ...], least: float) -> list[int]:
    bad = list(bad)
    left, rest = _without(whitened, spread, bad)
    while (worst := _next(left, rest, bad, good, least)) is not None:
        across = rest[:, worst] / rest[worst, worst]
        left = left - across * left[worst]
        rest = rest - np.outer(across, rest[worst])
        left[worst], rest[worst], rest[:, worst] = 0.0, 0.0, 0.0
        bad.append(worst)
    return bad


def _backward(whitened: Real, spread: Real, bad: list[int], least: float) -> list[int]:
    """Give back the rows whose error, as the others see it, is within the usual, the least one first."""
    bad = list(bad)
    while bad:
        inverse = np.linalg.inv(spread[np.ix_(bad, bad)])
        size = np.abs(inverse @ whitened[bad]) / np.sqrt(np.diag(inverse))
        least_one = int(np.argmin(size))
        if size[least_one] > max(least, SUSPICIOUS):
            break
        del bad[least_one]
    return bad
