"""A rule is a linear inequality over the year's quantities: the sum of its terms must not be negative."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from holin.columns import column
from holin.thing import Thing

QUANTITIES: dict[str, str] = {
    "renewable_available_mwh": "wind and PV that the weather would have given",
    "renewable_used_mwh": "wind and PV fed into the network",
    "load_mwh": "loads and potlines, at their buses",
    "import_mwh": "taken from the public grid",
    "export_mwh": "given to the public grid",
    "co2_t": "CO2 of captive units and import",
    "renewable_mw": "nominal power of wind and PV",
    "storage_mw": "nominal power of storage",
    "storage_mwh": "nominal energy of storage",
    "certificate_mwh": "green certificates retired for the park's enterprises",
    "aluminium_certificate_mwh": "those retired for smelters, no more than their potlines used",
    "claimed_hourly_mwh": "those of energy made in the very hour in which its user used as much",
    "claimed_deliverable_mwh": "those of devices that feed the park's network",
    "sold_claimed_mwh": "green energy traced to the park's users whose certificates are with others",
    "clean_mwh": "green energy of each enterprise by the greater count: traced, or covered by retired certificates",
    "aluminium_load_mwh": "potlines, at their buses",
    "green_traced_mwh": "renewable energy traced hour by hour to loads and potlines",
    "matched_mwh": "sum over the hours of the lesser of load and clean energy (wind and PV less export, storage's "
    "discharge less its charge)",
    "land_ha": "land of what a plan builds",
}
"""What a rule may speak of, over the local year, each positive."""

OF_LEDGER = frozenset(
    {
        "certificate_mwh",
        "aluminium_certificate_mwh",
        "claimed_hourly_mwh",
        "claimed_deliverable_mwh",
        "sold_claimed_mwh",
        "clean_mwh",
    }
)
"""Quantities that only a ledger of certificates tells: no optimum knows them."""


class RuleKind(StrEnum):
    """The forms of rule that Holin knows; `value` is a share unless its meaning says otherwise."""

    GREEN_SHARE_MIN = "green_share_min"
    GREEN_SHARE_PHYSICAL_MIN = "green_share_physical_min"
    SELF_USE_MIN = "self_use_min"
    EXPORT_SHARE_MAX = "export_share_max"
    EXPORT_OF_USED_MAX = "export_of_used_max"
    CURTAILMENT_SHARE_MAX = "curtailment_share_max"
    CO2_MAX_T = "co2_max_t"
    STORAGE_POWER_MIN = "storage_power_min"
    STORAGE_HOURS_MIN = "storage_hours_min"
    ALUMINIUM_CERTIFICATE_MIN = "aluminium_certificate_min"
    ALUMINIUM_GREEN_SHARE_MIN = "aluminium_green_share_min"
    HOURLY_MATCHED_SHARE_MIN = "hourly_matched_share_min"
    EXPORT_MAX_MWH = "export_max_mwh"
    LAND_MAX_HA = "land_max_ha"
    CLEAN_SHARE_MIN = "clean_share_min"
    CLAIMED_HOURLY_MIN = "claimed_hourly_min"
    CLAIMED_DELIVERABLE_MIN = "claimed_deliverable_min"
    SOLD_CLAIMED_MAX_MWH = "sold_claimed_max_mwh"


YEARLY = (RuleKind.CO2_MAX_T, RuleKind.EXPORT_MAX_MWH, RuleKind.SOLD_CLAIMED_MAX_MWH)
"""Rules whose value is an amount for a year."""

AT_MOST = frozenset(
    {
        *YEARLY,
        RuleKind.EXPORT_SHARE_MAX,
        RuleKind.EXPORT_OF_USED_MAX,
        RuleKind.CURTAILMENT_SHARE_MAX,
        RuleKind.LAND_MAX_HA,
    }
)
"""Rules whose value is the most that is allowed."""

UNITS: dict[str, str] = {
    RuleKind.CO2_MAX_T: "t",
    RuleKind.EXPORT_MAX_MWH: "MWh",
    RuleKind.SOLD_CLAIMED_MAX_MWH: "MWh",
    RuleKind.LAND_MAX_HA: "ha",
    RuleKind.STORAGE_HOURS_MIN: "h",
}
"""The unit of a rule's value, where it is no share."""


def value_most(kind: RuleKind) -> float:
    """Return the largest value that a rule of a kind can have: a share of a whole is 1 at most."""
    return math.inf if kind in UNITS or kind is RuleKind.STORAGE_POWER_MIN else 1.0


@dataclass(frozen=True, kw_only=True)
class Rule(Thing):
    """A rule of the market or the state, in force while it `stands` (built .. retired)."""

    kind: RuleKind = column(meaning="which inequality it is")
    value: float = column("1", "the limit: a share, or h, t, MWh or ha, as the kind says", ge=0)
    enforced: bool = column(meaning="true: a row of the optimum; false: only judged", default=False)


