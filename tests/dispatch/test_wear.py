"""Storage wear by slices of depth beside a count of cycles by rainflow (ASTM E1049-85, 5.4.4), written apart here.

The standard counts ranges of a history of peaks and valleys; a full cycle of depth d takes 1 / cycles(d) of the life.
Slices charge the whole of a cycle to its discharge, so histories here begin and end at their highest content, where
half cycles pair. Eight slices follow the curve of wear by chords: for turning points on the edges of slices the two
agree, elsewhere slices are dearer by no more than the chords' bend.
"""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.dispatch.recount import wear_cost
from holin.kernel.highs import solve_linear
from holin.kernel.linear import ProblemBuilder
from holin.operation import add_steered_storages, hours_of, slice_costs_per_mwh, wear_of_depth
from holin.park import Park, ParkFacts, Storage

SIZE_MWH = 16.0
CELLS = Storage(
    id="S", bus="A", p_nom_mw=50.0, e_nom_mwh=SIZE_MWH, efficiency_charge=0.9, efficiency_discharge=0.8,
    cycle_life_points=((0.1, 70_000.0), (0.4, 12_000.0), (0.8, 3_500.0), (1.0, 2_000.0)),
    replacement_cost_per_mwh=100_000.0,
)  # fmt: skip


def turning_points(content: list[float]) -> list[float]:
    """Return peaks and valleys, both ends included."""
    kept = [content[0]]
    for here, after in zip(content[1:], [*content[2:], None], strict=True):
        if here == kept[-1]:
            continue
        if after is None or (here - kept[-1]) * (after - here) < 0:
            kept.append(here)
    return kept


def rainflow(content: list[float]) -> list[tuple[float, float]]:
    """Return (range, count) with count 1 or 0.5, by the standard's three-point rule."""
    counted: list[tuple[float, float]] = []
    stack: list[float] = []
    for point in turning_points(content):
        stack.append(point)
        while len(stack) >= 3:
            newest, before = abs(stack[-1] - stack[-2]), abs(stack[-2] - stack[-3])
            if newest < before:
                break
            if len(stack) == 3:
                counted.append((before, 0.5))
                stack.pop(0)
            else:
                counted.append((before, 1.0))
                del stack[-3:-1]
    counted += [(abs(b - a), 0.5) for a, b in itertools.pairwise(stack)]
    return counted


def test_rainflow_counts_the_example_of_the_standard():
    """ASTM E1049-85, figure 6: -2, 1, -3, 5, -1, 3, -4, 4, -2."""
    counts: dict[float, float] = {}
    for depth, count in rainflow([-2, 1, -3, 5, -1, 3, -4, 4, -2]):
        counts[depth] = counts.get(depth, 0.0) + count
    assert counts == {3: 0.5, 4: 1.5, 6: 0.5, 8: 1.0, 9: 0.5}


def rainflow_cost(content: list[float]) -> float:
    """Return what a history of contents (MWh) takes of the cells, by the curve of their life itself."""
    depth, count = np.array(rainflow(content)).T
    return float(CELLS.replacement_cost_per_mwh * SIZE_MWH * (count @ wear_of_depth(CELLS, depth / SIZE_MWH)))


def moves(content: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """Return what is charged and discharged at the bus in each step (an hour) between contents."""
    change = np.diff(content)
    return np.maximum(change, 0.0) / CELLS.efficiency_charge, np.maximum(-change, 0.0) * CELLS.efficiency_discharge


def cost_of_block(content: list[float]) -> float:
    """Return the cost of the block's linear problem when it must charge and discharge just so."""
    hours = hours_of(np.datetime64("2025-01-01", "ns") + np.arange(len(content) - 1) * np.timedelta64(1, "h"), "UTC")
    builder = ProblemBuilder()
    park = Park(facts=ParkFacts(id="cells"), storages=(CELLS,))
    add_steered_storages(builder, hours, park, {"S": content[0]}, end_per_mwh={"S": 0.0})
    for name, values in zip(("charge.S", "discharge.S"), moves(content), strict=True):
        builder.add_rows(f"given.{name}", [(builder.columns(name), 1.0)], lower=values, upper=values)
    return solve_linear(builder.built()).objective


def highest_first(content: list[int], edge: float) -> list[float]:
    """Turn a closed history so that it begins and ends at its highest content, in MWh."""
    top = int(np.argmax(content))
    turned = [*content[top:], *content[: top + 1]]
    return [edge * c for c in turned]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 8), min_size=2, max_size=14))
def test_slices_cost_what_rainflow_counts_where_histories_turn_on_their_edges(content: list[int]) -> None:
    history = highest_first(content, SIZE_MWH / 8)
    if len(set(history)) > 1:
        counted = rainflow_cost(history)
        assert wear_cost(CELLS, history[0], *moves(history)) == pytest.approx(counted, rel=1e-9)
        assert cost_of_block(history) == pytest.approx(counted, rel=1e-6)


def bend_of_chords() -> float:
    """Return by how much wear by chords between eight edges lies above the curve, at most, in lives per cycle."""
    fine, edges = np.linspace(0.0, 1.0, 2001), np.arange(9) / 8
    return float((np.interp(fine, edges, wear_of_depth(CELLS, edges)) - wear_of_depth(CELLS, fine)).max())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=2, max_size=14))
def test_elsewhere_slices_cost_no_less_and_no_more_than_the_bend_of_their_chords(content: list[int]) -> None:
    """The bend: chord less curve, at its largest, times the count of cycles."""
    history = highest_first(content, SIZE_MWH / 1000)
    if len(set(history)) == 1:
        return
    cycles = sum(count for _, count in rainflow(history))
    counted, sliced = rainflow_cost(history), wear_cost(CELLS, history[0], *moves(history))
    most = counted + bend_of_chords() * cycles * CELLS.replacement_cost_per_mwh * SIZE_MWH
    assert counted - 1e-9 <= sliced <= most + 1e-6
    assert cost_of_block(history) == pytest.approx(sliced, rel=1e-6, abs=1e-6)


def test_the_curve_of_these_cells_bends_the_right_way():
    """Costs of slices rise, so none were evened out; and chords are off by a thousandth of the life per 100 cycles."""
    costs = slice_costs_per_mwh(CELLS)
    assert (np.diff(costs) > 0).all()
    wear = wear_of_depth(CELLS, np.arange(9) / 8)
    exact = CELLS.replacement_cost_per_mwh * np.diff(wear) * 8 / CELLS.efficiency_discharge
    assert costs == pytest.approx(exact)
    assert bend_of_chords() == pytest.approx(1.02e-5, rel=0.01)
