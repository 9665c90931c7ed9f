"""Why a plan is as it is, in plain figures: what each rule and limit costs, and what sizes each asset."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from holin.plan.called import names_of_stages
from holin.plan.limit_prices import LimitKind, limit_prices
from holin.plan.plan import Plan
from holin.plan.sizing import sizings_of
from holin.plan.sizing_words import sizing_in_words

LEAST = 1e-6
"""A price below this (currency a unit) is a solver's leftover."""


def why_figures(plan: Plan, currency: str) -> dict[str, Any]:
    """Return the prices of rules, budgets and full branches, and a sentence on each asset, in both languages.

    Take the plan of any sizes: held at whole units, sizes earn anything.
    """
    names = names_of_stages(plan.stages)
    prices = [p for p in limit_prices(plan) if p.kind is not LimitKind.SIZE]
    sizings = [
        {
            "stage": s.worth.stage,
            "offer": s.worth.offer,
            "en": sizing_in_words(s, "en", currency=currency, names=names),
            "zh": sizing_in_words(s, "zh", currency=currency, names=names),
        }
        for s in sizings_of(plan)
    ]
    limits = [
        dataclasses.asdict(p) | {"kind": str(p.kind)} | _called(names, p.element)
        for p in prices
        if p.price > LEAST or p.kind is LimitKind.RULE
    ]
    return {"limits": limits, "sizing": sizings}


def _called(names: Mapping[str, tuple[str, str]], identity: str) -> dict[str, str]:
    """Return what a rule is called, nothing for what has an id alone."""
    return dict(zip(("name", "name_zh"), names.get(identity, ("", "")), strict=True))
