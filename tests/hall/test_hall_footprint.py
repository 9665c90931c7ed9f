"""The footprint folds along the path: worked by hand, and for any path mass and emissions close."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_hall import EXHIBITORS, FIGURES, HALL, product

from holin.hall import Catalogue, Count, Step, balance_kg, faults_of_catalogue, footprints, path_of

# By hand, t CO2e/t.
# slab: 840 kg of metal and 210 kg of scrap make 1,000 kg.
#   direct   0.84 * 1.5 + 0.05                   = 1.31
#   declared 0.21 * 0.5                          = 0.105
#   power    0.84 * (9.0, 8.0, 4.0) + 0.1 MWh * (0.7, 0.6, 0.2) = 7.63, 6.78, 3.38
#   kWh      0.84 * 13,000 + 100                 = 11,020; green 0.84 * 13,000 * 0.6 + 100 * 1.0 = 6,652
#   recycled 210 / 1,050                         = 0.2
# sheet: 1,000 kg of slab make 800 kg: times 1.25, and 0.1 of fuel, 0.5 MWh of the mill (0.7, 0.6, 0.4; half green).
SLAB = dict(direct_t_per_t=1.31, declared_t_per_t=0.105, power_location_t_per_t=7.63, power_market_t_per_t=6.78,
            power_traced_t_per_t=3.38, kwh_per_t=11_020.0, green_kwh_per_t=6_652.0, recycled_share=0.2)  # fmt: skip
SHEET = dict(direct_t_per_t=1.7375, declared_t_per_t=0.13125, power_location_t_per_t=9.8875,
             power_market_t_per_t=8.775, power_traced_t_per_t=4.425, kwh_per_t=14_275.0, green_kwh_per_t=8_565.0,
             recycled_share=0.2)  # fmt: skip


@pytest.mark.parametrize(("name", "by_hand"), [("slab", SLAB), ("sheet", SHEET)])
def test_a_footprint_worked_by_hand(name: str, by_hand: dict[str, float]) -> None:
    found = footprints(HALL, FIGURES)[name]
    assert found is not None and not found.from_maker and found.missing == ()
    for key, value in by_hand.items():
        assert getattr(found, key) == pytest.approx(value, rel=1e-12), key


def test_the_three_counts_stand_apart_and_add_up() -> None:
    sheet = footprints(HALL, FIGURES)["sheet"]
    assert sheet is not None
    totals = [sheet.total_t_per_t(c) for c in (Count.LOCATION, Count.MARKET, Count.TRACED)]
    assert totals == pytest.approx([11.75625, 10.64375, 6.29375], rel=1e-12)
    assert sheet.green_share == pytest.approx(8_565 / 14_275)


def test_a_makers_own_figure_is_no_count_and_none_is_none() -> None:
    found = footprints(HALL, FIGURES)
    assert found["scrap"] is not None and found["scrap"].from_maker
    assert found["press"] is None and found["mystery"] is None


def test_what_is_missing_is_not_zero() -> None:
    """Without a run, without the mill's power, without the potline: NaN, and the lack has a name."""
    slab = footprints(HALL, None)["slab"]
    assert slab is not None and math.isnan(slab.total_t_per_t(Count.TRACED))
    assert "potline:l1" in slab.missing and "power of caster" in slab.missing
    poor = replace(FIGURES, power={"caster": FIGURES.power["caster"]})
    sheet = footprints(HALL, poor)["sheet"]
    assert sheet is not None and math.isnan(sheet.total_t_per_t(Count.MARKET)) and sheet.missing == ("power of mill",)
    assert sheet.direct_t_per_t == pytest.approx(1.7375)


def test_a_path_by_hand() -> None:
    """A tonne of sheet: 1,250 kg of slab, 1,050 of metal and 262.5 of scrap; 500 + 125 + 13,650 kWh."""
    way = path_of(HALL, FIGURES, HALL.product("sheet"))
    told = [(n.depth, n.kind, n.id, n.kg_per_t, n.kwh_per_t) for n in way.nodes]
    assert told == [
        (0, "product", "sheet", 1000.0, 500.0),
        (1, "product", "slab", 1250.0, 125.0),
        (2, "potline", "l1", 1050.0, 13_650.0),
        (2, "maker", "scrap", 262.5, 0.0),
    ]
    wind = (0.6 * 13_650 + 125 + 0.5 * 500) / 14_275
    shares = {s.source: s.share for s in way.sources}
    assert shares == pytest.approx({"w": wind, "c": 1 - wind}) and way.unknown_share == pytest.approx(0.0, abs=1e-12)
    assert [s.period for s in way.by_month] == ["2025-03"]
    sheet = footprints(HALL, FIGURES)["sheet"]
    assert sheet is not None and shares["w"] == pytest.approx(sheet.green_share)


