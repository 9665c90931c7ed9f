"""`holin sweep`: the plan in many scenarios, on a pool of processes or on Dask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holin.cli.frontier import print_notices
from holin.cli.grid_state import wrong
from holin.cli.options import EndOption, JsonOption, LanguageOption, ParkArgument, StartOption
from holin.cli.output import default_language, digits_for, figure, out, percent, print_json, print_table, progress
from holin.cli.plan_asked import changes_of, step_of
from holin.cli.plan_options import ChangeOption, StepOption, WishOptions, at_once, park_with, planning
from holin.cli.plan_unserved import print_unserved_scenarios
from holin.cli.run import moment_of
from holin.cli.texts import text

if TYPE_CHECKING:
    from holin.jobs import Outcome
    from holin.park import Park
    from holin.scenarios import Scenario, ScenarioSpec

FACTORS_SHOWN = 4

LITTLE = 0.7
"""A straight line through all ranked factors that explains less of a figure's variance: they are not what matters."""
REASONS_SHOWN = 2
"""Of scenarios without an answer: each reason is a few sentences."""


@planning
def sweep(
    *,
    park: ParkArgument,
    scenarios: Annotated[Path, typer.Option("--scenarios", help="Scenario file (TOML): what may turn out otherwise.")],
    out_folder: Annotated[Path, typer.Option("-o", "--out", help="Folder of the results, one file per scenario.")],
    draws: Annotated[int, typer.Option("--draws", min=1, max=99_999, help="How many scenarios are drawn.")] = 32,
    method: Annotated[str, typer.Option("--method", help="plain, latin or sobol (a power of two).")] = "sobol",
    sensitivity: Annotated[
        bool,
        typer.Option(
            "--sensitivity",
            help="Share out the variance among the factors (Sobol' indices): it plans draws x (factors + 2) scenarios.",
        ),
    ] = False,
    draw_seed: Annotated[int, typer.Option("--draw-seed", min=0, help="Seed of the drawing.")] = 1,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes of this machine; without it one per core.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="Address of a Dask scheduler, such as tcp://first:8786.")
    ] = None,
    wish: WishOptions,
    change: ChangeOption = None,
    start: StartOption = None,
    end: EndOption = None,
    step: StepOption = "1h",
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Plan a park in many scenarios: how far sizes, price and share go, and what they depend on.

    `holin sweep huolinguole --scenarios prices.toml --draws 64 --years 2030 --share 0.7 -o sweep-70`. Stopped, it is
    taken up again by the same line: what stands in the folder is kept. `--sensitivity` says which factor makes how much
    of the variance. On several machines: `--scheduler tcp://first:8786` (Dask, the extra holin[dask]); a lost worker
    loses nothing. Sizes are of any amount, the network is DC and without losses: plan the ones that matter with `holin
    plan`.
    """
    if scheduler and workers:
        raise wrong("--workers", str(workers), "the workers of a Dask scheduler are its own", "leave one of both out")
    wishes, changes, first, last, step_h = at_once(
        wish.wishes, lambda: changes_of(change), lambda: moment_of(start, "--start"), lambda: moment_of(end, "--end"),
        lambda: step_of(step),
    )  # fmt: skip
    from holin.errors import BadInput
    from holin.jobs import run_jobs
    from holin.scenarios import faults_of_quantities, read_scenarios
    from holin.twin.plan_rules import asked_figures
    from holin.twin.sweep import hours_planned, planned_scenario

    speech = language or default_language()
    with progress(not as_json, speech) as advance:
        advance("read", 0.0)
        whole, spec = park_with(park, changes), read_scenarios(scenarios)
        if faults := faults_of_quantities(spec, whole):
            raise BadInput(faults)
        hours = hours_planned(whole, wishes, first, last)
        drawn = _drawn(spec, draws, draw_seed, method, sensitivity)
        outcome = run_jobs(
            {s.id: {"scenario": s} for s in drawn}, planned_scenario, out_folder,
            shared={"park": whole, "wishes": wishes, "start": first, "end": last, "step_h": step_h},
            workers=workers, scheduler=scheduler, on_progress=lambda now: advance("sweep", now.share),
        )  # fmt: skip
    figures = figures_of_sweep(whole, drawn, outcome, base_points=draws if sensitivity else None)
    figures |= {"hours": [hours], "step_h": step_h}
    figures["asked"] = asked_figures(wishes) | {
        "scenarios": scenarios.name, "draws": draws, "method": method, "draw_seed": draw_seed,
        "sensitivity": sensitivity, "changes": [vars(c) for c in changes], "start": start, "end": end,
        "step": step,
    }  # fmt: skip
    if as_json:
        print_json(figures)
    else:
        print_sweep(figures, speech)
    if figures["lost"]:  # unlike those without a plan they have no answer: the same line tries them again
        raise typer.Exit(1)


def _drawn(
    spec: ScenarioSpec, draws: int, seed: int, method: str, sensitivity: bool
) -> tuple[Scenario, ...]:  # fmt: skip
    """Return the scenarios. Raises BadInput for a number or a way of drawing that cannot be."""
    from holin.scenarios import draw_scenarios, sensitivity_scenarios

    if not sensitivity:
        return draw_scenarios(spec, draws, seed, method)  # type: ignore[arg-type]
    if method != "sobol":
        raise wrong("--method", method, "--sensitivity has a draw of its own", "leave --method out")
    return sensitivity_scenarios(spec, draws, seed)


def figures_of_sweep(
    whole: Park, drawn: Sequence[Scenario], outcome: Outcome, *, base_points: int | None = None
) -> dict[str, Any]:
    """Return what a sweep found, and why scenarios have no answer (`why`: reason -> how many).

    With so many base points of a sensitivity study, figures are spread over its independent scenarios alone.
    """
    from holin.jobs import read_results
    from holin.park import names_of
    from holin.twin.sweep import sensitivity_figures, sweep_figures

    results = {r.id: r.result for r in read_results(outcome.folder, outcome.done) if r.result is not None}
    without = read_results(outcome.folder, (*outcome.failed, *outcome.lost))
    why = Counter(" ".join(r.error["text"].split()) for r in without if r.error is not None)
    return {
        "park": whole.facts.id,
        "names": names_of(whole.facts),
        "synthetic": {"en": whole.facts.synthetic, "zh": whole.facts.synthetic_zh},
        "currency": whole.facts.currency,
        "folder": str(outcome.folder),
        "done": len(outcome.done),
        "kept": len(outcome.kept),
        "failed": list(outcome.failed),
        "lost": list(outcome.lost),
        "why": dict(why.most_common()),
        "damaged": list(outcome.damaged),
        **sweep_figures(drawn if base_points is None else drawn[: 2 * base_points], results),
        "sensitivity": None if base_points is None else sensitivity_figures(drawn, results),
    }


def print_sweep(figures: dict[str, Any], language: str) -> None:
    """Print how far each figure goes, what it depends on, and why scenarios have no answer."""
    out.print(
        text(
            "sweep.title", language, park=figures["names"][language], done=figures["done"], kept=figures["kept"],
            failed=len(figures["failed"]), lost=len(figures["lost"]),
        ),
        style="bold", soft_wrap=True,
    )  # fmt: skip
    print_notices(figures, language)
    for words, count in list(figures["why"].items())[:REASONS_SHOWN]:
        out.print(text("sweep.why", language, count=count, words=words), style="yellow", soft_wrap=True, markup=False)
    if cramped := figures["cramped"]:
        out.print(text("sweep.without_room", language, count=len(cramped)), style="yellow", soft_wrap=True)
    print_unserved_scenarios(figures["unserved_mwh"], figures["scenarios"], language)
    rows = []
    for name, spread in figures["spread"].items():
        shown = [spread[k] / (1e6 if name == "investment" else 1.0) for k in ("p05", "p50", "p95")]
        digits = digits_for(shown, 4)
        rows.append([text(f"sweep.{name}", language), *(figure(value, digits) for value in shown)])
    if rows:
        print_table(text("sweep.spread", language), ["", "5 %", "50 %", "95 %"], rows)
    if figures["sensitivity"] is not None:
        _print_sensitivity(figures["sensitivity"], language)
    for name, mattered in figures["mattered"].items() if figures["sensitivity"] is None else ():
        ranked = sorted(mattered["rank"].items(), key=lambda pair: -abs(pair[1]))[:FACTORS_SHOWN]
        print_table(
            text("sweep.mattered", language, figure=text(f"sweep.{name}", language)),
            [text("sweep.factor", language), text("sweep.rank", language)],
            [[factor, f"{value:+.2f}"] for factor, value in ranked],
        )
        if mattered["r_squared"] < LITTLE:
            said = text("sweep.little", language, explained=percent(mattered["r_squared"]))
            out.print(said, style="yellow", soft_wrap=True)
    if figures["sensitivity"] is None and figures["mattered"]:
        _print_unranked(figures, language)
    if rows:
        out.print(text("sweep.note", language), soft_wrap=True)
    out.print(text("sweep.written", language, path=figures["folder"]), soft_wrap=True)


def _print_unranked(figures: dict[str, Any], language: str) -> None:
    """Print what no rank tells, and what would tell it."""
    if unranked := figures["unranked"]:
        out.print(text("sweep.unranked", language, factors=", ".join(unranked)), style="yellow", soft_wrap=True)
    elif any(mattered["r_squared"] < LITTLE for mattered in figures["mattered"].values()):
        out.print(text("sweep.try_sensitivity", language), style="yellow", soft_wrap=True)


def _print_sensitivity(found: dict[str, Any], language: str) -> None:
    """Print which share of each figure's variance each factor makes, the largest first."""
    if not found:
        out.print(text("sweep.no_sensitivity", language), style="yellow", soft_wrap=True)
    for name, shares in found.items():
        ranked = sorted(shares["factors"].items(), key=lambda pair: -pair[1]["total"])[:FACTORS_SHOWN]
        print_table(
            text("sweep.sensitivity", language, figure=text(f"sweep.{name}", language)),
            [text(f"sweep.{n}", language) for n in ("factor", "first", "total")],
            [[factor, _share(share, "first"), _share(share, "total")] for factor, share in ranked],
        )
    if missing := max((shares["missing"] for shares in found.values()), default=0):
        points = max(shares["points"] + shares["missing"] for shares in found.values())
        said = text("sweep.missing", language, missing=missing, points=points)
        out.print(said, style="yellow", soft_wrap=True)


def _share(share: dict[str, float], name: str) -> str:
    value, low, high = (round(share[n], 2) + 0.0 for n in (name, f"{name}_low", f"{name}_high"))  # no -0.00
    return f"{value:.2f} ({low:.2f} – {high:.2f})"
