"""What closed switches make of the buses: nodes of one voltage, and loops around which the phases add up."""

from __future__ import annotations

import cmath
import math
from collections.abc import Hashable, Iterator
from datetime import date

from holin.errors import Fault
from holin.parkfile.checks.branches import clocks_of, ends_of
from holin.parkfile.checks.islands import Groups
from holin.parkfile.checks.stages import faults_at_stages
from holin.parkfile.draft import Draft, Row

KEEPERS = ("grid", "wind_farm", "pv_plant", "thermal_unit", "generator", "storage", "shunt")
BRANCHES = ("line", "transformer", "transformer3", "equivalent_branch")
"""Lines first: they shift no phase, so of a loop the transformer is named."""

CLOCK_DEG = 30.0
CLOSES = 1e-6


def faults_of_voltage_set_points(draft: Draft) -> list[Fault]:
    """All that hold the voltage of one bus, or of buses that closed switches join, hold the same."""
    return faults_at_stages(draft, _faults_of_set_points)


def _faults_of_set_points(draft: Draft, day: date) -> Iterator[Fault]:
    nodes = _nodes(draft, day)
    first: dict[Hashable, Row] = {}
    for row in draft.rows(*KEEPERS):
        if not row.has("v_set_pu", "bus") or not row.stands_at(day):
            continue
        before = first.setdefault(nodes.root(row.get("bus")), row)
        if abs(row.get("v_set_pu") - before.get("v_set_pu")) > 1e-9:
            problem = f"{before.id!r} holds bus {before.get('bus')!r} at {before.get('v_set_pu'):g}"
            right = "give both the same voltage, or leave one empty"
            if before.get("bus") != row.get("bus"):
                problem += f", which closed switches join with bus {row.get('bus')!r}"
                right += ", or open a switch between them"
            yield row.fault("v_set_pu", problem, right)


def _nodes(draft: Draft, day: date) -> Groups:
    """Return the buses that couplers known to be closed join on a day."""
    nodes, buses = Groups(), draft.by_id("bus")
    for switch in draft.rows("switch"):
        ends = switch.get("bus"), switch.get("element")
        if switch.get("closed") is True and switch.stands_at(day) and all(e in buses for e in ends):
            nodes.join(*ends)
    return nodes


def faults_of_phases(draft: Draft) -> list[Fault]:
    """Around every loop the vector groups and phase shifts add up to nothing, or a current without end would flow."""
    if draft.unread.intersection(("bus", "switch", *BRANCHES)):
        return []
    return faults_at_stages(draft, _faults_of_loops)


class Phases:
    """The no-load phase of nodes against each other, known within each group that branches join (union-find)."""

    def __init__(self) -> None:
        self._above: dict[Hashable, tuple[Hashable, float]] = {}

    def root(self, node: Hashable) -> tuple[Hashable, float]:
        """Return the representative of the node's group, and the node's phase against it in degrees."""
        way = []
        above, phase = self._above.setdefault(node, (node, 0.0))
        while above != node:
            way.append((node, phase))
            node = above
            above, phase = self._above[node]
        total = 0.0
        for member, step in reversed(way):
            total += step
            self._above[member] = (node, total)
        return node, total

    def join(self, first: Hashable, second: Hashable, lag_deg: float) -> float:
        """Let the second lag the first; return by how much it already does, `lag_deg` where nothing was known."""
        (a, phase_a), (b, phase_b) = self.root(first), self.root(second)
        if a == b:
            return phase_a - phase_b
        self._above[b] = (a, phase_a - lag_deg - phase_b)
        return lag_deg


def _faults_of_loops(draft: Draft, day: date) -> Iterator[Fault]:
    nodes, phases = _nodes(draft, day), Phases()
    shut = {
        (switch.get("element"), switch.get("bus"))
        for switch in draft.rows("switch")
        if switch.get("closed") is not True and switch.stands_at(day)
    }
    for branch in draft.rows(*BRANCHES):
        if not branch.stands_at(day):
            continue
        legs = [(nodes.root(bus), lag) for bus, lag in _legs(branch) if (branch.id, bus) not in shut]
        for node, lag in legs[1:]:
            start, before = legs[0]
            own = lag - before
            through_star = branch.table == "transformer3"  # two windings of one node are a loop through its star
            other = phases.join(start, node, own) if node != start else 0.0 if through_star else own
            if abs(cmath.exp(1j * math.radians(own - other)) - 1) > CLOSES:
                field = "shift_deg" if branch.table == "equivalent_branch" else "vector_group"
                turns = f"{own % 360:g} degrees by it, {round(other % 360, 6) % 360:g} by the other way"
                problem = f"closes a loop whose phase shifts do not add up: {turns}"
                right = "give parallel paths the same total clock number, or open a switch"
                yield branch.fault(field, problem, right)
                break


def _legs(branch: Row) -> list[tuple[str, float]]:
    """Return the buses at which a branch ends and by how much each lags, none where that is not known."""
    ends = ends_of(branch)
    match branch.table:
        case "transformer" | "transformer3":
            lags: tuple[float, ...] = clocks_of(branch, windings=2 if branch.table == "transformer" else 3)
        case "equivalent_branch":
            shift = branch.get("shift_deg")
            if shift is None or shift % CLOCK_DEG:  # not a vector group but a phase shifter: its turn is meant
                return []
            lags = (shift / CLOCK_DEG,)
        case _:
            lags = (0.0,)
    if not lags or len(ends) != len(lags) + 1:
        return []
    return [(bus, CLOCK_DEG * lag) for bus, lag in zip(ends, (0.0, *lags), strict=True)]
