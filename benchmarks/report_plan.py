"""The tables of README.md on plans, made from the results; pure text."""

from __future__ import annotations

from collections.abc import Sequence

from report import Result, seconds, table


def plan_table(cases: Sequence[Result]) -> str:
    """Return one row per case of a plan: objectives, certified gap, seconds and memory of both, and their ratios."""
    header = [
        "buses, horizon", "objective, Holin", "certified gap", "objective, PyPSA", "apart", "CPU s, Holin",
        "CPU s, PyPSA", "ratio", "MB, Holin", "MB, PyPSA", "building, CPU s",
    ]  # fmt: skip
    rows = []
    for each in cases:
        case, ours, theirs = each["case"], each["holin"], each.get("pypsa", {})
        steps = f"{4 * case['hours']:,} quarter-hours" if case["resolution"] == "15min" else f"{case['hours']:,} h"
        solved = "ratio_cpu" in each
        rows.append(
            [
                f"{case['buses']}, {steps}", f"{ours['objective']:,.2f}", f"{ours['gap']:.0e}",
                f"{theirs['objective']:,.2f}" if solved else theirs.get("status", "not run"),
                f"{each['relative_difference']:.0e}" if solved else "", seconds(ours["cpu_seconds"]),
                seconds(theirs["total_cpu"]) if solved else "", f"{each['ratio_cpu']:.1f}" if solved else "",
                f"{ours['peak_memory_mb']:,.0f}",
                f"{theirs['peak_rss_mb'] * 1.048576:,.0f}" if solved else "", f"{ours['build_cpu_seconds']:.2f}",
            ]
        )  # fmt: skip
    return table(header, rows)


def plan_line(found: Result) -> str:
    """Return the machine and the versions of the plans in a sentence."""
    machine = found["machine"]
    versions = next((c["pypsa"]["versions"] for c in found["cases"] if c.get("pypsa", {}).get("versions")), None)
    peer = f"; PyPSA {versions['pypsa']}, linopy {versions['linopy']}, HiGHS {versions['highs']}" if versions else ""
    return (
        f"Measured on {machine['cores']} cores that other work shared, {machine['system']}, Python "
        f"{machine['python']}, one thread each; Holin {found['cases'][0]['holin']['version']}{peer}."
    )


def frontier_table(rows: Sequence[Result]) -> str:
    """Return one row per case and tolerance: optima and seconds of a frontier and of its points one by one."""
    header = [
        "case", "a point may be off by", "optima", "CPU s", f"{rows[0]['points']} points alone, CPU s", "ratio",
        "farthest from its own optimum",
    ]  # fmt: skip
    return table(
        header,
        [
            [
                r["name"], f"{r['tolerance']:g}",
                f"{r['optima']}" + (f" and {r['reaching']} for the farthest value" if r["reaching"] else ""),
                seconds(r["frontier_cpu_s"]), seconds(r["alone_cpu_s"]), f"{r['ratio_with_reach']:.1f}",
                f"{r['apart']:.0e}",
            ]
            for r in rows
        ],
    )  # fmt: skip


def sweep_table(found: Result) -> str:
    """Return one row per way to work a sweep off: seconds, and how well two workers were used."""
    header = [
        "", "scenarios", "wall s", "own s in the scenarios", "CPU s in them", "workers busy", "by one process",
        "load of the machine",
    ]  # fmt: skip
    rows = [
        [
            r["name"], f"{r['scenarios']}", f"{r['wall_s']:.1f}", f"{r['own_s']:.1f}", f"{r['cpu_s']:.1f}",
            "" if r is found["rows"][0] else f"{r['by_own']:.0%}",
            "" if r is found["rows"][0] else f"{r['by_wall']:.0%}", f"{r['load'][0]:.1f} to {r['load'][1]:.1f}",
        ]
        for r in found["rows"]
    ]  # fmt: skip
    return table(header, rows)
