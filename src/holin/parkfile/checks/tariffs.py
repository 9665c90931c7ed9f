"""Tariffs: periods that have an hour, exports that do not pay for imports, lost load dearer than a month's peak."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from holin.columns import columns_of
from holin.errors import Fault
from holin.parkfile.checks.stages import faults_at_stages
from holin.parkfile.draft import Draft, Row
from holin.tariff import Tariff, TariffPeriod, import_price_parts

HOURS_OF_EACH_MONTH = np.concatenate(
    [np.datetime64(f"2025-{month:02}-15T00", "ns") + np.arange(24) * np.timedelta64(1, "h") for month in range(1, 13)]
)
"""Every month and hour of the day that a tariff tells apart."""


def faults_of_tariffs(draft: Draft) -> list[Fault]:
    """A period has an hour at least; one that ends before it begins passes midnight (22-6) or new year (11-2)."""
    right = "hour_to is the end of the last hour; the whole day is 0 to 24"
    return [
        row.fault("hour_to", f"not after hour_from = {row.get('hour_from')}", right)
        for row in draft.rows("tariff_period")
        if row.has("hour_from", "hour_to") and row.get("hour_from") == row.get("hour_to")
    ]


def faults_of_lost_load(draft: Draft) -> list[Fault]:
    """Load not served costs more than a month's peak saved, or the optimum sheds load to shave the peak."""
    facts = draft.facts
    if facts is None or not facts.has("voll_per_mwh"):
        return []
    right = "set it above the demand charge; 50000 CNY/MWh is usual"
    return [
        facts.warning("voll_per_mwh", f"below a month's demand charge of {row.id} ({charge:g} per MW)", right)
        for row in draft.rows("tariff")
        if (charge := row.get("demand_charge_per_mw_month")) and charge > facts.get("voll_per_mwh")
    ]


def faults_of_wash_trade(draft: Draft) -> list[Fault]:
    """No connection sells a MWh dearer than one may be bought, or the optimum would do both at once for the gain.

    At one connection that is an error, for no run of a year accepts it; between two it is a warning.
    """
    if draft.unread.intersection(("grid", "tariff", "tariff_period")):
        return []
    return faults_at_stages(draft, _faults_of_wash_trade)


def _faults_of_wash_trade(draft: Draft, day: date) -> Iterator[Fault]:
    buyers = [
        (cheapest, grid)
        for grid in draft.rows("grid")
        if grid.stands_at(day) and grid.get("import_max_mw") and (cheapest := _cheapest(draft, grid, day)) is not None
    ]
    seen: set[str] = set()
    for grid in draft.rows("grid"):
        tariff = draft.by_id("tariff").get(grid.get("tariff") or "")
        if tariff is None or not grid.stands_at(day) or not grid.get("export_max_mw") or tariff.id in seen:
            continue
        if tariff.get("export_series"):
            continue  # judged hour by hour when the hours are solved
        income, own = tariff.get("export_price_per_mwh"), _cheapest(draft, grid, day)
        if income is None or own is None:
            continue
        price, buyer = min(buyers, key=lambda b: b[0], default=(own, grid))
        if income > own + 1e-9:
            seen.add(tariff.id)
            problem = f"above the cheapest import price of {grid.id!r}, {own:g}: buying to sell at once would pay"
            yield tariff.fault("export_price_per_mwh", problem, "lower it, or set export_max_mw of the grid to 0")
        elif income > price + 1e-9:
            seen.add(tariff.id)
            problem = f"above the cheapest import price of {buyer.id!r}, {price:g}: buying there to sell here would pay"
            right = f"lower it, or set export_max_mw of {grid.id!r} to 0, or know that the park trades"
            yield tariff.warning("export_price_per_mwh", problem, right)


def _cheapest(draft: Draft, grid: Row, day: date) -> float | None:
    """Return the lowest price of an imported MWh over the year; None where a faulty cell or a spot price leaves it
    open (see `grid_series`)."""
    if "tariff" not in grid.values:
        return None
    if grid.get("tariff") is None:
        return 0.0
    row = draft.by_id("tariff").get(grid.get("tariff"))
    rows = [
        p for p in draft.rows("tariff_period") if p.get("tariff") in (None, grid.get("tariff")) and p.stands_at(day)
    ]
    if (
        row is None
        or row.get("energy_series")
        or not _whole(row, Tariff)
        or not all(_whole(p, TariffPeriod) for p in rows)
    ):
        return None
    periods = [TariffPeriod(**p.values) for p in rows]
    parts = import_price_parts(Tariff(**row.values), periods, HOURS_OF_EACH_MONTH, "UTC")
    return float(np.min(np.sum(list(parts.values()), axis=0)))


def _whole(row: Row, kind: type) -> bool:
    return {c.name for c in columns_of(kind)} <= set(row.values)
