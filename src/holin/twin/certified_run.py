"""A run and its ledger: what certificates cover of each enterprise's use, and all figures of both for a program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from holin.carbon import certified
from holin.park import at_stage, stage_of
from holin.parkfile import read_park
from holin.store import read_run
from holin.summary import users_of
from holin.twin.carbon_account import claims_of_ledger
from holin.twin.reconcile import reconciled, reconciled_figures
from holin.twin.rules import rules_figures, rules_of_run


def certified_figures(folder: str | Path, address: str | Path, *, key: Path | None = None) -> dict[str, dict[str, Any]]:
    """Return by enterprise its use, the certificates retired for it and both shares; count: certificate."""
    run = read_run(folder)
    whole = read_park(run.park_folder)
    park = at_stage(whole, stage_of(whole, run.summary["stage"]))
    claims = claims_of_ledger(address, folder, key=key)
    users = users_of(run.tables["trace"].load())
    found = certified(claims, users, [e.id for e in park.enterprises], time_zone=park.facts.time_zone)
    return {
        name: {
            "used_mwh": c.used_mwh, "claimed_mwh": c.claimed_mwh, "hourly_mwh": c.hourly_mwh,
            "hourly_share": c.hourly_share, "annual_share": c.annual_share,
        }
        for name, c in found.items()
    }  # fmt: skip


def rules_told(folder: str | Path, address: str | Path | None) -> dict[str, Any]:
    """Return the rules of a run's park with verdicts and cures, those on certificates too where there is a ledger."""
    made = rules_of_run(folder, address=address)
    return rules_figures(made.park, made)


def reconciled_told(folder: str | Path, address: str | Path | None) -> dict[str, Any]:
    """Return a run's energy, certificates and bills held against each other, as figures."""
    return reconciled_figures(reconciled(folder, address=address))
