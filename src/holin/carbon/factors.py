"""The choice of a dated emission factor by region, method and year, with what was chosen and how old it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holin.errors import BadInput, Fault
from holin.park import EmissionFactor, Park

LOCATION = "location"
RESIDUAL = "residual"


@dataclass(frozen=True, kw_only=True)
class ChosenFactor:
    """A factor with the question that it answers: `region` and `year` are those that were asked for.

    `age_years` is how much older the factor's year is than the year asked for; None where the factor has no year.
    `widened` says that the region asked for has none, and that of a region around it stands in.
    """

    factor: EmissionFactor
    region: str
    year: int
    age_years: int | None
    widened: bool


def factor_of(
    factors: Sequence[EmissionFactor], *, region: str, method: str, year: int, widen: bool = True
) -> ChosenFactor:
    """Return the factor of a region and method for a year: the newest one that describes no later year.

    A region without any is answered by the one around it (CN-NM by CN, with `widen`), which the result says. A row
    without a year holds for every year, and stands behind all that have one. A factor of a later year is never taken:
    it was not known then, and describes another grid.
    Raises BadInput where nothing is left, with what the table has.
    """
    for wider in _around(region) if widen else (region,):
        known = [f for f in factors if f.region == wider and f.method == method and (f.year is None or f.year <= year)]
        if known:
            best = max(known, key=lambda f: -1 if f.year is None else f.year)
            age = None if best.year is None else year - best.year
            return ChosenFactor(factor=best, region=region, year=year, age_years=age, widened=wider != region)
    raise BadInput([_missing(factors, region, method, year)])


def grid_region(park: Park) -> str:
    """Return the region of the public grid that the park stands in: that of its connections' emission factors.

    Raises BadInput where no connection names a factor, or where they stand in several regions.
    """
    named = {f.id: f.region for f in park.emission_factors}
    regions = {g.id: named[g.emission_factor] for g in park.grids if g.emission_factor in named}
    if len(set(regions.values())) == 1:
        return next(iter(regions.values()))
    if regions:
        problem = "the connections stand in several regions: " + ", ".join(f"{g} in {r}" for g, r in regions.items())
    else:
        problem = "no connection names an emission factor, so the region of the public grid is not known"
    right = "say which region's averages count: region=..., on the command line --region"
    raise BadInput([Fault(file="grid.csv", field="emission_factor", problem=problem, right=right)])


def _around(region: str) -> tuple[str, ...]:
    """Return the region and those around it, the nearest first: CN-NM-EAST, CN-NM, CN."""
    parts = region.split("-")
    return tuple("-".join(parts[:count]) for count in range(len(parts), 0, -1))


def _missing(factors: Sequence[EmissionFactor], region: str, method: str, year: int) -> Fault:
    like = [f"{f.region or 'no region'} {f.year or 'any year'}" for f in factors if f.method == method]
    where = f"region {region}" if region else "an unnamed region"
    return Fault(
        file="emission_factor.csv",
        field="method",
        value=method,
        problem=f"no factor of this method for {where} and a year up to {year}"
        + (f"; there are {', '.join(like)}" if like else ""),
        right=f"add a row with method {method}, region {region or '(empty)'}, its year and its source",
    )
