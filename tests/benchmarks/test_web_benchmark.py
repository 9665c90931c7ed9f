"""The server's benchmark on a small run: what it measures is there, and the table says it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from report_web import web_line, web_table

import web as benchmark
from holin.parkfile import example_park
from holin.twin import demo_proofs, run, saved


def test_what_is_measured_stands_in_the_table(tmp_path: Path) -> None:
    made = run(example_park(), start=date(2025, 1, 1), end=date(2025, 1, 2))
    folder = saved(made, tmp_path / "days", manifest={"weather": "synthetic"})
    demo_proofs(folder)
    found = benchmark.measured(folder, viewers=2, seconds=1.0)
    assert found["answers"]["first"]["count"] == 14 and found["answers"]["page"]["count"] == 2
    assert set(found["costly"]) == set(benchmark.COSTLY)
    assert {*found["costly"]["rules"]} == {"first_ms", "after_restart_ms"}
    table = web_table(found)
    assert f"| {found['ready_s']:.1f} s; {found['first_answer_s']:.1f} s |" in table and len(table.splitlines()) == 15
    assert "2 viewers" in table and "24 hours" in web_line(found)
