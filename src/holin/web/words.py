"""What figures, facts and values are called, in both languages, from one file."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from holin.web.answers import Label


@cache
def words() -> dict[str, dict[str, dict[str, Any]]]:
    """Return the groups of `words.toml`: group -> key -> its texts, and of a figure its unit and count."""
    return tomllib.loads(files("holin.web").joinpath("words.toml").read_text(encoding="utf-8"))


def label_of(group: str, key: str) -> Label:
    """Return what a key is called; the key itself, with blanks, where nothing else is written down."""
    found = words()[group].get(key)
    if found is None:
        plain = key.replace("_", " ")
        return Label(en=plain, zh=plain)
    return Label(en=found["en"], zh=found["zh"])
