"""Ways to get the choices of a plan wrong: sizes, durations, retrofits, costs, templates, dates."""
# ruff: noqa: E501  (a case is a row of a table)

import shutil
from pathlib import Path

import pytest
from parkfile_cases import Case, Place, Spoil, add, all_of, cell

from holin.errors import BadInput
from holin.park import at_stage
from holin.parkfile import faults_of_park, read_park

WARNING = "warning"
FILE = "candidate.csv"
ROWS = {"new-battery": 2, "new-wind": 3, "new-circuit": 4, "new-import": 5, "unit-1-refit": 6, "unit-2-end": 7}


def offer(id_: str, **cells: str) -> Spoil:
    """Change a candidate; the fault is expected at the last cell."""
    return all_of(*(cell(FILE, id_, name, text) for name, text in cells.items()))


def at(id_: str, field: str) -> Place:
    return Place(FILE, ROWS[id_], field)


def refit(name: str, text: str) -> Spoil:
    """Describe the refitted unit otherwise."""
    return cell("thermal_unit.csv", "unit-1-flexible", name, text)


FLAT = cell("cost.csv", "cost-wind", "capital_cost_per_mw", "0")
THIN = cell("line.csv", "l-wind-1", "i_nom_ka", "0.3")

CASES = (
    Case("no limit to what is built", offer("new-wind", p_max_mw=""), ("no limit to what may be built", "land, resource or grid"), at=at("new-wind", "p_max_mw")),
    Case("least above most", offer("new-wind", p_min_mw="60"), ("above p_max_mw = 50", "p_min_mw <= p_max_mw")),
    Case("a unit above most", offer("new-wind", unit_mw="55"), ("one unit is more than may be built", "at most p_max_mw = 50")),
    Case("no whole units between", offer("new-wind", p_min_mw="45", unit_mw="30"), ("no number of whole units lies between 45 and 50",)),
    Case("a unit unlike its circuit", THIN, ("one of its kind carries 34.29 MVA", "write 34.29"), WARNING, at("new-circuit", "unit_mw")),
    Case("a negative land", offer("new-wind", land_ha_per_mw="-1"), ("below the least allowed value 0",)),
    Case("a size of a retrofit", offer("unit-1-refit", p_max_mw="50"), ("a size where the choice is to retrofit", "the whole element")),
    Case("a size of a retirement", offer("unit-2-end", p_max_mw="50"), ("a size where the choice is to retire", "leave it empty")),
    Case("a least size of a retirement", offer("unit-2-end", p_min_mw="5"), ("a size where the choice is to retire",)),
    Case("a unit size of a retirement", offer("unit-2-end", unit_mw="5"), ("a size where the choice is to retire",)),
    Case("a duration of wind", offer("new-wind", duration_max_h="4"), ("a duration for a wind_farm", "only storage")),
    Case("an energy of wind", offer("new-wind", e_max_mwh="400"), ("an energy for a wind_farm", "only storage")),
    Case("durations crossed", offer("new-battery", duration_min_h="9"), ("above duration_max_h = 8", "duration_min_h <= duration_max_h")),
    Case("shortest above that of the element", offer("new-battery", duration_max_h="", duration_min_h="5"), ("above the 4 h of 'battery-like'", "give both")),
    Case("longest below that of the element", offer("new-battery", duration_min_h="", duration_max_h="3"), ("below the 4 h of 'battery-like'",)),
    Case("a duration of a retirement", offer("unit-2-end", element="battery-1", duration_max_h="4"), ("a duration where the choice is to retire",), at=at("unit-2-end", "duration_max_h")),
    Case("a retrofit of nothing", offer("unit-1-refit", replaces=""), ("a retrofit of nothing", "name the unit"), at=at("unit-1-refit", "replaces")),
    Case("a retrofit of another kind", offer("unit-1-refit", replaces="potline-1"), ("'potline-1' is a potline, the element a thermal_unit",)),
    Case("a retrofit of a wind farm", offer("unit-1-refit", element="wind-1"), ("a wind_farm cannot be retrofitted", "thermal_unit or potline")),
    Case("a retrofit without template", offer("unit-1-refit", template="false"), ("must be a template", "a row of its own")),
    Case("a retrofit of a template", offer("unit-1-refit", replaces="unit-1-flexible"), ("it never stands",)),
    Case("a retrofit elsewhere", refit("bus", "b-mid"), ("its bus is 'b-mid', that of 'unit-1' 'b-gen'", "keeps place and nominal power"), at=at("unit-1-refit", "element")),
    Case("a larger retrofit", refit("p_nom_mw", "60"), ("its p_nom_mw is 60, that of 'unit-1' 50", "write 50 in thermal_unit.csv row 3"), at=at("unit-1-refit", "element")),
    Case("a build that replaces", offer("new-wind", replaces="unit-1"), ("nothing makes way where the choice is to build",)),
    Case("a retirement that replaces", offer("unit-2-end", replaces="unit-1"), ("nothing makes way where the choice is to retire",)),
    Case("a circuit without cost", offer("new-circuit", cost=""), ("what it costs is not known", "a line has no cost of its own"), at=at("new-circuit", "cost")),
    Case("import without cost", offer("new-import", cost=""), ("what it costs is not known", "a grid has no cost of its own"), at=at("new-import", "cost")),
    Case("a farm without cost", cell("wind_farm.csv", "wind-1", "cost", ""), ("what it costs is not known", "here or for 'wind-1'"), at=at("new-wind", "cost")),
    Case("a retrofit at the price of a new unit", all_of(refit("cost", "cost-wind"), offer("unit-1-refit", cost="")), ("a retrofit without a cost of its own",), at=at("unit-1-refit", "cost")),
    Case("a farm for nothing", FLAT, ("capital_cost_per_mw of 'cost-wind' is 0", "for nothing"), WARNING, at("new-wind", "cost")),
    Case("hours for nothing", cell("cost.csv", "cost-battery", "capital_cost_per_mwh", "0"), ("capital_cost_per_mwh of 'cost-battery' is 0",), WARNING, at("new-battery", "cost")),
    Case("a cost that is not there", offer("new-wind", cost="cost-wnd"), ("did you mean 'cost-wind'?",)),
    Case("import retired", offer("unit-2-end", element="grid", choice="retire"), ("a grid cannot be retired by a plan", "thermal units can")),
    Case("import refitted", offer("unit-1-refit", choice="retrofit", element="grid"), ("a grid cannot be retrofitted",)),
    Case("a potline built", offer("new-wind", element="potline-1", choice="build"), ("a potline cannot be built by a plan", "write retrofit")),
    Case("import like a template", offer("new-import", template="true"), ("a grid is enlarged beside one that stands", "write template false")),
    Case("a circuit beside none", all_of(cell("line.csv", "l-wind-1", "built", "2025-06-01"), offer("new-circuit", built="2024-01-01")), ("line 'l-wind-1' does not stand at stage 2024, where it may be built",), at=at("new-circuit", "element")),
    Case("a template retired", offer("unit-2-end", element="unit-1-flexible", template="true"), ("a template cannot be retired",)),
    Case("heat retired", offer("unit-2-end", element="unit-1"), ("the 40 MW of heat that it owes end with it", "other heat"), WARNING),
    Case("a choice that is none", offer("new-wind", choice="expand"), ("build, retrofit, retire",)),
    Case("an element that is none", offer("new-wind", element="wind-9"), ("did you mean",)),
    Case("a load as element", offer("new-wind", element="load-foil"), ("'load-foil' is a load",)),
    Case("the id of a thing", offer("new-wind", id="battery-1"), ("the id stands already in storage.csv row 2",)),
    Case("a template and none", all_of(add(FILE, id="again", element="battery-like", choice="build", template="false", p_max_mw="5"), lambda p: Place(FILE, 8, "template")), ("'battery-like' is a template in row 2", "false in both")),
    Case("a meter of a template", cell("meter.csv", "m-foil", "element", "battery-like"), ("'battery-like' is a template: it never stands", "candidate.csv row 2")),
    Case("an outage of a template", cell("outage.csv", "o-wind-1", "element", "battery-like"), ("it never stands", "name a thing that stands")),
    Case("a template with a date", cell("storage.csv", "battery-like", "built", "2026-01-01"), ("a template never stands", "the candidate's own dates"), WARNING),
    Case("on offer before its bus", all_of(cell("bus.csv", "b-wind", "built", "2025-06-01"), cell("line.csv", "l-wind-1", "built", "2025-06-01"), cell("line.csv", "l-wind-2", "built", "2025-06-01")), ("bus 'b-wind' of 'wind-1' does not stand at stage 2024, where it may be built", "it stands from 2025-06-01", "offer this from then on"), at=at("new-wind", "element")),
    Case("on offer when it is gone", all_of(cell("thermal_unit.csv", "unit-1", "retired", "2025-02-01"), offer("unit-1-refit", built="2025-06-01")), ("'unit-1' stands at no stage at which this is on offer", "it stands from 2020-01-01 to 2025-02-01"), at=at("unit-1-refit", "replaces")),
    Case("retired before built", all_of(offer("new-wind", built="2026-01-01"), offer("new-wind", retired="2025-01-01")), ("retired before it was built",)),
    Case("on offer at no stage", offer("new-wind", built="2030-01-01"), ("stands at no stage of the park",), WARNING),
)  # fmt: skip


