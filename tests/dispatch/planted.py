"""Planted infeasibilities: windows in which one thing cannot be met, by how much, where, when and why known by hand.

Every kind draws its figures and hours by seed, so that no two windows are alike. Around the planted fault everything
has room: nothing else may be blamed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from ahead_parks import costs, off, park_of, running, state, unit, window_of

from holin.dispatch.window import Window
from holin.operation import potline_line
from holin.park import (
    Bus,
    Fuel,
    Generator,
    Grid,
    Line,
    Load,
    Outage,
    ParkFacts,
    Potline,
    Reserve,
    ReserveKind,
    Series,
    Storage,
    WindFarm,
)
from holin.rules import Rule, RuleKind

HOURS = 12


@dataclass(frozen=True, kw_only=True, eq=False)
class Planted:
    """A window and what its explanation must name: `gap` is the largest of any step (`total`: over the window).

    `because` are (kind of hold, element); `limit` is the figure of the first of them. `innocent` has room and may not
    be blamed.
    """

    window: Window
    kind: str
    element: str
    at: tuple[int, ...]
    because: tuple[tuple[str, str], ...]
    limit: float
    gap: float | None = None
    total: float | None = None
    cure: str | None = None
    innocent: tuple[str, ...] = ()


Draw = np.random.Generator


def _span(draw: Draw, least: int = 1, first: int = 1) -> tuple[int, int]:
    start = int(draw.integers(first, HOURS - 4))
    return start, start + int(draw.integers(least, 4))


def _load(draw: Draw, base: float, peak: float, span: tuple[int, int]) -> list[float]:
    load = draw.uniform(0.5 * base, base, HOURS)
    load[span[0] : span[1]] = peak
    return list(load)


def _steps(span: tuple[int, int]) -> tuple[int, ...]:
    return tuple(range(*span))


def outage(element: str, first: int, end: int) -> Outage:
    day = datetime(2025, 3, 3)
    return Outage(
        id=f"works-{element}", element=element, start=day + timedelta(hours=first), end=day + timedelta(hours=end)
    )  # fmt: skip


def grid(**more: Any) -> Grid:
    return Grid(**({"id": "G", "bus": "A", "sk_max_mva": 1e4, "import_max_mw": 0.0} | more))


def load_above_all_supply(draw: Draw) -> Planted:
    span, limit = _span(draw), float(draw.uniform(20, 170))
    gap = float(draw.uniform(1, 60))
    park = park_of(unit("C"), grids=(grid(import_max_mw=limit),))
    window = window_of(park, _load(draw, 60, 100 + limit + gap, span), state(C=running(50.0)))
    return Planted(
        window=window, kind="load", element="A", at=_steps(span), gap=gap, limit=limit, cure="import",
        because=(("import_limit", "G"), ("full_load", "C")),
    )  # fmt: skip


def outage_at_the_peak(draw: Draw) -> Planted:
    span, limit, peak = _span(draw), float(draw.uniform(20, 90)), float(draw.uniform(95, 180))
    out = outage("C", span[0], span[1])
    park = park_of(unit("C"), outages=(out,), grids=(grid(import_max_mw=limit),))
    window = window_of(park, _load(draw, 80, peak, span), state(C=running(50.0)))
    return Planted(
        window=window, kind="load", element="A", at=_steps(span), gap=peak - limit, limit=limit, cure="import",
        because=(("import_limit", "G"), ("out", "C")),
    )  # fmt: skip


LINE = Line(id="AB", bus_from="A", bus_to="B", length_km=10, r_ohm_per_km=0.1, x_ohm_per_km=0.4, i_nom_ka=5.0)
TWO = {
    "buses": (Bus(id="A", v_nom_kv=110.0), Bus(id="B", v_nom_kv=110.0)),
    "loads": (
        Load(id="LA", bus="A", enterprise="E", load_mw=1.0), Load(id="LB", bus="B", enterprise="E", load_mw=1.0)
    ),
}  # fmt: skip


def island_without_source(draw: Draw) -> Planted:
    span, behind = _span(draw), float(draw.uniform(5, 70))
    park = park_of(unit("C"), **TWO, lines=(LINE,), outages=(outage("AB", *span),), grids=(grid(import_max_mw=100.0),))
    load = np.column_stack([draw.uniform(20, 60, HOURS), np.full(HOURS, behind)])
    window = window_of(park, load, state(C=running(50.0)))
    return Planted(
        window=window, kind="unfed", element="B", at=_steps(span), gap=behind, limit=0.0, because=(("out", "AB"),),
        innocent=("C", "G"),
    )  # fmt: skip


def grid_lost_and_the_engine_too_small(draw: Draw) -> Planted:
    span, size, load = _span(draw), float(draw.uniform(10, 40)), float(draw.uniform(45, 90))
    engine = Generator(id="E1", bus="A", p_nom_mw=size, balances=True, cost_c1=900.0)
    park = park_of(generators=(engine,), grids=(grid(import_max_mw=200.0),), outages=(outage("G", *span),))
    window = window_of(park, [load] * HOURS)
    return Planted(
        window=window, kind="load", element="A", at=_steps(span), gap=load - size, limit=size,
        because=(("full_load", "E1"), ("out", "G"), ("no_grid", "A")),
    )  # fmt: skip


def heat_above_what_the_unit_gives(draw: Draw) -> Planted:
    span, nominal, gap = _span(draw), float(draw.uniform(20, 60)), float(draw.uniform(2, 30))
    chp = unit("C", heat_nom_mw=nominal, power_loss_per_heat=0.1)
    heat = np.full((HOURS, 1), 0.7 * nominal)
    heat[span[0] : span[1]] = nominal + gap
    window = window_of(park_of(chp), [50.0] * HOURS, state(C=running(50.0)), heat=heat)
    return Planted(
        window=window, kind="heat", element="C", at=_steps(span), gap=gap, limit=nominal, because=(("heat_nom", "C"),),
        innocent=("G",),
    )  # fmt: skip


def heat_that_would_make_power_nobody_takes(draw: Draw) -> Planted:
    span, ratio, load = _span(draw), float(draw.uniform(0.8, 1.2)), float(draw.uniform(20, 45))
    gap = float(draw.uniform(5, 20))
    chp = unit("C", heat_nom_mw=200.0, power_per_heat=ratio)
    heat = np.full((HOURS, 1), 0.5 * load / ratio)
    heat[span[0] : span[1]] = load / ratio + gap
    window = window_of(park_of(chp), [load] * HOURS, state(C=running(40.0)), heat=heat)
    return Planted(
        window=window, kind="heat", element="C", at=_steps(span), gap=gap, limit=0.0,
        because=(("export_limit", "G"), ("heat_led", "C")),
    )  # fmt: skip


def yard_empty(draw: Draw) -> Planted:
    load, stock = float(draw.uniform(40, 90)), float(draw.uniform(100, 350))
    coming = float(draw.uniform(0, 200))
    fuel = Fuel(id="coal", price_per_gj=1.0, emission_factor_t_per_gj=0.0, delivery_gj_per_day=coming)
    park = park_of(
        unit("C"), fuels=(fuel,), facts=ParkFacts(id="tiny", time_zone="UTC", voll_per_mwh=50_000.0)
    )  # fmt: skip
    given = dataclasses.replace(state(C=running(load)), stock_gj={"coal": stock})
    window = window_of(park, [load] * HOURS, given)
    last = int((stock + 1e-9) // (load - coming / 24))
    return Planted(
        window=window, kind="fuel", element="coal", at=tuple(range(last, HOURS)), limit=stock, cure="stock",
        total=load * HOURS - stock - coming * HOURS / 24, because=(("yard", "coal"), ("import_limit", "G")),
    )  # fmt: skip


def content_below_its_range_at_first(draw: Draw) -> Planted:
    power, low = float(draw.uniform(1, 4)), float(draw.uniform(10, 20))
    start = low - power * 0.9 * float(draw.uniform(1.2, 3.8))
    storage = Storage(id="S", bus="A", p_nom_mw=power, e_nom_mwh=40.0, soc_min=low / 40.0, efficiency_charge=0.9)
    window = window_of(park_of(unit("C"), storages=(storage,)), [50.0] * HOURS, state({"S": start}, C=running(50.0)))
    last = int(np.ceil((low - start) / (0.9 * power) - 1e-9)) - 1
    return Planted(
        window=window, kind="content", element="S", at=tuple(range(last)), gap=low - start - 0.9 * power, limit=start,
        because=(("begins_at", "S"), ("charge_power", "S")),
    )  # fmt: skip


POTLINE = Potline(
    id="P", bus="A", enterprise="E", pots=100, amperage_ka=300.0, back_emf_v=1.7, pot_resistance_uohm=8.0,
    current_efficiency=0.94, amperage_min_ka=270.0, amperage_max_ka=312.0, heat_window_h=50.0, heat_leak_per_h=0.0,
    ramp_ka_per_min=50.0,
)  # fmt: skip


def duty_beyond_the_highest_current(draw: Draw) -> Planted:
    """Its highest current lies so little above nominal that no heat stands in the way: only the duty is beyond it."""
    duty = float(draw.uniform(1.08, 1.2))
    potline = dataclasses.replace(POTLINE, production_duty=duty, amperage_max_ka=1.002 * POTLINE.amperage_ka)
    line = potline_line(potline)
    park = park_of(unit("C"), potlines=(potline,), grids=(grid(import_max_mw=400.0),))
    most = (line.p_max_mw - line.p_nom_mw) * line.metal_up_t_per_mwh * HOURS
    return Planted(
        window=window_of(park, [30.0] * HOURS, state(C=running(30.0))), kind="metal", element="P", at=(HOURS - 1,),
        total=(duty - 1.0) * line.metal_nom_t_per_h * HOURS - most, limit=line.p_max_mw,
        because=(("potline_max", "P"),),
    )  # fmt: skip


def must_run_and_no_export(draw: Draw) -> Planted:
    span, least, gap = _span(draw), float(draw.uniform(40, 80)), float(draw.uniform(3, 25))
    load = np.full(HOURS, least + 10.0)
    load[span[0] : span[1]] = least - gap
    window = window_of(park_of(unit("C", p_min_mw=least, must_run=True)), load, state(C=running(least)))
    return Planted(
        window=window, kind="surplus", element="", at=_steps(span), gap=gap, limit=0.0, cure="export",
        because=(("export_limit", "G"), ("must_run", "C")),
    )  # fmt: skip


def switched_on_too_short_ago(draw: Draw) -> Planted:
    young, least, gap = int(draw.integers(2, 6)), float(draw.uniform(40, 80)), float(draw.uniform(3, 25))
    park = park_of(unit("C", p_min_mw=least, min_up_h=8.0), unit("D"))
    window = window_of(park, [least - gap] * HOURS, state(C=running(least, 8.0 - young), D=running(0.0)))
    return Planted(
        window=window, kind="surplus", element="", at=tuple(range(young)), gap=gap, limit=least, cure="export",
        because=(("min_up", "C"), ("export_limit", "G")),
    )  # fmt: skip


def ramp_too_slow(draw: Draw) -> Planted:
    first, ramp = int(draw.integers(2, 6)), float(draw.uniform(5, 15))
    base, jump = float(draw.uniform(20, 35)), float(draw.uniform(32, 50))
    load = np.full(HOURS, base)
    load[first:] = base + jump
    window = window_of(
        park_of(unit("C", ramp_up_mw_per_h=ramp, p_min_mw=5.0, must_run=True)), load, state(C=running(base))
    )
    late = int(np.ceil(jump / ramp - 1e-9)) - 1
    return Planted(
        window=window, kind="load", element="A", at=tuple(range(first, first + late)), gap=jump - ramp, limit=ramp,
        because=(("ramp_up", "C"), ("import_limit", "G")), cure="import",
    )  # fmt: skip


def still_in_its_minimum_time_off(draw: Draw) -> Planted:
    wait, load, help_mw = int(draw.integers(1, 6)), float(draw.uniform(50, 95)), float(draw.uniform(5, 45))
    park = park_of(unit("C", min_down_h=8.0), grids=(grid(import_max_mw=help_mw),))
    window = window_of(park, [load] * HOURS, state(C=off(8.0 - wait)))
    return Planted(
        window=window, kind="load", element="A", at=tuple(range(wait)), gap=load - help_mw, limit=8.0, cure="import",
        because=(("min_down", "C"), ("import_limit", "G")),
    )  # fmt: skip


def not_yet_started(draw: Draw) -> Planted:
    """Off, and two to four hours from synchronisation to lowest load in a straight line: least in the first hour."""
    takes, load = int(draw.integers(2, 5)), float(draw.uniform(50, 90))
    slow = unit("C", p_min_mw=40.0, start_points=((0.0, 0.0), (float(takes), 40.0)))
    window = window_of(park_of(slow), [load] * HOURS, state(C=off(100.0)))
    return Planted(
        window=window, kind="load", element="A", at=tuple(range(takes)), gap=load - 20.0 / takes, limit=takes,
        because=(("starting", "C"), ("import_limit", "G")), cure="import",
    )  # fmt: skip


def _behind_a_line(draw: Draw) -> tuple[Window, tuple[int, int], float, float]:
    span, gap, rated_ka = _span(draw), float(draw.uniform(2, 30)), float(draw.uniform(0.2, 0.5))
    rating = np.sqrt(3) * 110.0 * rated_ka
    load = np.column_stack([np.full(HOURS, 20.0), np.full(HOURS, 0.6 * rating)])
    load[span[0] : span[1], 1] = rating + gap
    park = park_of(
        **TWO, lines=(dataclasses.replace(LINE, i_nom_ka=rated_ka),), grids=(grid(import_max_mw=500.0),),
        facts=ParkFacts(id="tiny", time_zone="UTC", voll_per_mwh=float(draw.choice([5_000.0, 50_000.0, 400_000.0]))),
    )  # fmt: skip
    return window_of(park, load), span, gap, float(rating)


def load_behind_a_weak_line(draw: Draw) -> Planted:
    window, span, gap, rating = _behind_a_line(draw)
    return Planted(
        window=window, kind="load", element="B", at=_steps(span), gap=gap, limit=rating, because=(("branch", "AB"),),
        innocent=("G",),
    )  # fmt: skip


def line_beyond_its_limit(draw: Draw) -> Planted:
    """What must run behind a line gives more than the load there and the line take: no load that is shed helps."""
    span, gap, rated_ka = _span(draw), float(draw.uniform(2, 30)), float(draw.uniform(0.2, 0.5))
    rating = float(np.sqrt(3) * 110.0 * rated_ka)
    load = np.column_stack([np.full(HOURS, 20.0), np.full(HOURS, 60.0)])
    load[span[0] : span[1], 1] = 40.0 - gap
    full = unit("C", bus="B", p_min_mw=rating + 40.0, p_nom_mw=rating + 90.0, must_run=True)
    park = park_of(
        full, **TWO, lines=(dataclasses.replace(LINE, i_nom_ka=rated_ka),), grids=(grid(export_max_mw=500.0),),
        facts=ParkFacts(id="tiny", time_zone="UTC", voll_per_mwh=50_000.0),
    )  # fmt: skip
    return Planted(
        window=window_of(park, load, state(C=running(rating + 40.0))), kind="branch", element="AB", at=_steps(span),
        gap=gap, limit=rating, cure="branch", because=(("rating", "AB"), ("must_run", "C")), innocent=("G",),
    )  # fmt: skip


def rule_beyond_reach(draw: Draw) -> Planted:
    load, wind, share = float(draw.uniform(60, 90)), float(draw.uniform(10, 30)), float(draw.uniform(0.5, 0.9))
    park = park_of(
        unit("C"), wind_farms=(WindFarm(id="W", bus="A", p_nom_mw=50.0),),
        rules=(Rule(id="green", kind=RuleKind.GREEN_SHARE_MIN, value=share, enforced=True),),
    )  # fmt: skip
    window = window_of(park, [load] * HOURS, state(C=running(load)), available=[[wind]] * HOURS)
    return Planted(
        window=window, kind="rule", element="green", at=(HOURS - 1,), total=(share * load - wind) * HOURS,
        limit=wind * HOURS, because=(("all_used", ""),),
    )  # fmt: skip


def reserve_beyond_reach(draw: Draw) -> Planted:
    load, asked = float(draw.uniform(60, 90)), float(draw.uniform(60, 120))
    spin = Reserve(id="spin", kind=ReserveKind.UP, fixed_mw=asked, storage_counts=False)
    park = park_of(unit("C"), unit("D"), reserves=(spin,), outages=(outage("D", 0, HOURS),))
    window = window_of(park, [load] * HOURS, state(C=running(load)))
    return Planted(
        window=window, kind="reserve", element="spin", at=tuple(range(HOURS)), gap=asked - (100.0 - load),
        limit=100.0 - load, because=(("reserve_held", "spin"), ("out", "D"), ("import_limit", "G")),
    )  # fmt: skip


def cap_on_the_draw_by_hour(draw: Draw) -> Planted:
    """A cap below the contract in some hours, as a connection agreement or a demand-response call sets it."""
    span, cap, gap = _span(draw), float(draw.uniform(0.3, 0.8)), float(draw.uniform(2, 20))
    shares = np.ones(HOURS)
    shares[span[0] : span[1]] = cap
    times = np.datetime64("2025-03-03T00", "ns") + np.arange(HOURS) * np.timedelta64(1, "h")
    series = Series(id="cap", file="cap.csv", header="cap", time=times, values=shares)
    park = park_of(series=(series,), grids=(grid(import_max_mw=100.0, import_max_series="cap"),))
    window = window_of(park, _load(draw, 90, 100.0 * cap + gap, span))
    return Planted(
        window=window, kind="load", element="A", at=_steps(span), gap=gap, limit=100.0 * cap, cure="import",
        because=(("import_limit", "G"),),
    )  # fmt: skip


def storage_spent(draw: Draw) -> Planted:
    span, gap, content = _span(draw, 2), float(draw.uniform(15, 40)), float(draw.uniform(8, 20))
    storage = Storage(id="S", bus="A", p_nom_mw=50.0, e_nom_mwh=60.0, efficiency_discharge=0.9, efficiency_charge=0.9)
    load = np.full(HOURS, 100.0)
    load[span[0] : span[1]] = 100.0 + gap
    park = park_of(unit("C"), storages=(storage,))
    window = window_of(park, load, state({"S": content}, C=running(100.0)), end_per_mwh=0.0)
    hours = span[1] - span[0]
    return Planted(
        window=window, kind="load", element="A", at=_steps(span), total=gap * hours - 0.9 * content, limit=0.0,
        because=(("empty", "S"), ("full_load", "C"), ("import_limit", "G")), cure="import",
    )  # fmt: skip


def potline_that_cannot_go_lower(draw: Draw) -> Planted:
    first, gap = int(draw.integers(2, 8)), float(draw.uniform(2, 8))
    span = (first, first + int(draw.integers(1, 3)))
    line = potline_line(POTLINE)
    limit = line.p_nom_mw + 10.0
    shares = np.ones(HOURS)
    shares[span[0] : span[1]] = (line.p_min_mw - gap) / limit
    times = np.datetime64("2025-03-03T00", "ns") + np.arange(HOURS) * np.timedelta64(1, "h")
    series = Series(id="cap", file="cap.csv", header="cap", time=times, values=shares)
    park = park_of(
        loads=(), series=(series,), potlines=(dataclasses.replace(POTLINE, production_duty=0.9),),
        grids=(grid(import_max_mw=limit, import_max_series="cap"),),
    )  # fmt: skip
    return Planted(
        window=window_of(park, np.zeros((HOURS, 0))), kind="deep_cut", element="P", at=_steps(span), gap=gap,
        limit=line.p_min_mw, because=(("potline_min", "P"), ("import_limit", "G")), cure="import",
    )  # fmt: skip


def captive_power_below_its_floor(draw: Draw) -> Planted:
    floor, load = float(draw.uniform(110, 150)), float(draw.uniform(60, 90))
    park = park_of(unit("C"), unit("D", min_down_h=100.0), costs=costs(1.0))
    window = window_of(park, [load] * HOURS, state(C=running(load), D=off(1.0)), must_run_mw=floor)
    return Planted(
        window=window, kind="must_run", element="", at=tuple(range(HOURS)), gap=floor - load, limit=100.0,
        because=(("min_down", "D"), ("export_limit", "G")),
    )  # fmt: skip


CATALOGUE: tuple[Callable[[Draw], Planted], ...] = (
    load_above_all_supply, outage_at_the_peak, island_without_source, grid_lost_and_the_engine_too_small,
    heat_above_what_the_unit_gives, heat_that_would_make_power_nobody_takes, yard_empty,
    content_below_its_range_at_first, duty_beyond_the_highest_current, must_run_and_no_export,
    switched_on_too_short_ago, ramp_too_slow, still_in_its_minimum_time_off, not_yet_started, load_behind_a_weak_line,
    line_beyond_its_limit, rule_beyond_reach, reserve_beyond_reach, cap_on_the_draw_by_hour, storage_spent,
    potline_that_cannot_go_lower, captive_power_below_its_floor,
)  # fmt: skip
