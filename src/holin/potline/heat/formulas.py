"""The formulas of a pot's heat, compiled: bath, flows, changes, and a run through steps of constant current.

They stand in one file because Numba keeps what it compiled by the file of a function, not of those that it calls.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from holin.kernel.compiling import compiled

Floats = NDArray[np.float64]
State = tuple[float, float, float, float]
"""Bath and lining in degC, ledge in m, shell factor."""

S_PER_H = 3600.0
LIQUID_SHARE_FLOOR = 0.3
"""The formulas of the bath are not asked for less liquid than this: the pot has been lost long before."""

LEDGE_LEFT_M = 0.005
BATH_LEFT = 0.05
"""The last 5 mm of ledge melt ever slower, the last 5 % of bath freeze ever slower: nothing falls below zero."""

FLOWS = 11
LIQUIDUS, SUPERHEAT, EFFICIENCY, METAL, POWER, REACTION, TOP, MELT_TO_SIDE, SIDE, MELT_TO_LINING, LINING = range(FLOWS)
"""Where each of `flows.HeatFlows` stands in what `flows_at` returns."""

SUMMED = (METAL, POWER, REACTION, TOP, SIDE, LINING)
"""What is summed over a step."""

REPORTED = 16
BATH, LINING_NODE, LEDGE, FACTOR, END_LIQUIDUS, END_SUPERHEAT, COOLEST, HOTTEST, THINNEST, THICKEST = range(10)
"""What `run` reports of each step: the state and the bath at its end, the extremes within, then what is `SUMMED`."""


class PotNumbers(NamedTuple):
    """What the formulas need of a pot: SI units, currents in kA, shares in wt%, efficiencies as fractions."""

    back_emf_v: float
    pot_resistance_uohm: float
    metal_kg_per_kah: float
    melt_j_per_k: float
    lining_j_per_k: float
    fusion_j_per_m: float
    bath_kg: float
    ledge_kg_per_m: float
    ledge_nom_m: float
    melt_to_ledge_w_per_k: float
    ledge_wm_per_k: float
    steel_k_per_w: float
    side_w_per_k: float
    side_share: float
    melt_to_lining_w_per_k: float
    lining_to_air_w_per_k: float
    top_w_per_k: float
    gas_temp_c: float
    air_temp_c: float
    alf3: float
    caf2: float
    lif: float
    al2o3: float
    mgf2: float
    efficiency_loss_factor: float
    reaction_w_per_kg_h: float
    shell_lag_h: float


@compiled()
def liquidus_at(alf3: float, caf2: float, al2o3: float, mgf2: float) -> float:
    """Return the liquidus of `bath.liquidus_temp_c`."""
    ac = alf3 * caf2
    lowered = 3.45 * caf2 / (1 + 0.0173 * caf2) - 0.124 * ac + 0.00542 * ac * np.sqrt(ac)
    lowered += 7.93 * al2o3 / (1 + 0.0936 * al2o3 - 0.0017 * al2o3**2 - 0.0023 * alf3 * al2o3) + 3.95 * mgf2
    liquidus: float = 1011 + 0.5 * alf3 - 0.13 * np.exp(2.2 * np.log(alf3)) - lowered
    return liquidus


@compiled()
def loss_at(superheat_c: float, alf3: float, lif: float) -> float:
    """Return the loss of `bath.current_efficiency_loss`."""
    exponent = 0.0095 * superheat_c - 0.019 * alf3 - 0.06 * lif - 1.017849
    loss: float = np.exp(np.log(10.0) * np.minimum(exponent, 0.0))
    return loss


@compiled(by_python=False)
def liquid_share_at(n: PotNumbers, ledge_m: float) -> float:
    """Return the liquid bath over that at nominal: what the ledge took from it is frozen."""
    return 1 - (ledge_m - n.ledge_nom_m) * n.ledge_kg_per_m / n.bath_kg


@compiled(by_python=False)
def flows_at(n: PotNumbers, state: State, current_ka: float) -> tuple[float, ...]:
    """Return the flows of one pot at one moment: what `flows.heat_flows` tells of them."""
    bath_c, lining_c, ledge_m, factor = state
    share = liquid_share_at(n, ledge_m)
    thick = 1 / max(share, LIQUID_SHARE_FLOOR)
    alf3, lif = n.alf3 * thick, n.lif * thick
    liquidus = liquidus_at(alf3, n.caf2 * thick, n.al2o3, n.mgf2)
    superheat = bath_c - liquidus
    loss = np.minimum(n.efficiency_loss_factor * loss_at(superheat, alf3, lif), 1.0)
    metal = n.metal_kg_per_kah * current_ka * (1 - loss)
    side_shell = n.side_w_per_k * (1 + n.side_share * (factor - 1))
    side = (liquidus - n.air_temp_c) / (max(ledge_m, 0.0) / n.ledge_wm_per_k + n.steel_k_per_w + 1 / side_shell)
    melting = superheat * n.melt_to_ledge_w_per_k - side
    slowed = min(max(ledge_m / LEDGE_LEFT_M if melting > 0 else share / BATH_LEFT, 0.0), 1.0)
    has_lining = n.lining_j_per_k > 0
    to_air = ((lining_c if has_lining else bath_c) - n.air_temp_c) * n.lining_to_air_w_per_k * factor
    power = (n.back_emf_v + n.pot_resistance_uohm / 1000 * current_ka) * current_ka * 1000
    return (
        liquidus,
        superheat,
        1 - loss,
        metal,
        power,
        metal * n.reaction_w_per_kg_h,
        (bath_c - n.gas_temp_c) * n.top_w_per_k,
        side + melting * slowed,
        side,
        (bath_c - lining_c) * n.melt_to_lining_w_per_k if has_lining else to_air,
        to_air,
    )


@compiled()
def changes_at(n: PotNumbers, factor: float, flows: tuple[float, ...], command: float) -> State:
    """Return the changes per hour of bath, lining, ledge and shell factor (`flows.changes_per_h`)."""
    taken = flows[REACTION] + flows[TOP] + flows[MELT_TO_SIDE] + flows[MELT_TO_LINING]
    bath = (flows[POWER] - taken) * (S_PER_H / n.melt_j_per_k)
    lining = bath
    if n.lining_j_per_k > 0:
        lining = (flows[MELT_TO_LINING] - flows[LINING]) * (S_PER_H / n.lining_j_per_k)
    ledge = (flows[SIDE] - flows[MELT_TO_SIDE]) * (S_PER_H / n.fusion_j_per_m)
    return bath, lining, ledge, (command - factor) / n.shell_lag_h


@compiled()
def flows_of_lanes(n: PotNumbers, stacked: Floats, current_ka: Floats) -> Floats:
    """Return `flows_at` of states (4, lane) at currents (lane,), of shape (flow, lane)."""
    found = np.empty((FLOWS, len(current_ka)))
    for lane in range(len(current_ka)):
        state = (stacked[0, lane], stacked[1, lane], stacked[2, lane], stacked[3, lane])
        flows = flows_at(n, state, current_ka[lane])
        for k in range(FLOWS):
            found[k, lane] = flows[k]
    return found


@compiled(by_python=False)
def _moved(state: State, slope: State, hours: float) -> State:
    return (
        state[0] + hours * slope[0],
        state[1] + hours * slope[1],
        state[2] + hours * slope[2],
        state[3] + hours * slope[3],
    )


@compiled(by_python=False)
def _advanced(
    n: PotNumbers, state: State, flows: tuple[float, ...], current_ka: float, command: float, h: float, passed: Floats
) -> State:
    """Return the state h hours on by Runge and Kutta; add what passes to `passed` by the same weights."""
    slope = changes_at(n, state[3], flows, command)
    change = (slope[0] / 6, slope[1] / 6, slope[2] / 6, slope[3] / 6)
    for k in range(len(SUMMED)):
        passed[k] += h / 6 * flows[SUMMED[k]]
    for stage in range(3):
        at = _moved(state, slope, h if stage == 2 else h / 2)
        flows = flows_at(n, at, current_ka)
        slope = changes_at(n, at[3], flows, command)
        weight = 1 / 6 if stage == 2 else 1 / 3
        change = _moved(change, slope, weight)
        for k in range(len(SUMMED)):
            passed[k] += h * weight * flows[SUMMED[k]]
    return _moved(state, change, h)


@compiled()
def run(
    n: PotNumbers, stacked: Floats, current_ka: Floats, command: Floats, step_h: float, substeps: int
) -> tuple[Floats, Floats]:
    """Return the states (4, lane) after steps of constant currents (lane, step), and what each step reports.

    The report (lane, step, `REPORTED`) takes its extremes at the end of every substep.
    """
    lanes, steps = current_ka.shape
    after, report = np.empty_like(stacked), np.empty((lanes, steps, REPORTED))
    passed = np.empty(len(SUMMED))
    for lane in range(lanes):
        state = (stacked[0, lane], stacked[1, lane], stacked[2, lane], stacked[3, lane])
        for step in range(steps):
            current, asked = current_ka[lane, step], command[lane, step]
            flows = flows_at(n, state, current)
            passed[:] = 0.0
            coolest, hottest, thinnest, thickest = np.inf, -np.inf, np.inf, -np.inf
            for _ in range(substeps):
                state = _advanced(n, state, flows, current, asked, step_h / substeps, passed)
                flows = flows_at(n, state, current)
                coolest, hottest = np.minimum(coolest, flows[SUPERHEAT]), np.maximum(hottest, flows[SUPERHEAT])
                thinnest, thickest = np.minimum(thinnest, state[2]), np.maximum(thickest, state[2])
            row = report[lane, step]
            for k in range(4):
                row[k] = state[k]
            row[END_LIQUIDUS], row[END_SUPERHEAT] = flows[LIQUIDUS], flows[SUPERHEAT]
            row[COOLEST], row[HOTTEST], row[THINNEST], row[THICKEST] = coolest, hottest, thinnest, thickest
            row[THICKEST + 1 :] = passed
        for k in range(4):
            after[k, lane] = state[k]
    return after, report
