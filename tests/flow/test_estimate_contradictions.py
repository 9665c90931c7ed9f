"""Meters that are wrong together agree with each other: the park's own nameplates tell, and the slip is named."""

import dataclasses

import numpy as np
import pytest
import xarray as xr
from flow_parks import grid, line, load, park_of, random_park, random_schedule, schedule, transformer

from holin.flow import contradictions, estimate, estimate_summary, flow, measured_flow, observability, snapshot
from holin.flow.estimate import Slip
from holin.flow.estimate.nameplates import possible_mw, v_band
from holin.park import Bus, Generator, Park, PvPlant, Storage, at_stage, stage_of
from holin.parkfile import read_park, reference_park

POWERS, VOLTS = ("p_mw", "q_mvar"), ("v_pu",)


def random_case(seed: int = 1) -> tuple[Park, xr.Dataset]:
    rng = np.random.default_rng(seed)
    park = random_park(rng, meshed=True, buses=9)
    return park, measured_flow(park, flow(park, random_schedule(rng, park, 1)), seed=seed)


def reference_case() -> tuple[Park, xr.Dataset]:
    whole = read_park(reference_park("huolinguole"))
    park = at_stage(whole, stage_of(whole, "2024"))
    return park, measured_flow(park, flow(park, snapshot(park)), seed=1)


def times(table: xr.Dataset, factor: object, which: np.ndarray, *, sigmas: bool = True) -> xr.Dataset:
    """Values, and sigmas too, of some meters times a factor."""
    by = np.where(which, factor, 1.0)
    changed = table.assign(value=table["value"] * by)
    return changed.assign(sigma=table["sigma"] * np.abs(by)) if sigmas else changed


def of(table: xr.Dataset, quantities: tuple[str, ...]) -> np.ndarray:
    return np.isin(table["quantity"].values, quantities)


def nominal(park: Park, table: xr.Dataset) -> np.ndarray:
    v_nom = {b.id: b.v_nom_kv for b in park.buses}
    return np.array([v_nom.get(e, 1.0) for e in table["element"].values])


