"""A run, its certificates and its bills held against each other: everything closes, or is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from holin import ledger
from holin.calendar import local
from holin.settle import Check, money_checks, of_month
from holin.store import read_run
from holin.summary import EnergyBalance, energy_balances
from holin.twin.bills import SettledRun, settled_run
from holin.twin.certificates import device_id, meterings, run_for_ledger
from holin.twin.run import Result


@dataclass(frozen=True, kw_only=True)
class Reconciled:
    """What a reconciliation found; `closes` where every check does. `ledger` is None where none was asked."""

    settled: SettledRun
    balances: tuple[EnergyBalance, ...]
    checks: tuple[Check, ...]
    ledger: str | None

    @property
    def closes(self) -> bool:
        """Return whether everything closes."""
        return all(check.closes for check in self.checks)


def reconciled(
    source: str | Path | Result, *, address: str | Path | None = None, key: Path | None = None
) -> Reconciled:
    """Hold a run's energy, certificates and bills against each other, month by month.

    Energy: generation + import = use + export + network losses + what storage took on balance + own use, each unit in
    whole Wh and the losses those of the AC flow's branches. Money: every line of every bill again from what it prints.
    With a ledger: what wind and sun made on balance = issued + set off + uncertified, and what was issued = where it is
    now. Purchases are held against the money of the run's own optimum too, where it has one. A ledger needs a run
    folder.
    """
    settled = settled_run(source)
    run = source if isinstance(source, Result) else read_run(source)
    schedule, flows = run.tables["schedule"].load(), run.tables["flows"].load()
    balances = energy_balances(settled.park, schedule, flows, run.tables.get("metered"))
    checks: list[Check] = []
    zone = settled.park.facts.time_zone
    for balance, month in zip(balances, settled.months, strict=True):
        checks.append(_energy_check(balance))
        billed = {b.customer for b in month.bills}
        took = {
            u.customer: int(of_month(u, month.month, zone).taken_wh.sum())
            for u in settled.usages
            if u.customer in billed
        }
        checks += money_checks(month, took)
    if priced := _priced(settled, run.summary):
        checks.append(priced)
    if address is not None:
        assert not isinstance(source, Result), "certificates are of run folders"
        checks += _certificates(source, address, key)
    return Reconciled(
        settled=settled, balances=balances, checks=tuple(checks), ledger=None if address is None else str(address)
    )


def _energy_check(b: EnergyBalance) -> Check:
    right = {
        "used": sum(b.used.values()), "exported": b.exported, "network losses": b.lost, "own use": b.station,
        "storage": b.stored,
    }  # fmt: skip
    left = {**b.generation, "imported": b.imported}
    return Check(name="energy", month=b.month, unit="Wh", left=left, right=right, allowed=b.rounding)


KNOWN = ("energy", "line_loss", "transmission", "system_fee", "levies", "demand", "export")
"""Kinds of line that the money of a run has too."""


def _priced(settled: SettledRun, summary: Mapping[str, Any]) -> Check | None:
    """Return purchases by bill against the money of the run, which comes from the same rows by another way.

    None for meters, and where a grid connection has what no optimum knows: tiers, ratchets, coincident peaks, several
    versions of its tariff.
    """
    parts = summary.get("price_parts")
    tariffs = {g.tariff for g in settled.park.grids}
    bills_only = {t.tariff for t in settled.park.tariff_tiers}
    bills_only |= {d.tariff for d in settled.park.tariff_demands if d.coincident}
    bills_only |= {t.id for t in settled.park.tariffs if t.demand_ratchet_share}
    bills_only |= {t.version_of for t in settled.whole.tariffs if t.version_of}
    if not parts or settled.kind != "demo" or tariffs & bills_only:
        return None
    paid = [v for k, v in parts.items() if k.startswith("import_") or k in ("demand_charge", "export_income")]
    run = sum(float(v or 0.0) for v in paid)
    bought = {kind: sum(b.of_kind(kind) for m in settled.months for b in m.purchases) for kind in KNOWN}
    lines = sum(len(b.lines) for m in settled.months for b in m.purchases)
    hours = settled.grids[0].time.size if settled.grids else 0
    # Half a fen a line, half a Wh an hour at no more than 10 per kWh, and the float sums of the run's own money.
    allowed = lines + hours // 100 + 2 + round(abs(run) * 1e-7)
    left = {kind: fen for kind, fen in bought.items() if fen}
    return Check(name="purchases", month="", unit="fen", left=left, right={"run": round(run * 100)}, allowed=allowed)


def _certificates(folder: str | Path, address: str | Path, key: Path | None) -> list[Check]:
    """Return the checks against a ledger: every Wh that wind and sun made is certified or not, and is somewhere."""
    source = run_for_ledger(folder)
    time = source.run.tables["flows"]["time"].values.astype("datetime64[s]").astype(np.int64)
    months = local(source.run.tables["flows"]["time"].values, source.park.facts.time_zone).strftime("%Y-%m").to_numpy()
    checks = []
    with ledger.opened(address, key=key) as book:
        operator = book.facts.operator
        green = [u.id for u in (*source.park.wind_farms, *source.park.pv_plants)]
        names = {device_id(operator, source.park, unit) for unit in green}
        made = meterings(source, operator).measured
        for month in dict.fromkeys(months.tolist()):
            start = int(time[months == month][0])
            end = int(time[months == month][-1]) + source.step_s
            found = {n: a for n, a in ledger.accounted(book, start=start, end=end).items() if n in names}
            net = sum(max(0, m.out_wh - m.in_wh) for m in made if m.device in names and start <= m.start < end)
            issued = sum(a.issued_wh for a in found.values())
            set_off = sum(a.set_off_wh for a in found.values())
            owed = sum(a.owed_wh for a in found.values())
            withdrawn = sum(a.by_state_wh.get("withdrawn", 0) for a in found.values())
            entered = sum(a.metered_wh for a in found.values())
            right = {"issued": issued - withdrawn, "set off": set_off, "not entered": net - entered}
            left = {"metered net generation": net, "owed for corrections": owed}
            checks.append(Check(name="certified", month=month, unit="Wh", left=left, right=right, allowed=0))
            states: dict[str, int] = {}
            for one in found.values():
                for state, wh in one.by_state_wh.items():
                    states[state] = states.get(state, 0) + wh
            checks.append(
                Check(name="certificates", month=month, unit="Wh", left={"issued": issued}, right=states, allowed=0)
            )
    return checks


def reconciled_figures(made: Reconciled) -> dict[str, Any]:
    """Return a reconciliation as plain figures."""
    return {
        "park": made.settled.park.facts.id,
        "stage": made.settled.stage.name,
        "kind": made.settled.kind,
        "currency": made.settled.park.facts.currency,
        "ledger": made.ledger,
        "closes": made.closes,
        "checks": [
            {
                "name": c.name, "month": c.month, "unit": c.unit, "left": dict(c.left), "right": dict(c.right),
                "left_sum": sum(c.left.values()), "right_sum": sum(c.right.values()),
                "difference": c.difference, "apart": c.apart, "allowed": c.allowed, "closes": c.closes,
            }
            for c in made.checks
        ],
        "balances": [asdict(b) for b in made.balances],
    }  # fmt: skip
