"""The optimum of a park in which everything binds, against PyPSA's; needs a package index at the first time."""

import json
import subprocess
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from case_file import write_case
from export_case import Inputs, Wanted, case_data, inputs_of, losses_of
from processes import output_of, peer_script

from holin.dispatch import dispatch
from holin.park import Outage, Park
from holin.resource import demand, weather_year
from holin.rules import Rule, RuleKind

pytestmark = pytest.mark.slow

TOLERANCE = 1e-6
CO2_MAX_T = 50_000.0 * 8760 / 240  # t/a: 50,000 t in the ten days; without the limit it would be about 52,000
LIMITS = (("", 0.75), ("T-COAL-1", 0.5))
TIE_CIRCUIT = "L-GRID-A-220-SUB1-220-2"
RING_LINE = "L-SUB4B-220-COAL-220-1"


@pytest.fixture(scope="module")
def peer() -> None:
    tried = subprocess.run(peer_script("pypsa_dispatch.py", "--help"), capture_output=True, text=True, check=False)
    if tried.returncode != 0:
        pytest.skip(f"PyPSA's environment could not be made: {tried.stderr[-300:]}")


def objective_of_pypsa(inputs: Inputs, losses, case: Path) -> float:
    write_case(case, *case_data(inputs, losses))
    printed, _ = output_of(peer_script("pypsa_dispatch.py", str(case)))
    return json.loads(printed)["objective"]


def with_everything(park: Park) -> Park:
    """Slow units, one of which must run, a slow potline, export, a CO2 price, rules that bind, outages."""
    first, second, *rest = park.thermal_units
    tariffs = tuple(replace(t, export_price_per_mwh=150.0) for t in park.tariffs)
    return replace(
        park,
        facts=replace(park.facts, co2_price_per_t=60.0),
        thermal_units=(
            replace(first, must_run=True, start_cost=0.0, ramp_up_mw_per_h=12.0, ramp_down_mw_per_h=18.0),
            replace(second, ramp_up_mw_per_h=25.0, ramp_down_mw_per_h=15.0, heat_nom_mw=90.0, power_per_heat=0.7,
                    power_loss_per_heat=0.18),
            *rest,
        ),
        potlines=tuple(replace(p, ramp_ka_per_min=0.05, production_duty=1.0005) for p in park.potlines),
        grids=tuple(replace(g, export_max_mw=40.0) for g in park.grids),
        storages=tuple(replace(s, standing_loss_per_h=0.01) for s in park.storages),
        tariffs=tariffs,
        rules=(
            Rule(id="export", kind=RuleKind.EXPORT_SHARE_MAX, value=0.005, enforced=True),
            Rule(id="co2", kind=RuleKind.CO2_MAX_T, value=CO2_MAX_T, enforced=True),
        ),
        outages=(
            Outage(id="o1", element="bess-1", start=datetime(2025, 2, 4, 6), end=datetime(2025, 2, 4, 18)),
            Outage(id="o2", element="potline-1a", start=datetime(2025, 2, 5, 6), end=datetime(2025, 2, 5, 9)),
            Outage(id="o3", element="coal-2", start=datetime(2025, 2, 6, 6), end=datetime(2025, 2, 7, 6)),
            Outage(id="o4", element=TIE_CIRCUIT, start=datetime(2025, 2, 8, 6), end=datetime(2025, 2, 9, 6)),
            Outage(id="o5", element=RING_LINE, start=datetime(2025, 2, 8, 18), end=datetime(2025, 2, 9, 18)),
        ),
    )  # fmt: skip


def inputs_with_everything() -> Inputs:
    wanted = Wanted(park="huolinguole", stage="2025", start=date(2025, 2, 3), end=date(2025, 2, 13), limits=LIMITS)
    plain = inputs_of(wanted)
    park, hours = with_everything(plain.park), plain.available.time.values
    return replace(plain, park=park, demand=demand(park, hours, weather_year(park, hours)))


def test_a_park_in_which_everything_binds_has_pypsas_optimum(peer: None, tmp_path: Path) -> None:
    inputs = inputs_with_everything()
    losses = losses_of(inputs)
    found = dispatch(inputs.park, inputs.available, inputs.demand, losses=losses, limits_mw=inputs.limits_mw)
    # The case tests what it says only if its parts bind: limits, heat, both rules, ramps, export.
    assert sum(len(hours) for hours in found.watched.values()) > 0
    assert float(inputs.demand.heat_mw.sum()) > 0
    for rule in inputs.park.rules:
        rest = replace(inputs.park, rules=tuple(r for r in inputs.park.rules if r != rule))
        without = dispatch(rest, inputs.available, inputs.demand, losses=losses, limits_mw=inputs.limits_mw)
        assert without.objective < found.objective * (1 - 1e-5), rule.id
    fall = -found.schedule.gross_mw.isel(thermal_unit=0).diff("time")
    assert float(fall.max()) == pytest.approx(18.0, abs=1e-6)
    assert float(found.schedule.p_mw.sel(unit=inputs.park.grids[0].id).min()) < -1.0
    assert objective_of_pypsa(inputs, losses, tmp_path / "case.npz") == pytest.approx(found.objective, rel=TOLERANCE)
