"""Which measures to take: in order of cost with a check after each, then as few as do. Pure, for any measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

M = TypeVar("M")

ENOUGH = 1e-9

MOST = 12
"""So many measures are taken at most where as much as can be is to be cured."""


def chosen(
    options: Callable[[tuple[M, ...]], Sequence[M]],
    badness: Callable[[tuple[M, ...]], float],
    cost: Callable[[M], float],
    *,
    most: int = 8,
    gain: float = 0.05,
) -> tuple[M, ...] | None:
    """Return measures with which `badness` is 0, none of which can be left out; None where none are found.

    Greedy: of the `options` for what is wrong with the measures taken so far, the cheapest that lowers the badness by
    a part of `gain` at least is taken, and so on, at most `most`. Then each is left out in turn, the dearest first,
    and stays out if nothing gets wrong. The set is minimal, not proven to be the cheapest.
    """
    taken: tuple[M, ...] = ()
    bad = badness(taken)
    while bad > ENOUGH:
        if len(taken) == most:
            return None
        found = _next(taken, bad, options(taken), badness, cost, gain)
        if found is None:
            return None
        taken, bad = found
    return minimal(taken, badness, cost)


def _next(
    taken: tuple[M, ...], bad: float, options: Sequence[M], badness: Callable[[tuple[M, ...]], float],
    cost: Callable[[M], float], gain: float,
) -> tuple[tuple[M, ...], float] | None:  # fmt: skip
    for option in sorted(options, key=cost):
        if option in taken:
            continue
        left = badness((*taken, option))
        if left <= bad * (1 - gain):
            return (*taken, option), left
    return None


def worthiest(
    options: Callable[[tuple[M, ...]], Sequence[M]],
    badness: Callable[[tuple[M, ...]], float],
    cost: Callable[[M], float],
    *,
    most: int = MOST,
) -> tuple[M, ...]:
    """Return measures that bring `badness` as far down as they can, none of which can be left out; `()` where none
    helps.

    Greedy: of the `options` the one that lowers the badness most for its cost is taken, and so on, at most `most`; then
    each is left out in turn as in `chosen`. What stays bad is for the caller to tell.
    """
    taken: tuple[M, ...] = ()
    bad = badness(taken)
    while bad > ENOUGH and len(taken) < most:
        tried = [(option, badness((*taken, option))) for option in options(taken) if option not in taken]
        helping = [(option, left) for option, left in tried if left < bad - ENOUGH]
        if not helping:
            break
        option, left = max(helping, key=lambda found: (bad - found[1]) / max(cost(found[0]), 1.0))
        taken, bad = (*taken, option), left
    return minimal(taken, badness, cost, left=max(bad, 0.0) + ENOUGH)


def minimal(
    taken: tuple[M, ...], badness: Callable[[tuple[M, ...]], float], cost: Callable[[M], float], *, left: float = ENOUGH
) -> tuple[M, ...]:
    """Return the measures without those that are not needed to keep the badness at `left`, the dearest tried first."""
    for measure in sorted(taken, key=cost, reverse=True):
        without = tuple(m for m in taken if m is not measure)
        if badness(without) <= left:
            taken = without
    return taken