@pytest.fixture
def park(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "park"))


def test_the_choices_of_the_good_park_are_good(park: Path) -> None:
    assert [f for f in faults_of_park(park) if f.file == FILE] == []
    standing = at_stage(read_park(park), read_park(park).stages[0])
    assert [c.id for c in standing.candidates] == [name for name in ROWS if name != "new-circuit"]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_the_fault_is_named_with_place_and_remedy(case: Case, park: Path) -> None:
    place = case.spoil(park)
    place = case.at or place
    faults = faults_of_park(park)
    found = [
        f
        for f in faults
        if (f.file, f.row, f.field) == place and f.severity == case.severity and all(w in str(f) for w in case.words)
    ]
    assert found, "\n".join(f"{f.severity} {f} {(f.file, f.row, f.field)}" for f in faults) + f"\nnot at {place}"
    assert all(f.problem and f.right for f in found)
    if case.severity == "error":
        with pytest.raises(BadInput):
            read_park(park)
    else:
        read_park(park)


def test_all_faults_are_told_at_once(park: Path) -> None:
    for spoil in (
        offer("new-wind", p_min_mw="60"),
        offer("unit-1-refit", replaces=""),
        offer("unit-2-end", p_max_mw="1"),
    ):
        spoil(park)
    faults = [(f.row, f.field, f.value) for f in faults_of_park(park) if f.severity == "error"]
    assert faults == [(3, "p_min_mw", "60.0"), (6, "replaces", None), (7, "p_max_mw", "1.0")]


