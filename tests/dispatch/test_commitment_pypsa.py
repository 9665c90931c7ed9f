"""Small unit commitments beside PyPSA: equal objectives. Needs a package index at the first time.

PyPSA limits neither ramps nor first loads in the first hour, for it knows no power before it, and its ramp of a stop
reads the limit of a start: problems with ramps begin with all units off in an hour without load, and there a start and
a stop are limited as a ramp is.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ahead_parks import costs, off, park_of, running, solved, state, unit

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
PEER = ROOT / "benchmarks" / "peers" / "pypsa_commitment.py"
SHED, MISMATCH = 5_000.0, 100_000.0
"""What `park_of` and `Wishes` price shed load and a broken balance at."""

Unit = dict[str, float]
CASES = 24


def drawn(seed: int) -> tuple[list[Unit], list[float]]:
    """Two to four units with all that both know of, and the loads of nine hours; odd seeds have ramps."""
    rng, ramps = np.random.default_rng(seed), bool(seed % 2)
    units = []
    for k in range(int(rng.integers(2, 5))):
        low = float(rng.choice([0.0, 20.0, 40.0]))
        was_on = not ramps and rng.random() < 0.6
        units.append({
            "p_min": low, "cost": float(10 * (k + 1)), "start": float(rng.integers(0, 2500)),
            "stop": float(rng.integers(0, 500)), "min_up": float(rng.integers(0, 5)),
            "min_down": float(rng.integers(0, 5)), "on": float(was_on), "since": float(rng.integers(1, 6)),
            "rise": float(rng.integers(int(low) or 10, 80)) if ramps else 100.0,
            "fall": float(rng.integers(int(low) or 10, 80)) if ramps else 100.0,
        })  # fmt: skip
        if ramps:
            units[-1]["since"] = 50.0
    load = rng.uniform(0.0, 90.0 * len(units), 9).round(1)
    if ramps:
        load[0] = 0.0
    return units, load.tolist()


def for_pypsa(units: list[Unit], load: list[float]) -> dict[str, Any]:
    return {
        "load": load,
        "shed_per_mwh": SHED,
        "mismatch_per_mwh": MISMATCH,
        "units": [
            {
                "name": f"U{k}", "p_nom": 100.0, "p_min_pu": u["p_min"] / 100.0, "marginal_cost": u["cost"] + 1.0,
                "start_up_cost": u["start"], "shut_down_cost": u["stop"], "min_up_time": int(u["min_up"]),
                "min_down_time": int(u["min_down"]), "up_time_before": int(u["since"]) if u["on"] else 0,
                "down_time_before": 0 if u["on"] else int(u["since"]), "ramp_limit_up": u["rise"] / 100.0,
                "ramp_limit_down": u["fall"] / 100.0, "ramp_limit_start_up": u["rise"] / 100.0,
                "ramp_limit_shut_down": u["fall"] / 100.0,
            }
            for k, u in enumerate(units)
        ],
    }  # fmt: skip


def objective(units: list[Unit], load: list[float]) -> float:
    """Return Holin's; fuel costs 1 a MWh besides the cost of the row."""
    things = [
        unit(
            f"U{k}", cost=f"c{u['cost']:g}", p_min_mw=u["p_min"], start_cost=u["start"], stop_cost=u["stop"],
            min_up_h=u["min_up"], min_down_h=u["min_down"], ramp_up_mw_per_h=u["rise"], ramp_down_mw_per_h=u["fall"],
            start_max_mw=u["rise"], stop_max_mw=u["fall"],
        )
        for k, u in enumerate(units)
    ]  # fmt: skip
    begun = {f"U{k}": running(u["p_min"], u["since"]) if u["on"] else off(u["since"]) for k, u in enumerate(units)}
    made = solved(park_of(*things, costs=costs(*(u["cost"] for u in units))), load, state(**begun))
    assert made.objective_recomputed == pytest.approx(made.objective, rel=1e-9)
    return made.objective


def asked(*arguments: str) -> subprocess.CompletedProcess[str]:
    uv = [sys.executable, str(ROOT / "tools" / "bootstrap_uv.py"), "run", "--quiet", "--no-project", "--script"]
    return subprocess.run([*uv, str(PEER), *arguments], capture_output=True, text=True, check=False)


def test_small_commitments_have_pypsas_optimum(tmp_path: Path) -> None:
    tried = asked("--help")
    if tried.returncode != 0:
        reason = f"PyPSA's environment could not be made: {tried.stderr[-300:]}"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    cases = [drawn(seed) for seed in range(CASES)]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([for_pypsa(*case) for case in cases]), encoding="utf-8")
    done = asked(str(file))
    assert done.returncode == 0, done.stderr[-2000:]
    assert [objective(*case) for case in cases] == pytest.approx(json.loads(done.stdout), rel=1e-6)
