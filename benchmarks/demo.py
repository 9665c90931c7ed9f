"""What the demo takes as a whole process, and step by step: time and memory.

    python benchmarks/demo.py --json

The first process is `holin demo` as a person starts it. The second one does the same with a watch in its hand: the
year's run, writing it, and its report page.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from processes import holin_script, machine, output_of, printed_json

PARK, STAGE = "huolinguole", "2025"
INSIDE = {"flow": "dispatch"}
"""Steps that belong to another: what comes after the end of a flow is dispatch again."""


class Watch:
    """Sums the wall time, CPU time and peak memory of each step of a run from its progress calls."""

    def __init__(self, *, wall: Any = time.perf_counter, cpu: Any = time.process_time, memory: Any = None) -> None:
        self.clocks = (wall, cpu)
        self.memory = memory or (lambda: float("nan"))
        self.steps: dict[str, dict[str, float]] = {}
        self.current = "start"
        self.last = tuple(clock() for clock in self.clocks)

    def __call__(self, what: str, share: float) -> None:
        """Count what has passed since the last call for the step that was under way."""
        now = tuple(clock() for clock in self.clocks)
        step = self.steps.setdefault(self.current, {"wall_s": 0.0, "cpu_s": 0.0, "peak_memory_mb": 0.0})
        step["wall_s"] += now[0] - self.last[0]
        step["cpu_s"] += now[1] - self.last[1]
        step["peak_memory_mb"] = self.memory()
        self.last, self.current = now, what if share < 1.0 else INSIDE.get(what, "between")


def watched_demo() -> dict[str, Any]:
    """Do what `holin demo` does in this process and return its steps."""
    watch = Watch()
    from holin.cli.run import write_report
    from holin.parkfile import faults_of_park, reference_park
    from holin.store import peak_memory_mb, read_run
    from holin.twin import run, saved

    watch.memory = peak_memory_mb
    watch("check", 0.0)
    faults_of_park(reference_park(PARK))
    result = run(reference_park(PARK), stage=STAGE, on_progress=watch)
    with tempfile.TemporaryDirectory() as folder:
        watch("write", 0.0)
        where = saved(result, Path(folder) / "run")
        watch("report", 0.0)
        write_report(read_run(where), None, "en")
        watch("report", 1.0)
    rest = {name: watch.steps.pop(name) for name in ("between",) if name in watch.steps}
    return watch.steps | rest


def measured() -> dict[str, Any]:
    """Run the demo in fresh processes and return what they took. Raises Failed."""
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "run")
        printed, whole = output_of([sys.executable, "-m", "holin", "demo", "--no-open", "--json", "--out", out])
        written = sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file()) / 1e6
    summary = json.loads(printed)
    kept = ("hours", "objective", "objective_recomputed", "balance_error_mw_max", "solver", "seconds")
    return {
        "machine": machine(),
        "whole": whole,
        "written_mb": written,
        "summary": {name: summary[name] for name in kept} | {"flow": summary["flow"]},
        "steps": printed_json(holin_script("demo.py", "--inside")),
    }


def sentence(result: dict[str, Any]) -> str:
    """Return the outcome in one line."""
    w = result["whole"]
    return (
        f"holin demo: {w['wall_s']:.1f} s wall, {w['cpu_s']:.1f} s CPU, {w['peak_memory_mb']:.0f} MB at most, "
        f"{result['written_mb']:.1f} MB written"
    )


def main() -> None:
    """Measure the demo."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--inside", action="store_true", help="run the demo in this process and print its steps")
    arguments = parser.parse_args()
    if arguments.inside:
        print(json.dumps(watched_demo(), indent=2))
        return
    result = measured()
    print(json.dumps(result, indent=2) if arguments.json else sentence(result))


if __name__ == "__main__":
    main()
