"""The hall's benchmark on few products: all engines find the same, the table says what was measured."""

from __future__ import annotations

from report_hall import hall_line, hall_table

import hall as benchmark


def test_all_engines_find_the_same() -> None:
    found = benchmark.measured(products=1500, count=60)
    assert set(found["engines"]) == {"holin", "fts5", "scan"}
    assert found["hits_max"] > 100
    assert all(engine["p50_ms"] <= engine["p95_ms"] <= engine["max_ms"] for engine in found["engines"].values())


def test_the_lots_are_apart_and_queries_are_mixed() -> None:
    hall, known = benchmark.large_hall(1200)
    assert len({p.id for p in hall.products}) == len(known) == 1200
    asked = benchmark.queries(60)
    assert any(q.use for q in asked) and any(q.footprint_max for q in asked) and any(not q.text for q in asked)


def test_the_table() -> None:
    engine = {"p50_ms": 2.71, "p95_ms": 11.0, "max_ms": 31.4}
    found = {
        "products": 100_000, "words": 123_456, "queries": 200, "hits_median": 81.0, "hits_max": 99_999, "index_s": 2.04,
        "engines": {"holin": engine, "scan": engine | {"build_s": 0.5}},
    }  # fmt: skip
    rows = hall_table(found).splitlines()
    assert rows[2] == "| Holin: finds, ranks, counts every facet | 2.7 | 11.0 | 31.4 | 2.0 |"
    assert rows[3].endswith("| 2.7 | 11.0 | 31.4 | 0.5 |")
    assert "100,000 products, 123,456 distinct words" in hall_line(found) and "at most; all engines" in hall_line(found)
