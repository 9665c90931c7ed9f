"""The network: substations, buses, lines, transformers, switches, shunts and the connection to the public grid."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from holin.columns import column
from holin.thing import Thing


@dataclass(frozen=True, kw_only=True)
class Substation(Thing):
    """A place where buses of one or more voltage levels stand."""

    v_levels_kv: tuple[float, ...] = column("kV", "voltage levels, such as 220;66", default=(), gt=0, usual=(0.4, 1000))


@dataclass(frozen=True, kw_only=True)
class Bus(Thing):
    """A node of one voltage: a bus-section."""

    substation: str | None = column(meaning="where it stands", default=None, refers_to="substation")
    v_nom_kv: float = column("kV", "nominal line-line voltage", gt=0, usual=(0.38, 1000))
    v_min_pu: float = column("p.u.", "lowest admissible voltage", default=0.90, gt=0, le=1.0, usual=(0.8, 1.0))
    v_max_pu: float = column("p.u.", "highest admissible voltage", default=1.10, ge=1.0, usual=(1.0, 1.2))
    ik_max_ka: float | None = column("kA", "breaking current of its breakers", default=None, gt=0, usual=(5, 80))
    ip_max_ka: float | None = column(
        "kA",
        "making (peak) current of its breakers; empty: 2.5 times the breaking current",
        default=None,
        gt=0,
        usual=(10, 220),
    )


@dataclass(frozen=True, kw_only=True)
class Line(Thing):
    """One circuit of an overhead line or cable (pi model)."""

    bus_from: str = column(meaning="first end", refers_to="bus")
    bus_to: str = column(meaning="second end", refers_to="bus")
    length_km: float = column("km", "length", gt=0, usual=(0.05, 300))
    r_ohm_per_km: float = column("ohm/km", "positive-sequence resistance", ge=0, usual=(0.005, 2))
    x_ohm_per_km: float = column("ohm/km", "positive-sequence reactance", usual=(0.03, 1))
    c_nf_per_km: float = column("nF/km", "positive-sequence capacitance to earth", default=0.0, ge=0, usual=(0, 800))
    tan_delta: float = column("1", "loss factor of the capacitance", default=0.0, ge=0, le=0.1)
    i_nom_ka: float = column("kA", "thermal rating", gt=0, usual=(0.05, 6))
    r0_ohm_per_km: float | None = column("ohm/km", "zero-sequence resistance", default=None, ge=0)
    x0_ohm_per_km: float | None = column("ohm/km", "zero-sequence reactance", default=None)
    c0_nf_per_km: float | None = column("nF/km", "zero-sequence capacitance", default=None, ge=0)
    cable: bool = column(meaning="true for a cable, false for an overhead line", default=False)


@dataclass(frozen=True, kw_only=True)
class EquivalentBranch(Thing):
    """A two-ended element given by its pi model instead of a nameplate: a series element or a network case's branch.

    All in p.u. on 1 MVA and the nominal voltages of its buses, an ideal ratio at `bus_from` (as MATPOWER writes it).
    Source: IEC 61970-301 (EquivalentBranch); MATPOWER User's Manual, chapter 3.
    """

    bus_from: str = column(meaning="first end, with the ratio", refers_to="bus")
    bus_to: str = column(meaning="second end", refers_to="bus")
    r_pu: float = column("p.u.", "series resistance on 1 MVA", default=0.0)
    x_pu: float = column("p.u.", "series reactance on 1 MVA")
    g_pu: float = column("p.u.", "conductance to earth on 1 MVA, half at each end", default=0.0)
    b_pu: float = column("p.u.", "charging susceptance on 1 MVA, half at each end", default=0.0)
    ratio: float = column("1", "off-nominal turns ratio at bus_from", default=1.0, gt=0, usual=(0.5, 1.5))
    shift_deg: float = column("deg", "phase by which bus_to lags", default=0.0, ge=-360, le=360)
    s_nom_mva: float | None = column("MVA", "rating (empty: none)", default=None, gt=0)
    angle_min_deg: float | None = column(
        "deg",
        "least angle of bus_from over bus_to, kept by `holin dispatch --snapshot` (empty: no limit)",
        default=None,
        ge=-360,
        le=360,
    )
    angle_max_deg: float | None = column(
        "deg", "largest angle of bus_from over bus_to (empty: no limit)", default=None, ge=-360, le=360
    )


class Side(StrEnum):
    """The winding that carries the taps."""

    FROM = "from"
    TO = "to"


@dataclass(frozen=True, kw_only=True)
class Transformer(Thing):
    """A two-winding transformer, given by its nameplate."""

    bus_from: str = column(meaning="high-voltage bus", refers_to="bus")
    bus_to: str = column(meaning="low-voltage bus", refers_to="bus")
    s_nom_mva: float = column("MVA", "rated power", gt=0, usual=(0.05, 1500))
    v_from_kv: float = column("kV", "rated voltage of the high-voltage winding", gt=0, usual=(0.38, 1000))
    v_to_kv: float = column("kV", "rated voltage of the low-voltage winding", gt=0, usual=(0.1, 1000))
    uk: float = column("1", "short-circuit voltage", gt=0, lt=1, usual=(0.03, 0.3))
    pk_kw: float = column("kW", "copper loss at rated current", ge=0, usual=(0, 5000))
    i0: float = column("1", "no-load current", default=0.0, ge=0, lt=1, usual=(0, 0.05))
    p0_kw: float = column("kW", "no-load loss", default=0.0, ge=0, usual=(0, 2000))
    vector_group: str = column(
        meaning="such as YNd11; the clock number times 30 degrees is the phase shift", default="YNyn0"
    )
    tap_side: Side = column(meaning="winding that carries the taps: from or to", default=Side.FROM)
    tap_pos: int = column("1", "tap position in service", default=0)
    tap_neutral: int = column("1", "position of the rated ratio", default=0)
    tap_min: int = column("1", "lowest position", default=0)
    tap_max: int = column("1", "highest position", default=0)
    tap_step: float = column("1", "voltage step per position", default=0.0, ge=0, le=0.1)
    v_set_pu: float | None = column(
        "p.u.", "voltage that the on-load tap changer keeps at bus_to (empty: fixed tap)", default=None, gt=0.8, lt=1.2
    )
    dead_band_pu: float | None = column(
        "p.u.",
        "half width of the changer's dead band, 0.6 of a step at least (empty: that)",
        default=None,
        gt=0,
        lt=0.1,
    )
    uk0: float | None = column("1", "zero-sequence short-circuit voltage (empty: uk)", default=None, gt=0, lt=1)
    pk0_kw: float | None = column("kW", "zero-sequence copper loss (empty: pk_kw)", default=None, ge=0)
    on_load_taps: bool = column(
        meaning="true: its taps move under load; so they do wherever v_set_pu is given", default=False
    )
    rn_from_ohm: float = column(
        "ohm", "resistance from the neutral of winding 1 to earth, for a vector group with N", default=0.0, ge=0
    )
    xn_from_ohm: float = column("ohm", "reactance from the neutral of winding 1 to earth", default=0.0, ge=0)
    rn_to_ohm: float = column("ohm", "resistance from the neutral of winding 2 to earth", default=0.0, ge=0)
    xn_to_ohm: float = column("ohm", "reactance from the neutral of winding 2 to earth", default=0.0, ge=0)


@dataclass(frozen=True, kw_only=True)
class Transformer3(Thing):
    """A three-winding transformer: pairwise short-circuit data, star equivalent."""

    bus_1: str = column(meaning="high-voltage bus", refers_to="bus")
    bus_2: str = column(meaning="medium-voltage bus", refers_to="bus")
    bus_3: str = column(meaning="low-voltage bus", refers_to="bus")
    s_nom_1_mva: float = column("MVA", "rated power of winding 1", gt=0, usual=(0.05, 1500))
    s_nom_2_mva: float = column("MVA", "rated power of winding 2", gt=0, usual=(0.05, 1500))
    s_nom_3_mva: float = column("MVA", "rated power of winding 3", gt=0, usual=(0.05, 1500))
    v_1_kv: float = column("kV", "rated voltage of winding 1", gt=0, usual=(0.38, 1000))
    v_2_kv: float = column("kV", "rated voltage of winding 2", gt=0, usual=(0.1, 1000))
    v_3_kv: float = column("kV", "rated voltage of winding 3", gt=0, usual=(0.1, 1000))
    uk_12: float = column(
        "1", "short-circuit voltage 1-2, on the smaller rating of the two", gt=0, lt=1, usual=(0.03, 0.4)
    )
    uk_23: float = column(
        "1", "short-circuit voltage 2-3, on the smaller rating of the two", gt=0, lt=1, usual=(0.03, 0.4)
    )
    uk_31: float = column(
        "1", "short-circuit voltage 3-1, on the smaller rating of the two", gt=0, lt=1, usual=(0.03, 0.4)
    )
    pk_12_kw: float = column("kW", "copper loss 1-2", ge=0)
    pk_23_kw: float = column("kW", "copper loss 2-3", ge=0)
    pk_31_kw: float = column("kW", "copper loss 3-1", ge=0)
    i0: float = column("1", "no-load current", default=0.0, ge=0, lt=1)
    p0_kw: float = column("kW", "no-load loss", default=0.0, ge=0)
    vector_group: str = column(meaning="such as YNyn0d11", default="YNyn0yn0")
    tap_pos: int = column("1", "tap position in service, winding 1", default=0)
    tap_neutral: int = column("1", "position of the rated ratio", default=0)
    tap_min: int = column("1", "lowest position", default=0)
    tap_max: int = column("1", "highest position", default=0)
    tap_step: float = column("1", "voltage step per position", default=0.0, ge=0, le=0.1)
    uk0_12: float | None = column(
        "1", "zero-sequence short-circuit voltage 1-2 (empty: uk_12)", default=None, gt=0, lt=1
    )
    uk0_23: float | None = column(
        "1", "zero-sequence short-circuit voltage 2-3 (empty: uk_23)", default=None, gt=0, lt=1
    )
    uk0_31: float | None = column(
        "1", "zero-sequence short-circuit voltage 3-1 (empty: uk_31)", default=None, gt=0, lt=1
    )
    rn_1_ohm: float = column(
        "ohm", "resistance from the neutral of winding 1 to earth, for a winding with N", default=0.0, ge=0
    )
    xn_1_ohm: float = column("ohm", "reactance from the neutral of winding 1 to earth", default=0.0, ge=0)
    rn_2_ohm: float = column("ohm", "resistance from the neutral of winding 2 to earth", default=0.0, ge=0)
    xn_2_ohm: float = column("ohm", "reactance from the neutral of winding 2 to earth", default=0.0, ge=0)
    rn_3_ohm: float = column("ohm", "resistance from the neutral of winding 3 to earth", default=0.0, ge=0)
    xn_3_ohm: float = column("ohm", "reactance from the neutral of winding 3 to earth", default=0.0, ge=0)


@dataclass(frozen=True, kw_only=True)
class Switch(Thing):
    """A switch between a bus and another bus (bus coupler) or one end of a branch."""

    bus: str = column(meaning="the bus at which it stands", refers_to="bus")
    element: str = column(
        meaning="the other bus, or the branch whose end at `bus` it opens",
        refers_to=("bus", "line", "transformer", "transformer3", "equivalent_branch"),
    )
    closed: bool = column(meaning="whether it is closed in normal operation", default=True)


class ShuntKind(StrEnum):
    """What a shunt is."""

    CAPACITOR = "capacitor"
    REACTOR = "reactor"
    FILTER = "filter"
    SVC = "svc"


@dataclass(frozen=True, kw_only=True)
class Shunt(Thing):
    """A capacitor, reactor, harmonic filter or static compensator (SVC/SVG)."""

    bus: str = column(meaning="where it is connected", refers_to="bus")
    kind: ShuntKind = column(meaning="capacitor, reactor, filter or svc", default=ShuntKind.CAPACITOR)
    q_nom_mvar: float = column(
        "Mvar", "into the network at nominal voltage: + capacitive, - inductive; the SVC's rating", usual=(-600, 600)
    )
    p_nom_mw: float = column("MW", "active power taken at nominal voltage", default=0.0, usual=(0, 50))
    steps: int = column("1", "number of equal switched steps", default=1, ge=1, le=100)
    v_set_pu: float | None = column(
        "p.u.", "voltage that an SVC or switched bank keeps (empty: fixed)", default=None, gt=0.8, lt=1.2
    )


@dataclass(frozen=True, kw_only=True)
class Grid(Thing):
    """The connection to the public network: the slack of the power flow, the seller and buyer of the rest."""

    bus: str = column(meaning="where the public network begins", refers_to="bus")
    v_set_pu: float = column("p.u.", "voltage held by the public network", default=1.0, gt=0.8, lt=1.2)
    behind_impedance: bool = column(
        meaning="true: the voltage is held behind the impedance of sk_max_mva; false: at the bus", default=False
    )
    sk_max_mva: float = column("MVA", "largest short-circuit power", gt=0, usual=(20, 100_000))
    sk_min_mva: float | None = column("MVA", "smallest short-circuit power", default=None, gt=0, usual=(10, 100_000))
    rx_ratio: float = column("1", "R/X of the short-circuit impedance", default=0.1, ge=0, le=2)
    x0_x1_ratio: float | None = column(
        "1", "zero- over positive-sequence reactance (empty: not earthed)", default=None, gt=0, usual=(0.3, 10)
    )
    r0_x0_ratio: float = column("1", "R/X of the zero-sequence impedance", default=0.1, ge=0, le=2)
    import_max_mw: float = column("MW", "contract limit of import", ge=0, usual=(0, 20_000))
    export_max_mw: float = column(
        "MW", "contract limit of export; 0: none allowed", default=0.0, ge=0, usual=(0, 20_000)
    )
    import_max_series: str | None = column(
        meaning="series that limits import further, p.u. of import_max_mw", default=None, refers_to="series"
    )
    inertia_mw_s: float = column("MW s", "stored energy that the public network counts with here", default=0.0, ge=0)
    tariff: str | None = column(meaning="tariff of import and export", default=None, refers_to="tariff")
    emission_factor: str | None = column(
        meaning="carbon of the imported energy", default=None, refers_to="emission_factor"
    )
    mix: str | None = column(
        meaning="series with the hourly renewable share (1) of import; empty: import counts as not green",
        default=None,
        refers_to="series",
    )
