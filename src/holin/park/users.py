"""Who takes power: enterprises with their loads, potlines, meters and contracts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holin.columns import column
from holin.thing import Thing


class Sector(StrEnum):
    """What an enterprise does."""

    SMELTING = "smelting"
    ALUMINA = "alumina"
    ROLLING = "rolling"
    FOIL = "foil"
    CASTING = "casting"
    ALLOY = "alloy"
    EXTRUSION = "extrusion"
    POWDER = "powder"
    CHEMICALS = "chemicals"
    CABLE = "cable"
    WHEEL = "wheel"
    RECYCLING = "recycling"
    UTILITY = "utility"
    GENERATION = "generation"
    NETWORK = "network"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Enterprise(Thing):
    """A firm of the park: it owns loads, potlines, sources, meters and contracts."""

    sector: Sector = column(meaning="what it does", default=Sector.OTHER)


class LoadShape(StrEnum):
    """Built-in daily and weekly shapes of a load."""

    FLAT = "flat"
    THREE_SHIFT = "three_shift"
    TWO_SHIFT = "two_shift"
    DAY_SHIFT = "day_shift"
    NIGHT_SHIFT = "night_shift"


@dataclass(frozen=True, kw_only=True)
class Load(Thing):
    """A load that may not move: firm demand of one enterprise at one bus."""

    bus: str = column(meaning="where it is connected", refers_to="bus")
    enterprise: str = column(meaning="whose load it is", refers_to="enterprise")
    load_mw: float = column("MW", "yearly peak", ge=0, usual=(0.01, 2000))
    load_factor: float = column("1", "mean / peak over the year", default=0.7, gt=0, le=1)
    shape: LoadShape = column(meaning="built-in shape when no series is given", default=LoadShape.THREE_SHIFT)
    series: str | None = column(meaning="measured shape, p.u. of load_mw", default=None, refers_to="series")
    shape_key: str | None = column(
        meaning="whose course of a built-in shape it shares (empty: its own id)", default=None
    )
    power_factor: float = column("1", "cos phi, inductive", default=0.95, gt=0, le=1)
    q_mvar: float | None = column(
        "Mvar", "reactive power taken at load_mw (empty: by power_factor)", default=None, usual=(-2000, 2000)
    )
    z_share: float = column("1", "part that goes with the voltage squared", default=0.0, ge=0, le=1)
    i_share: float = column("1", "part that goes with the voltage", default=0.0, ge=0, le=1)


@dataclass(frozen=True, kw_only=True)
class Motor(Thing):
    """Asynchronous motors at one bus: they feed a short circuit. Their power is part of a load's."""

    bus: str = column(meaning="where they are connected", refers_to="bus")
    count: int = column("1", "number of equal motors", default=1, ge=1)
    p_nom_mw: float = column("MW", "rated shaft power of one", gt=0, usual=(0.01, 50))
    v_nom_kv: float | None = column("kV", "rated voltage (empty: that of its bus)", default=None, gt=0)
    efficiency: float = column("1", "shaft / electric power", default=0.95, gt=0.5, le=1)
    power_factor: float = column("1", "rated cos phi", default=0.88, gt=0.3, le=1)
    start_ratio: float = column("1", "locked-rotor / rated current", default=5.0, gt=1, usual=(3, 9))
    pole_pairs: int = column("1", "pairs of poles", default=2, ge=1, le=20)
    rx_ratio: float | None = column("1", "R/X (empty: by IEC 60909)", default=None, ge=0, le=2)


class HeatControl(StrEnum):
    """Whether the pots' heat loss can be steered."""

    CONVENTIONAL = "conventional"
    SHELL_HEAT_EXCHANGER = "shell_heat_exchanger"


