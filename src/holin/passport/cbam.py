"""The figures that the EU's carbon border adjustment asks of aluminium, with its default values as dated data."""

from __future__ import annotations

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


DRAFT = "Argus, Dec 2025, on the draft; autocbam; Regulation (EU) 2025/2621: check the text in force before use"
DEFAULTS = (
    Default(key="default_unwrought_cn", t_per_t="3.0", codes=("7601",), basis="published", dated="2025-12",
            reference=f"China, unwrought, direct emissions only; {DRAFT}"),
    Default(key="default_intermediate_cn", t_per_t="4.88", codes=("7603", "7604", "7605", "7606", "7608", "7609"),
            basis="published", dated="2025-12", reference=f"China, intermediates, direct emissions only; {DRAFT}"),
    Default(key="default_foil_cn", t_per_t="5.56", codes=("7607",), basis="published", dated="2025-12",
            reference=f"China, foil, direct emissions only; {DRAFT}"),
    Default(key="benchmark_primary", t_per_t="1.423", codes=("7601",), basis="published", dated="2025-12",
            reference=f"benchmark of primary metal; {DRAFT}"),
)  # fmt: skip


def cn_code(form: str, alloy: str) -> str:
    """Return the code of a form and an alloy: unalloyed slabs and billets (Al99.x, AA1xxx) are 7601 10."""
    plain = alloy.startswith(("Al99", "AA1", "1"))
    if form == "rod":
        return "7605 11" if plain else "7605 21"
    return "7601 10" if plain else "7601 20"


def cbam(carbon: Carbon, *, code: str, grams: int) -> dict[str, Any]:
    """Return the embedded emissions, direct and indirect apart, actual and default.

    Indirect emissions (electricity) are reported and not charged (Annex II lists aluminium with direct emissions only):
    green power does not lower today's CBAM bill; anodes and anode effects do.
    """
    direct = carbon.anodes + carbon.pfc
    indirect = {c: carbon.own_power[c] + carbon.scope_2[c] for c in ("location", "traced")}
    heading = code.partition(" ")[0]
    return {
        "cn_code": code,
        "direct_actual": figure(per(direct, grams), "t/t", "process", "derived"),
        "indirect_actual_location": figure(per(indirect["location"], grams), "t/t", "location", "derived"),
        "indirect_actual_traced": figure(per(indirect["traced"], grams), "t/t", "traced", "derived"),
        "indirect_charged": False,
        "defaults": [
            {**figure(d.t_per_t, "t/t", "direct emissions only", d.basis), "key": d.key, "dated": d.dated,
             "reference": d.reference}
            for d in DEFAULTS
            if heading in d.codes
        ],
    }  # fmt: skip
