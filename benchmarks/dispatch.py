"""The same dispatch in Holin and in PyPSA: objective, time and memory of both, each in a process of its own.

    python benchmarks/dispatch.py --park huolinguole --stage 2025 --hours 8760 --json
    python benchmarks/dispatch.py --rolling 48 --hours 336
    python benchmarks/dispatch.py park.npz --rolling 48 --windows 5 --mip-gap 1e-3 --json

The first: both solve the same linear problem with HiGHS on one thread; PyPSA builds it from Holin's export of physical
data (see export_case.py and peers/pypsa_dispatch.py). The second: PyPSA rolls through the unit commitment of a made-up
park (see peers/park_data.py), and Holin solves the same windows. The third: Holin alone, on any park that
peers/pypsa_park.py --export-data wrote. Seconds depend on the machine and on what else runs there: look at CPU seconds
and ratios.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from processes import holin_script, machine, peer_script, printed_json

YEAR_H = 8760
Result = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One dispatch to be solved twice; `start` None is the first day of the stage's year, `hours` whole days of it."""

    park: str = "huolinguole"
    stage: str = "2025"
    hours: int = YEAR_H
    start: date | None = None
    enforce: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

    def arguments(self) -> list[str]:
        """Return it as arguments of export_case.py and holin_dispatch.py. Raises ValueError for parts of days."""
        said = ["--stage", self.stage]
        said += [word for rule in self.enforce for word in ("--enforce", rule)]
        said += [word for limit in self.limits for word in ("--limit", limit)]
        if self.hours % 24:
            raise ValueError(f"{self.hours} h are not whole days; give a multiple of 24")
        if self.start is not None or self.hours < YEAR_H:
            first = self.start or date(int(self.stage), 1, 1)
            said += ["--start", first.isoformat(), "--end", (first + timedelta(hours=self.hours)).isoformat()]
        return said


def compared(question: Question, solvers: Sequence[str]) -> Result:
    """Solve the question with both tools and return the figures of both. Raises Failed."""
    with tempfile.TemporaryDirectory() as folder:
        case, said = str(Path(folder) / "case.npz"), question.arguments()
        shape = printed_json(holin_script("export_case.py", question.park, case, *said))
        ours = printed_json(holin_script("holin_dispatch.py", question.park, case, *said))
        theirs = {s: printed_json(peer_script("pypsa_dispatch.py", case, "--solver", s)) for s in solvers}
    best = min(theirs, key=lambda s: sum(theirs[s]["cpu_s"].values()))
    return {
        "question": {
            "park": question.park,
            "stage": question.stage,
            "start": str(question.start or f"{question.stage}-01-01"),
            "enforce": list(question.enforce),
            "limits": list(question.limits),
            **shape,
        },
        "machine": machine(),
        "holin": ours,
        "pypsa": theirs,
        "pypsa_best": best,
        **against(ours, theirs[best]),
    }


def against(ours: Result, theirs: Result) -> Result:
    """Return how far the objectives are apart, and how many times as much the peer takes."""
    return {
        "relative_difference": abs(theirs["objective"] - ours["objective"]) / max(1.0, abs(ours["objective"])),
        "ratios": {
            "cpu": sum(theirs["cpu_s"].values()) / sum(ours["cpu_s"].values()),
            "wall": sum(theirs["wall_s"].values()) / sum(ours["wall_s"].values()),
            "build": build_s(theirs) / build_s(ours),
            "solve": theirs["cpu_s"]["solve"] / ours["cpu_s"]["solve"],
            "peak_memory": theirs["peak_memory_mb"] / ours["peak_memory_mb"],
        },
    }


def build_s(result: Result) -> float:
    """Return the CPU seconds of everything but handing the problem to HiGHS and its run."""
    return float(sum(result["cpu_s"].values()) - result["cpu_s"]["solve"])


def sentence(result: Result) -> str:
    """Return the outcome in one line."""
    q, r = result["question"], result["ratios"]
    return (
        f"{q['park']} {q['stage']}, {q['hours']} h: objectives {result['holin']['objective']:.2f} (Holin) and "
        f"{result['pypsa'][result['pypsa_best']]['objective']:.2f} (PyPSA), {result['relative_difference']:.1e} apart; "
        f"PyPSA takes {r['cpu']:.1f} times the CPU time and {r['peak_memory']:.1f} times the memory"
    )


def rolling_text(a: argparse.Namespace) -> str:
    """Roll through the windows that the command line asks for, and return what to print."""
    import rolling  # the other comparison does without it

    if a.case is None:
        hours = a.rolling + rolling.STEP_H * (a.windows - 1) if a.windows else a.hours
        result = rolling.paired(
            hours=hours, start=a.first_hour, window_h=a.rolling, mip_gap=a.mip_gap, by_highs=a.highs
        )
        return json.dumps(result, indent=2) if a.json else rolling.pair_sentences(result)
    states = rolling.states_of(a.states) if a.states else ()
    found = rolling.rolled(
        a.case, window_h=a.rolling, windows=a.windows, mip_gap=a.mip_gap, states=states, by_highs=a.highs
    )
    return json.dumps(found, indent=2) if a.json else rolling.window_sentences(found)


def main() -> None:
    """Compare what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--park", default="huolinguole")
    parser.add_argument("--stage", default="2025")
    parser.add_argument("--hours", type=int, default=YEAR_H, help="whole days; a year without it")
    parser.add_argument("--start", type=date.fromisoformat, help="first local day")
    parser.add_argument("--enforce", action="append", default=[], metavar="RULE[=VALUE]")
    parser.add_argument("--limit", action="append", default=[], metavar="[BRANCH=]FACTOR", help="on branch limits")
    parser.add_argument(
        "--solver", action="append", choices=("simplex", "ipx", "hipo"), help="of PyPSA; the quickest of several counts"
    )
    parser.add_argument("--json", action="store_true")
    rolls = parser.add_argument_group("rolling unit commitment")
    rolls.add_argument(
        "case", type=Path, nargs="?", help="park of pypsa_park.py --export-data; without it beside PyPSA"
    )
    rolls.add_argument("--rolling", type=int, metavar="HOURS", help="length of a window; each begins 24 h later")
    rolls.add_argument("--windows", type=int, help="solve that many only")
    rolls.add_argument("--mip-gap", type=float, default=1e-3)
    rolls.add_argument("--first-hour", type=int, default=2160, help="of the year, beside PyPSA")
    rolls.add_argument("--states", type=Path, help="states that pypsa_park.py printed, to begin the windows in")
    rolls.add_argument("--highs", action="store_true", help="HiGHS's own branch and bound, alone or as well")
    a = parser.parse_args()
    if a.case is not None and a.rolling is None:
        parser.error("a park file is for --rolling HOURS")
    if a.rolling is not None:
        print(rolling_text(a))
        return
    question = Question(
        park=a.park,
        stage=a.stage,
        hours=a.hours,
        start=a.start,
        enforce=tuple(a.enforce),
        limits=tuple(a.limit),
    )
    result = compared(question, a.solver or ("simplex",))
    print(json.dumps(result, indent=2) if a.json else sentence(result))


if __name__ == "__main__":
    main()
