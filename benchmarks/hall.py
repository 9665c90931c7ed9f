"""Search in the exhibition hall over 100,000 products, beside SQLite's FTS5 and a plain scan, with equal results.

    python benchmarks/hall.py [--products 100000] [--queries 200] [--json]

The products are those of the demo's generator, again and again under other ids and names; the figures that their
footprints follow from are made up. 200 queries mix words in both languages, parts of words, alloys, what nothing has
and what everything has, with filters and bounds. Each engine answers all of them three times over; the middle time of
each query counts.

The peers only find: `fts5` is SQLite's full-text index of trigrams in memory (that of apsw: SQLite 3.40 of the standard
library crashes on two LIKE of one such table), joined to the filters, `scan` is pandas
`str.contains` over the whole text. Holin also ranks and counts every facet. All must find the same products.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import apsw
import numpy as np
import pandas as pd
from processes import machine

from holin.hall import (
    Catalogue,
    Count,
    Figures,
    HallIndex,
    MetalFigure,
    PowerFigure,
    Query,
    demo_catalogue,
    footprints,
    index_of,
    search,
)
from holin.hall.alloys import plain_alloy
from holin.hall.footprint import Footprint
from holin.hall.index import folded, naming_text, other_text, terms_of

WORDS = (
    "foil", "battery foil", "铝箔", "电池箔", "汽车轮毂", "profile 6063", "型材", "sheet 5083 marine", "船舶",
    "T6", "H18", "8079 12", "1235", "示例薄叶", "demo thin", "wheel 18", "导线", "cable 6101", "powder",
    "球形铝粉", "lot 17", "lot 4711", "a", "1", "铝", "aluminium", "slab 3104", "罐料", "billet 203",
    "nothing such", "零碳列车", "spheric", "alumin plate", "crash beam", "光伏边框", "casting", "foil-1235",
    "um x 300", "易拉罐 5182", "equipment mill",
)  # fmt: skip
"""Words that visitors would type, and some that are hard: all products have them, or none, or parts of a word."""

FIGURES = Figures(
    park="bench", park_name="Bench", park_name_zh="基准", stage="s", period="2025", hours=8760.0, kind="demo",
    run="none",
    metal={
        "l1": MetalFigure(
            name="Line", name_zh="系列", enterprise="e-0", direct_t_per_t=1.5, power_location_t_per_t=9.0,
            power_market_t_per_t=8.0, power_traced_t_per_t=4.0, kwh_per_t=13_300.0, green_share=0.6,
        )
    },
    power={
        f"e-{k}": PowerFigure(name=f"Firm {k}", name_zh=f"企业{k}", location_t_per_mwh=0.7, market_t_per_mwh=0.6,
                              traced_t_per_mwh=0.2 + 0.02 * k, green_share=0.8 - 0.02 * k)
        for k in range(14)
    },
)  # fmt: skip
"""Made up: the benchmark asks how fast figures are found, not what they are."""

ROUNDS = 3


def large_hall(count: int) -> tuple[Catalogue, dict[str, Footprint | None]]:
    """Return so many products and their footprints: the demo's, again and again, each lot a little apart."""
    demo = demo_catalogue(FIGURES)
    base = footprints(demo, FIGURES)
    dice = random.Random(1)
    products, known = [], {}
    for k in range(count):
        one, lot = demo.products[k % len(demo.products)], k // len(demo.products)
        name = f"{one.name}, lot {lot}" if lot else one.name
        again = replace(one, id=f"{one.id}.{lot}", name=name, name_zh=f"{one.name_zh} {lot} 批" if lot else one.name_zh)
        print_of = base[one.id]
        if print_of is not None:
            more = 0.2 * dice.random()
            print_of = replace(print_of, power_traced_t_per_t=print_of.power_traced_t_per_t + more)
        products.append(again)
        known[again.id] = print_of
    return Catalogue(exhibitors=demo.exhibitors, products=tuple(products)), known


def queries(count: int) -> list[Query]:
    """Return a mix of queries: a third words alone, the rest with filters and bounds, some without words."""
    dice = random.Random(2)
    made = []
    for k in range(count):
        text = WORDS[k % len(WORDS)] if k % 6 else ""
        more: dict[str, Any] = {}
        if k % 4 == 1:
            more["category"] = tuple(dice.sample(("ingot", "plate", "foil", "extrusion", "wheel", "cable"), 5))
        if k % 4 == 3:
            more["count"] = dice.choice(list(Count))
            more["footprint_max"] = round(dice.uniform(6, 20), 2)
        if k % 10 == 8:
            more["green_min"] = round(dice.uniform(0.4, 0.7), 2)
        if not text:
            more["use"] = tuple(dice.sample(("automotive", "battery", "packaging", "building", "power_grid"), 2))
            more["alloy"] = ("6063", "1235", "8079", "A356.2", "6101") if k % 12 else ()
        made.append(Query(text=text, page_size=20, page=1 + k % 3, **more))
    return made


class Flat:
    """The products as one table, for the peers: texts, codes, figures."""

    def __init__(self, hall: Catalogue, index: HallIndex) -> None:
        of = hall.exhibitor_of
        self.frame = pd.DataFrame(
            {
                "text": [folded(f"{naming_text(p)} {other_text(p, of[p.exhibitor])}") for p in hall.products],
                "category": [p.category.value for p in hall.products],
                "alloy": [plain_alloy(p.alloy) for p in hall.products],
                "uses": [f";{';'.join(p.uses)};" for p in hall.products],
                "green": index.green_share,
                **{c.value: index.total[c] for c in Count},
            }
        )


