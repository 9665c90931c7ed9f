"""The table of README.md on tracing, made from the results; pure text."""

from __future__ import annotations

from collections.abc import Sequence

from report import Result, table

PEERS = ("dense inverse", "batched dense", "sparse LU", "netallocation")


def tracing_table(results: Sequence[Result]) -> str:
    """Return one row per grid: traced hours per CPU second, how many times each peer's, and how far results agree."""
    header = [
        "grid", "buses", "hours with circulation", "hours per CPU s", "by enterprise", *(f"x {p}" for p in PEERS),
        "from the inverse, MW", "from netallocation, MW", "closure, MW",
    ]  # fmt: skip
    rows = []
    for r in results:
        own, peers = r["engines"]["holin"], [r["engines"][p] for p in PEERS]
        rows.append(
            [
                r["grid"], str(r["buses"]), f"{r['hours_with_circulation']:,} of {r['hours']:,}",
                f"{own['hours_per_cpu_second']:,.0f}", f"{own['hours_per_cpu_second_by_enterprise']:,.0f}",
                *(_times(p) for p in peers), f"{own['distance_to_dense_inverse_mw']:.0e}",
                _size(peers[-1].get("distance_to_holin_mw")), f"{own['closure_mw']:.0e}",
            ]
        )  # fmt: skip
    return table(header, rows)


def _times(peer: Result) -> str:
    if "failed" in peer:
        return "not run"
    summed = peer.get("holin_by_enterprise_times_faster")
    alone = f"{peer['holin_times_faster']:,.0f}"
    return alone if summed is None else f"{alone} ({summed:,.0f})"


def _size(value: float | None) -> str:
    return "" if value is None else f"{value:.0e}"
