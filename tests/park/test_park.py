"""The park: what stands at a stage, its units in order, its planned outages as hours, its series."""

import dataclasses
from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holin.calendar import hours_between
from holin.columns import columns_of
from holin.errors import BadInput, Mismatch
from holin.park import (
    ATTRIBUTES,
    KINDS,
    UNIT_KINDS,
    Bus,
    Grid,
    Line,
    Load,
    Outage,
    Park,
    ParkFacts,
    Provenance,
    PvPlant,
    Series,
    Stage,
    Storage,
    WindFarm,
    at_stage,
    by_id,
    free_id,
    out_of_service,
    stage_of,
    things_of,
    units_of,
    values_at,
)
from holin.thing import Thing

STAGES = (Stage(name="2024", as_of=date(2024, 12, 31)), Stage(name="2030", as_of=date(2030, 12, 31)))
FACTS = ParkFacts(id="p", time_zone="Asia/Shanghai")


def wind(id_: str, **dates: date) -> WindFarm:
    return WindFarm(id=id_, bus="A", p_nom_mw=50.0, **dates)


PARK = Park(
    facts=FACTS,
    stages=STAGES,
    buses=(Bus(id="A", v_nom_kv=220.0),),
    lines=(Line(id="L1", bus_from="A", bus_to="A", length_km=1.0, r_ohm_per_km=0.1, x_ohm_per_km=0.4, i_nom_ka=1.0),),
    wind_farms=(
        wind("old", retired=date(2024, 12, 31)),
        wind("today", built=date(2024, 12, 31)),
        wind("tomorrow", built=date(2025, 1, 1)),
        wind("passing", built=date(2025, 6, 1), retired=date(2030, 12, 31)),
        wind("always"),
    ),
    loads=(Load(id="D", bus="A", enterprise="E", load_mw=10.0),),
    grids=(Grid(id="G", bus="A", sk_max_mva=5000.0, import_max_mw=100.0),),
    storages=(Storage(id="S", bus="A", enterprise="E", p_nom_mw=10.0, e_nom_mwh=20.0),),
    pv_plants=(PvPlant(id="V", bus="A", p_nom_mw=5.0, p_dc_mw=6.0),),
    provenance=(Provenance(table="bus", row_id="A", field="v_nom_kv", basis="assumed", reference="x"),),
)


# ---- stages -----------------------------------------------------------------------------------------------------


def test_a_free_id_is_the_one_wanted_or_has_a_number_behind() -> None:
    assert free_id(PARK, "new") == "new"
    assert free_id(PARK, "old") == "old-2"
    assert free_id(PARK, "A", {"A-2", "A-3"}) == "A-4"


def test_a_stage_has_what_is_built_by_its_day_and_not_yet_retired() -> None:
    standing = {s.name: [w.id for w in at_stage(PARK, s).wind_farms] for s in STAGES}
    assert standing == {"2024": ["today", "always"], "2030": ["today", "tomorrow", "always"]}


def test_a_frozen_park_knows_only_its_stage_and_keeps_all_facts() -> None:
    frozen = at_stage(PARK, STAGES[1])
    assert frozen.stages == (STAGES[1],)
    assert frozen.facts == FACTS and frozen.provenance == PARK.provenance and frozen.buses == PARK.buses


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_freezing_twice_changes_nothing(day: date) -> None:
    stage = Stage(name="any", as_of=day)
    once = at_stage(PARK, stage)
    assert at_stage(once, stage) == once
    assert all(thing.stands_at(day) for _, thing in things_of(once))


def test_the_stage_of_a_run() -> None:
    assert stage_of(PARK).name == "2030"
    assert stage_of(PARK, "2024").as_of == date(2024, 12, 31)
    by_default = dataclasses.replace(PARK, facts=dataclasses.replace(FACTS, default_stage="2024"))
    assert stage_of(by_default).name == "2024"
    assert stage_of(by_default, "2030").name == "2030"


def test_an_unknown_stage_names_those_that_exist() -> None:
    with pytest.raises(BadInput) as found:
        stage_of(PARK, "2027")
    assert [str(f) for f in found.value.faults] == ["park.toml stage = '2027': no such stage; one of 2024, 2030"]


# ---- tables and units -------------------------------------------------------------------------------------------


def test_tables_and_kinds_are_the_same_set() -> None:
    assert list(ATTRIBUTES) == list(KINDS)
    assert set(UNIT_KINDS) <= set(KINDS)
    assert all({"bus"} <= {c.name for c in columns_of(KINDS[kind])} for kind in UNIT_KINDS)


def test_things_come_in_table_order() -> None:
    assert [(t, x.id) for t, x in things_of(PARK)] == [
        ("bus", "A"), ("line", "L1"), ("grid", "G"), ("wind_farm", "old"), ("wind_farm", "today"),
        ("wind_farm", "tomorrow"), ("wind_farm", "passing"), ("wind_farm", "always"), ("pv_plant", "V"),
        ("storage", "S"), ("load", "D"),
    ]  # fmt: skip
    assert all(isinstance(x, Thing) for _, x in things_of(PARK))


def test_units_come_in_the_order_of_their_kinds_and_rows() -> None:
    units = units_of(at_stage(PARK, STAGES[0]))
    assert [(u.kind, u.id) for u in units] == [
        ("wind_farm", "today"), ("wind_farm", "always"), ("pv_plant", "V"), ("storage", "S"), ("grid", "G"),
        ("load", "D"),
    ]  # fmt: skip
    assert [u.enterprise for u in units] == ["", "", "", "E", "", "E"]
    assert {u.bus for u in units} == {"A"}


