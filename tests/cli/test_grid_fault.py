"""`holin fault`: what it prints for people and for programs, and how it ends."""

import dataclasses
import shutil
from pathlib import Path

import pytest
from cli_answers import holin

from holin.parkfile import example_park, read_park, write_park

CASE = Path(__file__).parent.parent / "cases" / "iec60909_4" / "park"


@pytest.fixture
def park(tmp_path: Path) -> Path:
    """The test network with breakers of 40 kA at bus 1 and of 50 kA at bus 2, an outage of L1, T6 without uk0_12."""
    where = tmp_path / "park"
    plain = read_park(CASE)
    ratings = {"B1": 40.0, "B2": 50.0}
    buses = tuple(dataclasses.replace(b, ik_max_ka=ratings.get(b.id)) for b in plain.buses)
    three = tuple(dataclasses.replace(t, uk0_12=None if t.id == "T6" else t.uk0_12) for t in plain.transformers3)
    write_park(dataclasses.replace(plain, buses=buses, transformers3=three), where)
    (where / "outage.csv").write_text(
        "id,element,start,end\no,L1,2016-12-01 06:00,2016-12-01 18:00\n", encoding="utf-8"
    )
    return where


def test_programs_get_every_bus_kind_and_case(park: Path) -> None:
    answer = holin("fault", park, "--json")
    assert (answer.code, answer.err) == (0, "")
    rows = answer.json
    assert len(rows) == 13 * 3 * 2
    assert {(r["fault"], r["case"]) for r in rows} == {(f, c) for f in ("3ph", "2ph", "1ph") for c in ("max", "min")}
    first = rows[0]
    assert (first["stage"], first["bus"], first["fault"], first["case"], first["c"]) == (
        "test",
        "B1",
        "3ph",
        "max",
        1.1,
    )
    assert (first["ikss_ka"], first["ip_ka"], first["ib_ka"]) == pytest.approx((40.6447, 100.5677, 40.645), rel=1e-3)
    assert set(first["z_ohm"]) == {"r", "x"}
    assert (first["ik_max_ka"], first["within"]) == (40.0, False)
    parts = {(x["element"], x["role"]) for x in first["contributions"]}
    assert {("Q1", "at_bus"), ("T3.1", "at_bus"), ("G1", "source"), ("M1", "source")} <= parts
    assert {"kind", "i_ka", "angle_rad", "z_ohm", "i_terminal_ka", "decay"} < set(first["contributions"][0])


def test_people_get_one_line_a_bus_and_the_verdict(park: Path) -> None:
    answer = holin("fault", park)
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0].startswith("Short-circuit currents, kA, stage test")
    assert lines[1].split() == ["bus", "kV", "3ph", "ip", "Ib", "2ph", "1ph", "min", "breaker", "margin"]
    b2 = next(line for line in lines if line.startswith("B2 ")).split()
    assert b2 == ["B2", "110", "31.78", "80.61", "31.57", "27.52", "15.98", "10.45", "50", "35.5", "%"]
    assert "breakers below the short-circuit current at: B1" in answer.out
    assert (
        "data assumed (rating or X''d of machines, zero sequence, smallest short-circuit power) of 1 element(s): T6\n"
        in answer.out
    )


def test_many_assumed_elements_are_counted(park: Path) -> None:
    plain = read_park(park)
    bare = park.with_name("bare")
    lines = tuple(dataclasses.replace(x, r0_ohm_per_km=None) for x in plain.lines)
    three = tuple(dataclasses.replace(t, uk0_12=None) for t in plain.transformers3)
    units = tuple(dataclasses.replace(t, uk0=None) for t in plain.transformers)
    write_park(dataclasses.replace(plain, lines=lines, transformers3=three, transformers=units), bare)
    said = "of 11 element(s): L1, L2, L3a, L3b, L4, L5, L6, T1 and others (all of them: --json)"
    assert said in holin("fault", bare).out


