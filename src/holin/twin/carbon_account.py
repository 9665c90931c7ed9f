"""From a run to its carbon accounts: scopes of every enterprise by three counts, statements, marginal emissions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from holin.carbon import Matching, Scopes, Statement, carbon, scopes, statement
from holin.dispatch import Marginal, marginal
from holin.park import Park, Stage, at_stage, stage_of
from holin.parkfile import read_park
from holin.store import Run, read_run
from holin.summary import metal_t
from holin.twin.run import Progress, settled

SAME_OPTIMUM = 1e-6
"""Relative: a cost nearer than that to the run's is the run's optimum again."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CarbonAccount:
    """The accounts of a run: its park frozen at its stage, `kind` (demo: from a run, metered: from meters)."""

    park: Park
    stage: Stage
    kind: str
    scopes: Scopes
    statement: Statement
    marginal: Marginal | None


def carbon_account(
    folder: str | Path,
    *,
    claims: pd.DataFrame | None = None,
    matching: Matching | str = Matching.HOUR,
    region: str | None = None,
    cast_mwh_per_t: float = 0.0,
    with_marginal: bool = False,
    exported_t_per_mwh: float = 0.0,
    on_progress: Progress | None = None,
) -> CarbonAccount:
    """Account for the greenhouse gases of a run folder; see `holin.carbon.scopes` and `holin.carbon.statement`.

    `claims` are retired certificates (columns CLAIMS); without any no certificate is retired. `with_marginal`
    dispatches the run's hours again for `holin.dispatch.marginal`.
    """
    say = on_progress or (lambda what, share: None)
    found = read_run(folder)
    whole = read_park(found.park_folder)
    stage = stage_of(whole, found.summary["stage"])
    park = at_stage(whole, stage)
    schedule, flows, trace = (found.tables[name].load() for name in ("schedule", "flows", "trace"))
    say("carbon", 0.0)
    made = scopes(
        park,
        schedule,
        flows,
        trace,
        carbon(park, schedule, flows, trace),
        metal_t(park, flows),
        claims=claims,
        matching=Matching(matching),
        region=region,
    )
    told = statement(made, park, cast_mwh_per_t=cast_mwh_per_t)
    say("carbon", 1.0)
    margin = _marginal(found, park, exported_t_per_mwh, say) if with_marginal else None
    return CarbonAccount(park=park, stage=stage, kind="demo", scopes=made, statement=told, marginal=margin)


def _marginal(found: Run, park: Park, exported_t_per_mwh: float, say: Callable[[str, float], None]) -> Marginal:
    """Return the marginal emissions of the run's optimum, found again from its tables.

    A run keeps the losses of its last round, but not the limits that AC flows taught it. Where its cost does not come
    again without them, its rounds are made again, too.
    """
    may, must, schedule = (found.tables[name].load() for name in ("available", "demand", "schedule"))
    say("dispatch", 0.0)
    made = marginal(park, may, must, losses=schedule["loss_mw"], exported_t_per_mwh=exported_t_per_mwh)
    if math.isclose(made.objective, float(found.summary["objective"]), rel_tol=SAME_OPTIMUM, abs_tol=1e-3):
        return made
    held = settled(park, may, must, on_progress=say)
    return marginal(
        park,
        may,
        must,
        losses=held.optimum.schedule["loss_mw"],
        limits_mw=held.limits_mw,
        watched=held.optimum.watched,
        start=held.optimum.basis,
        exported_t_per_mwh=exported_t_per_mwh,
    )
