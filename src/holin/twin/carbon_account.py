"""From a run to its carbon accounts: scopes of every enterprise by three counts, statements, marginal emissions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from holin import ledger
from holin.carbon import Matching, Scopes, Statement, carbon, scopes, statement
from holin.dispatch import Marginal, marginal
from holin.errors import ARGUMENT, BadInput, Fault
from holin.park import Park, Stage, at_stage, stage_of
from holin.parkfile import read_park
from holin.potline import metal_t
from holin.store import read_run
from holin.twin.run import Progress, Result, settled

SAME_OPTIMUM = 1e-6
"""Relative: a cost nearer than that to the run's is the run's optimum again."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CarbonAccount:
    """The accounts of a run: its park frozen at its stage, `kind` (demo: calculated, metered: from meters).

    `claims_from` is the ledger or the file that the claims come from, or none; `others_mwh` is what that ledger retired
    for none of the park's enterprises.
    """

    park: Park
    stage: Stage
    kind: str
    scopes: Scopes
    statement: Statement
    marginal: Marginal | None
    claims_from: str
    claims_in_ledger: bool
    others_mwh: float


def carbon_account(
    source: str | Path | Result,
    *,
    claims: pd.DataFrame | None = None,
    matching: Matching | str = Matching.HOUR,
    region: str | None = None,
    cast_mwh_per_t: float = 0.0,
    with_marginal: bool = False,
    exported_t_per_mwh: float = 0.0,
    on_progress: Progress | None = None,
) -> CarbonAccount:
    """Account for the greenhouse gases of a run: a run folder, or what `run` or `metered_run` returned.

    See `holin.carbon.scopes` and `holin.carbon.statement`. `claims` are retired certificates (columns CLAIMS), such as
    `claims_of_ledger` gives; without any no certificate is retired. `with_marginal` dispatches the run's hours again
    for `holin.dispatch.marginal`; raises BadInput where meters made the run, for meters dispatch nothing.
    """
    say = on_progress or (lambda what, share: None)
    whole, stage, tables, figures = _made(source)
    kind = kind_of(figures)
    if with_marginal and "available" not in tables:
        problem = "meters made this run, and marginal emissions are those of a dispatch"
        right = "make a run of the same days (`holin run`), and ask for the marginal emissions of that"
        raise BadInput([Fault(file=ARGUMENT, field="with_marginal", problem=problem, right=right)])
    park = at_stage(whole, stage)
    schedule, flows, trace = (tables[name].load() for name in ("schedule", "flows", "trace"))
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
        kind=kind,
    )
    told = statement(made, park, cast_mwh_per_t=cast_mwh_per_t)
    say("carbon", 1.0)
    said = {} if claims is None else {str(name): value for name, value in claims.attrs.items()}
    margin = _marginal(tables, figures, park, exported_t_per_mwh, say) if with_marginal else None
    if margin is not None:
        margin.table.attrs["kind"] = kind
    return CarbonAccount(
        park=park,
        stage=stage,
        kind=kind,
        scopes=made,
        statement=told,
        marginal=margin,
        claims_from="none" if claims is None else str(said.get("ledger") or said.get("file") or "table"),
        claims_in_ledger="ledger" in said,
        others_mwh=float(said.get("others_mwh", 0.0)),
    )


def claims_of_ledger(address: str | Path, source: str | Path | Result, *, key: Path | None = None) -> pd.DataFrame:
    """Return the claims that a ledger holds of a run's enterprises; `attrs["others_mwh"]` is retired for others.

    Raises BadInput where the ledger and the run are not of one kind: what was computed and what was metered are never
    mixed.
    """
    park, _, _, figures = _made(source)
    kind = kind_of(figures)
    with ledger.opened(address, key=key) as book:
        if book.facts.kind != kind:
            problem = f"holds {book.facts.kind} certificates, and the run is {kind}"
            right = "use another ledger: what was computed and what was metered are never mixed"
            raise BadInput([Fault(file=book.address, problem=problem, right=right)])
        found = ledger.claims(book)
        address = book.address
    ours = found["enterprise"].isin([e.id for e in park.enterprises])
    claims = found[ours].reset_index(drop=True)
    claims.attrs |= {"ledger": str(address), "others_mwh": float(found.loc[~ours, "retired_mwh"].sum())}
    return claims


def kind_of(figures: Mapping[str, Any]) -> str:
    """Return metered for a run that real meters made, else demo."""
    return "metered" if figures.get("kind") == "metered" else "demo"


def _made(source: str | Path | Result) -> tuple[Park, Stage, Mapping[str, xr.Dataset], Mapping[str, Any]]:
    """Return the whole park, the stage, the tables and the figures of a run."""
    if isinstance(source, Result):
        return source.park, source.stage, source.tables, source.summary
    found = read_run(source)
    park = read_park(found.park_folder)
    return park, stage_of(park, found.summary["stage"]), found.tables, found.summary


def _marginal(
    tables: Mapping[str, xr.Dataset], figures: Mapping[str, Any], park: Park, exported_t_per_mwh: float, say: Progress
) -> Marginal:
    """Return the marginal emissions of the run's optimum, found again from its tables.

    A run keeps the losses of its last round, but not the limits that AC flows taught it. Where its cost does not come
    again without them, its rounds are made again, too.
    """
    may, must, schedule = (tables[name].load() for name in ("available", "demand", "schedule"))
    say("dispatch", 0.0)
    made = marginal(park, may, must, losses=schedule["loss_mw"], exported_t_per_mwh=exported_t_per_mwh)
    if math.isclose(made.objective, float(figures["objective"]), rel_tol=SAME_OPTIMUM, abs_tol=1e-3):
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
