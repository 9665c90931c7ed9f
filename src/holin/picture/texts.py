"""Every word of report and map, in both languages, from one file; and the names of a park's things beside them."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Literal

from holin.errors import BadInput, Fault
from holin.park import Park, things_of

Language = Literal["zh", "en", "both"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
Words = dict[str, tuple[str, str]]
"""Key -> (Chinese, English)."""


def spoken(language: str, *, both: bool = False) -> Language:
    """Return the language, after checking that it is one of those the texts are written in; raises BadInput.

    Where `both` may be asked for, texts and names are written in Chinese and English beside each other.
    """
    allowed: tuple[Language, ...] = (*LANGUAGES, "both") if both else LANGUAGES
    for known in allowed:
        if language == known:
            return known
    fault = Fault(
        file="report",
        field="language",
        value=language,
        problem="no such language",
        right=f"one of {', '.join(allowed)}",
    )
    raise BadInput([fault])


@cache
def texts() -> Words:
    """Return the texts of `texts.toml` and its neighbours: key -> (Chinese, English)."""
    tables = [
        tomllib.loads(files("holin.picture").joinpath(name).read_text(encoding="utf-8"))
        for name in (
            "texts.toml",
            "texts_plan.toml",
            "texts_carbon.toml",
            "texts_bill.toml",
            "texts_passport.toml",
            "texts_hall.toml",
        )
    ]
    return {
        f"{group}.{key}": (entry["zh"], entry["en"])
        for table in tables
        for group, entries in table.items()
        for key, entry in entries.items()
    }


def text(key: str, language: Language) -> str:
    """Return one text; a key that `texts.toml` lacks raises KeyError."""
    return beside(*texts()[key]) if language == "both" else texts()[key][LANGUAGES.index(language)]


def beside(chinese: str, english: str) -> str:
    """Return a text in both languages on one line, once where they are the same."""
    return " ".join(dict.fromkeys(w for w in (chinese, english) if w))


def names_of(park: Park) -> Words:
    """Return `name.ID` -> (Chinese, English) of every thing; where a name is missing the other one or the id stands.

    Things of one table that share a name are numbered (#2, #3), so that a chart never adds two of them up as one.
    """
    seen: Counter[tuple[str, Language, str]] = Counter()
    words: Words = {}
    for table, identity, names in _names(park):
        numbered = []
        for language, name in zip(LANGUAGES, names, strict=True):
            seen[table, language, name] += 1
            count = seen[table, language, name]
            numbered.append(name if count == 1 else f"{name} #{count}")
        words[f"name.{identity}"] = (numbered[0], numbered[1])
    return words


def _names(park: Park) -> Iterator[tuple[str, str, tuple[str, str]]]:
    for table, thing in things_of(park):
        english, chinese = thing.name or thing.name_zh or thing.id, thing.name_zh or thing.name or thing.id
        yield table, thing.id, (chinese, english)
        if table == "transformer3":
            for winding in ("1", "2", "3", "star"):
                yield table, f"{thing.id}.{winding}", (f"{chinese} · {winding}", f"{english} · {winding}")
