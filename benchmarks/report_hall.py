"""The table of README.md on the exhibition hall's search, made from the results; pure text."""

from __future__ import annotations

from typing import Any

TITLES = {
    "holin": "Holin: finds, ranks, counts every facet",
    "fts5": "SQLite FTS5, trigrams: finds",
    "scan": "pandas `str.contains`: finds",
}


def hall_table(found: dict[str, Any]) -> str:
    """Return the engines' times of a query."""
    lines = ["| engine | median, ms | 95 %, ms | longest, ms | built in, s |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, engine in found["engines"].items():
        built = engine.get("build_s", found["index_s"] if name == "holin" else 0.0)
        times = " | ".join(f"{engine[key]:.1f}" for key in ("p50_ms", "p95_ms", "max_ms"))
        lines.append(f"| {TITLES[name]} | {times} | {built:.1f} |")
    return "\n".join(lines)


def hall_line(found: dict[str, Any]) -> str:
    """Return the sentence below the table."""
    return (
        f"{found['products']:,} products, {found['words']:,} distinct words, {found['queries']} queries with "
        f"{found['hits_median']:,.0f} hits in the median and {found['hits_max']:,} at most; all engines found the same."
    )
