"""Which stage in time every column and row of a problem belongs to, and which stand beside all stages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from holin.errors import HolinError
from holin.kernel.compiling import compiled
from holin.kernel.linear import Columns, LinearProblem

BESIDE = -1
"""The stage of what stands beside all stages: the border."""

GONE = -2
"""The stage of fixed columns and of rows that ask for nothing: they are not solved for."""

SHORT = 16
"""A row of no more entries that joins distant stages (the ring from the last hour to the first) puts its later columns
into the border; a longer one (a budget of the year) stands there itself."""

BORDER_MAX = 600
"""A larger border costs more than the stages save: its part of the factor is dense."""


class NotStaged(HolinError):
    """A problem has not the shape: too few stages, or too much that joins distant ones."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Stage and kind of columns (column,) and rows (row,): the same kind has the same place in every stage.

    A row of stage t has columns of the stages t and t - 1 and of the border only. What is `BESIDE` has kind 0.
    """

    stages: int
    column_stage: Columns
    column_kind: Columns
    row_stage: Columns
    row_kind: Columns


Steps = int | Collection[int]
"""In how many steps a problem's blocks are; of several numbers (a leap year beside others) each block has one."""


def longest(steps: Steps) -> int:
    """Return the largest number of steps that a block has."""
    return steps if isinstance(steps, int) else max(steps)


def layout_of(problem: LinearProblem, steps: Steps) -> Layout:
    """Return the layout of a problem whose blocks of variables have their `steps` as the first dimension.

    Columns of other blocks belong to the stage of the rows in which they stand, where that is one. Raises NotStaged.
    """
    matrix = problem.matrix
    columns = named_stages(problem.variables, matrix.shape[1], steps)
    columns = _joined_stages(matrix, columns)
    low, high = _spans(matrix, columns)
    entries = np.diff(matrix.indptr)
    for row in np.flatnonzero((high - low > 1) & (high >= 0) & (entries <= SHORT)).tolist():
        inside = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        columns[inside[columns[inside] > low[row] + 1]] = BESIDE
    low, high = _spans(matrix, columns)
    rows = np.where((high >= 0) & (high - low <= 1), high, BESIDE)
    border = int((columns == BESIDE).sum() + (rows == BESIDE).sum())
    if border > BORDER_MAX:
        raise NotStaged(f"{border} columns and rows join distant stages; at most {BORDER_MAX} may")
    return Layout(
        stages=longest(steps),
        column_stage=columns,
        column_kind=_kinds(problem.variables, columns),
        row_stage=rows,
        row_kind=_kinds(problem.rows, rows),
    )


def named_stages(blocks: Mapping[str, Columns], count: int, steps: Steps) -> Columns:
    """Return the stage of each member of blocks that have their steps as the first dimension; BESIDE for others."""
    stage = np.full(count, BESIDE, dtype=np.int64)
    counts = {steps} if isinstance(steps, int) else set(steps)
    for where in blocks.values():
        if where.ndim and where.shape[0] in counts:
            stage[where] = np.arange(where.shape[0]).reshape((-1,) + (1,) * (where.ndim - 1))
    return stage


def _joined_stages(matrix: sp.csr_matrix, stage: Columns) -> Columns:
    """Give columns that belong to no stage by name the stage of all their rows, where they stand in one stage only."""
    _, row_stage = _spans(matrix, stage)
    low, high = np.full(len(stage), np.iinfo(np.int64).max), np.full(len(stage), BESIDE)
    _span_columns(matrix.indptr, matrix.indices, row_stage, low, high)
    return np.where((stage == BESIDE) & (high >= 0) & (low == high), high, stage)


def _spans(matrix: sp.csr_matrix, stage: Columns) -> tuple[Columns, Columns]:
    """Return the first and last stage that each row touches (row,); -1 as the last of one that touches none."""
    low, high = np.zeros(matrix.shape[0], np.int64), np.full(matrix.shape[0], BESIDE)
    _span_rows(matrix.indptr, matrix.indices, stage, low, high)
    return low, high


@compiled()
def _span_rows(indptr: Columns, indices: Columns, stage: Columns, low: Columns, high: Columns) -> None:
    for r in range(len(low)):
        for z in range(indptr[r], indptr[r + 1]):
            here = stage[indices[z]]
            if here >= 0:
                low[r] = min(low[r], here) if high[r] >= 0 else here
                high[r] = max(high[r], here)


@compiled()
def _span_columns(indptr: Columns, indices: Columns, row_stage: Columns, low: Columns, high: Columns) -> None:
    for r in range(len(row_stage)):
        if row_stage[r] >= 0:
            for z in range(indptr[r], indptr[r + 1]):
                low[indices[z]] = min(low[indices[z]], row_stage[r])
                high[indices[z]] = max(high[indices[z]], row_stage[r])


def _kinds(blocks: Mapping[str, Columns], stage: Columns) -> Columns:
    """Return the kind of each member: its block, and its rank among the members of the block that share its stage."""
    kind, base = np.zeros(len(stage), dtype=np.int64), 0
    seen = np.zeros(len(stage), dtype=bool)
    for where in blocks.values():
        members = where.ravel()
        members = members[(stage[members] >= 0) & ~seen[members]]
        if not len(members):
            continue
        seen[members] = True
        order = np.argsort(stage[members], kind="stable")
        ordered = stage[members][order]
        first = np.searchsorted(ordered, ordered, side="left")
        rank = np.arange(len(ordered)) - first
        kind[members[order]] = base + rank
        base += int(rank.max()) + 1
    return kind
