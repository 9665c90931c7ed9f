"""Measure everything, write results/*.json, and put the tables into README.md: `make bench`.

    python benchmarks/run.py [--only NAME] [--tables]

It takes some minutes. uv fetches the peers into environments of their own (in uv's cache) at the first time.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from typing import Any

import cold
import demo
import estimation
import fault
import plan_picture
import rolling
import scigrid
from processes import HERE, Failed, holin_script, output_of, printed_json
from report import (
    cold_line,
    controls_table,
    demo_table,
    effort_table,
    equality_table,
    estimation_table,
    fault_table,
    flow_table,
    limits_table,
    machine_line,
    marked,
    phases_table,
    rolling_line,
    rolling_table,
    scigrid_table,
)
from report_hall import hall_line, hall_table
from report_ledger import ledger_line, ledger_table
from report_plan import frontier_table, plan_line, plan_table, sweep_table
from report_tracing import tracing_table
from report_web import web_line, web_table

import flow
import plan
from dispatch import Question, compared, sentence

RESULTS, README = HERE / "results", HERE / "README.md"

QUESTIONS = (
    Question(hours=336),
    Question(hours=336, start=date(2025, 5, 5), limits=("0.7",)),
    Question(park="huolinhe", stage="2023", hours=744),
    Question(park="huolinhe", stage="2026", hours=336, limits=("0.7",)),
    Question(park="huolinhe", stage="2023", hours=168, limits=("T-HJ-9=0.3",)),
    Question(),
    Question(enforce=("green-share-35=0.56",)),
)
"""Two weeks; two weeks with a circuit of the tie out and tight limits; a month of coal, heat and potlines; two weeks
with storage and tight limits; a week in which one of two equal units stands behind a weak transformer; the year; the
year with an enforced green share that binds."""

SOLVERS = ("simplex", "hipo")
"""Of PyPSA's problem; the quicker one counts."""

TOLERANCE = 1e-6


def measure_dispatch() -> None:
    """Compare all questions and keep their figures. Exits when two objectives differ."""
    results: list[dict[str, Any]] = []
    for question in QUESTIONS:
        results.append(compared(question, SOLVERS))
        print(sentence(results[-1]), file=sys.stderr, flush=True)
    keep("dispatch", results)
    apart = [sentence(r) for r in results if r["relative_difference"] > TOLERANCE]
    if apart:
        sys.exit(f"objectives differ by more than {TOLERANCE:g}:\n" + "\n".join(apart))


def measure_rolling() -> None:
    """Roll through two weeks of spring beside PyPSA, and keep the figures. Exits when both cannot be right."""
    found = rolling.paired(hours=336, start=2160, window_h=48, mip_gap=1e-3, by_highs=True)
    print(rolling.pair_sentences(found), file=sys.stderr, flush=True)
    keep("rolling", found)


def measure_plan() -> None:
    """Plan growing horizons beside PyPSA and keep the figures. Exits when two objectives differ."""
    found = plan.measured([plan.case_of(hours) for hours in plan.HOURS], peer=True, time_limit_s=7200.0)
    keep("plan", found)
    apart = [plan.sentence(c) for c in found["cases"] if c.get("relative_difference", 0.0) > TOLERANCE]
    if apart:
        sys.exit(f"objectives differ by more than {TOLERANCE:g}:\n" + "\n".join(apart))


def measure_frontier() -> None:
    """Find frontiers beside their points one by one and keep the figures."""
    keep("frontier", printed_json(holin_script("frontier.py", "--json")))


def measure_sweep() -> None:
    """Sweep on one process, on Dask and on the own pool, and keep the figures. The machine should be quiet."""
    keep("sweep", printed_json(holin_script("sweep.py", "--json")))


def measure_scigrid() -> None:
    """Dispatch the German transmission grid beside PyPSA; says so where its package cannot be fetched."""
    try:
        found = scigrid.measured()
    except Failed as error:
        print(f"SKIPPED, NOT MEASURED: scigrid-de. {error}", file=sys.stderr, flush=True)
        return
    print(scigrid.sentence(found), file=sys.stderr, flush=True)
    keep("scigrid", found)
    if (apart := scigrid.apart(found)) > scigrid.TOLERANCE:
        sys.exit(f"scigrid-de: the objectives are {apart:.1e} apart")


def measure_demo() -> None:
    """Measure the demo and keep its figures."""
    result = printed_json(holin_script("demo.py", "--json"))
    print(demo.sentence(result), file=sys.stderr, flush=True)
    keep("demo", result)


def measure_flow() -> None:
    """Compare the power flow with its peers on every grid and keep the figures."""
    results = [flow.measured(grid) for grid in flow.GRIDS]
    for found in results:
        print(flow.sentence(found), file=sys.stderr, flush=True)
    keep("flow", results)
    keep("cold", cold.first_calls())


def measure_fault() -> None:
    """Compare short circuits with pandapower on networks of three sizes and keep the figures."""
    keep("fault", [fault.measured(buses) for buses in fault.BUSES])


def measure_estimation() -> None:
    """Compare state estimation with its peer in every case and keep the figures."""
    found = printed_json(holin_script("estimation.py", "--json"))
    for case in found["cases"]:
        print(estimation.sentence(case), file=sys.stderr, flush=True)
    keep("estimation", found)


