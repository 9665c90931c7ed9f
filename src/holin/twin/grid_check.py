"""What the check of a planned stage's grid holds, in figures and in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from holin.calendar import local
from holin.connection import Change, Measure
from holin.connection.study import DAYS_PER_MONTH
from holin.flow import N1, ShortCircuit, Violation, ViolationKind
from holin.park import ParkFacts, Stage


@dataclass(frozen=True, kw_only=True)
class GridCheck:
    """What the grid of a planned stage says.

    `n1` is the year with any one branch out, `units` are the worst hours with any one unit out, both with all measures.
    `caused` is what the plan makes new or worse without reinforcement, `left` with it; `before` what was violated
    already at the base stage, or is the doing of the park's own later stages. `weak` are the short circuits that only
    the plan brings beyond the breakers, `weak_left` those that no standard breaker cures, `weak_before` those that were
    beyond before. `measures` are built at this stage.
    """

    stage: Stage
    n1: N1
    units: N1
    caused: tuple[Change, ...]
    left: tuple[Change, ...]
    before: tuple[Violation, ...]
    weak: tuple[ShortCircuit, ...]
    weak_left: tuple[ShortCircuit, ...]
    weak_before: tuple[ShortCircuit, ...]
    measures: tuple[Measure, ...]
    settled: bool

    @property
    def secure(self) -> bool:
        """Whether, with the measures, the plan makes nothing new or worse."""
        return not self.left and not self.weak_left

    @property
    def secure_alone(self) -> bool:
        """Whether it makes nothing new or worse without any measure."""
        return not self.caused and not self.weak

    @property
    def cost(self) -> float:
        """The investment in the measures (assumed)."""
        return sum(measure.cost for measure in self.measures)


def check_figures(check: GridCheck, facts: ParkFacts) -> dict[str, Any]:
    """Return a check in plain figures: is the stage secure, what the plan brings, what is built against it."""
    return {
        "secure": check.secure,
        "secure_without_reinforcement": check.secure_alone,
        "settled": check.settled,
        "branches_out": check.n1.outages,
        "states": check.n1.states,
        "cases": check.n1.cases,
        "cases_solved": check.n1.solved,
        "units_out": check.units.outages,
        "unit_states": check.units.states,
        "caused": [_change(c, facts) for c in check.caused],
        "left": [_change(c, facts) for c in check.left],
        "before": [_violation(v, facts) for v in check.before],
        "breakers": [_circuit(c) for c in check.weak],
        "breakers_left": [_circuit(c) for c in check.weak_left],
        "breakers_before": [_circuit(c) for c in check.weak_before],
        "worst": None if not (found := check.left or check.caused) else _words(found[0]),
        "reinforcements": [_measure(m, check.stage) for m in check.measures],
        "reinforcement_cost": check.cost,
    }


def _change(change: Change, facts: ParkFacts) -> dict[str, Any]:
    return asdict(change) | {"time": _clock(change.time, facts)} | _words(change)


def _violation(found: Violation, facts: ParkFacts) -> dict[str, Any]:
    plain = {k: v for k, v in asdict(found).items() if k != "severity"}
    return plain | {"time": _clock(found.time, facts)} | _words(found)


def _clock(time: np.datetime64, facts: ParkFacts) -> str:
    return f"{local(np.array([time]), facts.time_zone)[0]:%Y-%m-%d %H:%M}"


def _circuit(circuit: ShortCircuit) -> dict[str, Any]:
    return {
        "bus": circuit.bus, "ikss_ka": circuit.ikss_ka, "ib_ka": circuit.ib_breaker_ka, "ip_ka": circuit.ip_breaker_ka,
        "ik_max_ka": circuit.ik_max_ka, "margin": circuit.margin,
    }  # fmt: skip


def _measure(measure: Measure, stage: Stage) -> dict[str, Any]:
    return {
        "kind": measure.kind.value, "of": measure.of, "size": measure.size, "unit": measure.unit, "cost": measure.cost,
        "months": measure.months, "begin_by": str(begin_by(measure, stage.as_of)),
        "things": [thing.id for thing in measure.things], "basis": "assumed",
    }  # fmt: skip


def begin_by(measure: Measure, day: date) -> date:
    """Return the day on which a measure must be ordered to run at a day."""
    return day - timedelta(days=round(measure.months * DAYS_PER_MONTH))


WORDS: dict[ViolationKind, tuple[str, str]] = {
    ViolationKind.OVERLOAD: (
        "{element} loaded {value:.0%} (limit {limit:.0%})",
        "{element}负载率{value:.0%}（限值{limit:.0%}）",
    ),
    ViolationKind.VOLTAGE: (
        "{element} at {value:.3f} p.u. (limit {limit:.3f})",
        "{element}电压{value:.3f}（限值{limit:.3f}）",
    ),
    ViolationKind.LOST_LOAD: ("{value:.1f} MW without supply: {element}", "失负荷{value:.1f} MW：{element}"),
    ViolationKind.NO_SOLUTION: ("no AC solution", "交流潮流无解"),
}  # fmt: skip


def _words(found: Change | Violation) -> dict[str, str]:
    """Return what happens in a sentence of each language."""
    en, zh = (
        form.format(**{k: getattr(found, k) for k in ("element", "value", "limit")}) for form in WORDS[found.kind]
    )
    return {
        "en": f"{found.outage} out: {en}" if found.outage else en,
        "zh": f"{found.outage}停运：{zh}" if found.outage else zh,
    }
