"""The ledger's benchmark on a few hours: every phase ends with the same sums, the table says what was measured."""

from pathlib import Path

from report_ledger import ledger_line, ledger_table

import ledger as benchmark

HOURS, DEVICES = 30, 3


def test_all_phases_end_with_the_same_sums(tmp_path: Path) -> None:
    address = str(tmp_path / "park.ledger")
    expected = sum(benchmark.wh_of(k, h) for h in range(HOURS) for k in range(DEVICES))
    for name in benchmark.PHASES:
        found = benchmark.run_phase(name, address, HOURS, DEVICES)
        assert found["wh"] == expected == benchmark.expected_wh(HOURS, DEVICES), name


def test_the_table() -> None:
    phase = {"wall_s": 12.34, "cpu_s": 10.0, "peak_mb": 250.0}
    found = {
        "certificate_hours": 1000, "devices": 10, "hours": 100, "file_mb": 3.2, "write_over_bare": 8.04,
        "textbook_over_own": 4.0, "sqlite": dict.fromkeys(benchmark.PHASES[:3], phase),
        "textbook": {"cpu_s": 0.12, "certificates": 1000},
    }  # fmt: skip
    row = ledger_table(found).splitlines()[-1]
    assert row.startswith("| Holin, SQLite | 12.3 (10.0) | 12.3 (10.0) | 12.3 (10.0) | 37.0 (30.0) | 250, 250, 250 |")
    assert "textbook ledger takes 120 µs" in ledger_line(found) and "8.0 times the CPU" in ledger_line(found)
