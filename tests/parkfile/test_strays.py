"""A template whose offer was deleted stands: `holin check` warns of it, and of nothing that really stands."""

import csv
import dataclasses
import shutil
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path

import pytest

from holin.errors import Fault
from holin.park import Choice, Outage, Park, Stage, at_stage, templates_of
from holin.parkfile import example_park, faults_of_park, read_park, reference_park, write_park

STAGE_2024 = Stage(name="2024", as_of=date(2024, 12, 31))
STRAY = "it stands at every stage"


def strays(folder: Path) -> list[Fault]:
    return [fault for fault in faults_of_park(folder) if fault.problem.startswith(STRAY)]


@pytest.fixture
def park(tmp_path: Path) -> Path:
    return Path(shutil.copytree(reference_park("huolinguole"), tmp_path / "park"))


def without_offers_of(folder: Path, elements: Collection[str]) -> None:
    """Delete the rows of candidate.csv that offer some elements."""
    file = folder / "candidate.csv"
    with file.open(newline="", encoding="utf-8") as read:
        rows = [row for row in csv.DictReader(read) if row["element"] not in elements]
        names = list(rows[0]) if rows else ["id", "element", "choice"]
    with file.open("w", newline="", encoding="utf-8") as written:
        writer = csv.DictWriter(written, names)
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("name", ["huolinguole", "huolinhe"])
def test_the_reference_parks_have_none(name: str) -> None:
    assert strays(Path(reference_park(name))) == []


@pytest.mark.parametrize(
    ("element", "file", "row", "words"),
    [
        ("like-wind-south", "wind_farm.csv", 16, "no candidate offers it, nothing names it"),
        ("like-pv-east", "pv_plant.csv", 9, "others of its table have dates"),
        ("like-bess-hub", "storage.csv", 8, "no candidate offers it"),
        ("coal-3-flexible", "thermal_unit.csv", 8, "at the place and of the size of 'coal-3' (row 4)"),
        ("potline-2-shell", "potline.csv", 7, "at the place and of the size of 'potline-2' (row 4)"),
    ],
)
def test_a_template_without_its_offer_is_named_with_what_to_do(
    park: Path, element: str, file: str, row: int, words: str
) -> None:
    without_offers_of(park, {element})
    [fault] = strays(park)
    assert (fault.file, fault.row, fault.field, fault.severity) == (file, row, "built", "warning")
    assert words in fault.problem
    assert "offer it in candidate.csv with template true, or remove the row; if it stands, write built" in fault.right


def test_it_does_stand_with_nothing_else_said(park: Path) -> None:
    """That is why it is warned of: 100 MW of storage at every stage, without an error."""
    without_offers_of(park, {"like-bess-hub"})
    assert not [fault for fault in faults_of_park(park) if fault.severity == "error"]
    assert "like-bess-hub" in {storage.id for storage in at_stage(read_park(park), STAGE_2024).storages}


def test_all_of_them_are_named_when_all_offers_are_gone(park: Path) -> None:
    """Of lines none is: they have a beginning and an end that stand, dated or not."""
    templates = templates_of(read_park(park).candidates)
    lines = {line.id for line in read_park(park).lines}
    without_offers_of(park, templates)
    assert len(strays(park)) == len(templates - lines) == 15
    (park / "candidate.csv").unlink()
    assert len(strays(park)) == 15


def small(**changes: object) -> Park:
    return dataclasses.replace(example_park("small"), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["undated", "outage", "dated", "second"])
def test_what_stands_is_not_warned_of(tmp_path: Path, kind: str) -> None:
    """Without any dates nothing tells apart, not even an outage of one of two; a second without a date beside one with
    a date is asked for its own."""
    [wind] = example_park("small").wind_farms
    dated = dataclasses.replace(wind, built=date(2020, 6, 30))
    more = dataclasses.replace(wind, id="wind-2")
    out = Outage(id="out", element="wind-1", start=datetime(2025, 3, 1), end=datetime(2025, 3, 2))
    parks = {
        "undated": small(wind_farms=(wind, more)),
        "outage": small(wind_farms=(wind, more), outages=(out,)),
        "dated": small(wind_farms=(dated, dataclasses.replace(more, built=date(2024, 1, 1)))),
        "second": small(wind_farms=(dated, more)),
    }
    folder = write_park(parks[kind], tmp_path / "park")
    assert [f.row for f in strays(folder)] == ([3] if kind == "second" else [])


def test_a_choice_to_build_more_of_it_names_it(tmp_path: Path) -> None:
    [wind] = example_park("small").wind_farms
    farms = (dataclasses.replace(wind, built=date(2020, 6, 30)), dataclasses.replace(wind, id="wind-2"))
    offer = dataclasses.replace(
        read_park(reference_park("huolinguole")).candidates[0], id="more", element="wind-2", template=False,
        choice=Choice.BUILD, cost=None, built=None,
    )  # fmt: skip
    assert strays(write_park(small(wind_farms=farms, candidates=(offer,)), tmp_path / "park")) == []
