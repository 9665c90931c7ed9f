"""From a run to certificates: who takes part, what each device made, and who used what of it, hour by hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin import ledger
from holin.errors import BadInput, Fault
from holin.metering import flags_in
from holin.park import Park, Storage, at_stage, stage_of
from holin.parkfile import read_park
from holin.store import Run, read_run

Array = NDArray[np.float64]
Progress = Callable[[str, float], None]

GREEN = {"wind_farm": ("wind", "onshore wind turbine"), "pv_plant": ("solar", "photovoltaic, ground-mounted")}
"""Kinds of units that certificates are issued for: energy source and technology (AIB fact sheet 5, in words)."""

OPERATOR = "operator"
"""The account of the network's operator, who holds what is made by units without an owner."""

WH_PER_MWH = 1_000_000


@dataclass(frozen=True, kw_only=True)
class RunForLedger:
    """A run on disk with its park at its stage: `kind` is demo or metered, `step_s` the length of its intervals."""

    run: Run
    park: Park
    stage: str
    kind: str
    step_s: int


def run_for_ledger(folder: str | Path) -> RunForLedger:
    """Read a run folder for the ledger; raises BadInput where it lacks the tables flows and trace."""
    run = read_run(folder)
    missing = [name for name in ("flows", "trace") if name not in run.tables]
    if missing:
        problem = f"the run has no table {' and no table '.join(missing)}"
        raise BadInput([Fault(file=str(folder), problem=problem, right="give a folder that `holin run` wrote")])
    park = read_park(run.park_folder)
    stage = stage_of(park, str(run.summary["stage"]))
    time = run.tables["flows"]["time"].values
    step = (time[1] - time[0]) // np.timedelta64(1, "s") if len(time) > 1 else 3600
    kind = "metered" if run.summary.get("kind") == "metered" else "demo"
    return RunForLedger(run=run, park=at_stage(park, stage), stage=stage.name, kind=kind, step_s=int(step))


def device_id(operator: str, park: Park, unit: str) -> str:
    """Return what a unit is called in the ledger."""
    return f"{operator}:{park.facts.id}:{unit}"


def participants(
    source: RunForLedger, operator: str, *, self_used: tuple[str, ...] = ()
) -> tuple[list[ledger.NewDevice], dict[str, str]]:
    """Return the devices (wind farms, PV plants, storages) and accounts (enterprises, operator) of a run's park.

    Units named in `self_used` make certificates that are not tradable (energy used by its owner).
    """
    park = source.park
    accounts = {e.id: e.name for e in park.enterprises} | {OPERATOR: f"Operator {operator}"}
    units = [("wind_farm", u) for u in park.wind_farms] + [("pv_plant", u) for u in park.pv_plants]
    made = []
    for kind, unit in [*units, *(("storage", u) for u in park.storages)]:
        energy, technology = GREEN.get(kind, ("storage", "battery storage"))
        attributes = {
            "name": unit.name,
            "energy_carrier": "electricity",
            "energy_source": energy,
            "technology": technology,
            "capacity_mw": unit.p_nom_mw,
            "commissioned": str(unit.built) if unit.built else None,
            "country": "CN",
            "location": [unit.latitude, unit.longitude] if unit.latitude is not None else None,
            "bus": unit.bus,
            "basis": str(unit.basis),
            "configuration": 1,
        }
        efficiency = unit.efficiency_charge * unit.efficiency_discharge if isinstance(unit, Storage) else 1.0
        made.append(
            ledger.NewDevice(
                id=device_id(operator, park, unit.id),
                role="storage" if kind == "storage" else "generation",
                interval_s=source.step_s,
                account=unit.enterprise or OPERATOR,
                tradable=unit.id not in self_used,
                round_trip_efficiency=efficiency,
                attributes=attributes,
            )
        )
    return made, accounts


@dataclass(frozen=True, kw_only=True)
class Meterings:
    """What can be certified of a run, and what cannot: Wh by reason (flags of the meters), and intervals unknown."""

    measured: list[ledger.Measured]
    withheld_wh: dict[str, int]
    unknown_intervals: int


