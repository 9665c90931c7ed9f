"""The tables of README.md, made from the results; pure text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Result = Mapping[str, Any]


def marked(text: str, name: str, table: str) -> str:
    """Return the text with what stands between the markers of `name` replaced. Raises ValueError without markers."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ValueError(f"the text needs the lines {begin} and {end} once, in this order")
    head, rest = text.split(begin)
    return f"{head}{begin}\n{table}\n{end}{rest.split(end)[1]}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table: the first column to the left, the others to the right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def equality_table(results: Sequence[Result]) -> str:
    """Return one row per question: the objectives and how far they are apart."""
    header = [
        "case",
        "hours",
        "objective, Holin",
        "objective, PyPSA",
        "relative difference",
        "branch limits that Holin added",
    ]
    rows = [
        [
            case_name(r),
            f"{r['question']['hours']:,}",
            f"{r['holin']['objective']:,.2f}",
            f"{best(r)['objective']:,.2f}",
            f"{r['relative_difference']:.1e}",
            f"{r['holin']['limits_in_the_optimum']:,}",
        ]
        for r in results
    ]
    return table(header, rows)


def scigrid_table(found: Result) -> str:
    """Return the two objectives of the transmission grid and what they took."""
    ours, theirs = found["holin"], found["pypsa"]
    header = ["", "objective", "CPU s, import", "CPU s, optimum"]
    rows = [
        ["Holin", f"{ours['objective']:,.4f}", seconds(ours["cpu_s"]["import"]), seconds(ours["cpu_s"]["dispatch"])],
        [
            f"PyPSA {theirs['pypsa']}", f"{theirs['objective']:,.4f}", seconds(theirs["cpu_s"]["import"]),
            seconds(theirs["cpu_s"]["optimize"]),
        ],
    ]  # fmt: skip
    return table(header, rows)


def effort_table(results: Sequence[Result]) -> str:
    """Return one row per question: time and memory of both, and their ratios."""
    header = [
        "case",
        "CPU s, Holin",
        "CPU s, PyPSA",
        "ratio",
        "of it HiGHS: Holin",
        "PyPSA",
        "ratio",
        "MB, Holin",
        "MB, PyPSA",
        "ratio",
    ]
    rows = []
    for r in results:
        ours, theirs, ratio = r["holin"], best(r), r["ratios"]
        rows.append(
            [
                f"{case_name(r)}, {r['question']['hours']:,} h",
                seconds(sum(ours["cpu_s"].values())),
                seconds(sum(theirs["cpu_s"].values())),
                f"{ratio['cpu']:.1f}",
                seconds(ours["cpu_s"]["solve"]),
                seconds(theirs["cpu_s"]["solve"]),
                f"{ratio['solve']:.1f}",
                f"{ours['peak_memory_mb']:,.0f}",
                f"{theirs['peak_memory_mb']:,.0f}",
                f"{ratio['peak_memory']:.1f}",
            ]
        )
    return table(header, rows)


def best(result: Result) -> Result:
    """Return the peer's figures with the solver that was quickest."""
    found: Result = result["pypsa"][result["pypsa_best"]]
    return found


def case_name(result: Result) -> str:
    """Return what was asked, without the hours."""
    q = result["question"]
    parts = [f"{q['park']} {q['stage']}"]
    parts += [f"{rule} enforced".replace("=", " at ") for rule in q["enforce"]]
    for limit in q["limits"]:
        branch, _, factor = limit.rpartition("=")
        parts.append(f"limit of {branch or 'every branch'} x {factor}")
    parts.append(f"from {q['start']}")
    return ", ".join(parts)


def demo_table(result: Result) -> str:
    """Return the demo as a whole and its steps; memory is the peak so far."""
    whole = result["whole"]
    rows = [["**whole process**", seconds(whole["wall_s"]), seconds(whole["cpu_s"]), f"{whole['peak_memory_mb']:,.0f}"]]
    rows += [
        [name, seconds(step["wall_s"]), seconds(step["cpu_s"]), f"{step['peak_memory_mb']:,.0f}"]
        for name, step in result["steps"].items()
        if step["wall_s"] >= 0.05
    ]
    return table(["step", "wall s", "CPU s", "peak MB so far"], rows)


