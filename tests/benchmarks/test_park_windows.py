"""Windows of the synthetic park: every law of the peer's model checked on the point found, apart from the rows."""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import pytest

import dispatch
from holin.kernel.mixed import solve_mixed
from holin.kernel.switching import solve_switching

sys.path.append(str(Path(dispatch.__file__).parent / "peers"))
import park_data
import rolling
from park_windows import Park, State, first_state, read_park, state_after, window_of


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("park") / "park.npz"
    said = {"hours": 96, "start": 2184, "resolution": "1h", "buses": 20, "seed": 1, "lines": "meshed", "plan": False}
    np.savez(path, **park_data.make_park(argparse.Namespace(**said, green_share=0.5, co2_price=100.0)))
    return path


@pytest.fixture(scope="module")
def park(case: Path) -> Park:
    return read_park(case)


LATE = State(
    soc_mwh=20.0, heat_mwh=(-100.0, 50.0), on=(True, True, False, True), steps=(30, 3, 2, 9),
    p_mw=(200.0, 330.0, 0.0, 150.0), peak_mw={3: 12.0},
)  # fmt: skip


@pytest.mark.parametrize("state", [None, LATE])
def test_point_obeys_every_law_and_costs_what_it_says(park: Park, state: State | None) -> None:
    state = state or first_state(park)
    window = window_of(park, state, 0, 48)
    solved = solve_switching(window.problem, window.switches, mip_gap=0.0, lazy=window.branch_rows)
    assert solved.objective == pytest.approx(solve_mixed(window.problem, mip_gap=0.0).objective, rel=1e-7)
    at = {name: solved.linear.values[columns] for name, columns in window.problem.variables.items()}
    on = np.stack([at[f"on.{k}"] for k in range(4)], axis=1).round()
    power = on * park["coal_pnom"] * park["coal_pmin"] + np.stack([at[f"above.{k}"] for k in range(4)], axis=1)
    assert_units_obey(park, state, on, power)
    assert_stores_obey(park, state, at)
    assert_flows_obey(park, at, power)
    was_on = np.vstack([state.on, on[:-1]])
    cost = (
        (at["used"] * park["ren_mc"]).sum() + (power * park["coal_mc"]).sum() + at["import"] @ park["imp_mc"][:48]
        - at["export"] @ park["export_price"][:48] + at["charge"].sum() * park["bat_mc"]
        + (np.maximum(on - was_on, 0.0) * park["coal_startup"]).sum()
        + max(at["import"].max(), state.peak_mw.get(3, 0.0)) * park["demand_price"][0]
    )  # fmt: skip
    assert solved.objective == pytest.approx(cost, rel=1e-9)


def assert_units_obey(park: Park, state: State, on: np.ndarray, power: np.ndarray) -> None:
    """Least times by counting, and the ramps as the peer writes them."""
    for k in range(4):
        since, was = state.steps[k], state.on[k]
        for now in on[:, k] > 0.5:
            assert now == was or since >= 8
            since, was = (since + 1, now) if now == was else (1, now)
        p_nom = park["coal_pnom"][k]
        assert (power[:, k] <= p_nom * on[:, k] + 1e-5).all()
        before = power[:-1, k] if state.p_mw[k] is None else np.concatenate([[state.p_mw[k]], power[:-1, k]])
        was_on = on[:-1, k] if state.p_mw[k] is None else np.concatenate([[state.on[k]], on[:-1, k]])
        after, now_on = power[-len(before) :, k], on[-len(before) :, k]
        ramp, edge = park["coal_ramp"][k] * p_nom, park["coal_ramp_su"][k] * p_nom
        assert (after - before <= ramp * was_on + edge * (now_on - was_on) + 1e-5).all()
        assert (before - after <= ramp * now_on + edge * (was_on - now_on) + 1e-5).all()


def assert_stores_obey(park: Park, state: State, at: dict[str, np.ndarray]) -> None:
    content, heat = state.soc_mwh, np.array(state.heat_mwh)
    for t in range(48):
        content += 0.95 * at["charge"][t] - at["drawn"][t]
        heat = heat * (0.99 if t else 1.0) + at["pot"][t] - park["pot_nom"]  # as PyPSA begins
        assert -1e-5 <= content <= park["bat_fix"][1] + 1e-5 and content == pytest.approx(at["soc"][t], abs=1e-5)
        assert (np.abs(heat) <= park["pot_e"] + 1e-5).all()
    assert content >= 0.5 * park["bat_fix"][1] - 1e-5 and (heat >= -1e-5).all()


