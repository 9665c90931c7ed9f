"""What problems say in Chinese: a sentence is found by its English one, and keeps what was filled in there.

A refusal is written where it happens, in English, as everywhere in the house; `problem_words.toml` holds the others, as
gettext does. A test fails for a sentence of `web` that has none.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

HOLE = re.compile(r"\{(\d)\}")


def chinese(english: str) -> str | None:
    """Return a sentence in Chinese, None where nobody has written it down.

    Of several that fit, the one whose own words are longest is taken.
    """
    fits = ((own, form.fullmatch(english), said) for own, form, said in _sentences())
    _, found, said = max(((own, match, said) for own, match, said in fits if match), default=(0, None, ""), key=_own)
    if found is None:
        return None
    return HOLE.sub(lambda hole: str(found[int(hole[1])]), said)


def kind_in_chinese(kind: str) -> str | None:
    """Return what a kind of problem is called in Chinese."""
    return _words()["kinds"].get(kind)


def _own(fit: tuple[int, object, str]) -> int:
    return fit[0]


@cache
def _sentences() -> tuple[tuple[int, re.Pattern[str], str], ...]:
    """Return of each sentence how many letters are its own, the form of the English one, and the Chinese one."""
    found = []
    for english, said in _words()["sentences"].items():
        own = HOLE.split(english)[::2]
        form = "(.+?)".join(re.escape(part) for part in own)
        found.append((sum(map(len, own)), re.compile(form, re.DOTALL), said))
    return tuple(found)


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("holin.web").joinpath("problem_words.toml").read_text(encoding="utf-8"))