@dataclass(frozen=True, kw_only=True)
class Potline(Thing):
    """Pots in series on one direct current, behind one rectifier station."""

    bus: str = column(meaning="AC bus of the rectifiers", refers_to="bus")
    enterprise: str = column(meaning="whose potline it is", refers_to="enterprise")
    pots: int = column("1", "pots in circuit", ge=1, le=2000, usual=(20, 500))
    amperage_ka: float = column("kA", "nominal line current", gt=0, usual=(60, 700))
    back_emf_v: float = column("V", "intercept E of the pot's voltage U = E + R I", gt=0, usual=(1.4, 2.5))
    pot_resistance_uohm: float = column("uohm", "slope R of the pot's voltage U = E + R I", gt=0, usual=(2, 15))
    current_efficiency: float = column("1", "metal made / Faraday metal", gt=0, lt=1, usual=(0.85, 0.97))
    rectifier_efficiency: float = column("1", "DC / AC power of the rectifiers", default=0.985, gt=0.5, le=1)
    auxiliary: float = column("1", "auxiliaries (fans, cranes, filters) / rectifier input", default=0.04, ge=0, lt=0.3)
    power_factor: float = column("1", "cos phi behind the filters, inductive", default=0.98, gt=0, le=1)
    amperage_min_ka: float = column("kA", "lowest sustained current", gt=0, usual=(40, 700))
    amperage_max_ka: float = column("kA", "highest sustained current", gt=0, usual=(60, 750))
    heat_control: HeatControl = column(meaning="conventional or shell_heat_exchanger", default=HeatControl.CONVENTIONAL)
    heat_window_h: float = column(
        "h", "largest energy deviation from thermal balance / nominal power, either way", ge=0, usual=(0, 24)
    )
    heat_leak_per_h: float = column("1/h", "share of the deviation that decays per hour", default=0.02, ge=0, lt=1)
    ramp_ka_per_min: float = column("kA/min", "largest change of current", default=5.0, gt=0)
    changes_max_per_day: int | None = column(
        "1", "most changes of power in a local day (empty: any number)", default=None, ge=0, le=96
    )
    anode_effect_cost_per_mw: float = column(
        "currency/MW",
        "cost of the anode effects that a rise of power brings, per MW",
        default=0.0,
        ge=0,
        usual=(0, 5000),
    )
    production_duty: float = column("1", "metal owed per year / metal at nominal current", default=1.0, ge=0, le=1.2)
    carbon_t_per_t: float = column(
        "t/t", "direct CO2 of anode consumption per tonne of metal", default=1.424, ge=0, usual=(1.2, 1.9)
    )
    pfc_t_per_t: float = column(
        "t/t",
        "PFC of anode effects, as CO2e (IPCC AR4) per tonne of metal; where anode effects are given they count instead",
        default=0.1454,
        ge=0,
        usual=(0, 2),
    )
    anode_effects_per_pot_day: float | None = column(
        "1/d", "anode effects of a pot in a day (empty: not known)", default=None, ge=0, usual=(0, 3)
    )
    anode_effect_min: float | None = column(
        "min", "mean length of an anode effect (empty: not known)", default=None, ge=0, usual=(0, 10)
    )
    pfc_slope_kg_per_t_min: float = column(
        "kg/(t min)",
        "CF4 per tonne of metal and minute of anode effect per pot and day; prebaked, centre-worked 0.143 (IPCC 2006)",
        default=0.143,
        ge=0,
        usual=(0.02, 0.4),
    )
    c2f6_per_cf4: float = column(
        "1", "mass of C2F6 / mass of CF4; prebaked, centre-worked 0.121 (IPCC 2006)", default=0.121, ge=0, le=1
    )


@dataclass(frozen=True, kw_only=True)
class Meter(Thing):
    """A meter of an enterprise or of the network operator at one element."""

    enterprise: str = column(meaning="whose account it counts for", refers_to="enterprise")
    element: str = column(
        meaning="what it measures",
        refers_to=("load", "potline", "wind_farm", "pv_plant", "thermal_unit", "storage", "grid"),
    )
    interval_min: int = column("min", "length of its interval", default=60, ge=1, le=60)
    register_max_kwh: float | None = column(
        "kWh",
        "at which its register starts again from 0, such as 1e6 of six digits (empty: not known, a fall is a reset)",
        default=None,
        gt=0,
    )


@dataclass(frozen=True, kw_only=True)
class Contract(Thing):
    """The supply contract of an enterprise."""

    enterprise: str = column(meaning="the customer", refers_to="enterprise")
    tariff: str = column(meaning="what it pays by", refers_to="tariff")
    capacity_mva: float | None = column("MVA", "contracted capacity", default=None, gt=0)
    green_share_min: float = column("1", "renewable share it asks for", default=0.0, ge=0, le=1)
