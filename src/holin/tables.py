"""What may travel: labelled tables (xarray), each declared once with its dimensions, columns, units and signs.

Coordinates: `time` is the start of the hour in UTC (datetime64, no zone). `unit` carries `kind` (the park table it
stands in), `unit_bus` and `enterprise` ("" for none), in the order of `park.units_of`. `branch` carries `bus_from`,
`bus_to`, `branch_kind` (line, transformer, transformer3) and `element` (its id in the park: a three-winding
transformer is three branches `ID.1`, `ID.2`, `ID.3` that meet in an inner bus `ID.star`). `bus` carries `node`: buses
that closed switches join share one. `site` carries `site_kind`, `latitude`, `longitude` and `height_m`. `measurement`
carries `element` (`measured` in an estimate, whose branches have an `element`), `end` ("" for none) and `quantity`.

In a forecast `issued` is when it was made (UTC), `lead` the time from then to the start of the interval, never
negative (so `time` = `issued` + `lead`: a year of issues stays a dense table), `quantile` the chance, 0..1, that less
comes; the median is the point forecast.

In METERED `time` is the start of an interval of `step_h` (an attribute, <= 1 h), `device` carries `device_kind` and
`enterprise`. Its attribute `kind` is `metered`, or `demo` for readings that were made from a run; `sources` names the
files with their SHA-256, `known_at` the moment whose knowledge it holds ("" for all).

In a trace `source` carries `source_kind` and `green`, `sink` carries `sink_kind` and `enterprise`, `storage` carries
`cyclic`. Storage is a sink when it charges and never a source, for its discharge is followed back; export is the sink
`export:GRID`, the renewable part of an import with a known mix the source `renewable:GRID` (kind `grid_renewable`),
and `unknown` what a storage held before the first hour of a table that is not cyclic. Its attributes `losses` and
`storage` name the algorithms that made it, `closure_mwh` is the largest gap that its identities found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.columns import Column
from holin.errors import Mismatch


@dataclass(frozen=True, kw_only=True)
class TableSchema:
    """The declaration of one table: `dims` of each column by name, and what the table is."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    dims: dict[str, tuple[str, ...]]


def _schema(name: str, meaning: str, **columns: tuple[str, str, str]) -> TableSchema:
    """Declare a table; each column is (dimensions, unit, meaning)."""
    return TableSchema(
        name=name,
        meaning=meaning,
        columns=tuple(Column(name=c, type=float, unit=unit, meaning=text) for c, (_, unit, text) in columns.items()),
        dims={c: tuple(dims.split()) for c, (dims, _, _) in columns.items()},
    )


WEATHER = _schema(
    "weather",
    "hourly weather at each site; a site is a wind farm, a PV plant or a climate, by its id",
    wind_speed_m_per_s=("time site", "m/s", "wind speed at the height `height_m` of the site"),
    temp_air_c=("time site", "degC", "air temperature"),
    pressure_pa=("time site", "Pa", "air pressure at the ground"),
    ghi=("time site", "W/m2", "global horizontal irradiance"),
    dni=("time site", "W/m2", "direct normal irradiance"),
    dhi=("time site", "W/m2", "diffuse horizontal irradiance"),
    snow=("time site", "1", "whether snow lies, 0..1"),
)

AVAILABLE = _schema(
    "available",
    "what the weather lets each wind farm and PV plant give, outages not yet deducted",
    available_mw=("time unit", "MW", "active power that the weather would allow, >= 0"),
)

DEMAND = _schema(
    "demand",
    "firm demand of each load and heat duty of each thermal unit",
    load_mw=("time load", "MW", "firm load, >= 0"),
    heat_mw=("time thermal_unit", "MW", "heat duty, >= 0"),
)

SCHEDULE = _schema(
    "schedule",
    "how every unit runs, hour by hour; from the optimum, or from meters",
    p_mw=("time unit", "MW", "active power at the unit's bus, + into the network"),
    available_mw=("time unit", "MW", "what the weather would allow (wind, PV), NaN for other units"),
    charge_mw=("time storage", "MW", "into the storage, at the bus, >= 0"),
    discharge_mw=("time storage", "MW", "out of the storage, at the bus, >= 0"),
    soc_mwh=("time storage", "MWh", "energy held at the end of the hour"),
    gross_mw=("time thermal_unit", "MW", "gross power of a thermal unit, >= 0"),
    committed=("time thermal_unit", "1", "share of a thermal unit that is on, 0..1 (relaxed)"),
    start_up=("time thermal_unit", "1", "share of a thermal unit that starts in the hour, 0..1 (relaxed)"),
    heat_mw=("time thermal_unit", "MW", "heat delivered, >= 0"),
    deviation_mwh=(
        "time potline",
        "MWh",
        "energy above (+) or below (-) thermal balance at the end of the hour; NaN where the heat of pots is followed",
    ),
    shed_mw=("time load", "MW", "firm load not served, >= 0"),
    loss_mw=("time bus", "MW", "network losses that the optimum was given, by bus, >= 0"),
    shadow_price_per_mwh=("time bus", "currency/MWh", "what one MWh more at the bus would cost"),
)