def scan(flat: Flat, index: HallIndex) -> Callable[[Query], Any]:
    """Return a search by `str.contains` and comparisons of columns."""
    frame = flat.frame

    def find(query: Query) -> Any:
        mask = np.ones(len(frame), dtype=bool)
        for term in terms_of(index, query.text):
            mask &= frame["text"].str.contains(term, regex=False).to_numpy()
        if query.category:
            mask &= frame["category"].isin(query.category).to_numpy()
        if query.alloy:
            mask &= frame["alloy"].isin(query.alloy).to_numpy()
        if query.use:
            mask &= np.logical_or.reduce([frame["uses"].str.contains(f";{u};", regex=False) for u in query.use])
        if query.footprint_max is not None:
            mask &= (frame[query.count.value] <= query.footprint_max).to_numpy()
        if query.green_min is not None:
            mask &= (frame["green"] >= query.green_min).to_numpy()
        return np.flatnonzero(mask)

    return find


def fts5(flat: Flat, index: HallIndex) -> Callable[[Query], Any]:
    """Return a search by SQLite: an FTS5 table of trigrams, which answers LIKE, joined to a table of the rest."""
    base = apsw.Connection(":memory:")
    base.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize='trigram')")
    frame = flat.frame
    base.execute("BEGIN")
    base.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", ((k, t) for k, t in enumerate(frame["text"], 1)))
    rest = frame.drop(columns="text").astype(object).where(frame.drop(columns="text").notna(), None)
    columns = ", ".join(rest.columns)
    base.execute(f"CREATE TABLE product (id INTEGER PRIMARY KEY, {columns})")
    marks = ", ".join("?" * (1 + len(rest.columns)))
    base.executemany(
        f"INSERT INTO product VALUES ({marks})", ((k, *row) for k, row in enumerate(rest.itertuples(index=False), 1))
    )
    for column in ("category", "alloy"):
        base.execute(f"CREATE INDEX by_{column} ON product ({column})")
    base.execute("COMMIT")
    base.execute("ANALYZE")

    def find(query: Query) -> Any:
        terms = terms_of(index, query.text)
        where, values = [], []
        for term in terms:
            where.append("text LIKE ?")
            values.append(f"%{term}%")
        for column, wanted in (("category", query.category), ("alloy", query.alloy)):
            if wanted:
                where.append(f"{column} IN ({', '.join('?' * len(wanted))})")
                values += wanted
        if query.use:
            where.append("(" + " OR ".join("instr(uses, ?)" for _ in query.use) + ")")
            values += [f";{u};" for u in query.use]
        if query.footprint_max is not None:
            where.append(f"{query.count.value} <= ?")
            values.append(query.footprint_max)
        if query.green_min is not None:
            where.append("green >= ?")
            values.append(query.green_min)
        table = "words JOIN product ON product.id = words.rowid" if terms else "product"
        said = f"SELECT product.id FROM {table} WHERE {' AND '.join(where) or '1'} ORDER BY product.id"
        return np.array([row[0] - 1 for row in base.execute(said, values)], dtype=np.int64)

    return find


def timed(find: Callable[[Query], Any], asked: list[Query]) -> tuple[list[float], list[Any]]:
    """Return the time of each query in ms, the middle one of ROUNDS, and what each found."""
    rounds: list[list[float]] = [[] for _ in asked]
    for _ in range(ROUNDS):
        found = []
        for query, times in zip(asked, rounds, strict=True):
            began = time.perf_counter()
            found.append(find(query))
            times.append(1000 * (time.perf_counter() - began))
    return [float(np.median(times)) for times in rounds], found


def spread(times: list[float]) -> dict[str, float]:
    """Return median, 95th percentile and the longest."""
    return {"p50_ms": float(np.median(times)), "p95_ms": float(np.percentile(times, 95)), "max_ms": max(times)}


def measured(products: int, count: int) -> dict[str, Any]:
    """Measure all engines. Exits where one finds other products than another."""
    hall, known = large_hall(products)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    index = index_of(hall, known)
    index_s = time.perf_counter() - began
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    asked = queries(count)
    times, answers = timed(lambda query: search(index, query), asked)
    found = {
        "products": products, "queries": count, "machine": machine(), "index_s": index_s,
        "index_peak_growth_mb": grown * 1024 / 1e6, "words": len(index.naming.lengths) + len(index.other.lengths),
        "hits_median": float(np.median([a.total for a in answers])), "hits_max": max(a.total for a in answers),
        "engines": {"holin": spread(times)},
    }  # fmt: skip
    flat = Flat(hall, index)
    whole = [search(index, replace(q, page=1, page_size=1)) for q in asked]
    for name, engine in (("fts5", fts5), ("scan", scan)):
        began = time.perf_counter()
        find = engine(flat, index)
        built = time.perf_counter() - began
        times, ids = timed(find, asked)
        for query, mine, page, theirs in zip(asked, whole, answers, ids, strict=True):
            if mine.total != len(theirs) or not set(page.products) <= set(theirs.tolist()):
                sys.exit(f"{name} finds {len(theirs)}, Holin {mine.total}: {query}")
        found["engines"][name] = spread(times) | {"build_s": built}
    return found


def sentence(found: dict[str, Any]) -> str:
    """Return one line of what was measured."""
    parts = (f"{n} {e['p50_ms']:.1f} / {e['p95_ms']:.1f} / {e['max_ms']:.1f} ms" for n, e in found["engines"].items())
    return f"{found['products']:,} products, {found['queries']} queries, p50 / p95 / max: {'; '.join(parts)}"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--products", type=int, default=100_000)
    ask.add_argument("--queries", type=int, default=200)
    ask.add_argument("--json", action="store_true")
    asked = ask.parse_args()
    found = measured(asked.products, asked.queries)
    print(json.dumps(found, indent=2) if asked.json else sentence(found))


if __name__ == "__main__":
    main()
