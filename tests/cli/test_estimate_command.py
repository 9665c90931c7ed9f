"""`holin estimate`: figures of one moment and of many, gaps by a run, flagged meters, bad questions."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from cli_answers import holin

from holin.flow import flow, measured_flow, snapshot
from holin.park import Park, at_stage, stage_of
from holin.parkfile import example_park, write_measurements, write_park


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("estimate") / "park"
    write_park(example_park("estimate"), folder)
    return folder


def frozen() -> Park:
    whole = example_park("estimate")
    return at_stage(whole, stage_of(whole))


def measured(folder: Path, *, seed: int = 1, keep: float = 1.0, name: str = "meters.csv") -> tuple[Path, xr.Dataset]:
    """A file of measurements of the park's own state, and the table."""
    stage = frozen()
    table = measured_flow(stage, flow(stage, snapshot(stage)), seed=seed)
    chosen = np.random.default_rng(seed).random(table.sizes["measurement"]) < keep
    table = table.isel(measurement=np.flatnonzero(chosen))
    write_measurements(table, folder / name, time_zone=stage.facts.time_zone)
    return folder / name, table


def test_one_moment_has_every_bus_and_its_sigma(park: Path, tmp_path: Path) -> None:
    file, _ = measured(tmp_path)
    found = holin("estimate", park, file, "--json").json
    assert found["moments"] == found["converged"] == 1
    assert found["quality"] == {"observable": 1, "with_pseudo": 0, "not_observable": 0, "contradicts_park": 0}
    assert found["contradictions"] == [] and found["cause"] is None
    assert found["flagged"] == [] and found["unobserved"] == [] and found["p_value"] > 0.01
    stage = frozen()
    flows = flow(stage, snapshot(stage))
    for bus in found["buses"]:
        error = bus["v_pu"] - float(flows["v_pu"].sel(bus=bus["bus"]).values[0])
        assert abs(error) < 5 * bus["v_sigma_pu"] and bus["observed"] == 1
    answer = holin("estimate", park, file)
    assert answer.code == 0 and "by meters alone" in answer.out and "No meter is flagged" in answer.out
    assert "仅凭量测可观测" in holin("estimate", park, file, "--language", "zh").out


def test_a_wrong_meter_is_named_with_what_it_should_show(park: Path, tmp_path: Path) -> None:
    _, table = measured(tmp_path)
    powers = np.abs(np.where(table["quantity"].values == "p_mw", table["value"].values[0], 0.0))
    k = int(np.argmax(powers * (table["end"].values == "from")))
    table["value"].values[0, k] *= -1
    write_measurements(table, tmp_path / "wrong.csv", time_zone="Asia/Shanghai")
    (flagged,) = [
        f for f in holin("estimate", park, tmp_path / "wrong.csv", "--json").json["flagged"] if f["verdict"] == "bad"
    ]
    assert flagged["measurement"] == str(table["measurement"].values[k])
    assert flagged["estimate"] == pytest.approx(-flagged["value"], rel=0.1)
    assert flagged["measurement"] in holin("estimate", park, tmp_path / "wrong.csv").out