def over_years(rule: Rule, years: float) -> Rule:
    """Return the rule for a horizon of that many years: a yearly amount shrinks with it, a share does not."""
    return dataclasses.replace(rule, value=rule.value * years) if rule.kind in YEARLY else rule


Terms = dict[str, float]

_TERMS: dict[RuleKind, Callable[[float], Terms]] = {
    RuleKind.GREEN_SHARE_MIN: lambda v: {"renewable_used_mwh": 1, "export_mwh": -1, "load_mwh": -v},
    RuleKind.GREEN_SHARE_PHYSICAL_MIN: lambda v: {"green_traced_mwh": 1, "load_mwh": -v},
    RuleKind.SELF_USE_MIN: lambda v: {"renewable_used_mwh": 1, "export_mwh": -1, "renewable_available_mwh": -v},
    RuleKind.EXPORT_SHARE_MAX: lambda v: {"renewable_available_mwh": v, "export_mwh": -1},
    RuleKind.EXPORT_OF_USED_MAX: lambda v: {"renewable_used_mwh": v, "export_mwh": -1},
    RuleKind.CURTAILMENT_SHARE_MAX: lambda v: {"renewable_used_mwh": 1, "renewable_available_mwh": v - 1},
    RuleKind.CO2_MAX_T: lambda v: {"": v, "co2_t": -1},
    RuleKind.STORAGE_POWER_MIN: lambda v: {"storage_mw": 1, "renewable_mw": -v},
    RuleKind.STORAGE_HOURS_MIN: lambda v: {"storage_mwh": 1, "storage_mw": -v},
    RuleKind.ALUMINIUM_CERTIFICATE_MIN: lambda v: {"aluminium_certificate_mwh": 1, "aluminium_load_mwh": -v},
    RuleKind.ALUMINIUM_GREEN_SHARE_MIN: lambda v: {"green_traced_mwh": 1, "aluminium_load_mwh": -v},
    RuleKind.HOURLY_MATCHED_SHARE_MIN: lambda v: {"matched_mwh": 1, "load_mwh": -v},
    # What could be exported adds nothing: it only says against what a leftover of the power flow is small.
    RuleKind.EXPORT_MAX_MWH: lambda v: {"": v, "export_mwh": -1, "renewable_available_mwh": 0},
    RuleKind.LAND_MAX_HA: lambda v: {"": v, "land_ha": -1},
    RuleKind.CLEAN_SHARE_MIN: lambda v: {"clean_mwh": 1, "load_mwh": -v},
    RuleKind.CLAIMED_HOURLY_MIN: lambda v: {"claimed_hourly_mwh": 1, "certificate_mwh": -v},
    RuleKind.CLAIMED_DELIVERABLE_MIN: lambda v: {"claimed_deliverable_mwh": 1, "certificate_mwh": -v},
    # What was claimed in all adds nothing: it only says against what roundings to whole Wh are small.
    RuleKind.SOLD_CLAIMED_MAX_MWH: lambda v: {"": v, "sold_claimed_mwh": -1, "certificate_mwh": 0},
}


def terms_of(rule: Rule) -> Terms:
    """Return the coefficient of each quantity (a key of QUANTITIES; "" is the constant); their sum must be >= 0."""
    return _TERMS[rule.kind](rule.value)


NOMINAL = frozenset({"renewable_mw", "storage_mw", "storage_mwh", "land_ha"})
"""Quantities of what stands, whatever the period."""

ANY_HOUR = frozenset({RuleKind.EXPORT_SHARE_MAX, RuleKind.EXPORT_OF_USED_MAX, RuleKind.EXPORT_MAX_MWH})
"""Rules on the year's energies that any part of it can keep: what would be exported can be curtailed."""


def needs_year(rule: Rule) -> bool:
    """Whether only a whole year can be asked to keep a rule: a calm day, a windy or a cold one may not be able to."""
    return rule.kind not in ANY_HOUR and not terms_of(rule).keys() - {""} <= NOMINAL


WHOLE_YEAR = 1e-6

VERDICT_TOLERANCE = 1e-5
"""Of the largest quantity in a rule: what the last power flow leaves to the grid connection breaks no rule."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How a rule was met: `margin` is the sum of its terms, `reached` the share or amount that was reached.

    `margin` >= 0 is met. `reached` is None where there is nothing to take a share of (no load, no wind or PV). `holds`,
    `reached` and `margin` are None where a quantity that the rule reads is not known: an unknown amount meets no rule
    and breaks none. `partial` says that a rule on the year's energies was judged on other than whole years.
    """

    rule: str
    kind: RuleKind
    value: float
    reached: float | None
    margin: float | None
    holds: bool | None
    partial: bool = False


