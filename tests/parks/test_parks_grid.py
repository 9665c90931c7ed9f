"""The networks of the reference parks carry their loads and their sources; where N-1 fails, the page says so."""

import dataclasses

import numpy as np
import pytest
import xarray as xr
from reference_parks import PAGE, STAGES, at

from holin.flow import Violation, flow, n1, snapshot
from holin.park import Park, units_of
from holin.potline import ac_power_mw

# The contract limits of 2030 leave 138 MW and the losses to the storage (525 MW) when nothing blows at the peak.
ON_STORAGE = {("huolinguole", "2030")}


def flows_of(here: Park, *states: xr.DataArray) -> xr.Dataset:
    hours = np.datetime64("2025-01-15T00", "ns") + np.arange(len(states)) * np.timedelta64(1, "h")
    schedule = xr.Dataset({"p_mw": xr.concat(states, "time").assign_coords(time=hours)})
    return flow(dataclasses.replace(here, outages=()), schedule)


def state(here: Park, *, load: float, green: dict[str, float]) -> xr.DataArray:
    """All firm loads at `load` of their peak, potlines at nominal, each source of `green` at that share.

    The grid connections take what is lacking up to their limits, the captive units what is beyond, in proportion.
    """
    power = {x.id: -load * x.load_mw for x in here.loads}
    power |= {p.id: -ac_power_mw(p, p.amperage_ka) for p in here.potlines}
    power |= {s.id: green.get(s.id, 0.0) * s.p_nom_mw for s in (*here.wind_farms, *here.pv_plants, *here.storages)}
    lacking = -1.025 * sum(p for p in power.values() if p < 0) - sum(p for p in power.values() if p > 0)
    net = {u.id: u.p_nom_mw * (1 - u.auxiliary) for u in here.thermal_units}
    beyond = max(0.0, lacking - sum(g.import_max_mw for g in here.grids))
    share = min(1.0, beyond / sum(net.values())) if net else 0.0
    power |= {u: share * p for u, p in net.items()}
    units = [u.id for u in units_of(here)]
    return xr.DataArray([power.get(u, 0.0) for u in units], dims="unit", coords={"unit": units})


def import_mw(here: Park, flows: xr.Dataset) -> float:
    return float(flows["p_mw"].sel(unit=[g.id for g in here.grids]).sum())


def holds(flows: xr.Dataset) -> bool:
    """Solved, no branch over its rating, every voltage within 0.95 .. 1.05."""
    assert bool((flows["converged"] == 1).all())
    return bool((flows["loading"] <= 1).all() and (flows["v_pu"] >= 0.95).all() and (flows["v_pu"] <= 1.05).all())


# ---- base case --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_the_network_carries_its_peak_without_wind_sun_and_storage(name: str, stage: str) -> None:
    here = at(name, stage)
    flows = flow(here, snapshot(here))
    assert holds(flows)
    losses = float(flows["p_mw"].sum() + flows["shunt_loss_mw"].sum())
    load = -float(flows["p_mw"].where(flows["p_mw"] < 0).sum())
    assert 0.005 < losses / load < 0.03


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_the_peak_is_served_within_the_import_limit(name: str, stage: str) -> None:
    here = at(name, stage)
    bess = sum(s.p_nom_mw for s in here.storages)
    lent = 160 / bess if (name, stage) in ON_STORAGE else 0.0
    flows = flows_of(here, state(here, load=1.0, green={s.id: lent for s in here.storages}))
    assert holds(flows)
    assert import_mw(here, flows) <= sum(g.import_max_mw for g in here.grids)


def test_only_2030_needs_its_storage_in_a_calm_peak() -> None:
    for name, stage in STAGES:
        here = at(name, stage)
        firm = sum(x.load_mw for x in here.loads) + sum(ac_power_mw(p, p.amperage_ka) for p in here.potlines)
        supply = sum(g.import_max_mw for g in here.grids)
        supply += sum(u.p_nom_mw * (1 - u.auxiliary) for u in here.thermal_units)
        assert (1.02 * firm > supply) == ((name, stage) in ON_STORAGE)