AHEAD = _schema(
    "ahead",
    "what a schedule of the hours ahead has beside the table schedule",
    heat_stored_mwh=("time thermal_unit", "MWh", "heat in the unit's store at the end of the step"),
    reserve_asked_mw=("time reserve", "MW", "what must be kept in hand (inertia: MW s)"),
    reserve_held_mw=("time reserve", "MW", "what there is in hand of it (inertia: MW s)"),
    missing_mw=("time", "MW", "power missing in the balance when all else has given way; 0 in a feasible schedule"),
    surplus_mw=("time", "MW", "power left over when all else has given way; 0 in a feasible schedule"),
    price_per_mwh=(
        "time",
        "currency/MWh",
        "what one MWh more costs at the connection; more or less behind a full branch",
    ),
    cooling_mw=("time potline", "MW", "steered cooling of the shells beyond that at nominal current"),
    bath_temp_c=("time potline", "degC", "bath of a pot at the end of the step, by the full model of its heat"),
    superheat_min_c=("time potline", "K", "lowest bath temperature over liquidus within the step"),
    superheat_max_c=("time potline", "K", "highest bath temperature over liquidus within the step"),
    ledge_m=("time potline", "m", "ledge of a pot at the end of the step"),
    metal_t=("time potline", "t", "metal of the line within the step"),
)

FLOWS = _schema(
    "flows",
    "the AC power flow of every hour of a schedule",
    v_pu=("time bus", "p.u.", "voltage magnitude; NaN where the bus is not energised"),
    v_angle_rad=("time bus", "rad", "voltage angle against the first grid connection"),
    p_from_mw=("time branch", "MW", "active power into the branch at its first end"),
    q_from_mvar=("time branch", "Mvar", "reactive power into the branch at its first end"),
    p_to_mw=("time branch", "MW", "active power into the branch at its second end"),
    q_to_mvar=("time branch", "Mvar", "reactive power into the branch at its second end"),
    loading=("time branch", "1", "current / rated current, the larger of both ends; missing where no rating is known"),
    p_mw=("time unit", "MW", "active power of each unit, + into the network; the grid connection takes the rest"),
    q_mvar=("time unit", "Mvar", "reactive power of each unit, + into the network"),
    shunt_loss_mw=("time bus", "MW", "active power taken by shunts at the bus"),
    converged=("time", "1", "1 where the hour's power flow was solved"),
    iterations=("time", "1", "iterations needed"),
    mismatch_pu=("time", "p.u.", "largest power mismatch, on 1 MVA"),
)

SETPOINTS = _schema(
    "setpoints",
    "what every unit, tap changer and shunt is to be set to, step by step: proposed, never sent",
    p_mw=("time unit", "MW", "active power at the unit's bus, + into the network; the grid connection takes the rest"),
    q_mvar=("time unit", "Mvar", "reactive power at the unit's bus, + into the network"),
    v_set_pu=("time unit", "p.u.", "voltage that the unit is to keep at its bus; NaN where it keeps none then"),
    tap_pos=("time transformer", "1", "tap position of each transformer; NaN where it is out of service"),
    steps=("time shunt", "1", "switched steps in service; NaN for a compensator and where it is out of service"),
    shunt_mvar=("time shunt", "Mvar", "reactive power of each shunt, + into the network; NaN where out of service"),
)

