"""What a server answers, as frozen objects; what each field means stands in the server's /api/openapi.json."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from holin.errors import Fault

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Label:
    """A text in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A named date of a park."""

    name: str
    as_of: date
    title: Label


@dataclass(frozen=True, kw_only=True)
class ListedPark:
    """A park of the library; with `faults` it cannot be read."""

    id: str
    name: Label
    synthetic: Label | None
    default_stage: str | None
    stages: tuple[Stage, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ListedRun:
    """A run of the library; with `faults` it is damaged, and the rest is None."""

    id: str
    park: str | None = None
    park_name: Label | None = None
    stage: str | None = None
    kind: str | None = None
    made: str | None = None
    first: str | None = None
    hours: int | None = None
    step_s: int | None = None
    time_zone: str | None = None
    synthetic: Label | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Library:
    """All parks and runs that a server has."""

    version: str
    parks: tuple[ListedPark, ...]
    runs: tuple[ListedRun, ...]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure of a thing: a number, or a curve as numbers or points; `currency` in a unit is the park's own."""

    field: str
    label: Label
    value: Any
    unit: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A fact of a thing that is no figure, as it stands in the park and in words."""

    field: str
    label: Label
    value: str
    said: Label


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where some figures of a thing come from; `basis` is None where nobody says."""

    fields: tuple[str, ...]
    basis: str | None
    reference: str


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Anything that stands in a park; `place` is (latitude, longitude) in degrees."""

    id: str
    kind: str
    name: Label
    enterprise: str | None
    substation: str | None
    buses: tuple[str, ...]
    place: tuple[float, float] | None
    built: date | None
    retired: date | None
    v_nom_kv: float | None
    p_nom_mw: float | None
    figures: tuple[Figure, ...]
    facts: tuple[Fact, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, kw_only=True)
class Park:
    """A park with everything that stands in it; `stage` is None where it is shown whole."""

    id: str
    name: Label
    time_zone: str
    currency: str
    middle: tuple[float, float] | None
    stage: str | None
    stages: tuple[Stage, ...]
    synthetic: Label | None
    things: tuple[Thing, ...]


@dataclass(frozen=True, kw_only=True)
class RunFigure:
    """A figure of a run; `count` says which count of green energy it is, None where it counts none."""

    path: str
    label: Label
    value: float | None
    unit: str
    count: str | None


@dataclass(frozen=True, kw_only=True)
class RunRule:
    """A rule and whether a run keeps it; `holds` is None where a run alone cannot tell."""

    rule: str
    kind: str
    label: Label
    sort: Label
    value: float | None
    reached: float | None
    margin: float | None
    holds: bool | None
    partial: bool
    count: str | None


@dataclass(frozen=True, kw_only=True)
class RunClaim:
    """A published figure beside what a run reached."""

    claim: str
    label: Label
    figure: str
    low: float | None
    high: float | None
    reached: float | None
    agrees: bool | None
    reference: Label


@dataclass(frozen=True, kw_only=True)
class RunMonth:
    """The energy of a local month by kind (MWh), and its green share (physical)."""

    month: str
    whole: bool
    energy_mwh: dict[str, float | None]
    green_share_physical: float | None


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run: how it was made and what came of it."""

    listed: ListedRun
    holin: str
    libraries: dict[str, str]
    solver: str | None
    seed: int | None
    weather: str | None
    seal: str
    inputs: int
    currency: str
    settled: bool | None
    figures: tuple[RunFigure, ...]
    rules: tuple[RunRule, ...]
    claims: tuple[RunClaim, ...]
    months: tuple[RunMonth, ...]

    def figure(self, path: str) -> float | None:
        """Return a figure by its path, such as `green_share.physical`; raises KeyError where the run has none."""
        found = {f.path: f.value for f in self.figures}
        return found[path]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table, as it is declared."""

    name: str
    dims: tuple[str, ...]
    unit: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of a run."""

    name: str
    meaning: str
    sizes: dict[str, int]
    columns: tuple[Column, ...]


@dataclass(frozen=True, kw_only=True)
class EnterpriseMonth:
    """An enterprise in a local month (MWh, t, 1; count: physical)."""

    month: str
    used_mwh: float | None
    loss_mwh: float | None
    green_mwh: float | None
    green_share: float | None
    traced_t: float | None
    location_t: float | None


@dataclass(frozen=True, kw_only=True)
class Enterprise:
    """An enterprise over a whole run."""

    id: str
    name: Label
    sector: Label
    load_mwh: float | None
    green_share_physical: float | None
    carbon_t: float | None
    carbon_location_t: float | None
    months: tuple[EnterpriseMonth, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Enterprises:
    """The enterprises of a run, and the park's plain balance of the period beside them (count: annual)."""

    green_share_annual: float | None
    enterprises: tuple[Enterprise, ...]


def built(kind: type[T], value: Any) -> T:
    """Return an answer's JSON as an object; fields that a newer server adds are left out.

    Raises KeyError where a field is missing that the object needs.
    """
    made: T = _built(kind, value)
    return made


def _built(kind: Any, value: Any) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _built(next(a for a in inner if a is not type(None)), value)
    if dataclasses.is_dataclass(kind):
        return _object(kind, value)
    if origin is tuple:
        if inner[-1] is Ellipsis:
            return tuple(_built(inner[0], v) for v in value)
        return tuple(_built(k, v) for k, v in zip(inner, value, strict=True))
    if origin is dict:
        return {key: _built(inner[1], v) for key, v in value.items()}
    if kind in (date, Decimal):
        return date.fromisoformat(value) if kind is date else Decimal(value)
    return float(value) if kind is float else value


def _object(kind: Any, value: Mapping[str, Any]) -> Any:
    hints = typing.get_type_hints(kind)
    given = {}
    for f in dataclasses.fields(kind):
        if f.name in value:
            given[f.name] = _built(hints[f.name], value[f.name])
        elif f.default is dataclasses.MISSING:
            raise KeyError(f"the server's {kind.__name__} has no {f.name}; is it an older Holin?")
    return kind(**given)