def measure_ledger() -> None:
    """Issue, retire and verify a park-year of certificates and keep the figures."""
    keep("ledger", printed_json(holin_script("ledger.py", "--postgres", "--json")))


def measure_hall() -> None:
    """Search 100,000 products beside the peers and keep the figures. Exits when results differ."""
    keep("hall", printed_json(holin_script("hall.py", "--json")))


def measure_web() -> None:
    """Make the demo's year, serve it to 50 viewers and keep the figures. The machine should be quiet."""
    output_of(holin_script("web.py"))


def measure_tracing() -> None:
    """Trace a year beside the peers on every grid and keep the figures. Exits when results differ."""
    found = printed_json(holin_script("tracing.py", "--json"))
    keep("tracing", found)
    apart = max(g["engines"]["holin"]["distance_to_dense_inverse_mw"] for g in found["grids"])
    if apart > 1e-8:
        sys.exit(f"tracing: {apart:.1e} MW from the dense inverse")


def keep(name: str, result: Any) -> None:
    """Write one result file."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def write_tables() -> None:
    """Put the tables of the results that exist into the README."""
    text = README.read_text(encoding="utf-8")
    if (RESULTS / "dispatch.json").exists():
        results = json.loads((RESULTS / "dispatch.json").read_text(encoding="utf-8"))
        text = marked(text, "equality", equality_table(results))
        text = marked(text, "effort", effort_table(results) + "\n\n" + machine_line(results))
    if (RESULTS / "rolling.json").exists():
        found = json.loads((RESULTS / "rolling.json").read_text(encoding="utf-8"))
        text = marked(text, "rolling", rolling_table(found) + "\n\n" + rolling_line(found))
    if (RESULTS / "plan.json").exists():
        found = json.loads((RESULTS / "plan.json").read_text(encoding="utf-8"))
        text = marked(text, "plan", plan_table(found["cases"]) + "\n\n" + plan_line(found))
        plan_picture.draw(found["cases"])
    if (RESULTS / "frontier.json").exists():
        found = json.loads((RESULTS / "frontier.json").read_text(encoding="utf-8"))
        text = marked(text, "frontier", frontier_table(found["rows"]))
    if (RESULTS / "sweep.json").exists():
        text = marked(text, "sweep", sweep_table(json.loads((RESULTS / "sweep.json").read_text(encoding="utf-8"))))
    if (RESULTS / "scigrid.json").exists():
        text = marked(
            text, "scigrid", scigrid_table(json.loads((RESULTS / "scigrid.json").read_text(encoding="utf-8")))
        )
    if (RESULTS / "flow.json").exists():
        results = json.loads((RESULTS / "flow.json").read_text(encoding="utf-8"))
        text = marked(text, "flow", flow_table(results))
        text = marked(text, "controls", controls_table(results))
        text = marked(text, "limits", limits_table(results))
        text = marked(text, "phases", phases_table(results))
    if (RESULTS / "cold.json").exists():
        text = marked(text, "cold", cold_line(json.loads((RESULTS / "cold.json").read_text(encoding="utf-8"))))
    if (RESULTS / "fault.json").exists():
        text = marked(text, "fault", fault_table(json.loads((RESULTS / "fault.json").read_text(encoding="utf-8"))))
    if (RESULTS / "estimation.json").exists():
        found = json.loads((RESULTS / "estimation.json").read_text(encoding="utf-8"))
        text = marked(text, "estimation", estimation_table(found["cases"]))
    if (RESULTS / "ledger.json").exists():
        found = json.loads((RESULTS / "ledger.json").read_text(encoding="utf-8"))
        text = marked(text, "ledger", ledger_table(found) + "\n\n" + ledger_line(found))
    if (RESULTS / "hall.json").exists():
        found = json.loads((RESULTS / "hall.json").read_text(encoding="utf-8"))
        text = marked(text, "hall", hall_table(found) + "\n\n" + hall_line(found))
    if (RESULTS / "web.json").exists():
        found = json.loads((RESULTS / "web.json").read_text(encoding="utf-8"))
        text = marked(text, "web", web_table(found) + "\n\n" + web_line(found))
    if (RESULTS / "tracing.json").exists():
        found = json.loads((RESULTS / "tracing.json").read_text(encoding="utf-8"))
        text = marked(text, "tracing", tracing_table(found["grids"]))
    if (RESULTS / "demo.json").exists():
        text = marked(text, "demo", demo_table(json.loads((RESULTS / "demo.json").read_text(encoding="utf-8"))))
    README.write_text(text, encoding="utf-8")


MEASURES = {
    "dispatch": measure_dispatch,
    "rolling": measure_rolling,
    "plan": measure_plan,
    "frontier": measure_frontier,
    "sweep": measure_sweep,
    "scigrid": measure_scigrid,
    "demo": measure_demo,
    "flow": measure_flow,
    "fault": measure_fault,
    "estimation": measure_estimation,
    "tracing": measure_tracing,
    "ledger": measure_ledger,
    "hall": measure_hall,
    "web": measure_web,
}


def main() -> None:
    """Measure what the command line asks for; without a word, everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=tuple(MEASURES))
    parser.add_argument("--tables", action="store_true", help="measure nothing, make the tables anew")
    arguments = parser.parse_args()
    if not arguments.tables:
        for name, measure in MEASURES.items():
            if arguments.only in (None, name):
                measure()
    write_tables()


if __name__ == "__main__":
    main()