DC_OPTIMUM = _schema(
    "dc_optimum",
    "the least-cost state of one hour on the linear network: what its schedule does to buses and branches",
    p_min_mw=("time unit", "MW", "least power of a generator in service; NaN for other units"),
    p_max_mw=("time unit", "MW", "highest power of a generator in service; NaN for other units"),
    marginal_cost_per_mwh=("time unit", "currency/MWh", "what the next MWh of a generator costs; NaN for other units"),
    fixed_mw=("time bus", "MW", "what had to be delivered: firm load, nominal potlines, conductances of shunts"),
    v_angle_rad=("time bus", "rad", "voltage angle against the bus that balances; NaN without voltage"),
    shadow_price_per_mwh=("time bus", "currency/MWh", "what one MWh more at the bus would cost (locational price)"),
    p_from_mw=("time branch", "MW", "power into the branch at its first end; out of it at the second"),
    rating_mw=("time branch", "MW", "what it may carry either way; infinite where no rating is known"),
    flow_shadow_price_per_mwh=("time branch", "currency/MWh", "what one MW more of rating would save in an hour, >= 0"),
    angle_rad=("time branch", "rad", "angle of the first end over the second"),
    angle_min_rad=("time branch", "rad", "its lower limit; minus infinity where there is none"),
    angle_max_rad=("time branch", "rad", "its upper limit; infinite where there is none"),
    angle_shadow_price_per_deg=("time branch", "currency/deg", "what one degree more would save in the hour, >= 0"),
)

TRACE = _schema(
    "trace",
    "where each user's power came from, by proportional sharing on the solved AC flows; count: physical",
    energy_mwh=("time source sink", "MWh", "energy of the source used by the sink, at the sink's bus"),
    loss_mwh=("time source sink", "MWh", "network losses assigned to that delivery"),
    content_mwh=("time storage source", "MWh", "energy of the source in the storage at the end of the hour"),
    storage_loss_mwh=("time storage source", "MWh", "energy of the source lost in the storage in the hour"),
    discharge_mwh=("time storage source", "MWh", "energy of the source discharged in the hour, at the storage's bus"),
    from_storage_mwh=("time storage sink", "MWh", "part of the sink's energy and loss that came out of the storage"),
    from_storage_loss_mwh=("time storage sink", "MWh", "what of that is network loss"),
)

CARBON = _schema(
    "carbon",
    "carbon of each user, hour by hour; two counts side by side, never mixed",
    intensity_traced_t_per_mwh=("time sink", "t/MWh", "CO2 of the traced sources per MWh used, losses included"),
    intensity_location_t_per_mwh=(
        "time sink",
        "t/MWh",
        "average of all energy fed into the park's network in the hour",
    ),
    traced_t=("time sink", "t", "CO2 by tracing"),
    location_t=("time sink", "t", "CO2 by the park's hourly average"),
    green_share=("time sink", "1", "renewable share of the traced energy"),
)

SCOPES = _schema(
    "scopes",
    "greenhouse gases by scope, user by user and hour by hour; three counts of the power bought, never mixed",
    used_mwh=("time user", "MWh", "energy at the user's bus"),
    loss_mwh=("time user", "MWh", "network losses that tracing assigns to it; in the traced count only"),
    own_mwh=("time user", "MWh", "part of it that the owner's own units feed in within the hour"),
    own_fired_mwh=("time user", "MWh", "part of that from units that burn fuel"),
    own_t=("time user", "t", "CO2 of that part; it is scope 1 of the owner, and in no scope 2"),
    own_traced_t=("time user", "t", "CO2 of the owner's own units in the power used, by tracing; likewise"),
    covered_mwh=("time user", "MWh", "energy that retired certificates cover"),
    scope_2_location_t=("time user", "t", "scope 2, location-based: the public grid's average on what is not own"),
    scope_2_market_t=("time user", "t", "scope 2, market-based: the residual mix on what no certificate covers"),
    scope_2_traced_t=("time user", "t", "CO2 by physical tracing, network losses included, of units of others"),
    metal_t=("time potline", "t", "metal made"),
    scope_1_anode_t=("time potline", "t", "CO2 of the anodes"),
    scope_1_pfc_t=("time potline", "t", "CO2e of CF4 and C2F6"),
    scope_1_power_t=("time owner", "t", "CO2 of the fuel that the owner's units burn, for whomever the power is"),
    claimed_mwh=("time owner", "MWh", "certificates retired for the hour, by hour of production"),
    excess_mwh=("time owner", "MWh", "part of them beyond what they may cover: it counts for nothing"),
    location_t_per_mwh=("time", "t/MWh", "average of the public grid that counts in the hour"),
    residual_t_per_mwh=("time", "t/MWh", "residual mix that counts in the hour"),
)

MARGINAL = _schema(
    "marginal",
    "what one MWh more at a bus would emit, by the optimal basis of the dispatch",
    marginal_t_per_mwh=("time bus", "t/MWh", "change of all CO2 of units and import per MWh more taken at the bus"),
    shadow_price_per_mwh=("time bus", "currency/MWh", "what it would cost, by the same basis"),
    one_more=("time bus", "1", "1 where the next MWh more is met in this way; 0 where another way takes over at once"),
    one_less=("time bus", "1", "1 where the next MWh less saves it in this way; 0 where another way takes over"),
)

