"""From a run and its production records to batches: each with the energy and carbon of the hours it was made in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.batches import (
    Accounted,
    Allotted,
    Batch,
    BatchShare,
    Book,
    Made,
    Production,
    Tap,
    accounted,
    demo_files,
    demo_rows,
    largest_remainder,
    metal_hash,
    metal_of,
    read_production,
    whole_steps,
)
from holin.carbon import ChosenFactor
from holin.errors import ARGUMENT, BadInput, Fault
from holin.new_folder import new_folder
from holin.park import Park, Potline, Stage, pfc_t_per_t
from holin.passport import Carbon, covered_part, grams_of_power
from holin.store import Run, read_run
from holin.twin.carbon_account import CarbonAccount, carbon_account

WH_PER_MWH = 1_000_000
GRAMS_PER_T = 1_000_000
Progress = Callable[[str, float], None]
Whole = NDArray[np.int64]

RECORDS = "production"
"""Where records stand beside a run unless another folder is named."""

OWN, FIRED = "own_wh", "own_fired_wh"
CARBON = {
    "own_g": "own_t",
    "own_traced_g": "own_traced_t",
    "location_g": "scope_2_location_t",
    "market_g": "scope_2_market_t",
    "traced_g": "scope_2_traced_t",
}
"""Amounts that follow the metal, and the columns of SCOPES that they are; before any certificate."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BatchesOfRun:
    """The batches of a run: its park at its stage, its accounts, the records, and what each source is.

    `metal_part` says of each enterprise and hour (s, UTC) which part of its use its potlines had.
    """

    run: Run
    park: Park
    stage: Stage
    kind: str
    production: Production
    account: Accounted
    factors: tuple[ChosenFactor, ...]
    step_s: int
    sources: tuple[str, ...]
    source_kinds: tuple[str, ...]
    green: tuple[bool, ...]
    place: Mapping[str, int] = field(repr=False)
    metal_part: Mapping[str, Mapping[int, Fraction]] = field(repr=False)
    taps: Mapping[str, Tap] = field(repr=False)

    def batch(self, name: str) -> BatchShare:
        """Return a batch; raises BadInput that says which there are."""
        if name not in self.account.batches:
            known = list(self.account.batches)
            shown = ", ".join(known[:3]) + (f" … {known[-1]}" if len(known) > 3 else "")
            right = f"one of {len(known)}: {shown}" if known else "add it to batch.csv"
            raise BadInput([Fault(file=ARGUMENT, field="batch", value=name, problem="no such batch", right=right)])
        return self.account.batches[name]

    def owner(self, share: BatchShare) -> str:
        """Return whose potlines made it: one enterprise, else raises BadInput, for it is two firms' batch."""
        owners = {p.enterprise for p in self.potlines_of(share)}
        if len(owners) > 1:
            name, right = share.cast.batch.id, "give metal of two enterprises two batches"
            problem = f"metal of {', '.join(sorted(owners))}"
            raise BadInput([Fault(file="batch.csv", field="id", value=name, problem=problem, right=right)])
        return next(iter(owners), "")

    def metal(self, share: BatchShare) -> dict[str, Any]:
        """Return what makes the metal of a batch this metal and no other."""
        return metal_of(share.cast, self.taps)

    def allotted(self, share: BatchShare, book: Book | None) -> list[tuple[Allotted, int]]:
        """Return what the book has behind a batch, with the entries that put it there.

        Raises BadInput where the book knows other metal by this id, or this metal by another.
        """
        if book is None:
            return []
        name, metal = share.cast.batch.id, metal_hash(self.metal(share))
        behind = book.of_batch(name)
        others = book.batches_of_metal(metal) - {name}
        changed = any(row.metal != metal for row, _ in behind)
        if changed or others:
            right = (
                "restore the records of the time of the allotment; a batch that was sold keeps its id and its records"
            )
            known = f"it is {', '.join(sorted(others))} there" if others else "other metal has this id there"
            problem = f"the allotment book does not know this metal as {name}: {known}; the records were changed since"
            raise BadInput([Fault(file="batch.csv", field="id", value=name, problem=problem, right=right)])
        return behind

    def potlines_of(self, share: BatchShare) -> list[Potline]:
        """Return the potlines that its metal comes from."""
        names = {s.potline for s in share.cast.spans}
        return [p for p in self.park.potlines if p.id in names]


