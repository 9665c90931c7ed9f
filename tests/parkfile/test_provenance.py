"""Where figures come from: the most particular note holds, and nothing is counted that the park does not say."""

import dataclasses
from datetime import date

import pytest
from parkfile_cases import full_park

from holin.columns import Basis
from holin.park import Bus, Park, ParkFacts, Provenance, Series, Stage
from holin.parkfile import FigureProvenance, provenance_of, share_of_basis


def note(table: str, row_id: str, field: str, basis: Basis) -> Provenance:
    return Provenance(table=table, row_id=row_id, field=field, basis=basis, reference=f"{row_id}/{field}")


BUSES = (
    Bus(id="a", v_nom_kv=66.0, v_min_pu=0.95, basis=Basis.ASSUMED, reference="own"),
    Bus(id="b", v_nom_kv=10.0, diagram_x=3.0, latitude=45.0),
)
NOTES = (
    note("bus", "a", "v_nom_kv", Basis.PUBLISHED),
    note("bus", "a", "*", Basis.DERIVED),
    note("bus", "*", "v_nom_kv", Basis.MEASURED),
    note("bus", "*", "*", Basis.SYNTHETIC),
)


def figures(park: Park) -> dict[tuple[str, str, str], FigureProvenance]:
    found = provenance_of(park)
    assert len({(f.table, f.id, f.field) for f in found}) == len(found)
    return {(f.table, f.id, f.field): f for f in found}


def park_with(*notes: Provenance) -> Park:
    return Park(facts=ParkFacts(id="p"), buses=BUSES, provenance=notes)


@pytest.mark.parametrize(
    ("notes", "basis", "reference"),
    [
        (NOTES, Basis.PUBLISHED, "a/v_nom_kv"),
        (NOTES[1:], Basis.DERIVED, "a/*"),
        (NOTES[2:], Basis.MEASURED, "*/v_nom_kv"),
        (NOTES[3:], Basis.SYNTHETIC, "*/*"),
        ((), Basis.ASSUMED, "own"),
    ],
)
def test_the_most_particular_note_holds(notes: tuple[Provenance, ...], basis: Basis, reference: str) -> None:
    figure = figures(park_with(*notes))["bus", "a", "v_nom_kv"]
    assert (figure.value, figure.unit, figure.basis, figure.reference) == ("66.0", "kV", basis, reference)


def test_a_figure_of_which_nothing_is_said_has_no_basis() -> None:
    figure = figures(park_with())["bus", "b", "v_nom_kv"]
    assert figure.basis is None and figure.reference == ""


def test_defaults_drawing_places_and_empty_cells_do_not_count() -> None:
    assert set(figures(park_with())) == {
        ("bus", "a", "v_nom_kv"),
        ("bus", "a", "v_min_pu"),
        ("bus", "b", "v_nom_kv"),
        ("bus", "b", "latitude"),
    }


def test_a_default_counts_when_a_note_names_it() -> None:
    named = note("bus", "b", "v_max_pu", Basis.PUBLISHED)
    assert figures(park_with(named))["bus", "b", "v_max_pu"].value == "1.1"


def test_the_facts_of_the_park_count_too() -> None:
    facts = ParkFacts(id="p", discount_rate=0.08, basis="assumed", reference="usual")
    figure = figures(Park(facts=facts, stages=(Stage(name="s", as_of=date(2025, 12, 31)),)))
    assert figure["park", "p", "discount_rate"].basis is Basis.ASSUMED


def test_a_curve_is_one_figure_and_so_is_a_series() -> None:
    found = figures(full_park())
    assert found["thermal_unit", "unit-1", "heat_rate_points"].value == "0.4:10.9;1.0:9.8"
    assert found["series", "ser-wind", "values"].value == "48 values"
    assert found["wind_farm", "wind-1", "p_nom_mw"].basis is Basis.PUBLISHED
    assert found["wind_farm", "wind-1", "wake_loss"].basis is Basis.ASSUMED
    measured = dataclasses.replace(
        full_park(), series=(Series(id="m", file="m.csv", header="m", unit="MW", basis=Basis.MEASURED),)
    )
    assert figures(measured)["series", "m", "values"].basis is Basis.MEASURED


# By hand: of the figures a.v_nom, a.v_min, b.v_nom, b.latitude two are assumed and two are not explained.
def test_the_shares_of_the_bases() -> None:
    assert share_of_basis(provenance_of(park_with())) == {Basis.ASSUMED: 0.5, None: 0.5}
    assert share_of_basis([]) == {}
    assert sum(share_of_basis(provenance_of(full_park())).values()) == pytest.approx(1)
