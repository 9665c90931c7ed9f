"""A new park is good as it stands, says that nothing in it is real, and explains itself."""

import dataclasses
import tomllib
from pathlib import Path

import pytest

from holin.columns import Basis, columns_of
from holin.errors import BadInput
from holin.park import ATTRIBUTES, KINDS, Choice, at_stage, things_of, units_of
from holin.parkfile import example_park, faults_of_park, new_park, provenance_of, read_park
from holin.parkfile.readme import TABLES_ZH


def test_a_new_park_has_neither_error_nor_warning(tmp_path: Path) -> None:
    folder = new_park(tmp_path / "my-park")
    assert faults_of_park(folder) == []
    assert read_park(folder) == example_park("my-park")


def test_a_new_park_has_what_a_park_needs() -> None:
    park = example_park()
    counts = {t: len(getattr(park, ATTRIBUTES[t])) for t in KINDS}
    assert counts["bus"] == 6 and counts["enterprise"] == 3 and len(park.stages) == 1
    for table in ("grid", "wind_farm", "pv_plant", "storage", "potline", "tariff", "climate", "cost", "rule", "load"):
        assert counts[table] > 0, table


# U = E + R I: 1.65 V + 10.4 uohm x 240 kA = 4.146 V; 60 pots x 240 kA: 59.7 MW of direct current.
def test_the_potline_of_the_new_park_has_the_power_of_its_cells() -> None:
    [line] = example_park().potlines
    volts = line.back_emf_v + line.pot_resistance_uohm * 1e-3 * line.amperage_ka
    assert volts == pytest.approx(4.146)
    assert line.pots * volts * line.amperage_ka / 1000 == pytest.approx(59.70, abs=0.01)


def test_a_new_park_offers_wind_pv_and_storage_at_assumed_costs() -> None:
    park = example_park()
    costs, elements = {c.id: c for c in park.costs}, {c.element for c in park.candidates}
    assert {"wind-1", "pv-1", "battery-1"} == elements
    for offer in park.candidates:
        assert offer.choice is Choice.BUILD and offer.p_max_mw and offer.basis is Basis.ASSUMED
        assert costs[offer.cost or ""].basis is Basis.ASSUMED and costs[offer.cost or ""].capital_cost_per_mw > 0.0


def test_what_is_on_offer_stands_nowhere_in_a_new_park() -> None:
    park = example_park()
    bare = dataclasses.replace(park, candidates=())
    here, there = (at_stage(p, p.stages[0]) for p in (park, bare))
    assert units_of(here) == units_of(there)
    assert dataclasses.replace(here, candidates=()) == there


def test_every_figure_of_a_new_park_is_assumed_or_synthetic() -> None:
    park = example_park()
    assert {f.basis for f in provenance_of(park)} == {Basis.ASSUMED, Basis.SYNTHETIC}
    assert all(thing.reference for _, thing in things_of(park))
    assert "assumed" in park.facts.synthetic and "假定" in park.facts.synthetic_zh


def test_the_park_toml_of_a_new_park_explains_every_value(tmp_path: Path) -> None:
    lines = (new_park(tmp_path / "p") / "park.toml").read_text(encoding="utf-8").splitlines()
    values = [line for line in lines if " = " in line and not line.startswith("#")]
    assert len(values) > 15 and all(" # " in line for line in values)


def test_the_readme_of_a_new_park_names_every_table_and_required_column(tmp_path: Path) -> None:
    text = (new_park(tmp_path / "p") / "README.md").read_text(encoding="utf-8")
    for table, kind in KINDS.items():
        [row] = [line for line in text.splitlines() if line.startswith(f"| `{table}.csv` |")]
        assert all(f"`{c.name}`" in row for c in columns_of(kind) if c.required)
    assert "本文件夹" in text
    assert set(TABLES_ZH) == set(KINDS)


@pytest.mark.parametrize(
    ("name", "park_id"),
    [("my park", "my-park"), ("园区", "my-park"), ("a.b_c", "a.b_c"), ("-x-", "x"), ("y" * 90, "y" * 64)],
)
def test_the_id_of_a_new_park_is_made_of_its_folder(name: str, park_id: str, tmp_path: Path) -> None:
    folder = new_park(tmp_path / name)
    assert tomllib.loads((folder / "park.toml").read_text(encoding="utf-8"))["park"]["id"] == park_id
    assert faults_of_park(folder) == []


def test_a_new_park_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    with pytest.raises(BadInput, match="exists already"):
        new_park(tmp_path / "p")
    with pytest.raises(BadInput, match="a new park is a folder"):
        new_park(tmp_path / "p.xlsx")
    assert list((tmp_path / "p").iterdir()) == []
