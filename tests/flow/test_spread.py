"""Random states: the same by their seed, spread and correlated as asked, and quantiles of single power flows."""

import dataclasses
from datetime import datetime

import numpy as np
import pytest
from flow_parks import grid, line, load, park_of, random_park, random_schedule, schedule

from holin.errors import Mismatch
from holin.flow import FlowSpread, flow, flow_spread, network_loss_mw
from holin.park import Bus, Outage, Park, PvPlant, units_of


def park_and_hours(seed: int = 3) -> tuple[Park, object]:
    rng = np.random.default_rng(seed)
    park = random_park(rng, meshed=True, buses=8)
    lines = tuple(dataclasses.replace(x, i_nom_ka=0.02) for x in park.lines)
    buses = tuple(dataclasses.replace(b, v_min_pu=0.995, v_max_pu=1.03) for b in park.buses)
    return dataclasses.replace(park, lines=lines, buses=buses), random_schedule(rng, park, 4)


def test_quantiles_and_shares_are_those_of_a_loop_of_single_flows() -> None:
    park, hours = park_and_hours()
    found = flow_spread(park, hours, draws=60, seed=5, load_spread=0.3, source_spread=0.5, correlation=0.3)
    v, loading, loss = [], [], []
    for hour, p in zip(found.hour, found.p_mw, strict=True):
        one = hours.isel(time=[hour]).copy(deep=True)
        one.p_mw.values[0] = p
        f = flow(park, one)
        assert bool(f.converged.all())
        v.append(f.v_pu.values[0])
        loading.append(f.loading.values[0])
        loss.append(float(network_loss_mw(f)[0]))
    levels = found.figures["quantile"].values
    assert list(levels) == [0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0]
    assert found.figures.v_pu.values == pytest.approx(np.quantile(v, levels, axis=0), abs=1e-8, nan_ok=True)
    assert found.figures.loading.values == pytest.approx(np.quantile(loading, levels, axis=0), abs=1e-7)
    assert found.figures.loss_mw.values == pytest.approx(np.quantile(loss, levels), abs=1e-6)
    over = np.array(loading) > 1.0
    outside = (np.array(v) < 0.995) | (np.array(v) > 1.03)
    assert found.figures.overloaded.values == pytest.approx(over.mean(axis=0))
    assert found.figures.voltage_violated.values == pytest.approx(outside.mean(axis=0))
    assert float(found.figures.violated) == pytest.approx((over.any(axis=1) | outside.any(axis=1)).mean())
    assert 0 < over.mean() < 1 and 0 < outside.mean() < 1
    assert (found.draws, found.solved) == (60, 60)


def test_the_seed_says_it_all() -> None:
    park, hours = park_and_hours()
    first, again, other = (flow_spread(park, hours, draws=50, seed=s) for s in (1, 1, 2))
    assert first.figures.identical(again.figures) and np.array_equal(first.p_mw, again.p_mw, equal_nan=True)
    assert not first.figures.equals(other.figures)


def test_without_spread_every_quantile_is_the_state() -> None:
    park, hours = park_and_hours()
    one = hours.isel(time=[2])
    found = flow_spread(park, one, draws=7, load_spread=0.0, source_spread=0.0)
    f = flow(park, one)
    for k in range(len(found.figures["quantile"])):
        assert found.figures.v_pu.values[k] == pytest.approx(f.v_pu.values[0], abs=1e-9)
        assert found.figures.loading.values[k] == pytest.approx(f.loading.values[0], abs=1e-9)
        assert float(found.figures.loss_mw[k]) == pytest.approx(float(network_loss_mw(f)[0]), abs=1e-9)
    assert set(np.unique(found.figures.overloaded)) <= {0.0, 1.0}


