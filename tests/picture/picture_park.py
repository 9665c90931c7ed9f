"""A made-up park with a smelter, wind, PV, storage and a captive unit: something to draw."""

from __future__ import annotations

from datetime import date

from holin.park import (
    Bus,
    Enterprise,
    Fuel,
    Grid,
    Line,
    Load,
    Park,
    ParkFacts,
    Potline,
    PvPlant,
    Stage,
    Storage,
    Substation,
    ThermalUnit,
    WindFarm,
)

STAGE = Stage(name="2025", as_of=date(2025, 12, 31), title="plan", title_zh="规划")

STATIONS = (
    ("GRID-A", "Public 220 kV node", "公共电网变电站", 45.72, 119.38, (220.0,)),
    ("SUB1", "Park station 1", "园区一号变", 45.55, 119.62, (220.0, 66.0)),
    ("SUB2", "Processing cluster", "加工区变电站", 45.53, 119.68, (66.0, 10.0)),
    ("SUB3", "Smelter station", "电解铝变电站", 45.51, 119.60, (220.0,)),
    ("SUB4", "Collection station", "新能源汇集站", 45.40, 119.95, (220.0, 35.0)),
)

ROUTES = (
    ("B-GRID-A-220", "B-SUB1-220", 2, 25.0),
    ("B-SUB1-220", "B-SUB3-220", 2, 6.0),
    ("B-SUB1-220", "B-SUB4-220", 2, 30.0),
    ("B-SUB3-220", "B-SUB4-220", 1, 28.0),
    ("B-SUB1-66", "B-SUB2-66", 2, 6.0),
)


def sample_park(*, enterprises: int = 40, renewables: bool = True, potlines: int = 1) -> Park:
    buses = tuple(
        Bus(id=f"B-{station}-{v:g}", name=f"{name} {v:g} kV", name_zh=f"{zh} {v:g} kV", substation=station, v_nom_kv=v)
        for station, name, zh, _, _, levels in STATIONS
        for v in levels
    )
    firms = tuple(
        Enterprise(id=f"E{i:02d}", name=f"Aluminium works no. {i}", name_zh=f"第{i}铝加工厂")
        for i in range(enterprises)
    )
    return Park(
        facts=ParkFacts(
            id="sample",
            name="Sample park",
            name_zh="示例园区",
            synthetic="The topology, the weather and all loads are synthetic.",
            synthetic_zh="电网拓扑、气象和全部负荷均为合成数据。",
        ),
        stages=(STAGE,),
        substations=tuple(
            Substation(id=i, name=n, name_zh=z, latitude=la, longitude=lo, v_levels_kv=v)
            for i, n, z, la, lo, v in STATIONS
        ),
        buses=buses,
        lines=tuple(
            Line(
                id=f"L-{a}-{b}-{k}",
                name=f"Line {a[2:]}–{b[2:]} {k}",
                name_zh=f"{a[2:]}–{b[2:]} {k}回线",
                bus_from=a,
                bus_to=b,
                length_km=km,
                r_ohm_per_km=0.05,
                x_ohm_per_km=0.31,
                i_nom_ka=1.2,
            )
            for a, b, circuits, km in ROUTES
            for k in range(1, circuits + 1)
        ),
        grids=(
            Grid(
                id="tie",
                name="220 kV tie",
                name_zh="220千伏联络线",
                bus="B-GRID-A-220",
                sk_max_mva=6000,
                import_max_mw=400,
            ),
        ),
        wind_farms=tuple(
            WindFarm(
                id=f"wind-{k}",
                name=f"Wind farm {k}",
                name_zh=f"{k}号风电场",
                bus="B-SUB4-35",
                p_nom_mw=p,
                latitude=45.30 + 0.09 * k,
                longitude=120.02 + 0.06 * (k % 2),
            )
            for k, p in ((1, 250.0), (2, 200.0), (3, 200.0))
            if renewables
        ),
        pv_plants=(
            (
                PvPlant(
                    id="pv-1",
                    name="PV plant",
                    name_zh="光伏电站",
                    bus="B-SUB4-35",
                    p_nom_mw=273.0,
                    p_dc_mw=330.0,
                    latitude=45.36,
                    longitude=119.84,
                ),
            )
            if renewables
            else ()
        ),
        fuels=(Fuel(id="lignite", price_per_gj=14, emission_factor_t_per_gj=0.101),),
        thermal_units=(
            ThermalUnit(
                id="coal-1",
                name="Captive unit 1",
                name_zh="1号自备机组",
                bus="B-SUB3-220",
                p_nom_mw=150,
                p_min_mw=60,
                ramp_up_mw_per_h=90,
                ramp_down_mw_per_h=90,
                heat_rate_points=((0.4, 10.9), (1.0, 9.9)),
                fuel="lignite",
            ),
        ),
        storages=(
            (Storage(id="bess", name="Storage", name_zh="储能电站", bus="B-SUB4-35", p_nom_mw=138.0, e_nom_mwh=552.0),)
            if renewables
            else ()
        ),
        enterprises=firms,
        loads=tuple(
            Load(id=f"load-{f.id}", name=f.name, name_zh=f.name_zh, bus="B-SUB2-10", enterprise=f.id, load_mw=2 + i % 7)
            for i, f in enumerate(firms)
        ),
        potlines=tuple(
            Potline(
                id=f"PL{k}",
                name=f"Potline {k}",
                name_zh=f"{k}号电解系列",
                bus="B-SUB3-220",
                enterprise="E00",
                pots=120,
                amperage_ka=500,
                back_emf_v=1.65,
                pot_resistance_uohm=4.6,
                current_efficiency=0.94,
                amperage_min_ka=450,
                amperage_max_ka=520,
                heat_window_h=4,
            )
            for k in range(1, potlines + 1)
        ),
    )
