"""The linear system of an interior point's step, factored stage by stage with a dense border."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy.linalg
import scipy.sparse as sp

from holin.kernel.linear import Columns, Floats
from holin.kernel.staged.layout import BESIDE, Layout, NotStaged
from holin.kernel.staged.program import Program, Shape, program_of
from holin.kernel.staged.sweep import ENTRIES_MAX, LANES, Factor, backward, factorise, forward

REFINED_MAX = 3
"""So often a solution is corrected by its own residual: once, as a rule."""

REGULAR = 1e-9
"""Keeps every pivot away from zero: the system is quasi-definite, whatever the order of elimination."""

STAGES_MIN = 3


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """Where everything stands: programs of the first, middle and last stage of a lane, and indices between the
    problem's unknowns (columns, then rows) and (stage, unknown, lane).

    `inside` are positions of unknowns in the flattened lanes, `unknown` which they are; `border` the unknowns beside
    all stages; `lane_border` (border node, lane) their place among these, -1 where a lane has none.
    """

    programs: tuple[Program, Program, Program]
    shape: Shape
    slots: int
    stages: int
    given: tuple[Floats, Floats, Floats]
    inside: Columns
    unknown: Columns
    border: Columns
    lane_border: Columns
    beside: Floats


@dataclass
class StagedSystem:
    """[-(theta + r) A'; A (sigma + r)] [x; y] = [p; q], with theta by column, sigma by row, and a small r; refined, so
    that r is not in the solution."""

    matrix: sp.csr_matrix
    layout: Layout
    pattern: Pattern = field(init=False)
    _transposed: sp.csr_matrix = field(init=False)
    _factor: Factor = field(init=False)
    _theta: Floats = field(init=False)
    _sigma: Floats = field(init=False)
    _joined: tuple[Floats, Columns] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.pattern = pattern_of(self.matrix, self.layout)
        self._transposed = self.matrix.T.tocsr()
        p = self.pattern
        sizes = [(g.shape[0], len(program.node), LANES) for g, program in zip(p.given, p.programs, strict=True)]
        first, middle, last = (np.zeros(size) for size in sizes)
        inverse = np.zeros((p.stages, p.shape.unknowns, LANES))
        self._factor = Factor(first=first, middle=middle, last=last, inverse=inverse)

    def factorise(self, theta: Floats, sigma: Floats) -> None:
        """Factor the system anew."""
        p, self._theta, self._sigma = self.pattern, theta, sigma
        diagonal = np.concatenate([-(theta + REGULAR), sigma + REGULAR])
        flat = np.ones(p.stages * p.shape.unknowns * LANES)
        flat[p.inside] = diagonal[p.unknown]
        lanes = flat.reshape(p.stages, p.shape.unknowns, LANES)
        left = factorise(p.programs, p.slots, p.shape.border_slots, p.given, lanes, self._factor)
        if not len(p.border):
            return
        joined = p.beside + np.diag(diagonal[p.border])
        rows, columns = np.triu_indices(p.shape.border)
        for lane in range(LANES):
            here = np.zeros((p.shape.border, p.shape.border))
            here[rows, columns] = here[columns, rows] = left[:, lane]
            own = np.flatnonzero(p.lane_border[:, lane] >= 0)
            at = p.lane_border[own, lane]
            joined[np.ix_(at, at)] += here[np.ix_(own, own)]
        self._joined = scipy.linalg.lu_factor(joined, check_finite=False)

    def solve(self, p: Floats, q: Floats) -> tuple[Floats, Floats]:
        """Return x and y; corrected by their residual while that helps."""
        x, y = np.zeros(len(p)), np.zeros(len(q))
        size = max(np.abs(p).max(initial=0.0), np.abs(q).max(initial=0.0), 1e-300)
        left_p, left_q, best = p, q, np.inf
        for _ in range(REFINED_MAX + 1):
            step = self._solve_once(np.concatenate([left_p, left_q]))
            next_x, next_y = x + step[: len(p)], y + step[len(p) :]
            left_p = p + self._theta * next_x - self._transposed @ next_y
            left_q = q - self.matrix @ next_x - self._sigma * next_y
            error = max(np.abs(left_p).max(initial=0.0), np.abs(left_q).max(initial=0.0))
            if not error < best:
                break
            slow = error > 0.3 * best
            x, y, best = next_x, next_y, error
            if slow or error < 1e-10 * size:
                break
        return x, y

    def _solve_once(self, right: Floats) -> Floats:
        p = self.pattern
        values = np.zeros(p.stages * p.shape.unknowns * LANES)
        values[p.inside] = right[p.unknown]
        lanes = values.reshape(p.stages, p.shape.unknowns, LANES)
        border = np.zeros((p.shape.border, LANES))
        links = np.array(p.shape.links, dtype=np.int64)
        forward(p.programs, links, self._factor, lanes, border)
        there = p.lane_border >= 0
        beside = right[p.border].copy()
        np.add.at(beside, p.lane_border[there], border[there])
        if self._joined is not None:
            beside = scipy.linalg.lu_solve(self._joined, beside, check_finite=False)
        border = np.where(there, beside[np.where(there, p.lane_border, 0)], 0.0) if len(beside) else border
        backward(p.programs, links, self._factor, lanes, border)
        solution = np.empty_like(right)
        solution[p.unknown] = lanes.ravel()[p.inside]
        solution[p.border] = beside
        return solution


def pattern_of(matrix: sp.csr_matrix, layout: Layout) -> Pattern:
    """Return the pattern of the system of a matrix: time is cut into LANES segments of equal length.

    Columns at a segment's end that the next one needs join the border. Raises NotStaged for too few stages.
    """
    per_lane = -(-layout.stages // LANES)
    if per_lane < STAGES_MIN:
        raise NotStaged(f"{layout.stages} stages are too few; {STAGES_MIN * LANES} are wanted")
    entries = matrix.tocoo()
    row, column = entries.row.astype(np.int64), entries.col.astype(np.int64)
    column_stage = layout.column_stage.copy()
    rows_at, columns_at = layout.row_stage[row], column_stage[column]
    ahead = (rows_at >= 0) & (columns_at >= 0) & (rows_at == columns_at + 1)
    column_stage[column[ahead & (columns_at % per_lane == per_lane - 1)]] = BESIDE
    kinds = int(layout.column_kind.max(initial=0)) + 1
    stage = np.concatenate([column_stage, layout.row_stage])
    local = np.concatenate([layout.column_kind, kinds + layout.row_kind])
    unknowns = int(local.max(initial=0)) + 1
    border = np.flatnonzero(stage < 0)
    place = np.full(len(stage), -1, dtype=np.int64)
    place[border] = np.arange(len(border))
    a, b, value = matrix.shape[1] + row, column, entries.data
    same = (stage[a] >= 0) & (stage[b] >= 0) & (stage[a] == stage[b])
    linked = (stage[a] >= 0) & (stage[b] >= 0) & (stage[a] == stage[b] + 1)
    half, both = (stage[a] < 0) ^ (stage[b] < 0), (stage[a] < 0) & (stage[b] < 0)
    links = np.unique(local[a[linked]])
    link_place = np.full(unknowns, -1, dtype=np.int64)
    link_place[links] = np.arange(len(links))
    outer = np.where(stage[a] < 0, a, b)[half]
    inner = np.where(stage[a] < 0, b, a)[half]
    node, lane_border = _border_nodes(place[outer], stage[inner] // per_lane, local[inner], len(border))
    shape = Shape(unknowns=unknowns, links=tuple(links.tolist()), border=len(lane_border))
    at = np.concatenate([stage[a[same]], stage[b[linked]], stage[inner]])
    one = np.concatenate([local[a[same]], unknowns + link_place[local[a[linked]]], local[inner]])
    other = np.concatenate([local[b[same]], local[b[linked]], shape.first_border + node])
    values = np.concatenate([value[same], value[linked], value[half]])
    programs, given, slots = _programs(shape, at, per_lane, np.minimum(one, other), np.maximum(one, other), values)
    beside = np.zeros((len(border), len(border)))
    np.add.at(beside, (place[a[both]], place[b[both]]), value[both])
    unknown = np.flatnonzero(stage >= 0)
    step, lane = stage[unknown] % per_lane, stage[unknown] // per_lane
    return Pattern(
        programs=programs, shape=shape, slots=slots, stages=per_lane, given=given,
        inside=(step * unknowns + local[unknown]) * LANES + lane, unknown=unknown, border=border,
        lane_border=lane_border, beside=beside + beside.T,
    )  # fmt: skip


def _programs(
    shape: Shape, stage: Columns, per_lane: int, low: Columns, high: Columns, values: Floats
) -> tuple[tuple[Program, Program, Program], tuple[Floats, Floats, Floats], int]:
    """Return programs and coefficients of the first, the middle and the last stages of the lanes, and the slots."""
    step, lane = stage % per_lane, stage // per_lane
    programs, given, most = [], [], 0
    for own, first, count in ((step == 0, 0, 1), ((step > 0) & (step < per_lane - 1), 1, per_lane - 2),
                              (step == per_lane - 1, per_lane - 1, 1)):  # fmt: skip
        codes, which = np.unique(low[own] * shape.nodes + high[own], return_inverse=True)
        edges = [(int(c // shape.nodes), int(c % shape.nodes)) for c in codes]
        program, slots = program_of(shape, edges, incoming=first > 0)
        if np.diff(program.entry).max(initial=0) > ENTRIES_MAX:
            raise NotStaged(f"a stage joins more than {ENTRIES_MAX} unknowns at once")
        coefficients = np.zeros((count, len(codes), LANES))
        np.add.at(coefficients, (step[own] - first, which, lane[own]), values[own])
        programs.append(program)
        given.append(coefficients)
        most = max(most, slots)
    return (programs[0], programs[1], programs[2]), (given[0], given[1], given[2]), most


def _border_nodes(place: Columns, lane: Columns, local: Columns, border: int) -> tuple[Columns, Columns]:
    """Return for each coefficient its border node, and (node, lane) which of the border each lane has there.

    A lane has nodes only for what it touches: a month's peak is in one or two of them. What touches the same kinds of
    unknowns shares a node in all lanes, so that they have one pattern.
    """
    touched: dict[tuple[int, int], list[int]] = {}
    for where, segment, kind in np.unique(np.stack([place, lane, local]), axis=1).T.tolist():
        touched.setdefault((where, segment), []).append(kind)
    in_lane: dict[int, dict[tuple[int, ...], list[int]]] = {}
    for (where, segment), kinds in touched.items():
        in_lane.setdefault(segment, {}).setdefault(tuple(kinds), []).append(where)
    most: dict[tuple[int, ...], int] = {}
    for lists in in_lane.values():
        for kinds_of, wheres in lists.items():
            most[kinds_of] = max(most.get(kinds_of, 0), len(wheres))
    base, count = {}, 0
    for kinds_of in sorted(most):
        base[kinds_of], count = count, count + most[kinds_of]
    nodes = np.full((border, LANES), -1, dtype=np.int64)
    lane_border = np.full((count, LANES), -1, dtype=np.int64)
    for segment, lists in in_lane.items():
        for kinds_of, wheres in lists.items():
            for k, where in enumerate(wheres):
                nodes[where, segment] = base[kinds_of] + k
                lane_border[base[kinds_of] + k, segment] = where
    return nodes[place, lane], lane_border
