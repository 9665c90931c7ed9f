"""The catalogue over HTTP: what the hall's own search finds, footprints as they follow, ways back to a passport."""

import json
from datetime import date
from pathlib import Path

import pytest
from web_asked import Asked

from holin.hall import Count, Hall, Query, answers, footprints, index_of, path_of, read_hall, search

RUN = "/api/runs/two-days"


@pytest.fixture(scope="module")
def hall(first_run: Path) -> Hall:
    return read_hall(first_run.with_name("two-days.hall"))


@pytest.mark.parametrize(
    ("way", "query"),
    [
        ("", Query()),
        ("text=foil", Query(text="foil")),
        ("text=汽车轮毂", Query(text="汽车轮毂")),
        ("text=plate&form=plate&form=sheet&count=market&order=footprint", Query(
            text="plate", form=("plate", "sheet"), count=Count.MARKET)),
        ("footprint_max=8&category=foil", Query(footprint_max=8.0, category=("foil",))),
        ("alloy=6063&use=building", Query(alloy=("6063",), use=("building",))),
    ],
)  # fmt: skip
def test_it_finds_what_the_hall_finds(asked: Asked, hall: Hall, way: str, query: Query) -> None:
    known = footprints(hall.catalogue, hall.figures)
    wanted = search(index_of(hall.catalogue, known), query)
    found = asked.json(f"{RUN}/catalogue?{way}&page_size=20")
    assert found["total"] == wanted.total > 0 and found["products_in_all"] > 1000 and found["synthetic"] is True
    counts = {facet: {v["value"]: v["products"] for v in values} for facet, values in found["facets"].items()}
    assert counts == {facet: dict(values) for facet, values in wanted.facets.items()}
    if "order" not in way:
        assert [p["id"] for p in found["products"]] == [hall.catalogue.products[k].id for k in wanted.products]
    for product in found["products"]:
        own = known[product["id"]]
        if own is None or own.from_maker:
            assert product["footprint"] is None or product["footprint"]["total_traced"] is None
            continue
        for count in Count:
            assert product["footprint"][f"total_{count}"] == pytest.approx(own.total_t_per_t(count), nan_ok=True)


def test_pages_hold_every_product_once_and_the_lowest_footprint_comes_first(asked: Asked) -> None:
    way = f"{RUN}/catalogue?order=footprint&page_size=200"
    rows, page = [], 1
    while len(rows) < asked.json(way)["total"]:
        rows += asked.json(f"{way}&page={page}")["products"]
        page += 1
    assert len({r["id"] for r in rows}) == len(rows) == asked.json(way)["products_in_all"]
    totals = [r["footprint"]["total_traced"] for r in rows if r["footprint"] and r["footprint"]["total_traced"]]
    assert totals == sorted(totals)


def test_a_product_leads_back_to_its_potline_and_one_of_a_batch_to_its_passport(asked: Asked, hall: Hall) -> None:
    foil = asked.json(f"{RUN}/catalogue?text=foil&category=foil&page_size=1")["products"][0]["id"]
    shown = asked.json(f"{RUN}/catalogue/{foil}")
    way = path_of(hall.catalogue, hall.figures, hall.catalogue.product_of[foil])
    assert [(s["kind"], s["id"], s["depth"]) for s in shown["stages"]] == [(n.kind, n.id, n.depth) for n in way.nodes]
    assert shown["stages"][-1]["kind"] == "potline" and shown["stages"][0]["kg_per_t"] == 1000
    assert sum(s["share"] for s in shown["power"]) + shown["power_unknown"] == pytest.approx(1.0)
    sold = next(p for p in hall.catalogue.products if p.batch)
    of_batch = asked.json(f"{RUN}/catalogue/{sold.id}")
    assert of_batch["passport"] == sold.batch == of_batch["stages"][-1]["passport"]
    passport = asked.json(f"{RUN}/passports/{of_batch['passport']}/file")["passport"]
    gate = passport["carbon"]["gate"]["traced"]["value"]
    assert of_batch["listed"]["footprint"]["total_traced"] == pytest.approx(float(gate), abs=2e-3)
    assert asked.get(f"{RUN}/catalogue/nobody").status_code == 404


def test_a_makers_own_figure_is_no_count(asked: Asked) -> None:
    shown = asked.json(f"{RUN}/catalogue/alumina-1")
    footprint = shown["listed"]["footprint"]
    assert footprint["from_maker"] and footprint["declared"] == shown["declared_t_per_t"]
    assert all(footprint[f"total_{c}"] is None for c in Count) and shown["declared_by"]


def test_enquiries_are_answered_as_the_hall_answers(asked: Asked, hall: Hall) -> None:
    known = footprints(hall.catalogue, hall.figures)
    day = date(2025, 6, 1)
    found = {e["id"]: e for e in asked.json(f"{RUN}/enquiries?on={day}")["enquiries"]}
    held = answers(hall.catalogue, known, on=day)
    assert {e for e in found if found[e]["side"] == "seeks"} == {a.enquiry.id for a in held} != set()
    for answer in held:
        shown = found[answer.enquiry.id]
        assert [m["enquiry"] for m in shown["matches"]] == [m.offers.id for m in answer.matches]
        assert shown["products"] == len(answer.products)
    assert len(asked.json(f"{RUN}/enquiries?on=2099-01-01")["enquiries"]) < len(found)
    assert json.dumps(asked.json(f"{RUN}/enquiries")["on"]) == "null"
