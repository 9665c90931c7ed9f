"""What goes into a storage and out of it, hour by hour, and what is lost: amounts, whatever their origin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import Mismatch
from holin.park import Storage
from holin.trace.sharing import NO_FLOW_MW

Array = NDArray[np.float64]

TOLERANCE_MWH = 1e-6
"""How far the content may be from its balance, beside one millionth of the nominal energy."""


@dataclass(frozen=True, kw_only=True)
class Tank:
    """The energy in and out of the storages, arrays (hour, storage) in MWh, all >= 0.

    `charged` and `discharged` are net at the bus: what is charged and discharged in the same hour never meets the
    network, its losses are the tank's. `stored` is what of `charged` reaches the content after `charge_loss`;
    `discharge_loss` is taken out together with `discharged`, `tank_loss` (standing, and running in circles) leaves the
    whole content. `gained` is what the schedule's own rounding added, far below what it moves. `before` is the
    content before the hour, `after` behind it: before + charged + gained = after + discharged + all three losses.
    """

    before: Array
    charged: Array
    stored: Array
    charge_loss: Array
    discharged: Array
    discharge_loss: Array
    tank_loss: Array
    gained: Array
    after: Array
    cyclic: NDArray[np.bool_]
    unknown_start: NDArray[np.bool_]

    @property
    def pool(self) -> Array:
        """What the tank holds in the hour before anything is discharged or lost from it."""
        return self.before + self.stored


@dataclass(frozen=True, kw_only=True)
class Origins:
    """Of which sources a storage's energy is, (hour, storage, source): `out` as shares of what is discharged, `charge`
    of what is charged; `content_mwh` at the end of the hour and `lost_mwh` in it."""

    out: Array
    charge: Array
    content_mwh: Array
    lost_mwh: Array


def tank_of(storages: tuple[Storage, ...], schedule: xr.Dataset) -> Tank:
    """Return the balance of every storage in the schedule, hours of one hour each.

    The content before the first hour follows backwards from soc = soc_before (1 - standing loss) + eta_c charge -
    discharge / eta_d. A storage is cyclic when that equals the content after the last hour. `unknown_start` marks
    those whose first content has no known origin: not cyclic, or never charged at all. Raises Mismatch where a
    content rises by more than was charged.
    """
    charge, discharge, after = (schedule[c].values for c in ("charge_mw", "discharge_mw", "soc_mwh"))
    _no_gaps(charge, discharge, after)
    eta_c = np.array([s.efficiency_charge for s in storages])
    eta_d = np.array([s.efficiency_discharge for s in storages])
    kept = 1 - np.array([s.standing_loss_per_h for s in storages])
    tolerance = TOLERANCE_MWH + 1e-6 * np.array([s.e_nom_mwh for s in storages])
    start = np.maximum((after[0] - eta_c * charge[0] + discharge[0] / eta_d) / kept, 0.0)
    cyclic = np.asarray(np.abs(start - after[-1]) <= tolerance)
    before = np.vstack([np.where(cyclic, after[-1], start), after[:-1]])
    net = np.where(np.abs(charge - discharge) < NO_FLOW_MW, 0.0, charge - discharge)
    charged, discharged = np.maximum(net, 0.0), np.maximum(-net, 0.0)
    charge_loss, discharge_loss = (1 - eta_c) * charged, (1 / eta_d - 1) * discharged
    rest = before + charged - charge_loss - discharged - discharge_loss - after
    _no_gain(schedule, rest, tolerance)
    stored = charged - charge_loss
    unknown = np.asarray((before[0] > tolerance) & (~cyclic | (stored.sum(axis=0) <= tolerance)))
    return Tank(
        before=before,
        charged=charged,
        stored=stored,
        charge_loss=charge_loss,
        discharged=discharged,
        discharge_loss=discharge_loss,
        tank_loss=np.maximum(rest, 0.0),
        gained=np.maximum(-rest, 0.0),
        after=after,
        cyclic=cyclic,
        unknown_start=unknown,
    )


def _no_gaps(*columns: Array) -> None:
    if any(np.isnan(c).any() for c in columns):
        raise Mismatch("the schedule has gaps in charge_mw, discharge_mw or soc_mwh; a content cannot be followed then")


def _no_gain(schedule: xr.Dataset, rest: Array, tolerance: Array) -> None:
    if not rest.size:
        return
    hour, storage = np.unravel_index(np.argmin(rest + tolerance), rest.shape)
    if rest[hour, storage] < -tolerance[storage]:
        raise Mismatch(
            f"storage {schedule['storage'].values[storage]} gains {-rest[hour, storage]:.6g} MWh from nowhere in the "
            f"hour {schedule['time'].values[hour]}: its soc_mwh does not follow from charge_mw and discharge_mw; "
            "reconcile the readings first"
        )
