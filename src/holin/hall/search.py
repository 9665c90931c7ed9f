"""A search of the catalogue: terms and filters, ranked, with counts for every further choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from holin.errors import ARGUMENT, BadInput, Fault
from holin.hall.alloys import plain_alloy
from holin.hall.index import (
    FACETS,
    NAMED,
    SINGLE,
    WHOLE,
    WITHIN,
    HallIndex,
    found_words,
    products_of,
    terms_of,
)
from holin.hall.words import Count, Use

Mask = NDArray[np.bool_]
PAGE = 20
PAGE_MAX = 1000


class Order(StrEnum):
    """What stands first; what is not known stands last, and what is equal as in the catalogue."""

    RELEVANCE = "relevance"
    FOOTPRINT = "footprint"
    GREEN = "green"


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is looked for. An empty filter lets all through; several values of one filter are alternatives.

    `footprint_min`, `footprint_max` (t/t) bound the total of `count`; `green_min` the physical green share of the
    power. What has no figure of its path, such as a maker's own, passes none of these bounds. `page` is from 1.
    """

    text: str = ""
    category: tuple[str, ...] = ()
    material: tuple[str, ...] = ()
    form: tuple[str, ...] = ()
    alloy: tuple[str, ...] = ()
    exhibitor: tuple[str, ...] = ()
    use: tuple[str, ...] = ()
    count: Count = Count.TRACED
    footprint_min: float | None = None
    footprint_max: float | None = None
    green_min: float | None = None
    order: Order = Order.RELEVANCE
    page: int = 1
    page_size: int = PAGE


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """How many products answer, those of the page (places in the catalogue) with their scores, and the facets.

    A facet counts what would answer if it alone were left open: what choosing another of its values would give.
    """

    total: int
    products: tuple[int, ...]
    scores: tuple[int, ...]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    terms: tuple[str, ...] = ()


def search(index: HallIndex, query: Query) -> Found:
    """Return what answers a query. Every term must be part of a word of the product, in either language.

    Raises BadInput for a page or a bound that makes no sense; a value that no product has simply finds nothing.
    """
    _check(query)
    terms = terms_of(index, query.text)
    score = scores(index, terms)
    masks = {facet: _chosen(index, facet, getattr(query, facet)) for facet in FACETS}
    open_ = _bounded(index, query) & (score > 0 if terms else np.ones(index.size, dtype=bool))
    every = open_.copy()
    for mask in masks.values():
        if mask is not None:
            every &= mask
    hits = np.flatnonzero(every)
    ordered = hits[_sorted(index, query, score, hits)]
    page = ordered[(query.page - 1) * query.page_size : query.page * query.page_size]
    return Found(
        total=len(hits),
        products=tuple(int(k) for k in page),
        scores=tuple(int(s) for s in score[page]),
        facets={facet: _counted(index, facet, _without(open_, masks, facet)) for facet in FACETS},
        terms=tuple(terms),
    )


def scores(index: HallIndex, terms: list[str]) -> NDArray[np.int16]:
    """Return what each product is worth: the sum over terms of its best word, 0 where a term is missing."""
    total = np.zeros(index.size, dtype=np.int16)
    all_ = np.ones(index.size, dtype=bool)
    for term in terms:
        best = np.zeros(index.size, dtype=np.int16)
        best[products_of(index.other, found_words(index.other, term)[0])] = WITHIN
        inside, itself = found_words(index.naming, term)
        best[products_of(index.naming, inside)] = NAMED
        best[products_of(index.naming, itself)] = WHOLE
        total += best
        all_ &= best > 0
    return np.where(all_, total, 0).astype(np.int16)


def _check(query: Query) -> None:
    wrong: list[tuple[str, float, str, str]] = []
    if query.page < 1:
        wrong.append(("page", query.page, "pages count from 1", "give 1 or more"))
    if not 1 <= query.page_size <= PAGE_MAX:
        wrong.append(("page_size", query.page_size, "no size of a page", f"give 1 to {PAGE_MAX}"))
    low, high = query.footprint_min, query.footprint_max
    if low is not None and high is not None and low > high:
        wrong.append(("footprint_min", low, "above footprint_max", "give the smaller one first"))
    if wrong:
        raise BadInput([Fault(file=ARGUMENT, field=f, value=str(v), problem=p, right=r) for f, v, p, r in wrong])


def _chosen(index: HallIndex, facet: str, wanted: tuple[str, ...]) -> Mask | None:
    if not wanted:
        return None
    if facet == "use":
        uses = tuple(u.value for u in Use)
        bits = np.uint64(sum(1 << uses.index(u) for u in set(wanted) if u in uses))
        used: Mask = (index.use_bits & bits) != 0
        return used
    values = index.values[facet]
    named = {plain_alloy(w) for w in wanted} if facet == "alloy" else set(wanted)
    chosen = np.array([v in named for v in values], dtype=bool)
    return chosen[index.codes[facet]] if len(values) else np.zeros(index.size, dtype=bool)


def _bounded(index: HallIndex, query: Query) -> Mask:
    mask = np.ones(index.size, dtype=bool)
    total = index.total[query.count]
    if query.footprint_min is not None:
        mask &= total >= query.footprint_min
    if query.footprint_max is not None:
        mask &= total <= query.footprint_max
    if query.green_min is not None:
        mask &= index.green_share >= query.green_min
    return mask


def _without(open_: Mask, masks: Mapping[str, Mask | None], facet: str) -> Mask:
    mask = open_
    for name, other in masks.items():
        if name != facet and other is not None:
            mask = mask & other
    return mask


def _counted(index: HallIndex, facet: str, mask: Mask) -> dict[str, int]:
    values = index.values[facet]
    if facet in SINGLE:
        counts = np.bincount(index.codes[facet][mask], minlength=len(values))
    else:
        bits = index.use_bits[mask]
        counts = np.array([np.count_nonzero(bits & np.uint64(1 << k)) for k in range(len(values))])
    return {v: int(n) for v, n in zip(values, counts, strict=False) if n and v}


def _sorted(index: HallIndex, query: Query, score: NDArray[np.int16], hits: NDArray[np.intp]) -> NDArray[np.intp]:
    if query.order is Order.FOOTPRINT:
        return np.argsort(index.total[query.count][hits], kind="stable")
    if query.order is Order.GREEN:
        return np.argsort(-index.green_share[hits], kind="stable")
    return np.argsort(-score[hits], kind="stable")