_REACHED: dict[RuleKind, Callable[[Mapping[str, float]], tuple[float, float]]] = {
    RuleKind.GREEN_SHARE_MIN: lambda q: (q["renewable_used_mwh"] - q["export_mwh"], q["load_mwh"]),
    RuleKind.GREEN_SHARE_PHYSICAL_MIN: lambda q: (q["green_traced_mwh"], q["load_mwh"]),
    RuleKind.SELF_USE_MIN: lambda q: (q["renewable_used_mwh"] - q["export_mwh"], q["renewable_available_mwh"]),
    RuleKind.EXPORT_SHARE_MAX: lambda q: (q["export_mwh"], q["renewable_available_mwh"]),
    RuleKind.EXPORT_OF_USED_MAX: lambda q: (q["export_mwh"], q["renewable_used_mwh"]),
    RuleKind.CURTAILMENT_SHARE_MAX: lambda q: (
        q["renewable_available_mwh"] - q["renewable_used_mwh"],
        q["renewable_available_mwh"],
    ),
    RuleKind.CO2_MAX_T: lambda q: (q["co2_t"], 1.0),
    RuleKind.STORAGE_POWER_MIN: lambda q: (q["storage_mw"], q["renewable_mw"]),
    RuleKind.STORAGE_HOURS_MIN: lambda q: (q["storage_mwh"], q["storage_mw"]),
    RuleKind.ALUMINIUM_CERTIFICATE_MIN: lambda q: (q["aluminium_certificate_mwh"], q["aluminium_load_mwh"]),
    RuleKind.ALUMINIUM_GREEN_SHARE_MIN: lambda q: (q["green_traced_mwh"], q["aluminium_load_mwh"]),
    RuleKind.HOURLY_MATCHED_SHARE_MIN: lambda q: (q["matched_mwh"], q["load_mwh"]),
    RuleKind.EXPORT_MAX_MWH: lambda q: (q["export_mwh"], 1.0),
    RuleKind.LAND_MAX_HA: lambda q: (q["land_ha"], 1.0),
    RuleKind.CLEAN_SHARE_MIN: lambda q: (q["clean_mwh"], q["load_mwh"]),
    RuleKind.CLAIMED_HOURLY_MIN: lambda q: (q["claimed_hourly_mwh"], q["certificate_mwh"]),
    RuleKind.CLAIMED_DELIVERABLE_MIN: lambda q: (q["claimed_deliverable_mwh"], q["certificate_mwh"]),
    RuleKind.SOLD_CLAIMED_MAX_MWH: lambda q: (q["sold_claimed_mwh"], 1.0),
}


def margin_of(rule: Rule, quantities: Mapping[str, float]) -> float:
    """Return the sum of a rule's terms: what it has in hand (MWh, t or ha); a quantity that is not named is none."""
    return sum(factor * (quantities.get(name, 0.0) if name else 1.0) for name, factor in terms_of(rule).items())


def share_with(rule: Rule, quantities: Mapping[str, float], margin: float) -> float | None:
    """Return the share (or amount) at which a rule has this margin, its whole being that of the quantities.

    None where there is nothing to take a share of.
    """
    known = dict.fromkeys(QUANTITIES, 0.0) | dict(quantities)
    whole = _REACHED[rule.kind](known)[1]
    return rule.value + (-margin if rule.kind in AT_MOST else margin) / whole if whole else None


def verdict(rule: Rule, quantities: Mapping[str, float], *, years: float = 1.0) -> Verdict:
    """Judge a rule on the quantities of `years` years (keys of QUANTITIES; a missing one raises KeyError, one that is
    not known is NaN).

    It holds when the sum of its terms is not below zero by more than VERDICT_TOLERANCE of its largest quantity. A
    yearly amount is judged in proportion to the years, a share on what there is: `partial` unless they are whole.
    """
    terms = terms_of(over_years(rule, years))
    partial = abs(years - max(1, round(years))) > WHOLE_YEAR and not terms.keys() - {""} <= NOMINAL
    if not all(math.isfinite(quantities[name]) for name in terms if name):
        return Verdict(
            rule=rule.id, kind=rule.kind, value=rule.value, reached=None, margin=None, holds=None, partial=partial
        )
    margin = sum(factor * (quantities[name] if name else 1.0) for name, factor in terms.items())
    size = max(abs(quantities[name]) if name else abs(factor) for name, factor in terms.items())
    part, whole = _REACHED[rule.kind](quantities)
    reached = part / whole if whole else None
    return Verdict(
        rule=rule.id,
        kind=rule.kind,
        value=rule.value,
        reached=reached,
        margin=margin,
        holds=margin >= -VERDICT_TOLERANCE * size,
        partial=partial,
    )