# ---- wind and sun -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_the_network_carries_wind_and_sun_up_to_a_light_load(name: str, stage: str) -> None:
    here = at(name, stage)
    sources = (*here.wind_farms, *here.pv_plants)
    light = sum(0.4 * x.load_mw for x in here.loads) + sum(ac_power_mw(p, p.amperage_ka) for p in here.potlines)
    share = min(1.0, light / sum(s.p_nom_mw for s in sources))
    flows = flows_of(here, state(here, load=0.4, green={s.id: share for s in sources}))
    assert holds(flows)


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_each_collection_station_brings_out_its_nominal_power(name: str, stage: str) -> None:
    here = at(name, stage)
    station = {b.id: b.substation for b in here.buses}
    sources = (*here.wind_farms, *here.pv_plants)
    states = [
        state(here, load=0.4, green={s.id: 1.0 for s in sources if station[s.bus] == one})
        for one in sorted({str(station[s.bus]) for s in sources})
    ]
    assert len(states) >= {"huolinguole": 1, "huolinhe": 1}[name]
    assert holds(flows_of(here, *states))


@pytest.mark.parametrize(("name", "stage"), [s for s in STAGES if s != ("huolinguole", "2024") and s[1] != "2014"])
def test_all_of_wind_and_sun_at_once_overloads_no_collection(name: str, stage: str) -> None:
    """What the park cannot take leaves over the grid connection here: only its circuits may be over their rating."""
    here = at(name, stage)
    flows = flows_of(here, state(here, load=0.4, green={s.id: 1.0 for s in (*here.wind_farms, *here.pv_plants)}))
    assert bool((flows["converged"] == 1).all())
    tie = {line.id for line in here.lines if {line.bus_from, line.bus_to} & {g.bus for g in here.grids}}
    over = {str(b) for b in flows["branch"].values[(flows["loading"] > 1).values[0]]}
    assert over <= tie
    assert (over == tie) == (stage == "2030")


@pytest.mark.parametrize(("name", "stage"), [s for s in STAGES if s[1] in ("2025", "2030", "2026")])
def test_storage_is_brought_in_and_out(name: str, stage: str) -> None:
    here = at(name, stage)
    out = state(here, load=0.7, green={s.id: 1.0 for s in here.storages})
    blowing = {w.id: 0.3 for w in here.wind_farms}
    into = state(here, load=0.7, green=blowing | {s.id: -1.0 for s in here.storages})
    assert holds(flows_of(here, out, into))


# ---- N-1 --------------------------------------------------------------------------------------------------------


def findings(name: str, stage: str) -> tuple[Violation, ...]:
    here = dataclasses.replace(at(name, stage), outages=())
    return n1(here, snapshot(here)).violations


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_the_page_names_every_outage_that_the_network_does_not_survive(name: str, stage: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition(f"### Where N-1 fails: {name}")[2].partition("\n### ")[0]
    assert section
    failing = {f.outage for f in findings(name, stage)}
    assert failing or name == "huolinhe"  # there every load has two ways; unit transformers lose their unit alone
    assert [outage for outage in sorted(failing) if f"`{outage}`" not in section] == []


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_an_outage_overloads_only_the_tie_of_2030(name: str, stage: str) -> None:
    here = at(name, stage)
    other = {f.outage for f in findings(name, stage) if f.kind != "lost_load"}
    tie = {line.id for line in here.lines if "GRID-A-220" in (line.bus_from, line.bus_to)}
    assert other == (tie if (name, stage) in ON_STORAGE else set())


def closed_at(here: Park, substation: str | None) -> Park:
    station = {b.id: b.substation for b in here.buses}
    switches = tuple(dataclasses.replace(s, closed=True) if station[s.bus] == substation else s for s in here.switches)
    return dataclasses.replace(here, switches=switches)


@pytest.mark.parametrize("stage", ["2024", "2025", "2030"])
def test_closing_the_couplers_brings_back_every_section(stage: str) -> None:
    """What N-1 loses of load comes back, within all ratings, when the station's couplers close."""
    here = dataclasses.replace(at("huolinguole", stage), outages=())
    station = {b.id: b.substation for b in here.buses}
    below = {t.id: t.bus_to for t in here.transformers}
    lost = {f.outage for f in findings("huolinguole", stage) if f.kind == "lost_load"}
    assert lost
    for transformer in lost:
        joined = closed_at(here, station[below[transformer]])
        assert n1(joined, snapshot(joined), elements=[transformer]).violations == ()
