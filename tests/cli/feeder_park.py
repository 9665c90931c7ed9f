"""A park of two feeders with switches, an own generator at the end of one: what can go wrong with its meters."""

from datetime import date

from holin.park import (
    Bus,
    EmissionFactor,
    Enterprise,
    Generator,
    Grid,
    Line,
    Load,
    Park,
    ParkFacts,
    Stage,
    Switch,
)


def feeder_park() -> Park:
    """Grid at a; a-b-c with a coupler b-b2, and a-d-e-f with a generator at f; 20 kV."""
    ends = {"ab": 4.0, "bc": 3.0, "ad": 3.0, "de": 3.0, "ef": 2.0}
    loads = {"x": ("b", 4.0), "y": ("c", 3.0), "z": ("e", 2.0), "w": ("b2", 1.0)}
    return Park(
        facts=ParkFacts(id="feeders", synthetic="Made up for tests.", synthetic_zh="测试虚构。"),
        stages=(Stage(name="2025", as_of=date(2025, 12, 31)),),
        buses=tuple(Bus(id=x, v_nom_kv=20.0) for x in ("a", "b", "b2", "c", "d", "e", "f")),
        grids=(
            Grid(id="grid", bus="a", sk_max_mva=500.0, import_max_mw=30.0, v_set_pu=1.02, emission_factor="ef-grid"),
        ),
        lines=tuple(
            Line(
                id=name,
                bus_from=name[0],
                bus_to=name[1],
                length_km=km,
                r_ohm_per_km=0.1,
                x_ohm_per_km=0.4,
                i_nom_ka=0.6,
            )
            for name, km in ends.items()
        ),
        switches=(
            Switch(id="s-bc", bus="b", element="bc"),
            Switch(id="s-de", bus="d", element="de"),
            Switch(id="coupler", bus="b", element="b2"),
        ),
        enterprises=(Enterprise(id="firm"),),
        loads=tuple(Load(id=i, bus=bus, enterprise="firm", load_mw=mw) for i, (bus, mw) in loads.items()),
        generators=(Generator(id="g", bus="f", p_nom_mw=3.0, p_mw=1.0),),
        emission_factors=(EmissionFactor(id="ef-grid", t_per_mwh=0.5),),
    )
