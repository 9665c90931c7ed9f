"""What a catalogue takes from a run, as numbers: the metal's and the power's emissions, and where the power came from.

The hall knows no run: these figures come in from outside, and say of which park, stage and period they are.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from holin.errors import BadInput, Fault

FILE = "figures.json"
FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class PowerFigure:
    """CO2e of the power that an enterprise bought, t/MWh by three counts; NaN: it bought none.

    `green_share` is physical: of its energy, what the trace follows back to wind and sun.
    """

    name: str
    name_zh: str
    location_t_per_mwh: float
    market_t_per_mwh: float
    traced_t_per_mwh: float
    green_share: float


@dataclass(frozen=True, kw_only=True)
class MetalFigure:
    """A tonne of liquid metal of a potline, or of a batch of it: CO2e in t/t, direct and of its power by three counts.

    Alumina, the making of anodes and transport are not in it. `kwh_per_t` is AC; `declared_t_per_t` is what other metal
    of a batch brought along, by its sellers' own figures; NaN: some of it has none. `signer` is the fingerprint of the
    key that signed the batch's passport, `signer_known` whether that key was known from elsewhere.
    """

    name: str
    name_zh: str
    enterprise: str
    direct_t_per_t: float
    power_location_t_per_t: float
    power_market_t_per_t: float
    power_traced_t_per_t: float
    kwh_per_t: float
    green_share: float
    declared_t_per_t: float = 0.0
    signer: str = ""
    signer_known: bool = False


@dataclass(frozen=True, kw_only=True)
class SourceShare:
    """What a source gave an enterprise in a period, by the trace: MWh and the share of its energy. Physical."""

    period: str
    enterprise: str
    source: str
    name: str
    name_zh: str
    kind: str
    green: bool
    mwh: float
    share: float


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All that a catalogue needs of a run. `hours` of the period are in the run; `kind` is demo (calculated)
    or metered; `run` names the run."""

    park: str
    park_name: str
    park_name_zh: str
    stage: str
    period: str
    hours: float
    kind: str
    run: str
    metal: Mapping[str, MetalFigure] = field(default_factory=dict)
    batches: Mapping[str, MetalFigure] = field(default_factory=dict)
    power: Mapping[str, PowerFigure] = field(default_factory=dict)
    sources: tuple[SourceShare, ...] = ()


def figures_json(figures: Figures) -> str:
    """Return figures as JSON; what is missing is null."""
    return json.dumps(_plain({"format": FORMAT, **asdict(figures)}), ensure_ascii=False, indent=1, allow_nan=False)


def read_figures(path: Path) -> Figures:
    """Return the figures of a file that `figures_json` made; raises BadInput where it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found.pop("format") != FORMAT:
            raise ValueError("another format")
        for name, kind in (("metal", MetalFigure), ("batches", MetalFigure), ("power", PowerFigure)):
            found[name] = {key: _row(kind, row) for key, row in found[name].items()}
        found["sources"] = tuple(_row(SourceShare, row) for row in found["sources"])
        return Figures(**found)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        right = "take the figures from the run again: `holin catalogue import FOLDER --run RUN --out NEW`"
        raise BadInput([Fault(file=str(path), problem="holds no figures of a run", right=right)]) from error


def _row(kind: type, row: Mapping[str, Any]) -> Any:
    numbers = {f.name for f in fields(kind) if f.type == "float"}
    if set(row) != {f.name for f in fields(kind)}:
        raise ValueError("other fields")
    return kind(**{k: (math.nan if v is None else float(v)) if k in numbers else v for k, v in row.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