def test_a_potline_keeps_its_pots_and_current(park: Path) -> None:
    """A refit with other pots, or another nominal current, would change the nominal power."""
    rows = (park / "potline.csv").read_text(encoding="utf-8").splitlines()
    names = rows[0].split(",")
    cells = dict(zip(names, rows[1].split(",")[: len(names)], strict=False))
    twin = {n: cells[n] for n in names if n not in ("name", "name_zh", "reference", "basis")} | {
        "id": "potline-1-shell"
    }
    add("potline.csv", **(twin | {"pots": "70", "amperage_ka": "235"}))(park)
    add(
        FILE,
        id="shell",
        element="potline-1-shell",
        choice="retrofit",
        template="true",
        replaces="potline-1",
        cost="cost-refit",
    )(park)
    found = {f.problem for f in faults_of_park(park) if f.file == FILE}
    assert found == {"its pots is 70, that of 'potline-1' 60", "its amperage_ka is 235, that of 'potline-1' 240"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_candidates_of_the_guide_are_good(language: str, park: Path) -> None:
    guide = Path(__file__).parent.parent.parent / "docs" / "guide" / language / "park-folder.md"
    table = next(b for b in guide.read_text(encoding="utf-8").split("```csv\n")[1:] if b.startswith("id,element"))
    (park / FILE).write_text(table.split("```")[0], encoding="utf-8")
    for file, of, new in (("wind_farm.csv", "wind-1", "wind-like"), ("storage.csv", "battery-like", "battery-2")):
        text = (park / file).read_text(encoding="utf-8")
        row = next(line for line in text.splitlines() if line.startswith(f"{of},"))
        (park / file).write_text(f"{text}{new}{row.removeprefix(of)}\n", encoding="utf-8")
    cell("wind_farm.csv", "wind-like", "built", "")(park)
    cell("thermal_unit.csv", "unit-1", "heat_nom_mw", "0")(park)
    cell("thermal_unit.csv", "unit-1", "heat_series", "")(park)
    assert [str(f) for f in faults_of_park(park) if f.file == FILE] == []
    assert [c.choice.value for c in read_park(park).candidates] == ["build", "build", "retrofit", "retire"]
