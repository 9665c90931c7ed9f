"""A park without any load: it runs, plans and is traced; a share of its load is a share of nothing."""

import dataclasses
from pathlib import Path

import pytest
from cli_answers import holin

from holin.parkfile import example_park, write_park

DAY = ("--start", "2025-06-01", "--end", "2025-06-02")


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("no-load") / "park"
    write_park(dataclasses.replace(example_park("still"), loads=(), potlines=(), meters=(), candidates=()), folder)
    return folder


def test_its_losses_are_traced_to_their_sources(park: Path, tmp_path: Path) -> None:
    """In hours without wind nothing is exported: what grid and PV give feeds the transformers alone."""
    found = holin("run", park, *DAY, "--json", "--out", tmp_path / "made").json
    energy = found["energy_mwh"]
    assert energy["load"] == 0.0 and energy["network_loss"] > 1.0
    given = energy["wind"] + energy["solar"] + energy["import"] - energy["storage_loss"]
    assert energy["export"] + energy["network_loss"] == pytest.approx(given, abs=0.01)
    assert found["green_share"]["physical"] is None


def test_it_is_planned(park: Path) -> None:
    found = holin("plan", park, *DAY, "--no-reinforce", "--json").json
    assert found["by_year"]["2025"]["green_share"]["physical"] is None and found["built"] == []


@pytest.mark.parametrize("by", ["green_share_physical_min", "green_share_min", "hourly_matched_share_min"])
def test_a_frontier_of_its_green_share_is_refused(park: Path, by: str) -> None:
    answer = holin("frontier", park, *DAY, "--by", by)
    assert answer.code == 1 and "--by" in answer.err and "a share of nothing" in answer.err


def test_a_share_above_one_is_refused_before_anything_is_read(park: Path) -> None:
    answer = holin("frontier", park, *DAY, "--until", "2")
    assert answer.code == 1 and "--until" in answer.err and "a share from 0 to 1" in answer.err
