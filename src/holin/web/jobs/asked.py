"""What a job may be asked to do, and how each becomes a piece of work at the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from holin.jobs import AloneWork
from holin.web.library import Library
from holin.web.parks import stage_named
from holin.web.places import ID
from holin.web.problems import HttpProblem
from holin.web.studies import Study, study_key

Publish = Callable[[Path, Mapping[str, Any]], Mapping[str, Any]]

NamedPark = Annotated[str, Field(pattern=ID, description="id of a park, from /api/library")]
NamedRun = Annotated[str, Field(pattern=ID, description="id of a run, from /api/library")]
NamedStage = Annotated[str, Field(min_length=1, max_length=100, description="a stage of the park")]
Day = Annotated[date | None, Field(description="local day; null: the whole year")]
Years = Annotated[
    list[Annotated[int, Field(ge=2000, le=2100)]], Field(min_length=1, max_length=8, description="years planned for")
]


Finite = Annotated[float, Field(allow_inf_nan=False)]


class Asked(BaseModel):
    """What is asked for; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid")


class RunAsked(Asked):
    """Run a park at a stage: weather, dispatch, power flow, tracing."""

    kind: Literal["run"]
    park: NamedPark
    stage: NamedStage
    start: Day = None
    end: Annotated[date | None, Field(description="local day after the last; null: the end of the year")] = None


class StudyAsked(Asked):
    """Study the grid of a run, in all its hours."""

    kind: Literal["study"]
    run: NamedRun
    study: Study


class WhatIfAsked(Asked):
    """Run a copy of a run's park with some knobs turned, and compare."""

    kind: Literal["what_if"]
    run: NamedRun
    wanted: dict[str, Finite] = Field(
        min_length=1, max_length=20, description="knob -> value, from /api/runs/{run}/knobs"
    )
    first: int | None = Field(default=None, ge=0, le=10_000_000, description="number of the first interval looked at")
    count: int | None = Field(
        default=None, ge=1, le=10_000_000, description="how many intervals from there; null: all of the run"
    )


class PlanAsked(Asked):
    """Plan a park for some years at the least cost, its grid strengthened, with what each rule costs."""

    kind: Literal["plan"]
    park: NamedPark
    years: Years
    base: NamedStage | None = Field(default=None, description="the stage that stands; null: the park's default one")
    share: float | None = Field(
        default=None, ge=0, le=1, description="physical green share asked for in every year, 0..1; null: none"
    )
    export: bool = True
    start: Day = None
    end: Day = None


class FrontierAsked(Asked):
    """Show what each step of the physical green share, or of CO2, costs."""

    kind: Literal["frontier"]
    park: NamedPark
    years: Years
    by: Literal["green_share_physical_min", "green_share_min", "co2_max_t"] = "green_share_physical_min"
    points: int = Field(default=12, ge=2, le=60)
    base: NamedStage | None = None
    export: bool = True
    start: Day = None
    end: Day = None


JobAsked = Annotated[RunAsked | StudyAsked | WhatIfAsked | PlanAsked | FrontierAsked, Field(discriminator="kind")]


@dataclass(frozen=True, kw_only=True)
class Work:
    """A piece of work for the desk: `about` is shown, `key` tells the same question, `publish` puts the result in its
    place."""

    work: AloneWork
    arguments: Mapping[str, Any]
    about: Mapping[str, Any]
    key: str
    publish: Publish | None


def work_of(asked: JobAsked, library: Library) -> Work:
    """Return what is to be done; raises HttpProblem where the park, run or stage is not served, or nothing can be
    written."""
    if library.results is None:
        raise HttpProblem(409, "no-place", "this server has no folder for results; start it with --out FOLDER")
    match asked:
        case StudyAsked():
            return _study(asked, library)
        case WhatIfAsked():
            return _what_if(asked, library)
        case RunAsked():
            return _run(asked, library)
        case PlanAsked() | FrontierAsked():
            return _plan(asked, library)


def _about(asked: Asked, **more: Any) -> dict[str, Any]:
    return asked.model_dump(mode="json") | more


def _key(asked: Asked) -> str:
    return asked.model_dump_json()


def _study(asked: StudyAsked, library: Library) -> Work:
    from holin.twin import grid_studies

    known = library.run(asked.run)
    kept = library.kept
    assert kept is not None
    works: dict[Study, AloneWork] = {
        Study.N1: grid_studies.outage_study,
        Study.FAULT: grid_studies.fault_study,
        Study.HOSTING: grid_studies.hosting_study,
    }

    def publish(folder: Path, result: Mapping[str, Any]) -> Mapping[str, Any]:
        kept.put(study_key(known, asked.study), (folder / grid_studies.ANSWER).read_bytes())
        return {"run": known.id, "study": asked.study.value}

    return Work(
        work=works[asked.study], arguments={"run": str(known.path)}, about=_about(asked), key=_key(asked),
        publish=publish,
    )  # fmt: skip


def _what_if(asked: WhatIfAsked, library: Library) -> Work:
    from holin.twin.knobs import faults_of_wanted, knobs_of
    from holin.twin.what_if import what_if

    known = library.run(asked.run)
    assert known.park is not None and known.stage is not None
    if faults := faults_of_wanted(knobs_of(known.park, known.stage), asked.wanted):
        raise HttpProblem(409, "unfit", f"{len(faults)} fault(s) in what was asked", faults)
    arguments = {"run": str(known.path), "wanted": asked.wanted, "first": asked.first, "count": asked.count}
    return Work(work=what_if, arguments=arguments, about=_about(asked), key=_key(asked), publish=None)


def _run(asked: RunAsked, library: Library) -> Work:
    from holin.twin.asked_for import run_asked

    known = library.park(asked.park)
    assert known.park is not None
    stage = stage_named(known.park, asked.stage)
    arguments = {"park": str(known.path), "stage": stage.name} | _days(asked)
    return Work(
        work=run_asked, arguments=arguments, about=_about(asked), key=_key(asked),
        publish=_placed(library, "run", f"{known.park.facts.id}-{stage.name}"),
    )  # fmt: skip


def _plan(asked: PlanAsked | FrontierAsked, library: Library) -> Work:
    from holin.twin.asked_for import frontier_asked, plan_asked

    known = library.park(asked.park)
    assert known.park is not None
    if asked.base is not None:
        stage_named(known.park, asked.base)
    arguments = asked.model_dump(exclude={"kind"}) | {"park": str(known.path)} | _days(asked)
    years = f"{min(asked.years)}-{max(asked.years)}" if len(asked.years) > 1 else str(asked.years[0])
    return Work(
        work=plan_asked if isinstance(asked, PlanAsked) else frontier_asked,
        arguments=arguments, about=_about(asked), key=_key(asked),
        publish=_placed(library, asked.kind, f"{asked.kind}-{known.park.facts.id}-{years}"),
    )  # fmt: skip


def _days(asked: RunAsked | PlanAsked | FrontierAsked) -> dict[str, str | None]:
    return {name: None if (day := getattr(asked, name)) is None else day.isoformat() for name in ("start", "end")}


def _placed(library: Library, kind: str, wanted: str) -> Publish:
    def publish(folder: Path, result: Mapping[str, Any]) -> Mapping[str, Any]:
        from holin.twin.asked_for import MADE

        return {kind: placed(library, folder / MADE, wanted)}

    return publish


def placed(library: Library, draft: Path, wanted: str) -> str:
    """Put what a job made among the results, and return the id under which it is served."""
    from holin.twin.asked_for import put_in_place

    assert library.results is not None
    return library.add(put_in_place(draft, library.results, wanted))
