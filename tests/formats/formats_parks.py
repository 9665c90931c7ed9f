"""Parks with every kind of element that network formats know, drawn at random."""

from datetime import date

import numpy as np
import xarray as xr

from holin.flow import flow, snapshot
from holin.park import (
    Bus,
    Enterprise,
    EquivalentBranch,
    Generator,
    Grid,
    Line,
    Load,
    Park,
    ParkFacts,
    Shunt,
    ShuntKind,
    Side,
    Stage,
    Switch,
    Transformer,
    Transformer3,
)

DAY = date(2025, 12, 31)


def random_park(seed: int, *, equivalents: bool = True, transformers3: bool = True, clocks: bool = True) -> Park:
    """A meshed 110 kV ring, 20 kV and 10 kV behind transformers, a coupler, a line open at one end, all loads fed."""
    rng = np.random.default_rng(seed)
    draw = rng.uniform
    high, low = [f"H{k}" for k in range(5)], [f"L{k}" for k in range(3)]
    buses = [Bus(id=b, name=f"Bus {b}", v_nom_kv=110.0, v_min_pu=0.95, v_max_pu=1.05) for b in [*high, "H0b"]]
    buses += [Bus(id=b, v_nom_kv=10.0) for b in low]
    lines = [
        random_line(rng, f"line-{a}-{b}", a, b)
        for a, b in [("H0", "H1"), ("H1", "H2"), ("H2", "H3"), ("H3", "H4"), ("H4", "H0"), ("H0b", "H2"), ("H1", "H3")]
    ]
    transformers = [
        random_transformer(rng, f"t-{k}", high[k + 1], low[k], int(rng.integers(0, 12)) if clocks else 0)
        for k in range(3)
    ]
    more: dict[str, tuple[object, ...]] = {}
    at = ["H1", "H2", "H4", "H0b", *low]
    if transformers3:
        buses += [Bus(id="M", v_nom_kv=20.0), Bus(id="T", v_nom_kv=10.0)]
        at += ["M", "T"]
        more["transformers3"] = (random_transformer3(rng, "t3", "H4", "M", "T", clocks),)
    if equivalents:
        more["equivalent_branches"] = (
            EquivalentBranch(
                id="eq", bus_from="H2", bus_to="H4", r_pu=draw(1e-4, 5e-4), x_pu=draw(1e-3, 3e-3), g_pu=0.0,
                b_pu=draw(0, 3), ratio=draw(0.97, 1.03), shift_deg=draw(-2, 2) if clocks else 0.0, s_nom_mva=80.0,
            ),
        )  # fmt: skip
    loads = [
        Load(
            id=f"load-{b}", bus=b, enterprise="firm", load_mw=draw(1, 6), q_mvar=draw(-0.5, 2), load_factor=1.0,
            shape="flat",  # type: ignore[arg-type]
        )
        for b in at
    ]  # fmt: skip
    generators = (
        Generator(
            id="gen", bus="H3", p_nom_mw=60, p_min_mw=5, p_mw=draw(10, 40), v_set_pu=draw(0.99, 1.02), s_nom_mva=75.0,
            cost_c1=30.0, cost_c2=0.02,
        ),
        Generator(id="infeed", bus="L0", p_nom_mw=3, p_min_mw=3, p_mw=3, q_mvar=draw(-1, 1)),
    )  # fmt: skip
    return Park(
        facts=ParkFacts(id="drawn", name="Drawn park", currency="USD", time_zone="UTC"),
        stages=(Stage(name="imported", as_of=DAY),),
        buses=tuple(buses),
        lines=(*lines, random_line(rng, "stub", "H2", "H3")),
        transformers=tuple(transformers),
        switches=(
            Switch(id="coupler", bus="H0", element="H0b"),
            Switch(id="stub-end", bus="H3", element="stub", closed=False),
        ),
        shunts=(
            Shunt(id="cap", bus="H2", q_nom_mvar=draw(1, 8)),
            Shunt(id="coil", bus="L1", kind=ShuntKind.REACTOR, q_nom_mvar=-0.5, p_nom_mw=0.02),
        ),
        grids=(Grid(id="grid", bus="H0", v_set_pu=draw(0.99, 1.03), sk_max_mva=4000.0, import_max_mw=300.0),),
        generators=generators,
        enterprises=(Enterprise(id="firm"),),
        loads=tuple(loads),
        **more,  # type: ignore[arg-type]
    )


def random_line(rng: np.random.Generator, id: str, a: str, b: str) -> Line:
    return Line(
        id=id,
        bus_from=a,
        bus_to=b,
        length_km=float(rng.uniform(2, 30)),
        r_ohm_per_km=float(rng.uniform(0.03, 0.2)),
        x_ohm_per_km=float(rng.uniform(0.1, 0.4)),
        c_nf_per_km=float(rng.uniform(8, 200)),
        tan_delta=float(rng.uniform(0, 0.01)),
        i_nom_ka=float(rng.uniform(0.3, 0.9)),
    )


def random_transformer(rng: np.random.Generator, id: str, a: str, b: str, clock: int) -> Transformer:
    return Transformer(
        id=id,
        bus_from=a,
        bus_to=b,
        s_nom_mva=float(rng.uniform(20, 60)),
        v_from_kv=float(rng.choice([110, 115.0])),
        v_to_kv=float(rng.choice([10.0, 10.5])),
        uk=float(rng.uniform(0.08, 0.16)),
        pk_kw=float(rng.uniform(50, 200)),
        i0=0.004,
        p0_kw=30.0,
        vector_group=f"YNd{clock}" if clock % 2 else f"YNyn{clock}",
        tap_side=Side.FROM if rng.random() < 0.5 else Side.TO,
        tap_pos=int(rng.integers(-4, 5)),
        tap_min=-8,
        tap_max=8,
        tap_step=0.0125,
    )


def random_transformer3(rng: np.random.Generator, id: str, a: str, b: str, c: str, clocks: bool) -> Transformer3:
    draw = rng.uniform
    return Transformer3(
        id=id, bus_1=a, bus_2=b, bus_3=c, s_nom_1_mva=63.0, s_nom_2_mva=40.0, s_nom_3_mva=25.0, v_1_kv=115.0,
        v_2_kv=21.0, v_3_kv=10.5, uk_12=draw(0.10, 0.12), uk_23=draw(0.06, 0.08), uk_31=draw(0.16, 0.18),
        pk_12_kw=draw(100, 200), pk_23_kw=draw(60, 90), pk_31_kw=draw(60, 90), i0=0.003, p0_kw=40.0,
        vector_group="YNyn0d11" if clocks else "YNyn0yn0", tap_pos=int(rng.integers(-3, 4)), tap_min=-8, tap_max=8,
        tap_step=0.0125,
    )  # fmt: skip


def solution(park: Park) -> xr.Dataset:
    """The flow of the park's snapshot."""
    state = flow(park, snapshot(park)).isel(time=0)
    assert float(state["converged"]) == 1
    return state


def voltages(state: xr.Dataset) -> dict[str, complex]:
    """Bus -> voltage in p.u.; NaN where nothing energises it."""
    v = state["v_pu"].values * np.exp(1j * state["v_angle_rad"].values)
    return dict(zip(map(str, state["bus"].values), v.tolist(), strict=True))
