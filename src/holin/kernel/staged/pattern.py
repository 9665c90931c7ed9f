"""Where everything stands: seats of unknowns in lanes of time, nodes that lanes share, one program for all hours.

LANES segments of time go side by side in one team, for one core; teams are alike, and cores take one each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import maximum_bipartite_matching

from holin.kernel.compiling import compiled
from holin.kernel.linear import Columns, Floats
from holin.kernel.staged.layout import BESIDE, Layout, NotStaged
from holin.kernel.staged.program import CLASSES, Program, Shape, program_of
from holin.kernel.staged.sweep import NODES_MAX, rows_of
from holin.kernel.vectors import LANES

STAGES_MIN = 3
Mask = NDArray[np.bool_]


class Places(NamedTuple):
    """Of each unknown (columns, then rows) its stage and its place in it, or its place in the border.

    `link` (place,) is the node of a next stage's unknown, `node` (border place, lane) that of the border; -1 for none.
    """

    stage: Columns
    local: Columns
    link: Columns
    node: Columns
    per_lane: int


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """The program of a lane's stages, and the seats of the problem's unknowns (columns, then
    rows): (team, stage, unknown, lane) flattened, then the `border` ones beside all stages; -1 for what is gone.

    A lane has `stages` of the problem's. `node_seat` (border node, team, lane) is which of the border ones
    a lane has there, -1 for none; `code` (class, node, node) the number of a pair's coefficient in a program.
    """

    program: Program
    shape: Shape
    slots: int
    teams: int
    stages: int
    border: int
    seat: Columns
    node_seat: Columns
    code: Columns
    places: Places

    @property
    def inside(self) -> int:
        """Number of seats in the lanes."""
        return self.teams * self.stages * self.shape.unknowns * LANES

    @property
    def seats(self) -> int:
        """Number of all seats."""
        return self.inside + self.border

    def seated(self, values: NDArray[Any], empty: float) -> NDArray[Any]:
        """Return values of all unknowns by seat; `empty` where no one sits."""
        seated = np.full(self.seats, empty, dtype=values.dtype)
        there = self.seat >= 0
        seated[self.seat[there]] = values[there]
        return seated


def pattern_of(matrix: sp.csr_matrix, layout: Layout, bare: Mask | None = None, *, teams: int = 1) -> Pattern:
    """Return the pattern of the system of a matrix: time is cut into segments of equal length, LANES for each team.

    What couples two segments joins the border. `bare` (column or row,) are unknowns without a diagonal of their own.
    Raises NotStaged for too few stages.
    """
    lanes = teams * LANES
    per_lane = -(-layout.stages // lanes)
    if per_lane < STAGES_MIN:
        raise NotStaged(f"{layout.stages} stages are too few; {STAGES_MIN * lanes} are wanted")
    kinds = int(layout.column_kind.max(initial=0)) + 1
    local = np.concatenate([layout.column_kind, kinds + layout.row_kind])
    unknowns = int(local.max(initial=0)) + 1
    stage = _cut(matrix, layout, local, unknowns, per_lane)
    beside = np.flatnonzero(stage == BESIDE)
    local[beside] = np.arange(len(beside))
    places = Places(stage, local, np.full(unknowns, -1), np.full((len(beside), lanes), -1), per_lane)
    touched, linked = np.zeros((len(beside), lanes, 2, unknowns), np.bool_), np.zeros(unknowns, np.bool_)
    _touch(matrix.indptr, matrix.indices, places, touched, linked)
    links = np.flatnonzero(linked)
    places.link[links] = unknowns + np.arange(len(links))
    node, node_seat, carried = _border_nodes(touched)
    shape = Shape(unknowns=unknowns, links=tuple(links.tolist()), border=len(node_seat), carried=carried)
    places.node[:] = np.where(node >= 0, node + shape.first_border, -1)
    code = np.full((CLASSES, shape.nodes, shape.nodes), -1)
    _join(matrix.indptr, matrix.indices, places, code)
    late = () if bare is None else tuple(np.unique(local[bare & (stage >= 0)]).tolist())
    edges = []
    for which in range(CLASSES):
        low, high = np.nonzero(code[which] >= 0)
        order = np.lexsort((high, low, high >= shape.first_border))
        code[which, low[order], high[order]] = np.arange(len(order))
        edges.append(tuple(zip(low[order].tolist(), high[order].tolist(), strict=True)))
    program, slots, most = program_of(shape, tuple(edges), late)
    if most > NODES_MAX:
        raise NotStaged(f"a stage joins {most} unknowns at once; {NODES_MAX} may be")
    lane, step = stage // per_lane, stage % per_lane
    place = ((lane // LANES * per_lane + step) * unknowns + local) * LANES + lane % LANES
    seat = np.where(stage >= 0, place, -1)
    seat[beside] = lanes * per_lane * unknowns + np.arange(len(beside))
    return Pattern(
        program=program, shape=shape, slots=slots, teams=teams, stages=per_lane,
        border=len(beside), seat=seat, node_seat=node_seat.reshape(-1, teams, LANES), code=code, places=places,
    )  # fmt: skip


def coefficients_of(
    pattern: Pattern, matrix: sp.csr_matrix, by_row: Floats, by_column: Floats
) -> tuple[Floats, Floats]:
    """Return the scaled coefficients of all stages, one after the other (team, coefficient, lane), and those between
    two of the border (border, border)."""
    given = np.zeros((pattern.teams, rows_of(pattern.stages, np.diff(pattern.program.given)), LANES))
    beside = np.zeros((pattern.border, pattern.border))
    first = np.diff(pattern.program.given)[:2]
    _fill(
        matrix.indptr, matrix.indices, matrix.data, by_row, by_column, pattern.places, pattern.code, first, given,
        beside,
    )  # fmt: skip
    return given, beside


def _cut(matrix: sp.csr_matrix, layout: Layout, local: Columns, unknowns: int, per_lane: int) -> Columns:
    """Return the stages of columns and rows with as few unknowns as can be between each and the next.

    Of a column of one hour in a row of the next hour, either the row is known an hour before it goes, or the column
    waits until the next stage: the least set of both that covers all such pairs. A segment's last columns that the
    next one needs have no place in either.
    """
    n = len(layout.column_stage)
    stage = np.concatenate([layout.column_stage, layout.row_stage])
    pairs = np.zeros((unknowns, unknowns), np.bool_)
    _pair(matrix.indptr, matrix.indices, stage, local, pairs)
    at = np.flatnonzero(_cover(pairs)[local[:n]] & (stage[:n] >= 0))
    last = stage[at] % per_lane == per_lane - 1
    stage[at] = np.where(last, BESIDE, stage[at] + 1)
    _end(matrix.indptr, matrix.indices, stage, per_lane)
    return stage


def _cover(pairs: Mask) -> Mask:
    """Return the columns (kind,) of a least set of columns and rows that covers all pairs (column, row).

    Source: D. König, Graphok és matrixok, Matematikai és Fizikai Lapok 38 (1931) 116.
    """
    of_row = maximum_bipartite_matching(sp.csr_matrix(pairs), perm_type="row")  # (row kind,): its column, or -1
    matched = np.zeros(len(pairs), np.bool_)
    matched[of_row[of_row >= 0]] = True
    reached, rows = pairs.any(axis=1) & ~matched, np.zeros(len(pairs), np.bool_)
    while True:
        more = pairs[reached].any(axis=0) & ~rows
        if not more.any():
            return pairs.any(axis=1) & ~reached
        rows |= more
        back = of_row[more]
        reached[back[back >= 0]] = True


def _border_nodes(touched: Mask) -> tuple[Columns, Columns, int]:
    """Return (border place, lane) the node of each in a lane, -1 for none, (node, lane) which it is, and how many of
    the nodes are touched before the last stage: these come first.

    A lane has nodes only for what it touches: a month's peak is in one or two of them. What touches the same kinds of
    unknowns shares a node in all lanes, so that they have one pattern. `touched` is (border place, lane, whether in the
    last stage, kind).
    """
    nodes: list[list[int]] = []
    place_node = np.full(touched.shape[:2], -1, dtype=np.int64)
    by_key: dict[tuple[bool, tuple[int, ...]], list[int]] = {}
    wanted: dict[tuple[bool, tuple[int, ...]], list[list[int]]] = {}
    for lane in range(touched.shape[1]):
        for where in np.flatnonzero(touched[:, lane].any(axis=(1, 2))).tolist():
            kinds = tuple(np.flatnonzero(touched[where, lane].any(axis=0)).tolist())
            key = (not touched[where, lane, 0].any(), kinds)
            wanted.setdefault(key, [[] for _ in range(touched.shape[1])])[lane].append(where)
    for key in sorted(wanted):
        most = max(len(here) for here in wanted[key])
        by_key[key] = list(range(len(nodes), len(nodes) + most))
        nodes += [[-1] * touched.shape[1] for _ in range(most)]
        for lane, here in enumerate(wanted[key]):
            for k, where in enumerate(here):
                nodes[by_key[key][k]][lane] = where
                place_node[where, lane] = by_key[key][k]
    carried = sum(len(numbers) for (last_only, _), numbers in by_key.items() if not last_only)
    return place_node, np.array(nodes, dtype=np.int64).reshape(-1, touched.shape[1]), carried


@compiled()
def _pair(indptr: Columns, indices: Columns, stage: Columns, local: Columns, pairs: Mask) -> None:
    """Mark which kinds of columns stand in which kinds of rows of the next stage."""
    rows = len(indptr) - 1
    n = len(stage) - rows
    for r in range(rows):
        for z in range(indptr[r], indptr[r + 1]):
            c = indices[z]
            if stage[c] >= 0 and stage[n + r] == stage[c] + 1:
                pairs[local[c], local[n + r]] = True


@compiled()
def _end(indptr: Columns, indices: Columns, stage: Columns, per_lane: int) -> None:
    """Put into the border the columns of a segment's last stage that rows of the next one have."""
    rows = len(indptr) - 1
    n = len(stage) - rows
    for r in range(rows):
        for z in range(indptr[r], indptr[r + 1]):
            c = indices[z]
            if stage[c] >= 0 and stage[n + r] >= 0 and stage[c] // per_lane != stage[n + r] // per_lane:
                stage[c] = BESIDE