def meterings(source: RunForLedger, operator: str) -> Meterings:
    """Return the net energy of every device and interval of a run in whole Wh, rounded down.

    A metered run gives only what its meters are sure of (`certifiable`); the rest is told by its flags. A computed
    run gives the AC power of its units.
    """
    devices = {u.id for u in (*source.park.wind_farms, *source.park.pv_plants, *source.park.storages)}
    if "metered" in source.run.tables:
        return _from_meters(source, operator, devices)
    flows = source.run.tables["flows"]
    seconds = _seconds(flows["time"].values)
    measured: list[ledger.Measured] = []
    unknown = 0
    for k, unit in enumerate(flows["unit"].values.tolist()):
        if unit not in devices:
            continue
        wh = flows["p_mw"].values[:, k] * (WH_PER_MWH * source.step_s / 3600)
        known = np.isfinite(wh)
        unknown += int((~known).sum())
        name = device_id(operator, source.park, unit)
        measured += _rows(name, seconds[known], np.maximum(wh[known], 0), np.maximum(-wh[known], 0))
    return Meterings(measured=measured, withheld_wh={}, unknown_intervals=unknown)


def _from_meters(source: RunForLedger, operator: str, devices: set[str]) -> Meterings:
    table = source.run.tables["metered"]
    seconds = _seconds(table["time"].values)
    measured: list[ledger.Measured] = []
    withheld: Counter[str] = Counter()
    unknown = 0
    for k, unit in enumerate(table["device"].values.tolist()):
        if unit not in devices:
            continue
        out, into, flags = (table[c].values[:, k] for c in ("energy_out_wh", "energy_in_wh", "flags"))
        known = np.isfinite(out) & np.isfinite(into)
        sure = known & (table["certifiable"].values[:, k] == 1)
        measured += _rows(device_id(operator, source.park, unit), seconds[sure], out[sure], into[sure])
        unknown += int((~known).sum())
        for flag in np.unique(flags[known & ~sure]):
            here = known & ~sure & (flags == flag)
            names = " ".join(str(name.name).lower() for name in flags_in(int(flag))) or "missing"
            withheld[names] += int(np.floor(np.maximum(out[here] - into[here], 0)).sum())
    return Meterings(measured=measured, withheld_wh=dict(withheld), unknown_intervals=unknown)


def _rows(name: str, seconds: NDArray[np.int64], out_wh: Array, in_wh: Array) -> Iterator[ledger.Measured]:
    """Yield measurements in whole Wh: what comes out rounded down, what goes in rounded up, never in favour."""
    out, into = np.floor(out_wh + ROUNDING).astype(np.int64), np.ceil(in_wh - ROUNDING).astype(np.int64)
    for start, given, taken in zip(seconds.tolist(), out.tolist(), into.tolist(), strict=True):
        yield ledger.Measured(name, start, given, taken)


ROUNDING = 1e-3
"""Wh that a run's kept figures (multiples of 2^-28 MWh) are off by at most."""


def _seconds(time: NDArray[np.datetime64]) -> NDArray[np.int64]:
    return np.asarray(time.astype("datetime64[s]").astype(np.int64))


@dataclass(frozen=True, kw_only=True)
class Uses:
    """Who used what of each device, and what each storage was charged with, in whole Wh."""

    used: list[ledger.Used]
    handed: list[ledger.Handed]


def uses(source: RunForLedger, operator: str) -> Uses:
    """Return of a run's trace what each enterprise used of each device, and of each storage's discharge.

    Losses of the network are used by nobody: their certificates stay with who made the energy. What came out of a
    storage and was wind or sun counts as the storage's; from what it was charged the ledger follows by its own records.
    Export is no use.
    """
    used, handed = _shared_out(source, operator)
    seconds, step_s = _seconds(source.run.tables["trace"]["time"].values), source.step_s
    return Uses(
        used=[
            ledger.Used(owner, device, t, step_s, wh)
            for (owner, device), mwh in used.items() for t, wh in _whole(seconds, mwh, step_s)
        ],
        handed=[
            ledger.Handed(tank, t, device, wh)
            for tank, device, mwh in handed for t, wh in _whole(seconds, mwh, step_s)
        ],
    )  # fmt: skip


def used_of_devices(source: RunForLedger, operator: str) -> Counter[tuple[str, int]]:
    """Return how many Wh of each device were used from each second on: the sum of all enterprises' `uses`."""
    seconds = _seconds(source.run.tables["trace"]["time"].values)
    total: dict[str, NDArray[np.int64]] = {}
    for (_, device), mwh in _shared_out(source, operator)[0].items():
        total[device] = total.get(device, 0) + _whole_wh(mwh, source.step_s)
    return Counter(
        {
            (device, int(seconds[k])): int(found[k])
            for device, found in total.items() for k in np.flatnonzero(found)
        }
    )  # fmt: skip


