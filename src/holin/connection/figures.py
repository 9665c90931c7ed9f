"""The figures of a study: what `holin connect --json` prints and the page shows. Ratios are 0..1, prices per kWh."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from holin.calendar import local
from holin.connection.assumed import LIFETIME_YEARS, ROUTE_FACTOR, Assumed
from holin.connection.changes import Change, supply_lost
from holin.connection.green import affected, curtailment, loadings, new_green, others_share, voltages
from holin.connection.grid import Checked, all_of
from holin.connection.headroom import Headroom
from holin.connection.measures import Measure
from holin.connection.money import Money, money_of, power_of_units
from holin.connection.study import Study, Works, ready
from holin.summary.people import green_mwh

PER_KWH = 1e-3


def figures_of(study: Study) -> dict[str, Any]:
    """Return all figures of a study."""
    money = money_of(study)
    return {
        **_head(study),
        "verdict": _verdict(study),
        "grid": _grid(study),
        "short_circuit": {"strength": asdict(study.strength), "buses": [asdict(c) for c in study.currents]},
        "hosting": [_headroom(h, study) for h in study.hosting],
        "works": _works(study, study.works),
        "alternatives": [_works(study, w) for w in study.alternatives],
        "flexible": _flexible(study),
        "price": _price(study, money),
        "green": _green(study),
        "affected": _affected(study, money),
        "months": months_of(study),
        "assumed": [asdict(a) for a in assumed_of(study)],
    }


def _head(study: Study) -> dict[str, Any]:
    facts, request, time = study.whole.facts, study.request, study.after.flows.time.values
    clock = local(time, facts.time_zone)
    return {
        "park": facts.id, "currency": facts.currency, "time_zone": facts.time_zone, "stage": study.stage.name,
        "date": str(request.day), "decided": str(study.decided), "beyond_last_stage": study.beyond_last_stage,
        "asked": request.place, "bus": study.bus.id, "v_nom_kv": study.bus.v_nom_kv, "site": study.site,
        "choices": [
            {
                "bus": c.bus.id, "v_nom_kv": c.bus.v_nom_kv, "headroom_mw": c.headroom_mw,
                "chosen": c.bus.id == study.bus.id,
            }
            for c in study.choices
        ],
        "request": {
            "load_mw": request.load_mw, "wind_mw": request.wind_mw, "solar_mw": request.solar_mw,
            "storage_mw": request.storage_mw, "storage_h": request.storage_h, "shape": request.shape.value,
            "power_factor": request.power_factor,
        },
        "new_units": list(study.added.units),
        "hours": len(time), "spans": spans_of(clock),
    }  # fmt: skip


def spans_of(clock: pd.DatetimeIndex) -> list[list[str]]:
    """Return first and last hour (local) of each run of hours without a gap."""
    gaps = np.flatnonzero(clock[1:] - clock[:-1] > pd.Timedelta(hours=1)) + 1
    edges = zip([0, *gaps], [*gaps, len(clock)], strict=True)
    return [[f"{clock[a]:%Y-%m-%d %H:%M}", f"{clock[b - 1]:%Y-%m-%d %H:%M}"] for a, b in edges]


def _verdict(study: Study) -> dict[str, Any]:
    day = study.possible_from
    return {
        "answer": study.answer.value,
        "possible_from": None if day is None else str(day),
        "later_than_asked": day is not None and day > study.request.day,
        "unserved_mwh": study.unserved_mwh,
        "import_max_mw": sum(g.import_max_mw for g in study.after.park.grids),
        "settled": study.before.settled and study.after.settled,
    }


def _grid(study: Study) -> dict[str, Any]:
    before, after = study.before, study.after
    return {
        "before": before.summary["flow"],
        "after": after.summary["flow"],
        "loadings": loadings(before.flows, after.flows),
        "voltages": voltages(before.park, before.flows, after.flows),
        "n_minus_1": {
            "before": {"violations": len(study.n1_before.violations), "secure": study.n1_before.secure},
            "unaided": _checked(study.unaided, study),
            "final": _checked(study.final, study),
            "supply_hangs_on": list(supply_lost(all_of(study.final.n1), study.added.load)),
        },
    }


def _checked(checked: Checked, study: Study) -> dict[str, Any]:
    return {
        "states": checked.n1.states, "outages": checked.n1.outages, "violations": len(checked.n1.violations),
        "fits": checked.fits,
        "caused": [_change(c, study) for c in checked.caused],
        "by_operation": [_change(c, study) for c in checked.elsewhere],
    }  # fmt: skip


def _change(change: Change, study: Study) -> dict[str, Any]:
    clock = local(np.array([change.time]), study.whole.facts.time_zone)
    return asdict(change) | {"time": f"{clock[0]:%Y-%m-%d %H:%M}"}


def _headroom(found: Headroom, study: Study) -> dict[str, Any]:
    return {
        "added": found.added.value, "base_mw": found.base.mw, "base_limit": found.base.limit.value,
        "base_element": found.base.element, "mw": found.mw,
        "binding": None if found.binding is None else _change(found.binding, study),
    }  # fmt: skip


def _works(study: Study, works: Works | None) -> dict[str, Any] | None:
    if works is None:
        return None
    return {
        "bus": works.bus, "connection_cost": works.connection_cost, "cost": works.cost, "months": works.months,
        "ready": str(ready(study.decided, works.months)), "measures": [_measure(m) for m in works.measures],
    }  # fmt: skip


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "kind": measure.kind.value, "of": measure.of, "size": measure.size, "unit": measure.unit, "cost": measure.cost,
        "months": measure.months, "new": [t.id for t in measure.things], "basis": "assumed",
    }  # fmt: skip


def _flexible(study: Study) -> dict[str, Any] | None:
    found = study.flexible
    if found is None:
        return None
    return asdict(found) | {"left": [_change(c, study) for c in found.left]}


def _price(study: Study, money: Money) -> dict[str, Any]:
    per = {name: None if value is None else value * PER_KWH for name, value in (
        ("all_in_per_kwh", money.all_in_per_mwh), ("generation_cost_per_kwh", money.generation_cost_per_mwh),
        ("others_before_per_kwh", money.others_before), ("others_after_per_kwh", money.others_after),
    )}  # fmt: skip
    paper = money.bill
    return per | {
        "tariff": money.tariff,
        "bill": None if paper is None else paper.parts,
        "periods": None if paper is None else {
            name: {"energy_mwh": mwh, "energy_charge": cost} for name, (mwh, cost) in paper.periods.items()
        },
        "taken_mwh": None if paper is None else paper.taken_mwh,
        "demand_mw": None if paper is None else paper.demand_mw,
        "served_mwh": money.served_mwh, "made_mwh": money.made_mwh, "own_sources": money.own,
        "given_mwh": money.given_mwh, "given_value": money.given_value,
        "contribution_cost": money.contribution_cost, "contribution": money.contribution,
        "park_all_in_before_per_kwh": study.before.summary["all_in_price_per_kwh"],
        "park_all_in_after_per_kwh": study.after.summary["all_in_price_per_kwh"],
    }  # fmt: skip


def _green(study: Study) -> dict[str, Any]:
    before, after, added = study.before, study.after, study.added
    own = power_of_units(after, (*added.sources, added.storage))
    mine = (
        asdict(new_green(after.trace, after.carbon, added.load, own, -power_of_units(after, (added.load,))))
        if added.load
        else None
    )
    made, may = (float(x) for x in _made(study))
    return {
        "new_load": mine,
        "new_sources": {"made_mwh": made, "available_mwh": may, "curtailed_share": 1 - made / may} if may else None,
        "park_before": before.summary["green_share"], "park_after": after.summary["green_share"],
        "others_before": others_share(before.trace, ()), "others_after": others_share(after.trace, added.units),
        "co2_before_t": before.summary["carbon"]["energy_t"], "co2_after_t": after.summary["carbon"]["energy_t"],
    }  # fmt: skip


def _made(study: Study) -> tuple[float, float]:
    made = float(power_of_units(study.after, study.added.sources).sum())
    units = list(study.added.sources)
    return made, float(study.after.available["available_mw"].sel(unit=units).sum()) if units else 0.0


def _affected(study: Study, money: Money) -> dict[str, Any]:
    before, after = study.before, study.after
    enterprises = affected(before.summary["enterprises"], after.summary["enterprises"], study.added.enterprise)
    change = money.others_after / money.others_before - 1 if money.others_before else float("nan")
    return {
        "price_change": change,
        "enterprises": enterprises,
        "of_enterprises": len(before.summary["enterprises"]),
        "curtailment": curtailment(
            before.park, (before.schedule, before.flows), (after.schedule, after.flows)
        ),
    }  # fmt: skip


def months_of(study: Study) -> list[dict[str, Any]]:
    """Return the new load's energy and its green part (physical), or what new sources gave, by local month (MWh)."""
    after, added = study.after, study.added
    clock = local(after.flows.time.values, study.whole.facts.time_zone)
    label = np.array([f"{t:%Y-%m}" for t in clock])
    load, made = -power_of_units(after, (added.load,)), power_of_units(after, added.sources)
    green = green_mwh(after.trace.sel(sink=[added.load])).sum("sink").values if added.load else np.zeros(len(label))
    return [
        {
            "month": str(month), "load_mwh": float(load[label == month].sum()),
            "green_mwh": float(green[label == month].sum()), "made_mwh": float(made[label == month].sum()),
        }
        for month in dict.fromkeys(label)
    ]  # fmt: skip


def assumed_of(study: Study) -> tuple[Assumed, ...]:
    """Return all that was assumed: of the new units, of the works, of the money."""
    more = [
        Assumed(key="works_cost", value="assumed.py"),
        Assumed(key="lifetime", value=LIFETIME_YEARS, unit="a"),
        Assumed(key="discount_rate", value=study.whole.facts.discount_rate, unit="1"),
        Assumed(key="step_limit", value=study.strength.step_limit, unit="1"),
        Assumed(key="scr_limit", value=study.strength.scr_limit, unit="1"),
        Assumed(key="route_factor", value=ROUTE_FACTOR, unit="1"),
    ]
    if study.strength.assumed:
        more.append(Assumed(key="fault_data", value=", ".join(study.strength.assumed)))
    return (*study.added.assumed, *more)
