"""The figures that the EU's carbon border adjustment asks of aluminium, with its default values as dated data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from holin.passport.carbon import Carbon, per
from holin.passport.figures import figure


@dataclass(frozen=True, kw_only=True)
class Default:
    """A default or benchmark value of CBAM in t CO2e per tonne, direct emissions only, for some headings."""

    key: str
    t_per_t: str
    codes: tuple[str, ...]
    basis: str
    dated: str
    reference: str


ANNEX = (
    "Implementing Regulation (EU) 2025/2621, Annex I, China, as corrected by (EU) 2026/1740; read in a public "
    "transcription of the Commission's workbook. The mark-up of 10 % for 2026, 20 % for 2027, 30 % from 2028 on comes "
    "on top"
)


def _of_china(key: str, t_per_t: str, *codes: str) -> Default:
    return Default(key=key, t_per_t=t_per_t, codes=codes, basis="published", dated="2026", reference=ANNEX)


DEFAULTS = (
    _of_china("default_unwrought_cn", "3.0", "7601"),
    _of_china("default_intermediate_cn", "4.148", "7603"),
    _of_china("default_intermediate_cn", "4.881", "7604", "7605", "7614"),
    _of_china("default_intermediate_cn", "4.12", "7606"),
    _of_china("default_foil_cn", "5.559", "7607"),
    _of_china("default_intermediate_cn", "4.896", "7608", "7609", "7610"),
    _of_china("default_intermediate_cn", "5.559", "7611", "7612", "7613"),
)
BENCHMARKS = (
    Default(
        key="benchmark_primary", t_per_t="1.423", codes=("7601",), basis="published", dated="2026",
        reference="Implementing Regulation (EU) 2025/2620, primary metal; as Argus Media told of it in Dec 2025 and "
        "public transcriptions quote it",
    ),
)  # fmt: skip
"""What free allocation is counted by: no default, and no emission of anybody."""

PRECURSORS = ("cold", "recycled")
"""Bought metal: it brings its own emissions along, which CBAM counts. Scrap of one's own brings none."""

UNALLOYED = re.compile(
    r"(EN\s*AW[\s-]*|AW[\s-]*|AA[\s-]*)?1\d{3}[A-Z]?|(EN\s*AW[\s-]*)?Al\s?99.*|P\d{4}[A-Z]?", re.IGNORECASE
)
"""At least 99 % aluminium: series 1 of EN 573 and GB/T 3190, Al99.x of GB/T 1196, ingots P0610 to P1020."""


def cn_code(form: str, alloy: str) -> str:
    """Return the code of a form and an alloy: what is not alloyed (Al99.70, EN AW-1050A) is 7601 10, as rod 7605 11."""
    plain = UNALLOYED.fullmatch(alloy.strip()) is not None
    if form == "rod":
        return "7605 11" if plain else "7605 21"
    return "7601 10" if plain else "7601 20"


def cbam(carbon: Carbon, *, code: str, grams: int, precursor_grams: int = 0) -> dict[str, Any]:
    """Return the embedded emissions, direct and indirect apart, actual and default.

    Indirect emissions (electricity) are reported and not charged (Annex II lists aluminium with direct emissions only):
    green power does not lower today's CBAM bill; anodes and anode effects do. PFC counts by AR5, as in Union law.
    Direct emissions of bought metal (`precursor_grams`) count too, and nobody declares them apart from the rest: where
    there is such metal, or metal of unknown origin, the figure is not `complete`. Rolling and extrusion are not counted
    for headings 7603 to 7608: only what goes in is.
    """
    direct = carbon.anodes + carbon.pfc_by["AR5"]
    indirect = {c: carbon.own_power[c] + carbon.scope_2[c] for c in ("location", "traced")}
    heading = code.partition(" ")[0]
    return {
        "cn_code": code,
        "direct_actual": figure(per(direct, grams), "t/t", "process, PFC by AR5", "derived"),
        "complete": not precursor_grams and not carbon.unknown_grams,
        "precursors": figure(per(precursor_grams, 1000), "kg", "bought metal, its emissions not in direct", "derived"),
        "indirect_actual_location": figure(per(indirect["location"], grams), "t/t", "location", "derived"),
        "indirect_actual_traced": figure(per(indirect["traced"], grams), "t/t", "traced", "derived"),
        "indirect_charged": False,
        "defaults": [_told(d) for d in DEFAULTS if heading in d.codes],
        "benchmarks": [_told(d) for d in BENCHMARKS if heading in d.codes],
    }


def _told(default: Default) -> dict[str, str]:
    return {
        **figure(default.t_per_t, "t/t", "direct emissions only", default.basis), "key": default.key,
        "dated": default.dated, "reference": default.reference,
    }  # fmt: skip
