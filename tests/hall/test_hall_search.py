"""A search finds what a scan of every product finds, in the same order, with the same counts."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_hall import EXHIBITORS, FIGURES, HALL, product

from holin.errors import BadInput
from holin.hall import Catalogue, Category, Count, Form, Material, Order, Query, Use, footprints, index_of, search
from holin.hall.alloys import plain_alloy
from holin.hall.footprint import Footprint
from holin.hall.index import FACETS, naming_text, other_text, terms_of, words_of

KNOWN = footprints(HALL, FIGURES)
INDEX = index_of(HALL, KNOWN)


def found(**asked: Any) -> list[str]:
    return [HALL.products[k].id for k in search(INDEX, Query(**asked)).products]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("5083", ["slab", "sheet"]),
        ("sheet 5083", ["sheet"]),
        ("铝板", ["sheet"]),
        ("船舶铝板", ["sheet"]),
        ("轨道交通板带", ["sheet"]),
        ("ＳＨＥＥＴ", ["sheet"]),
        ("6063", ["mystery"]),
        ("en aw-6063", ["mystery"]),
        ("轧制厂", ["sheet"]),
        ("marine rail", ["sheet"]),
        ("H32", ["sheet"]),
        ("b-7", ["sheet"]),
        ("nothing such", []),
        ("", ["scrap", "slab", "sheet", "press", "mystery"]),
    ],
)
def test_words_in_both_languages(text: str, ids: list[str]) -> None:
    assert found(text=text) == ids


def test_filters_bounds_and_order() -> None:
    assert found(category=("plate", "equipment")) == ["sheet", "press"]
    assert found(use=("marine", "rolling")) == ["slab", "sheet"]
    assert found(alloy=("6063",)) == found(alloy=("EN AW-6063",)) == ["mystery"]
    assert found(footprint_max=5.0) == ["slab"]
    assert found(footprint_min=5.0, footprint_max=7.0) == ["sheet"]
    assert found(footprint_max=7.0, count=Count.LOCATION) == []
    assert found(green_min=0.602) == ["slab"]
    assert found(order=Order.FOOTPRINT)[:2] == ["slab", "sheet"]
    assert found(order=Order.GREEN)[:2] == ["slab", "sheet"]
    assert found(text="5083", page=2, page_size=1) == ["sheet"]
    assert found(exhibitor=("no such",)) == []


def test_a_facet_counts_what_another_choice_would_give() -> None:
    answer = search(INDEX, Query(text="5083", form=("slab",)))
    assert answer.total == 1
    assert answer.facets["form"] == {"slab": 1, "sheet": 1}
    assert answer.facets["category"] == {"ingot": 1}


@pytest.mark.parametrize("asked", [{"page": 0}, {"page_size": 0}, {"footprint_min": 2.0, "footprint_max": 1.0}])
def test_questions_without_sense_are_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        search(INDEX, Query(**asked))


# ---- against a scan -----------------------------------------------------------------------------------------------

WORDS = ["foil", "Foil", "5083", "铝箔", "汽车", "轮毂", "A", "fo", "ﬁn", "电池箔", "(x", "a.b", "*"]
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@st.composite
def halls(draw: st.DrawFn) -> tuple[Catalogue, dict[str, Footprint | None]]:
    products = []
    known: dict[str, Footprint | None] = {}
    for k in range(draw(st.integers(1, 12))):
        one = product(
            f"p-{k}", exhibitor=draw(st.sampled_from(["caster", "mill"])), name=draw(names), name_zh=draw(names),
            alloy=draw(st.sampled_from(["", "5083", "EN AW-5083", "6063"])), category=draw(st.sampled_from(Category)),
            form=draw(st.sampled_from(Form)), material=draw(st.sampled_from(Material)),
            uses=tuple(draw(st.lists(st.sampled_from(Use), max_size=3, unique=True))),
        )  # fmt: skip
        products.append(one)
        value = draw(st.one_of(st.none(), st.floats(0, 10)))
        power = {f"power_{c}_t_per_t": value for c in Count}
        rest = dict(direct_t_per_t=0.0, declared_t_per_t=0.0, kwh_per_t=1.0, green_kwh_per_t=draw(st.floats(0, 1)))
        known[one.id] = (
            None if value is None else Footprint(**power, **rest, recycled_share=0.0, from_maker=draw(st.booleans()))
        )
    return Catalogue(exhibitors=EXHIBITORS, products=tuple(products)), known


@st.composite
def queries(draw: st.DrawFn) -> Query:
    def some(*of: str) -> tuple[str, ...]:
        return tuple(draw(st.lists(st.sampled_from(of), max_size=2)))

    return Query(
        text=draw(st.one_of(st.just(""), names, st.text(max_size=4))), category=some(*Category), form=some(*Form),
        use=some(*Use), alloy=some("5083", "6063", "EN AW-6063"), exhibitor=some("caster", "mill"),
        footprint_max=draw(st.one_of(st.none(), st.floats(0, 10))),
        green_min=draw(st.one_of(st.none(), st.floats(0, 1))),
        count=draw(st.sampled_from(Count)), order=draw(st.sampled_from(Order)), page=draw(st.integers(1, 3)),
        page_size=draw(st.integers(1, 5)),
    )  # fmt: skip


def scanned(hall: Catalogue, known: dict[str, Footprint | None], query: Query, terms: list[str]) -> Any:
    """Return the ids of the page, the total and the facets by looking at every product in turn."""

    def score(p: Any) -> int | None:
        naming, other = words_of(naming_text(p)), words_of(other_text(p, hall.exhibitor_of[p.exhibitor]))
        total = 0
        for term in terms:
            if term in naming:
                total += 4
            elif any(term in w for w in naming):
                total += 2
            elif any(term in w for w in other):
                total += 1
            else:
                return None
        return total

    def values(p: Any, facet: str) -> list[str]:
        if facet == "use":
            return [str(u) for u in p.uses]
        return [plain_alloy(p.alloy) if facet == "alloy" else str(getattr(p, facet))]

    def chosen(p: Any, facet: str) -> bool:
        wanted = {plain_alloy(w) if facet == "alloy" else w for w in getattr(query, facet)}
        return not wanted or bool(wanted & set(values(p, facet)))

    def figure(p: Any) -> float:
        f = known[p.id]
        return math.nan if f is None or f.from_maker else f.total_t_per_t(query.count)

    def green(p: Any) -> float:
        f = known[p.id]
        return math.nan if f is None or f.from_maker else f.green_share

    open_ = [p for p in hall.products if score(p) is not None
             and (query.footprint_max is None or figure(p) <= query.footprint_max)
             and (query.green_min is None or green(p) >= query.green_min)]  # fmt: skip
    hits = [p for p in open_ if all(chosen(p, f) for f in FACETS)]
    facets: dict[str, dict[str, int]] = {}
    for facet in FACETS:
        counts: dict[str, int] = {}
        for p in open_:
            if all(chosen(p, f) for f in FACETS if f != facet):
                for v in values(p, facet):
                    counts[v] = counts.get(v, 0) + 1
        facets[facet] = {v: n for v, n in counts.items() if v}

    def last(value: float) -> float:
        return math.inf if math.isnan(value) else value

    key = {
        Order.RELEVANCE: lambda p: -score(p),
        Order.FOOTPRINT: lambda p: last(figure(p)),
        Order.GREEN: lambda p: last(-green(p)),
    }[query.order]
    hits.sort(key=key)
    page = hits[(query.page - 1) * query.page_size : query.page * query.page_size]
    return [p.id for p in page], len(hits), facets


@given(halls(), queries())
def test_a_search_is_a_scan(made: tuple[Catalogue, dict[str, Footprint | None]], query: Query) -> None:
    hall, known = made
    index = index_of(hall, known)
    answer = search(index, query)
    ids, total, facets = scanned(hall, known, query, terms_of(index, query.text))
    assert [hall.products[k].id for k in answer.products] == ids
    assert answer.total == total
    assert answer.facets == facets


def test_an_empty_catalogue_finds_nothing() -> None:
    assert search(index_of(Catalogue(), {}), Query(text="foil", alloy=("6063",))).total == 0