@compiled()
def _touch(indptr: Columns, indices: Columns, places: Places, touched: Mask, linked: Mask) -> None:
    """Mark which unknowns the border's touch, and which are touched from the stage before."""
    stage, local, per_lane = places.stage, places.local, places.per_lane
    rows = len(indptr) - 1
    n = len(stage) - rows
    for r in range(rows):
        for z in range(indptr[r], indptr[r + 1]):
            a, b = n + r, indices[z]
            if stage[a] < stage[b]:
                a, b = b, a  # a is the later one, and not of the border
            if stage[b] == BESIDE and stage[a] >= 0:
                last = 1 if stage[a] % per_lane == per_lane - 1 else 0
                touched[local[b], stage[a] // per_lane, last, local[a]] = True
            elif stage[b] >= 0 and stage[a] == stage[b] + 1:
                linked[local[a]] = True


@compiled(by_python=False)
def _nodes_of(places: Places, a: int, b: int) -> tuple[int, int, int]:
    """Return the stage, and the lower and higher node of a coefficient between two unknowns; -1 as the stage where both
    are of the border, -2 where one is gone."""
    stage, local = places.stage, places.local
    if stage[a] < stage[b]:
        a, b = b, a
    if stage[b] < BESIDE or stage[a] < 0:
        return min(stage[b], BESIDE), 0, 0
    if stage[b] == BESIDE:
        return stage[a], local[a], places.node[local[b], stage[a] // places.per_lane]
    if stage[a] == stage[b]:
        return stage[b], min(local[a], local[b]), max(local[a], local[b])
    return stage[b], local[b], places.link[local[a]]


@compiled()
def _join(indptr: Columns, indices: Columns, places: Places, code: Columns) -> None:
    """Mark (class, node, node) the pairs of nodes that have a coefficient somewhere."""
    rows = len(indptr) - 1
    n = len(places.stage) - rows
    for r in range(rows):
        for z in range(indptr[r], indptr[r + 1]):
            k, low, high = _nodes_of(places, n + r, indices[z])
            if k >= 0:
                step = k % places.per_lane
                code[0 if step == 0 else 2 if step == places.per_lane - 1 else 1, low, high] = 0


@compiled()
def _fill(
    indptr: Columns, indices: Columns, data: Floats, by_row: Floats, by_column: Floats, places: Places, code: Columns,
    sizes: Columns, given: Floats, beside: Floats,
) -> None:  # fmt: skip
    """Add every scaled coefficient where it belongs."""
    rows = len(indptr) - 1
    n = len(places.stage) - rows
    for r in range(rows):
        for z in range(indptr[r], indptr[r + 1]):
            c = indices[z]
            k, low, high = _nodes_of(places, n + r, c)
            value = data[z] * by_row[r] * by_column[c]
            if k >= 0:
                step, lane = k % places.per_lane, k // places.per_lane
                which = 0 if step == 0 else 2 if step == places.per_lane - 1 else 1
                begin = 0 if step == 0 else sizes[0] + (step - 1) * sizes[1]
                given[lane // LANES, begin + code[which, low, high], lane % LANES] += value
            elif k == BESIDE:
                beside[places.local[n + r], places.local[c]] += value
                beside[places.local[c], places.local[n + r]] += value
