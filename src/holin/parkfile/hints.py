"""Did you mean: the nearest of the names that exist."""

from __future__ import annotations

import difflib
from collections.abc import Collection

MANY = 2000


def nearest(word: str, names: Collection[str]) -> str | None:
    """Return the name most like `word`, None if none is near; quick for any number of names."""
    folded = _folded(word)
    if len(word) > 80 or not folded:
        return None
    by_fold = {_folded(n): n for n in names}
    if folded in by_fold:
        return by_fold[folded]
    candidates = by_fold if len(by_fold) <= MANY else [n for n in by_fold if n[:3] == folded[:3]][:MANY]
    found = difflib.get_close_matches(folded, candidates, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


def did_you_mean(word: str, names: Collection[str], otherwise: str) -> str:
    """Return "did you mean ...?" where a name is near, `otherwise` where none is."""
    name = nearest(word, names)
    return f"did you mean {name!r}?" if name is not None else otherwise


def listed(names: Collection[str], most: int = 12) -> str:
    """Return names for a sentence, cut after `most`."""
    shown = ", ".join(list(names)[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def _folded(word: str) -> str:
    return word.strip().casefold().replace("-", "_").replace(" ", "_")
