"""A small working park to begin with: everything in it is assumed, and says so."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from holin.columns import Basis
from holin.errors import BadInput, Fault
from holin.park import (
    Bus,
    Climate,
    Contract,
    Cost,
    EmissionFactor,
    Enterprise,
    Grid,
    HeatControl,
    Line,
    Load,
    LoadShape,
    Meter,
    Outage,
    Park,
    ParkFacts,
    Potline,
    PvPlant,
    Sector,
    Shunt,
    ShuntKind,
    Stage,
    Storage,
    Substation,
    Tracking,
    Transformer,
    Turbine,
    WindFarm,
)
from holin.parkfile.example_offers import ASSUMED, COSTS_TO_BUILD, example_offers
from holin.parkfile.readme import readme_of
from holin.parkfile.write import write_park
from holin.rules import Rule, RuleKind
from holin.tariff import Tariff, TariffPeriod
from holin.tariff.tariff import Period


def new_park(path: str | Path) -> Path:
    """Write a small working park to a new folder, with comments and a README.md; return its path.

    Its id is the folder's name, with what an id cannot hold replaced by '-'. Raises BadInput when the path exists or
    ends in .xlsx.
    """
    path = Path(path)
    if path.suffix.lower() == ".xlsx":
        right = "name a folder; `holin excel` then makes a workbook of it"
        raise BadInput([Fault(file=path.name, problem="a new park is a folder", right=right)])
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in path.name).strip("-_.")
    park = example_park(kept[:64].rstrip("-_.") or "my-park")
    write_park(park, path)
    (path / "README.md").write_text(readme_of(park), encoding="utf-8", newline="\n")
    return path


def example_park(park_id: str = "my-park") -> Park:
    """Return the small park that `new_park` writes: six buses, wind, PV, storage, a potline and three enterprises."""
    return Park(
        facts=ParkFacts(
            id=park_id,
            name="My park",
            name_zh="我的园区",
            default_stage="2025",
            synthetic="An example park: every figure is assumed, nothing in it exists.",
            synthetic_zh="示例园区：所有数据均为假定，并无实物。",
            basis=Basis.ASSUMED.value,
            reference="an example; replace it by your own figures",
        ),
        stages=(Stage(name="2025", as_of=date(2025, 12, 31), title="As built", title_zh="已建成"),),
        **_network(),
        **_sources(),
        **_users(),
        **_market(),
        candidates=example_offers(),
        climates=(_climate(),),
    )


def _network() -> dict[str, Any]:
    substations = (
        Substation(
            id="s-main", name="Main substation", name_zh="总降压站", v_levels_kv=(220.0, 66.0, 10.0),
            latitude=45.53, longitude=119.66, diagram_x=2.0, diagram_y=1.0, **ASSUMED,
        ),
        Substation(
            id="s-wind", name="Wind substation", name_zh="风电升压站", v_levels_kv=(66.0,),
            latitude=45.60, longitude=119.74, diagram_x=0.0, diagram_y=2.0, **ASSUMED,
        ),
        Substation(
            id="s-pv", name="Solar substation", name_zh="光伏升压站", v_levels_kv=(66.0,),
            latitude=45.49, longitude=119.60, diagram_x=1.0, diagram_y=2.0, **ASSUMED,
        ),
        Substation(
            id="s-smelter", name="Smelter", name_zh="电解铝厂", v_levels_kv=(66.0,),
            latitude=45.52, longitude=119.70, diagram_x=3.0, diagram_y=2.0, **ASSUMED,
        ),
    )  # fmt: skip
    buses = tuple(
        Bus(id=bus_id, name=name, name_zh=name_zh, substation=substation, v_nom_kv=v_nom_kv, **ASSUMED)
        for bus_id, name, name_zh, substation, v_nom_kv in (
            ("b-grid", "220 kV", "220 kV 母线", "s-main", 220.0),
            ("b-main", "66 kV", "66 kV 母线", "s-main", 66.0),
            ("b-park", "10 kV of the park", "园区 10 kV 母线", "s-main", 10.0),
            ("b-wind", "66 kV wind", "风电 66 kV 母线", "s-wind", 66.0),
            ("b-pv", "66 kV solar", "光伏 66 kV 母线", "s-pv", 66.0),
            ("b-smelter", "66 kV smelter", "电解铝 66 kV 母线", "s-smelter", 66.0),
        )
    )
    lines = tuple(
        Line(
            id=line_id, bus_from="b-main", bus_to=bus, length_km=length_km, r_ohm_per_km=0.132, x_ohm_per_km=0.39,
            c_nf_per_km=9.0, i_nom_ka=0.61, basis=Basis.ASSUMED, reference="LGJ-240, handbook values",
        )
        for line_id, bus, length_km in (
            ("l-wind-1", "b-wind", 11.0),
            ("l-wind-2", "b-wind", 11.0),
            ("l-pv", "b-pv", 8.0),
            ("l-smelter-1", "b-smelter", 4.0),
            ("l-smelter-2", "b-smelter", 4.0),
        )
    )  # fmt: skip
    return {
        "substations": substations,
        "buses": buses,
        "lines": lines,
        "transformers": (
            *(_transformer(f"t-main-{i}", "b-grid", "b-main", (120.0, 220.0, 66.0), 0.14, "YNyn0") for i in (1, 2)),
            *(_transformer(f"t-park-{i}", "b-main", "b-park", (31.5, 66.0, 10.5), 0.09, "YNd11") for i in (1, 2)),
        ),
        "shunts": (
            Shunt(
                id="c-smelter", name="Filters of the rectifiers", name_zh="整流滤波器", bus="b-smelter",
                kind=ShuntKind.FILTER, q_nom_mvar=10.0, steps=2, **ASSUMED,
            ),
        ),
        "grids": (
            Grid(
                id="grid", name="Public network", name_zh="公共电网", bus="b-grid", v_set_pu=1.02, sk_max_mva=6000.0,
                sk_min_mva=3500.0, import_max_mw=150.0, export_max_mw=40.0, tariff="tou", emission_factor="ef-grid",
                **ASSUMED,
            ),
        ),
    }  # fmt: skip


def _transformer(
    transformer_id: str, bus_from: str, bus_to: str, rated: tuple[float, float, float], uk: float, group: str
) -> Transformer:
    s_nom_mva, v_from_kv, v_to_kv = rated
    return Transformer(
        id=transformer_id, bus_from=bus_from, bus_to=bus_to, s_nom_mva=s_nom_mva, v_from_kv=v_from_kv,
        v_to_kv=v_to_kv, uk=uk, pk_kw=round(3.4 * s_nom_mva, 1), i0=0.005, p0_kw=round(0.8 * s_nom_mva, 1),
        vector_group=group, tap_min=-8, tap_max=8, tap_step=0.0125, v_set_pu=1.0, basis=Basis.ASSUMED,
        reference="typical of its rating",
    )  # fmt: skip


def _sources() -> dict[str, Any]:
    return {
        "turbines": (
            Turbine(
                id="turbine-5mw", name="5 MW class, low wind", name_zh="5 MW 级低风速风机",
                power_curve=(
                    (2.5, 0.0), (4.0, 0.055), (5.0, 0.13), (6.0, 0.24), (7.0, 0.39), (8.0, 0.57), (9.0, 0.76),
                    (10.0, 0.91), (11.0, 0.985), (12.0, 1.0), (25.0, 1.0),
                ),
                basis=Basis.SYNTHETIC, reference="drawn after machines of this class",
            ),
        ),
        "wind_farms": (
            WindFarm(
                id="wind-1", name="North wind farm", name_zh="北风电场", bus="b-wind", p_nom_mw=80.0,
                turbine="turbine-5mw", wake_loss=0.07, availability=0.97, full_load_hours=3000.0, cost="cost-wind",
                latitude=45.62, longitude=119.76, **ASSUMED,
            ),
        ),
        "pv_plants": (
            PvPlant(
                id="pv-1", name="South solar plant", name_zh="南光伏电站", bus="b-pv", p_nom_mw=30.0, p_dc_mw=36.0,
                tracking=Tracking.FIXED, surface_tilt_deg=40.0, cost="cost-pv",
                latitude=45.48, longitude=119.59, **ASSUMED,
            ),
        ),
        "storages": (
            Storage(
                id="battery-1", name="Battery", name_zh="储能电站", bus="b-main", p_nom_mw=15.0, e_nom_mwh=30.0,
                efficiency_charge=0.94, efficiency_discharge=0.94, soc_min=0.05, soc_max=0.95,
                cycle_cost_per_mwh=20.0, cost="cost-battery", **ASSUMED,
            ),
        ),
        "costs": (
            Cost(
                id="cost-wind", capital_cost_per_mw=4.5e6, fixed_cost_per_mw_year=90_000.0, lifetime_years=20.0,
                **ASSUMED,
            ),
            Cost(
                id="cost-pv", capital_cost_per_mw=3.2e6, fixed_cost_per_mw_year=40_000.0, lifetime_years=25.0,
                **ASSUMED,
            ),
            Cost(
                id="cost-battery", capital_cost_per_mw=300_000.0, capital_cost_per_mwh=700_000.0,
                fixed_cost_per_mw_year=25_000.0, lifetime_years=15.0, **ASSUMED,
            ),
            *COSTS_TO_BUILD,
        ),
        "outages": (
            Outage(
                id="o-wind-1", name="Inspection of the line to the wind farm", name_zh="风电线路检修",
                element="l-wind-1", start=datetime(2025, 6, 10, 8), end=datetime(2025, 6, 12, 18), **ASSUMED,
            ),
        ),
    }  # fmt: skip


def _users() -> dict[str, Any]:
    enterprises = (
        ("smelter", "Example Aluminium", "示例铝业", Sector.SMELTING),
        ("rolling", "Example Rolling", "示例板带", Sector.ROLLING),
        ("foil", "Example Foil", "示例铝箔", Sector.FOIL),
    )
    elements = {"smelter": "potline-1", "rolling": "load-rolling", "foil": "load-foil"}
    capacities_mva = {"smelter": 80.0, "rolling": 20.0, "foil": 10.0}
    return {
        "enterprises": tuple(
            Enterprise(id=i, name=name, name_zh=name_zh, sector=sector, **ASSUMED)
            for i, name, name_zh, sector in enterprises
        ),
        "loads": (
            Load(
                id="load-rolling", name="Rolling mill", name_zh="板带车间", bus="b-park", enterprise="rolling",
                load_mw=14.0, load_factor=0.72, shape=LoadShape.THREE_SHIFT, power_factor=0.93, **ASSUMED,
            ),
            Load(
                id="load-foil", name="Foil mill", name_zh="铝箔车间", bus="b-park", enterprise="foil", load_mw=7.0,
                load_factor=0.55, shape=LoadShape.TWO_SHIFT, power_factor=0.93, **ASSUMED,
            ),
        ),
        "potlines": (
            Potline(
                id="potline-1", name="Potline 1", name_zh="一系列", bus="b-smelter", enterprise="smelter", pots=60,
                amperage_ka=240.0, back_emf_v=1.65, pot_resistance_uohm=10.4, current_efficiency=0.935,
                amperage_min_ka=200.0, amperage_max_ka=250.0, heat_control=HeatControl.CONVENTIONAL,
                heat_window_h=2.0, **ASSUMED,
            ),
        ),
        "meters": tuple(
            Meter(id=f"m-{owner}", enterprise=owner, element=element, interval_min=15, **ASSUMED)
            for owner, element in elements.items()
        ),
        "contracts": tuple(
            Contract(
                id=f"contract-{owner}", enterprise=owner, tariff="tou", capacity_mva=capacity_mva,
                green_share_min=0.3, **ASSUMED,
            )
            for owner, capacity_mva in capacities_mva.items()
        ),
    }  # fmt: skip


def _market() -> dict[str, Any]:
    periods = (
        ("valley-night", Period.VALLEY, 0, 6, 0.5),
        ("valley-noon", Period.VALLEY, 11, 14, 0.6),
        ("peak-morning", Period.PEAK, 7, 9, 1.5),
        ("peak-evening", Period.PEAK, 17, 22, 1.5),
    )
    return {
        "tariffs": (
            Tariff(
                id="tou", name="Industrial time-of-use tariff", name_zh="工业分时电价", energy_price_per_mwh=310.0,
                transmission_per_mwh=70.0, system_fee_per_mwh=25.0, levies_per_mwh=30.0,
                demand_charge_per_mw_month=28_000.0, export_price_per_mwh=180.0, **ASSUMED,
            ),
        ),
        "tariff_periods": tuple(
            TariffPeriod(id=i, tariff="tou", period=period, hour_from=start, hour_to=end, factor=factor, **ASSUMED)
            for i, period, start, end, factor in periods
        ),
        "rules": (
            Rule(
                id="self-use", name="Self-use of the park's own wind and PV", name_zh="新能源自用比例",
                kind=RuleKind.SELF_USE_MIN, value=0.6, **ASSUMED,
            ),
            Rule(
                id="green-share", name="Green share of the park's load", name_zh="绿电占比",
                kind=RuleKind.GREEN_SHARE_MIN, value=0.3, **ASSUMED,
            ),
            Rule(
                id="export-share", name="Largest share that is exported", name_zh="上网比例上限",
                kind=RuleKind.EXPORT_SHARE_MAX, value=0.2, enforced=True, **ASSUMED,
            ),
        ),
        "emission_factors": (
            EmissionFactor(id="ef-grid", name="Public grid", name_zh="公共电网", year=2025, t_per_mwh=0.6, **ASSUMED),
            EmissionFactor(
                id="ef-residual", name="Public grid without what certificates have claimed",
                name_zh="公共电网剩余电力", year=2025, method="residual", t_per_mwh=0.66, **ASSUMED,
            ),
        ),
    }  # fmt: skip


def _climate() -> Climate:
    return Climate(
        id="climate", name="A cold steppe", name_zh="寒冷草原", altitude_m=850.0, wind_speed_mean_m_per_s=7.6,
        reference_height_m=110.0,
        monthly_wind_factor=(1.05, 1.02, 1.12, 1.22, 1.15, 0.90, 0.72, 0.70, 0.88, 1.05, 1.12, 1.07),
        monthly_temp_c=(-19.5, -15.0, -6.0, 4.5, 12.0, 17.5, 20.0, 18.0, 11.5, 3.0, -8.5, -17.0),
        monthly_clearness=(0.66, 0.68, 0.67, 0.62, 0.60, 0.57, 0.55, 0.58, 0.63, 0.65, 0.65, 0.64),
        latitude=45.53, longitude=119.66, **ASSUMED,
    )  # fmt: skip
