"""Rolling unit commitment of an exported park: Holin's windows, and the same windows beside PyPSA in one run."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from park_windows import Park, State, first_state, read_park, state_after, state_from, window_of
from processes import Failed, holin_script, machine, peer_script, printed_json

from holin import __version__
from holin.kernel.highs import highs_version
from holin.kernel.mixed import MixedSolution, solve_mixed
from holin.kernel.switching import solve_switching

Result = dict[str, Any]

STEP_H = 24
"""How far the window moves on."""

ROUNDING = 1e-6
"""How far apart two solvers' objectives of one point may be, relative: both keep rows to 1e-7 MW."""


def rolled(
    path: Path,
    *,
    window_h: float,
    windows: int | None,
    mip_gap: float,
    states: Sequence[State] = (),
    by_highs: bool = False,
) -> Result:
    """Solve windows that begin every 24 h, each in the state that the one before reached, or in those given.

    CPU seconds hold building, solving and the state for the next window. `by_highs` leaves the solving to HiGHS's own
    branch and bound. Raises ValueError for a file that is no such park, or is too short for one window.
    """
    park = read_park(path)
    starts = list(_starts(park, window_h, windows))
    if not starts:
        raise ValueError(f"{path} is shorter than a window of {window_h:g} h")
    state, found = first_state(park), []
    for k, first in enumerate(starts):
        began = time.perf_counter(), time.process_time()
        state = states[k] if k < len(states) else state
        window = window_of(park, state, first, round(window_h / float(park["dt"])))
        built = time.process_time()
        if by_highs:
            solved = solve_mixed(window.problem, mip_gap=mip_gap)
        else:
            solved = solve_switching(window.problem, window.switches, mip_gap=mip_gap, lazy=window.branch_rows)
        state = state_after(park, window, solved.linear.values, state, first, round(STEP_H / float(park["dt"])))
        ended = time.perf_counter(), time.process_time()
        found.append(
            {
                **figures(solved),
                "objective_recomputed": float(window.problem.cost @ solved.linear.values),
                "wall_s": ended[0] - began[0],
                "cpu_s": ended[1] - began[1],
                "of_it_build_cpu_s": built - began[1],
            }
        )
    return {
        "park": path.name,
        "window_h": window_h,
        "mip_gap_asked": mip_gap,
        "windows": found,
        "total_cpu_s": sum(w["cpu_s"] for w in found),
        "versions": {"holin": __version__, "highspy": highs_version()},
    }


def _starts(park: Park, window_h: float, windows: int | None) -> Iterator[int]:
    dt = float(park["dt"])
    for first in count(0, round(STEP_H / dt)):
        if first + round(window_h / dt) > len(park["tou"]) or first // round(STEP_H / dt) == windows:
            return
        yield first


def figures(solved: MixedSolution) -> Result:
    """Return what is said of each window."""
    return {
        "objective": solved.objective,
        "bound": solved.bound,
        "mip_gap": solved.mip_gap,
        "proven": solved.proven,
        "nodes": solved.nodes,
    }


def paired(*, hours: int, start: int, window_h: int, mip_gap: float, by_highs: bool = False) -> Result:
    """Let PyPSA roll through a park, solve the same windows from the same states with Holin, and hold both together.

    `start` is the first hour of the year. Raises Failed when a process does not end well.
    """
    with tempfile.TemporaryDirectory() as folder:
        case, told = Path(folder) / "park.npz", Path(folder) / "states.json"
        theirs = printed_json(
            peer_script(
                "pypsa_park.py", "--dispatch", "--rolling", str(window_h), "--hours", str(hours), "--start", str(start),
                "--resolution", "15min", "--mip-gap", str(mip_gap), "--export-data", str(case),
            )
        )  # fmt: skip
        told.write_text(json.dumps(theirs["states"]), encoding="utf-8")
        said = [str(case), "--rolling", str(window_h), "--mip-gap", str(mip_gap), "--json"]
        same = printed_json(holin_script("dispatch.py", *said, "--states", str(told)))
        own = printed_json(holin_script("dispatch.py", *said))
        plain = printed_json(holin_script("dispatch.py", *said, "--states", str(told), "--highs")) if by_highs else None
    result = {
        "hours": hours, "start": start, "window_h": window_h, "mip_gap": mip_gap, "machine": machine(),
        "pypsa": {k: theirs[k] for k in ("windows", "total_cpu_s", "versions", "peak_rss_mb")},
        "holin": same,
        "holin_own_states": {k: own[k] for k in ("windows", "total_cpu_s")},
        "straight_into_highs": plain,
        "ratios": [t["cpu_s"] / o["cpu_s"] for t, o in zip(theirs["windows"], same["windows"], strict=True)],
        "ratio": theirs["total_cpu_s"] / same["total_cpu_s"],
        "ratio_own_states": theirs["total_cpu_s"] / own["total_cpu_s"],
    }  # fmt: skip
    if apart := faults_of_pair(theirs["windows"], same["windows"]):
        raise Failed("\n".join(apart))
    return result


def faults_of_pair(theirs: Sequence[Result], ours: Sequence[Result]) -> list[str]:
    """Return the windows in which both cannot be right: a proven bound of one lies above a point of the other."""
    found = []
    for k, (their, our) in enumerate(zip(theirs, ours, strict=True), 1):
        room = ROUNDING * abs(their["objective"])
        if our["bound"] > their["objective"] + room:
            found.append(
                f"window {k}: Holin's bound {our['bound']:.2f} is above PyPSA's point {their['objective']:.2f}"
            )
        if their["bound"] > our["objective"] + room:
            found.append(
                f"window {k}: PyPSA's bound {their['bound']:.2f} is above Holin's point {our['objective']:.2f}"
            )
        if abs(our["objective_recomputed"] - our["objective"]) > room:
            found.append(f"window {k}: the objective worked out anew is {our['objective_recomputed']:.2f}")
        if not our["proven"]:
            found.append(f"window {k}: gap {our['mip_gap']:.1e} only")
    return found


def states_of(path: Path) -> list[State]:
    """Return the states that the peer printed, from a file."""
    return [state_from(s) for s in json.loads(path.read_text(encoding="utf-8"))]


def window_sentences(result: Result) -> str:
    """Return one line per window of `rolled`, and a last one for all."""
    lines = [
        f"window {k}: {w['objective']:.2f}, bound {w['bound']:.2f}, gap {w['mip_gap']:.1e}, {w['nodes']} nodes, "
        f"{w['cpu_s']:.2f} CPU s"
        for k, w in enumerate(result["windows"], 1)
    ]
    return "\n".join([*lines, f"{len(lines)} windows: {result['total_cpu_s']:.1f} CPU s"])


def pair_sentences(result: Result) -> str:
    """Return one line per window of `paired`, and a last one for all."""
    lines = []
    for k, (t, o, r) in enumerate(
        zip(result["pypsa"]["windows"], result["holin"]["windows"], result["ratios"], strict=True), 1
    ):
        lines.append(
            f"window {k}: {o['objective']:.2f} (Holin) and {t['objective']:.2f} (PyPSA), bounds {o['bound']:.2f} and "
            f"{t['bound']:.2f}; {o['cpu_s']:.2f} and {t['cpu_s']:.2f} CPU s, ratio {r:.1f}"
        )
    lines.append(
        f"{len(lines)} windows: {result['holin']['total_cpu_s']:.1f} and {result['pypsa']['total_cpu_s']:.1f} CPU s, "
        f"ratio {result['ratio']:.1f}; {result['ratio_own_states']:.1f} where Holin rolls on from its own states"
    )
    return "\n".join(lines)
