"""Ids of a park made from foreign names: their characters, their length, each once."""

from __future__ import annotations

import re

ILLEGAL = re.compile(r"[^A-Za-z0-9._-]+")
LENGTH_MAX = 64


class Ids:
    """Gives ids that a park may hold; the first to ask for a name gets it, further ones a number behind it."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def new(self, wanted: object, kind: str) -> str:
        """Return an id as near to `wanted` as a park may hold; `kind` begins it where nothing legal is left of it."""
        cleaned = ILLEGAL.sub("-", str(wanted)).strip("-._")[: LENGTH_MAX - 8].rstrip("-._")
        if not cleaned or not cleaned[0].isalnum():
            cleaned = f"{kind}-{cleaned}".rstrip("-")
        name, number = cleaned, self._next.get(cleaned.casefold(), 2)
        while name.casefold() in self._taken:
            name, number = f"{cleaned}.{number}", number + 1
        self._next[cleaned.casefold()] = number
        self._taken.add(name.casefold())
        return name


def clean_name(text: object) -> str:
    """Return a foreign name as one line of text without blanks at its ends."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())[:200]
