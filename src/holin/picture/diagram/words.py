"""What is written on a single-line diagram: names in one language or in both, sizes, tooltips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holin.park import EquivalentBranch, Grid, Line, Load, Motor, Potline, Shunt, Storage, Transformer, Transformer3
from holin.picture.texts import LANGUAGES, Language, spoken, text
from holin.thing import Thing


@dataclass(frozen=True, kw_only=True)
class Speech:
    """The language of a drawing, or both: Chinese first."""

    languages: tuple[Language, ...]

    def lines(self, key: str) -> tuple[str, ...]:
        """Return a text in each of the languages."""
        return tuple(text(key, language) for language in self.languages)

    def line(self, key: str) -> str:
        """Return a text on one line, in both languages where both are spoken."""
        return " ".join(dict.fromkeys(self.lines(key)))

    def count(self, kind: str, number: int) -> tuple[str, ...]:
        """Return how many of a kind there are."""
        return tuple(f"{number} {text(f'diagram.many_{kind}', language)}" for language in self.languages)


def speech_of(language: str) -> Speech:
    """Return how a drawing in zh, en or both speaks; raises BadInput for another language."""
    return Speech(languages=LANGUAGES if language == "both" else (spoken(language),))


def names_in(thing: Thing, speech: Speech) -> tuple[str, ...]:
    """Return the thing's name in each language (the other one's where one is missing); () where it has none."""
    names = {"zh": thing.name_zh or thing.name, "en": thing.name or thing.name_zh}
    return tuple(dict.fromkeys(n for language in speech.languages if (n := names[language])))


def number(value: float) -> str:
    """Return a number with no more digits than a drawing needs."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{round(value, 1 if abs(value) >= 10 else 2):g}"


def size_of(what: Thing | Sequence[Thing], speech: Speech) -> str:
    """Return the size of a thing, or what several come to, with its unit; "" where it has none."""
    things = (what,) if isinstance(what, Thing) else tuple(what)
    one = things[0]
    if isinstance(one, Load):
        return f"{number(sum(t.load_mw for t in things if isinstance(t, Load)))} MW"
    if isinstance(one, Shunt):
        return f"{number(sum(t.q_nom_mvar for t in things if isinstance(t, Shunt)))} Mvar"
    if isinstance(one, Potline):
        return f"{number(one.amperage_ka)} kA" if len(things) == 1 else ""
    if isinstance(one, Motor):
        return f"{number(sum(t.count * t.p_nom_mw for t in things if isinstance(t, Motor)))} MW"
    if isinstance(one, Transformer):
        return f"{number(one.s_nom_mva)} MVA"
    if isinstance(one, Transformer3):
        return f"{number(one.s_nom_1_mva)}/{number(one.s_nom_2_mva)}/{number(one.s_nom_3_mva)} MVA"
    if isinstance(one, EquivalentBranch):
        return f"{number(one.s_nom_mva)} MVA" if one.s_nom_mva is not None else ""
    if isinstance(one, Line):
        return f"{number(one.length_km)} km"
    if isinstance(one, Grid) or not hasattr(one, "p_nom_mw"):
        return ""
    power = f"{number(sum(getattr(t, 'p_nom_mw', 0.0) for t in things))} MW"
    stored = sum(t.e_nom_mwh for t in things if isinstance(t, Storage))
    return f"{power} · {number(stored)} MWh" if stored else power


def title_of(things: Sequence[Thing], speech: Speech) -> str:
    """Return the tooltip of a thing, or of several that are drawn as one: names, id, size, one line each."""
    return "\n".join(
        " · ".join(w for w in (*names_in(t, speech), *(() if t.name == t.id else (t.id,)), size_of(t, speech)) if w)
        for t in things
    )
