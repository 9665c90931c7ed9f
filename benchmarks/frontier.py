"""A frontier of 20 points, and the same 20 points each solved from nothing: what reuse gains.

    python benchmarks/frontier.py [--json]

Each case is found as `holin frontier` finds it, once for each tolerance: how far off a point may be that lies between
two solved ones. Then every point is solved on its own, with the watches of the park as it stands and
no point before it. Both in one process on one thread; CPU seconds hold models, solving and certificates, not reading
the park. A point and its own optimum must agree: a solved one within both certificates, another between its proven
bound and its cost. `reach` is what finding the farthest value took, which points on their own do not need.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from processes import ONE_THREAD, machine, peer_script, printed_json

POINTS = 20
SLACK = 2e-5
"""Two certificates of 1e-5: so far apart may two optima of one problem be."""

LINE = (
    "{name}, within {tolerance:g}: {optima} optima and {reaching} for the reach, {frontier_cpu_s:.1f} CPU s "
    "(of it the reach {reach_cpu_s:.1f}); {points} points alone {alone_cpu_s:.1f} CPU s, {ratio:.1f} times without the "
    "reach; rounds {frontier_rounds} against {alone_rounds}; {apart:.1e} apart, gap {gap:.1e}"
)


@dataclass
class Counted:
    """Plans solved by `solve_plan`, with what each took."""

    cpu_s: list[float] = field(default_factory=list)
    rounds: list[int] = field(default_factory=list)
    aimed: list[bool] = field(default_factory=list)
    solver: list[str] = field(default_factory=list)

    def __call__(self, stages: Any, watches: Any, *, aim: Any = None) -> Any:
        from holin.plan import solve_plan

        began = time.process_time()
        plan = solve_plan(stages, watches, aim=aim)
        self.cpu_s.append(time.process_time() - began)
        self.rounds.append(plan.solves)
        self.aimed.append(aim is not None)
        self.solver.append(plan.solver)
        return plan

    def sum_s(self, *, aimed: bool) -> float:
        """Return the CPU seconds of plans with another aim than cost, or of those without."""
        return sum(s for s, a in zip(self.cpu_s, self.aimed, strict=True) if a == aimed)


def park_case(first: date, end: date, year: int) -> tuple[list[Any], list[Any]]:
    """Return the stages and watches of some days of huolinguole, without export."""
    from holin.parkfile import reference_park
    from holin.plan import PlanWishes
    from holin.twin.plan import stages_of
    from holin.twin.plan_setting import settings_of

    wishes = PlanWishes(years=(year,), export=False)
    _, settings = settings_of(reference_park("huolinguole"), wishes, start=first, end=end)
    stages, watches = stages_of(settings, wishes, {}, None)
    return list(stages), list(watches)


def synthetic_case(hours: int) -> tuple[list[Any], list[Any]]:
    """Return the stage and watch of the peers' park of 20 buses, from 1 April on."""
    import plan_park

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "park.npz"
        asked = ("--hours", str(hours), "--start", "2160", "--buses", "20", "--export-data", str(path), "--no-solve")
        printed_json(peer_script("pypsa_park.py", *asked))
        stage, watch = plan_park.plan_stage(plan_park.read_exported(path))
    return [stage], [watch]


CASES = {
    "huolinguole 2030, 336 h, to the farthest": (
        lambda: park_case(date(2030, 3, 1), date(2030, 3, 15), 2030), "green_share_physical_min", None, (5e-3,),
    ),
    "huolinguole 2030, 336 h, to 95 %": (
        lambda: park_case(date(2030, 3, 1), date(2030, 3, 15), 2030), "green_share_physical_min", 0.95, (5e-3, 1e-2),
    ),
    "20 buses, 168 h, to 70 %": (lambda: synthetic_case(168), "green_share_min", 0.7, (1e-4, 5e-3, 1e-2)),
}  # fmt: skip


def measured(name: str) -> list[dict[str, Any]]:
    """Return a case's figures for each tolerance."""
    from holin.plan import frontier
    from holin.plan.frontier import ID
    from holin.plan.moving import with_rule
    from holin.rules import Rule, RuleKind

    make, kind, until, tolerances = CASES[name]
    stages, watches = make()
    Counted()(stages, watches)  # what is compiled or loaded once is not measured
    found = []
    for tolerance in tolerances:
        searching = Counted()
        began = time.process_time()
        curve = frontier(stages, watches, RuleKind(kind), points=POINTS, until=until, tolerance=tolerance,
                         solve=searching)  # fmt: skip
        frontier_cpu = time.process_time() - began
        alone, apart = Counted(), 0.0
        for k, point in enumerate(curve.points):
            rule = Rule(id=ID, kind=curve.rule, value=point.value, enforced=True)
            plan = alone(with_rule(stages, rule if k else None, ID), watches)
            size = max(1.0, abs(plan.objective))
            above, below = (plan.objective - point.objective) / size, (point.bound - plan.objective) / size
            apart = max(apart, above, below, abs(above) if point.solved else 0.0)
        row = {
            "name": name, "by": kind, "until": until, "tolerance": tolerance, "points": len(curve.points),
            "optima": searching.aimed.count(False), "reaching": searching.aimed.count(True),
            "solved_points": sum(p.solved for p in curve.points), "gap": curve.gap, "reach": curve.reach,
            "frontier_cpu_s": frontier_cpu, "reach_cpu_s": searching.sum_s(aimed=True),
            "reach_solvers": [s for s, a in zip(searching.solver, searching.aimed, strict=True) if a],
            "alone_cpu_s": sum(alone.cpu_s), "frontier_rounds": sum(searching.rounds),
            "alone_rounds": sum(alone.rounds), "apart": apart,
            "ratio": sum(alone.cpu_s) / (frontier_cpu - searching.sum_s(aimed=True)),
            "ratio_with_reach": sum(alone.cpu_s) / frontier_cpu,
        }  # fmt: skip
        found.append(row)
        print(LINE.format(**row), file=sys.stderr, flush=True)
    return found


def main() -> None:
    """Measure all cases; ends with an error where points and optima differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON")
    a = parser.parse_args()
    os.environ.update(ONE_THREAD)
    rows = [row for name in CASES for row in measured(name)]
    results = {"machine": machine(), "rows": rows}
    print(json.dumps(results, indent=2) if a.json else "\n".join(LINE.format(**row) for row in rows))
    if wrong := [row["name"] for row in rows if row["apart"] > SLACK]:
        sys.exit(f"points are not their own optimum: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
