"""What is asked: faults all at once, the bus that is meant, the new things and what is assumed of them."""

from datetime import date

import pytest
from connection_parks import DAY, request, small_park

from holin.connection import place_asked, place_of, with_new
from holin.connection.added import distance_km, tariff_at
from holin.errors import BadInput
from holin.park import by_id


def faults(**asked: object) -> dict[str, str]:
    park = small_park()
    with pytest.raises(BadInput) as wrong:
        place_asked(park, park, request(**asked))
    return {str(f.field): f.right for f in wrong.value.faults}


def test_all_faults_come_at_once_with_a_remedy() -> None:
    found = faults(
        place="s-mian", day=date(2050, 1, 1), load_mw=-3.0, wind_mw=float("nan"), power_factor=0.2, storage_h=0.0
    )
    assert set(found) == {"place", "day", "load_mw", "wind_mw", "power_factor", "storage_h"}
    assert "s-main" in found["place"] and "2035-12-31" in found["day"]


def test_nothing_to_connect_is_a_fault() -> None:
    assert set(faults(load_mw=0.0)) == {"load_mw"}


def test_a_bus_by_id_or_name_is_that_bus_whatever_its_size() -> None:
    for word in ("b-park", "10 kV of the park", "园区 10 kV 母线"):
        place = place_of(small_park(), word, 500.0)
        assert [b.id for b in place.fitting] == ["b-park"]


@pytest.mark.parametrize(("mw", "bus"), [(5.0, "b-park"), (30.0, "b-main"), (300.0, "b-grid")])
def test_a_substation_gives_the_lowest_voltage_that_suits_the_size(mw: float, bus: str) -> None:
    place = place_of(small_park(), "s-main", mw)
    assert [b.id for b in place.fitting] == [bus]
    assert {b.id for b in place.buses} == {"b-grid", "b-main", "b-park"}


def test_new_things_are_dated_named_and_listed_as_assumed() -> None:
    park = small_park()
    added = with_new(park, park, by_id(park.buses)["b-park"], request(wind_mw=8.0, solar_mw=4.0, storage_mw=2.0))
    assert added.units == ("new-load", "new-wind", "new-pv", "new-storage")
    load, wind = by_id(added.park.loads)["new-load"], by_id(added.park.wind_farms)["new-wind"]
    assert (load.load_mw, load.power_factor, load.bus, load.built) == (5.0, 0.95, "b-park", DAY)
    model = park.wind_farms[0]
    assert (wind.p_nom_mw, wind.turbine, wind.cost, wind.bus) == (8.0, model.turbine, model.cost, "b-park")
    plant, like = by_id(added.park.pv_plants)["new-pv"], park.pv_plants[0]
    assert plant.p_dc_mw / plant.p_nom_mw == pytest.approx(like.p_dc_mw / like.p_nom_mw)
    assert by_id(added.park.storages)["new-storage"].e_nom_mwh == 8.0
    assert {"shape", "load_factor", "power_factor", "tariff", "like_wind", "like_pv", "like_storage"} <= {
        a.key for a in added.assumed
    }
    assert park.loads == added.park.loads[:-1], "the park itself is as it was"


def test_a_park_without_wind_says_what_is_missing() -> None:
    park = small_park(wind_farms=())
    with pytest.raises(BadInput, match="turbine"):
        with_new(park, park, park.buses[0], request(wind_mw=8.0))


def test_the_tariff_is_that_of_the_voltage_then_of_the_nearest() -> None:
    park = small_park()
    paid = {c.tariff for c in park.contracts}
    assert tariff_at(park, by_id(park.buses)["b-park"]) in paid
    assert tariff_at(small_park(contracts=()), park.buses[0]) == park.grids[0].tariff


def test_distance_by_hand() -> None:
    """One degree of latitude is 111.195 km; of longitude at 60 degrees north half of it."""
    assert distance_km((45.0, 119.0), (46.0, 119.0)) == pytest.approx(111.195)
    assert distance_km((60.0, 10.0), (60.0, 11.0)) == pytest.approx(111.195 / 2)
    assert distance_km(None, (1.0, 1.0)) is None
