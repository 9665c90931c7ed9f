"""What the benchmarks say about their figures: ratios, tables, the demo's watch, processes measured from outside."""

import sys
from datetime import date

import pytest
from demo import Watch
from processes import Failed, output_of
from report import (
    case_name,
    cold_line,
    controls_table,
    effort_table,
    equality_table,
    estimation_table,
    fault_table,
    limits_table,
    marked,
    phases_table,
    rolling_line,
    rolling_table,
    table,
)

from dispatch import Question, against

OURS = {
    "objective": 1000.0, "wall_s": {"build": 1.0, "solve": 4.0}, "cpu_s": {"build": 0.5, "solve": 3.5},
    "peak_memory_mb": 500.0, "limits_in_the_optimum": 12, "versions": {"holin": "0", "highspy": "1"},
}  # fmt: skip
THEIRS = {
    "objective": 1001.0, "wall_s": {"network": 1.0, "model": 4.0, "solve": 20.0},
    "cpu_s": {"network": 1.0, "model": 3.0, "solve": 14.0}, "peak_memory_mb": 1500.0, "versions": {},
}  # fmt: skip
ASKED = {
    "park": "p",
    "stage": "2025",
    "start": "2025-01-01",
    "enforce": ["green=0.56"],
    "limits": ["0.7", "AB=0.5"],
    "hours": 8760,
}
RESULT = {
    "question": ASKED,
    "holin": OURS,
    "pypsa": {"simplex": THEIRS},
    "pypsa_best": "simplex",
    **against(OURS, THEIRS),
}


def test_ratios_by_hand() -> None:
    # CPU (1 + 3 + 14) / 4; wall 25 / 5; build (1 + 3) / 0.5; solve 14 / 3.5; memory 1500 / 500.
    assert RESULT["ratios"] == {"cpu": 4.5, "wall": 5.0, "build": 8.0, "solve": 4.0, "peak_memory": 3.0}
    assert RESULT["relative_difference"] == pytest.approx(1e-3)


def test_rolling_table_ends_with_the_sums() -> None:
    ours = {"objective": 1e6, "bound": 999_500.4, "nodes": 3, "cpu_s": 0.5}
    result = {
        "holin": {"windows": [ours], "total_cpu_s": 0.5, "versions": {"holin": "0", "highspy": "1"}},
        "straight_into_highs": {"windows": [{"cpu_s": 4.0}], "total_cpu_s": 4.0},
        "pypsa": {
            "windows": [{"objective": 1_000_100.0, "bound": 999_900.0, "cpu_s": 10.0}], "total_cpu_s": 10.0,
            "versions": {"pypsa": "1", "linopy": "0", "highs": "1"},
        },
        "ratios": [20.0], "ratio": 20.0, "ratio_own_states": 19.0,
        "machine": {"cores": 2, "system": "Linux", "python": "3.11"},
    }  # fmt: skip
    lines = rolling_table(result).splitlines()
    assert [c.strip() for c in lines[2].strip("|").split("|")] == [
        "1", "1,000,000", "999,500", "1,000,100", "999,900", "3", "0.50", "4.00", "10.00", "20.0",
    ]  # fmt: skip
    assert last_row(rolling_table(result))[-4:] == ["0.5", "4.0", "10.0", "20.0"]
    assert "the ratio of all is 19.0" in rolling_line(result)


def last_row(text: str) -> list[str]:
    return [cell.strip() for cell in text.splitlines()[-1].strip("|").split("|")][1:]


def test_tables_carry_the_figures() -> None:
    assert case_name(RESULT) == (
        "p 2025, green at 0.56 enforced, limit of every branch x 0.7, limit of AB x 0.5, from 2025-01-01"
    )
    row = equality_table([RESULT]).splitlines()[-1]
    assert [cell.strip() for cell in row.strip("|").split("|")][1:] == [
        "8,760",
        "1,000.00",
        "1,001.00",
        "1.0e-03",
        "12",
    ]
    row = effort_table([RESULT]).splitlines()[-1]
    cells = [cell.strip() for cell in row.strip("|").split("|")][1:]
    assert cells == ["4.00", "18.0", "4.5", "3.50", "14.0", "4.0", "500", "1,500", "3.0"]


def test_only_what_is_between_the_markers_changes() -> None:
    text = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb <!-- begin y --><!-- end y -->"
    new = marked(text, "x", table(["h"], [["1"]]))
    assert new == text.replace("old", "| h |\n| --- |\n| 1 |")
    assert marked(new, "x", table(["h"], [["1"]])) == new
    with pytest.raises(ValueError, match="begin z"):
        marked(text, "z", "")


def test_a_question_is_whole_days_from_the_first_of_january() -> None:
    assert Question().arguments() == ["--stage", "2025"]
    said = Question(hours=336, enforce=("g=0.5",), limits=("0.7",)).arguments()
    assert said[2:] == ["--enforce", "g=0.5", "--limit", "0.7", "--start", "2025-01-01", "--end", "2025-01-15"]
    assert Question(hours=24, start=date(2025, 12, 31)).arguments()[-1] == "2026-01-01"
    with pytest.raises(ValueError, match="whole days"):
        Question(hours=30).arguments()


