"""Planted infeasibilities, 110 of 22 kinds: each explained by asset, hours, limit and what is missing."""

import inspect
import re

import numpy as np
import pytest
from ahead_parks import park_of, running, state, unit, window_of
from planted import CATALOGUE, Planted
from test_odd_state import outage

from holin.calendar import local
from holin.dispatch import causes, dispatch_ahead, hold, holds_down, holds_up
from holin.dispatch.breaches import KINDS
from holin.dispatch.breaches import WORDS as BREACH_WORDS
from holin.dispatch.causes import FAMILIES
from holin.dispatch.explanations import Explanation, explanations_of, in_full
from holin.dispatch.hold_words import SAID, WORDS

SEEDS = range(5)
PLANTED = [(kind, seed) for kind in CATALOGUE for seed in SEEDS]


def told_of(planted: Planted) -> list[Explanation]:
    return list(explanations_of(dispatch_ahead(planted.window, mip_gap=1e-6)))


@pytest.mark.parametrize(("kind", "seed"), PLANTED, ids=[f"{k.__name__}-{s}" for k, s in PLANTED])
def test_a_planted_infeasibility_is_explained(kind, seed):
    planted = kind(np.random.default_rng(seed))
    told = told_of(planted)
    found = [x for x in told if x.breach.kind == planted.kind]
    assert len(found) == 1, [x.breach for x in told]
    assert [x for x in told if x.breach.duty] in ([], found)  # nothing else is broken
    explained = found[0]
    assert explained.breach.element == planted.element
    if planted.gap is not None:
        assert explained.breach.at == planted.at
        assert explained.breach.amount == pytest.approx(planted.gap, rel=0.01)
    if planted.total is not None:
        assert set(explained.breach.at) <= set(planted.at)
        assert explained.breach.total == pytest.approx(planted.total, rel=0.01)
    because = {(h.kind, h.element): h for h in explained.holds}
    assert set(planted.because) <= set(because), list(because)
    assert not {element for _, element in because} & set(planted.innocent)
    assert because[planted.because[0]].limit == pytest.approx(planted.limit, rel=0.01)
    assert (explained.cure and explained.cure.kind) == planted.cure
    check_words(planted, explained)


def test_only_the_outage_that_lies_in_the_window_is_blamed():
    """C trips at 1:00; that it is also planned to be out in the evening has nothing to do with it."""
    window = window_of(
        park_of(unit("C"), outages=(outage("C", 1, 3), outage("C", 20, 22))), [50.0] * 4, state(C=running(50.0))
    )  # fmt: skip
    (told,) = explanations_of(dispatch_ahead(window), cures=False)
    assert [(h.detail, h.steps) for h in told.holds if h.kind == "out"] == [("C-1", (1, 2))]
    assert "C-20" not in in_full(window, told)


def check_words(planted: Planted, explained: Explanation) -> None:
    """Both languages name the asset, the hours, the limit and the gap."""
    clock = local(planted.window.case.hours.time, "UTC")
    for language in ("en", "zh"):
        text = in_full(planted.window, explained, language)
        assert planted.element in text and not re.search(r"[{}]|nan", text)
        figures = [float(x) for x in re.findall(r"\d+(?:\.\d+)?", text)]
        for wanted in (planted.gap if planted.total is None else planted.total, planted.limit):
            assert any(f == pytest.approx(wanted, rel=0.01) for f in figures), (wanted, text)
        for _, asset in planted.because:
            assert asset in text
        if planted.kind not in ("metal", "rule"):
            assert f"{clock[explained.spans[0][0]]:%Y-%m-%d %H:%M}-" in text


def test_every_kind_of_breach_has_causes_and_words():
    kinds = {kind for kind, _, _ in KINDS.values()}
    assert kinds <= set(FAMILIES) and kinds <= set(SAID) and kinds <= set(BREACH_WORDS)


def test_every_kind_of_hold_has_words():
    """The kinds that the rooms name, read from their source."""
    rooms = (causes, hold, holds_up, holds_down)
    named = {kind for room in rooms for kind in re.findall(r'Hold\(\s*kind="(\w+)"', inspect.getsource(room))}
    assert len(named) > 20 and named <= set(WORDS), named - set(WORDS)
