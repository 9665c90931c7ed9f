"""What makes or keeps power: wind farms, PV plants, thermal units, generators, storage; their turbines and fuels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holin.columns import column
from holin.thing import Thing


@dataclass(frozen=True, kw_only=True)
class Source(Thing):
    """Common to all that feeds in: its bus, owner, power and reactive behaviour."""

    bus: str = column(meaning="where it is connected", refers_to="bus")
    enterprise: str | None = column(meaning="owner", default=None, refers_to="enterprise")
    p_nom_mw: float = column("MW", "nominal active power at its terminals", gt=0, usual=(0.05, 5000))
    power_factor: float = column(
        "1", "cos phi when it does not hold a voltage; negative absorbs reactive power", default=1.0, ge=-1, le=1
    )
    v_set_pu: float | None = column(
        "p.u.",
        "voltage that it holds at its bus within its Q limits (empty: constant power factor)",
        default=None,
        gt=0.8,
        lt=1.2,
    )
    q_min_mvar: float | None = column("Mvar", "lowest reactive power", default=None, le=0)
    q_max_mvar: float | None = column("Mvar", "highest reactive power", default=None, ge=0)
    cost: str | None = column(meaning="its cost data", default=None, refers_to="cost")


@dataclass(frozen=True, kw_only=True)
class Converter(Source):
    """Common to what feeds in through converters: its voltage droop and its share in a short circuit."""

    q_v_curve: tuple[tuple[float, float], ...] = column(
        "p.u.:1",
        "reactive power over voltage, points v : q / p_nom, such as 0.95:0.3;0.98:0;1.02:0;1.05:-0.3",
        default=(),
    )
    power_factor_curve: tuple[tuple[float, float], ...] = column(
        "1:1",
        "power factor over power, points p / p_nom : cos phi (negative absorbs), such as 0.5:1;1:-0.95",
        default=(),
    )
    ik_ratio: float = column("1", "short-circuit current / rated current", default=1.2, ge=0, usual=(0, 8))


@dataclass(frozen=True, kw_only=True)
class Machine(Source):
    """Common to synchronous machines: what a short circuit and the network see of them."""

    s_nom_mva: float | None = column("MVA", "rated power (empty: p_nom_mw / 0.85)", default=None, gt=0)
    v_nom_kv: float | None = column("kV", "rated voltage (empty: that of its bus)", default=None, gt=0)
    unit_transformer: str | None = column(
        meaning="its unit transformer (power station unit of IEC 60909)", default=None, refers_to="transformer"
    )
    voltage_range: float = column(
        "1", "by how much its voltage may stay above the rated one (p_G of IEC 60909)", default=0.0, ge=0, le=0.1
    )
    inertia_s: float = column("s", "H on its rating", default=4.0, ge=0, le=20)
    xd_subtransient_pu: float | None = column(
        "p.u.", "subtransient reactance on its rating (empty: 0.2, and named as assumed)", default=None, gt=0, lt=1
    )
    r_stator_pu: float | None = column(
        "p.u.", "stator resistance on its rating (empty: the fictitious one of IEC 60909)", default=None, ge=0, lt=0.2
    )


@dataclass(frozen=True, kw_only=True)
class Generator(Machine):
    """A generator given by its limits and cost alone, as in a network case: no fuel, no weather.

    `cost_points`, where given, stand for the cost instead of c2 p^2 + c1 p + c0.
    """

    p_nom_mw: float = column("MW", "highest active power", ge=0, usual=(0, 5000))
    p_min_mw: float = column("MW", "lowest active power; negative takes power", default=0.0)
    p_mw: float = column("MW", "power in the snapshot, into the network", default=0.0)
    q_mvar: float = column("Mvar", "reactive power in the snapshot, when it holds no voltage", default=0.0)
    balances: bool = column(meaning="true: it takes up the rest in an island without a grid connection", default=False)
    q_min_mvar: float | None = column("Mvar", "lowest reactive power", default=None)
    q_max_mvar: float | None = column("Mvar", "highest reactive power", default=None)
    cost_c2: float = column("currency/MW2h", "quadratic cost", default=0.0, ge=0)
    cost_c1: float = column("currency/MWh", "linear cost", default=0.0)
    cost_c0: float = column("currency/h", "constant cost", default=0.0)
    cost_points: tuple[tuple[float, float], ...] = column(
        "MW:currency/h", "piecewise linear cost, points power : cost per hour", default=()
    )
    emission_t_per_mwh: float | None = column("t/MWh", "CO2 of its energy (empty: not known)", default=None, ge=0)


@dataclass(frozen=True, kw_only=True)
class Turbine(Thing):
    """A wind turbine type: normalised power curve at reference air density and its cut-outs."""

    power_curve: tuple[tuple[float, float], ...] = column(
        "m/s:1", "points wind speed : power / nominal, such as 3:0;12:1;25:1", ge=0
    )
    air_density_kg_per_m3: float = column("kg/m3", "density that the curve holds for", default=1.225, gt=0.5, lt=2)
    cut_out_m_per_s: float = column("m/s", "stops above (10-minute mean)", default=25.0, gt=5, usual=(18, 35))
    restart_m_per_s: float = column("m/s", "starts again below, after a cut-out", default=22.0, gt=5, usual=(15, 33))
    temp_stop_c: float = column("degC", "stops below", default=-30.0, usual=(-50, 0))
    temp_restart_c: float = column("degC", "starts again above, after a stop by cold", default=-28.0, usual=(-50, 5))


@dataclass(frozen=True, kw_only=True)
class WindFarm(Converter):
    """A wind farm at one place with one turbine type."""

    turbine: str | None = column(
        meaning="turbine type (not needed with a measured series)", default=None, refers_to="turbine"
    )
    hub_height_m: float = column("m", "hub height", default=110.0, gt=0, usual=(40, 200))
    shear_exponent: float = column("1", "power-law exponent of wind over height", default=0.14, ge=0, le=0.6)
    wake_loss: float = column("1", "energy lost in wakes", default=0.0, ge=0, lt=1)
    availability: float = column("1", "share of turbines that run", default=1.0, gt=0, le=1)
    icing_loss: float = column("1", "energy lost to icing over the cold months", default=0.0, ge=0, lt=1)
    full_load_hours: float | None = column(
        "h",
        "gross yield per year that the weather is scaled to (empty: as the weather gives)",
        default=None,
        gt=0,
        usual=(1200, 5500),
    )
    series: str | None = column(
        meaning="measured or forecast available power, p.u. of nominal", default=None, refers_to="series"
    )
    weather_key: str | None = column(meaning="whose synthetic weather it shares (empty: its own id)", default=None)


class Tracking(StrEnum):
    """How modules follow the sun."""

    FIXED = "fixed"
    SINGLE_AXIS = "single_axis"


@dataclass(frozen=True, kw_only=True)
class PvPlant(Converter):
    """A photovoltaic plant; `p_nom_mw` is the AC rating of its inverters."""

    p_dc_mw: float = column("MW", "module power at standard test conditions", gt=0, usual=(0.05, 5000))
    tracking: Tracking = column(meaning="fixed or single_axis", default=Tracking.FIXED)
    surface_tilt_deg: float = column("deg", "tilt of fixed modules", default=35.0, ge=0, le=90)
    surface_azimuth_deg: float = column(
        "deg", "from north, clockwise; 180 is south (of the axis, when tracking)", default=180.0, ge=0, le=360
    )
    temperature_coefficient_per_k: float = column(
        "1/K", "power per kelvin of cell temperature", default=-0.0035, le=0, usual=(-0.006, 0)
    )
    bifaciality: float = column("1", "rear / front efficiency; 0: one-sided", default=0.0, ge=0, le=1)
    ground_coverage: float = column("1", "module width / row pitch", default=0.4, gt=0, lt=1)
    albedo: float = column("1", "ground reflectance without snow", default=0.2, ge=0, le=1)
    system_loss: float = column("1", "soiling, mismatch, wiring, availability", default=0.10, ge=0, lt=1)
    inverter_efficiency: float = column("1", "nominal inverter efficiency", default=0.985, gt=0.5, le=1)
    full_load_hours: float | None = column(
        "h",
        "yield per year of the AC rating that the weather is scaled to (empty: as the weather gives)",
        default=None,
        gt=0,
        usual=(600, 3000),
    )
    series: str | None = column(
        meaning="measured or forecast available power, p.u. of nominal", default=None, refers_to="series"
    )
    weather_key: str | None = column(meaning="whose synthetic weather it shares (empty: its own id)", default=None)


@dataclass(frozen=True, kw_only=True)
class Fuel(Thing):
    """A fuel: its price and what burning it emits."""

    price_per_gj: float = column("currency/GJ", "price free plant, lower heating value", ge=0, usual=(1, 300))
    emission_factor_t_per_gj: float = column("t/GJ", "CO2 per lower heating value", ge=0, usual=(0, 0.13))
    stock_gj: float | None = column(
        "GJ",
        "what the yard holds when a schedule begins without a measured state (empty: never short)",
        default=None,
        ge=0,
    )
    delivery_gj_per_day: float = column("GJ/d", "what arrives each day, spread over it", default=0.0, ge=0)


@dataclass(frozen=True, kw_only=True)
class ThermalUnit(Machine):
    """A captive thermal unit. `p_nom_mw` and `p_min_mw` are gross, at the generator's terminals."""

    p_min_mw: float = column("MW", "lowest stable gross power when on", ge=0, usual=(0, 1000))
    ramp_up_mw_per_h: float = column("MW/h", "largest rise", gt=0, usual=(1, 5000))
    ramp_down_mw_per_h: float = column("MW/h", "largest fall", gt=0, usual=(1, 5000))
    min_up_h: float = column("h", "shortest time on", default=0.0, ge=0, usual=(0, 72))
    min_down_h: float = column("h", "shortest time off", default=0.0, ge=0, usual=(0, 72))
    start_cost: float = column("currency", "cost of one start, its fuel included (a hot one)", default=0.0, ge=0)
    start_cost_warm: float | None = column(
        "currency", "cost of a start after `warm_after_h` off (empty: as a hot one)", default=None, ge=0
    )
    start_cost_cold: float | None = column(
        "currency", "cost of a start after `cold_after_h` off (empty: as a warm one)", default=None, ge=0
    )
    warm_after_h: float = column("h", "time off from which a start is a warm one", default=8.0, gt=0, usual=(2, 48))
    cold_after_h: float = column("h", "time off from which a start is a cold one", default=48.0, gt=0, usual=(12, 240))
    stop_cost: float = column("currency", "cost of one stop", default=0.0, ge=0)
    start_points: tuple[tuple[float, float], ...] = column(
        "h:MW",
        "gross power while it starts, points time since synchronised : power, up to p_min_mw (empty: at once)",
        default=(),
        ge=0,
    )
    start_max_mw: float | None = column(
        "MW", "highest gross power in the first step on (empty: no limit of its own)", default=None, gt=0
    )
    stop_max_mw: float | None = column(
        "MW", "highest gross power in the last step on (empty: no limit of its own)", default=None, gt=0
    )
    heat_rate_points: tuple[tuple[float, float], ...] = column(
        "1:GJ/MWh", "points load / nominal : heat per gross MWh, such as 0.4:10.9;1:9.9", gt=0
    )
    auxiliary: float = column("1", "own use / gross power", default=0.0, ge=0, lt=0.3, usual=(0, 0.15))
    fuel: str = column(meaning="what it burns", refers_to="fuel")
    must_run: bool = column(meaning="stays on, except in planned outages", default=False)
    heat_nom_mw: float = column("MW", "largest heat duty (CHP); 0: none", default=0.0, ge=0, usual=(0, 3000))
    heat_series: str | None = column(
        meaning="heat duty as p.u. of heat_nom_mw (empty: heating season by temperature)",
        default=None,
        refers_to="series",
    )
    power_per_heat: float = column("1", "least gross MW per MW of heat (heat-led minimum)", default=0.0, ge=0, le=3)
    power_loss_per_heat: float = column(
        "1", "gross MW of full load lost per MW of heat (extraction)", default=0.0, ge=0, le=1
    )
    heat_store_mwh: float = column("MWh", "heat that its store holds; 0: none", default=0.0, ge=0)
    heat_store_loss_per_h: float = column("1/h", "content lost per hour", default=0.01, ge=0, lt=0.5)
    primary_response: float = column(
        "1", "gross power that it can add within seconds / nominal", default=0.05, ge=0, le=0.5
    )


