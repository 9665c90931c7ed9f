"""How long a fallback takes: days of the reference parks, 48 h in quarter-hours, by rules and from a plan before.

python benchmarks/fallback.py [--days 4] [--search] [--park huolinhe-2023]

Wall and CPU seconds of `holin.dispatch.fallback`: building, linear problems, the pots' full model, the recount. The
process does nothing else; where others share the machine, CPU seconds tell more. The first call of a process loads
compiled code, and is not counted. The plan before is what the rules gave, or with `--search` that of a search (gap
1e-2); beside it then stands how much dearer the fallback is.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import xarray as xr

from holin.dispatch import Ahead, Window, dispatch_ahead, fallback
from holin.park import at_stage, stage_of
from holin.parkfile import read_park, reference_park
from holin.twin import Horizon, expectation_of, outlook_of, window_of
from holin.twin.outlook import moment_utc

PARKS = (("huolinguole", "2025"), ("huolinhe", "2023"), ("huolinhe", "2026"))


def windows(name: str, stage: str, days: int) -> list[Window]:
    """Return windows of days spread over the stage's year, from the state in which nothing is measured."""
    park = read_park(reference_park(name))
    at = stage_of(park, stage)
    frozen = at_stage(park, at)
    found = []
    for k in range(days):
        day = date(at.as_of.year, 1, 15) + timedelta(days=k * 365 // days)
        horizon = Horizon(start=moment_utc(frozen, day, 0.25), step_h=0.25)
        expected = expectation_of(frozen, horizon.time)
        found.append(window_of(frozen, horizon, outlook_of(frozen, horizon), expected))
    return found


def timed(window: Window, last: Ahead | xr.Dataset | None) -> tuple[dict[str, Any], Ahead]:
    """Return what one fallback took and gave, and its schedule."""
    wall, cpu = time.perf_counter(), time.process_time()
    made = fallback(window, last)
    figures = {
        "wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu, "status": made.status,
        "objective": made.objective, "solves": made.solves, "duties_broken": sum(b.duty for b in made.breaches),
    }  # fmt: skip
    return figures, made


def measured(days: int, parks: Sequence[tuple[str, str]], *, search: bool) -> list[dict[str, Any]]:
    rows = []
    for name, stage in parks:
        fallback(windows(name, stage, 1)[0])
        for window in windows(name, stage, days):
            row: dict[str, Any] = {"park": name, "stage": stage, "day": str(window.case.hours.time[0])[:10]}
            plan = dispatch_ahead(window, mip_gap=1e-2, seconds_max=60.0) if search else None
            row["rules"], made = timed(window, None)
            row["last"], _ = timed(window, made.schedule if plan is None else plan)
            if plan is not None:
                row["plan"] = plan.objective
            rows.append(row)
            print(json.dumps(row), flush=True)
    return rows


def summary(rows: Sequence[dict[str, Any]]) -> str:
    """Return a table: park, stage, how, median and largest seconds, mean distance from the plan of a search."""
    lines = [
        "park, stage | from | fallbacks | wall s, median / largest | CPU s, median / largest | dearer than a search"
    ]
    for name, stage in dict.fromkeys((r["park"], r["stage"]) for r in rows):
        for how in ("rules", "last"):
            these = [r for r in rows if (r["park"], r["stage"]) == (name, stage) and how in r]
            if not these:
                continue
            spans = []
            for unit in ("wall_s", "cpu_s"):
                seconds = sorted(r[how][unit] for r in these)
                spans.append(f"{seconds[len(seconds) // 2]:.2f} / {seconds[-1]:.2f}")
            known = [r[how]["objective"] / r["plan"] - 1 for r in these if "plan" in r]
            dearer = f"{sum(known) / len(known):.1%}" if known else ""
            lines.append(f"{name} {stage} | {how} | {len(these)} | {spans[0]} | {spans[1]} | {dearer}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=4)
    parser.add_argument("--search", action="store_true", help="also plan each day, and fall back from that plan")
    parser.add_argument("--park", choices=[f"{p}-{s}" for p, s in PARKS], action="append")
    asked = parser.parse_args()
    parks = [(p, s) for p, s in PARKS if not asked.park or f"{p}-{s}" in asked.park]
    print(summary(measured(asked.days, parks, search=asked.search)))


if __name__ == "__main__":
    main()
