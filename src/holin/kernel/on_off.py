"""Things that are on or off in each step and stay so for a while: their sequences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holin.kernel.linear import Columns, Floats


@dataclass(frozen=True, kw_only=True)
class Switch:
    """The integer columns of one thing that is on (1) or off (0) in each step, of shape (step,).

    `start` and `stop`, where the problem has them, are 1 in the step in which it turns on or off. Once on it stays on
    for `up_steps`, once off for `down_steps`, beyond the last step if need be; `on_before` is its state before the
    first step and `steps_before` for how long it has had it; None means that it is free to begin either way.
    """

    on: Columns
    start: Columns | None = None
    stop: Columns | None = None
    up_steps: int = 1
    down_steps: int = 1
    on_before: bool | None = None
    steps_before: int = 0

    @property
    def least(self) -> dict[bool, int]:
        """For how many steps it stays on (True) and off (False)."""
        return {True: max(1, self.up_steps), False: max(1, self.down_steps)}


def nearest_sequence(share: Floats, threshold: float, switch: Switch, lower: Floats, upper: Floats) -> Floats | None:
    """Return the sequence (step,) that is on where `share` (step,) lies above a threshold, as far as least times allow.

    It minimises the sum of (threshold - share) over the steps that are on. None where the bounds allow no sequence.
    """
    near = np.where(upper < 1.0, 0.0, np.where(lower > 0.0, 1.0, (share > threshold).astype(float)))
    return near if keeps_times(near, switch) else cheapest_sequence(threshold - share, switch, lower, upper)


def keeps_times(sequence: Floats, switch: Switch) -> bool:
    """Return whether a sequence (step,) keeps its least times; the last state may go on beyond the end."""
    ends = np.append(np.flatnonzero(np.diff(sequence)) + 1, len(sequence))
    lengths = np.diff(ends, prepend=0)
    states = sequence[ends - 1] > 0.5
    if switch.on_before is None:
        lengths, states = lengths[1:], states[1:]
    elif switch.on_before == states[0]:
        lengths[0] += switch.steps_before
    elif switch.steps_before < switch.least[switch.on_before]:
        return False
    least = np.where(states, switch.least[True], switch.least[False])
    return bool((lengths >= least)[:-1].all())


def cheapest_sequence(cost: Floats, switch: Switch, lower: Floats, upper: Floats) -> Floats | None:
    """Return the sequence (step,) of least total cost, or None where the bounds (step,) allow none.

    `cost` (step,) is what being on costs more than being off. Exact: a shortest path over (state, steps in it), the
    latter counted up to the least time.
    """
    least, value = switch.least, _before(switch)
    back: list[dict[bool, Columns]] = []
    for t in range(len(cost)):
        new, came = {}, {}
        for on in (True, False):
            stay, turn = value[on], value[not on][-1]
            after, origin = np.full(least[on], np.inf), np.arange(-1, least[on] - 1)
            after[1:] = stay[:-1]
            if stay[-1] < after[-1]:
                after[-1], origin[-1] = stay[-1], least[on] - 1
            if turn < after[0]:
                after[0], origin[0] = turn, -1
            allowed = upper[t] >= 1.0 if on else lower[t] <= 0.0
            new[on] = after + (cost[t] if on else 0.0) if allowed else np.full(least[on], np.inf)
            came[on] = origin
        value = new
        back.append(came)
    return _read_back(value, back, least)


def _before(switch: Switch) -> dict[bool, Floats]:
    """The cost of being on and off for 1, 2, ... steps before the first one: 0 where it is so, else inf."""
    value = {on: np.full(switch.least[on], np.inf) for on in (True, False)}
    for on in (True, False):
        if switch.on_before is None:
            value[on][-1] = 0.0
        elif switch.on_before == on:
            value[on][min(max(switch.steps_before, 1), switch.least[on]) - 1] = 0.0
    return value


def _read_back(value: dict[bool, Floats], back: list[dict[bool, Columns]], least: dict[bool, int]) -> Floats | None:
    on = bool(value[True].min() < value[False].min())
    if not np.isfinite(value[on].min()):
        return None
    place, sequence = int(value[on].argmin()), np.empty(len(back))
    for t in range(len(back) - 1, -1, -1):
        sequence[t] = float(on)
        place = int(back[t][on][place])
        if place < 0:
            on, place = not on, least[not on] - 1
    return sequence


def turns(switch: Switch, sequence: Floats) -> tuple[Floats, Floats]:
    """Return where a sequence (step,) turns on and where off, 1 or 0 (step,)."""
    before = sequence[0] if switch.on_before is None else float(switch.on_before)
    change = np.diff(sequence, prepend=before)
    return np.maximum(change, 0.0), np.maximum(-change, 0.0)