def test_things_by_id() -> None:
    assert list(by_id(PARK.wind_farms)) == ["old", "today", "tomorrow", "passing", "always"]
    assert by_id(PARK.wind_farms)["old"] is PARK.wind_farms[0]


def test_a_park_stands_still() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        PARK.facts = FACTS  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        PARK.wind_farms[0].p_nom_mw = 1.0  # type: ignore[misc]


# ---- outages ----------------------------------------------------------------------------------------------------


def outages(*spans: tuple[str, datetime, datetime], zone: str = "Asia/Shanghai") -> Park:
    rows = tuple(Outage(id=f"o{k}", element=e, start=a, end=b) for k, (e, a, b) in enumerate(spans))
    return Park(facts=dataclasses.replace(FACTS, time_zone=zone), outages=rows)


MARCH_3 = hours_between(date(2025, 3, 3), date(2025, 3, 4), "Asia/Shanghai")


def out_hours(park: Park, element: str = "L1") -> list[int]:
    return list(np.flatnonzero(out_of_service(park, MARCH_3)[element]))


def test_whole_hours_out_are_local_and_end_excluded() -> None:
    park = outages(("L1", datetime(2025, 3, 3, 8), datetime(2025, 3, 3, 11)))
    assert out_hours(park) == [8, 9, 10]


def test_an_hour_counts_as_out_when_any_part_of_it_does() -> None:
    assert out_hours(outages(("L1", datetime(2025, 3, 3, 8, 59, 59), datetime(2025, 3, 3, 11, 0, 1)))) == [8, 9, 10, 11]
    assert out_hours(outages(("L1", datetime(2025, 3, 3, 8, 20), datetime(2025, 3, 3, 8, 40)))) == [8]


def test_outages_of_one_element_add_up_and_elements_do_not_mix() -> None:
    park = outages(
        ("L1", datetime(2025, 3, 3, 1), datetime(2025, 3, 3, 3)),
        ("W1", datetime(2025, 3, 3, 5), datetime(2025, 3, 3, 6)),
        ("L1", datetime(2025, 3, 3, 2), datetime(2025, 3, 3, 4)),
        ("L1", datetime(2025, 3, 3, 23), datetime(2025, 3, 9)),
    )
    assert out_hours(park) == [1, 2, 3, 23]
    assert out_hours(park, "W1") == [5]


def test_an_outage_on_another_day_is_not_listed() -> None:
    assert out_of_service(outages(("L1", datetime(2025, 3, 4), datetime(2025, 3, 5))), MARCH_3) == {}
    assert out_of_service(outages(("L1", datetime(2025, 3, 1), datetime(2025, 3, 3))), MARCH_3) == {}


@pytest.mark.parametrize(("day", "count"), [(date(2025, 3, 30), 23), (date(2025, 10, 26), 25)])
def test_a_day_out_is_all_its_hours_when_the_clocks_change(day: date, count: int) -> None:
    after = date.fromordinal(day.toordinal() + 1)
    span = (datetime.combine(day, datetime.min.time()), datetime.combine(after, datetime.min.time()))
    park = outages(("L1", *span), zone="Europe/Berlin")
    around = hours_between(
        date.fromordinal(day.toordinal() - 1), date.fromordinal(day.toordinal() + 2), "Europe/Berlin"
    )
    assert out_of_service(park, around)["L1"].sum() == count


# ---- series -----------------------------------------------------------------------------------------------------


def series(values: list[float], step_h: int = 1) -> Series:
    time = np.datetime64("2025-03-03T00:00", "ns") + np.arange(len(values)) * np.timedelta64(step_h, "h")
    return Series(id="s", file="s.csv", header="h", time=time, values=np.array(values))


def test_a_value_holds_until_the_next_and_the_last_as_long_as_the_one_before() -> None:
    hours = np.datetime64("2025-03-03T00:00", "ns") + np.arange(6) * np.timedelta64(1, "h")
    assert list(values_at(series([1.0, 2.0, 3.0], step_h=2), hours)) == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(
    ("given_", "hour", "said"),
    [
        (series([]), 0, "series s is empty; fill s.csv"),
        (series([1.0, 2.0]), 2, "no value in 1 of 1 hours, the first 2025-03-03T02"),
        (series([1.0, 2.0]), -1, "no value in 1 of 1 hours, the first 2025-03-02T23"),
        (series([1.0, np.nan]), 1, "no value in 1 of 1 hours"),
    ],
    ids=["empty", "past its end", "before its start", "a gap"],
)
def test_where_a_series_has_no_value_it_says_so(given_: Series, hour: int, said: str) -> None:
    with pytest.raises(Mismatch, match=said):
        values_at(given_, np.array([np.datetime64("2025-03-03T00:00", "ns") + np.timedelta64(hour, "h")]))


def test_series_are_equal_when_their_data_are() -> None:
    assert series([1.0, np.nan]) == series([1.0, np.nan])
    assert series([1.0, 2.0]) != series([1.0, 3.0])
    assert series([1.0, 2.0]) != series([1.0, 2.0], step_h=2)
    assert series([1.0]) != dataclasses.replace(series([1.0]), header="other")
    assert series([1.0]) != "s"
    assert len({series([1.0]), series([1.0])}) == 1