def test_a_bus_shows_its_contributions_in_both_languages(park: Path) -> None:
    answer = holin("fault", park, "--bus", "B3", "--fault", "3ph", "--case", "max")
    assert "B3, 3ph max: Ik'' 19.673 kA, c = 1.1, Z = 0.5227 + j3.5124 ohm" in answer.out
    assert [line.split()[1] for line in answer.out.splitlines() if line.startswith("L4 ")] == ["line"]
    chinese = holin("fault", park, "--bus", "B3", "--language", "zh").out
    assert "短路电流（千安），test 阶段" in chinese and "发电机" in chinese
    assert holin("fault", park, "--bus", "B2", "--case", "max").out.count("all rated breakers hold") == 1


def test_outages_by_name_and_by_hour(park: Path) -> None:
    def current(*options: str) -> float:
        return holin("fault", park, "--bus", "B3", "--fault", "3ph", "--case", "max", "--json", *options).json[0][
            "ikss_ka"
        ]

    whole, without = current(), current("--without", "L1")
    assert without < whole
    assert current("--at", "2016-12-01 17:00") == without
    assert current("--at", "2016-12-01 18:00") == whole


def test_every_stage(tmp_path: Path) -> None:
    where = Path(shutil.copytree(CASE, tmp_path / "park"))
    with (where / "park.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[stage]]\nname = "later"\nas_of = 2020-12-31\n')
    rows = holin("fault", where, "--every-stage", "--bus", "B1", "--fault", "3ph", "--case", "max", "--json").json
    assert [r["stage"] for r in rows] == ["test", "later"]
    assert [r["stage"] for r in holin("fault", where, "--stage", "test", "--bus", "B1", "--json").json] == ["test"] * 6


def test_mistakes_are_sentences(park: Path) -> None:
    for options, said in (
        (("--bus", "B99"), "'B99': no such bus stands"),
        (("--without", "L99"), "command line --without = 'L99': no such element stands"),
        (("--stage", "2099"), "no such stage"),
        (("--at", "2016-12-01 06:30"), "command line --at = '2016-12-01 06:30:00': "),
        (("--at", "2016-12-01 06:30"), "not the start of a local hour"),
    ):
        answer = holin("fault", park, *options)
        assert (answer.code, answer.out) == (1, "")
        assert said in answer.err and "Traceback" not in answer.err
    assert holin("fault", park, "--fault", "4ph").code == 2
    assert holin("fault", park, "--at", "noon").code == 2


def test_the_hours_of_a_run(tmp_path: Path) -> None:
    where, run = tmp_path / "plain", tmp_path / "run"
    write_park(example_park("plain"), where)
    assert holin("run", where, "--start", "2025-03-03", "--end", "2025-03-05", "--out", run).code == 0
    rows = holin("fault", "--run", run, "--hours", "2025-03-04", "--fault", "3ph", "--json").json
    assert {r["bus"] for r in rows} == {b.id for b in read_park(where).buses}
    assert {(r["time"], r["hours"]) for r in rows} == {("2025-03-03T16:00:00.000000000Z", 24)}
    alone = holin("fault", where, "--fault", "3ph", "--json").json
    assert [{**r, "time": 0, "hours": 0} for r in rows] == [{**r, "time": 0, "hours": 0} for r in alone]
    people = holin("fault", "--run", run)
    assert people.code == 0 and people.out.splitlines()[1].split()[-3:] == ["worst", "hour", "hours"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--every-stage",), "a run is of one stage"),
        (("--at", "2025-03-04 06:00"), "say --hours 2025-03-04T06 instead"),
        (("--without", "nothing"), "no such element stands"),
    ],
)
def test_questions_that_contradict_a_run(arguments: tuple[str, ...], said: str, run_folder: Path) -> None:
    answer = holin("fault", "--run", run_folder, *arguments)
    assert answer.code == 1 and said in " ".join(answer.err.split())


def test_a_park_by_itself_has_no_hours(park: Path) -> None:
    answer = holin("fault", park, "--hours", "2025-03-04")
    assert answer.code == 1 and "name a run with --run" in answer.err
    assert "neither a park nor a run is named" in holin("fault").err
