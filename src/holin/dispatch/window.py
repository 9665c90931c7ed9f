"""The hours ahead as one problem: units switched in whole steps from a state on, limits hard, wishes at a price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from holin.calendar import hours_of_year, local
from holin.dispatch.case import Case, fixed_mw
from holin.kernel.linear import Floats, LinearProblem, ProblemBuilder
from holin.operation import (
    BranchLimit,
    HeatSpare,
    Peaks,
    PotlineWishes,
    State,
    ThermalWishes,
    add_balance,
    add_branch_limits,
    add_committed_units,
    add_generators,
    add_grids,
    add_heated_potlines,
    add_must_run,
    add_renewables,
    add_reserves,
    add_rules,
    add_shedding,
    add_steered_storages,
    bands_of,
    load_buses,
)


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What it costs (currency per unit) to break what no schedule should break: above all else the power balance.

    A limit of a branch with nothing out costs more than the load whose shedding would keep it (`branch_price`).
    What an outage would do (`security_per_mwh`, also paid for a voltage, see `voltage_cuts`) never counts as much as
    a load: none is shed for it beforehand (`security_price`).

    Physics stays hard: contents, ramps, minimum times, currents. A price above 0 that is paid is a breach, and
    reported. Where a demand charge would make a breach of a step or two the cheaper way (`duty_scale`), the prices of
    duties are raised together with that of lost load.
    """

    balance_per_mwh: float = 100_000.0
    branch_per_mwh: float = 30_000.0
    security_per_mwh: float = 15_000.0
    budget_per_mwh: float = 300.0
    must_run_per_mwh: float = 4_000.0
    thermal: ThermalWishes = field(default_factory=ThermalWishes)
    potline: PotlineWishes = field(default_factory=PotlineWishes)


@dataclass(frozen=True, kw_only=True)
class Window:
    """What a window is solved for: its arrays (`case`), the state it begins in, and what the time after it asks.

    `counted` is the highest draw of each month that is paid for already or expected, `end_per_mwh` (storage) what a MWh
    missing at the end from the wished content costs, `margins` (rule -> amount) what the year's rules should have in
    hand by then, `spread_up_mw`, `spread_down_mw` (time,) what the forecasts' quantiles ask to be kept in hand,
    `held_on` (unit -> (time,)) where a unit is on (1) or off (0) already, NaN where that is open, `spare` (potline ->
    HeatSpare) by how much superheat and ledge stay further within their window.
    """

    case: Case
    state: State
    counted: Peaks
    end_per_mwh: Mapping[str, float]
    margins: Mapping[str, float] = field(default_factory=dict)
    spread_up_mw: Floats | None = None
    spread_down_mw: Floats | None = None
    spare: Mapping[str, HeatSpare] = field(default_factory=dict)
    held_on: Mapping[str, Floats] = field(default_factory=dict)
    wishes: Wishes = field(default_factory=Wishes)


OF_A_LOAD = 0.9
"""What security is worth at most, of the load that would have to be shed for it."""


def security_price(window: Window, limits: Sequence[BranchLimit]) -> Floats:
    """Return what a MWh beyond a limit of security costs in each step (time,).

    A MW less fed in at a bus relieves all limits together by sum |share| MW at most: the price is so low that this is
    worth less than the load that would then lack it.
    """
    case = window.case
    relieved = np.zeros((case.hours.count, len(case.islands.buses)))
    for limit in limits:
        relieved[limit.hours] += [abs(limit.share.get(bus, 0.0)) for bus in case.islands.buses]
    most = np.maximum(relieved.max(axis=1, initial=0.0), 1.0)
    price: Floats = np.minimum(window.wishes.security_per_mwh, OF_A_LOAD * case.park.facts.voll_per_mwh / most)
    return price


ABOVE_A_LOAD = 2.0
"""What a MWh beyond a limit of a branch costs at least, of the load that has to be shed to keep it."""

RELIEF_MIN = 0.1
"""A branch of which a MW of load carries less is not relieved by all the load that this would take."""

BALANCE_ABOVE = 1.25
"""How much dearer power is that is nowhere accounted for than anything else: it has no place in the network."""


def branch_price(window: Window, limit: BranchLimit) -> float:
    """Return what a MWh beyond a limit with nothing out costs: more than the load that keeps it.

    A MW less load at the bus that counts most relieves it by |share|: half a MW of each of two circuits.
    """
    park, wishes = window.case.park, window.wishes
    relief = max((abs(limit.share.get(bus, 0.0)) for bus in load_buses(park)), default=0.0)
    if relief < RELIEF_MIN**2:  # no load has anything to do with it
        return wishes.branch_per_mwh
    return max(wishes.branch_per_mwh, ABOVE_A_LOAD * park.facts.voll_per_mwh / max(relief, RELIEF_MIN))


def balance_price(window: Window, branch_per_mwh: Sequence[float]) -> float:
    """Return what a MWh missing or left over in the balance costs, beside the prices of branches."""
    return max(
        window.wishes.balance_per_mwh, BALANCE_ABOVE * max((window.case.park.facts.voll_per_mwh, *branch_per_mwh))
    )


Apart = Mapping[str, NDArray[np.int64]]
"""storage -> steps in which a whole number keeps charge and discharge apart."""


