"""The DC optimal power flow of a `.m` file, written a second time: dense rows from the file's numbers, scipy's linprog.

Nothing of Holin is used: the matrices are read by a pattern, angles and powers are columns, a quadratic cost is the
highest of its tangents, which are added until cost and bound agree.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import linprog


@dataclass(frozen=True, kw_only=True)
class Found:
    """Cost, a bound from below, and the price of each bus, in file order."""

    cost: float
    bound: float
    price: np.ndarray


def matrix(text: str, name: str) -> np.ndarray:
    body = re.search(rf"mpc\.{name}\s*=\s*\[(.*?)\];", text, re.DOTALL)
    assert body, name
    rows = [line.split("%")[0].replace(";", " ").replace(",", " ").split() for line in body[1].splitlines()]
    numbers = [[float(x) for x in row] for row in rows if row]
    width = max(map(len, numbers))
    return np.array([row + [0.0] * (width - len(row)) for row in numbers])


def dc_opf(file: Path, *, powermodels: bool) -> Found:
    text = file.read_text(encoding="utf-8")
    found = re.search(r"mpc\.baseMVA\s*=\s*([\d.]+)", text)
    assert found
    base = float(found[1])
    bus, gen, branch, cost = (matrix(text, name) for name in ("bus", "gen", "branch", "gencost"))
    on = gen[:, 7] > 0
    gen, cost, branch = gen[on], cost[: len(on)][on], branch[branch[:, 10] > 0]
    place = {int(n): k for k, n in enumerate(bus[:, 0])}
    g, n, m = len(gen), len(bus), len(branch)
    ends = np.zeros((m, n))
    ends[np.arange(m), [place[int(x)] for x in branch[:, 0]]] = 1
    ends[np.arange(m), [place[int(x)] for x in branch[:, 1]]] = -1
    r, x, ratio = branch[:, 2], branch[:, 3], np.where(branch[:, 8] == 0, 1.0, branch[:, 8])
    b = base * (x / (r**2 + x**2) if powermodels else 1 / (x * ratio))
    shift = np.zeros(m) if powermodels else np.radians(branch[:, 9])
    at = np.zeros((n, g))
    at[[place[int(k)] for k in gen[:, 0]], np.arange(g)] = 1
    # Columns: powers, angles, costs above what is linear.
    flow = b[:, None] * ends
    balance = np.hstack([at, -ends.T @ flow, np.zeros((n, g))])
    fixed = bus[:, 2] + bus[:, 4] - ends.T @ (b * shift)
    limit, angle = branch[:, 5], branch[:, 11:13] if branch.shape[1] > 11 else np.zeros((m, 2))
    rated, angled = limit > 0, (angle != 0).any(axis=1)
    across = np.hstack([np.zeros((m, g)), ends, np.zeros((m, g))])
    carried = np.hstack([np.zeros((m, g)), flow, np.zeros((m, g))])
    rows = [carried[rated], -carried[rated], across[angled], -across[angled]]
    least = [
        limit[rated] + (b * shift)[rated], limit[rated] - (b * shift)[rated], np.radians(angle[angled, 1]),
        -np.radians(angle[angled, 0]),
    ]  # fmt: skip
    above, right = np.vstack(rows), np.concatenate(least)
    c2, c1, c0, lines = _costs(cost)
    for k, (start, slope) in lines:
        above, right = _with_line(above, right, g + n + k, k, start, slope)
    reference = int(np.flatnonzero(bus[:, 1] == 3)[0])
    bounds = [*zip(gen[:, 9], gen[:, 8], strict=True), *[(None, None)] * n]
    bounds[g + reference] = (0.0, 0.0)
    bounds += [(None, None) if any(k == j for j, _ in lines) or c2[k] > 0 else (0.0, 0.0) for k in range(g)]
    squared = np.flatnonzero(c2)
    points = [gen[squared, 9] + share * (gen[squared, 8] - gen[squared, 9]) for share in (0.0, 0.5, 1.0)]
    for point in points:
        for k, p in zip(squared, point, strict=True):
            above, right = _with_line(above, right, g + n + k, k, -c2[k] * p**2, 2 * c2[k] * p)
    for _ in range(100):
        objective = np.concatenate([c1, np.zeros(n), np.ones(g)])
        best = linprog(objective, A_ub=above, b_ub=right, A_eq=balance, b_eq=fixed, bounds=bounds, method="highs")
        assert best.status == 0, best.message
        power = best.x[:g]
        bound = best.fun + c0.sum()
        true = bound + float(sum(c2[k] * power[k] ** 2 - best.x[g + n + k] for k in squared))
        if true - bound <= 1e-8 * abs(true):
            return Found(cost=true, bound=bound, price=best.eqlin.marginals)
        for k in squared:
            above, right = _with_line(above, right, g + n + k, k, -c2[k] * power[k] ** 2, 2 * c2[k] * power[k])
    raise AssertionError("the tangents do not close")


def _costs(cost: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[tuple[int, tuple[float, float]]]]:
    """Coefficients of the polynomials, and the lines of piecewise costs."""
    c = np.zeros((3, len(cost)))
    lines = []
    for k, row in enumerate(cost):
        count = int(row[3])
        if row[0] == 2:
            c[:, k] = [0, 0, 0, *row[4 : 4 + count]][-3:]
            continue
        p, y = row[4 : 4 + 2 * count].reshape(-1, 2).T
        slopes = np.diff(y) / np.diff(p)
        lines += [(k, (float(y0 - s * p0), float(s))) for p0, y0, s in zip(p[:-1], y[:-1], slopes, strict=True)]
    return c[0], c[1], c[2], lines


def _with_line(
    above: np.ndarray, right: np.ndarray, column: int, k: int, start: float, slope: float
) -> tuple[np.ndarray, np.ndarray]:
    """One row more: start + slope p_k <= the cost in `column`."""
    row = np.zeros(above.shape[1])
    row[k], row[column] = slope, -1.0
    return np.vstack([above, row]), np.append(right, -start)
