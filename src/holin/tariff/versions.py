"""Versions of a tariff: which one is in force on a day, and a set of tariffs as it stands then."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from holin.tariff.tariff import Tariff, TariffDemand, TariffPeriod, TariffTier


@dataclass(frozen=True, kw_only=True)
class Tariffs:
    """Tariffs with their rows of periods, demand charges of some hours, and tiers."""

    tariffs: tuple[Tariff, ...] = ()
    periods: tuple[TariffPeriod, ...] = ()
    demands: tuple[TariffDemand, ...] = ()
    tiers: tuple[TariffTier, ...] = ()


def in_force(tariffs: Iterable[Tariff], name: str, day: date) -> Tariff:
    """Return the version of a tariff that holds on a day: the newest built by then, else the tariff itself.

    Raises KeyError where there is no such tariff.
    """
    known = {t.id: t for t in tariffs}
    versions = [t for t in known.values() if t.version_of == name and t.built is not None and t.stands_at(day)]
    return max(versions, key=lambda t: t.built or date.min, default=known[name])


def first_days(tariffs: Iterable[Tariff], name: str) -> tuple[date, ...]:
    """Return the days on which another version of a tariff begins, in order."""
    return tuple(sorted(t.built for t in tariffs if t.version_of == name and t.built is not None))


def as_of(all_of: Tariffs, day: date) -> Tariffs:
    """Return tariffs as they stand on a day, each under its own name with the rows of the version in force."""
    found = {t.id: in_force(all_of.tariffs, t.id, day) for t in all_of.tariffs if t.version_of is None}
    names = {version.id: base for base, version in found.items()}
    return Tariffs(
        tariffs=tuple(dataclasses.replace(version, id=base, version_of=None) for base, version in found.items()),
        periods=_of(all_of.periods, names),
        demands=_of(all_of.demands, names),
        tiers=_of(all_of.tiers, names),
    )


Row = TypeVar("Row", TariffPeriod, TariffDemand, TariffTier)


def _of(rows: Sequence[Row], names: dict[str, str]) -> tuple[Row, ...]:
    return tuple(dataclasses.replace(row, tariff=names[row.tariff]) for row in rows if row.tariff in names)
