"""Checks of what only bills read: versions of tariffs, tiers, power factor, two-part charges."""

from __future__ import annotations

from collections.abc import Iterator

from holin.errors import Fault
from holin.parkfile.draft import Draft

STANDARDS = (0.8, 0.85, 0.9)
OWN_ROWS = (
    ("tariff_period", "all hours are flat"),
    ("tariff_demand", "no hours have a charge of their own"),
    ("tariff_tier", "there are no tiers"),
)
"""Tables whose rows a version does not inherit, and what follows where it has none."""


def faults_of_versions(draft: Draft) -> Iterator[Fault]:
    """A version is of a tariff that is none itself, and has a first day of its own."""
    known = draft.by_id("tariff")
    first: set[tuple[str, object]] = set()
    for row in draft.rows("tariff"):
        base = row.get("version_of")
        if not base:
            continue
        if base == row.id or (base in known and known[base].get("version_of")):
            yield row.fault("version_of", f"{base!r} is itself a version", "name the tariff that both are versions of")
        if "built" in row.values and row.get("built") is None:
            yield row.fault("built", "a version without a first day", "give the day from which it holds")
        elif (base, row.get("built")) in first:
            yield row.fault("built", f"{base!r} has a version from that day already", "give each its own first day")
        first.add((base, row.get("built")))
        for table, what in OWN_ROWS:
            named = {other.get("tariff") for other in draft.rows(table)}
            if base in named and row.id not in named:
                right = f"add rows for {row.id!r}, or know that it has none: a version brings its own"
                yield row.warning(
                    "version_of", f"{base!r} has rows of {table}.csv and this version has none: {what}", right
                )


def faults_of_tiers(draft: Draft) -> Iterator[Fault]:
    """Tiers begin at nothing, each at an amount of its own."""
    begins: dict[tuple[object, object], set[float]] = {}
    for row in draft.rows("tariff_tier"):
        if not row.has("tariff", "tier_of", "above"):
            continue
        found = begins.setdefault((row.get("tariff"), row.get("tier_of")), set())
        if row.get("above") in found:
            yield row.fault("above", "another tier begins there", "give each tier its own beginning")
        found.add(row.get("above"))
    for row in draft.rows("tariff_tier"):
        found = begins.get((row.get("tariff"), row.get("tier_of")), set())
        if found and min(found) > 0.0 and row.get("above") == min(found):
            yield row.warning("above", "what lies below costs nothing", "begin the lowest tier at 0")


def faults_of_bills(draft: Draft) -> Iterator[Fault]:
    """A standard power factor is one of three; demand and capacity are not charged both; no optimum knows bills."""
    tiered = {row.get("tariff") for row in draft.rows("tariff_tier")}
    coincident = {row.get("tariff") for row in draft.rows("tariff_demand") if row.get("coincident")}
    of_grids = {row.get("tariff") for row in draft.rows("grid")}
    for row in draft.rows("tariff"):
        standard = row.get("power_factor_standard")
        if standard is not None and standard not in STANDARDS:
            yield row.fault(
                "power_factor_standard", "no standard of the rule", "give 0.8, 0.85 or 0.9, or leave it empty"
            )
        if row.get("demand_charge_per_mw_month") and row.get("capacity_charge_per_mva_month"):
            right = "keep the one that the contract has chosen; the other is 0"
            yield row.warning("capacity_charge_per_mva_month", "demand and capacity are charged both", right)
        if row.id in of_grids and (row.id in tiered | coincident or row.get("demand_ratchet_share")):
            problem = "has tiers, a ratchet or a charge on the park's peak, which no optimum knows"
            yield row.warning("id", problem, "bills count them; dispatch and plans go by the other prices")


def all_bill_checks(draft: Draft) -> Iterator[Fault]:
    """Yield the faults of every check of this subject."""
    for check in (faults_of_versions, faults_of_tiers, faults_of_bills):
        yield from check(draft)
