"""The park as a whole and its dates: stages, built and retired, outages, and who stands when."""

from __future__ import annotations

import functools
import re
import zoneinfo
from datetime import date, timedelta

from holin.columns import Basis, columns_of
from holin.errors import Fault
from holin.park import KINDS
from holin.parkfile.draft import Draft, Row
from holin.parkfile.hints import did_you_mean, listed
from holin.parkfile.sheet import STAGE

FIRST, LAST = date(1930, 1, 1), date(2200, 1, 1)
REFERS_AT_ANY_TIME = ("outage", "meter", "candidate")
COMMON_CURRENCIES = ("CNY", "EUR", "USD", "GBP", "JPY", "KZT", "RUB", "MNT", "INR", "NOK")


@functools.cache
def time_zones() -> frozenset[str]:
    """Return the names of all time zones that this machine knows."""
    return frozenset(zoneinfo.available_timezones())


def faults_of_facts(draft: Draft) -> list[Fault]:
    """The currency is like an ISO code, the time zone one that exists, the basis one of the five."""
    facts = draft.facts
    if facts is None:
        return []
    faults = []
    currency, zone, basis = facts.get("currency"), facts.get("time_zone"), facts.get("basis")
    if currency is not None and not re.fullmatch("[A-Z]{3}", currency):
        right = did_you_mean(currency, COMMON_CURRENCIES, "three capitals, such as CNY")
        faults.append(facts.fault("currency", "not an ISO 4217 code", right))
    if zone is not None and zone not in time_zones():
        right = did_you_mean(zone, time_zones(), "an IANA name, such as Asia/Shanghai")
        faults.append(facts.fault("time_zone", "there is no such time zone", right))
    if basis and basis not in list(Basis):
        right = did_you_mean(basis, list(Basis), f"one of {', '.join(Basis)}")
        faults.append(facts.fault("basis", "there is no such basis", right))
    return faults


def faults_of_stages(draft: Draft) -> list[Fault]:
    """At least one stage; names stand once; dates rise; the default stage exists."""
    if not draft.stages and STAGE in draft.unread:
        return []
    if not draft.stages:
        right = 'write [[stage]] with name = "2025" and as_of = 2025'
        return [Fault(file=draft.park_file, field="stage", problem="the park has no stage", right=right)]
    faults = []
    names: set[str] = set()
    before: date | None = None
    for stage in draft.stages:
        name, day = stage.get("name"), stage.get("as_of")
        if name in names:
            faults.append(stage.fault("name", "the stage's name stands twice", "give each stage its own name"))
        if name is not None:
            names.add(name)
        if day is not None and not FIRST <= day < LAST:
            right = f"write a day between {FIRST} and {LAST}"
            faults.append(stage.fault("as_of", "the stage lies far from today", right))
        if day is not None and before is not None and day <= before:
            right = "list the stages by rising as_of, each with a day of its own"
            faults.append(stage.fault("as_of", f"not after the stage before it ({before})", right))
        before = day or before
    default = draft.facts.get("default_stage") if draft.facts else None
    if draft.facts and default and default not in names:
        right = did_you_mean(default, names, f"one of {listed(names)}")
        faults.append(draft.facts.fault("default_stage", "there is no such stage", right))
    return faults


def faults_of_dates(draft: Draft) -> list[Fault]:
    """Things are retired after they are built, on thinkable days, and stand at one stage at least."""
    faults = []
    stages = list(draft.dates())
    for row in draft.rows():
        built, retired = row.get("built"), row.get("retired")
        for name, day in (("built", built), ("retired", retired)):
            if day is not None and not FIRST <= day < LAST:
                faults.append(row.fault(name, "the day lies far from today", f"between {FIRST} and {LAST}"))
        if built and retired and retired <= built:
            right = "retired is the first day on which the thing no longer stands, after built"
            faults.append(row.fault("retired", f"retired before it was built ({built})", right))
        elif stages and not row.template and (built or retired) and not any(row.stands_at(day) for _, day in stages):
            shown = "built" if built else "retired"
            right = f"the stages are {listed([f'{n} ({d})' for n, d in stages])}; correct the dates or drop the row"
            faults.append(row.warning(shown, "stands at no stage of the park", right))
    return faults


def faults_of_outages(draft: Draft) -> list[Fault]:
    """An outage ends after it starts, and does not last longer than a year."""
    faults = []
    for row in draft.rows("outage"):
        start, end = row.get("start"), row.get("end")
        if start is None or end is None:
            continue
        if end <= start:
            right = f"end is the first moment back, after the start {start}"
            faults.append(row.fault("end", "the outage ends before it starts", right))
        elif end - start > timedelta(days=366):
            faults.append(row.warning("end", "the outage lasts longer than a year", "use built and retired instead"))
    return faults


def faults_of_claims(draft: Draft) -> list[Fault]:
    """A claim speaks of a stage of the park, and gives at least one limit, the lower one first."""
    stages = [stage.get("name") for stage in draft.stages if stage.has("name")]
    faults = []
    for row in draft.rows("claim"):
        stage, low, high = row.get("stage"), row.get("low"), row.get("high")
        if stage is not None and stage not in stages and STAGE not in draft.unread:
            right = did_you_mean(stage, stages, f"one of {listed(stages)}")
            faults.append(row.fault("stage", "there is no such stage", right))
        if low is None and high is None and {"low", "high"} <= set(row.values):
            right = "give low, high or both, in the figure's unit"
            faults.append(row.fault("low", "the claim gives no value", right))
        elif low is not None and high is not None and low > high:
            right = "low is the least value that agrees with the claim, high the largest"
            faults.append(row.fault("low", f"above high = {high:g}", right))
    return faults


def faults_of_standing_references(draft: Draft) -> list[Fault]:
    """What stands at a stage may refer only to what stands there too."""
    stages = list(draft.dates())
    dated = any(row.get("built") or row.get("retired") for row in draft.rows())
    if not stages or not dated:
        return []
    faults = []
    for table, kind in KINDS.items():
        if table in REFERS_AT_ANY_TIME:
            continue
        for column in (c for c in columns_of(kind) if c.refers_to):
            known = draft.by_id(*column.refers_to)
            for row in draft.rows(table):
                target = known.get(row.get(column.name) or "")
                if target is None or not (target.get("built") or target.get("retired")):
                    continue
                if target.get("version_of"):
                    continue  # its rows of periods and tiers come and go with it
                if absent := [n for n, day in stages if row.stands_at(day) and not target.stands_at(day)]:
                    faults.append(_fault_of_absence(row, column.name, target, absent))
    return faults


def _fault_of_absence(row: Row, name: str, target: Row, stages: list[str]) -> Fault:
    span = " to ".join(str(target.get(k) or "…") for k in ("built", "retired"))
    many = "stage" if len(stages) == 1 else "stages"
    problem = f"{target.table} {target.id!r} does not stand at {many} {listed(stages)}, where this thing does"
    right = f"it stands from {span} ({target.file} row {target.number}); correct the dates of one of the two"
    return row.fault(name, problem, right)
