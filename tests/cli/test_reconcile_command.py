"""`holin reconcile`: closed tables, and exit code 1 with the name of what does not close."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from cli_answers import holin


@pytest.fixture(scope="module")
def park_and_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("closing")
    assert holin("new", folder / "park").code == 0
    days = ("--start", "2025-03-01", "--end", "2025-03-02")
    assert holin("run", folder / "park", *days, "--out", folder / "run", "--json").code == 0
    return folder


def test_it_prints_closed_tables_in_both_languages(park_and_run: Path) -> None:
    answer = holin("reconcile", park_and_run / "run")
    assert (answer.code, answer.err) == (0, "")
    assert "Everything closes: 6 checks." in answer.out and "Certificates are not checked" in answer.out
    assert "network losses" in answer.out and "NO" not in answer.out.split()
    chinese = holin("reconcile", park_and_run / "run", "--language", "zh").out
    assert "全部闭合" in chinese and "网损" in chinese
    assert holin("reconcile", park_and_run / "run", "--json").json["closes"] is True


def test_a_meter_that_is_wrong_is_told(park_and_run: Path, tmp_path: Path) -> None:
    """The works' meters say 500 kWh more than the flow of all others can carry; the grid's meter says what it said."""
    readings, wrong = tmp_path / "readings.csv", tmp_path / "wrong.csv"
    assert holin("meters", "--from-run", park_and_run / "run", "--out", readings).code == 0
    with open(readings, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    row = [r for r in rows if r["e_in_kwh"]][5]
    row["e_in_kwh"] = str(float(row["e_in_kwh"]) + 500)
    with open(wrong, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    made = holin("meters", wrong, "--park", park_and_run / "park", "--out", tmp_path / "metered")
    assert made.code == 0, made.err
    answer = holin("reconcile", tmp_path / "metered")
    assert answer.code == 1
    assert "do not close" in answer.out and "most in the interval from 2025-02-28T" in answer.out
