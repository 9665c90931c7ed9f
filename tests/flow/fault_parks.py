"""Random parks with everything that feeds a short circuit, and their tables as JSON for another program."""

import dataclasses
from typing import Any

import numpy as np
from flow_parks import grid, park_of, random_line, random_park, transformer

from holin.park import ATTRIBUTES, Bus, Generator, Motor, Park, Transformer3

CONDUCTORS = (("3ph", "max"), ("3ph", "min"), ("2ph", "max"))
TO_EARTH = (("1ph", "max"), ("1ph", "min"))
SEEDS = range(8)
"""Of the parks that another program is asked for; the odd ones have machines."""


def random_fault_park(rng: np.random.Generator, *, machines: bool) -> Park:
    """A meshed 110 kV network with its 10 kV, a 220 kV feeder behind a three-winding transformer, perhaps machines.

    With machines: a power station unit with and one without on-load taps, a generator and motors at 10 kV.
    """
    park = random_park(rng, meshed=True, buses=int(rng.integers(6, 12)))
    groups = ("YNd11", "Dyn5", "Yd11") if machines else ("YNd11", "Dyn5")
    transformers = tuple(
        dataclasses.replace(
            t, vector_group=groups[int(rng.integers(0, len(groups)))] if k % 2 else groups[0],
            uk0=float(rng.uniform(0.8, 1.0)) * t.uk,
        )
        for k, t in enumerate(park.transformers)
    )  # fmt: skip
    one_group = {t.bus_to: t.vector_group for t in transformers} | {"L0": "YNd11", "L1": "YNd11"}
    transformers = tuple(dataclasses.replace(t, vector_group=one_group[t.bus_to]) for t in transformers)
    lines = tuple(
        dataclasses.replace(
            x, r0_ohm_per_km=x.r_ohm_per_km + 0.15, x0_ohm_per_km=float(rng.uniform(2, 4)) * x.x_ohm_per_km
        )
        for x in park.lines
    )
    three = Transformer3(
        id="t3", bus_1="E", bus_2="H0", bus_3="D", s_nom_1_mva=180.0, s_nom_2_mva=180.0, s_nom_3_mva=90.0,
        v_1_kv=220.0, v_2_kv=115.0, v_3_kv=38.5, uk_12=0.14, uk_23=0.07, uk_31=0.23, pk_12_kw=500.0, pk_23_kw=300.0,
        pk_31_kw=350.0, vector_group="YNyn0d11",
    )  # fmt: skip
    feeders = (
        grid("E", "far", sk_max_mva=float(rng.uniform(3000, 9000)), sk_min_mva=2000.0, x0_x1_ratio=2.5,
             r0_x0_ratio=0.2),
        grid("H1", "near", sk_max_mva=float(rng.uniform(1000, 4000)), sk_min_mva=800.0, x0_x1_ratio=3.0,
             rx_ratio=0.15),
    )  # fmt: skip
    more: dict[str, Any] = {}
    buses = park.buses
    if machines:
        buses += (Bus(id="E", v_nom_kv=220.0), Bus(id="D", v_nom_kv=35.0))
        buses += (Bus(id="G1", v_nom_kv=10.0), Bus(id="G2", v_nom_kv=15.75))
        transformers += (
            transformer("u1", "H1", "G1", s_nom_mva=60.0, v_from_kv=115.0, uk=0.13, vector_group="YNd11",
                        on_load_taps=True),
            transformer("u2", "H2", "G2", s_nom_mva=150.0, v_from_kv=121.0, v_to_kv=15.75, uk=0.14, pk_kw=450.0,
                        vector_group="YNd11"),
        )  # fmt: skip
        more["generators"] = (
            machine("g1", "G1", 50.0, v_nom_kv=10.5, unit_transformer="u1"),
            machine("g2", "G2", 125.0, unit_transformer="u2", voltage_range=0.05),
            machine("g3", "L0", 12.0, v_nom_kv=10.5),
        )
        motors = Motor(id="m", bus="L1", count=3, p_nom_mw=2.0, rx_ratio=0.1, pole_pairs=2)
        more["motors"] = (motors,)
    return park_of(
        buses=buses,
        lines=(*lines, *((with_zero(random_line(rng, "tail", "L0", "L1"), length_km=0.5),) if machines else ())),
        transformers=transformers,
        transformers3=(three,) if machines else (),
        switches=park.switches,
        grids=feeders if machines else (dataclasses.replace(feeders[0], bus="H0"), feeders[1]),
        **more,
    )


def with_zero(a_line: Any, **changed: Any) -> Any:
    return dataclasses.replace(a_line, r0_ohm_per_km=0.5, x0_ohm_per_km=1.0, **changed)


def machine(id: str, bus: str, s_mva: float, **more: Any) -> Generator:
    data = {"p_nom_mw": 0.8 * s_mva, "s_nom_mva": s_mva, "xd_subtransient_pu": 0.15, "r_stator_pu": 0.004}
    return Generator(**({"id": id, "bus": bus} | data | more))


def peer_parks() -> list[Park]:
    return [random_fault_park(np.random.default_rng(seed), machines=bool(seed % 2)) for seed in SEEDS]


def asked_of(park: Park) -> tuple[tuple[str, str], ...]:
    """Which short circuits pandapower is asked for.

    None to earth with generators: it gives them a conductance to earth of its own.
    """
    return CONDUCTORS if park.generators else (*CONDUCTORS, *TO_EARTH)


def tables_of(park: Park, wanted: Any) -> dict[str, Any]:
    """The park's tables with the columns of its folder, as JSON has them."""
    tables = {name: [dataclasses.asdict(row) for row in getattr(park, at)] for name, at in ATTRIBUTES.items()}
    return {name: rows for name, rows in tables.items() if rows} | {"wanted": list(wanted)}
