"""What if, on the command line: `--outage coal-2@18:10` and `--change wind=0.5@14:00/20:00`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from holin.cli.output import out, print_table
from holin.cli.run import moment_of
from holin.cli.texts import text
from holin.errors import BadInput, Fault

if TYPE_CHECKING:
    from holin.dispatch import Change
    from holin.park import Outage, Park

MOVED_SHOWN = 8

SERIES = ("available", "wind", "pv", "load", "heat")
WHOLE = ("import", "price")
RIGHT = (
    "write WHAT[.ELEMENT]=FACTOR or =+MW, and @FROM[/UNTIL] behind it, such as wind=0.5@14:00; "
    f"what is one of {', '.join((*SERIES, *WHOLE))}"
)


def changes_of(
    park: Park, outages: Sequence[str], changes: Sequence[str], *, begins: datetime, ends: datetime, step_h: float
) -> list[Change | Outage]:
    """Return what the options say for a plan of local `begins` .. `ends`; raises BadInput with every fault.

    A clock time alone is the first such moment of the plan.
    """
    found: list[Change | Outage] = []
    faults: list[Fault] = []
    for said, read in ((outages, _outage), (changes, _changes)):
        for value in said:
            try:
                found += read(park, value, begins, ends, step_h)
            except BadInput as bad:
                faults += bad.faults
    if faults:
        raise BadInput(faults)
    return found


def _outage(park: Park, value: str, begins: datetime, ends: datetime, step_h: float) -> list[Outage]:
    from holin.park import Outage

    element, first, last = _parts(value, "--outage", begins, ends)
    return [Outage(id=f"{element} (--outage)", element=element, start=first, end=last)]


def _changes(park: Park, value: str, begins: datetime, ends: datetime, step_h: float) -> list[Change]:
    from holin.dispatch import Change

    said, first, last = _parts(value, "--change", begins, ends)
    found = re.fullmatch(r"([a-z]+)(?:\.([^=]+))?=([+-]?)([0-9]*\.?[0-9]+)", said)
    if not found or found[1] not in (*SERIES, *WHOLE):
        raise BadInput([Fault(file="command line", field="--change", value=value, problem="not read", right=RIGHT)])
    what, element, sign, number = found[1], found[2] or "", found[3], float(found[4])
    if what in WHOLE and "@" in value:
        problem, right = f"{what} is changed for the whole plan", "leave @ and what follows out"
        raise BadInput([Fault(file="command line", field="--change", value=value, problem=problem, right=right)])
    steps = [round((moment - begins) / timedelta(hours=step_h)) for moment in (first, last)]
    if steps[1] <= steps[0]:
        problem, right = f"holds no whole step of {step_h * 60:g} minutes", "give moments at least a step apart"
        raise BadInput([Fault(file="command line", field="--change", value=value, problem=problem, right=right)])
    amount = {"factor": 1.0, "more_mw": float(f"{sign}{number}")} if sign else {"factor": number, "more_mw": 0.0}
    elements = [element]
    if what in ("wind", "pv"):
        elements = [element] if element else [u.id for u in (park.wind_farms if what == "wind" else park.pv_plants)]
        what = "available"
    return [Change(what=what, element=e, first=steps[0], last=steps[1] - 1, **amount) for e in elements]


def _parts(value: str, option: str, begins: datetime, ends: datetime) -> tuple[str, datetime, datetime]:
    """Return what stands before the @, and the moments behind it, which are those of the plan where there is none."""
    said, _, when = value.partition("@")
    from_, _, until = when.partition("/")
    first = moment_in_plan(from_, option, begins) if from_ else begins
    last = moment_in_plan(until, option, first) if until else ends
    if not said or not begins <= first < ends or last <= first:
        problem = f"does not lie in the plan, {begins:%Y-%m-%d %H:%M} .. {ends:%Y-%m-%d %H:%M}"
        right = "write ELEMENT@18:10 or ELEMENT@2025-03-03T18:10/2025-03-04" if option == "--outage" else RIGHT
        raise BadInput([Fault(file="command line", field=option, value=value, problem=problem, right=right)])
    return said, first, last


def moment_in_plan(said: str, option: str, after: datetime) -> datetime:
    """Return a local moment; a clock time alone is the first from `after` on."""
    if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", said):
        hour, minute = map(int, said.split(":"))
        if hour < 24 and minute < 60:
            today = after.replace(hour=hour, minute=minute)
            return today if today >= after else today + timedelta(days=1)
    moment = moment_of(said, option)
    assert moment is not None
    return moment


def print_difference(difference: Mapping[str, Any], currency: str, time_zone: str, language: str) -> None:
    """Print what a change makes of a plan: cost by part, who moves, who is switched, what gives way anew."""
    import numpy as np

    from holin.calendar import local

    cost = {part: value for part, value in difference["cost"].items() if abs(value) >= 0.5}
    rows = [[text("change.cost", language, currency=currency), f"{sum(cost.values()):+,.0f}".replace(",", " ")]]
    rows += [
        [f"  {text(f'dispatch.{part}', language)}", f"{value:+,.0f}".replace(",", " ")] for part, value in cost.items()
    ]
    moved = sorted(difference["energy_mwh"].items(), key=lambda m: -abs(m[1]))[:MOVED_SHOWN]
    rows += [[text("change.energy", language, unit=unit), f"{mwh:+,.1f}".replace(",", " ")] for unit, mwh in moved]
    print_table(text("change.title", language), [text("column.figure", language), text("change.more", language)], rows)
    for turn in difference["switched"]:
        key = "change.on" if turn["on"] else "change.off"
        begins = local(np.array([np.datetime64(turn["from"].rstrip("Z"))]), time_zone)[0]
        said = text(key, language, unit=turn["unit"], hours=turn["hours"], begins=f"{begins:%Y-%m-%d %H:%M}")
        out.print(f"  {said}", markup=False, soft_wrap=True)
    for name in ("new", "gone"):
        for breach in difference[name]:
            out.print(f"  {text(f'change.{name}', language)}{breach[language]}", markup=False, soft_wrap=True)
