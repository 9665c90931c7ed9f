"""What had to give way in a window: each breach with its asset, hours, limit and amount."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from holin.calendar import local
from holin.dispatch.window import Window
from holin.kernel.linear import Columns, Floats, LinearProblem
from holin.operation import BranchLimit, potline_line
from holin.park import out_of_service

LEAST = 1e-3
"""Smallest breach worth naming, in its unit."""

KINDS: dict[str, tuple[str, str, bool]] = {
    "missing": ("balance", "MW", True),
    "surplus": ("surplus", "MW", True),
    "shed": ("load", "MW", True),
    "unfed": ("unfed", "MW", True),
    "over": ("branch", "MW", True),
    "under": ("branch", "MW", True),
    "over_after": ("n_minus_1", "MW", False),
    "over_voltage": ("voltage", "MW", False),
    "heat_short": ("heat", "MW", True),
    "fuel_short": ("fuel", "GJ", True),
    "must_run_short": ("must_run", "MW", True),
    "deep_cut": ("deep_cut", "MW", True),
    "full_stop": ("full_stop", "MW", True),
    "cold": ("cold", "K", True),
    "hot": ("hot", "K", True),
    "thin": ("thin", "cm", True),
    "thick": ("thick", "cm", True),
    "soc_low": ("content", "MWh", True),
    "soc_high": ("content_high", "MWh", True),
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
    `at` are the positions of all its steps, `amounts` how much gives way in each; what the whole window owes (metal,
    rule, content at the end) is in its last step.

    `duty` tells a duty that is broken (load, balance, heat, branch, fuel) from a wish that is left (reserve, metal,
    rule, content at the end, what an outage would do, a voltage).
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
    at: tuple[int, ...] = ()
    amounts: tuple[float, ...] = ()


def breaches_of(
    window: Window, problem: LinearProblem, values: Floats, limits: Sequence[BranchLimit] = ()
) -> tuple[Breach, ...]:
    """Return all breaches of a solved window, duties first, each kind's dearest first; `limits` are its branch rows."""
    found = [*_found(window, problem, values, {x.branch: x for x in limits}), *_unfed(window)]
    return tuple(sorted(found, key=lambda b: (not b.duty, -b.cost)))


def _found(
    window: Window, problem: LinearProblem, values: Floats, limits: Mapping[str, BranchLimit]
) -> Iterator[Breach]:
    park, islands, count = window.case.park, window.case.islands, window.case.hours.count
    for name, columns in problem.variables.items():
        first, _, element = name.partition(".")
        if first not in KINDS:
            continue
        amount = values[columns] * SCALE.get(first, 1.0)
        if amount.max(initial=0.0) < LEAST:
            continue
        price, steps = problem.cost[columns] * values[columns], np.arange(count)
        if first == "shed":
            for k, bus in enumerate(dict.fromkeys(load.bus for load in park.loads)):
                yield from breach_by_step(window, first, bus, steps, amount[:, k], price[:, k])
            continue
        if first in ("missing", "surplus"):
            steps = np.flatnonzero((islands.number == int(element)).any(axis=1))
            element = _place(window, int(element))
        elif first in ("over", "under") and element in limits:
            limit = limits[element]
            steps, element = limit.hours, limit.element or element
            if limit.outage or limit.voltage:
                first = "over_voltage" if limit.voltage else "over_after"
                element = f"{element} / {limit.outage}" if limit.outage else element
        elif first == "fuel_short":
            amount = _as_late_as_can_be(1e3 * values[problem.variables[f"stock.{element}"]], amount)
            price = price.sum() * amount / amount.sum()
        elif len(amount) == 1:  # over the whole window: in its last step
            steps = np.array([count - 1])
        yield from breach_by_step(window, first, element, steps, amount, price)


def _as_late_as_can_be(stock: Floats, short: Floats) -> Floats:
    """Return what a yard lacks in each step in which it would be empty; the optimum may have bought it before."""
    without = stock - np.cumsum(short)
    lacking = np.maximum.accumulate(np.maximum(-without, 0.0))
    late = np.asarray(np.diff(lacking, prepend=0.0))
    return late if late.sum() >= LEAST else short


def _unfed(window: Window) -> Iterator[Breach]:
    """What loads and potlines ask for where an outage leaves the network without voltage."""
    case, park = window.case, window.case.park
    if not (case.islands.number < 0).any():
        return
    steps, voll = np.arange(case.hours.count), park.facts.voll_per_mwh * case.hours.step_h
    for bus in dict.fromkeys(load.bus for load in park.loads):
        asked = case.unfed_mw[:, [k for k, load in enumerate(park.loads) if load.bus == bus]].sum(axis=1)
        yield from breach_by_step(window, "unfed", bus, steps, asked, voll * asked)
    planned = out_of_service(park, case.hours.time)
    for potline in park.potlines:
        dead = (case.islands.of(potline.bus) < 0) & ~planned.get(potline.id, np.zeros(len(steps), dtype=bool))
        asked = np.where(dead, potline_line(potline).p_nom_mw, 0.0)
        yield from breach_by_step(window, "unfed", potline.id, steps, asked, np.zeros(len(steps)))