SLIPS = {
    "kW": (1e3, POWERS, True, Slip.KILO),
    "kW, sigma in MW": (1e3, POWERS, False, Slip.KILO),
    "W": (1e6, POWERS, True, Slip.UNIT),
    "reversed": (-1.0, POWERS, True, Slip.REVERSED),
    "kW and reversed": (-1e3, POWERS, True, Slip.KILO_REVERSED),
    "percent": (100.0, VOLTS, True, Slip.PERCENT),
    "phase to earth": (3**-0.5, VOLTS, True, Slip.PHASE_VOLTAGE),
    "kV": (None, VOLTS, True, Slip.KILOVOLT),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_whole_file_with_one_slip_is_not_trusted_and_the_slip_is_named(slip: str) -> None:
    factor, quantities, sigmas, expected = SLIPS[slip]
    park, table = random_case()
    which = of(table, quantities)
    wrong = times(table, nominal(park, table) if factor is None else factor, which, sigmas=sigmas)
    answer = estimate(park, wrong)
    assert answer["quality"].values[0] == -1
    against = contradictions(park, wrong, answer)
    assert against.found and against.cause is not None
    assert against.cause.slip is expected
    assert set(against.cause.meters) == set(table["measurement"].values[which]) and against.cause.left_out == 0
    assert against.cause.of == which.sum()
    figures = estimate_summary(answer, observability(park, wrong), against)
    assert figures["quality"] == {"observable": 0, "with_pseudo": 0, "not_observable": 0, "contradicts_park": 1}
    assert figures["cause"]["slip"] == expected.value and len(figures["contradictions"]) == len(against.found)


@pytest.mark.parametrize(("factor", "slip"), [(1e3, Slip.KILO), (-1.0, Slip.REVERSED)])
def test_a_reference_park_tells_it_too(factor: float, slip: Slip) -> None:
    park, table = reference_case()
    clean = estimate(park, table)
    assert clean["quality"].values[0] == 2 and contradictions(park, table, clean).cause is None
    wrong = times(table, factor, of(table, POWERS))
    answer = estimate(park, wrong)
    assert answer["quality"].values[0] == -1
    cause = contradictions(park, wrong, answer).cause
    assert cause is not None and cause.slip is slip and cause.left_out == 0


@pytest.mark.parametrize("sigmas", [True, False])
def test_one_feeder_in_kw_is_named_and_no_other_meter(sigmas: bool) -> None:
    """The others see the feeder, so its state is good; the hint names its meters alone."""
    park, table = random_case()
    feeder = np.isin(table["element"].values, ["coupled", "H0b", "load4"]) & of(table, POWERS)
    assert feeder.sum() == 6
    wrong = times(table, 1e3, feeder, sigmas=sigmas)
    answer = estimate(park, wrong)
    clean = estimate(park, table)
    assert answer["v_pu"].values == pytest.approx(clean["v_pu"].values, abs=2e-3)
    against = contradictions(park, wrong, answer)
    assert against.found == () and answer["quality"].values[0] == 2
    assert against.cause is not None and against.cause.slip is Slip.KILO
    assert set(against.cause.meters) == set(table["measurement"].values[feeder])


def test_ten_times_too_much_is_told_though_no_slip_explains_it() -> None:
    """Below what a single meter is held against (five times), beyond what the branches can carry (twice)."""
    park = park_of(
        buses=(Bus(id="a", v_nom_kv=20.0), Bus(id="b", v_nom_kv=20.0)),
        grids=(grid("a"),),
        lines=(line("ab", "a", "b", length_km=1),),
        loads=(load("x", "b", 40.0),),
    )
    table = measured_flow(park, flow(park, schedule(park, {"x": -10.0})))
    wrong = times(table, 7.0, of(table, POWERS))
    answer = estimate(park, wrong)
    assert answer["quality"].values[0] == -1 and answer["converged"].values[0] == 1
    against = contradictions(park, wrong, answer)
    assert {(f.what, f.element) for f in against.found} == {("power", "x"), ("current", "ab")}
    power = next(f for f in against.found if f.what == "power")
    assert (power.low, power.high) == pytest.approx((-60.0, 4.0)) and power.value == pytest.approx(-70.0, rel=0.02)
    assert against.cause is None


def small() -> Park:
    return park_of(
        buses=tuple(Bus(id=x, v_nom_kv=20.0) for x in "abc"),
        grids=(grid("a", sk_max_mva=300.0, import_max_mw=20.0),),
        lines=(line("ab", "a", "b", length_km=2), line("bc", "b", "c", length_km=2)),
        loads=(load("x", "b", 8.0),),
        pv_plants=(PvPlant(id="pv", bus="c", p_nom_mw=4.0, p_dc_mw=5.0),),
    )


@pytest.mark.parametrize(
    ("powers", "element"),
    [({"x": 3.0}, "x"), ({"x": -13.0}, "x"), ({"x": -4.0, "pv": -2.0}, "pv"), ({"x": -1.0, "pv": 7.0}, "pv")],
)
def test_units_neither_pass_their_size_nor_change_their_sign(powers: dict[str, float], element: str) -> None:
    park = small()
    table = measured_flow(park, flow(park, schedule(park, powers)))
    answer = estimate(park, table)
    assert answer["quality"].values[0] == -1
    found = contradictions(park, table, answer).found
    assert [(f.what, f.element) for f in found] == [("power", element)]
    assert not found[0].low <= found[0].value <= found[0].high
    mild = measured_flow(park, flow(park, schedule(park, {"x": -8.5, "pv": 4.2})))
    assert estimate(park, mild)["quality"].values[0] == 2


def test_the_grid_gives_no_more_than_contract_and_short_circuit_power_allow() -> None:
    park = small()
    assert possible_mw(park)["grid"] == (-30.0, 30.0)
    weak = dataclasses.replace(park, grids=(grid("a", sk_max_mva=25.0, import_max_mw=20.0),))
    assert possible_mw(weak)["grid"] == (-25.0, 25.0)
    more = dataclasses.replace(
        park,
        storages=(Storage(id="s", bus="b", p_nom_mw=2.0, e_nom_mwh=4.0),),
        generators=(Generator(id="g", bus="b", p_nom_mw=6.0, p_min_mw=-2.0), Generator(id="none", bus="b", p_nom_mw=0)),
    )
    possible = possible_mw(more)
    assert possible["s"] == (-3.0, 3.0) and possible["g"] == pytest.approx((-3.6, 9.0))
    assert possible["none"] == (-np.inf, np.inf)
    heavy = dataclasses.replace(park, loads=(load("x", "b", 40.0),), lines=tuple(
        dataclasses.replace(x, i_nom_ka=3.0) for x in park.lines
    ))  # fmt: skip
    table = measured_flow(heavy, flow(heavy, schedule(heavy, {"x": -35.0})))
    answer = estimate(heavy, table)
    assert [(f.what, f.element) for f in contradictions(heavy, table, answer).found] == [("power", "grid")]


def test_voltages_are_held_against_the_nominal_one_or_what_the_park_admits() -> None:
    park = small()
    wide = dataclasses.replace(park, buses=(Bus(id="a", v_nom_kv=20.0, v_min_pu=0.7, v_max_pu=1.25), *park.buses[1:]))
    assert v_band(wide) == {"a": (0.7, 1.25), "b": (0.8, 1.2), "c": (0.8, 1.2)}
    table = measured_flow(park, flow(park, schedule(park, {"x": -4.0, "pv": 2.0})))
    low = times(table, 0.75, of(table, VOLTS))
    answer = estimate(park, low)
    assert answer["bus_beyond"].values[0].tolist() == [1, 1, 1] and answer["quality"].values[0] == -1
    voltage = next(f for f in contradictions(park, low, answer).found if f.element == "b")
    assert voltage.what == "voltage" and voltage.value < 0.8 and (voltage.low, voltage.high) == (0.8, 1.2)


def test_what_is_only_guessed_or_loosely_known_contradicts_nothing() -> None:
    """The limit has to be passed by four sigmas of the state."""
    park = small()
    table = measured_flow(park, flow(park, schedule(park, {"x": 1.2, "pv": 0.5})))
    assert estimate(park, table)["quality"].values[0] == -1
    loose = table.assign(sigma=table["sigma"] * np.where(of(table, POWERS), 30.0, 1.0))
    answer = estimate(park, loose)
    assert answer["quality"].values[0] == 2 and not (answer["bus_beyond"].values > 0).any()


def test_only_the_moments_that_contradict_are_marked() -> None:
    park, table = random_case()
    three = table.isel(time=[0, 0, 0]).assign_coords(
        time=table["time"].values[0] + np.arange(3) * np.timedelta64(1, "h")
    )
    values = three["value"].values.copy()
    values[1, of(table, POWERS)] *= -1
    wrong = three.assign(value=(("time", "measurement"), values))
    answer = estimate(park, wrong)
    assert answer["quality"].values.tolist() == [2, -1, 2]
    against = contradictions(park, wrong, answer)
    assert against.cause is not None and against.cause.slip is Slip.REVERSED
    assert all(f.moments == 1 and f.first == answer["time"].values[1] for f in against.found)


def test_states_of_good_meters_contradict_nothing() -> None:
    for seed in range(6):
        park, table = random_case(seed)
        answer = estimate(park, table)
        assert answer["quality"].values[0] == 2 and contradictions(park, table, answer).found == ()


def test_a_transformer_is_held_against_its_rating() -> None:
    park = park_of(
        buses=(Bus(id="a", v_nom_kv=110.0), Bus(id="b", v_nom_kv=10.0)),
        grids=(grid("a"),),
        transformers=(transformer("t", "a", "b", s_nom_mva=10.0, uk=0.06),),
        loads=(load("x", "b", 30.0, power_factor=1.0),),
    )
    for p_mw, beyond in ((-18.0, 0), (-24.0, 1)):
        answer = estimate(park, measured_flow(park, flow(park, schedule(park, {"x": p_mw}))))
        assert answer["branch_beyond"].values[0].tolist() == [beyond]
        assert answer["quality"].values[0] == (-1 if beyond else 2)
