"""What the hours ahead need of units, reserves and demand charges: starts, ageing, curves of power, stocks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from holin.errors import Fault
from holin.park import ReserveKind
from holin.parkfile.checks.units import faults_of_points
from holin.parkfile.draft import Draft, Row

Points = tuple[tuple[float, float], ...]
CLOSE = 1e-6
SHARES = ("load_share", "renewable_share")


def faults_of_starts(draft: Draft) -> Iterator[Fault]:
    """A start rises from synchronisation to the lowest load, and a colder one costs no less."""
    for row in draft.rows("thermal_unit"):
        if points := row.get("start_points"):
            yield from _faults_of_start_points(row, points)
        warmer = "start_cost"
        for colder, word in (("start_cost_warm", "warm"), ("start_cost_cold", "cold")):
            if not row.has(colder):
                continue
            if row.has(warmer) and row.get(colder) < row.get(warmer):
                right = f"a colder start burns more: {colder} >= {warmer}; it is taken to cost as much"
                yield row.warning(colder, f"a {word} start is cheaper than {warmer} = {row.get(warmer):g}", right)
            warmer = colder
        for name, when in (("start_max_mw", "first"), ("stop_max_mw", "last")):
            if row.has(name, "p_min_mw") and row.get(name) < row.get("p_min_mw"):
                right = f"a unit runs at p_min_mw at least in its {when} step: {name} >= p_min_mw, or leave it empty"
                yield row.fault(name, f"below p_min_mw = {row.get('p_min_mw'):g}", right)
        if row.get("heat_store_mwh") and row.has("heat_nom_mw") and row.get("heat_nom_mw") == 0:
            right = "give heat_nom_mw, the largest heat duty, or leave the store out"
            yield row.warning("heat_store_mwh", "a heat store on a unit without heat", right)


def _faults_of_start_points(row: Row, points: Points) -> Iterator[Fault]:
    if faults := faults_of_points(row, "start_points", points, 2, "times"):
        yield from faults
        return
    if points[0][0] > 0:
        right = "times count from synchronisation: begin with 0, such as 0:0;2:40"
        yield row.fault("start_points", f"begins at {points[0][0]:g} h, not at 0", right)
    low = row.get("p_min_mw")
    if low is not None and abs(points[-1][1] - low) > CLOSE * max(low, 1.0):
        right = f"the last power is p_min_mw: end with {points[-1][0]:g}:{low:g}, or correct p_min_mw"
        yield row.fault("start_points", f"ends at {points[-1][1]:g} MW, not at p_min_mw = {low:g}", right)
    if any(after < before for (_, before), (_, after) in itertools.pairwise(points)):
        right = "power rises from synchronisation to p_min_mw; correct the point"
        yield row.warning("start_points", "the power falls while the unit starts", right)


def faults_of_cells(draft: Draft) -> Iterator[Fault]:
    """Storage: life falls with depth, power follows a concave curve over the whole range, the wish lies in it."""
    for row in draft.rows("storage"):
        if points := row.get("cycle_life_points"):
            yield from _faults_of_life(row, points)
        elif row.get("replacement_cost_per_mwh") and "cycle_life_points" in row.values:
            right = "give cycle_life_points, such as 0.2:30000;1:4000; without them cycle_cost_per_mwh counts"
            yield row.warning("replacement_cost_per_mwh", "not used: there are no cycle_life_points", right)
        for name in ("charge_power_points", "discharge_power_points"):
            if points := row.get(name):
                yield from _faults_of_power_points(row, name, points)
        if row.has("soc_end", "soc_min", "soc_max") and not row.get("soc_min") <= row.get("soc_end") <= row.get(
            "soc_max"
        ):
            problem = f"outside soc_min = {row.get('soc_min'):g} .. soc_max = {row.get('soc_max'):g}"
            yield row.fault("soc_end", problem, "a content within the allowed range, or empty for its middle")


def _faults_of_life(row: Row, points: Points) -> Iterator[Fault]:
    if faults := faults_of_points(row, "cycle_life_points", points, 1, "depths"):
        yield from faults
        return
    if points[-1][0] > 1:
        right = "depths are ratios of e_nom_mwh, 0..1: divide a percentage by 100"
        yield row.fault("cycle_life_points", f"a depth of {points[-1][0]:g}", right)
        return
    for (depth, cycles), (deeper, fewer) in itertools.pairwise(points):
        if fewer >= cycles:
            problem = f"{fewer:g} cycles of depth {deeper:g}, {cycles:g} of depth {depth:g}: deeper ones last no less"
            yield row.fault("cycle_life_points", problem, "cycles to the end of life fall with depth")
            return
    for (depth, cycles), (deeper, fewer) in itertools.pairwise(points):
        if fewer * deeper > cycles * depth * (1 + CLOSE):
            problem = f"cells would give more in cycles of depth {deeper:g} than of {depth:g} (cycles x depth)"
            right = "shallow cycles wear less for what they give; else their wear is evened out, as if by energy alone"
            yield row.warning("cycle_life_points", problem, right)
            break
    if row.has("replacement_cost_per_mwh") and not row.get("replacement_cost_per_mwh"):
        right = "give replacement_cost_per_mwh, what new cells cost per nominal MWh"
        yield row.warning("cycle_life_points", "ageing costs nothing without replacement_cost_per_mwh", right)


def _faults_of_power_points(row: Row, name: str, points: Points) -> Iterator[Fault]:
    if faults := faults_of_points(row, name, points, 2, "contents"):
        yield from faults
        return
    if points[-1][0] > 1 or max(share for _, share in points) > 1:
        right = "contents are ratios of e_nom_mwh and powers of p_nom_mw, both 0..1, such as 0:1;0.8:1;1:0.3"
        yield row.fault(name, "a content or a power above nominal", right)
        return
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.pairwise(points)]
    if any(after > before + CLOSE for before, after in itertools.pairwise(slopes)):
        right = "no linear problem can follow a curve that bends upwards; leave out points below their neighbours' line"
        yield row.fault(name, "the curve is not concave", right)
    for end, at, bad in (("soc_min", points[0][0], 1), ("soc_max", points[-1][0], -1)):
        if row.has(end) and bad * (at - row.get(end)) > CLOSE:
            right = f"give a point at {end} = {row.get(end):g} or beyond it"
            yield row.fault(name, f"{'begins' if bad > 0 else 'ends'} at a content of {at:g}, inside the range", right)


def faults_of_reserves(draft: Draft) -> Iterator[Fault]:
    """A requirement asks for something, and only for what its kind knows."""
    for row in draft.rows("reserve"):
        kind = row.get("kind")
        if kind is ReserveKind.INERTIA:
            for name in SHARES:
                if row.get(name):
                    right = "inertia is fixed_mw alone, in MW s; set the share to 0"
                    yield row.fault(name, "inertia has no shares", right)
        if row.get("largest_unit") and kind in (ReserveKind.DOWN, ReserveKind.INERTIA):
            right = "set largest_unit to false, or the kind to up or primary"
            yield row.fault("largest_unit", f"a requirement of kind {kind.value} replaces no unit", right)
        asks = ("fixed_mw", *SHARES, "largest_unit")
        if row.has(*asks) and not any(row.get(name) for name in asks):
            right = "give fixed_mw, load_share or renewable_share, or set largest_unit to true"
            yield row.warning("kind", "the requirement asks for nothing", right)


def faults_of_stocks(draft: Draft) -> Iterator[Fault]:
    """What arrives at a yard needs a yard."""
    for row in draft.rows("fuel"):
        if row.get("delivery_gj_per_day") and "stock_gj" in row.values and row.get("stock_gj") is None:
            right = "give stock_gj, what the yard holds; without it fuel is never short"
            yield row.warning("delivery_gj_per_day", "not used: there is no stock", right)


def faults_of_demand_charges(draft: Draft) -> Iterator[Fault]:
    """A charge on some hours has an hour; hours that another charge counts as well are named."""
    rows = list(draft.rows("tariff_demand"))
    for k, row in enumerate(rows):
        if not row.has("tariff", "hour_from", "hour_to"):
            continue
        if row.get("hour_from") == row.get("hour_to"):
            right = (
                "hour_to is the end of the last hour; a charge on all hours is the tariff's demand_charge_per_mw_month"
            )
            yield row.fault("hour_to", f"not after hour_from = {row.get('hour_from')}", right)
            continue
        tariff = draft.by_id("tariff").get(row.get("tariff"))
        whole = tariff.get("demand_charge_per_mw_month") if tariff is not None else None
        if whole:
            problem = (
                f"{row.get('tariff')!r} charges the month's highest draw of all hours, these too, {whole:g} per MW"
            )
            right = "a peak in these hours pays both; if only this, set demand_charge_per_mw_month of the tariff to 0"
            yield row.warning("charge_per_mw_month", problem, right)
        for other in rows[:k]:
            if other.get("tariff") == row.get("tariff") and _hours_of(other) & _hours_of(row):
                right = "a peak in the hours that they share pays both; correct the hours if it should not"
                yield row.warning("hour_from", f"shares hours with {other.id!r}", right)


def _hours_of(row: Row) -> set[tuple[int, int]]:
    """Return the months and hours of the day that a charge counts, over new year and midnight where it ends before it
    begins."""
    if not row.has("hour_from", "hour_to", "month_from", "month_to"):
        return set()
    first, end = row.get("hour_from"), row.get("hour_to")
    hours = set(range(first, end)) if first < end else {*range(first, 24), *range(end)}
    opens, closes = row.get("month_from"), row.get("month_to")
    months = set(range(opens, closes + 1)) if opens <= closes else {*range(opens, 13), *range(1, closes + 1)}
    return {(month, hour) for month in months for hour in hours}


def all_ahead_checks(draft: Draft) -> Iterator[Fault]:
    """Yield the faults of every check of this subject."""
    for check in (
        faults_of_starts,
        faults_of_cells,
        faults_of_reserves,
        faults_of_stocks,
        faults_of_demand_charges,
    ):
        yield from check(draft)
