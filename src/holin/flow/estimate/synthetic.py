"""Measurements made from a flow: for tests, training and trying out; never for real meters."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.flow.branches import branches_of
from holin.flow.estimate.layout import layout_of, regulating
from holin.flow.estimate.readings import nominal_mw
from holin.park import Park, Quantity, Transformer, measurable
from holin.tables import MEASUREMENTS, checked

SIGMA_OF_VOLTAGE_PU = 0.003
SIGMA_OF_RATING = 0.01


def measured_flow(
    park: Park,
    flows: xr.Dataset,
    *,
    quantities: Sequence[str] = ("v_pu", "p_mw", "q_mvar"),
    sigma_v_pu: float = SIGMA_OF_VOLTAGE_PU,
    sigma_share: float = SIGMA_OF_RATING,
    seed: int | None = None,
) -> xr.Dataset:
    """Return the table `measurements` that meters everywhere would show of `flows` (table FLOWS of the park).

    Voltage magnitudes of all buses, powers and currents (`i_ka`) of both ends of all branches, powers of all units, as
    `quantities` asks, and the positions of tap changers that keep a voltage. `sigma_v_pu` is the sigma of voltages,
    `sigma_share` that of powers and currents as a share of the branch's rating or the unit's size. With a `seed` normal
    noise of these sigmas is added.
    """
    network = layout_of(park, frozenset()).network
    branch = {label: k for k, label in enumerate(network.branches.label)}
    rating, size = network.branches.s_nom_mva, nominal_mw(park)
    v_nom = dict(zip(network.buses, network.v_nom_kv, strict=True))
    rows: list[tuple[str, str, str]] = []
    values, sigmas = [], []
    for (element, end), possible in measurable(park).items():
        for quantity in (q for q in possible if q in quantities):
            label = f"{element}.{end}" if end.isdecimal() else element
            side = "to" if end == "to" else "from"
            if label in branch:
                k = branch[label]
                p, q, v = (flows[c].values for c in (f"p_{side}_mw", f"q_{side}_mvar", "v_pu"))
                bus = (network.branches.bus_to if side == "to" else network.branches.bus_from)[k]
                base = 3**0.5 * v_nom[bus]
                limit = float(rating[k]) if np.isfinite(rating[k]) else float(np.nanmax(np.abs(p[:, k])))
                match quantity:
                    case Quantity.P_MW:
                        shown, spread = p[:, k], limit
                    case Quantity.Q_MVAR:
                        shown, spread = q[:, k], limit
                    case Quantity.I_KA:
                        at = v[:, list(map(str, flows["bus"].values)).index(bus)]
                        shown, spread = np.hypot(p[:, k], q[:, k]) / at / base, limit / base
                    case _:
                        continue
                spread *= sigma_share
            elif quantity in (Quantity.V_PU, Quantity.V_ANGLE_RAD):
                shown, spread = flows[quantity.value].sel(bus=element).values, sigma_v_pu
            elif element in size and quantity in (Quantity.P_MW, Quantity.Q_MVAR):
                shown, spread = flows[quantity.value].sel(unit=element).values, sigma_share * max(size[element], 0.1)
            else:
                continue
            rows.append((element, end, quantity.value))
            values.append(shown)
            sigmas.append(spread)
    value, sigma = np.column_stack(values), np.tile(sigmas, (flows.sizes["time"], 1))
    if seed is not None:
        value = value + sigma * np.random.default_rng(seed).standard_normal(value.shape)
        currents = np.array([quantity == Quantity.I_KA for _, _, quantity in rows], dtype=bool)
        value = np.where(currents, np.abs(value), value)
    for changer in regulating(park):
        rows.append((changer.id, "", Quantity.TAP_POS.value))
        value = np.column_stack([value, _positions(park, changer, flows)])
        sigma = np.column_stack([sigma, np.full(len(value), np.nan)])
    element_, end_, quantity_ = (list(column) for column in zip(*rows, strict=True))
    return checked(
        MEASUREMENTS,
        xr.Dataset(
            {"value": (("time", "measurement"), value), "sigma": (("time", "measurement"), sigma)},
            coords={
                "time": flows["time"].values,
                "measurement": [".".join(filter(None, r)) for r in rows],
                "element": ("measurement", element_),
                "end": ("measurement", end_),
                "quantity": ("measurement", quantity_),
            },
        ),
    )


def _positions(park: Park, changer: Transformer, flows: xr.Dataset) -> NDArray[np.float64]:
    """Return the position (time,) with which the flows' voltages give the flows' power into the first end, NaN where
    the transformer is out."""
    tried = range(changer.tap_min, changer.tap_max + 1)
    copies = tuple(dataclasses.replace(changer, id=f"{changer.id}@{k}", tap_pos=k) for k in tried)
    alone = dataclasses.replace(park, lines=(), transformers=copies, transformers3=(), equivalent_branches=())
    b = branches_of(alone)
    place = {str(bus): k for k, bus in enumerate(flows["bus"].values)}
    v = flows["v_pu"].values * np.exp(1j * flows["v_angle_rad"].values)
    v_from, v_to = v[:, [place[changer.bus_from]]], v[:, [place[changer.bus_to]]]
    own, mutual = (b.y_series + b.y_shunt / 2) / np.abs(b.ratio) ** 2, -b.y_series / b.ratio.conj()
    s = v_from * (own * v_from + mutual * v_to).conj()
    shown = flows["p_from_mw"].sel(branch=changer.id).values + 1j * flows["q_from_mvar"].sel(branch=changer.id).values
    gap = np.nan_to_num(np.abs(s - shown[:, None]), nan=np.inf)
    there = np.isfinite(gap.min(axis=1)) & (shown != 0)
    return np.where(there, np.array(tried, dtype=np.float64)[np.argmin(gap, axis=1)], np.nan)
