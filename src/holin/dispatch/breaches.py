"""What had to give way in a window: each breach with its asset, hours, limit and amount."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from holin.calendar import local
from holin.dispatch.window import Window
from holin.kernel.linear import Floats, LinearProblem

LEAST = 1e-3
"""Smallest breach worth naming, in its unit."""

KINDS: dict[str, tuple[str, str, bool]] = {
    "missing": ("balance", "MW", True),
    "surplus": ("surplus", "MW", True),
    "shed": ("load", "MW", True),
    "over": ("branch", "MW", True),
    "under": ("branch", "MW", True),
    "heat_short": ("heat", "MW", True),
    "fuel_short": ("fuel", "GJ", True),
    "soc_low": ("content", "MWh", True),
    "metal_short": ("metal", "t", False),
    "rule_short": ("rule", "MWh", False),
    "short": ("reserve", "MW", False),
    "soc_short": ("content_end", "MWh", False),
}
"""Column's first name -> kind of breach, its unit, and whether it breaks a duty (True) or leaves a wish (False)."""

SCALE = {"fuel_short": 1e3}
"""Columns that are not counted in their breach's unit."""


@dataclass(frozen=True, kw_only=True)
class Breach:
    """One thing that gave way: `amount` is the largest in any step, `total` the sum over steps times their length (MW:
    MWh), `first` and `worst` are positions of steps, `steps` how many; `cost` is what it was priced at (currency).

    `duty` tells a duty that is broken (load, balance, heat, branch, fuel) from a wish that is left (reserve, metal,
    rule, content at the end).
    """

    kind: str
    element: str
    unit: str
    duty: bool
    amount: float
    total: float
    first: int
    worst: int
    steps: int
    cost: float


def breaches_of(window: Window, problem: LinearProblem, values: Floats) -> tuple[Breach, ...]:
    """Return all breaches of a solved window, duties first, each kind's dearest first."""
    found = list(_found(window, problem, values))
    return tuple(sorted(found, key=lambda b: (not b.duty, -b.cost)))


def _found(window: Window, problem: LinearProblem, values: Floats) -> Iterator[Breach]:
    park, step_h = window.case.park, window.case.hours.step_h
    for name, columns in problem.variables.items():
        first, _, element = name.partition(".")
        if first not in KINDS:
            continue
        kind, unit, duty = KINDS[first]
        amount = values[columns] * SCALE.get(first, 1.0)
        if amount.max(initial=0.0) < LEAST:
            continue
        price = problem.cost[columns] * values[columns]
        if first == "shed":
            for k, bus in enumerate(dict.fromkeys(load.bus for load in park.loads)):
                if amount[:, k].max() >= LEAST:
                    yield _breach(kind, bus, unit, duty, amount[:, k], price[:, k], step_h)
            continue
        if first in ("missing", "surplus"):
            steps = np.flatnonzero((window.case.islands.number == int(element)).any(axis=1))
            whole, cost = np.zeros(window.case.hours.count), np.zeros(window.case.hours.count)
            whole[steps], cost[steps] = amount, price
            yield _breach(kind, _place(window, int(element)), unit, duty, whole, cost, step_h)
            continue
        yield _breach(kind, element, unit, duty, amount, price, step_h)


def _place(window: Window, island: int) -> str:
    """Name an island by its first bus, and the whole network by nothing."""
    if int(window.case.islands.number.max(initial=0)) == 0:
        return ""
    where = np.argwhere(window.case.islands.number == island)
    return window.case.islands.buses[int(where[0, 1])] if len(where) else str(island)


def _breach(kind: str, element: str, unit: str, duty: bool, amount: Floats, price: Floats, step_h: float) -> Breach:
    steps = np.flatnonzero(amount >= LEAST)
    hours = step_h if unit == "MW" else 1.0
    return Breach(
        kind=kind, element=element, unit=unit, duty=duty, amount=float(amount.max()),
        total=float(amount.sum()) * hours, first=int(steps[0]), worst=int(np.argmax(amount)), steps=len(steps),
        cost=float(price.sum()),
    )  # fmt: skip


WORDS: dict[str, dict[str, str]] = {
    "balance": {
        "en": "{amount} MW are missing{place}: load exceeds import, sources and storage, all loads shed",
        "zh": "{place}缺 {amount} MW：切除全部负荷后，购电、电源与储能仍不足",
    },
    "surplus": {
        "en": "{amount} MW are left over{place}: what may not stop exceeds load and export",
        "zh": "{place}多余 {amount} MW：不可停机的出力超过用电与外送",
    },
    "load": {"en": "load at {element} is shed by up to {amount} MW", "zh": "{element} 的负荷最多切除 {amount} MW"},
    "branch": {
        "en": "branch {element} carries up to {amount} MW beyond its limit",
        "zh": "支路 {element} 最多超限 {amount} MW",
    },
    "heat": {"en": "heat of {element} is short by up to {amount} MW", "zh": "{element} 供热最多缺 {amount} MW"},
    "fuel": {"en": "fuel {element} runs out: {total} GJ are missing", "zh": "燃料 {element} 不足：缺 {total} GJ"},
    "content": {
        "en": "storage {element} stands {amount} MWh below its allowed content",
        "zh": "储能 {element} 低于允许电量 {amount} MWh",
    },
    "metal": {"en": "potline {element} makes {total} t less than it owes", "zh": "电解系列 {element} 少产 {total} t"},
    "rule": {
        "en": "rule {element} is {total} MWh (or t) behind its target",
        "zh": "规则 {element} 落后目标 {total} MWh（或 t）",
    },
    "reserve": {
        "en": "reserve {element} is short by up to {amount} MW",
        "zh": "备用 {element} 最多缺 {amount} MW",
    },
    "content_end": {
        "en": "storage {element} ends {total} MWh below the content wished for",
        "zh": "储能 {element} 期末低于期望电量 {total} MWh",
    },
}


def in_words(window: Window, breach: Breach, language: str = "en") -> str:
    """Return a breach as a sentence: what, by how much, in how many steps, and when it is worst (local time)."""
    clock: pd.DatetimeIndex = local(window.case.hours.time, window.case.park.facts.time_zone)
    place = f" at {breach.element}" if breach.element and language == "en" else breach.element
    said = WORDS[breach.kind][language].format(
        element=breach.element, amount=f"{breach.amount:.4g}", total=f"{breach.total:.4g}", place=place
    )
    if breach.kind in ("metal", "rule", "content_end"):
        return said
    when = f"{clock[breach.worst]:%Y-%m-%d %H:%M}"
    if language == "zh":
        return f"{said}（{breach.steps} 个时段，最严重在 {when}）"
    return f"{said} ({breach.steps} step(s), worst at {when})"
