"""Frontiers and sweeps as the benchmarks measure them: a small frontier for real, what is efficient by hand."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import frontier
import pytest
import sweep
from report_plan import frontier_table, sweep_table


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """Two days of huolinguole, to a share that the plan reaches."""
    case = (
        lambda: frontier.park_case(date(2030, 3, 1), date(2030, 3, 3), 2030),
        "green_share_physical_min",
        None,
        (2e-2,),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(frontier.CASES, "two days", case)
        patch.setattr(frontier, "POINTS", 6)
        return frontier.measured("two days")


def test_a_frontier_is_found_with_its_points_alone_beside_it(rows: list[dict[str, Any]]) -> None:
    (row,) = rows
    assert row["points"] == 6 and 2 <= row["solved_points"] == row["optima"] <= 6
    assert row["reaching"] >= 1 and not any(s.startswith("HiGHS") for s in row["reach_solvers"])
    assert row["apart"] <= frontier.SLACK and row["gap"] <= 2e-2
    assert row["ratio_with_reach"] == pytest.approx(row["alone_cpu_s"] / row["frontier_cpu_s"])
    line = frontier_table(rows).splitlines()[-1]
    assert f"| two days | 0.02 | {row['optima']} and {row['reaching']} for the farthest value |" in line


def test_efficiency_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four scenarios that take 3 s each alone, in 8 s on two workers that had work for 14 of 16 s and a core for 12."""
    clock = iter([100.0, 108.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    made = {f"{k}": {"own_s": 3.5, "cpu_s": 3.0, "objective": 10.0 + k} for k in range(4)}
    row = sweep.measured("two workers", lambda: made, 3.0)
    assert (row["by_wall"], row["by_own"], row["by_cpu"]) == (12.0 / 16.0, 14.0 / 16.0, 12.0 / 16.0)
    assert row["costs"] == {"0": 10.0, "1": 11.0, "2": 12.0, "3": 13.0}
    alone = row | {"name": "one process"}
    last = sweep_table({"rows": [alone, row]}).splitlines()[-1]
    assert last.startswith("| two workers | 4 | 8.0 | 14.0 | 12.0 | 88% | 75% |")