@dataclass(frozen=True, kw_only=True)
class Storage(Converter):
    """A storage of electric energy; power limits are at the bus."""

    e_nom_mwh: float = column("MWh", "nominal energy content", gt=0, usual=(0.05, 50_000))
    efficiency_charge: float = column("1", "stored / taken from the bus", default=0.93, gt=0, le=1)
    efficiency_discharge: float = column("1", "given to the bus / taken from the store", default=0.93, gt=0, le=1)
    standing_loss_per_h: float = column("1/h", "content lost per hour", default=0.0, ge=0, lt=0.1)
    soc_min: float = column("1", "lowest content / nominal", default=0.0, ge=0, lt=1)
    soc_max: float = column("1", "highest content / nominal", default=1.0, gt=0, le=1)
    cycle_cost_per_mwh: float = column("currency/MWh", "wear per MWh discharged", default=0.0, ge=0, usual=(0, 1000))
    cycle_life_points: tuple[tuple[float, float], ...] = column(
        "1:1",
        "cycles to the end of life, points depth : cycles, such as 0.2:30000;1:4000 (empty: cycle_cost_per_mwh)",
        default=(),
        gt=0,
    )
    replacement_cost_per_mwh: float = column(
        "currency/MWh", "new cells per nominal MWh, spread over `cycle_life_points`", default=0.0, ge=0
    )
    charge_power_points: tuple[tuple[float, float], ...] = column(
        "1:1",
        "highest charging power / nominal over content / nominal, falling and concave (empty: always nominal)",
        default=(),
        ge=0,
    )
    discharge_power_points: tuple[tuple[float, float], ...] = column(
        "1:1",
        "highest discharging power / nominal over content / nominal, rising and concave (empty: always nominal)",
        default=(),
        ge=0,
    )
    soc_end: float | None = column(
        "1",
        "content / nominal wished for at the end of a schedule (empty: the middle of its range)",
        default=None,
        ge=0,
        le=1,
    )
