"""A run judged by rules: verdicts, margins and what would cure what is broken; with a ledger also its claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holin import ledger
from holin.carbon import claim_counts, emissions, sold_and_used_mwh
from holin.operation import hours_of
from holin.park import Park, at_stage, stage_of
from holin.parkfile import read_park
from holin.rules import Cure, Rule, RuleKind, Verdict, cures, missing_for, rule_words, verdict
from holin.summary import energy_mwh, green_mwh, matched_mwh, potline_mwh, quantities, shares_by_enterprise, users_of
from holin.twin.carbon_account import claims_of_ledger
from holin.twin.certificates import OPERATOR, RunForLedger, device_id, meterings, run_for_ledger, used_of_devices

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A rule with its verdict on a run and what would cure it; `in_force` on the day that the run's stage stands for.

    `by_enterprise` is what each enterprise reaches where the rule is on a share of its load, else empty.
    """

    rule: Rule
    verdict: Verdict
    cures: tuple[Cure, ...]
    in_force: bool
    by_enterprise: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class RulesOfRun:
    """What the rules of a park say of a run: `quantities` are those of `holin.rules.QUANTITIES`, over its hours."""

    park: Park
    stage: str
    on: date
    kind: str
    years: float
    ledger: str | None
    quantities: Mapping[str, float]
    judged: tuple[Judged, ...]


def rules_of_run(
    folder: str | Path,
    *,
    rules: Park | None = None,
    address: str | Path | None = None,
    key: Path | None = None,
    on: date | None = None,
) -> RulesOfRun:
    """Judge a run folder by its park's rules, or by those of the park `rules`; see `holin.rules.verdict`.

    With the `address` of a ledger also the rules on certificates are judged, on what was made in the run's hours; a
    rule that lacks something is not judged (`holds` None), never passed. `on` is the day whose rules are asked for,
    else that of the run's stage. Raises BadInput where the ledger is of another kind than the run.
    """
    source = run_for_ledger(folder)
    whole = read_park(source.run.park_folder)
    stage = stage_of(whole, source.stage)
    park = at_stage(whole, stage)
    schedule, flows, trace = (source.run.tables[name].load() for name in ("schedule", "flows", "trace"))
    users = users_of(trace)
    years = hours_of(flows["time"].values, park.facts.time_zone).years
    found = quantities(
        park,
        energy_mwh(schedule, flows),
        co2_t=float(emissions(park, schedule, flows).sum()),
        aluminium_load_mwh=potline_mwh(park, flows),
        green_traced_mwh=float(green_mwh(users).sum()),
        matched_mwh=matched_mwh(flows),
    )
    if address is not None:
        found |= _of_ledger(source, folder, address, key)
    day = on or stage.as_of
    shares = shares_by_enterprise(users)
    judged = tuple(
        Judged(
            rule=rule,
            verdict=verdict(rule, found, years=years),
            cures=cures(rule, found, years=years),
            in_force=rule.stands_at(day),
            by_enterprise=shares if rule.kind in OF_EACH_USER else {},
        )
        for rule in (rules or whole).rules
    )
    return RulesOfRun(
        park=park, stage=stage.name, on=day, kind=source.kind, years=years,
        ledger=None if address is None else str(address), quantities=found, judged=judged,
    )  # fmt: skip


OF_EACH_USER = (RuleKind.GREEN_SHARE_MIN, RuleKind.GREEN_SHARE_PHYSICAL_MIN)
"""Rules that the texts put on a project's user: told for each enterprise too, by the traced share of its load."""


def _of_ledger(source: RunForLedger, folder: str | Path, address: str | Path, key: Path | None) -> dict[str, float]:
    """Return the quantities that only a ledger tells, of what was made in the hours of the run."""
    park, users = source.park, users_of(source.run.tables["trace"].load())
    claims = claims_of_ledger(address, folder, key=key)
    with ledger.opened(address, key=key) as book:
        operator = book.facts.operator
        sold = ledger.with_others(book, {OPERATOR, *(e.id for e in park.enterprises)})
    connected = {device_id(operator, park, u.id) for u in (*park.wind_farms, *park.pv_plants, *park.storages)}
    counted = claim_counts(
        claims, users, [e.id for e in park.enterprises], connected=connected,
        smelters={p.id: p.enterprise for p in park.potlines}, time_zone=park.facts.time_zone,
    )  # fmt: skip
    return counted | {"sold_claimed_mwh": _sold_and_used_mwh(source, operator, sold)}


def _sold_and_used_mwh(source: RunForLedger, operator: str, sold: pd.DataFrame) -> float:
    if sold.empty:
        return 0.0
    made: Counter[tuple[str, int]] = Counter()
    for m in meterings(source, operator).measured:
        made[m.device, m.start] += max(0, m.out_wh - m.in_wh)
    return sold_and_used_mwh(sold, made, used_of_devices(source, operator))


def rules_figures(park: Park, made: RulesOfRun | None, *, on: date | None = None) -> dict[str, Any]:
    """Return the rules of a park as figures for a program; with what a run made of them also verdicts and cures."""
    if made is None:
        day = on or stage_of(park).as_of
        return {
            "park": park.facts.id, "on": day.isoformat(), "run": None,
            "rules": [_dated(rule) | {"in_force": rule.stands_at(day)} for rule in park.rules],
        }  # fmt: skip
    names = {e.id: {"name": e.name, "name_zh": e.name_zh} for e in made.park.enterprises}
    rows = [
        _dated(j.rule)
        | {"in_force": j.in_force}
        | {key: value for key, value in asdict(j.verdict).items() if key in ("reached", "margin", "holds", "partial")}
        | {
            "needs": missing_for(j.rule.kind) if j.verdict.holds is None else None,
            "cures": [asdict(cure) for cure in j.cures],
            "by_enterprise": [
                {"id": name, **names.get(name, {}), "reached": share, "holds": share >= j.rule.value}
                for name, share in j.by_enterprise.items()
            ],
        }
        for j in made.judged
    ]
    return {
        "park": park.facts.id, "on": made.on.isoformat(), "stage": made.stage, "kind": made.kind, "years": made.years,
        "ledger": made.ledger, "quantities": dict(made.quantities), "rules": rows,
    }  # fmt: skip


def _dated(rule: Rule) -> dict[str, Any]:
    """Return a rule with its dates and where it stands."""
    name, name_zh = rule_words(rule)
    return {
        "rule": rule.id, "name": name, "name_zh": name_zh, "kind": rule.kind.value, "value": rule.value,
        "from": rule.built.isoformat() if rule.built else None,
        "until": rule.retired.isoformat() if rule.retired else None,
        "enforced": rule.enforced, "basis": rule.basis.value if rule.basis else None, "reference": rule.reference,
    }  # fmt: skip