def made_of_run(found: CarbonAccount, trace: xr.Dataset) -> dict[str, Made]:
    """Return what each potline made in each hour, with its energy by source and what that emitted by each count.

    Whole Wh that sum to the potline's, and whole grams. Raises BadInput where an hour of a potline is not known.
    """
    table = found.scopes.table
    time = table["time"].values.astype("datetime64[s]").astype(np.int64)
    step = int(time[1] - time[0]) if len(time) > 1 else 3600
    names = [f"wh:{s}" for s in trace["source"].values.tolist()]
    made = {}
    faults = []
    for line in found.park.potlines:
        user, metal = table.sel(user=line.id), table["metal_t"].sel(potline=line.id).values
        try:
            wh = whole_steps(user["used_mwh"].values * WH_PER_MWH)
            by_source = _by_source(wh, trace["energy_mwh"].sel(sink=line.id).values)
            others = [user[c].values * WH_PER_MWH for c in ("own_mwh", "own_fired_mwh", *CARBON.values())]
            amounts = np.column_stack([by_source, *(whole_steps(np.maximum(v, 0.0)) for v in others)])
            grams = whole_steps(metal * GRAMS_PER_T)
        except ValueError as error:
            right = "correct the readings of these hours, or make the run of the hours that are known"
            faults.append(Fault(file=str(found.park.facts.id), field=line.id, problem=str(error), right=right))
            continue
        if grams.any():
            made[line.id] = Made(
                potline=line.id, start_s=time, step_s=step, grams=grams, columns=(*names, OWN, FIRED, *CARBON),
                values=amounts.astype(np.int64),
            )  # fmt: skip
    if faults:
        raise BadInput(faults)
    return made


def _by_source(wh: Whole, mwh: NDArray[np.float64]) -> Whole:
    """Divide the potline's Wh of each hour (hour,) by what each source gave (hour, source), by largest remainder."""
    rows = [
        largest_remainder(int(w), np.maximum(m, 0.0).tolist()) if w else [0] * mwh.shape[1]
        for w, m in zip(wh, mwh, strict=True)
    ]
    return np.array(rows, dtype=np.int64).reshape(mwh.shape)


def batches_of_run(
    folder: str | Path, records: str | Path | None = None, *, on_progress: Progress | None = None
) -> BatchesOfRun:
    """Return the batches of a run (a folder) and of production records (a folder, else `production` within the run's).

    Raises BadInput with every fault of the records, and where run and records are not of one kind (demo, metered).
    """
    return _joined(folder, _records(folder, records), on_progress)


def checked_batches(
    folder: str | Path, records: str | Path | None = None, *, on_progress: Progress | None = None
) -> tuple[BatchesOfRun | None, list[Fault]]:
    """Return the same, None where something is wrong, with all faults and warnings instead of raising."""
    try:
        found = batches_of_run(folder, records, on_progress=on_progress)
    except BadInput as error:
        return None, list(error.faults)
    return found, list(found.account.faults)


def _records(folder: str | Path, records: str | Path | None) -> Path:
    return Path(folder) / RECORDS if records is None else Path(records)


