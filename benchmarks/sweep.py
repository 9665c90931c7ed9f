"""A hundred plans of a park on one process, on the own pool of two workers, and on a Dask cluster of two.

    python benchmarks/sweep.py [--draws 100] [--days 2] [--serial 40] [--json]

The scenarios are `holin sweep`'s: prices, loads and weather of huolinguole drawn at once (Latin hypercube), each
planned for some days of 2030. The one process does the first `--serial` of them in turn. The pool starts its workers
within the clock; the Dask cluster (a scheduler and two workers of one thread each, on this machine) stands before it,
as a cluster does, but its workers import Holin within the clock. Efficiency on two workers, three times: `by_wall` is
the one process's time for as many scenarios over twice the sweep's; `by_own` the scenarios' own seconds by the clock
over twice the sweep's, that is how much of the time the workers had work; `by_cpu` their CPU seconds over the same,
that is how much of two cores planned. Other work on the machine lowers the first and the last. All must give the same
costs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from processes import HERE, ONE_THREAD, machine

os.environ |= ONE_THREAD

from sweep_scenario import timed_scenario

from holin.jobs import read_results, run_jobs
from holin.parkfile import read_park, reference_park
from holin.plan import PlanWishes
from holin.scenarios import draw_scenarios, read_scenarios

WORKERS = 2
YEAR = 2030
FIRST = date(2030, 3, 1)
FACTORS = """name = "benchmark"
[[factor]]
quantity = "weather_seed"
distribution = "discrete"
values = [11, 12, 13, 14]
[[factor]]
quantity = "fuel_price.lignite"
distribution = "triangular"
low = 0.8
mode = 1.0
high = 1.5
[[factor]]
quantity = "tariff.energy"
distribution = "uniform"
low = 0.9
high = 1.2
[[factor]]
quantity = "load"
distribution = "uniform"
low = 0.9
high = 1.1
"""
LINE = (
    "{name}: {scenarios} scenarios in {wall_s:.1f} s, {own_s:.1f} s and {cpu_s:.1f} CPU s within them; efficiency "
    "{by_wall:.0%} by one process, {by_own:.0%} by own seconds, {by_cpu:.0%} by CPU; "
    "load {load[0]:.1f} to {load[1]:.1f}"
)


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a Dask scheduler and two workers of one thread, and end them; gives the scheduler's address."""
    path = os.pathsep.join([str(HERE), *filter(None, sys.path)])
    env = os.environ | {"PYTHONPATH": path}
    file, dask = folder / "scheduler.json", [sys.executable, "-m", "dask"]
    quiet: Any = {"env": env, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    local = ("--host", "127.0.0.1", "--no-dashboard")
    begun = [subprocess.Popen([*dask, "scheduler", "--port", "0", *local, "--scheduler-file", str(file)], **quiet)]
    try:
        while not (file.exists() and file.stat().st_size):
            time.sleep(0.2)
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        many = ("--nworkers", str(WORKERS), "--nthreads", "1")
        begun.append(subprocess.Popen([*dask, "worker", address, *many, *local], **quiet))
        _awaited(address)
        yield address
    finally:
        for process in reversed(begun):
            process.terminate()
            process.wait(30)


def _awaited(address: str) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(WORKERS, timeout=60)


def measured(name: str, sweep: Callable[[], dict[str, Any]], each_s: float | None) -> dict[str, Any]:
    """Return what a sweep took, on the workers or (without what `each_s` scenario takes there) in this process."""
    loads, began = [os.getloadavg()[0]], time.perf_counter()
    results = sweep()
    wall = time.perf_counter() - began
    loads.append(os.getloadavg()[0])
    cpu, own = (sum(r[part] for r in results.values()) for part in ("cpu_s", "own_s"))
    cores = 1 if each_s is None else WORKERS
    row = {
        "name": name, "scenarios": len(results), "wall_s": wall, "own_s": own, "cpu_s": cpu,
        "by_wall": (each_s or wall / len(results)) * len(results) / (cores * wall), "by_own": own / (cores * wall),
        "by_cpu": cpu / (cores * wall), "load": loads, "costs": {id_: r["objective"] for id_, r in results.items()},
    }  # fmt: skip
    print(LINE.format(**row), file=sys.stderr, flush=True)
    return row


def compared(draws: int, days: int, serial: int) -> dict[str, Any]:
    """Return the three sweeps and how far their costs are apart."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "factors.toml").write_text(FACTORS, encoding="utf-8")
        drawn = draw_scenarios(read_scenarios(folder / "factors.toml"), draws, 1, "latin")
        shared = {
            "park": read_park(reference_park("huolinguole")), "wishes": PlanWishes(years=(YEAR,), export=False),
            "start": FIRST, "end": FIRST + timedelta(days=days),
        }  # fmt: skip

        def jobs(where: str, **how: Any) -> dict[str, Any]:
            outcome = run_jobs(
                {s.id: {"scenario": s} for s in drawn}, timed_scenario, folder / where, shared=shared, **how
            )
            return {r.id: dict(r.result or {}) for r in read_results(outcome.folder, outcome.done)}

        timed_scenario(scenario=drawn[0], **shared)  # what is imported or compiled once
        rows = [
            measured("one process", lambda: {s.id: timed_scenario(scenario=s, **shared) for s in drawn[:serial]}, None)
        ]
        each_s = rows[0]["wall_s"] / rows[0]["scenarios"]
        with cluster(folder) as address:
            rows.append(measured("Dask, 2 workers", lambda: jobs("dask", scheduler=address), each_s))
        rows.append(measured("own pool, 2 workers", lambda: jobs("pool", workers=WORKERS), each_s))
    pool = rows[2]["costs"]
    for row in rows:
        costs = row.pop("costs")
        row["all_there"] = len(costs) == (serial if row is rows[0] else draws)
        row["apart"] = max(abs(cost / pool[k] - 1.0) for k, cost in costs.items())
    return {"machine": machine(), "draws": draws, "days": days, "rows": rows}


def main() -> None:
    """Measure the three ways; ends with an error where their results differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--days", type=int, default=2, help="so many days of 2030, from 1 March")
    parser.add_argument("--serial", type=int, default=40, help="so many of them in one process")
    parser.add_argument("--json", action="store_true", help="print JSON")
    a = parser.parse_args()
    results = compared(a.draws, a.days, a.serial)
    print(json.dumps(results, indent=2) if a.json else "\n".join(LINE.format(**row) for row in results["rows"]))
    if any(not row["all_there"] or row["apart"] > 1e-9 for row in results["rows"]):
        sys.exit("the sweeps do not agree")


if __name__ == "__main__":
    main()