def _shared_out(
    source: RunForLedger, operator: str
) -> tuple[dict[tuple[str, str], Array], list[tuple[str, str, Array]]]:
    """Return MWh by interval: what was used by (owner, device), and what went into (storage, device)."""
    trace, park = source.run.tables["trace"], source.park
    energy, loss = trace["energy_mwh"].values, trace["loss_mwh"].values
    green = np.flatnonzero(np.isin(trace["source_kind"].values, list(GREEN)))
    kinds, owners = trace["sink_kind"].values, trace["enterprise"].values
    total = energy.sum(axis=1)
    ratio = np.divide(total, total + loss.sum(axis=1), out=np.zeros_like(total), where=total > 0)
    mix = _mix(trace)
    out_of_store = trace["from_storage_mwh"].values * ratio[:, None, :]
    direct = np.maximum(energy[:, green] - np.einsum("tbk,tbs->tsk", out_of_store, mix[:, :, green]), 0.0)
    out_of_store = out_of_store * mix[:, :, green].sum(axis=2)[:, :, None]
    used: dict[tuple[str, str], Array] = {}
    handed: list[tuple[str, str, Array]] = []
    for k, (sink, kind, owner) in enumerate(zip(trace["sink"].values, kinds, owners, strict=True)):
        if kind == "export":
            continue
        parts = [(s, direct[:, n, k]) for n, s in enumerate(trace["source"].values[green])]
        parts += [(s, out_of_store[:, n, k]) for n, s in enumerate(trace["storage"].values)]
        for name, mwh in parts:
            device = device_id(operator, park, name)
            if kind == "storage":
                handed.append((device_id(operator, park, sink), device, mwh))
            else:
                place = (owner or OPERATOR, device)
                used[place] = used.get(place, 0.0) + mwh
    return used, handed


def _mix(trace: xr.Dataset) -> Array:
    """Return of what each storage gave in the hour the part of each source, (hour, storage, source)."""
    given = trace["discharge_mwh"].values
    whole = given.sum(axis=2, keepdims=True)
    return np.asarray(np.divide(given, whole, out=np.zeros_like(given), where=whole > 0))


def _whole_wh(mwh: Array, step_s: int) -> NDArray[np.int64]:
    return np.floor(mwh * (WH_PER_MWH * step_s / 3600) + ROUNDING).astype(np.int64)


def _whole(seconds: NDArray[np.int64], mwh: Array, step_s: int) -> Iterator[tuple[int, int]]:
    wh = _whole_wh(mwh, step_s)
    for k in np.flatnonzero(wh > 0):
        yield int(seconds[k]), int(wh[k])


