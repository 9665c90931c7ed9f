"""Two plans of a park side by side: what was asked otherwise, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from holin.errors import ARGUMENT, BadInput, Fault

Figures = Mapping[str, Any]

HOW = {"times": "×", "plus": "+", "to": "="}
"""How a change is written."""

ASKED: dict[str, tuple[str, str]] = {
    "years": ("years", "规划年"), "base": ("base stage", "基准阶段"), "rules": ("rules", "规则"),
    "investment_max": ("budgets", "投资上限"), "load_growth": ("load growth", "负荷增长"),
    "anew": ("planned from nothing", "从零规划"), "export": ("export allowed", "允许上网"),
    "secure": ("secure in the optimum", "优化中计 N-1"), "whole": ("whole units", "取整"),
    "changes": ("changed data", "数据变化"), "start": ("from", "起"), "end": ("until", "止"),
    "step": ("step of the optimum", "优化时段长度"),
    "seed": ("seed of the weather", "气象种子"), "weather": ("weather file", "气象文件"),
    "solver": ("solver", "求解器"),
}  # fmt: skip
"""What may be asked otherwise -> English, Chinese."""


def plan_figures_of(folder: str | Path) -> dict[str, Any]:
    """Return the figures of a plan that `holin plan -o` wrote. Raises BadInput where there are none."""
    where = Path(folder)
    file = where / "plan.json" if where.is_dir() else where
    right = "give the folder of an earlier `holin plan ... -o FOLDER`"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        fault = Fault(file=ARGUMENT, field="against", value=str(folder), problem="holds no plan.json", right=right)
        raise BadInput([fault]) from error
    if not (isinstance(found, dict) and {"asked", "by_year", "investment", "money", "proof"} <= found.keys()):
        problem = "is no plan"
        raise BadInput([Fault(file=ARGUMENT, field="against", value=str(folder), problem=problem, right=right)])
    return found


def against(figures: Figures, other: Figures, name: str) -> dict[str, Any]:
    """Return a plan beside an earlier one (`then`, `now`) in the years of both; `name` is what the earlier is called.

    Raises BadInput where they are of other parks, or have no year in common.
    """
    years = [year for year in figures["by_year"] if year in other["by_year"]]
    if figures["park"] != other["park"] or not years:
        mine = f"{figures['park']} for {', '.join(figures['by_year'])}"
        fault = Fault(
            file=ARGUMENT, field="against", value=name, right=f"give one of {mine}",
            problem=f"is a plan of {other['park']} for {', '.join(other['by_year'])}",
        )  # fmt: skip
        raise BadInput([fault])
    return {
        "name": name,
        "asked": asked_otherwise(other["asked"], figures["asked"]),
        "by_year": {y: {"then": _year(other["by_year"][y]), "now": _year(figures["by_year"][y])} for y in years},
        "all_years": {"then": _all_years(other), "now": _all_years(figures)},
    }


def asked_otherwise(then: Figures, now: Figures) -> list[dict[str, str]]:
    """Return what was asked of the two otherwise (`en` and `zh` say what it is); an empty one was not asked."""
    keys = dict.fromkeys((*then, *now))
    pairs = ((key, _plain(key, then.get(key)), _plain(key, now.get(key))) for key in keys)
    return [
        {"what": key, "then": before, "now": after} | dict(zip(("en", "zh"), ASKED.get(key, (key, key)), strict=True))
        for key, before, after in pairs
        if before != after
    ]


def _plain(key: str, value: Any) -> str:
    if value in (None, [], {}, False, ""):
        return ""
    if value is True:
        return "✓"
    if key == "step" and value == "1h":  # plans before there was a choice
        return ""
    if key == "changes":
        return ", ".join(f"{c['quantity']} {HOW[c['how']]}{c['value']:g}" for c in value)
    if key == "rules":
        return ", ".join(f"{r['kind']}{'@' + str(r['since']) if r.get('since') else ''}={r['value']:g}" for r in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={amount:g}" for name, amount in value.items())
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _year(year: Figures) -> dict[str, Any]:
    return {
        "capacity_mw": dict(year["capacity_mw"]),
        "green_share_physical": year["green_share"]["physical"],
        "all_in_price_per_kwh": year["all_in_price_per_kwh"],
        "curtailed_share": year["curtailed_share"],
        "co2_t": year["carbon"]["total_t"],
        "import_mwh": year["energy_mwh"]["import"],
    }


def _all_years(figures: Figures) -> dict[str, float | None]:
    """Return investment, and what the plan brings against nothing built (None: not told)."""
    found = figures["money"].get("figures") or {}
    return {
        "investment": sum(figures["investment"].values()),
        "npv": found.get("project_npv"),
        "irr": found.get("project_irr"),
    }
