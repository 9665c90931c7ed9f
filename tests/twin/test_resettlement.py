"""Random corrections of meter readings, each settled into the book: in the end it is a fresh settlement's."""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from settled_parks import priced_park

from holin.metering import readings_of_run, write_readings
from holin.park import at_stage
from holin.settle import bill_of, read_book, settle, standing
from holin.twin import metered_run, run, settled_run

START = datetime(2025, 2, 28, 18)
HOURS = 12
"""Six hours of February and six of March: two months are settled."""

WHEN = "2025-04-01T00:00:00+00:00"


def check_corrections(folder: Path, seed: int, corrections: int) -> None:
    """Correct readings one after the other, settle after each, and compare the book with a fresh settlement."""
    draw = random.Random(seed)
    park = priced_park(seed)
    made = run(park, start=START, end=START + timedelta(hours=HOURS))
    file, book = folder / "readings.csv", folder / "book"
    rows_of_run = readings_of_run(at_stage(made.park, made.stage), made.tables["schedule"], made.tables["flows"])
    write_readings(rows_of_run, file, time_zone=park.facts.time_zone)
    with open(file, encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    meters = [r for r in rows if r["e_in_kwh"] and float(r["e_in_kwh"]) > 0]
    for k in range(corrections + 1):
        bills = [b for m in settled_run(metered_run([file], park)).months for b in m.bills]
        settle(book, bills, reason=f"correction {k}" if k else "", kind="demo", time=WHEN)
        if k == corrections:
            break
        row = dict(draw.choice(meters))
        row["e_in_kwh"] = f"{float(row['e_in_kwh']) * draw.uniform(0.95, 1.05):.3f}"
        row["known_since"] = later(k)
        with open(file, "a", encoding="utf-8", newline="") as text:
            csv.DictWriter(text, list(rows[0])).writerow(row)
    entries = read_book(book)
    fresh = {(b.customer, b.month): b for b in bills}
    assert {place: bill_of(row["bill"]) for place, row in standing(entries).items()} == fresh
    owed = sum(row["difference_fen"] for entry in entries for row in entry["bills"])
    assert owed == sum(b.total_fen for b in fresh.values())
    assert len(entries) > corrections // 2  # they did change bills
    assert len({b.month for b in bills}) == 2


def later(k: int) -> str:
    return (datetime(2025, 3, 5) + timedelta(minutes=k)).strftime("%Y-%m-%d %H:%M:%S") + "+08:00"


def test_fifty_corrections(tmp_path: Path) -> None:
    check_corrections(tmp_path, seed=1, corrections=50)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 20))
def test_a_thousand_corrections(tmp_path: Path, seed: int) -> None:
    check_corrections(tmp_path, seed=seed, corrections=100)