def issued_run(
    folder: str | Path,
    address: str | Path,
    *,
    operator: str | None = None,
    key: Path | None = None,
    storage: ledger.Method | None = None,
    self_used: tuple[str, ...] = (),
    correct: str | None = None,
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Issue certificates for all that a run's wind, sun and storage made, and return what was done.

    A ledger is made at the address where none stands (`operator` then names its issuer). Devices and accounts of the
    park are entered, measurements issued once, storages charged with the certificates of what the trace says went in,
    and their discharge issued by `storage`, else as before, else first in, first out. With `correct` (the reason)
    intervals that stand with other values are corrected; without it they are told and left. Safe to repeat.
    """
    say = on_progress or (lambda what, share: None)
    source = run_for_ledger(folder)
    made = not ledger.exists(address)
    if made:
        name = operator or f"{source.park.facts.id}.example"
        zone = source.park.facts.time_zone
        ledger.create(address, kind=source.kind, operator=name, time_zone=zone, key=key)
    with ledger.opened(address, key=key) as book:
        _fits(book, source, operator)
        devices, accounts = participants(source, book.facts.operator, self_used=self_used)
        ledger.register(book, devices, accounts)
        found = meterings(source, book.facts.operator)
        say("issue", 0.0)
        told = ledger.issue(book, found.measured, on_progress=lambda share: say("issue", share))
        corrected = None
        if correct and told.differing:
            corrected = ledger.correct(book, told.differing, reason=correct)
        say("storage", 0.0)
        charged = ledger.charge(book, uses(source, book.facts.operator).handed)
        tanks = {d.id: storage or ledger.method_of(book, d.id) or "fifo" for d in devices if d.role == "storage"}
        out = [ledger.discharge(book, name, method=method) for name, method in tanks.items()]
        say("storage", 1.0)
    return {
        "ledger": book.address,
        "id": book.facts.id,
        "kind": book.facts.kind,
        "operator": book.facts.operator,
        "made": made,
        "issued_mwh": told.wh / WH_PER_MWH,
        "certificates": told.certificates,
        "entries": len(told.entries),
        "known_intervals": told.known,
        "differing_intervals": len(told.differing),
        "corrected": None if corrected is None else {
            "issued_mwh": corrected.issued_wh / WH_PER_MWH, "withdrawn_mwh": corrected.withdrawn_wh / WH_PER_MWH,
            "owed_mwh": corrected.owed_wh / WH_PER_MWH, "set_off_mwh": corrected.set_off_wh / WH_PER_MWH,
        },
        "set_off_mwh": told.set_off_wh / WH_PER_MWH,
        "withheld_mwh": {reason: wh / WH_PER_MWH for reason, wh in found.withheld_wh.items()},
        "unknown_intervals": found.unknown_intervals,
        "by_device_mwh": {name: wh / WH_PER_MWH for name, wh in sorted(told.by_device_wh.items())},
        "storage": {
            "method": next(iter(tanks.values()), storage),
            "charged_mwh": charged.matched_wh / WH_PER_MWH,
            "charged_without_mwh": charged.unmatched_wh / WH_PER_MWH,
            "issued_mwh": sum(o.issued_wh for o in out) / WH_PER_MWH,
            "lost_mwh": sum(o.lost_wh for o in out) / WH_PER_MWH,
            "discharged_without_mwh": sum(o.unmatched_wh for o in out) / WH_PER_MWH,
        },
    }  # fmt: skip


def retired_run(
    folder: str | Path,
    address: str | Path,
    *,
    enterprises: tuple[str, ...] = (),
    purpose: str = "",
    key: Path | None = None,
    on_progress: Progress | None = None,
) -> dict[str, Any]:
    """Retire, hour by hour, the certificates of what a run's trace says each enterprise used; all where none is named.

    Safe to repeat: what is retired for an hour is not retired for it again. Returns Wh by enterprise and by device,
    and what no certificate of the hour covered.
    """
    source = run_for_ledger(folder)
    known = {e.id for e in source.park.enterprises} | {OPERATOR}
    wrong = sorted(set(enterprises) - known)
    if wrong:
        right = f"one of {', '.join(sorted(known))}"
        raise BadInput(
            [Fault(file="retire", field="enterprise", value=w, problem="is unknown", right=right) for w in wrong]
        )
    with ledger.opened(address, key=key) as book:
        _fits(book, source, None)
        asked = [u for u in uses(source, book.facts.operator).used if not enterprises or u.beneficiary in enterprises]
        told = ledger.retire_matched(book, asked, purpose=purpose, on_progress=_share(on_progress, "retire"))
    used, uncovered = Counter[str](), Counter[str]()
    for u in asked:
        used[u.beneficiary] += u.wh
    for u in told.uncovered:
        uncovered[u.beneficiary] += u.wh
    return {
        "ledger": book.address,
        "kind": book.facts.kind,
        "retired_mwh": told.wh / WH_PER_MWH,
        "certificates": told.certificates,
        "entries": len(told.entries),
        "by_enterprise": {
            name: {"green_used_mwh": wh / WH_PER_MWH, "uncovered_mwh": uncovered[name] / WH_PER_MWH}
            for name, wh in sorted(used.items())
        },
        "uncovered_mwh": told.uncovered_wh / WH_PER_MWH,
    }


def _share(on_progress: Progress | None, what: str) -> Callable[[float], None] | None:
    return None if on_progress is None else lambda share: on_progress(what, share)


def _fits(book: ledger.Ledger, source: RunForLedger, operator: str | None) -> None:
    """Refuse to mix what was computed with what was metered, and one operator's devices with another's."""
    faults = []
    if book.facts.kind != source.kind:
        problem = f"holds {book.facts.kind} certificates, and the run is {source.kind}"
        right = "use another ledger: what was computed and what was metered are never mixed"
        faults.append(Fault(file=book.address, problem=problem, right=right))
    if operator is not None and operator != book.facts.operator:
        problem = f"is the ledger of {book.facts.operator}"
        right = "leave the operator out, or use its own ledger: there is one for each operator"
        faults.append(Fault(file=book.address, field="operator", value=operator, problem=problem, right=right))
    if faults:
        raise BadInput(faults)