def _place(window: Window, island: int) -> str:
    """Name an island by its first bus, and the whole network by nothing."""
    if int(window.case.islands.number.max(initial=0)) == 0:
        return ""
    where = np.argwhere(window.case.islands.number == island)
    return window.case.islands.buses[int(where[0, 1])] if len(where) else str(island)


def breach_by_step(
    window: Window, column: str, element: str, steps: Columns, amount: Floats, price: Floats
) -> Iterator[Breach]:
    """Yield what gives way in some steps, of shapes (step,), if it is worth naming."""
    kind, unit, duty = KINDS[column]
    paid = amount >= LEAST
    if not paid.any():
        return
    at, worst = steps[paid], int(np.argmax(amount))
    yield Breach(
        kind=kind, element=element, unit=unit, duty=duty, amount=float(amount.max()),
        total=float(amount.sum()) * (window.case.hours.step_h if unit == "MW" else 1.0), first=int(at[0]),
        worst=int(steps[worst]), steps=len(at), cost=float(price.sum()), at=tuple(at.tolist()),
        amounts=tuple(amount[paid].tolist()),
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
    "unfed": {
        "en": "{element} has no voltage: {amount} MW are not fed",
        "zh": "{element} 失电：{amount} MW 未供电",
    },
    "must_run": {
        "en": "captive units give up to {amount} MW less than they must together",
        "zh": "自备机组合计出力最多低于下限 {amount} MW",
    },
    "content_high": {
        "en": "storage {element} stands {amount} MWh above its allowed content",
        "zh": "储能 {element} 高于允许电量 {amount} MWh",
    },
    "branch": {
        "en": "branch {element} carries up to {amount} MW beyond its limit",
        "zh": "支路 {element} 最多超限 {amount} MW",
    },
    "n_minus_1": {
        "en": "branch / outage {element}: up to {amount} MW beyond its limit after the outage",
        "zh": "支路 / 停运元件 {element}：停运后最多超限 {amount} MW",
    },
    "voltage": {
        "en": "voltage of bus {element} is not held: up to {amount} MW would have to move",
        "zh": "母线 {element} 电压越限：最多需调整 {amount} MW",
    },
    "heat": {"en": "heat of {element} is short by up to {amount} MW", "zh": "{element} 供热最多缺 {amount} MW"},
    "fuel": {"en": "fuel {element} runs out: {total} GJ are missing", "zh": "燃料 {element} 不足：缺 {total} GJ"},
    "content": {
        "en": "storage {element} stands {amount} MWh below its allowed content",
        "zh": "储能 {element} 低于允许电量 {amount} MWh",
    },
    "deep_cut": {
        "en": "potline {element} is cut below its lowest current, by up to {amount} MW",
        "zh": "电解系列 {element} 紧急降至最低电流以下，最多 {amount} MW",
    },
    "full_stop": {
        "en": "potline {element} is stopped: up to {amount} MW of its last part",
        "zh": "电解系列 {element} 停电，末段最多 {amount} MW",
    },
    "cold": {
        "en": "the pots of {element} come up to {amount} K below their window of superheat",
        "zh": "电解系列 {element} 过热度低于下限最多 {amount} K",
    },
    "hot": {
        "en": "the pots of {element} come up to {amount} K above their window of superheat",
        "zh": "电解系列 {element} 过热度高于上限最多 {amount} K",
    },
    "thin": {
        "en": "the ledge of {element} comes up to {amount} cm below its least",
        "zh": "电解系列 {element} 炉帮比下限薄最多 {amount} cm",
    },
    "thick": {
        "en": "the ledge of {element} comes up to {amount} cm above its most",
        "zh": "电解系列 {element} 炉帮比上限厚最多 {amount} cm",
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


def within(breaches: Sequence[Breach], steps: int) -> tuple[Breach, ...]:
    """Return what gives way in the first steps, no more of it than is theirs."""
    found = []
    for breach in breaches:
        kept = [(at, amount) for at, amount in zip(breach.at, breach.amounts, strict=True) if at < steps]
        if not kept:
            continue
        share = sum(amount for _, amount in kept) / sum(breach.amounts)
        worst, amount = max(kept, key=lambda k: k[1])
        found.append(
            replace(
                breach, amount=amount, total=breach.total * share, worst=worst, steps=len(kept),
                cost=breach.cost * share, at=tuple(at for at, _ in kept), amounts=tuple(a for _, a in kept),
            )
        )  # fmt: skip
    return tuple(found)


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