def test_the_watch_gives_every_moment_to_the_step_under_way() -> None:
    # Started at 0; the calls come at 1, 2, 3, ... and the second flow ends inside the dispatch.
    ticks = iter(range(0, 100))
    watch = Watch(wall=lambda: float(next(ticks)), cpu=lambda: 0.0, memory=lambda: 7.0)
    for what, share in (
        ("read", 0.0),
        ("read", 1.0),
        ("dispatch", 0.0),
        ("flow", 0.5),
        ("flow", 1.0),
        ("dispatch", 1.0),
    ):
        watch(what, share)
    assert {name: step["wall_s"] for name, step in watch.steps.items()} == {
        "start": 1.0, "read": 1.0, "between": 1.0, "dispatch": 2.0, "flow": 1.0,
    }  # fmt: skip


def test_a_process_is_measured_from_outside() -> None:
    printed, took = output_of(
        [sys.executable, "-c", "x = bytearray(300_000_000); x[::4096] = x[::4096]; print(len(x))"]
    )
    assert printed.strip() == "300000000"
    assert took["peak_memory_mb"] > 300 and took["wall_s"] > 0 and took["cpu_s"] > 0
    with pytest.raises(Failed, match="no such luck"):
        output_of([sys.executable, "-c", "import sys; sys.exit('no such luck')"])


def test_tables_of_the_grid_carry_the_figures() -> None:
    kept = {f"keepers_{n}": {"times_plain": 1 + n / 10, "at_limit": n / 10, "by_newton": 1} for n in (1, 3, 5)}
    taps = {
        k: {"times_plain": t, "changers": 2, "by_newton": 0} for k, t in (("taps", 1.1), ("taps_off_by_two_steps", 1.7))
    }
    year = {
        "flop_per_step": 27000.0, "byte_per_step": 130000.0, "gflop_per_cpu_second": 10.04,
        "gbyte_per_cpu_second": 48.6, "of_most": {"gflop": 0.17, "gbyte": 0.334},
    }  # fmt: skip
    result = {"grid": "g", "holin": {"controls": kept | taps, "year": year}}
    assert last_row("\n" + controls_table([result])) == [
        "1.10",
        "1.30",
        "1.50",
        "10 % to 50 %",
        "1.10",
        "1.70",
        "2",
        "3",
    ]
    assert last_row("\n" + limits_table([result])) == ["27,000", "130,000", "10.0", "17 %", "49", "33 %"]
    kept["keepers_5"] |= {"iterations": 10.0}
    year |= {"iterations": 9.0}
    ns = {"state": 700.0, "in and out": 60.0, "currents": 230.0, "triangles": 160.0, "check": 40.0, "rest": 210.0}
    us = {"n1": 2400.0, "base case": 470.0, "call": 130.0, "outages": 90.0, "states": 1710.0}
    result["holin"] |= {"phases_ns": ns, "outage_parts_us": us}
    # five keepers: 1.5 x 700 ns less 11 / 10 x 700 ns of the plain iterations, over 10 iterations and 5 keepers
    assert last_row("\n" + phases_table([result]))[-6:] == ["2,400", "470", "130", "90", "1,710", "6"]
    row = {
        "buses": 96,
        "holin_s": 0.0019,
        "pandapower_s": 0.027,
        "holin_times_faster": 14.2,
        "relative_difference": 2e-14,
    }
    assert last_row("\n" + fault_table([row])) == ["1.9", "27", "14", "2e-14"]
    calls = {"flow": {"cpu": 9.6, "wall": 11.2}, "n1": {"cpu": 7.4, "wall": 8.0}}
    said = cold_line({"compiled": calls, "from_cache": calls})
    assert (
        "takes 9.6 CPU s (11 s by the clock), the first `n1` after it 7.4 CPU s more" in said
        and "9.6 and 7.4 CPU s" in said
    )


def test_estimation_table_has_one_row_for_each_method_of_the_peer() -> None:
    def method(rate: float, ratio: float) -> dict[str, float]:
        return {
            "states_per_cpu_second": rate, "holin_times_faster": ratio, "v_difference_max_pu": 3.4e-12,
            "distance_to_optimum_pu": 4.2e-14, "distance_to_optimum_pu_holin": 6.1e-13,
        }  # fmt: skip

    results = [
        {
            "case": case,
            "holin": {"nodes": nodes, "meters": 433, "states_per_cpu_second": 66654.4},
            "power-grid-model": {"newton_raphson": method(4444.7, 14.996), "iterative_linear": method(9637.4, 6.916)},
        }
        for case, nodes in (("radial95", 95), ("park", 36))
    ]
    lines = estimation_table(results).splitlines()
    assert len(lines) == 2 + 4 and lines[0].count("|") == lines[1].count("|") == lines[2].count("|") == 11
    assert lines[2] == ("| radial95 | 95 | 433 | 66,654 | newton raphson | 4,445 | 15.0 | 3e-12 | 6e-13 | 4e-14 |")
    assert "| park | 36 | 433 | 66,654 | iterative linear | 9,637 | 6.9 |" in lines[5]