def test_powers_spread_and_go_together_as_asked() -> None:
    park, hours = park_and_hours()
    found = flow_spread(park, hours.isel(time=[1]), draws=4000, load_spread=0.1, source_spread=0.2, correlation=0.6)
    base = hours.p_mw.values[1]
    ratio = found.p_mw / np.where(base == 0, np.nan, base)
    of = {kind: [k for k, u in enumerate(units_of(park)) if u.kind == kind] for kind in ("load", "pv_plant")}
    loads = ratio[:, of["load"]]
    assert loads.mean(axis=0) == pytest.approx(1.0, abs=0.01) and loads.std(axis=0) == pytest.approx(0.1, abs=0.006)
    apart = np.corrcoef(loads.T)[np.triu_indices(loads.shape[1], 1)]
    assert apart == pytest.approx(0.6, abs=0.05)
    between = np.corrcoef(np.hstack([loads, ratio[:, of["pv_plant"]]]).T)[-1, :-1]
    assert between == pytest.approx(0.0, abs=0.06)
    assert ratio[:, of["pv_plant"]].std() == pytest.approx(0.2, abs=0.02)


def test_no_power_turns_and_no_source_rises_above_its_rating() -> None:
    buses = tuple(Bus(id=n, v_nom_kv=110.0) for n in "ab")
    pv = PvPlant(id="pv", bus="b", p_nom_mw=20.0, p_dc_mw=24.0)
    park = park_of(
        buses=buses, lines=(line("l", "a", "b"),), grids=(grid("a"),), loads=(load("x", "b", 30),), pv_plants=(pv,)
    )
    p = flow_spread(park, schedule(park, {"x": -20.0, "pv": 18.0}), draws=300, load_spread=1.0, source_spread=1.0).p_mw
    unit = [u.id for u in units_of(park)]
    assert p[:, unit.index("x")].max() == 0.0 and p[:, unit.index("x")].min() < -30.0
    assert p[:, unit.index("pv")].min() == 0.0 and p[:, unit.index("pv")].max() == 20.0


def test_states_without_a_solution_are_counted_and_in_no_figure() -> None:
    buses = tuple(Bus(id=n, v_nom_kv=110.0) for n in "ab")
    park = park_of(
        buses=buses, lines=(line("l", "a", "b", length_km=80.0),), grids=(grid("a"),), loads=(load("x", "b", 200),)
    )
    found = flow_spread(park, schedule(park, {"x": -110.0}), draws=200, load_spread=0.3)
    assert 0 < found.solved < 200 and found.by_newton > 0
    assert np.isfinite(found.figures.v_pu.values).all()
    none = flow_spread(park, schedule(park, {"x": -900.0}), draws=3, load_spread=0.0)
    assert none.solved == 0 and np.isnan(none.figures.loading.values).all() and np.isnan(float(none.figures.violated))


def test_planned_outages_are_out_in_their_hours() -> None:
    buses = tuple(Bus(id=n, v_nom_kv=110.0) for n in "ab")
    off = Outage(id="o", element="l2", start=datetime(2025, 1, 1, 1), end=datetime(2025, 1, 1, 2))
    lines = (line("l1", "a", "b"), line("l2", "a", "b"))
    park = park_of(buses=buses, lines=lines, grids=(grid("a"),), loads=(load("x", "b", 30),), outages=(off,))
    park = dataclasses.replace(park, facts=dataclasses.replace(park.facts, time_zone="UTC"))
    found: FlowSpread = flow_spread(park, schedule(park, {"x": -30.0}, 3), draws=90, load_spread=0.0)
    both, alone = (float(x) for x in found.figures.loading.sel(branch="l1", quantile=[0.0, 1.0]))
    assert alone == pytest.approx(2 * both, rel=0.02)
    assert float(found.figures.loading.sel(branch="l2", quantile=0.0)) == 0.0
    assert 0.2 < (found.hour == 1).mean() < 0.5


def test_progress_rises_to_one_and_cancels() -> None:
    park, hours = park_and_hours()
    said: list[float] = []
    flow_spread(park, hours, draws=2500, on_progress=said.append)
    assert said == sorted(said) and said[-1] == 1.0 and len(said) > 1

    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        flow_spread(park, hours, draws=10, on_progress=stop)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"draws": 0}, "no distribution"),
        ({"load_spread": -0.1}, "spread of -0.1"),
        ({"correlation": 1.5}, "correlation"),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, float], said: str) -> None:
    park, hours = park_and_hours()
    with pytest.raises(Mismatch, match=said):
        flow_spread(park, hours, **wrong)