def test_power_of_an_enterprise_without_sources_is_unknown() -> None:
    poor = replace(FIGURES, sources=tuple(s for s in FIGURES.sources if s.enterprise != "mill"))
    assert path_of(HALL, poor, HALL.product("sheet")).unknown_share == pytest.approx(500 / 14_275)


def test_a_machine_is_its_own_only_stage() -> None:
    way = path_of(HALL, FIGURES, HALL.product("挤压机"))
    assert [n.kind for n in way.nodes] == ["maker"] and way.sources == ()


@st.composite
def chains(draw: st.DrawFn) -> Catalogue:
    """Return a catalogue whose products are each made of the potline's metal, of scrap, or of products before."""
    scrap = HALL.product("scrap")
    products, steps = [scrap], []
    for k in range(draw(st.integers(1, 7))):
        before = ["potline:l1", *(p.id for p in products)]
        sources = draw(st.lists(st.sampled_from(before), min_size=1, max_size=3, unique=True))
        kg = [draw(st.integers(1, 5000)) for _ in sources]
        made = draw(st.integers(1, sum(kg)))
        scrap_kg = draw(st.integers(0, sum(kg) - made))
        products.append(
            product(
                f"p{k}", made_kg=float(made), scrap_kg=float(scrap_kg), loss_kg=float(sum(kg) - made - scrap_kg),
                process_kwh_per_t=draw(st.floats(0, 3000)), process_direct_t_per_t=draw(st.floats(0, 1)),
            )
        )  # fmt: skip
        steps += [Step(product=f"p{k}", source=s, input_kg=float(m)) for s, m in zip(sources, kg, strict=True)]
    return Catalogue(exhibitors=EXHIBITORS, products=tuple(products), steps=tuple(steps))


@given(chains())
def test_any_path_closes_in_mass_and_the_fold_is_the_sum_over_its_leaves(made: Catalogue) -> None:
    assert faults_of_catalogue(made) == []
    found = footprints(made, FIGURES)
    metal, caster = FIGURES.metal["l1"], FIGURES.power["caster"]
    for one in made.products[1:]:
        gap, _ = balance_kg(one, made.inputs_of[one.id])
        assert gap == 0
        way = path_of(made, FIGURES, one)
        kwh = traced = declared = direct = 0.0
        for node in way.nodes:
            kwh += node.kwh_per_t
            t = node.kg_per_t / 1000
            if node.kind == "potline":
                traced += t * metal.power_traced_t_per_t
                direct += t * metal.direct_t_per_t
            elif node.kind == "maker":
                declared += t * 0.5
            else:
                assert node.product is not None
                traced += node.kwh_per_t / 1000 * caster.traced_t_per_mwh
                direct += t * (node.product.process_direct_t_per_t or 0.0)
        got = found[one.id]
        assert got is not None
        whole = (got.kwh_per_t, got.power_traced_t_per_t, got.direct_t_per_t, got.declared_t_per_t)
        assert whole == pytest.approx((kwh, traced, direct, declared), rel=1e-9, abs=1e-12)
        assert 0 <= got.recycled_share <= 1 + 1e-12


@given(chains(), st.integers(2, 4000))
def test_metal_from_nothing_is_refused(made: Catalogue, extra: int) -> None:
    """More comes out of the last product's run than went in: by 2 kg and more than a thousandth it is a fault."""
    last = made.products[-1]
    into = sum(s.input_kg for s in made.inputs_of[last.id])
    kg = extra + into * 2e-3 + 0.5 * 6
    grown = replace(last, made_kg=(last.made_kg or 0) + kg)
    wrong = faults_of_catalogue(replace(made, products=(*made.products[:-1], grown)))
    assert [f.field for f in wrong] == ["made_kg"] and "come from nothing" in wrong[0].problem
