"""Did you mean: the nearest of the names that exist."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cached_property

MANY = 2000
LONG = 80


class Names(Collection[str]):
    """Names that exist; it takes many to make their search by first letters worthwhile."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @cached_property
    def _by_fold(self) -> dict[str, str]:
        return {_folded(n): n for n in self._names}

    @cached_property
    def _by_beginning(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for folded in self._by_fold:
            found[folded[:3]].append(folded)
        return found

    def nearest(self, word: str) -> str | None:
        """Return the name most like `word`, None if none is near."""
        folded = _folded(word)
        if len(folded) > LONG or not folded:
            return None
        if folded in self._by_fold:
            return self._by_fold[folded]
        few = len(self._names) <= MANY
        candidates = list(self._by_fold) if few else self._by_beginning.get(folded[:3], [])[:MANY]
        found = difflib.get_close_matches(folded, candidates, n=1, cutoff=0.6)
        return self._by_fold[found[0]] if found else None


def nearest(word: str, names: Collection[str]) -> str | None:
    """Return the name most like `word`, None if none is near; give `Names` to search the same ones often."""
    return (names if isinstance(names, Names) else Names(names)).nearest(word)


def did_you_mean(word: str, names: Collection[str], otherwise: str) -> str:
    """Return "did you mean ...?" where a name is near, `otherwise` where none is."""
    name = nearest(word, names)
    return f"did you mean {name!r}?" if name is not None else otherwise


def listed(names: Collection[str], most: int = 12) -> str:
    """Return names for a sentence, cut after `most`."""
    shown = ", ".join(name for name, _ in zip(names, range(most), strict=False))
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def _folded(word: str) -> str:
    return word.strip().casefold().replace("-", "_").replace(" ", "_")
