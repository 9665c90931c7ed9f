"""What the check says of nodes, loops and prices is what a run would refuse: held against the rooms that refuse it."""

import dataclasses
import random
from datetime import date
from pathlib import Path

import pytest

from holin.calendar import hours_of_year
from holin.errors import BadInput
from holin.flow import network_of
from holin.kernel.linear import ProblemBuilder
from holin.operation import add_grids, hours_of
from holin.park import (
    Bus,
    EquivalentBranch,
    Grid,
    Line,
    Park,
    ParkFacts,
    Stage,
    Switch,
    Transformer,
    Transformer3,
    at_stage,
)
from holin.parkfile import example_park, faults_of_park, write_park

BUSES = tuple(f"b{k}" for k in range(6))


def network(seed: int) -> Park:
    """Six buses of one voltage, joined at random by lines, transformers, shifting branches, couplers, open switches."""
    dice = random.Random(seed)

    def ends(count: int) -> list[str]:
        return dice.sample(BUSES, count)

    lines = [(f"l{k}", *ends(2)) for k in range(4)]
    transformers = [(f"t{k}", *ends(2), dice.choice(("YNyn0", "YNyn6", "YNd11", "Dyn11", "Dd0"))) for k in range(3)]
    stars = [(f"s{k}", *ends(3), dice.choice(("YNyn0d11", "YNyn0yn0", "YNd1d11"))) for k in range(dice.randint(0, 1))]
    shifts = [(f"e{k}", *ends(2), dice.choice((0.0, 30.0, -30.0, 12.5))) for k in range(dice.randint(0, 2))]
    branches = [*lines, *transformers, *stars, *shifts]
    opened = [(f"q{b[0]}", b[1], b[0]) for b in dice.sample(branches, 2)]
    windings = {f"{name}_{i}{unit}": value for i in (1, 2, 3) for name, unit, value in SIDES}
    return Park(
        facts=ParkFacts(id="loops"),
        stages=(Stage(name="now", as_of=date(2025, 12, 31)),),
        buses=tuple(Bus(id=b, v_nom_kv=110.0) for b in BUSES),
        grids=tuple(Grid(id=f"g-{b}", bus=b, sk_max_mva=5000.0, import_max_mw=100.0) for b in BUSES),
        lines=tuple(
            Line(id=i, bus_from=a, bus_to=b, length_km=10.0, r_ohm_per_km=0.1, x_ohm_per_km=0.4, i_nom_ka=0.6)
            for i, a, b in lines
        ),
        transformers=tuple(
            Transformer(id=i, bus_from=a, bus_to=b, s_nom_mva=63.0, v_from_kv=110.0, v_to_kv=110.0, uk=0.1, pk_kw=200.0,
                        vector_group=group)
            for i, a, b, group in transformers
        ),
        transformers3=tuple(
            Transformer3(id=i, bus_1=a, bus_2=b, bus_3=c, vector_group=group, **windings, **PAIRS)
            for i, a, b, c, group in stars
        ),
        equivalent_branches=tuple(
            EquivalentBranch(id=i, bus_from=a, bus_to=b, x_pu=0.001, shift_deg=shift) for i, a, b, shift in shifts
        ),
        switches=(
            Switch(id="coupler", bus="b4", element="b5", closed=dice.random() < 0.5),
            *(Switch(id=i, bus=bus, element=element, closed=False) for i, bus, element in opened),
        ),
    )  # fmt: skip


SIDES = (("s_nom", "_mva", 63.0), ("v", "_kv", 110.0))
PAIRS = {f"uk_{p}": 0.1 for p in ("12", "23", "31")} | {f"pk_{p}_kw": 200.0 for p in ("12", "23", "31")}


def refused(park: Park) -> bool:
    """Whether a run's network of the park's one stage is refused."""
    try:
        network_of(at_stage(park, park.stages[0]))
    except BadInput:
        return True
    return False


def errors_of(park: Park, folder: Path) -> list[str]:
    write_park(park, folder, overwrite=True)
    return [f.problem for f in faults_of_park(folder) if f.severity == "error" and "closes a loop whose" in f.problem]


def test_a_loop_is_a_fault_where_the_power_flow_refuses_it(tmp_path: Path) -> None:
    """Every bus is fed, so that the power flow looks at every loop."""
    verdicts = [(refused(p), bool(errors_of(p, tmp_path / "park"))) for p in map(network, range(80))]
    assert [k for k, (run, check) in enumerate(verdicts) if run != check] == []
    assert 10 < sum(run for run, _ in verdicts) < 70


def test_an_open_end_closes_no_loop(tmp_path: Path) -> None:
    park = example_park("open")
    other = dataclasses.replace(park.transformers[2], id="t-spare", vector_group="YNyn0")
    beside = dataclasses.replace(park, transformers=(*park.transformers, other))
    assert refused(beside) and errors_of(beside, tmp_path / "closed")
    switch = Switch(id="q-spare", bus="b-park", element="t-spare", closed=False)
    opened = dataclasses.replace(beside, switches=(switch,))
    assert not refused(opened) and errors_of(opened, tmp_path / "opened") == []


@pytest.mark.parametrize(("export_price", "refuses"), [(279.0, False), (280.0, False), (281.0, True)])
def test_an_export_price_is_a_fault_where_the_year_refuses_it(
    tmp_path: Path, export_price: float, refuses: bool
) -> None:
    """The example's cheapest import: 310 x 0.5 (valley) + 70 transmission + 25 system fee + 30 levies = 280."""
    park = example_park("trade")
    tariff = dataclasses.replace(park.tariffs[0], export_price_per_mwh=export_price)
    dear = dataclasses.replace(park, tariffs=(tariff,))
    write_park(dear, tmp_path / "park")
    said = [f for f in faults_of_park(tmp_path / "park") if f.field == "export_price_per_mwh" and f.severity == "error"]
    assert bool(said) == refuses
    frozen = at_stage(dear, dear.stages[0])
    try:
        add_grids(ProblemBuilder(), hours_of(hours_of_year(2025, "Asia/Shanghai"), "Asia/Shanghai"), frozen)
        assert not refuses
    except BadInput:
        assert refuses
