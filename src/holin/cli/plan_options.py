"""Options of the commands that plan, each declared once, in two groups; `planning` hands them to typer one by one."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.grid_state import asked_by
from holin.cli.options import EndOption, SeedOption, StartOption, WeatherOption
from holin.cli.plan_asked import changes_of, solver_of, step_of, wishes_of
from holin.cli.run import moment_of
from holin.errors import BadInput, Fault

if TYPE_CHECKING:
    from holin.park import Park
    from holin.plan import PlanWishes
    from holin.scenarios import Change

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
    str | None,
    typer.Option(
        "--share",
        help="Green share of load, physical, hour by hour, that is asked for: 0.7, or from years on 2028=0.5,2030=0.7.",
    ),
]
RuleOption = Annotated[
    list[str] | None,
    typer.Option(
        "--rule",
        help="A rule that the plan keeps, KIND=VALUE, or KIND@YEAR=VALUE from a year on, such as self_use_min=0.6, "
        "green_share_min@2030=0.35, co2_max_t=500000, curtailment_share_max=0.1, storage_power_min=0.15, "
        "storage_hours_min=4; may be repeated. The kinds stand in docs/reference/park-folder.md, table rule.",
    ),
]
NoExportOption = Annotated[bool, typer.Option("--no-export", help="Nothing may be exported to the public grid.")]
InvestOption = Annotated[
    list[str] | None,
    typer.Option(
        "--invest-max",
        help="Budget of a year, YEAR=AMOUNT in the park's currency, may be repeated; `holin plan` pays the works of "
        "the grid from it first.",
    ),
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
        help="Growth of firm load a year from the base stage on, beyond the park's own, from -0.2 to 0.5; the park as "
        "planned has it.",
    ),
]
ChangeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--change",
        help="What if: NAME=2 doubles, NAME=+50 adds, NAME==0.08 sets; such as fuel_price.lignite=2, "
        "cost.cost-new-wind=0.8, tariff.energy=1.2, load=1.1, discount_rate==0.08, co2_price==100, weather_seed==7; "
        "may be repeated. The names stand in the guide's chapter on sweeps.",
    ),
]
StepOption = Annotated[
    str,
    typer.Option(
        "--step",
        help="Step of the optimum: 1h, 30min or 15min. Series that were measured so go in as they are, all else is "
        "drawn through the hours with each hour's energy kept.",
    ),
]
SolverOption = Annotated[
    str,
    typer.Option("--solver", help="staged (Holin's own, HiGHS behind it), or of HiGHS: simplex, ipx, hipo."),
]


@dataclass(frozen=True, kw_only=True)
class WishOptions:
    """What is asked of a plan."""

    years: YearsOption = None
    base: BaseOption = None
    share: ShareOption = None
    rule: RuleOption = None
    no_export: NoExportOption = False
    invest_max: InvestOption = None
    anew: AnewOption = False
    secure: SecureOption = False
    load_growth: GrowthOption = 0.0

    def wishes(self, *, whole: bool = False) -> PlanWishes:
        """Return what is asked, with `whole` in whole units. Raises BadInput with all that is wrong with it."""
        return wishes_of(
            years=self.years, base=self.base, share=self.share, rules=self.rule, no_export=self.no_export,
            invest_max=self.invest_max, anew=self.anew, secure=self.secure, load_growth=self.load_growth, whole=whole,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SolveOptions:
    """What the park is otherwise, in which hours and weather it is planned, and what solves it."""

    change: ChangeOption = None
    start: StartOption = None
    end: EndOption = None
    step: StepOption = "1h"
    weather: WeatherOption = None
    seed: SeedOption = None
    solver: SolverOption = "staged"

    def changes(self) -> tuple[Change, ...]:
        """Return what is changed in the park before it is planned. Raises BadInput with all that is wrong."""
        return changes_of(self.change)

    def park(self, named: str) -> Park:
        """Return a park that is named or lies in a folder, with the changes made."""
        return park_with(named, self.changes())

    def told(self) -> dict[str, Any]:
        """Return what was asked so in plain figures."""
        return {
            "changes": [vars(change) for change in self.changes()], "start": self.start, "end": self.end,
            "step": self.step, "seed": self.seed, "solver": self.solver,
            "weather": self.weather.name if self.weather else None,
        }  # fmt: skip

    def settings(self) -> dict[str, Any]:
        """Return hours, steps, weather and solver as the paths in `twin` take them. Raises BadInput for what is none,
        and for changes that are none."""
        solver, start, end, step_h, _ = at_once(
            lambda: solver_of(self.solver), lambda: moment_of(self.start, "--start"),
            lambda: moment_of(self.end, "--end"), lambda: step_of(self.step), self.changes,
        )  # fmt: skip
        return {
            "weather": self.weather, "seed": self.seed, "solver": solver, "start": start, "end": end, "step_h": step_h
        }  # fmt: skip


def park_with(named: str, changes: tuple[Change, ...]) -> Park:
    """Return a park that is named or lies in a folder, with some changes made."""
    from holin.parkfile import read_park, reference_park
    from holin.scenarios import Scenario, changed_park

    return changed_park(read_park(reference_park(named)), Scenario(id="asked", changes=changes))


def at_once(*asked: Callable[[], Any]) -> tuple[Any, ...]:
    """Return what each of some questions gives. Raises BadInput with the faults of all of them."""
    found, faults = [], list[Fault]()
    for each in asked:
        try:
            found.append(each())
        except BadInput as error:
            faults += error.faults
    if faults:
        raise BadInput(faults)
    return tuple(found)


GROUPS = (WishOptions, SolveOptions)

OPTION_OF = {
    "years": "--years", "rule": "--rule", "investment_max": "--invest-max", "quantity": "--change", "folder": "--out",
    "against": "--against",
    "by": "--by", "points": "--points", "until": "--until", "within": "--within", "technology": "--technology",
    "count": "--draws", "method": "--method", "scheduler": "--scheduler", "workers": "--workers",
}  # fmt: skip
"""Argument of a room below -> the option that it comes from."""


def planning(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command as typer takes it: each parameter that is a group becomes its options, in their order.

    typer reads signatures, so a list of options that several commands share would else stand in each of them. Faults in
    arguments are told as faults of the options.
    """
    groups: dict[str, Any] = {}
    seen: list[inspect.Parameter] = []
    hints = typing.get_type_hints(command, include_extras=True)
    for name, parameter in inspect.signature(command).parameters.items():
        if hints[name] in GROUPS:
            groups[name] = hints[name]
            of_group = typing.get_type_hints(hints[name], include_extras=True)
            seen += [
                inspect.Parameter(f.name, parameter.kind, default=f.default, annotation=of_group[f.name])
                for f in dataclasses.fields(hints[name])
            ]
        else:
            seen.append(parameter.replace(annotation=hints[name]))

    @functools.wraps(command)
    def asked(**given: Any) -> None:
        with asked_by(**OPTION_OF):
            for name, group in groups.items():
                given[name] = group(**{f.name: given.pop(f.name) for f in dataclasses.fields(group)})
            command(**given)

    asked.__signature__ = inspect.Signature(seen)  # type: ignore[attr-defined]
    asked.__annotations__ = {p.name: p.annotation for p in seen}
    return asked
