"""The table of README.md on the server and its viewers, made from the results; pure text."""

from __future__ import annotations

from typing import Any

COSTLY = {
    "rules": "rules with verdicts, first; after a restart",
    "reconciliation": "reconciliation, first; after a restart",
    "green/certified": "certified shares of enterprises, first; after a restart",
    "bills": "all bills, first; after a restart",
}


def web_table(found: dict[str, Any]) -> str:
    """Return how quick the server is."""
    first = [ms for path, ms in found["cold_ms"].items() if path.rpartition("/")[2] in ("park", "diagram", "series")]
    array, answers = found["warm"]["flows/p_from_mw"], found["answers"]
    rows = [
        ("it listens after; first answer after", f"{found['ready_s']:.1f} s; {found['first_answer_s']:.1f} s"),
        ("first time: park, diagram, series", ", ".join(f"{ms:.0f} ms" for ms in first)),
        (f"flows of a year ({array['bytes'] / 1e6:.1f} MB) from the shelf", f"{array['ms']:.0f} ms"),
        ("the same, unchanged (304)", f"{array['unchanged_ms']:.0f} ms"),
        (f"{found['viewers']} viewers, one of the first seven answers: median, p95", _spread(answers["first"])),
        ("all seven together", _spread(answers["page"])),
        ("later answers", _spread(answers["later"])),
        ("an enterprise's hours, made anew for each", _spread(answers["hours"])),
        *(
            (COSTLY[way], f"{ms['first_ms'] / 1000:.1f} s; {ms['after_restart_ms']:.0f} ms")
            for way, ms in found["costly"].items()
        ),
        ("memory of the server at most", f"{found['server_peak_mb'] / 1000:.1f} GB"),
    ]  # fmt: skip
    return "\n".join(["| | |", "|---|---:|", *(f"| {what} | {figure} |" for what, figure in rows)])


def web_line(found: dict[str, Any]) -> str:
    """Return the sentence below the table."""
    return (
        f"A run of {found['hours']:,} hours, {found['cores']} cores, load {found['load_before']:.1f} before it began. "
        "Python's bytecode was there already, as from the second start on."
    )


def _spread(times: dict[str, float]) -> str:
    return f"{times['median_ms']:.0f} ms, {times['p95_ms']:.0f} ms"
