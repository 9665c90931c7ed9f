"""`holin trace` on the two-bus case, whose shares are worked out by hand (tests/cases/two_bus/why.md)."""

import re
from pathlib import Path

import pandas as pd
import pytest
from cli_answers import Answer, holin

# Hour 0: the load takes 20 MWh of wind, the battery stores 9 of wind. Hour 1: 20 of the grid, and 1 into the battery.
# Hour 2: 10 of wind and 10 out of the battery: 9 of wind, 1 of the grid, either way of following it.
GRID_LOSS = 0.0447602951


@pytest.fixture(scope="session")
def run(first_run: tuple[Path, Answer]) -> Path:
    return first_run[0]


def account_of(answer: Answer) -> dict[tuple[str, str, str], float]:
    assert (answer.code, answer.err) == (0, "")
    return {(row["source"], row["end"], row["sink"]): row["mwh"] for row in answer.json["account"]}


def test_the_whole_run_as_an_account_of_every_source(run: Path) -> None:
    answer = holin("trace", run, "--by", "enterprise", "--json")
    assert account_of(answer) == pytest.approx(
        {
            ("W", "use", "E1"): 39.0,
            ("GRID", "use", "E1"): 21.0,
            ("GRID", "network_loss", "E1"): GRID_LOSS * 20 / (21 + 1 / 9),
            ("GRID", "network_loss", "S"): GRID_LOSS * (1 + 1 / 9) / (21 + 1 / 9),
            ("W", "storage_loss", "S"): 1.0,
            ("GRID", "storage_loss", "S"): 1 / 9,
        },
        abs=1e-6,
    )
    head = answer.json
    assert (head["park"], head["kind"], head["count"]) == ("two_bus", "demo", "physical")
    assert (head["losses"], head["storage"], head["hours"]) == ("gross", "pro_rata", 3)
    assert 0 <= head["closure_mwh"] < 1e-9


def test_kinds_of_sources_and_units(run: Path) -> None:
    kinds = account_of(holin("trace", run, "--json"))
    assert kinds["wind_farm", "use", "E1"] == pytest.approx(39)
    units = account_of(holin("trace", run, "--by", "unit", "--json"))
    assert units["W", "use", "L1"] == pytest.approx(39)


def test_an_hour_in_which_the_battery_charges(run: Path) -> None:
    account = account_of(holin("trace", run, "--hour", "2025-01-01 00:00", "--by", "unit", "--json"))
    assert account == pytest.approx({("W", "use", "L1"): 20, ("W", "storage_loss", "S"): 1, ("W", "stored", "S"): 9})


@pytest.mark.parametrize("losses", ["gross", "net"])
def test_one_kwh_is_followed_back_to_turbine_and_hour(run: Path, losses: str) -> None:
    asked = ("--enterprise", "Foil works", "--hour", "2025-01-01 02:00", "--storage", "fifo", "--losses", losses)
    answer = holin("trace", run, *asked, "--json")
    assert answer.code == 0
    found = {
        (r["source"], r["storage"], r["charged_from"]): (r["energy_mwh"], r["share"]) for r in answer.json["followed"]
    }
    # The park's clock is 8 hours ahead of UTC: its hours 0 and 1 begin at 16:00 and 17:00 of the day before.
    wanted = {
        ("W", "", None): (10, 0.5),
        ("W", "S", "2024-12-31T16:00Z"): (9, 0.45),
        ("GRID", "S", "2024-12-31T17:00Z"): (1, 0.05),
    }
    assert found.keys() == wanted.keys()
    for key, figures in wanted.items():
        assert found[key] == pytest.approx(figures, abs=1e-5)
    assert (answer.json["losses"], answer.json["storage"]) == (losses, "fifo")


def test_it_reads_well_in_both_languages(run: Path) -> None:
    asked = ("trace", run, "--enterprise", "E1", "--hour", "2025-01-01 02:00", "--storage", "fifo")
    english, chinese = holin(*asked).out, holin(*asked, "--language", "zh").out
    assert "Foil works, the hour from 2025-01-01 02:00: 20.0000 MWh used, 95.00 % of it green" in english
    assert "through Battery, charged in the hour from 2025-01-01 00:00" in english
    assert "storage gives the oldest first" in english and "kind: demo" in english
    assert "铝箔厂，2025-01-01 02:00 起的一小时：用电 20.0000 MWh，其中绿电 95.00 %" in chinese
    assert "经储能电站，2025-01-01 00:00 起的一小时充入" in chinese and "先进先出" in chinese
    whole = holin("trace", run).out
    assert "all that was fed in" in whole and "65.0 %" in whole
    months = holin("trace", run, "--enterprise", "铝箔厂", "--language", "zh").out
    assert "2025-01" in months and "60.00" in months


def test_all_hours_go_to_a_file(run: Path, tmp_path: Path) -> None:
    for name, read in (("t.parquet", pd.read_parquet), ("t.csv", pd.read_csv)):
        answer = holin("trace", run, "--by", "unit", "--out", tmp_path / name, "--json")
        assert answer.json["written"] == str(tmp_path / name)
        table = read(tmp_path / name)
        assert list(table) == ["time", "source", "source_kind", "sink", "sink_kind", "energy_mwh", "loss_mwh"]
        used = table[table.sink == "L1"].groupby("source").energy_mwh.sum()
        assert used.to_dict() == pytest.approx({"W": 39, "GRID": 21}, abs=1e-5)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--enterprise", "nobody"), "no enterprise of this run is called so; give one of E1"),
        (("--hour", "2025-02-01"), "its hours are 2025-01-01 00:00 to 2025-01-01 02:00, local time"),
        (("--hour", "2025-01-01 01:30"), "no whole local hour begins then"),
        (("--hour", "noon"), "not a local day or hour"),
        (("--by", "unit", "--enterprise", "E1"), "leave out --by or --enterprise"),
        (("--out", "trace.xls"), "give a name that ends in .parquet or .csv"),
    ],
)
def test_a_question_without_an_answer_is_told_so(run: Path, asked: tuple[str, ...], said: str) -> None:
    answer = holin("trace", run, *asked)
    assert answer.code == 1
    assert said in answer.err and f"command line {asked[0]} = " in answer.err
    assert not Path("trace.xls").exists()


def test_no_run_and_a_damaged_run_are_named(run_folder: Path, tmp_path: Path) -> None:
    assert "give a folder that `holin run` wrote" in holin("trace", tmp_path / "none").err
    with (run_folder / "tables.nc").open("r+b") as file:
        file.seek(2000)
        byte = file.read(1)
        file.seek(2000)
        file.write(bytes([byte[0] ^ 1]))
    assert "tables.nc" in holin("trace", run_folder).err


@pytest.mark.parametrize(("language", "said"), [("en", "names stand as ids"), ("zh", "名称以编号代替")])
def test_in_a_narrow_window_names_stand_as_ids_and_no_figure_is_broken(run: Path, language: str, said: str) -> None:
    asked = ("trace", run, "--by", "unit", "--language", language)
    wide, narrow = (holin(*asked, width=width).out for width in (200, 30))
    assert said in narrow and said not in wide
    figures = re.findall(r"\d+\.\d+", wide.splitlines()[2])  # below title and heads
    rows = [line for line in narrow.splitlines() if line.startswith("L1 ")]
    assert len(rows) > 1 and all(len(row) <= 30 for row in rows)
    assert [f for row in rows for f in re.findall(r"\d+\.\d+", row)] == figures


def test_the_kind_is_said_in_chinese(run: Path) -> None:
    assert "类别：演示" in holin("trace", run, "--language", "zh").out