MEASUREMENTS = _schema(
    "measurements",
    "what the network's meters show; a meter is one label of `measurement`",
    value=(
        "time measurement",
        "of its quantity",
        "what the meter shows, in the unit that its quantity ends in; NaN where nothing",
    ),
    sigma=(
        "time measurement",
        "of its quantity",
        "standard deviation of its error, same unit; NaN for `tap_pos` and `closed`",
    ),
)

ESTIMATE = _schema(
    "estimate",
    "the state that fits the measurements best, and how well: it stands beside the readings and replaces none",
    v_pu=("time bus", "p.u.", "voltage magnitude; NaN where the bus is not energised, or not known"),
    v_angle_rad=("time bus", "rad", "voltage angle against the first grid connection"),
    v_sigma_pu=("time bus", "p.u.", "standard deviation of the magnitude"),
    v_angle_sigma_rad=("time bus", "rad", "standard deviation of the angle"),
    observed=("time bus", "1", "1 where meters alone determine magnitude and angle, 0 where not, NaN where dead"),
    p_from_mw=("time branch", "MW", "active power into the branch at its first end"),
    q_from_mvar=("time branch", "Mvar", "reactive power into the branch at its first end"),
    p_to_mw=("time branch", "MW", "active power into the branch at its second end"),
    q_to_mvar=("time branch", "Mvar", "reactive power into the branch at its second end"),
    loading=("time branch", "1", "current / rated current, the larger of both ends; missing where no rating is known"),
    p_mw=("time unit", "MW", "active power of each unit, + into the network"),
    q_mvar=("time unit", "Mvar", "reactive power of each unit, + into the network"),
    shunt_loss_mw=("time bus", "MW", "active power taken by shunts at the bus"),
    bus_beyond=(
        "time bus",
        "1",
        "whether the state contradicts the nameplates there: 0 no; 1 no voltage of its nominal one; 2 an active power "
        "that its units cannot give or take; NaN dead, or not known",
    ),
    branch_beyond=("time branch", "1", "1 where the current is twice the rated one or more; else 0"),
    estimate=("time measurement", "of its quantity", "what the meter should show, in its unit"),
    residual=("time measurement", "of its quantity", "value - estimate, in the meter's unit"),
    normalised_residual=(
        "time measurement",
        "1",
        "residual / its standard deviation; NaN where nothing checks the meter",
    ),
    redundancy=("time measurement", "1", "share of the meter's own error that shows in its residual; 0: critical"),
    flag=(
        "time measurement",
        "1",
        "0 good; 1 bad: not used; 2 doubtful: used, but as likely wrong as a bad one; 3 beyond reason: not used; "
        "4 contradicts what is out of service: not used; NaN no value",
    ),
    converged=("time", "1", "1 where the state is the least-squares optimum"),
    iterations=("time", "1", "iterations needed"),
    quality=(
        "time",
        "1",
        "2 by meters alone; 1 with pseudo-measurements; 0 not observable, part of the state is NaN; -1 not to be "
        "trusted: it contradicts the park's nameplates, three meters or more show something of what is out of service, "
        "or a third of the voltages, powers or currents are left out",
    ),
    objective=("time", "1", "sum of the squared weighted residuals of the meters that are used"),
    degrees_of_freedom=("time", "1", "meters beyond those that are needed"),
    p_value=("time", "1", "chance of an objective at least as large without bad data"),
    pseudo=("time", "1", "pseudo-measurements used"),
    flagged=("time", "1", "meters with a flag"),
    age_s=("time", "s", "age of the oldest value used"),
    mismatch_mva=("time", "MVA", "largest power at a node without units, where it is exactly 0"),
)

FORECAST = _schema(
    "forecast",
    "what was known when: quantiles of what comes, by issue; NaN where an issue does not reach",
    available_mw=("issued lead unit quantile", "MW", "active power that the weather would allow, >= 0"),
    load_mw=("issued lead load quantile", "MW", "firm load, >= 0"),
    price_per_mwh=("issued lead grid quantile", "currency/MWh", "spot price at a grid connection"),
)