def assert_flows_obey(park: Park, at: dict[str, np.ndarray], power: np.ndarray) -> None:
    """Flows from the nodal equations, on which the problem's distribution factors have no part."""
    injection = np.zeros((48, int(park["n_buses"])))
    for j, bus in enumerate(park["load_bus"]):
        injection[:, bus] -= park["load"][:48, j]
    for k, bus in enumerate(park["ren_bus"]):
        injection[:, bus] += at["used"][:, k]
    for k, bus in enumerate(park["coal_bus"]):
        injection[:, bus] += power[:, k]
    for k, bus in enumerate(park["pot_bus"]):
        injection[:, bus] -= at["pot"][:, k]
    injection[:, int(park["bat_bus"])] += 0.95 * at["drawn"] - at["charge"]
    injection[:, int(park["imp_bus"])] += at["import"] - at["export"]
    assert np.abs(injection.sum(axis=1)).max() < 1e-5
    count = len(park["br_x"])
    ends = np.zeros((count, int(park["n_buses"])))
    ends[np.arange(count), park["br_f"]], ends[np.arange(count), park["br_t"]] = 1.0, -1.0
    laplacian = ends.T @ (ends / park["br_x"][:, None])
    angle = np.zeros_like(injection)
    angle[:, 1:] = np.linalg.solve(laplacian[1:, 1:], injection[:, 1:].T).T
    flow = angle @ (ends / park["br_x"][:, None]).T
    assert (np.abs(flow) <= park["br_rate"] + 1e-4).all()


def test_state_after_counts_on_from_the_state_before(park: Park) -> None:
    window = window_of(park, LATE, 0, 48)
    solved = solve_switching(window.problem, window.switches, lazy=window.branch_rows)
    values = solved.linear.values.copy()
    for unit, stop in enumerate((None, 20, None, 23)):  # an earlier stop is no optimum; what it leaves is
        values[window.problem.variables[f"on.{unit}"]] = 0.0 if unit == 2 else 1.0
        if stop is not None:
            values[window.problem.variables[f"on.{unit}"][stop:]] = 0.0
    state = state_after(park, window, values, LATE, 0, 24)
    assert state.on == (True, False, False, False) and state.steps == (54, 4, 26, 1)
    assert state.soc_mwh == values[window.problem.variables["soc"][23]]
    assert state.peak_mw[3] == max(12.0, values[window.problem.variables["import"][:24]].max())


def test_windows_begin_in_the_state_before_or_in_those_given(case: Path, park: Park) -> None:
    found = rolling.rolled(case, window_h=48, windows=None, mip_gap=1e-3)
    assert len(found["windows"]) == 3 and all(w["proven"] for w in found["windows"])
    again = rolling.rolled(case, window_h=48, windows=2, mip_gap=1e-3, states=[LATE])
    alone = window_of(park, LATE, 0, 48)
    assert len(again["windows"]) == 2
    assert again["windows"][0]["objective"] == pytest.approx(solve_mixed(alone.problem).objective, rel=2e-3)


def test_states_that_the_peer_prints_are_read(tmp_path: Path) -> None:
    told = {
        "first": 96, "soc": 20.0, "heat": [-100.0, 50.0], "on": [True, True, False, True], "run": [30, 3, 2, 9],
        "p": [200.0, 330.0, 0.0, 150.0], "peak": {"3": 12.0},
    }  # fmt: skip
    path = tmp_path / "states.json"
    path.write_text(json.dumps([told]), encoding="utf-8")
    assert rolling.states_of(path) == [LATE]


def test_a_park_made_for_a_plan_is_refused(tmp_path: Path, park: Park) -> None:
    path = tmp_path / "plan.npz"
    np.savez(path, **{k: v for k, v in park.items() if k not in ("ren_fix", "bat_fix", "load_flow")})
    with pytest.raises(ValueError, match="lacks ren_fix, bat_fix"):
        read_park(path)


WINDOW = {"objective": 100.0, "bound": 99.95, "objective_recomputed": 100.0, "mip_gap": 5e-4, "proven": True}


@pytest.mark.parametrize(
    ("theirs", "ours", "said"),
    [
        ({"objective": 100.05, "bound": 99.99}, {}, None),
        ({"objective": 99.9, "bound": 99.8}, {}, "Holin's bound 99.95 is above PyPSA's point 99.90"),
        ({"objective": 100.3, "bound": 100.2}, {}, "PyPSA's bound 100.20 is above Holin's point 100.00"),
        ({"objective": 100.0, "bound": 99.95}, {"objective_recomputed": 101.0}, "worked out anew is 101.00"),
        ({"objective": 100.0, "bound": 99.95}, {"proven": False, "mip_gap": 0.02}, "gap 2.0e-02 only"),
    ],
)
def test_pairs_that_cannot_both_be_right_are_found(theirs, ours, said) -> None:
    found = rolling.faults_of_pair([theirs], [WINDOW | ours])
    assert found == [] if said is None else said in found[0]


def test_command_prints_each_window(case: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.setattr(sys, "argv", ["dispatch.py", str(case), "--rolling", "48", "--windows", "1", "--json"])
    dispatch.main()
    printed = json.loads(capsys.readouterr().out)
    assert printed["windows"][0]["mip_gap"] <= 1e-3 and printed["total_cpu_s"] > 0
