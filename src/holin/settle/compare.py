"""Why a bill differs from another: an exact split of the difference, in whole fen.

Kinds of line on energy split into amount (more or less was used), shape (at other times) and price; all others into
quantity and price. What rounding leaves stands as rounding, so that the parts always add up to the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from holin.settle.bill import MICRO, Bill, Line
from holin.settle.money import in_fen


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One cause of a difference: `kind` is a kind of line, or "rounding"; `why` is amount, shape, price or new."""

    kind: str
    why: str
    fen: int


def causes(before: Bill, after: Bill) -> tuple[Cause, ...]:
    """Return what makes the later bill differ from the earlier one, largest first; sums to the difference.

    For energy by period: amount = (E1 - E0) P0, shape = E1 (P(s1) - P(s0)) with the shares s of the periods at the old
    prices, price = what the new prices change at the new quantities. A period that the earlier bill has not (spot in
    place of periods, a season's critical peak) had its mean price then: what it costs more is price. Of what is charged
    by the month the quantity is that of the part of the month: a week against a month is amount.
    """
    found: list[Cause] = []
    kinds = list(dict.fromkeys(line.kind for line in (*before.lines, *after.lines)))
    for kind in kinds:
        old = [line for line in before.lines if line.kind == kind]
        new = [line for line in after.lines if line.kind == kind]
        found += _of_energy(old, new) if kind == "energy" else _of_kind(kind, old, new)
    told = sum(cause.fen for cause in found)
    if rest := after.total_fen - before.total_fen - told:
        found.append(Cause(kind="rounding", why="rounding", fen=rest))
    return tuple(sorted((c for c in found if c.fen), key=lambda c: -abs(c.fen)))


def _of_energy(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Cause]:
    e0, e1 = (sum((line.quantity for line in lines), Fraction(0)) for lines in (old, new))
    if not e0 or not e1:
        yield Cause(kind="energy", why="new", fen=_total(new) - _total(old))
        return
    q0, q1, p0 = _quantities(old), _quantities(new), _prices(old)
    mean0 = sum((q0[k] * p0[k] for k in q0), Fraction(0)) / e0
    at_old = sum((q1[k] * p0.get(k, mean0) for k in q1), Fraction(0))
    yield Cause(kind="energy", why="amount", fen=in_fen((e1 - e0) * mean0 / MICRO))
    yield Cause(kind="energy", why="shape", fen=in_fen((at_old - e1 * mean0) / MICRO))
    yield Cause(kind="energy", why="price", fen=in_fen((_worth(new) - at_old) / MICRO))


def _of_kind(kind: str, old: Sequence[Line], new: Sequence[Line]) -> Iterator[Cause]:
    q0, q1 = (sum((line.quantity * line.share for line in lines), Fraction(0)) for lines in (old, new))
    if not q0 or not q1:
        yield Cause(kind=kind, why="new", fen=_total(new) - _total(old))
        return
    scale = 100 if new[0].unit == "fen" else MICRO
    mean0 = _worth(old) / q0
    yield Cause(kind=kind, why="amount", fen=in_fen((q1 - q0) * mean0 / scale))
    yield Cause(kind=kind, why="price", fen=in_fen((_worth(new) - q1 * mean0) / scale))


def _quantities(lines: Sequence[Line]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for line in lines:
        found[line.of] = found.get(line.of, Fraction(0)) + line.quantity
    return found


def _prices(lines: Sequence[Line]) -> dict[str, Fraction]:
    """Return the mean price of each period (of several versions in a month the mean by quantity)."""
    quantities = _quantities(lines)
    return {of: _worth([line for line in lines if line.of == of]) / q for of, q in quantities.items()}


def _worth(lines: Sequence[Line]) -> Fraction:
    return sum((line.quantity * line.share * line.price for line in lines), Fraction(0))


def _total(lines: Sequence[Line]) -> int:
    return sum(line.amount_fen for line in lines)