def seconds(value: float) -> str:
    """Return seconds with two significant digits below ten, one decimal above."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def rolling_table(result: Result) -> str:
    """Return one row per window of rolling unit commitment: both objectives and bounds, nodes, seconds, the ratio."""
    header = [
        "window", "objective, Holin", "bound, Holin", "objective, PyPSA", "bound, PyPSA", "nodes", "CPU s, Holin",
        "CPU s, straight into HiGHS", "CPU s, PyPSA", "ratio",
    ]  # fmt: skip
    rows = []
    triples = zip(
        result["holin"]["windows"], result["straight_into_highs"]["windows"], result["pypsa"]["windows"], strict=True
    )
    for k, (ours, plain, theirs) in enumerate(triples):
        rows.append(
            [
                str(k + 1), f"{ours['objective']:,.0f}", f"{ours['bound']:,.0f}", f"{theirs['objective']:,.0f}",
                f"{theirs['bound']:,.0f}", str(ours["nodes"]), f"{ours['cpu_s']:.2f}", f"{plain['cpu_s']:.2f}",
                f"{theirs['cpu_s']:.2f}", f"{result['ratios'][k]:.1f}",
            ]
        )  # fmt: skip
    total = [f"{result[name]['total_cpu_s']:.1f}" for name in ("holin", "straight_into_highs", "pypsa")]
    return table(header, [*rows, ["all", "", "", "", "", "", *total, f"{result['ratio']:.1f}"]])


def rolling_line(result: Result) -> str:
    """Return the machine, the versions and the ratio of a free run in a sentence."""
    machine, theirs, ours = result["machine"], result["pypsa"]["versions"], result["holin"]["versions"]
    return (
        f"Measured on {machine['cores']} cores, {machine['system']}, Python {machine['python']}, one thread each; "
        f"Holin {ours['holin']} with HiGHS {ours['highspy']}; PyPSA {theirs['pypsa']}, linopy {theirs['linopy']}, "
        f"HiGHS {theirs['highs']}. Where Holin rolls on from its own states instead, the ratio of all is "
        f"{result['ratio_own_states']:.1f}."
    )


def flow_table(results: Sequence[Result]) -> str:
    """Return one row per grid: solved states per CPU second of a year and of N-1, and the ratios to both peers."""
    header = [
        "grid", "buses", "year, per CPU s", "x power-grid-model", "x lightsim2grid", "N-1, per CPU s",
        "x power-grid-model", "x lightsim2grid", "mismatch, MVA", "N-1 voltages apart, p.u.",
    ]  # fmt: skip
    rows = []
    for r in results:
        holin, pgm, lightsim = (r[name] for name in ("holin", "power-grid-model", "lightsim2grid"))
        rows.append(
            [
                r["grid"],
                str(r["buses"]),
                f"{holin['year']['steps_per_cpu_second']:,.0f}",
                _times(pgm["holin_times_faster"]["year"]),
                _times(lightsim["holin_times_faster"]["year"]),
                f"{holin['n1']['solved_per_cpu_second']:,.0f}",
                _times(pgm["holin_times_faster"]["n1"]),
                _times(lightsim["holin_times_faster"]["n1"]),
                f"{holin['year']['residual_mva']:.0e}",
                f"{holin['n1']['distance_to_power_grid_model_pu']:.0e}",
            ]
        )
    return table(header, rows)


def controls_table(results: Sequence[Result]) -> str:
    """Return one row per grid: the time of each kind of control over the plain time."""
    header = [
        "grid",
        "1 keeper",
        "3 keepers",
        "5 keepers",
        "at a limit",
        "taps at rest",
        "taps two steps off",
        "changers",
        "fall-backs",
    ]
    rows = []
    for r in results:
        found = r["holin"]["controls"]
        kinds = ("keepers_1", "keepers_3", "keepers_5", "taps", "taps_off_by_two_steps")
        times = [f"{found[k]['times_plain']:.2f}" for k in kinds]
        limits = " to ".join(f"{100 * x:.0f} %" for x in sorted(found[k]["at_limit"] for k in kinds[:3])[::2])
        changers, fallen = found["taps"]["changers"], sum(found[k]["by_newton"] for k in kinds)
        rows.append([r["grid"], *times[:3], limits, *times[3:], str(changers), str(fallen)])
    return table(header, rows)


def limits_table(results: Sequence[Result]) -> str:
    """Return one row per grid: operations and bytes of a step, their rates, and these over what the core can do."""
    header = ["grid", "flop a step", "byte a step", "Gflop per CPU s", "of the most", "GB per CPU s", "of the most"]
    rows = [
        [
            r["grid"], f"{year['flop_per_step']:,.0f}", f"{year['byte_per_step']:,.0f}",
            f"{year['gflop_per_cpu_second']:.1f}", f"{100 * year['of_most']['gflop']:.0f} %",
            f"{year['gbyte_per_cpu_second']:.0f}", f"{100 * year['of_most']['gbyte']:.0f} %",
        ]
        for r in results
        for year in (r["holin"]["year"],)
    ]  # fmt: skip
    return table(header, rows)


def phases_table(results: Sequence[Result]) -> str:
    """Return one row per grid: nanoseconds of a state by parts, microseconds of N-1 by parts."""
    parts, outage = ("in and out", "currents", "triangles", "check", "rest"), ("base case", "call", "outages", "states")
    header = ["grid", "a state, ns", *parts, "N-1, microseconds", *outage, "a keeper of 5, ns an iteration"]
    rows = []
    for r in results:
        if "phases_ns" not in r["holin"]:
            continue
        ns, us, kept = r["holin"]["phases_ns"], r["holin"]["outage_parts_us"], r["holin"]["controls"]["keepers_5"]
        plain = ns["state"] * (kept["iterations"] + 1) / (r["holin"]["year"]["iterations"] + 1)
        keeper = (kept["times_plain"] * ns["state"] - plain) / kept["iterations"] / 5
        row = [r["grid"], *(f"{x:,.0f}" for x in (ns["state"], *(ns[k] for k in parts)))]
        rows.append(row + [f"{x:,.0f}" for x in (us["n1"], *(us[k] for k in outage), keeper)])
    return table(header, rows)


def cold_line(result: Result) -> str:
    """Return what the first calls of a fresh installation take, and those of a later process, in a sentence."""
    fresh, later = result["compiled"], result["from_cache"]
    return (
        "The first `flow` of huolinguole in a fresh installation, compilation included, takes "
        f"{fresh['flow']['cpu']:.1f} CPU s ({fresh['flow']['wall']:.0f} s by the clock), the first `n1` after it "
        f"{fresh['n1']['cpu']:.1f} CPU s more; in any later process {later['flow']['cpu']:.1f} and "
        f"{later['n1']['cpu']:.1f} CPU s, from the cache."
    )


def fault_table(results: Sequence[Result]) -> str:
    """Return one row per size: milliseconds of both, the ratio, and how far the currents are apart."""
    header = ["buses", "Holin, ms", "pandapower, ms", "ratio", "largest relative difference"]
    rows = [
        [
            str(r["buses"]), f"{1e3 * r['holin_s']:.1f}", f"{1e3 * r['pandapower_s']:.0f}",
            f"{r['holin_times_faster']:.0f}", f"{r['relative_difference']:.0e}",
        ]
        for r in results
    ]  # fmt: skip
    return table(header, rows)


def estimation_table(results: Sequence[Result]) -> str:
    """Return one row per case and method of the peer: states per CPU second, the ratio, and how equal both are."""
    header = [
        "case", "buses", "meters", "Holin, per CPU s", "power-grid-model's method", "per CPU s", "x",
        "voltages apart, p.u.", "from the optimum, p.u.: Holin", "power-grid-model",
    ]  # fmt: skip
    rows = []
    for r in results:
        holin = r["holin"]
        for method, theirs in r["power-grid-model"].items():
            rows.append(
                [
                    r["case"], str(holin["nodes"]), str(holin["meters"]), f"{holin['states_per_cpu_second']:,.0f}",
                    method.replace("_", " "), f"{theirs['states_per_cpu_second']:,.0f}",
                    f"{theirs['holin_times_faster']:.1f}", f"{theirs['v_difference_max_pu']:.0e}",
                    f"{theirs['distance_to_optimum_pu_holin']:.0e}", f"{theirs['distance_to_optimum_pu']:.0e}",
                ]
            )  # fmt: skip
    return table(header, rows)


def _times(ratio: float | None) -> str:
    return "solves none" if ratio is None else f"{ratio:.1f}"


def machine_line(results: Sequence[Result]) -> str:
    """Return the machine and the versions of the results in a sentence."""
    machine, versions = results[0]["machine"], best(results[0])["versions"]
    ours = results[0]["holin"]["versions"]
    return (
        f"Measured on {machine['cores']} cores, {machine['system']}, Python {machine['python']}, one thread each; "
        f"Holin {ours['holin']} with HiGHS {ours['highspy']}; PyPSA {versions['pypsa']}, linopy {versions['linopy']}, "
        f"HiGHS {versions['highspy']}."
    )
