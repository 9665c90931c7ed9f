"""Tables of operation and grid: weather, what may run and what runs, the grid, measurements, forecasts."""

from __future__ import annotations

from holin.tables.schema import table_schema

WEATHER = table_schema(
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

AVAILABLE = table_schema(
    "available",
    "what the weather lets each wind farm and PV plant give, outages not yet deducted",
    available_mw=("time unit", "MW", "active power that the weather would allow, >= 0"),
)

DEMAND = table_schema(
    "demand",
    "firm demand of each load and heat duty of each thermal unit",
    load_mw=("time load", "MW", "firm load, >= 0"),
    heat_mw=("time thermal_unit", "MW", "heat duty, >= 0"),
)

SCHEDULE = table_schema(
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

AHEAD = table_schema(
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

FLOWS = table_schema(
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

SETPOINTS = table_schema(
    "setpoints",
    "what every unit, tap changer and shunt is to be set to, step by step: proposed, never sent",
    p_mw=("time unit", "MW", "active power at the unit's bus, + into the network; the grid connection takes the rest"),
    q_mvar=("time unit", "Mvar", "reactive power at the unit's bus, + into the network"),
    v_set_pu=("time unit", "p.u.", "voltage that the unit is to keep at its bus; NaN where it keeps none then"),
    tap_pos=("time transformer", "1", "tap position of each transformer; NaN where it is out of service"),
    steps=("time shunt", "1", "switched steps in service; NaN for a compensator and where it is out of service"),
    shunt_mvar=("time shunt", "Mvar", "reactive power of each shunt, + into the network; NaN where out of service"),
)

DC_OPTIMUM = table_schema(
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

MEASUREMENTS = table_schema(
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

ESTIMATE = table_schema(
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

FORECAST = table_schema(
    "forecast",
    "what was known when: quantiles of what comes, by issue; NaN where an issue does not reach",
    available_mw=("issued lead unit quantile", "MW", "active power that the weather would allow, >= 0"),
    load_mw=("issued lead load quantile", "MW", "firm load, >= 0"),
    price_per_mwh=("issued lead grid quantile", "currency/MWh", "spot price at a grid connection"),
)
