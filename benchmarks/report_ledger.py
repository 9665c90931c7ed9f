"""The table of README.md on the ledger, made from the results; pure text."""

from __future__ import annotations

from typing import Any

PHASES = ("issue", "retire", "verify")


def ledger_table(found: dict[str, Any]) -> str:
    """Return the phases of each database, then what stands beside them."""
    lines = [
        "| ledger | issue, s (CPU) | retire, s (CPU) | verify, s (CPU) | together, s (CPU) | peak memory, MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name in ("sqlite", "postgresql"):
        if name in found:
            phases = [found[name][p] for p in PHASES]
            cells = [f"{p['wall_s']:.1f} ({p['cpu_s']:.1f})" for p in phases]
            both = f"{sum(p['wall_s'] for p in phases):.1f} ({sum(p['cpu_s'] for p in phases):.1f})"
            peak = ", ".join(f"{p['peak_mb']:.0f}" for p in phases)
            lines.append(f"| Holin, {TITLES[name]} | {' | '.join(cells)} | {both} | {peak} |")
    return "\n".join(lines)


TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL (the server's CPU not counted)"}


def ledger_line(found: dict[str, Any]) -> str:
    """Return the sentence below the table."""
    per_hour = found["textbook"]["cpu_s"] / found["textbook"]["certificates"] * 1e6
    own = (
        sum(found["sqlite"][p]["cpu_s"] for p in PHASES) / found["certificate_hours"] * 1e6
    )  # issue, retire and verify of each certificate-hour
    return (
        f"{found['certificate_hours']:,} certificate-hours ({found['devices']} devices, {found['hours']:,} hours), "
        f"file {found['file_mb']:.0f} MB. Writing takes {found['write_over_bare']:.1f} times the CPU of the bare rows. "
        f"The textbook ledger takes {per_hour:.0f} µs of CPU for a certificate-hour, Holin {own:.0f} µs: "
        f"{found['textbook_over_own']:.1f} times as long."
    )
