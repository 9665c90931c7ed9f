"""Parks to draw: the IEEE 14-bus case by hand, one with every kind of thing, and random ones."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date

from holin.park import (
    Bus,
    Enterprise,
    EquivalentBranch,
    Generator,
    Grid,
    Line,
    Load,
    Motor,
    Park,
    ParkFacts,
    Potline,
    PvPlant,
    Shunt,
    ShuntKind,
    Stage,
    Storage,
    Substation,
    Switch,
    ThermalUnit,
    Transformer,
    Transformer3,
    WindFarm,
)

STAGE = Stage(name="2025", as_of=date(2025, 12, 31))

# Branches of the IEEE 14-bus test case (University of Washington archive): from, to, off-nominal ratio (1: a line).
BRANCHES_14 = (
    (1, 2, 1.0), (1, 5, 1.0), (2, 3, 1.0), (2, 4, 1.0), (2, 5, 1.0), (3, 4, 1.0), (4, 5, 1.0), (4, 7, 0.978),
    (4, 9, 0.969), (5, 6, 0.932), (6, 11, 1.0), (6, 12, 1.0), (6, 13, 1.0), (7, 8, 1.0), (7, 9, 1.0), (9, 10, 1.0),
    (9, 14, 1.0), (10, 11, 1.0), (12, 13, 1.0), (13, 14, 1.0),
)  # fmt: skip
LOADS_14 = {2: 21.7, 3: 94.2, 4: 47.8, 5: 7.6, 6: 11.2, 9: 29.5, 10: 9.0, 11: 3.5, 12: 6.1, 13: 13.5, 14: 14.9}
GENERATORS_14 = {1: 332.4, 2: 140.0, 3: 100.0, 6: 100.0, 8: 100.0}


def ieee_14() -> Park:
    return Park(
        facts=ParkFacts(id="ieee14", name="IEEE 14"),
        stages=(STAGE,),
        buses=tuple(Bus(id=f"bus-{k}", name=f"Bus {k}", name_zh=f"{k}号母线", v_nom_kv=100.0) for k in range(1, 15)),
        equivalent_branches=tuple(
            EquivalentBranch(id=f"branch-{a}-{b}", bus_from=f"bus-{a}", bus_to=f"bus-{b}", x_pu=0.001, ratio=ratio)
            for a, b, ratio in BRANCHES_14
        ),
        shunts=(Shunt(id="shunt-9", bus="bus-9", q_nom_mvar=19.0),),
        generators=tuple(
            Generator(id=f"gen-{k}", bus=f"bus-{k}", p_nom_mw=p, balances=k == 1) for k, p in GENERATORS_14.items()
        ),
        enterprises=(Enterprise(id="users"),),
        loads=tuple(Load(id=f"load-{k}", bus=f"bus-{k}", enterprise="users", load_mw=p) for k, p in LOADS_14.items()),
    )


def transformer(identity: str, high: Bus, low: Bus, s_nom_mva: float = 63.0) -> Transformer:
    return Transformer(
        id=identity, bus_from=high.id, bus_to=low.id, s_nom_mva=s_nom_mva, v_from_kv=high.v_nom_kv,
        v_to_kv=low.v_nom_kv, uk=0.1, pk_kw=100.0,
    )  # fmt: skip


def line(identity: str, one: str, other: str, *, cable: bool = False) -> Line:
    return Line(
        id=identity, bus_from=one, bus_to=other, length_km=12.5, r_ohm_per_km=0.1, x_ohm_per_km=0.3, i_nom_ka=1.0,
        cable=cable,
    )  # fmt: skip


def three_windings(identity: str, buses: tuple[str, str, str]) -> Transformer3:
    return Transformer3(
        id=identity, bus_1=buses[0], bus_2=buses[1], bus_3=buses[2], s_nom_1_mva=180.0, s_nom_2_mva=180.0,
        s_nom_3_mva=90.0, v_1_kv=220.0, v_2_kv=110.0, v_3_kv=10.0, uk_12=0.1, uk_23=0.1, uk_31=0.1, pk_12_kw=1.0,
        pk_23_kw=1.0, pk_31_kw=1.0,
    )  # fmt: skip


def every_kind() -> Park:
    """One park with one thing at least of every kind that is drawn, two bundles, open and closed switches."""
    stations = [Substation(id=f"s{k}", name=f"Station {k}", name_zh=f"{k}号变电站") for k in range(3)]
    at = {
        "g": ("s0", 220.0), "h1": ("s1", 220.0), "h2": ("s1", 220.0), "m1": ("s1", 110.0), "m2": ("s1", 110.0),
        "l1": ("s1", 10.0), "l2": ("s1", 10.0), "c": ("s2", 110.0), "d": ("s2", 35.0), "alone": (None, 10.0),
    }  # fmt: skip
    buses = {
        i: Bus(id=i, name=f"{v:g} kV {i}", name_zh=f"{v:g}kV{i}母线", substation=s, v_nom_kv=v)
        for i, (s, v) in at.items()
    }
    return Park(
        facts=ParkFacts(id="every", name="Every kind", name_zh="各类设备", synthetic="Made up.", synthetic_zh="虚构。"),
        stages=(STAGE,),
        substations=tuple(stations),
        buses=tuple(buses.values()),
        lines=(
            line("L1", "g", "h1"), line("L2", "g", "h2"), line("L3", "m1", "c"), line("L4", "m2", "c"),
            *(line(f"K{k}", "l2", "alone", cable=True) for k in range(5)),
        ),
        transformers=tuple(transformer(f"t{k}", buses["c"], buses["d"]) for k in range(3)),
        transformers3=(three_windings("w1", ("h1", "m1", "l1")), three_windings("w2", ("h2", "m2", "l2"))),
        equivalent_branches=(EquivalentBranch(id="series", bus_from="h1", bus_to="h2", x_pu=0.01),),
        switches=(
            Switch(id="q1", bus="h1", element="h2"), Switch(id="q2", bus="m1", element="m2", closed=False),
            Switch(id="q3", bus="l1", element="l2", closed=False), Switch(id="q4", bus="c", element="L4", closed=False),
            Switch(id="q5", bus="h1", element="L1"), Switch(id="q6", bus="l2", element="w2"),
            Switch(id="q7", bus="d", element="t1"),
        ),
        shunts=(
            Shunt(id="r", bus="l1", kind=ShuntKind.REACTOR, q_nom_mvar=-20.0),
            Shunt(id="r2", bus="l1", q_nom_mvar=-5.0),
            Shunt(id="f", bus="l2", kind=ShuntKind.FILTER, q_nom_mvar=20.0),
            Shunt(id="k", bus="l2", q_nom_mvar=20.0),
            Shunt(id="v", bus="h1", kind=ShuntKind.SVC, q_nom_mvar=60.0),
        ),
        grids=(Grid(id="tie", name="Public network", name_zh="公共电网", bus="g", sk_max_mva=5e3, import_max_mw=9.0),),
        wind_farms=(WindFarm(id="wind", name="North wind farm", name_zh="北风电场", bus="m1", p_nom_mw=100.0),),
        pv_plants=(PvPlant(id="pv", name="Sun", name_zh="光伏电站", bus="d", p_nom_mw=10.0, p_dc_mw=12.0),),
        thermal_units=(
            ThermalUnit(
                id="coal", name="Captive unit", name_zh="自备机组", bus="h2", p_nom_mw=150.0, p_min_mw=60.0,
                fuel="coal", ramp_up_mw_per_h=90.0, ramp_down_mw_per_h=90.0, heat_rate_points=((1.0, 9.9),),
            ),
        ),
        generators=(Generator(id="gas", name="Gas", name_zh="燃气机组", bus="l1", p_nom_mw=20.0),),
        storages=(Storage(id="bess", name="Battery", name_zh="储能", bus="l2", p_nom_mw=10.0, e_nom_mwh=20.0),),
        enterprises=(Enterprise(id="e"),),
        loads=(
            Load(id="mill", name="Mill", name_zh="轧机", bus="d", enterprise="e", load_mw=12.0),
            *(Load(id=f"many-{k}", bus="alone", enterprise="e", load_mw=0.5) for k in range(20)),
        ),
        motors=(Motor(id="pumps", name="Pumps", name_zh="水泵", bus="d", p_nom_mw=2.0, count=3),),
        potlines=(
            Potline(
                id="pot", name="Potline", name_zh="电解系列", bus="d", enterprise="e", pots=10, amperage_ka=300.0,
                back_emf_v=1.65, pot_resistance_uohm=4.6, current_efficiency=0.94, amperage_min_ka=270.0,
                amperage_max_ka=320.0, heat_window_h=4.0,
            ),
        ),
    )  # fmt: skip


@dataclass
class Draft:
    """A random park in the making."""

    dice: random.Random
    placed: float
    buses: list[Bus] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    transformers: list[Transformer] = field(default_factory=list)
    stars: list[Transformer3] = field(default_factory=list)
    equivalents: list[EquivalentBranch] = field(default_factory=list)
    switches: list[Switch] = field(default_factory=list)
    count: int = 0

    def place(self) -> dict[str, float]:
        if self.dice.random() >= self.placed:
            return {}
        return {"diagram_x": float(self.dice.randint(0, 20)), "diagram_y": float(self.dice.randint(0, 6))}

    def bus(self) -> str:
        return self.dice.choice(self.buses).id

    def join(self, one: Bus, other: Bus) -> None:
        self.count += 1
        high, low = (one, other) if one.v_nom_kv >= other.v_nom_kv else (other, one)
        kind = self.dice.random()
        if high.v_nom_kv > low.v_nom_kv:
            self.transformers.append(transformer(f"t{self.count}", high, low, self.dice.choice([63.0, 180.0])))
        elif kind < 0.6:
            self.lines.append(line(f"l{self.count}", one.id, other.id, cable=kind < 0.1))
        elif kind < 0.8:
            ratio = self.dice.choice([1.0, 0.98])
            equivalent = EquivalentBranch(id=f"e{self.count}", bus_from=one.id, bus_to=other.id, x_pu=0.1, ratio=ratio)
            self.equivalents.append(equivalent)
        else:
            closed = self.dice.random() < 0.5
            self.switches.append(Switch(id=f"q{self.count}", bus=one.id, element=other.id, closed=closed))
        branches = [*self.transformers, *self.lines, *self.equivalents]
        if branches and self.dice.random() < 0.1:
            self.count += 1
            branch = self.dice.choice(branches)
            end = self.dice.choice([branch.bus_from, branch.bus_to])
            self.switches.append(
                Switch(id=f"q{self.count}", bus=end, element=branch.id, closed=self.dice.random() < 0.5)
            )


def random_park(seed: int, *, placed: float = 0.0) -> Park:
    """A park of up to 26 buses with meshes, parallel circuits, stars, switches, bundles; a share placed by hand."""
    dice = random.Random(seed)
    draft = Draft(dice=dice, placed=placed)
    stations = [
        Substation(id=f"s{k}", name=f"Station {k}", name_zh=f"{k}号变电站", **draft.place())
        for k in range(dice.randint(0, 5))
    ]
    for k in range(dice.randint(1, 26)):
        draft.buses.append(
            Bus(
                id=f"b{k}", name=dice.choice(["", f"Bus {k}", f"A rather long name of bus {k}"]),
                name_zh=dice.choice(["", f"{k}号母线", f"名称很长很长的母线{k}"]),
                substation=dice.choice(stations).id if stations and dice.random() < 0.6 else None,
                v_nom_kv=dice.choice([220.0, 66.0, 35.0, 10.0]), **draft.place(),
            )
        )  # fmt: skip
    for k in range(1, len(draft.buses)):
        if dice.random() < 0.93:
            other = draft.buses[dice.randrange(k)]
            for _ in range(dice.choice([1, 1, 1, 2, 3, 5])):
                draft.join(draft.buses[k], other)
    for _ in range(dice.randint(0, len(draft.buses)) if len(draft.buses) > 2 else 0):
        draft.join(*dice.sample(draft.buses, 2))
    for k in range(dice.choice([0, 0, 1, 2]) if len(draft.buses) > 2 else 0):
        one, two, three = (b.id for b in dice.sample(draft.buses, 3))
        draft.stars.append(three_windings(f"w{k}", (one, two, three)))
        draft.switches.append(Switch(id=f"qw{k}", bus=two, element=f"w{k}", closed=dice.random() < 0.5))
    return _with_feeders(draft, stations)


def _with_feeders(draft: Draft, stations: list[Substation]) -> Park:
    dice, bus = draft.dice, draft.bus
    many = 20 if dice.random() < 0.2 else 0
    crowded = draft.buses[0].id
    return Park(
        facts=ParkFacts(id="random", name="Random park", name_zh="随机园区"),
        stages=(STAGE,),
        substations=tuple(stations),
        buses=tuple(draft.buses),
        lines=tuple(draft.lines),
        transformers=tuple(draft.transformers),
        transformers3=tuple(draft.stars),
        equivalent_branches=tuple(draft.equivalents),
        switches=tuple(draft.switches),
        shunts=tuple(
            Shunt(id=f"sh{k}", bus=bus(), kind=dice.choice(list(ShuntKind)), q_nom_mvar=dice.choice([-5.0, 5.0]))
            for k in range(dice.randint(0, 4))
        ),
        grids=tuple(
            Grid(id=f"grid{k}", name="Public network", bus=bus(), sk_max_mva=1e3, import_max_mw=1.0)
            for k in range(dice.randint(0, 2))
        ),
        wind_farms=tuple(
            WindFarm(id=f"wind{k}", name="North wind farm", bus=bus(), p_nom_mw=99.0) for k in range(dice.randint(0, 3))
        ),
        generators=tuple(
            Generator(id=f"gen{k}", bus=bus(), p_nom_mw=50.0, balances=k == 0, **draft.place())
            for k in range(dice.randint(0, 3))
        ),
        storages=tuple(
            Storage(id=f"bess{k}", name_zh="储能电站", bus=bus(), p_nom_mw=10.0, e_nom_mwh=20.0)
            for k in range(dice.randint(0, 2))
        ),
        enterprises=(Enterprise(id="e"),),
        loads=tuple(
            Load(
                id=f"load{k}", name=dice.choice(["", f"Load {k}"]), name_zh=dice.choice(["", "某某企业用电"]),
                bus=bus() if k >= many else crowded, enterprise="e", load_mw=dice.choice([1.0, 12.3, 140.0]),
                **draft.place(),
            )
            for k in range(many + dice.randint(0, 3 * len(draft.buses)))
        ),
        motors=tuple(Motor(id=f"motor{k}", bus=bus(), p_nom_mw=1.0) for k in range(dice.randint(0, 2))),
    )  # fmt: skip


def not_placed(park: Park) -> Park:
    """The same park without coordinates on the diagram."""
    return replace(
        park,
        buses=tuple(replace(b, diagram_x=None, diagram_y=None) for b in park.buses),
        substations=tuple(replace(s, diagram_x=None, diagram_y=None) for s in park.substations),
    )
