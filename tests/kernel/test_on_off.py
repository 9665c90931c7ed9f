"""On/off sequences against enumeration of all of them."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.kernel.on_off import Switch, cheapest_sequence, keeps_times, nearest_sequence, turns

STEPS = 7
befores = st.sampled_from([(None, 0), *itertools.product((True, False), (1, 2, 5))])
shares = st.lists(st.integers(0, 20).map(lambda k: k / 20), min_size=STEPS, max_size=STEPS).map(np.array)
states = st.lists(st.sampled_from([None, 0.0, 1.0]), min_size=STEPS, max_size=STEPS)


def kept(sequence: tuple[float, ...], switch: Switch) -> bool:
    """Count step by step, as one would by hand."""
    state, since = switch.on_before, switch.steps_before
    free = state is None
    for value in sequence:
        on = value == 1.0
        if state is None:
            state = on
        if on == state:
            since += 1
        else:
            if not free and since < (switch.up_steps if state else switch.down_steps):
                return False
            state, since, free = on, 1, False
    return True


def allowed(switch: Switch, lower: np.ndarray, upper: np.ndarray) -> list[np.ndarray]:
    every = itertools.product((0.0, 1.0), repeat=STEPS)
    return [np.array(s) for s in every if kept(s, switch) and (s >= lower).all() and (s <= upper).all()]


@settings(deadline=None)
@given(shares, st.integers(1, 4), st.integers(1, 4), befores, states)
def test_cheapest_sequence_is_that_of_enumeration(share, up, down, before, fixed):
    switch = Switch(on=np.arange(STEPS), up_steps=up, down_steps=down, on_before=before[0], steps_before=before[1])
    lower = np.array([1.0 if f == 1.0 else 0.0 for f in fixed])
    upper = np.array([0.0 if f == 0.0 else 1.0 for f in fixed])
    cost = 0.475 - share
    every = allowed(switch, lower, upper)
    for found in (cheapest_sequence(cost, switch, lower, upper), nearest_sequence(share, 0.475, switch, lower, upper)):
        if not every:
            assert found is None
            continue
        assert found is not None
        assert any(np.array_equal(found, s) for s in every)
        assert abs(cost @ found - min(cost @ s for s in every)) < 1e-12


@settings(deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), befores)
def test_times_are_kept_as_counted_by_hand(up, down, before):
    switch = Switch(on=np.arange(STEPS), up_steps=up, down_steps=down, on_before=before[0], steps_before=before[1])
    for sequence in itertools.product((0.0, 1.0), repeat=STEPS):
        assert keeps_times(np.array(sequence), switch) == kept(sequence, switch)


def test_turns_are_starts_and_stops():
    sequence = np.array([0.0, 1.0, 1.0, 0.0])
    after_on, free = Switch(on=np.arange(4), on_before=True), Switch(on=np.arange(4))
    assert [t.tolist() for t in turns(after_on, sequence)] == [[0, 1, 0, 0], [1, 0, 0, 1]]
    assert [t.tolist() for t in turns(free, sequence)] == [[0, 1, 0, 0], [0, 0, 0, 1]]
