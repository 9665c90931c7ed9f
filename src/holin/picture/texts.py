"""Every word of report and map, in both languages, from one file; and the names of a park's things beside them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal

from holin.errors import BadInput, Fault
from holin.park import Park, things_of

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
Words = dict[str, tuple[str, str]]
"""Key -> (Chinese, English)."""


def spoken(language: str) -> Language:
    """Return the language, after checking that it is one of those the texts are written in; raises BadInput."""
    for known in LANGUAGES:
        if language == known:
            return known
    fault = Fault(
        file="report",
        field="language",
        value=language,
        problem="no such language",
        right=f"one of {', '.join(LANGUAGES)}",
    )
    raise BadInput([fault])


@cache
def texts() -> Words:
    """Return the texts of `texts.toml`: key -> (Chinese, English)."""
    tables = tomllib.loads(files("holin.picture").joinpath("texts.toml").read_text(encoding="utf-8"))
    return {
        f"{group}.{key}": (entry["zh"], entry["en"])
        for group, entries in tables.items()
        for key, entry in entries.items()
    }


def text(key: str, language: Language) -> str:
    """Return one text; a key that `texts.toml` lacks raises KeyError."""
    return texts()[key][LANGUAGES.index(language)]


def names_of(park: Park) -> Words:
    """Return `name.ID` -> (Chinese, English) of every thing; where a name is missing the other one or the id stands."""
    return dict(_names(park))


def _names(park: Park) -> Iterator[tuple[str, tuple[str, str]]]:
    for _, thing in things_of(park):
        english, chinese = thing.name or thing.id, thing.name_zh or thing.name or thing.id
        yield f"name.{thing.id}", (chinese, english)
    for transformer in park.transformers3:
        english, chinese = transformer.name or transformer.id, transformer.name_zh or transformer.name or transformer.id
        for winding in (1, 2, 3):
            yield f"name.{transformer.id}.{winding}", (f"{chinese} {winding}", f"{english} {winding}")
        yield f"name.{transformer.id}.star", (f"{chinese} *", f"{english} *")