def window_problem(window: Window, limits: Sequence[BranchLimit] = (), apart: Apart | None = None) -> LinearProblem:
    """Return the window as a linear problem with whole-number columns."""
    builder, case, state, wishes = ProblemBuilder(), window.case, window.state, window.wishes
    park, hours, scale = case.park, case.hours, duty_scale(window)
    thermal = ThermalWishes(
        heat_short_per_mwh=scale * wishes.thermal.heat_short_per_mwh,
        fuel_short_per_gj=scale * wishes.thermal.fuel_short_per_gj,
    )
    blocks = [
        add_renewables(builder, hours, park, case.available_mw),
        add_committed_units(
            builder, hours, park, case.heat_mw, state.thermal, state.stock_gj, thermal, held_on=window.held_on
        ),
        add_generators(builder, hours, park),
        add_steered_storages(builder, hours, park, state.soc_mwh, end_per_mwh=window.end_per_mwh, apart=apart),
        add_heated_potlines(builder, hours, park, state.potline, potline_wishes(window), spare=window.spare),
        add_grids(builder, hours, park, counted=window.counted),
        add_shedding(builder, hours, park, case.load_mw, case.unfed_mw),
    ]
    builder.add_cost(builder.columns("shed"), (shed_prices(window) - park.facts.voll_per_mwh) * hours.step_h)
    add_must_run(builder, hours, park, case.must_run_mw, shortfall_per_mwh=wishes.must_run_per_mwh)
    security = [limit for limit in limits if limit.is_security]
    others = [limit for limit in limits if not limit.is_security]
    beyond_per_mwh = [branch_price(window, limit) for limit in others]
    missing_per_mwh = scale * balance_price(window, beyond_per_mwh)
    add_balance(builder, blocks, case.islands, fixed_mw(case), mismatch_per_mwh=missing_per_mwh * hours.step_h)
    for limit, per_mwh in zip(others, beyond_per_mwh, strict=True):
        add_branch_limits(builder, blocks, [limit], overload_per_mwh=scale * per_mwh * hours.step_h)
    security_per_mwh = scale * security_price(window, security)
    add_branch_limits(builder, blocks, security, overload_per_mwh=security_per_mwh * hours.step_h)
    add_reserves(
        builder, hours, park, builder.columns("renewable"), asked_load_mw(case),
        forecast_up_mw=window.spread_up_mw, forecast_down_mw=window.spread_down_mw,
    )  # fmt: skip
    add_rules(
        builder,
        park.rules,
        blocks,
        years=part_of_year(case),
        shortfall_per_mwh=wishes.budget_per_mwh,
        so_far=state.year_mwh,
        margins=window.margins,
    )
    return builder.built()


SHED_STEP = 1e-5
"""By how much of its price the load at one bus is dearer than that at the next."""


def shed_prices(window: Window) -> Floats:
    """Return what a MWh of load not served costs at each bus with load (`load_buses`): its value, raised by
    `duty_scale`.

    Buses are shed one after the other and always in the same order, that of the last in the table `load` first.
    """
    price, buses = duty_scale(window) * window.case.park.facts.voll_per_mwh, len(load_buses(window.case.park))
    prices: Floats = price * (1.0 + SHED_STEP * np.arange(buses, dtype=np.float64)[::-1])
    return prices


DEARER = 1.25
"""How much more than raising the month's peak it costs to break a duty in a single step."""


def duty_scale(window: Window) -> float:
    """Return by how much prices of duties are raised so that no single step is broken to save a demand charge.

    A MW of a month's peak costs its charge once, a MW not served only one step's energy: in quarter-hours a value of
    lost load of 50,000 a MWh is 12,500 a MW, below many demand charges.
    """
    case, wishes = window.case, window.wishes
    least = min(case.park.facts.voll_per_mwh, wishes.balance_per_mwh, wishes.branch_per_mwh)
    least = min(least, wishes.thermal.heat_short_per_mwh)
    return max(1.0, DEARER * peak_charge_per_mw(window) / (least * case.hours.step_h))


def potline_wishes(window: Window) -> PotlineWishes:
    """Return the prices of potlines: emergency cuts and pots outside their window save no demand charge either."""
    given = window.wishes.potline
    least = DEARER * peak_charge_per_mw(window) / window.case.hours.step_h
    scale = max(1.0, least / given.deep_cut_per_mwh)
    return replace(
        given,
        deep_cut_per_mwh=scale * given.deep_cut_per_mwh,
        full_stop_per_mwh=max(given.full_stop_per_mwh, 2.0 * scale * given.deep_cut_per_mwh),
        window_per_pot_c_h=scale * given.window_per_pot_c_h,
    )


def peak_charge_per_mw(window: Window) -> float:
    """Return what one MW of a month's peak costs at most."""
    case = window.case
    charges = [sum(b.charge_per_mw_month for b in bands_of(case.park, g, case.hours)) for g in case.park.grids]
    return max(charges, default=0.0)


def asked_load_mw(case: Case) -> Floats:
    """Return what loads and potlines ask for at each step, of shape (time,)."""
    return np.asarray(fixed_mw(case).sum(axis=1) - case.loss_mw.sum(axis=1))


def part_of_year(case: Case) -> float:
    """Return the part of the local calendar year that has gone by at the window's end."""
    zone = case.park.facts.time_zone
    last = case.hours.time[-1]
    year = hours_of_year(int(local(case.hours.time[-1:], zone).year[0]), zone)
    gone = (last - year[0]) / np.timedelta64(1, "h") + case.hours.step_h
    return float(gone / len(year))
