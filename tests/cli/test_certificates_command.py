"""`holin certificates` on a run worked by hand: followed, counted once, refused twice, saved, damaged, restored.

Hour 0: 30 MW of wind, 20 MW of load, 10 MW into the battery, of which 9 MWh come out in hour 2, beside 10 MW of wind.
Hour 1 is calm: import feeds the load, and charges the battery a little.
"""

from __future__ import annotations

import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from cli_answers import Answer, holin

WIND, BATTERY = "grid.example:two_bus:W", "grid.example:two_bus:S"


def on(ledger: Path, command: str, *arguments: object, width: int = 200) -> Answer:
    return holin("certificates", command, *arguments, "--ledger", ledger, width=width)


@pytest.fixture(scope="module")
def first_ledger(first_run: tuple[Path, Answer], tmp_path_factory: pytest.TempPathFactory) -> Path:
    ledger = tmp_path_factory.mktemp("ledger") / "park.ledger"
    assert on(ledger, "issue", first_run[0], "--operator", "grid.example", "--json").code == 0
    return ledger


@pytest.fixture
def issued(first_ledger: Path, tmp_path: Path) -> Path:
    """A copy of a ledger in which the run is issued, with its key and head."""
    for end in ("", ".key", ".head"):
        shutil.copy(f"{first_ledger}{end}", tmp_path / f"park.ledger{end}")
    return tmp_path / "park.ledger"


