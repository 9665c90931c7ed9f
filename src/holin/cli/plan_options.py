"""Options of the commands that plan, and what they ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from holin.errors import ARGUMENT, BadInput, Fault

if TYPE_CHECKING:
    from holin.park import Park
    from holin.plan import PlanWishes
    from holin.rules import Rule
    from holin.scenarios import Change
    from holin.scenarios.drawing import How

YearsOption = Annotated[
    str | None,
    typer.Option(
        help="Years to plan for, such as 2030, 2026,2028,2030 or 2026-2030; without it the year of the next stage."
    ),
]
BaseOption = Annotated[
    str | None,
    typer.Option(
        "--base",
        help="The stage that stands already: wind, PV and storage that the park has after it are left to the plan. "
        "Without it the park's default stage.",
    ),
]
ShareOption = Annotated[
    float | None,
    typer.Option(
        "--share", min=0.0, max=1.0, help="Green share of load, physical, hour by hour, that is asked for: 0.7."
    ),
]
RuleOption = Annotated[
    list[str] | None,
    typer.Option(
        "--rule",
        help="A rule that the plan keeps, KIND=VALUE, such as self_use_min=0.6, green_share_min=0.35, "
        "co2_max_t=500000, curtailment_share_max=0.1, storage_power_min=0.15, storage_hours_min=4; may be repeated. "
        "The kinds stand in docs/reference/park-folder.md, table rule.",
    ),
]
NoExportOption = Annotated[bool, typer.Option("--no-export", help="Nothing may be exported to the public grid.")]
InvestOption = Annotated[
    list[str] | None,
    typer.Option("--invest-max", help="Budget of a year, YEAR=AMOUNT in the park's currency; may be repeated."),
]
AnewOption = Annotated[
    bool, typer.Option("--anew", help="Plan wind, PV and storage from nothing: what of them stands does not count.")
]
SecureOption = Annotated[
    bool, typer.Option("--secure", help="Branches hold after the outage of any other branch, too (DC cuts).")
]
AnySizeOption = Annotated[
    bool, typer.Option("--any-size", help="Sizes of any amount: units and circuits are not rounded up to whole ones.")
]
NoReinforceOption = Annotated[
    bool,
    typer.Option(
        "--no-reinforce",
        help="Only tell what the grid does not carry (outages, short circuits); build no circuits, compensation or "
        "breakers against it.",
    ),
]
GrowthOption = Annotated[
    float,
    typer.Option(
        "--load-growth",
        min=-0.2,
        max=0.5,
        help="Growth of firm load a year from the base stage on, beyond the park's own; the park as planned has it.",
    ),
]
ChangeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--change",
        help="What if: NAME=2 doubles, NAME=+50 adds, NAME==0.08 sets; such as fuel_price.lignite=2, "
        "cost.cost-wind=0.8, tariff.energy=1.2, load=1.1, discount_rate==0.08, co2_price==100, weather_seed==7; may be "
        "repeated. The names stand in the guide's chapter on sweeps.",
    ),
]
SolverOption = Annotated[
    str,
    typer.Option("--solver", help="staged (Holin's own, HiGHS behind it), or of HiGHS: simplex, ipx, hipo."),
]


def wishes_of(
    *,
    years: str | None,
    base: str | None,
    share: float | None,
    rules: list[str] | None,
    no_export: bool,
    invest_max: list[str] | None,
    anew: bool,
    secure: bool,
    any_size: bool,
    load_growth: float,
) -> PlanWishes:
    """Return what the options ask for. Raises BadInput with all that is wrong with them."""
    from holin.plan import PlanWishes, asked_rule

    faults: list[Fault] = []
    asked: list[Rule] = []
    if share is not None:
        asked.append(asked_rule("green_share_physical_min", share))
    for part in rules or []:
        pair = _pair(part, "--rule", "KIND=VALUE", faults)
        if pair:
            try:
                asked.append(asked_rule(*pair))
            except BadInput as error:
                faults += error.faults
    kinds = [str(rule.kind) for rule in asked]
    for kind in sorted({k for k in kinds if kinds.count(k) > 1}):
        faults.append(_fault("--rule", kind, "is asked for twice", "give each kind once; --share is its own kind"))
    budgets: dict[int, float] = {}
    for part in invest_max or []:
        pair = _pair(part, "--invest-max", "YEAR=AMOUNT", faults)
        if pair and pair[0].isdigit():
            budgets[int(pair[0])] = pair[1]
        elif pair:
            faults.append(_fault("--invest-max", part, "names no year", "write YEAR=AMOUNT, such as 2030=5e9"))
    wanted = _years(years, faults)
    if faults:
        raise BadInput(faults)
    return PlanWishes(
        years=wanted, base=base, rules=tuple(asked), investment_max=budgets, load_growth=load_growth, anew=anew,
        export=not no_export, secure=secure, whole=not any_size,
    )  # fmt: skip


def changes_of(parts: list[str] | None) -> tuple[Change, ...]:
    """Return what is changed in the park before it is planned. Raises BadInput with all that is wrong."""
    from holin.scenarios import Change

    found, faults = [], list[Fault]()
    for part in parts or []:
        name, _, value = part.partition("=")
        how: How = "to" if value.startswith("=") else "plus" if value[:1] in ("+", "-") else "times"
        try:
            amount = float(value.removeprefix("="))
        except ValueError:
            right = "write NAME=2 (times), NAME=+50 (plus) or NAME==0.08 (to)"
            faults.append(_fault("--change", part, "has no number after =", right))
            continue
        found.append(Change(quantity=name.strip(), how=how, value=amount))
    if faults:
        raise BadInput(faults)
    return tuple(found)


def asked_park(park: str, changes: Sequence[Change]) -> Park:
    """Return a park that is named or lies in a folder, with the changes made."""
    from holin.parkfile import read_park, reference_park
    from holin.scenarios import Scenario, changed_park

    return changed_park(read_park(reference_park(park)), Scenario(id="asked", changes=tuple(changes)))


def _pair(text: str, option: str, form: str, faults: list[Fault]) -> tuple[str, float] | None:
    name, _, value = text.partition("=")
    try:
        return name.strip(), float(value)
    except ValueError:
        faults.append(_fault(option, text, "has no number after =", f"write {form}"))
        return None


def _years(text: str | None, faults: list[Fault]) -> tuple[int, ...]:
    years: list[int] = []
    for part in (text or "").split(","):
        first, _, last = part.strip().partition("-")
        if not first:
            continue
        if not first.isdigit() or (last and not last.isdigit()) or (last and int(last) < int(first)):
            faults.append(_fault("--years", part, "is no year", "write 2030, 2026,2030 or 2026-2030"))
            continue
        years += range(int(first), int(last or first) + 1)
    if len(years) > YEARS_MAX:
        faults.append(
            _fault("--years", str(text), f"more than {YEARS_MAX} years", "plan for a few years, such as 2026,2028,2030")
        )
    return tuple(years)


YEARS_MAX = 12
"""Each planned year is all its hours."""


def _fault(option: str, value: str, problem: str, right: str) -> Fault:
    return Fault(file=ARGUMENT, field=option, value=value, problem=problem, right=right)
