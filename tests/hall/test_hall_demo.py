"""The demo's catalogue: 17 exhibitors, 1,000 products and more, closed, synthetic, following from the figures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_hall import FIGURES

from holin.columns import Basis
from holin.errors import BadInput
from holin.hall import Category, Count, demo_catalogue, faults_of_catalogue, footprints, path_of
from holin.hall.footprint import has_path

DEMO = demo_catalogue(FIGURES)
KNOWN = footprints(DEMO, FIGURES)


def test_it_is_large_whole_and_says_that_it_is_synthetic() -> None:
    assert len(DEMO.exhibitors) == 17 and len(DEMO.products) >= 1000
    assert faults_of_catalogue(DEMO) == []
    assert {p.category for p in DEMO.products} == set(Category)
    for row in (*DEMO.exhibitors, *DEMO.products, *DEMO.steps, *DEMO.enquiries):
        assert row.basis is Basis.SYNTHETIC and "no real firm" in row.reference
    assert all(e.name.startswith("Demo ") and e.name_zh.startswith("示例") for e in DEMO.exhibitors)
    assert {p.exhibitor for p in DEMO.products} <= {e.id for e in DEMO.exhibitors}


def test_the_same_seed_is_the_same_catalogue() -> None:
    assert demo_catalogue(FIGURES) == DEMO
    assert demo_catalogue(FIGURES, seed=1) != DEMO


def test_every_product_with_steps_comes_from_the_potline() -> None:
    by_path = [p for p in DEMO.products if has_path(p, DEMO)]
    assert len(by_path) > 900
    for one in by_path[::25]:
        kinds = {n.kind for n in path_of(DEMO, FIGURES, one, known=KNOWN).nodes}
        assert "potline" in kinds and "unknown" not in kinds
        found = KNOWN[one.id]
        assert found is not None and found.missing == () and not found.from_maker
    for one in DEMO.products:
        if one.category in (Category.EQUIPMENT, Category.AUXILIARY):
            assert one.declared_by and one.declared_on and not has_path(one, DEMO)


def test_footprints_follow_the_figures() -> None:
    """Metal whose power emits twice as much, traced, makes every product dirtier by what its own metal weighs."""
    metal = FIGURES.metal["l1"]
    dirty = replace(FIGURES, metal={"l1": replace(metal, power_traced_t_per_t=2 * metal.power_traced_t_per_t)})
    after = footprints(DEMO, dirty)
    for one in DEMO.products[::40]:
        before, now = KNOWN[one.id], after[one.id]
        if before is None or now is None or before.from_maker:
            continue
        nodes = path_of(DEMO, FIGURES, one, known=KNOWN).nodes
        kg = sum(n.kg_per_t for n in nodes if n.kind == "potline")
        more = now.total_t_per_t(Count.TRACED) - before.total_t_per_t(Count.TRACED)
        assert more == pytest.approx(kg / 1000 * metal.power_traced_t_per_t, rel=1e-9)
        assert now.total_t_per_t(Count.MARKET) == before.total_t_per_t(Count.MARKET)


def test_a_run_without_metal_has_no_demo() -> None:
    with pytest.raises(BadInput, match="no potline"):
        demo_catalogue(replace(FIGURES, metal={}))
