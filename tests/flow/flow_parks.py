"""Parks for the tests of the grid room, by hand and at random, and schedules for them."""

from typing import Any

import numpy as np
import xarray as xr

from holin.park import (
    Bus,
    Enterprise,
    Grid,
    Line,
    Load,
    Park,
    ParkFacts,
    PvPlant,
    Side,
    Switch,
    Transformer,
    units_of,
)


def park_of(**tables: Any) -> Park:
    enterprise = Enterprise(id="firm")
    return Park(facts=ParkFacts(id="test"), **({"enterprises": (enterprise,)} | tables))


def grid(bus: str, id: str = "grid", **more: Any) -> Grid:
    return Grid(**({"id": id, "bus": bus, "sk_max_mva": 5000.0, "import_max_mw": 1000.0} | more))


def line(id: str, bus_from: str, bus_to: str, **more: Any) -> Line:
    data = {"length_km": 10.0, "r_ohm_per_km": 0.1, "x_ohm_per_km": 0.4, "i_nom_ka": 0.6}
    return Line(**({"id": id, "bus_from": bus_from, "bus_to": bus_to} | data | more))


def transformer(id: str, bus_from: str, bus_to: str, **more: Any) -> Transformer:
    data = {"s_nom_mva": 50.0, "v_from_kv": 110.0, "v_to_kv": 10.5, "uk": 0.12, "pk_kw": 150.0}
    return Transformer(**({"id": id, "bus_from": bus_from, "bus_to": bus_to} | data | more))


def load(id: str, bus: str, load_mw: float = 10.0, **more: Any) -> Load:
    return Load(**({"id": id, "bus": bus, "enterprise": "firm", "load_mw": load_mw} | more))


def hours(count: int, start: str = "2025-01-01T00") -> np.ndarray:
    return np.datetime64(start, "ns") + np.arange(count) * np.timedelta64(1, "h")


def schedule(park: Park, p_mw: dict[str, Any], count: int = 1, start: str = "2025-01-01T00") -> xr.Dataset:
    """A schedule with the given powers (into the network), 0 for all other units."""
    units = units_of(park)
    p = np.zeros((count, len(units)))
    for k, unit in enumerate(units):
        p[:, k] = p_mw.get(unit.id, 0.0)
    return xr.Dataset(
        {"p_mw": (("time", "unit"), p)}, coords={"time": hours(count, start), "unit": [u.id for u in units]}
    )


def random_park(rng: np.random.Generator, *, meshed: bool, buses: int = 10) -> Park:
    """110 kV with lines, 10 kV behind transformers with taps and clocks; open ends, a coupler, parallel circuits."""
    top = max(3, buses // 2)
    names = [f"H{k}" for k in range(top)] + [f"L{k}" for k in range(buses - top)]
    bus = [Bus(id=n, v_nom_kv=110.0 if n[0] == "H" else 10.0) for n in names]
    lines: list[Line] = []
    for k in range(1, top):
        at = f"H{rng.integers(0, k)}"
        lines += [random_line(rng, f"l{k}{c}", at, f"H{k}") for c in "ab"[: int(rng.integers(1, 3))]]
    if meshed:
        for k in range(2):
            a, b = rng.choice(top, 2, replace=False)
            lines.append(random_line(rng, f"m{k}", f"H{a}", f"H{b}"))
    lines.append(random_line(rng, "stub", "H0", f"H{top - 1}"))
    transformers: list[Transformer] = []
    for k in range(buses - top):
        clock = int(rng.integers(0, 12))
        at = f"H{rng.integers(0, top)}"
        for c in "ab"[: int(rng.integers(1, 3))]:
            transformers.append(random_transformer(rng, f"t{k}{c}", at, f"L{k}", clock))
    bus.append(Bus(id="H0b", v_nom_kv=110.0))
    lines.append(random_line(rng, "coupled", "H0b", f"H{top - 1}"))
    switches = (
        Switch(id="coupler", bus="H0", element="H0b"),
        Switch(id="open_end", bus=f"H{top - 1}", element="stub", closed=False),
    )
    loads = tuple(
        load(f"load{k}", n, 10.0, power_factor=float(rng.uniform(0.85, 1))) for k, n in enumerate([*names[1:], "H0b"])
    )
    pv = PvPlant(id="pv", bus=names[-1], p_nom_mw=5.0, p_dc_mw=6.0, power_factor=float(rng.uniform(-1, -0.9)))
    return park_of(
        buses=tuple(bus),
        lines=tuple(lines),
        transformers=tuple(transformers),
        switches=switches,
        grids=(grid("H0", v_set_pu=1.03),),
        loads=loads,
        pv_plants=(pv,),
    )


def random_line(rng: np.random.Generator, id: str, a: str, b: str) -> Line:
    return line(
        id,
        a,
        b,
        length_km=float(rng.uniform(2, 30)),
        r_ohm_per_km=float(rng.uniform(0.03, 0.2)),
        x_ohm_per_km=float(rng.uniform(0.1, 0.4)),
        c_nf_per_km=float(rng.uniform(8, 200)),
        tan_delta=float(rng.uniform(0, 0.01)),
    )


def random_transformer(rng: np.random.Generator, id: str, a: str, b: str, clock: int) -> Transformer:
    return transformer(
        id,
        a,
        b,
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


def random_schedule(rng: np.random.Generator, park: Park, count: int = 3) -> xr.Dataset:
    p = {x.id: -rng.uniform(0, x.load_mw / 3, count) for x in park.loads} | {"pv": rng.uniform(0, 5, count)}
    return schedule(park, p, count)