def test_a_run_is_issued_once(run_folder: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "park.ledger"
    answer = on(ledger, "issue", run_folder, "--operator", "grid.example")
    assert (answer.code, answer.err) == (0, "")
    assert "New ledger" in answer.out and "DEMO ledger" in answer.out and "must not be sold" in answer.out
    assert "Issued: 40.000000 MWh in 2 certificates" in answer.out  # 30 and 10; nothing in the calm hour
    again = on(ledger, "issue", run_folder, "--json").json
    assert (again["issued_mwh"], again["certificates"], again["made"]) == (0.0, 0, False)
    assert again["storage"]["charged_mwh"] == 0 and again["storage"]["issued_mwh"] == 0


def test_the_battery_gives_back_wind_less_its_losses(issued: Path, run_folder: Path) -> None:
    held = {(b["state"], b["kind"]): b["wh"] for b in on(issued, "show", "--json").json["balances"]}
    charged = held["converted", "generation"] + held["lost", "generation"] + held.get(("stored", "generation"), 0)
    assert charged == pytest.approx(10e6, rel=1e-5)
    assert held["active", "discharge"] == pytest.approx(9e6, rel=1e-5)
    assert held["active", "discharge"] <= 0.9 * charged


def test_a_kwh_is_followed_back_to_turbine_and_hour_and_counted_once(issued: Path, run_folder: Path) -> None:
    told = on(issued, "retire", run_folder, "--purpose", "green foil", "--json").json
    assert told["by_enterprise"]["E1"]["uncovered_mwh"] == pytest.approx(0.0, abs=1e-5)
    assert told["retired_mwh"] == pytest.approx(39.0, rel=1e-3)  # all wind but the battery's loss and the line's
    claimed = on(issued, "history", "--for", "E1", "--hour", "2025-01-01 02:00")
    assert [line.split() for line in claimed.out.splitlines() if line.startswith("W ")] == [
        ["W", "2025-01-01", "00:00", "S", "2025-01-01", "02:00", "9.000000"],
        ["W", "2025-01-01", "02:00", "10.000000"],
    ]
    assert "each was held against its hash and signature" in claimed.out
    lots = on(issued, "history", "--for", "E1", "--hour", "2025-01-01 02:00", "--json").json["lots"]
    assert {(lot["kind"], lot["device"]) for lot in lots} == {("discharge", BATTERY), ("generation", WIND)}
    assert lots[0]["attributes"]["energy_source"] == "wind"
    (evening,) = [c for lot in lots for c in lot["certificates"] if c["released_from_storage"]]
    assert (evening["face_value_wh"], evening["issuer"], evening["device_id"]) == (9_000_000, "grid.example", BATTERY)
    assert (evening["interval_start"], evening["interval_end"]) == ("2024-12-31T18:00:00Z", "2024-12-31T19:00:00Z")
    assert evening["usable_for_disclosure"] is False and evening["issued_after_conversion"] is True
    again = on(issued, "retire", run_folder, "--json").json
    assert again["retired_mwh"] == 0.0
    refused = on(issued, "retire", "--account", "operator", "--for", "E2", "--mwh", "40")
    assert refused.code == 1 and "is more than" in refused.err and "Traceback" not in refused.err
    verified = on(issued, "verify", "--json")
    assert verified.code == 0 and verified.json["whole"]


def test_handing_on_reserving_splitting_and_bundling(issued: Path) -> None:
    assert "handed from operator to E1" in on(issued, "transfer", "--from", "operator", "--to", "E1", "--mwh", "5").out
    assert "set aside for E9" in on(issued, "reserve", "--account", "E1", "--for", "E9", "--mwh", "1.5").out
    assert on(issued, "release", "--account", "E1", "--for", "E9", "--json").json["entry"]["kind"] == "release"
    assert "has set nothing aside" in on(issued, "release", "--account", "E1", "--for", "E9").out
    told = on(issued, "bundle", "2025-01", "--account", "E1", "--json").json["devices"]
    assert told == {WIND: {"gecs": 5, "carried_mwh": 0.0}}
    assert "is a" not in on(issued, "retire", "--account", "E1", "--for", "E1", "--mwh", "2", "--gec").err
    assert on(issued, "expire", "--json").json["entry"] is None
    assert on(issued, "verify").code == 0
    request = ("--account", "E1", "--for", "E1", "--mwh", "1", "--gec", "--request", "once", "--json")
    assert on(issued, "retire", *request).json == on(issued, "retire", *request).json


@pytest.mark.parametrize(
    ("command", "arguments", "said"),
    [
        ("transfer", ("--from", "operator", "--to", "nobody", "--mwh", "1"), ("account", "nobody", "one of")),
        ("transfer", ("--from", "operator", "--to", "E1", "--mwh", "0.0000001"), ("--mwh", "a Wh is the smallest")),
        ("transfer", ("--from", "operator", "--to", "E1", "--mwh", "NaN"), ("--mwh", "whole Wh")),
        ("retire", ("--for", "E1"), ("--account", "--mwh")),
        ("history", (), ("CERTIFICATE", "--device", "--for")),
        ("history", ("7000",), ("nothing in the ledger fits",)),
        ("history", ("--device", "gone"), ("device", "gone", WIND)),
        ("bundle", ("2025-13", "--account", "E1"), ("MONTH", "2025-03")),
        ("split", ("9999", "--mwh", "1"), ("certificate", "does not exist")),
    ],
)
def test_what_is_wrong_is_a_sentence(
    issued: Path, command: str, arguments: tuple[str, ...], said: tuple[str, ...]
) -> None:
    answer = on(issued, command, *arguments)
    assert answer.code == 1 and "Traceback" not in answer.err
    assert [s for s in said if s not in answer.err] == []


def test_no_ledger_no_run_and_another_operator(issued: Path, run_folder: Path, tmp_path: Path) -> None:
    assert "no ledger stands there" in on(tmp_path / "gone", "show").err
    assert "no such run folder" in on(issued, "issue", tmp_path / "gone").err
    other = on(issued, "issue", run_folder, "--operator", "other.example")
    assert other.code == 1 and "is the ledger of grid.example" in other.err
    (tmp_path / "text").write_text("not a ledger, only words\n" * 100)
    answer = on(tmp_path / "text", "show")
    assert answer.code == 1 and "is damaged" in answer.err and "Traceback" not in answer.err


def test_a_flipped_bit_is_named_and_the_backup_brings_all_back(issued: Path, tmp_path: Path) -> None:
    saved = on(issued, "backup", tmp_path / "saved", "--json").json
    whole = issued.read_bytes()
    rows = json.loads(on(issued, "show", "--json").out)["balances"]
    damaged = bytearray(whole)
    page = 4096 * (len(whole) // 4096 // 2)
    for place in range(page, page + 4096, 512):  # one bit in eight places of a page in the middle
        damaged[place] ^= 4
    issued.write_bytes(damaged)
    answer = on(issued, "verify")
    shown = on(issued, "show", "--json")
    assert answer.code == 1 and "park.ledger" in answer.out + answer.err and "restore" in answer.out + answer.err
    assert shown.code == 1 or json.loads(shown.out)["balances"] == rows
    issued.unlink()
    restored = on(issued, "restore", tmp_path / "saved", "--json")
    assert restored.code == 0 and restored.json["hash"] == saved["hash"]
    assert json.loads(on(issued, "show", "--json").out)["balances"] == rows
    assert on(issued, "verify").code == 0
    late = on(issued, "transfer", "--from", "operator", "--to", "E1", "--mwh", "1")
    issued.unlink()
    refused = on(issued, "restore", tmp_path / "saved")
    assert late.code == 0 and refused.code == 1 and "--accept-loss" in refused.err
    assert on(issued, "restore", tmp_path / "saved", "--accept-loss").code == 0


def test_without_the_key_a_ledger_is_read_and_not_written(issued: Path) -> None:
    Path(f"{issued}.key").unlink()
    assert on(issued, "verify").code == 0
    answer = on(issued, "transfer", "--from", "operator", "--to", "E1", "--mwh", "1")
    assert answer.code == 1 and "the key is missing" in answer.err and "--key" in answer.err


def test_chinese(issued: Path) -> None:
    assert "演示账本" in on(issued, "show", "--language", "zh").out
    assert "核验通过" in on(issued, "verify", "--language", "zh").out


def test_amounts_are_exact(issued: Path) -> None:
    on(issued, "transfer", "--from", "operator", "--to", "E1", "--mwh", "0.123457")
    held = on(issued, "show", "--json").json["balances"]
    assert sum(b["wh"] for b in held if b["account"] == "E1") == Decimal("123457")


def test_a_narrow_window_leaves_columns_out_and_breaks_no_figure(issued: Path) -> None:
    wide, narrow = (on(issued, "history", "--device", "W", "--language", "en", width=w).out for w in (200, 60))
    assert "Left out, the window being narrow: when, what the entry does" in narrow and "Left out" not in wide
    figures = re.compile(r" (\d+\.\d{6})(?: |$)", re.MULTILINE)
    table = [line for line in narrow.splitlines() if re.match(r"\d", line)]
    assert table and all(len(line) <= 60 and len(figures.findall(line)) == 1 for line in table)
    assert figures.findall("\n".join(table)) == figures.findall(
        "\n".join(line for line in wide.splitlines() if re.match(r"\d", line))
    )


def test_sources_states_and_kind_in_chinese(issued: Path) -> None:
    shown = on(issued, "show", "--language", "zh").out
    assert "风电" in shown and "储能" in shown and "演示账本" in shown and " wind " not in shown
    followed = on(issued, "history", "--device", "W", "--language", "zh").out
    assert "（风电）" in followed and "签发" in followed