def test_what_is_open_is_named_and_filled_from_a_run(park: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert holin("run", park, "--start", "2025-03-03", "--end", "2025-03-04", "--out", run).code == 0
    _, table = measured(tmp_path)
    first = table.isel(measurement=np.flatnonzero(table["quantity"].values == "v_pu")[:1])
    at = np.array(["2025-03-03T04:30"], dtype="datetime64[ns]")
    write_measurements(first.assign_coords(time=at), tmp_path / "one.csv", time_zone="Asia/Shanghai")
    own = holin("estimate", park, tmp_path / "one.csv", "--json").json
    planned = holin("estimate", park, tmp_path / "one.csv", "--run", run, "--json").json
    assert own["quality"]["with_pseudo"] == planned["quality"]["with_pseudo"] == 1
    assert own["unobserved"] and own["cures"] and own["enough"] and own["pseudo"] > 0
    assert planned["v_sigma_max_pu"] < own["v_sigma_max_pu"]
    answer = holin("estimate", park, tmp_path / "one.csv", "--run", run)
    assert answer.code == 0 and "Enough to see everything" in answer.out
    left_open = holin("estimate", park, tmp_path / "one.csv", "--no-pseudo", "--json").json
    assert left_open["quality"]["not_observable"] == 1
    assert None in [b["v_pu"] for b in left_open["buses"]]
    wrong = holin("estimate", park, tmp_path / "one.csv", "--run", run, "--stage", "none")
    assert wrong.code == 1 and "--stage" in wrong.err


def test_many_moments_are_summed_up_and_written(park: Path, tmp_path: Path) -> None:
    _, table = measured(tmp_path)
    time = table["time"].values[0] + np.arange(3) * np.timedelta64(60, "s")
    three = table.isel(time=[0, 0, 0]).assign_coords(time=time)
    three["value"].values[2, 3] = np.nan
    write_measurements(three, tmp_path / "three.csv", time_zone="Asia/Shanghai")
    found = holin("estimate", park, tmp_path / "three.csv", "--max-age", 120, "--out", tmp_path / "e.nc", "--json").json
    assert found["moments"] == 3 and "buses" not in found and found["age_s"] == 60.0
    assert set(found["objective"]) == {"min", "median", "max"}
    with xr.open_dataset(tmp_path / "e.nc", group="estimate") as written:
        assert written["v_pu"].shape == (3, len(frozen().buses))
    assert holin("estimate", park, tmp_path / "three.csv").code == 0


def test_bad_questions_are_answered_in_words(park: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("element,quantity,value,sigma\nnowhere,v_pu,1,0.1\n", encoding="utf-8")
    for arguments in ((tmp_path / "none.csv",), (tmp_path / "bad.csv",), (tmp_path,)):
        answer = holin("estimate", park, *arguments, "--json")
        assert answer.code == 1 and answer.json["error"] == "BadInput" and answer.json["faults"]
        assert holin("estimate", park, *arguments).err.strip()
    assert holin("estimate", park).code == 2


def test_a_first_file_is_written_and_estimated(park: Path, tmp_path: Path) -> None:
    file = tmp_path / "first.csv"
    made = holin("estimate", park, "--example", file, "--json").json
    assert made["moments"] == 1 and made["basis"] == "synthetic"
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) == made["meters"] + 1 and all(line.endswith(",synthetic") for line in lines[1:])
    found = holin("estimate", park, file, "--json").json
    assert found["quality"]["observable"] == 1 and found["flagged"] == [] and found["weak"] == []
    before = file.read_bytes()
    assert "already there" in holin("estimate", park, "--example", file).err and file.read_bytes() == before
    assert holin("estimate", park, "--example", tmp_path / "no" / "x.csv").code == 1
    assert holin("estimate", park, file, "--example", tmp_path / "other.csv").code == 1
    assert not (tmp_path / "other.csv").exists()


def test_a_file_of_a_run_is_estimated_by_hours(park: Path, tmp_path: Path) -> None:
    run, file = tmp_path / "run", tmp_path / "hours.csv"
    assert holin("run", park, "--start", "2025-03-03", "--end", "2025-03-04", "--out", run).code == 0
    made = holin("estimate", park, "--example", file, "--run", run, "--hours", "2025-03-03T06..2025-03-03T09", "--json")
    assert made.json["moments"] == 4
    whole = holin("estimate", park, file, "--json").json
    assert whole["moments"] == whole["converged"] == 4
    part = holin("estimate", park, file, "--hours", "2025-03-03T07..2025-03-03T08", "--json").json
    assert part["moments"] == 2
    none = holin("estimate", park, file, "--hours", "2025-03-05")
    assert none.code == 1 and "2025-03-03 06:00 .. 2025-03-03 09:00" in none.err


def test_a_file_in_kilowatts_is_called_so(park: Path, tmp_path: Path) -> None:
    _, table = measured(tmp_path)
    powers = np.isin(table["quantity"].values, ["p_mw", "q_mvar"])
    factors = np.where(powers & (np.abs(table["value"].values[0]) > 1), 1000.0, 1.0)
    write_measurements(table.assign(value=table["value"] * factors), tmp_path / "kw.csv", time_zone="Asia/Shanghai")
    told = holin("estimate", park, tmp_path / "kw.csv", "--json")
    found = told.json
    assert found["converged"] == 1 and told.code == 1
    assert found["quality"]["contradicts_park"] == 1 and found["cause"]["slip"] == "kilo"
    alike = [f["measurement"] for f in found["flagged"] if f["looks_like"] == "thousandfold"]
    assert len(alike) > 10 and all(f["verdict"] == "beyond_reason" for f in found["flagged"] if f["looks_like"])
    answer = holin("estimate", park, tmp_path / "kw.csv")
    assert "1000 times" in answer.out and "--json lists all" in answer.out and alike[0] in answer.out


def of(table: xr.Dataset, *quantities: str) -> np.ndarray:
    return np.isin(table["quantity"].values, quantities)


@pytest.mark.parametrize(
    ("factor", "slip", "words"),
    [(1e3, "kilo", "in kW and kvar"), (1e6, "unit", "in W and var"), (-1.0, "reversed", "wrong sign")],
)
def test_a_whole_file_with_one_slip_ends_with_1_and_says_how_to_cure_it(
    park: Path, tmp_path: Path, factor: float, slip: str, words: str
) -> None:
    _, table = measured(tmp_path)
    by = np.where(of(table, "p_mw", "q_mvar"), factor, 1.0)
    wrong = table.assign(value=table["value"] * by, sigma=table["sigma"] * abs(by))
    write_measurements(wrong, tmp_path / "wrong.csv", time_zone="Asia/Shanghai")
    told = holin("estimate", park, tmp_path / "wrong.csv", "--json")
    assert told.code == 1 and told.json["quality"]["contradicts_park"] == 1
    assert told.json["quality"]["observable"] == told.json["quality"]["with_pseudo"] == 0
    assert told.json["cause"]["slip"] == slip
    assert len(told.json["cause"]["meters"]) == told.json["cause"]["of"] == (by != 1).sum()
    assert {"what", "element", "value", "low", "high", "moments", "first"} == set(told.json["contradictions"][0])
    answer = holin("estimate", park, tmp_path / "wrong.csv")
    assert answer.code == 1 and words in answer.out and "Not to be trusted" in answer.out
    assert "by meters alone" not in answer.out
    assert "不可信" in holin("estimate", park, tmp_path / "wrong.csv", "--language", "zh").out


def test_kilovolts_are_refused_with_the_row_and_low_ones_are_not_trusted(park: Path, tmp_path: Path) -> None:
    """110 and 10 kV cannot be p.u. and are refused at once; what passes for p.u. contradicts the nominal voltage."""
    _, table = measured(tmp_path)
    v_nom = {b.id: b.v_nom_kv for b in frozen().buses}
    volts = of(table, "v_pu")
    kv = np.where(volts, [v_nom.get(e, 1.0) for e in table["element"].values], 1.0)
    write_measurements(table.assign(value=table["value"] * kv), tmp_path / "kv.csv", time_zone="Asia/Shanghai")
    told = holin("estimate", park, tmp_path / "kv.csv", "--json")
    assert told.code == 1 and len(told.json["faults"]) == volts.sum()
    assert all(f["row"] and f["field"] == "value" and "v_nom_kv" in f["right"] for f in told.json["faults"])
    phase = table.assign(value=table["value"] * np.where(volts, 3**-0.5, 1.0))
    write_measurements(phase, tmp_path / "phase.csv", time_zone="Asia/Shanghai")
    again = holin("estimate", park, tmp_path / "phase.csv", "--json")
    assert again.code == 1 and again.json["cause"]["slip"] == "phase_voltage"
    assert {c["what"] for c in again.json["contradictions"]} == {"voltage"}


def test_one_feeder_in_kilowatts_is_named_and_the_state_stays_good(park: Path, tmp_path: Path) -> None:
    _, table = measured(tmp_path)
    line = frozen().lines[-1]
    feeder = of(table, "p_mw", "q_mvar") & (table["element"].values == line.id)
    by = np.where(feeder, 1e3, 1.0)
    write_measurements(table.assign(value=table["value"] * by), tmp_path / "kw.csv", time_zone="Asia/Shanghai")
    told = holin("estimate", park, tmp_path / "kw.csv", "--json")
    assert told.code == 0 and told.json["quality"]["observable"] == 1 and told.json["contradictions"] == []
    assert told.json["cause"]["slip"] == "kilo"
    assert set(told.json["cause"]["meters"]) == set(table["measurement"].values[feeder])
    assert "in kW and kvar" in holin("estimate", park, tmp_path / "kw.csv").out
