"""Parks of the peer planned through `Park` and the blocks: PyPSA's own objectives, prices by month, other files.

The objectives are those of PyPSA 1.4.0 with HiGHS 1.15.1 (HiPO, no crossover) on the same parks: pypsa_park.py with
`--solver hipo` and the arguments of each case.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plan
from holin.calendar import local
from holin.errors import Infeasible
from holin.plan import solve_plan

sys.path.append(str(Path(plan.__file__).parent / "peers"))
import park_data
from plan_park import ZONE, park_of, plan_stage, read_exported, times_of

DEFAULTS: dict[str, Any] = {
    "hours": 168, "start": 2160, "resolution": "1h", "buses": 20, "seed": 1, "lines": "meshed", "green_share": 0.5,
    "co2_price": 100.0, "plan": True,
}  # fmt: skip

CASES = [
    ({}, 59509175.02355895),
    ({"hours": 336, "start": 2000, "seed": 2, "lines": "radial", "green_share": 0.4}, 91689230.03876431),
    pytest.param({"resolution": "15min", "seed": 3}, 61047924.79867985, marks=pytest.mark.slow),
    pytest.param({"hours": 744, "start": 0, "green_share": 0.3}, 281169140.8844418, marks=pytest.mark.slow),
    pytest.param(
        {"buses": 40, "seed": 5, "start": 4000, "green_share": 0.6}, 33427280.654192433, marks=pytest.mark.slow
    ),
]


def exported(**said: Any) -> dict[str, Any]:
    """Return a park as the file of `--export-data` holds it."""
    return park_data.make_park(argparse.Namespace(**DEFAULTS | said))


@pytest.mark.parametrize(("said", "objective"), CASES)
def test_the_plan_costs_what_pypsa_says(said: dict[str, Any], objective: float) -> None:
    stage, watch = plan_stage(exported(**said))
    found = solve_plan([stage], [watch])
    assert found.objective == pytest.approx(objective, rel=1e-7)
    assert found.gap < 1e-7
    assert found.value("2025:shed").sum() < 1e-3


def test_a_charge_of_its_own_for_each_month_says_the_same() -> None:
    """The turn from April to May, as one figure and as a row for each month; twice the charge in May costs more."""
    data = exported(hours=72, start=2848, green_share=0.2)
    data |= {"imp_mc": np.full(72, 200.0), "export_price": np.full(72, 100.0)}
    assert len(data["months"]) == 2
    one = solve_plan(*([part] for part in plan_stage(data)))
    data["demand_price"] = data["demand_price"] * np.array([1.0, 1.0 + 1e-8])
    rows = park_of(data, times_of(data)).tariff_demands
    assert [(row.month_from, row.month_to) for row in rows] == [(4, 4), (5, 5)]
    assert solve_plan(*([part] for part in plan_stage(data))).objective == pytest.approx(one.objective, rel=1e-7)
    data["demand_price"] = data["demand_price"] * np.array([1.0, 2.0])
    assert solve_plan(*([part] for part in plan_stage(data))).objective > one.objective * (1 + 1e-5)


def test_what_cannot_be_half_green_is_said_to_have_no_plan() -> None:
    """The first week of January has not the wind; PyPSA calls it infeasible as well."""
    stage, watch = plan_stage(exported(start=0))
    with pytest.raises(Infeasible):
        solve_plan([stage], [watch])


@pytest.mark.parametrize(("start", "hours"), [(0, 24), (700, 100), (8592, 168), (4000, 12)])
@pytest.mark.parametrize("resolution", ["1h", "15min"])
def test_steps_lie_in_the_months_of_the_data(start: int, hours: int, resolution: str) -> None:
    data = exported(start=start, hours=hours, resolution=resolution)
    time = times_of(data)
    assert np.array_equal(local(time, ZONE).month.to_numpy() - 1, data["month"])
    assert np.all(np.diff(time) == np.timedelta64(int(3600 * data["dt"]), "s"))


def test_other_files_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "dispatch.npz", **exported() | {"plan": np.array(False)})
    np.savez(tmp_path / "other.npz", x=np.zeros(3))
    for name, words in (("dispatch.npz", "no park for a plan"), ("other.npz", "it lacks ren_cap_cost")):
        with pytest.raises(ValueError, match=words):
            read_exported(tmp_path / name)


def test_the_command_prints_what_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez(tmp_path / "park.npz", **exported(hours=48, green_share=0.2))
    monkeypatch.setattr(sys, "argv", ["plan.py", str(tmp_path / "park.npz"), "--json"])
    plan.main()
    said = json.loads(capsys.readouterr().out)
    assert {"objective", "bound", "cpu_seconds", "peak_memory_mb", "solver"} <= said.keys()
    assert said["bound"] <= said["objective"] <= said["bound"] * (1 + 1e-6)
