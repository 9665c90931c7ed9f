"""Why a window cannot be met in full: asset, hours, limit, what is missing, what holds it, and what would cure it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from holin.calendar import local
from holin.dispatch.ahead import Ahead
from holin.dispatch.breaches import Breach
from holin.dispatch.causes import holds_of, spans_of
from holin.dispatch.cures import Cure, cure_of
from holin.dispatch.hold import Hold, Reader
from holin.dispatch.hold_words import AND, AT_PRICE, BECAUSE, COMMA, CURED, PART, SAID, WHOLE_NETWORK, WORDS
from holin.dispatch.window import Window, duty_scale

LANGUAGES = ("en", "zh")
OVER_THE_WINDOW = ("metal", "rule", "content_end")
"""Breaches that the window as a whole owes: no hours are named."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Explanation:
    """Why something gives way: the breach (loads of one island in one), its runs of steps as (first, last), what holds
    the schedule then, the deepest cause first, and the smallest relaxation that was tried and cures it, if one does.
    `parts` are the breaches of the single buses where there are several.

    The schedule that it belongs to is the nearest feasible one: all limits but those named are kept.
    """

    breach: Breach
    spans: tuple[tuple[int, int], ...]
    holds: tuple[Hold, ...]
    cure: Cure | None = None
    parts: tuple[Breach, ...] = ()


def explanations_of(made: Ahead, *, cures: bool = True) -> tuple[Explanation, ...]:
    """Return an explanation of every breach of a schedule, in the order of `made.breaches`.

    With `cures` each broken duty of power is tried with more import, export or branch limit: one linear problem each.
    """
    told = []
    for group in _groups(made):
        breach = _joined(made, group)
        cure = cure_of(made, breach) if cures else None
        holds = holds_of(made, replace(breach, element=group[0].element))
        parts = tuple(group) if len(group) > 1 else ()
        told.append(Explanation(breach=breach, spans=spans_of(breach.at), holds=holds, cure=cure, parts=parts))
    return tuple(told)


def _groups(made: Ahead) -> list[list[Breach]]:
    """Put the loads together that are shed in one island and behind the same full branches: which of them gives way is
    a matter of order."""
    islands, groups = made.window.case.islands, dict[tuple[object, ...], list[Breach]]()
    read = Reader(made)
    for k, breach in enumerate(made.breaches):
        key: tuple[object, ...] = (k,)
        if breach.kind == "load" and breach.element in islands.buses:
            at, tight = list(breach.at), read.tight(breach.element)
            full = frozenset(name for name, relief in tight.items() if relief.up[breach.element][at].any())
            key = ("load", int(islands.of(breach.element)[breach.worst]), full)
        groups.setdefault(key, []).append(breach)
    return list(groups.values())


def _joined(made: Ahead, group: Sequence[Breach]) -> Breach:
    if len(group) == 1:
        return group[0]
    total = np.zeros(made.window.case.hours.count)
    for breach in group:
        np.add.at(total, list(breach.at), breach.amounts)
    at = np.flatnonzero(total)
    return replace(
        group[0], element=", ".join(b.element for b in group), amount=float(total.max()),
        total=sum(b.total for b in group), first=int(at[0]), worst=int(np.argmax(total)), steps=len(at),
        cost=sum(b.cost for b in group), at=tuple(at.tolist()), amounts=tuple(total[at].tolist()),
    )  # fmt: skip


def in_full(window: Window, told: Explanation, language: str = "en") -> str:
    """Return an explanation as a sentence or two: hours (local), symptom, causes, cure."""
    k, breach = LANGUAGES.index(language), told.breach
    element = breach.element or WHOLE_NETWORK[k]
    said = SAID[breach.kind][k].format(
        element=element, amount=_figure(breach.amount), total=_figure(breach.total)
    )  # fmt: skip
    when = "" if breach.kind in OVER_THE_WINDOW else f"{hours_in_words(window, told.spans, language)} "
    causes = [in_short(window, hold, language) for hold in told.holds]
    text = when + said + _of_load(window, told, language)
    if causes:
        text += BECAUSE[k] + (
            COMMA[k].join(causes[:-1]) + AND[k] + causes[-1] if len(causes) > 1 else causes[0]
        )  # fmt: skip
    if told.cure is not None:
        text += ("。" if k else ". ") + cure_in_words(window, told.cure, language)
    return text


def _of_load(window: Window, told: Explanation, language: str) -> str:
    """Return what there is to say of shed load: a price that was raised, and the hours of each bus of several."""
    if told.breach.kind != "load":
        return ""
    k, facts, scale = LANGUAGES.index(language), window.case.park.facts, duty_scale(window)
    text = ""
    if scale > 1.0:
        price = _figure(scale * facts.voll_per_mwh)
        text += AT_PRICE[k].format(price=price, currency=facts.currency, factor=_figure(scale))
    parts = [
        PART[k].format(
            element=b.element, amount=_figure(b.amount), total=_figure(b.total),
            when=hours_in_words(window, spans_of(b.at), language),
        )
        for b in told.parts
    ]  # fmt: skip
    return text + ((": ", "：")[k] + ("; ", "；")[k].join(parts) if parts else "")


def in_short(window: Window, hold: Hold, language: str = "en") -> str:
    """Return what one hold says, such as "import at G is limited to 170 MW"."""
    k = LANGUAGES.index(language)
    words = WORDS[hold.kind][k].format(
        element=hold.element, limit=_figure(float(np.asarray(hold.limit))), detail=hold.detail,
        until=_moment(window, hold.until, language), currency=window.case.park.facts.currency,
    )  # fmt: skip
    return " ".join(words.split())


def cure_in_words(window: Window, cure: Cure, language: str = "en") -> str:
    """Return what a cure says, such as "35 MW more import at G at 18:00-20:00 cures it"."""
    k = LANGUAGES.index(language)
    when = hours_in_words(window, cure.spans, language)
    when = when if k or not when else f"at {when}"
    return CURED[cure.kind][k].format(amount=_figure(cure.amount), element=cure.element, when=when).strip()


def hours_in_words(window: Window, spans: Sequence[tuple[int, int]], language: str = "en") -> str:
    """Return runs of steps as local hours: "2025-03-03 18:00-20:00, 22:00-23:00"."""
    said, day = [], ""
    for first, last in spans:
        begins, ends = _clock(window, first), _clock(window, last + 1)
        until = f"{ends:%H:%M}" if ends.date() == begins.date() else f"{ends:%Y-%m-%d %H:%M}"
        if ends.date() != begins.date() and (ends.hour, ends.minute) == (0, 0) and (ends - begins).days < 1:
            until = "24:00"
        date = f"{begins:%Y-%m-%d}"
        said.append((f"{date} " if date != day else "") + f"{begins:%H:%M}-{until}")
        day = date
    return (", " if language == "en" else "、").join(said)


def _moment(window: Window, step: int | None, language: str) -> str:
    count = window.case.hours.count
    if step is None or step >= count:
        return "the end of the window" if language == "en" else "本窗口结束"
    return f"{_clock(window, step):%Y-%m-%d %H:%M}"


def _clock(window: Window, step: int) -> pd.Timestamp:
    """Return the local start of a step, or of the one after the last."""
    hours = window.case.hours
    start = hours.time[0] + np.timedelta64(round(step * hours.step_h * 3600), "s")
    return local(np.array([start]), window.case.park.facts.time_zone)[0]


def _figure(value: float) -> str:
    """Four digits, and never in powers of ten."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"
