"""What would cure a rule that is broken: single changes, each of which alone would bring its margin to zero."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from holin.rules.rule import NOMINAL, VERDICT_TOLERANCE, Rule, over_years, terms_of


@dataclass(frozen=True, kw_only=True)
class Lever:
    """Something that can be changed: by how much one unit of it moves each quantity, all else the same.

    `room` names quantities whose sum, with these signs, is the most that it can be moved by; empty: any amount.
    """

    unit: str
    moves: Mapping[str, float]
    room: Mapping[str, float]


_GREEN = {"renewable_used_mwh": 1.0, "green_traced_mwh": 1.0, "matched_mwh": 1.0, "clean_mwh": 1.0}

LEVERS: dict[str, Lever] = {
    "use_curtailed": Lever(
        unit="MWh", moves=_GREEN, room={"renewable_available_mwh": 1, "renewable_used_mwh": -1}
    ),
    "keep_exported": Lever(
        unit="MWh",
        moves={"export_mwh": -1, "green_traced_mwh": 1, "matched_mwh": 1, "clean_mwh": 1},
        room={"export_mwh": 1},
    ),
    "curtail_exported": Lever(
        unit="MWh", moves={"export_mwh": -1, "renewable_used_mwh": -1}, room={"export_mwh": 1}
    ),
    "new_green": Lever(unit="MWh", moves={**_GREEN, "renewable_available_mwh": 1}, room={}),
    "less_load": Lever(
        unit="MWh", moves={"load_mwh": -1, "aluminium_load_mwh": -1}, room={"load_mwh": 1, "aluminium_load_mwh": 0}
    ),
    "less_co2": Lever(unit="t", moves={"co2_t": -1}, room={"co2_t": 1}),
    "more_storage_power": Lever(unit="MW", moves={"storage_mw": 1}, room={}),
    "more_storage_energy": Lever(unit="MWh", moves={"storage_mwh": 1}, room={}),
    "less_land": Lever(unit="ha", moves={"land_ha": -1}, room={"land_ha": 1}),
    "retire_of_the_hour": Lever(
        unit="MWh",
        moves={"certificate_mwh": 1, "aluminium_certificate_mwh": 1, "claimed_hourly_mwh": 1,
               "claimed_deliverable_mwh": 1, "clean_mwh": 1},
        room={},
    ),
    "drop_unmatched": Lever(
        unit="MWh", moves={"certificate_mwh": -1}, room={"certificate_mwh": 1, "claimed_hourly_mwh": -1}
    ),
    "drop_undeliverable": Lever(
        unit="MWh", moves={"certificate_mwh": -1}, room={"certificate_mwh": 1, "claimed_deliverable_mwh": -1}
    ),
    "buy_back": Lever(unit="MWh", moves={"sold_claimed_mwh": -1}, room={"sold_claimed_mwh": 1}),
}  # fmt: skip
"""Name -> lever. Of those that move a rule the cures are made."""

ONLY = {
    "drop_unmatched": "claimed_hourly_mwh",
    "drop_undeliverable": "claimed_deliverable_mwh",
    "retire_of_the_hour": "certificate",
    "curtail_exported": "export",
    "keep_exported": "export",
}
"""Levers that cure only rules that speak of such a quantity (part of its name), and cure others by the way at most."""

LEVER_WORDS: dict[str, tuple[str, str]] = {
    "use_curtailed": ("use wind and PV that are curtailed now", "消纳目前弃掉的风光电量"),
    "keep_exported": ("use in the park what is exported now", "将目前上网的电量留在园区消纳"),
    "curtail_exported": ("curtail instead of exporting", "以弃电代替上网"),
    "new_green": ("more wind or PV, all of it used in the park", "新增风光电量并全部在园区消纳"),
    "less_load": ("use less of what is not green", "减少非绿电用电"),
    "less_co2": ("emit less CO2", "减少二氧化碳排放"),
    "more_storage_power": ("more storage power", "增加储能功率"),
    "more_storage_energy": ("more storage energy", "增加储能电量"),
    "less_land": ("build on less land", "减少用地"),
    "retire_of_the_hour": (
        "retire certificates of the park's own devices for use in the same hour",
        "核销园区自有电源同一小时的绿证",
    ),
    "drop_unmatched": ("claim less: leave out certificates of other hours", "减少声明：剔除非同一小时的绿证"),
    "drop_undeliverable": (
        "claim less: leave out certificates of devices that do not feed the park",
        "减少声明：剔除未接入本园区电网电源的绿证",
    ),
    "buy_back": (
        "take the sold certificates back, or do not claim the energy they stand for",
        "购回已售绿证，或不声明其对应电量",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Cure:
    """One change that would bring a rule's margin to zero: at least `amount` of `lever`, in `unit`, all else the same.

    `enough` is false where the lever has less room than that: it helps, and another must do the rest. `power_mw` is
    what wind and PV would give new energy, if each MW of it gave as much as those that stand did in these hours.
    """

    lever: str
    amount: float
    unit: str
    enough: bool
    power_mw: float | None = None


def cures(rule: Rule, quantities: Mapping[str, float], *, years: float = 1.0) -> tuple[Cure, ...]:
    """Return the single changes that would cure a rule, those that are enough first; none where it holds or is unknown.

    A rule is linear: a lever moves its margin by sum(coefficient x move), so amount = -margin / that. What a change
    does to other rules, and whether new energy can all be used, only another run or plan can tell: "at least".
    """
    terms = terms_of(over_years(rule, years))
    if not all(math.isfinite(quantities.get(name, math.nan)) for name in terms if name):
        return ()
    margin = sum(factor * (quantities[name] if name else 1.0) for name, factor in terms.items())
    size = max(abs(quantities[name]) if name else abs(factor) for name, factor in terms.items())
    if margin >= -VERDICT_TOLERANCE * size:
        return ()
    found = []
    for name, lever in LEVERS.items():
        if not _fits(name, lever, terms):
            continue
        gain = sum(factor * lever.moves.get(quantity, 0.0) for quantity, factor in terms.items())
        if gain <= 0.0:
            continue
        amount, room = -margin / gain, _room(lever, quantities)
        if room > 0.0:
            most = min(amount, room)
            power = _power_mw(most, quantities) if name == "new_green" else None
            found.append(Cure(lever=name, amount=most, unit=lever.unit, enough=amount <= room, power_mw=power))
    return tuple(sorted(found, key=lambda cure: not cure.enough))


def _fits(name: str, lever: Lever, terms: Mapping[str, float]) -> bool:
    """Return whether a lever is one for a rule: energies cure no rule on what stands, nor the other way round."""
    if name in ONLY and not any(ONLY[name] in quantity for quantity in terms):
        return False
    nominal = lever.moves.keys() <= NOMINAL
    return nominal == (terms.keys() - {""} <= NOMINAL)


def _room(lever: Lever, quantities: Mapping[str, float]) -> float:
    if not lever.room:
        return math.inf
    return sum(sign * quantities.get(name, 0.0) for name, sign in lever.room.items())


def _power_mw(mwh: float, quantities: Mapping[str, float]) -> float | None:
    used, power = quantities.get("renewable_used_mwh", 0.0), quantities.get("renewable_mw", 0.0)
    return mwh * power / used if used > 0.0 and power > 0.0 else None
