"""What the sections of a connection study are made of: headings, tables, and a speaker of one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from holin.park import Park
from holin.picture.connection.words import currency, said
from holin.picture.printed import number
from holin.picture.texts import names_of

MOST = 8
Figures = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading with sentences and tables: (columns, rows) of texts; the first column is to the left."""

    key: str
    title: str
    lines: tuple[str, ...] = ()
    tables: tuple[tuple[tuple[str, ...], tuple[tuple[str, ...], ...]], ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """Says texts in one language; `names` are those of the park's things by id."""

    language: str
    names: Mapping[str, tuple[str, str]]
    currency_code: str

    def __call__(self, key: str, **parts: object) -> str:
        """Return a text with its parts filled in."""
        return said(key, self.language, **{"currency": self.currency, **parts})

    @property
    def currency(self) -> str:
        """The currency's name."""
        return currency(self.currency_code, self.language)

    def named(self, identity: str) -> str:
        """Return the name of a thing, or its id."""
        zh, en = self.names.get(f"name.{identity}", (identity, identity))
        return zh if self.language == "zh" else en

    def million(self, value: float) -> str:
        """Return money in millions."""
        return number(value / 1e6, 1)


def speaker(park: Park, language: str) -> Speaker:
    """Return who speaks of a park."""
    return Speaker(language=language, names=names_of(park), currency_code=park.facts.currency)


def what_said(figures: Figures, say: Speaker) -> str:
    """Return what is to be connected."""
    request, parts = figures["request"], []
    for kind in ("load", "wind", "solar", "storage"):
        mw = request[f"{kind}_mw"]
        if mw:
            parts.append(say(kind, mw=f"{mw:g}", mwh=f"{mw * request['storage_h']:g}"))
    return say("list").join(parts)


def sub_said(figures: Figures, say: Speaker, park: Park) -> str:
    """Return what was studied: the park at the date, and the hours that were operated."""
    name = (park.facts.name_zh if say.language == "zh" else park.facts.name) or park.facts.id
    spans = say("list").join(f"{first[:10]} – {last[:10]}" for first, last in figures["spans"])
    return say("sub", park=name, spans=spans, **{key: figures[key] for key in ("date", "stage", "hours")})


def measures_said(measures: Sequence[Figures], say: Speaker) -> str:
    """Return measures in words, breakers of one rating together."""
    ratings = [m["size"] for m in measures if m["kind"] == "breakers"]
    said_of = []
    for measure in measures:
        count = ratings.count(measure["size"]) if measure["kind"] == "breakers" else 1
        if count <= 2:
            said_of.append(measure_said(measure, say))
        else:
            said_of.append(say("measure.many_breakers", size=f"{measure['size']:g}", count=count))
    return say("list").join(dict.fromkeys(said_of))


def measure_said(measure: Figures, say: Speaker) -> str:
    """Return a measure in words."""
    size = f"{measure['size']:.1f}".removesuffix(".0")
    return say(f"measure.{measure['kind']}", of=measure["of"], size=size)