def _joined(folder: str | Path, records: Path, on_progress: Progress | None) -> BatchesOfRun:
    say = on_progress or (lambda what, share: None)
    production = read_production(records)
    run = read_run(folder)
    found = carbon_account(folder, on_progress=on_progress)
    if production.facts.kind != found.kind:
        problem = f"the records are {production.facts.kind}, and the run is {found.kind}"
        right = "what was computed and what was weighed are never mixed: correct kind in production.toml"
        raise BadInput([Fault(file="production.toml", field="kind", problem=problem, right=right)])
    trace = run.tables["trace"].load()
    say("batches", 0.0)
    made = made_of_run(found, trace)
    account, faults = accounted(production, made, found.park.facts.time_zone)
    if account is None:
        raise BadInput(faults)
    say("batches", 1.0)
    columns = account.columns
    return BatchesOfRun(
        run=run, park=found.park, stage=found.stage, kind=found.kind, production=production, account=account,
        factors=found.scopes.factors, step_s=next((m.step_s for m in made.values()), 3600),
        sources=tuple(trace["source"].values.tolist()), source_kinds=tuple(trace["source_kind"].values.tolist()),
        green=tuple(bool(g) for g in trace["green"].values), place={name: k for k, name in enumerate(columns)},
        metal_part=_metal_part(found.park, found.scopes.table), taps={t.id: t for t in production.taps},
    )  # fmt: skip


def _metal_part(park: Park, table: xr.Dataset) -> dict[str, dict[int, Fraction]]:
    """Return by enterprise and hour which part of its use is its potlines': certificates count for metal up to it."""
    time = table["time"].values.astype("datetime64[s]").astype(np.int64)
    hours, of_hour = np.unique(time - time % 3600, return_inverse=True)
    use = np.zeros((len(hours), table.sizes["user"]))
    np.add.at(use, of_hour, table["used_mwh"].values)
    wh = np.rint(use * WH_PER_MWH).astype(np.int64)
    owners, lines = table["enterprise"].values, np.isin(table["user"].values, [p.id for p in park.potlines])
    found = {}
    for owner in {p.enterprise for p in park.potlines}:
        mine = owners == owner
        pots, whole = wh[:, mine & lines].sum(axis=1).tolist(), wh[:, mine].sum(axis=1).tolist()
        found[owner] = {
            h: Fraction(p, w) if w else Fraction(0) for h, p, w in zip(hours.tolist(), pots, whole, strict=True)
        }
    return found


def demo_batches(folder: str | Path, to: str | Path | None = None, *, on_progress: Progress | None = None) -> Path:
    """Make production records from a run of kind demo: ladles, heats, lots, all synthetic; see `holin.batches`.

    Raises BadInput for a run of meters: records of real metal are weighed, not drawn.
    """
    run = read_run(folder)
    found = carbon_account(folder, on_progress=on_progress)
    if found.kind != "demo":
        right = "give a run that `holin run` computed; records of a metered run are those of the works' scales"
        raise BadInput([Fault(file=str(folder), problem="is a metered run", right=right)])
    made = made_of_run(found, run.tables["trace"].load())
    if not made:
        right = "give a run of a park with a smelter"
        raise BadInput([Fault(file=str(folder), problem="no potline made metal in this run", right=right)])
    owners = {p.enterprise for p in found.park.potlines if p.id in made}
    firms = [e for e in found.park.enterprises if e.id in owners]
    rows = demo_rows(made, int(run.manifest.get("seed") or 0), found.park.facts.time_zone)
    files = demo_files(
        rows, company=", ".join(e.name for e in firms), company_zh="、".join(e.name_zh or e.name for e in firms)
    )  # fmt: skip
    target = _records(folder, to)
    with new_folder(target) as draft:
        for name, text in files.items():
            (draft / name).write_text(text, encoding="utf-8", newline="\n")
    return target


@dataclass(frozen=True, kw_only=True)
class Energy:
    """The energy of a batch in Wh: the potline's by source, what own fuel made of it, and what casting takes."""

    wh: int
    by_source: tuple[int, ...]
    green_wh: int
    own_fired_wh: int
    cast_wh: int

    @property
    def coverable_wh(self) -> int:
        """Return what certificates may cover: all but what own fuel made."""
        return self.wh + self.cast_wh - self.own_fired_wh


def energy_of(found: BatchesOfRun, share: BatchShare) -> Energy:
    """Return the energy of a batch; casting counts where the boundary is the ingot and the batch was cast."""
    sums = share.share.values.sum(axis=0)
    by_source = tuple(int(v) for v in sums[: len(found.sources)])
    return Energy(
        wh=sum(by_source), by_source=by_source,
        green_wh=sum(w for w, g in zip(by_source, found.green, strict=True) if g),
        own_fired_wh=int(sums[found.place[FIRED]]), cast_wh=cast_wh(found.production, share.cast.batch),
    )  # fmt: skip


