"""Where the time of a power flow goes: the parts of an iteration, and what outages cost beside their states."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numba
import numpy as np

from holin.kernel import lanes
from holin.kernel.contingency import Ratings, extremes_of_outages
from holin.kernel.flexible import VoltagePowers
from holin.kernel.lanes import LANES
from holin.kernel.lanes.currents import load_and_compare, solve_triangles
from holin.kernel.lanes.solving import begin_block, mismatch_of
from holin.kernel.powerflow import Prepared, flexible_of, keepers_of, prepared, turned_of
from holin.kernel.taps import Taps, departures
from holin.kernel.topology import Control

RESET = 16
"""Solves in a row of one right-hand side: more would let the numbers shrink to where the processor is slow."""


@numba.njit(error_model="numpy")
def _currents(times, p, q, v_r, v_i, c, j_r, j_i, old_r, old_i, error):  # type: ignore[no-untyped-def]
    for _ in range(times):
        load_and_compare(p, q, v_r, v_i, c, j_r, j_i, old_r, old_i, error)


@numba.njit(error_model="numpy")
def _triangles(times, lu, b_r, b_i, x_r, x_i):  # type: ignore[no-untyped-def]
    for k in range(times):
        if k % RESET == 0:
            x_r[:], x_i[:] = b_r, b_i
        solve_triangles(lu, x_r, x_i)


@numba.njit(error_model="numpy")
def _check(times, system, flexible, turned, p, q, v_r, v_i, mismatch):  # type: ignore[no-untyped-def]
    for _ in range(times):
        mismatch_of(system, flexible, turned, 0, LANES, p, q, v_r, v_i, mismatch)


@numba.njit(error_model="numpy")
def _in_and_out(times, s, order, live, no_load, keepers, p, q, v_r, v_i, kept, v):  # type: ignore[no-untyped-def]
    """Powers and start of block after block, their voltages out again: the year passes through the caches."""
    blocks = len(s) // LANES
    for k in range(times):
        first = k % blocks * LANES
        begin_block(s, order, live, no_load, keepers, first, p, q, v_r, v_i, kept)
        for lane in range(LANES):
            for i in range(len(order)):
                v[first + lane, order[i]] = complex(v_r[i, lane], v_i[i, lane])


def phases(ready: Prepared, s: np.ndarray, iterations: float, step_s: float) -> dict[str, float]:
    """Return nanoseconds of a state in each part of `iterations` iterations; as a whole it takes `step_s`."""
    n, order = ready.pattern.size, ready.rest[ready.pattern.order]
    none = np.zeros((LANES, 0), dtype=np.complex128)
    flexible = flexible_of(ready, VoltagePowers(linear=none, square=none))
    turned = turned_of(ready, departures(ready.topology, Taps(turns=np.ones((LANES, 0))), LANES))
    no_limits = np.zeros((LANES, 0))
    keepers = keepers_of(ready, Control(), np.zeros(0, dtype=bool), no_limits, no_limits)
    p, q, v_r, v_i, j_r, j_i, old_r, old_i = (np.zeros((n, LANES)) for _ in range(8))
    error, kept, live, v = np.zeros(LANES), np.zeros((0, LANES)), np.ones(n, dtype=bool), np.zeros_like(s)
    system, lu = ready.system, lanes.split(ready.pattern, ready.values)
    times = 200_000 // n + 1
    whole = {
        "in and out": _ns(_in_and_out, times, s, order, live, system.v, keepers, p, q, v_r, v_i, kept, v),
        "currents": _ns(_currents, times, p, q, v_r, v_i, system.c, j_r, j_i, old_r, old_i, error) * (iterations + 1),
        "triangles": _ns(_triangles, times, lu, p, q, j_r, j_i) * iterations,
        "check": _ns(_check, times, system, flexible, turned, p, q, v_r, v_i, error),
    }
    return whole | {"rest": step_s * 1e9 - sum(whole.values()), "state": step_s * 1e9}


def outage_parts(ready: Prepared, s: np.ndarray, outages: list[list[int]], n1_s: float) -> dict[str, float]:
    """Return microseconds of an N-1 of `s` that takes `n1_s`: base case, call, the outages' own, their states."""
    branches = len(ready.topology.node_from)
    unlimited = Ratings(i_from=np.ones(branches), i_to=np.ones(branches))

    def n1(states: int, cases: list[list[int]]) -> Callable[[], Any]:
        return lambda: extremes_of_outages(ready, s[:states], unlimited, cases, keep_v=True, threads=1)

    base, call = _best_s(lambda: prepared(ready.topology)), _best_s(n1(0, []))
    own = max(_best_s(n1(0, outages)) - call, 0.0)
    parts = {"base case": base, "call": call, "outages": own, "states": n1_s - base - call - own, "n1": n1_s}
    return {name: part * 1e6 for name, part in parts.items()}


def _ns(do: Any, times: int, *arguments: Any) -> float:
    do(1, *arguments)
    return _best_s(lambda: do(times, *arguments)) / times / LANES * 1e9


def _best_s(do: Callable[[], Any]) -> float:
    do()
    best = float("inf")
    for _ in range(25):
        before = time.process_time()
        do()
        best = min(best, time.process_time() - before)
    return best
