"""Signed passports as figures of a catalogue: what a tonne of each batch carries, and where its power came from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from holin.errors import BadInput, Fault
from holin.hall import Figures, MetalFigure, SourceShare
from holin.passport import fingerprint, seal_of
from holin.twin.verify_passport import public_key_in

OF_BATCH = "batch:"
"""Before the batch's id: whose the sources of its power are, for they are its own and not its potline's mix."""

POWER = ("own_power", "bought_power", "casting")


SHARE_SLACK = 0.001
"""By so much a share that a passport says may differ from that of its own energies: both are rounded."""

MOST = {"kwh_per_t": 100_000.0, "green_share": 1.0}
MOST_T_PER_T = 1000.0
"""Of a tonne of metal more than this is no figure but a slip."""


def with_passports(
    figures: Figures, paths: Sequence[str | Path], *, keys: Sequence[str | Path] = (), public_keys: Sequence[str] = ()
) -> Figures:
    """Return figures with the batches of some passports: .json files, or folders of them.

    `keys` are public keys (PEM files) known from elsewhere, `public_keys` such keys themselves: with any of these every
    passport must be signed by one of them. Without, each seal is only held against the key that its passport carries,
    and the batch says that nobody checked whose it is. Raises BadInput with all that is wrong: a seal that does not
    hold, a signer that is not known, a passport of another kind than the run (demo and metered are never mixed), one of
    another park, two of one batch, figures that cannot be.
    """
    known = {k.strip() for k in (*public_keys, *(public_key_in(Path(k)) for k in keys))}
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
            if wrong := _unfit(found, figures, batches, known):
                faults.append(Fault(file=str(path), problem=wrong[0], right=wrong[1]))
                continue
            name = str(found["product"]["batch"])
            metal = _metal(found, name, known=bool(known))
            if cannot_be := list(_impossible(found, metal)):
                right = "get it anew from who signed it: no metal can have these"
                faults.append(Fault(file=str(path), problem="; ".join(cannot_be), right=right))
                continue
            batches[name] = metal
            sources += _sources(found, name, figures.period)
        except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError):
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


def _unfit(
    passport: Mapping[str, Any], figures: Figures, batches: Mapping[str, MetalFigure], keys: Set[str]
) -> tuple[str, str] | None:
    """Return why a passport does not belong here and what would be right, None where it does."""
    name, park, signer = passport["product"]["batch"], passport["issuer"]["park"], passport["issuer"]["public_key"]
    if keys and signer.strip() not in keys:
        problem = f"is signed by the key {fingerprint(signer)}, which is none of those that you know"
        return problem, "name its key too (--key), or leave the passport out"
    if passport["kind"] != figures.kind:
        return (
            f"is {passport['kind']}, and the run is {figures.kind}",
            "never mix what was computed and what was metered",
        )
    if park != figures.park:
        return f"is of the park {park}, and the run of {figures.park}", "name passports of the run's park"
    if name in batches:
        return f"batch {name} has a passport already", "name one passport of each batch"
    return None


def _impossible(passport: Mapping[str, Any], metal: MetalFigure) -> Iterator[str]:
    """Say which figures cannot be: below nothing, beyond all measure, or a share that its own energies contradict."""
    for field in fields(metal):
        value, most = getattr(metal, field.name), MOST.get(field.name, MOST_T_PER_T)
        if isinstance(value, float) and not (math.isnan(value) or 0.0 <= value <= most):
            yield f"{field.name} is {value:g}, not within 0 to {most:g}"
    energies = [(s["green"], _number(s["energy"])) for s in passport["energy"]["sources"]]
    whole = math.fsum(mwh for _, mwh in energies)
    if any(mwh < 0 for _, mwh in energies) or abs(whole - _number(passport["energy"]["pots"])) > 1e-6 * len(energies):
        yield "the energies of its sources are not those of its pots"
    elif whole and abs(math.fsum(m for g, m in energies if g is True) / whole - metal.green_share) > SHARE_SLACK:
        yield f"its physical green share is said to be {metal.green_share:g}, and its sources say otherwise"


def _metal(passport: Mapping[str, Any], name: str, *, known: bool) -> MetalFigure:
    """Return what a tonne of a batch carries; what an input has no figure of makes the whole unknown."""
    parts = passport["carbon"]["parts"]
    power = {c: math.fsum(_number(parts[p][c]) for p in POWER) for c in ("location", "market", "traced")}
    unknown = _number(passport["carbon"]["without_figure"]) > 0
    tonnes = _number(passport["mass"]["product"]) / 1000
    mwh = _number(passport["energy"]["pots"]) + _number(passport["energy"]["casting"])
    words, key = passport["product"]["name"], fingerprint(passport["issuer"]["public_key"])
    whose, whose_zh = ("", "") if known else (f" (key {key}, nobody checked whose)", f"（密钥 {key}，未核实归属）")
    return MetalFigure(
        name=f"{words['en']} {name}{whose}", name_zh=f"{words['zh']} {name}{whose_zh}", signer=key,
        signer_known=known, enterprise=f"{OF_BATCH}{name}",
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
