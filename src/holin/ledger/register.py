"""Who takes part: devices with the attributes that EnergyTag asks for, and accounts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from holin.errors import BadInput, Fault
from holin.ledger.append import Draft, append
from holin.ledger.chain import Entry
from holin.ledger.database import Database
from holin.ledger.holdings import accounts, devices
from holin.ledger.opening import Ledger

ATTRIBUTES = (
    "name", "energy_carrier", "energy_source", "technology", "capacity_mw", "commissioned", "country", "location",
)  # fmt: skip
"""What EnergyTag's list asks of a device beside its id; the rest stands in lot, entry and ledger."""

VALID_MONTHS = 24
"""How long a certificate is valid after the month of production (绿证核发规则: two years)."""


@dataclass(frozen=True, kw_only=True)
class NewDevice:
    """A device to be entered. `id` is unique in the world: OPERATOR:PARK:UNIT; `account` gets its certificates.

    `interval_s` is the length of its metered intervals, a whole part of an hour. `tradable` is false where its energy
    is used by its owner. `round_trip_efficiency` is that of a storage, 1 elsewhere.
    """

    id: str
    role: str
    interval_s: int
    account: str
    tradable: bool = True
    valid_months: int = VALID_MONTHS
    round_trip_efficiency: float = 1.0
    attributes: Mapping[str, Any] = field(default_factory=dict)


def register(
    ledger: Ledger,
    new_devices: Sequence[NewDevice] = (),
    new_accounts: Mapping[str, str] | None = None,
    *,
    request: str | None = None,
    now: int | None = None,
) -> Entry | None:
    """Enter devices and accounts (id -> name); those that are there are left as they are.

    Raises BadInput with all faults: an id without its operator, an attribute that is missing, an account that nobody
    has, a device that stands with other data.
    """
    names = dict(new_accounts or {})

    def make(database: Database, now: int) -> Draft | None:
        known, held_by = devices(database), {name: a.number for name, a in accounts(database).items()}
        fresh = [name for name in names if name not in held_by]
        number = {**held_by, **{name: len(held_by) + k for k, name in enumerate(fresh, start=1)}}
        faults = [f for device in new_devices for f in _faults(ledger, device, number)]
        rows = []
        for device in new_devices:
            stands = known.get(device.id)
            if stands is None:
                rows.append(_row(device, number.get(device.account, 0)))
            elif (stands.role, stands.interval_s) != (device.role, device.interval_s):
                was = f"{stands.role} in intervals of {stands.interval_s} s"
                right = "give the same, or another id for another device"
                faults.append(
                    Fault(file=ledger.address, field="device", value=device.id, problem=f"stands as {was}", right=right)
                )
        if faults:
            raise BadInput(faults)
        if not rows and not fresh:
            return None
        return Draft(
            kind="register",
            detail={"devices": len(rows), "accounts": len(fresh)},
            devices=rows,
            accounts=[(name, names[name]) for name in fresh],
        )

    return append(ledger, make, request=request, now=now)


def _row(device: NewDevice, account: int) -> tuple[Any, ...]:
    attributes = json.dumps(dict(device.attributes), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return (
        device.id, device.role, device.interval_s, int(device.tradable), device.valid_months,
        round(device.round_trip_efficiency * 1e6), account, attributes,
    )  # fmt: skip


def _faults(ledger: Ledger, device: NewDevice, known: Mapping[str, int]) -> list[Fault]:
    def fault(name: str, value: object, problem: str, right: str) -> Fault:
        return Fault(file=f"device {device.id}", field=name, value=str(value), problem=problem, right=right)

    faults = []
    if not device.id.startswith(f"{ledger.facts.operator}:") or device.id.count(":") < 2:
        right = f"{ledger.facts.operator}:PARK:UNIT, which no other operator uses"
        faults.append(fault("id", device.id, "is not unique in the world", right))
    missing = [name for name in ATTRIBUTES if name not in device.attributes]
    if missing:
        faults.append(fault("attributes", "", f"lack {', '.join(missing)}", "EnergyTag asks for them; null if unknown"))
    if device.account not in known:
        faults.append(fault("account", device.account, "is no account", "enter it with the device"))
    if device.role not in ("generation", "storage"):
        faults.append(fault("role", device.role, "is not known", "generation or storage"))
    if not 0 < device.interval_s <= 3600 or 3600 % device.interval_s:
        right = "a whole part of an hour (EnergyTag: at most one hour)"
        faults.append(fault("interval_s", device.interval_s, "is no length of an interval", right))
    if type(device.valid_months) is not int or not 0 < device.valid_months <= 1200:
        faults.append(fault("valid_months", device.valid_months, "is no number of months", "whole, 1 to 1200"))
    if not 1e-6 <= device.round_trip_efficiency <= 1:
        faults.append(fault("round_trip_efficiency", device.round_trip_efficiency, "lies outside 0..1", "above 0"))
    return faults
