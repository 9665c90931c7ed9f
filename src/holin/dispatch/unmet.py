"""What a schedule that was made grid-safe still leaves: which limit is not met, when, by how much, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from holin.calendar import Times, local
from holin.dispatch.ahead import Ahead
from holin.dispatch.secure import Taught, paid_steps
from holin.flow import Violation, ViolationKind
from holin.park import Park

Steps = NDArray[np.int64]


class Why(StrEnum):
    """Why a limit is not met."""

    NO_PATH = "no_path"
    NO_SOLUTION = "no_solution"
    REACTIVE = "reactive"
    TOO_DEAR = "too_dear"
    NO_MEANS = "no_means"
    ROUNDS = "rounds"
    AS_IT_IS = "as_it_is"


@dataclass(frozen=True, kw_only=True)
class Unmet:
    """A limit that the schedule does not keep: the violation, why, and how many MW would have to move, where known."""

    violation: Violation
    why: Why
    missing_mw: float | None = None

    @property
    def permanent(self) -> bool:
        """Whether no schedule could keep it: load that a single branch feeds."""
        return self.why is Why.NO_PATH


def unmet_of(made: Ahead, taught: Taught, violations: Sequence[Violation]) -> tuple[Unmet, ...]:
    """Return why each violation of the last schedule (with nothing out, and after outages) was left."""
    paid, missing = paid_steps(made), _missing_mw(made)
    cut = {key for c in taught.voltage for key in c.stands_for}
    time = made.window.case.hours.time
    return tuple(_unmet(v, taught, paid, missing, cut, time) for v in violations)


def left_as_they_are(violations: Sequence[Violation]) -> tuple[Unmet, ...]:
    """Return the violations of a schedule that was only held against the grid: no cure of them was looked for."""
    never = {ViolationKind.LOST_LOAD: Why.NO_PATH, ViolationKind.NO_SOLUTION: Why.NO_SOLUTION}
    return tuple(Unmet(violation=v, why=never.get(v.kind, Why.AS_IT_IS)) for v in violations)


def _unmet(
    violation: Violation,
    taught: Taught,
    paid: Mapping[tuple[str, str], Steps],
    missing: Mapping[tuple[str, str], float],
    cut: set[tuple[str, str]],
    time: Times,
) -> Unmet:
    kind, key = violation.kind, (violation.outage, violation.element)
    if kind is ViolationKind.LOST_LOAD:
        return Unmet(violation=violation, why=Why.NO_PATH)
    if kind is ViolationKind.NO_SOLUTION:
        return Unmet(violation=violation, why=Why.NO_SOLUTION)
    if len(paid.get(key, ())):
        return Unmet(violation=violation, why=Why.TOO_DEAR, missing_mw=missing[key])
    if kind is ViolationKind.VOLTAGE:
        return Unmet(violation=violation, why=Why.ROUNDS if key in cut else Why.NO_MEANS)
    limits = taught.after.get(violation.outage, {}) if violation.outage else taught.limits_mw
    limit = limits.get(violation.element)
    given_up = limit is not None and bool(np.isinf(limit[time == violation.time]).any())
    return Unmet(violation=violation, why=Why.REACTIVE if given_up else Why.ROUNDS)


def _missing_mw(made: Ahead) -> dict[tuple[str, str], float]:
    values, most = made.solution.linear.values, dict[tuple[str, str], float]()
    for limit in made.limits:
        columns = [made.problem.variables.get(f"{side}.{limit.branch}") for side in ("over", "under")]
        found = max((float(values[c].max(initial=0.0)) for c in columns if c is not None), default=0.0)
        for key in limit.stands_for:
            most[key] = max(most.get(key, 0.0), found)
    return most


WHY: dict[Why, dict[str, str]] = {
    Why.NO_PATH: {
        "en": "no other path feeds it: no schedule changes that, a second circuit or a switch would",
        "zh": "没有其他通路供电：调整计划无法改变，需要第二回路或联络开关",
    },
    Why.NO_SOLUTION: {
        "en": "the AC power flow has no solution: the network cannot carry this (`holin flow` says why)",
        "zh": "交流潮流无解：电网无法承载（用 `holin flow` 查看原因）",
    },
    Why.REACTIVE: {
        "en": "reactive power alone exceeds the rating: compensate it, less active power does not help",
        "zh": "仅无功功率就已超过额定值：应做无功补偿，减少有功无济于事",
    },
    Why.TOO_DEAR: {
        "en": "nothing but load shed beforehand, or dearer, would keep it{missing}",
        "zh": "除预先切负荷或更高代价外别无办法{missing}",
    },
    Why.NO_MEANS: {
        "en": "set-points, taps and shunts are at their ends and no unit's power moves it: add reactive means there",
        "zh": "电压设定、分接头与无功设备已到极限，机组有功也无法影响：应在该处增加无功手段",
    },
    Why.ROUNDS: {
        "en": "still so after the last round: give more rounds",
        "zh": "最后一轮后仍然存在：请增加轮数",
    },
    Why.AS_IT_IS: {
        "en": "found, not cured: give the solver more time, or shift power by hand",
        "zh": "仅检出，未消除：请给求解器更多时间，或人工调整出力",
    },
}

WHAT: dict[ViolationKind, dict[str, str]] = {
    ViolationKind.OVERLOAD: {
        "en": "branch {element} is loaded {value:.1%} (limit {limit:.0%})",
        "zh": "支路 {element} 负载率 {value:.1%}（限值 {limit:.0%}）",
    },
    ViolationKind.VOLTAGE: {
        "en": "bus {element} is at {value:.4f} p.u. (limit {limit:.4g})",
        "zh": "母线 {element} 电压 {value:.4f} p.u.（限值 {limit:.4g}）",
    },
    ViolationKind.LOST_LOAD: {
        "en": "{value:.4g} MW are without voltage: {element}",
        "zh": "{value:.4g} MW 失电：{element}",
    },
    ViolationKind.NO_SOLUTION: {"en": "no AC power flow exists", "zh": "交流潮流无解"},
}


@dataclass(frozen=True, kw_only=True)
class UnmetWords:
    """An unmet limit in words: what is broken, when it is worst (local time), and why."""

    what: str
    worst: str
    why: str


def unmet_words(park: Park, unmet: Unmet, language: str = "en") -> UnmetWords:
    """Return the parts of the sentence of an unmet limit."""
    v = unmet.violation
    if unmet.missing_mw is None:
        missing = ""
    else:
        missing = f" ({unmet.missing_mw:.3g} MW)" if language == "en" else f"（缺 {unmet.missing_mw:.3g} MW）"
    return UnmetWords(
        what=WHAT[v.kind][language].format(element=v.element, value=v.value, limit=v.limit),
        worst=f"{local(np.array([v.time]), park.facts.time_zone)[0]:%Y-%m-%d %H:%M}",
        why=WHY[unmet.why][language].format(missing=missing),
    )


def unmet_in_words(park: Park, unmet: Unmet, language: str = "en") -> str:
    """Return an unmet limit as a sentence: what, after which outage, when (local time), and what would help."""
    v, said = unmet.violation, unmet_words(park, unmet, language)
    if language == "zh":
        after = f"{v.outage} 停运后，" if v.outage else ""
        return f"{after}{said.what}，{v.hours} 个时段，最严重在 {said.worst}：{said.why}"
    after = f"after the outage of {v.outage} " if v.outage else ""
    return f"{after}{said.what} in {v.hours} step(s), worst at {said.worst}: {said.why}"