def cast_wh(production: Production, batch: Batch) -> int:
    """Return the Wh of casting a batch within the boundary: declared kWh/t times its mass; g kWh/t is mWh."""
    facts = production.facts
    if facts.boundary.value == "liquid" or batch.form.value == "liquid":
        return 0
    return round(facts.cast_kwh_per_t * batch.grams / 1000)


def carbon_of(found: BatchesOfRun, share: BatchShare, covered_wh: int = 0) -> Carbon:
    """Return what a batch emitted by scope and count; retired certificates of `covered_wh` lower the market count only.

    Scope 1 of the process counts all tapped metal in it, what became dross included; power as `holin.carbon.scopes`.
    """
    energy, sums, cast = energy_of(found, share), share.share.values.sum(axis=0), share.cast
    grams = {name: int(sums[found.place[name]]) for name in CARBON}
    direct = _process(found, share)
    pots = energy.wh - energy.own_fired_wh
    on_casting = max(0, covered_wh - pots)
    location, residual = (Fraction(str(_factor(found, method))) for method in ("location", "residual"))
    traced = Fraction(grams["traced_g"] + grams["own_traced_g"], energy.wh) if energy.wh else location
    facts = found.production.facts
    tapped = share.traced_grams + share.share.untraced_grams
    declared = [p for p in cast.pieces if p.span is None and p.footprint is not None]
    silent = [p for p in cast.pieces if p.span is None and p.footprint is None and p.material != "own_scrap"]
    return Carbon(
        anodes=direct["anodes"], pfc=direct["AR4"],
        own_power={"location": grams["own_g"], "market": grams["own_g"], "traced": grams["own_traced_g"]},
        bought_power={
            "location": grams["location_g"], "traced": grams["traced_g"],
            "market": covered_part(grams["market_g"], pots, min(covered_wh, pots)),
        },
        casting={
            "location": grams_of_power(energy.cast_wh, location), "traced": grams_of_power(energy.cast_wh, traced),
            "market": grams_of_power(energy.cast_wh - on_casting, residual),
        },
        upstream=None if facts.upstream_t_per_t is None else round(facts.upstream_t_per_t * tapped),
        inputs=sum(round((p.footprint or 0) * p.grams) for p in declared),
        unknown_grams=sum(p.grams for p in silent) + share.share.untraced_grams,
        pfc_by={report: direct[report] for report in ("AR5", "AR6")},
    )  # fmt: skip


def _process(found: BatchesOfRun, share: BatchShare) -> dict[str, int]:
    """Return grams of CO2e of the anodes, and of the PFC by each report of the IPCC."""
    told = dict.fromkeys(("anodes", "AR4", "AR5", "AR6"), 0)
    by_line = {p.id: p for p in found.potlines_of(share)}
    for span in share.cast.spans:
        line = by_line[span.potline]
        told["anodes"] += round(Fraction(str(line.carbon_t_per_t)) * span.grams)
        for report in ("AR4", "AR5", "AR6"):
            told[report] += round(Fraction(str(pfc_t_per_t(line, report))) * span.grams)
    return told


def _factor(found: BatchesOfRun, method: str) -> float:
    """Return the newest factor of a method that the run's years chose."""
    return next(c.factor.t_per_mwh for c in reversed(found.factors) if c.factor.method == method)


def summary_of(found: BatchesOfRun) -> dict[str, Any]:
    """Return how the energy of all potlines divides: Wh in batches, waiting as metal, taken without making metal."""
    width = len(found.sources)
    account = found.account
    return {
        name: int(sums[:width].sum())
        for name, sums in (
            ("potlines_wh", account.made_sum), ("batches_wh", account.batch_sum),
            ("waiting_wh", account.waiting_sum), ("without_metal_wh", account.idle_sum),
        )
    }  # fmt: skip
