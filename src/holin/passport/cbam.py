"""The figures that the EU's carbon border adjustment asks of aluminium, with its default values as dated data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from holin.passport.carbon import Carbon, per
from holin.passport.figures import figure


@dataclass(frozen=True, kw_only=True)
class Default:
    """A default or benchmark value of CBAM in t CO2e per tonne, direct emissions only."""

    key: str
    t_per_t: str
    codes: tuple[str, ...]
    basis: str
    dated: str
    reference: str


DRAFT = (
    "Argus Media, Dec 2025, on a leaked draft; Implementing Regulation (EU) 2025/2621 of 16 Dec 2025 sets the values, "
    "which were not read there: check before use"
)
DEFAULTS = (
    Default(key="default_unwrought_cn", t_per_t="3.0", codes=("7601",), basis="assumed", dated="2025-12",
            reference=f"China, unwrought, direct emissions only; {DRAFT}"),
    Default(key="default_intermediate_cn", t_per_t="4.88", codes=("7603", "7604", "7605", "7606", "7608", "7609"),
            basis="assumed", dated="2025-12", reference=f"China, intermediates, direct emissions only; {DRAFT}"),
    Default(key="default_foil_cn", t_per_t="5.56", codes=("7607",), basis="assumed", dated="2025-12",
            reference=f"China, foil, direct emissions only; {DRAFT}"),
)  # fmt: skip
BENCHMARKS = (
    Default(key="benchmark_primary", t_per_t="1.423", codes=("7601",), basis="assumed", dated="2025-12",
            reference=f"benchmark of primary metal; {DRAFT}"),
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