METERED = _schema(
    "metered",
    "what the meters say of each device and interval, repaired and judged; `device_kind` is the park table of a device",
    energy_out_wh=("time device", "Wh", "energy out of the device into the network, a whole number >= 0; NaN: unknown"),
    energy_in_wh=("time device", "Wh", "energy into the device, a whole number >= 0; NaN: unknown"),
    coverage=("time device", "1", "share of the interval with good readings, 0..1"),
    flags=("time device", "1", "sum of the flags that hold (`holin.metering.Flag`): what was repaired or is doubtful"),
    certifiable=("time device", "1", "1 where the energy is good, whole and neither estimated nor doubtful; else 0"),
)

SCHEMAS: dict[str, TableSchema] = {
    s.name: s
    for s in (
        WEATHER, AVAILABLE, DEMAND, SCHEDULE, AHEAD, FLOWS, SETPOINTS, DC_OPTIMUM, TRACE, CARBON, SCOPES, MARGINAL,
        MEASUREMENTS, ESTIMATE, FORECAST, METERED,
    )
}  # fmt: skip
"""Table name -> declaration."""


def checked(schema: TableSchema, table: xr.Dataset) -> xr.Dataset:
    """Return the table with units and meanings attached, after checking that it is what the schema declares.

    Raises Mismatch, with all that is wrong, when a column is missing or unknown or has other dimensions, when a
    dimension has no labels or repeats one, or when time is not UTC without a zone or does not rise strictly.
    """
    wrong = [*_wrong_columns(schema, table), *_wrong_labels(schema, table), *_wrong_time(table), *_wrong_issue(table)]
    if wrong:
        raise Mismatch(f"not a table `{schema.name}`: " + "; ".join(wrong))
    labelled = table.copy()
    for column in schema.columns:
        labelled[column.name].attrs.update(units=column.unit, long_name=column.meaning)
    return labelled


def _wrong_columns(schema: TableSchema, table: xr.Dataset) -> Iterator[str]:
    for column in schema.columns:
        if column.name not in table:
            yield f"column {column.name} is missing"
    for name in map(str, table.data_vars):
        if name not in schema.dims:
            yield f"column {name} is not declared"
        elif tuple(table[name].dims) != schema.dims[name]:
            yield f"column {name} has dimensions {table[name].dims}, not {schema.dims[name]}"


RISING = ("time", "issued", "lead", "quantile")
"""Dimensions whose labels are checked for rising strictly."""


def _wrong_labels(schema: TableSchema, table: xr.Dataset) -> Iterator[str]:
    for dim in dict.fromkeys(d for dims in schema.dims.values() for d in dims if d in table.dims):
        if dim not in table.coords:
            yield f"dimension {dim} has no labels"
        elif dim not in RISING and not (index := table.indexes[dim]).is_unique:
            yield f"dimension {dim} repeats the label {index[index.duplicated()][0]!r}"


def _wrong_time(table: xr.Dataset) -> Iterator[str]:
    for name in ("time", "issued"):
        if name not in table.dims or name not in table.coords:
            continue
        time = table[name].values
        if not np.issubdtype(time.dtype, np.datetime64) or np.isnat(time).any():
            yield f"{name} is not a time in UTC (datetime64 without a zone)"
        elif not (np.diff(time) > np.timedelta64(0)).all():
            yield f"{name} does not rise strictly"


def _wrong_issue(table: xr.Dataset) -> Iterator[str]:
    if "lead" in table.dims and "lead" in table.coords:
        lead = table["lead"].values
        if not np.issubdtype(lead.dtype, np.timedelta64) or np.isnat(lead).any():
            yield "lead is not a span of time (timedelta64)"
        elif (lead < np.timedelta64(0)).any():
            yield "lead is negative: a value before its issue"
        elif not (np.diff(lead) > np.timedelta64(0)).all():
            yield "lead does not rise strictly"
    if "quantile" in table.dims and "quantile" in table.coords:
        quantile = table["quantile"].values
        if not np.issubdtype(quantile.dtype, np.floating) or not ((quantile > 0) & (quantile < 1)).all():
            yield "a quantile is not a chance between 0 and 1"
        elif not (np.diff(quantile) > 0).all():
            yield "quantile does not rise strictly"


def same_hours(*tables: xr.Dataset) -> None:
    """Check that all tables have the same hours; raises Mismatch otherwise."""
    first = tables[0]["time"].values
    for table in tables[1:]:
        other = table["time"].values
        if not np.array_equal(first, other):
            raise Mismatch(f"the hours differ: {_span(first)} against {_span(other)}; make both from the same hours")


def _span(time: NDArray[np.datetime64]) -> str:
    hours = time.astype("datetime64[m]")
    return f"{hours[0]} .. {hours[-1]} ({len(hours)})" if len(hours) else "none"
