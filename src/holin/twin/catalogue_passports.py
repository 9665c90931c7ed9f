"""Signed passports as figures of a catalogue: what a tonne of each batch carries, and where its power came from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from holin.errors import BadInput, Fault
from holin.hall import Figures, MetalFigure, SourceShare
from holin.passport import seal_of

OF_BATCH = "batch:"
"""Before the batch's id: whose the sources of its power are, for they are its own and not its potline's mix."""

POWER = ("own_power", "bought_power", "casting")


def with_passports(figures: Figures, paths: Sequence[str | Path]) -> Figures:
    """Return figures with the batches of some passports: .json files, or folders of them.

    Every seal is held against the key that its passport carries (`holin verify --key` says by whom it was made). Raises
    BadInput with all that is wrong: a seal that does not hold, a passport of another kind than the run (demo and
    metered are never mixed), one of another park, two of one batch.
    """
    batches = dict(figures.batches)
    sources: list[SourceShare] = []
    faults: list[Fault] = []
    for path in _files(paths, faults):
        seal = seal_of(path.read_bytes())
        if seal.passport is None:
            right = "get it anew from who signed it; `holin verify FILE` says more"
            faults.append(Fault(file=str(path), problem=f"the seal does not hold: {seal.problem}", right=right))
            continue
        found = seal.passport
        try:
            if wrong := _unfit(found, figures, batches):
                faults.append(Fault(file=str(path), problem=wrong[0], right=wrong[1]))
                continue
            name = str(found["product"]["batch"])
            batches[name] = _metal(found, name)
            sources += _sources(found, name, figures.period)
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            right = "give a passport as `holin passport` writes it"
            faults.append(Fault(file=str(path), problem="is signed, and lacks figures of a passport", right=right))
    if faults:
        raise BadInput(faults)
    return replace(figures, batches=batches, sources=(*figures.sources, *sources))


def _files(paths: Sequence[str | Path], faults: list[Fault]) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths):
        files = sorted(path.glob("*.json")) if path.is_dir() else [path] if path.is_file() else []
        if not files:
            right = "name a passport (.json) or the folder that `holin passport --out` wrote"
            faults.append(Fault(file=str(path), problem="there is no passport", right=right))
        found += files
    return found


def _unfit(passport: Mapping[str, Any], figures: Figures, known: Mapping[str, MetalFigure]) -> tuple[str, str] | None:
    name, park = passport["product"]["batch"], passport["issuer"]["park"]
    if passport["kind"] != figures.kind:
        return (
            f"is {passport['kind']}, and the run is {figures.kind}",
            "never mix what was computed and what was metered",
        )
    if park != figures.park:
        return f"is of the park {park}, and the run of {figures.park}", "name passports of the run's park"
    if name in known:
        return f"batch {name} has a passport already", "name one passport of each batch"
    return None


def _metal(passport: Mapping[str, Any], name: str) -> MetalFigure:
    """Return what a tonne of a batch carries; what an input has no figure of makes the whole unknown."""
    parts = passport["carbon"]["parts"]
    power = {c: math.fsum(_number(parts[p][c]) for p in POWER) for c in ("location", "market", "traced")}
    unknown = _number(passport["carbon"]["without_figure"]) > 0
    tonnes = _number(passport["mass"]["product"]) / 1000
    mwh = _number(passport["energy"]["pots"]) + _number(passport["energy"]["casting"])
    words = passport["product"]["name"]
    return MetalFigure(
        name=f"{words['en']} {name}", name_zh=f"{words['zh']} {name}", enterprise=f"{OF_BATCH}{name}",
        direct_t_per_t=_number(parts["anodes"]) + _number(parts["pfc"]), power_location_t_per_t=power["location"],
        power_market_t_per_t=power["market"], power_traced_t_per_t=power["traced"], kwh_per_t=1000 * mwh / tonnes,
        green_share=_number(passport["green"]["physical_share"]),
        declared_t_per_t=math.nan if unknown else _number(passport["carbon"]["inputs"]),
    )  # fmt: skip


def _sources(passport: Mapping[str, Any], name: str, period: str) -> Iterator[SourceShare]:
    mwh = {s["id"]: _number(s["energy"]) for s in passport["energy"]["sources"]}
    whole = math.fsum(mwh.values())
    for one in passport["energy"]["sources"]:
        if whole and mwh[one["id"]]:
            yield SourceShare(
                period=period, enterprise=f"{OF_BATCH}{name}", source=one["id"], name=one["name"]["en"],
                name_zh=one["name"]["zh"], kind=one["kind"], green=one["green"], mwh=mwh[one["id"]],
                share=mwh[one["id"]] / whole,
            )  # fmt: skip


def _number(figure: Mapping[str, Any]) -> float:
    """Return a figure of a passport; an empty one is not known, which is not nothing."""
    return float(figure["value"]) if figure["value"] else math.nan
