"""One sparse elimination for many hours at once: the hours are the last axis of every array.

The matrices of proportional sharing are column diagonally dominant M-matrices whose column sums are known exactly:
what leaves each node for good. Elimination in the form of Grassmann, Taksar and Heyman (Operations Research 33, 1985)
carries these column sums along instead of subtracting on the diagonal. No step subtracts, so every share is exact to
rounding (relative, element by element), however strongly power circulates, and no pivoting is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Order:
    """The order in which nodes are eliminated, each with its neighbours among the nodes that still stand then."""

    steps: tuple[tuple[int, tuple[int, ...]], ...]


def minimum_degree(nodes: int, edges: Iterable[tuple[int, int]]) -> Order:
    """Return an order that eliminates the node with the fewest neighbours next (ties: the lowest number)."""
    neighbours: list[set[int]] = [set() for _ in range(nodes)]
    for a, b in edges:
        if a != b:
            neighbours[a].add(b)
            neighbours[b].add(a)
    standing = set(range(nodes))
    steps = []
    while standing:
        node = min(standing, key=lambda n: (len(neighbours[n]), n))
        around = tuple(sorted(neighbours[node]))
        for other in around:
            neighbours[other] |= neighbours[node]
            neighbours[other] -= {node, other}
        standing.remove(node)
        steps.append((node, around))
    return Order(steps=tuple(steps))


def solve_dominant(order: Order, links: dict[tuple[int, int], Array], leaving: Array, right: Array) -> Array:
    """Solve M y = right for every hour, where M[i, j] = -links[i, j] and column j of M sums to leaving[j].

    `links` maps (to, from) to an array (hour,) >= 0 and `leaving` has shape (node, hour), >= 0; `right` has shape
    (node, case, hour) and is overwritten with the solution. A node that nothing leaves or passes has y = 0.
    """
    hours = right.shape[-1]
    link = dict(links)
    out = leaving.copy()
    nothing = np.zeros(hours)
    inverse: dict[int, Array] = {}
    for node, around in order.steps:
        column = {i: link.get((i, node), nothing) for i in around}
        row = {j: link.get((node, j), nothing) for j in around}
        pivot = sum(column.values(), out[node])
        inverse[node] = np.divide(1.0, pivot, out=np.zeros(hours), where=pivot > 0)
        for j in around:
            out[j] += row[j] * inverse[node] * out[node]
        for i in around:
            pull = column[i] * inverse[node]
            right[i] += pull * right[node]
            for j in around:
                if i != j:
                    link[i, j] = link.get((i, j), nothing) + pull * row[j]
    for node, around in reversed(order.steps):
        for j in around:
            if (node, j) in link:
                right[node] += link[node, j] * right[j]
        right[node] *= inverse[node]
    return right
