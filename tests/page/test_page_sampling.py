"""What charts leave out: no value that is not the series' own, no peak lost, no energy changed."""

from __future__ import annotations

import math
import random

import pytest
from page_modules import PAGE, called

pytestmark = pytest.mark.skipif(
    not (PAGE / "node_modules" / "vite").is_dir(), reason="the page is not built: make page"
)

RANDOM = random.Random(8760)


def series(hours: int, unknown: float) -> list[float | str]:
    return ["NaN" if RANDOM.random() < unknown else round(RANDOM.gauss(0, 100), 3) for _ in range(hours)]


CASES = [(series(n, u), c) for n in (5, 400, 8760) for u in (0.0, 0.1, 1.0) for c in (1, 7, 300)]


def known(values: list[float | str]) -> list[float]:
    return [v for v in values if not isinstance(v, str)]


def test_an_envelope_keeps_every_columns_lowest_and_highest_hour_and_invents_none() -> None:
    found = called("charts/sampling.ts", "envelope", [[v, 0, len(v), c] for v, c in CASES])
    for (values, columns), points in zip(CASES, found, strict=True):
        assert [k for k, _ in points] == sorted({k for k, _ in points})
        assert all((y is None and values[k] == "NaN") or y == values[k] for k, y in points)
        if len(values) <= 4 * columns:
            assert len(points) == len(values)
            continue
        assert len(points) <= 5 * columns
        kept = dict(map(tuple, points))
        for c in range(columns):
            part = range(c * len(values) // columns, (c + 1) * len(values) // columns)
            there = known([values[k] for k in part])
            shown = [y for k in part if (y := kept.get(k)) is not None]
            if there:
                assert (min(shown), max(shown)) == (min(there), max(there))
            assert any(kept.get(k, 0) is None for k in part) is (len(there) < len(part)), "a gap stays a gap"


def test_means_of_buckets_times_their_hours_are_the_whole_energy() -> None:
    cases = [[v, {"at": [0, *sorted(RANDOM.sample(range(1, len(v)), 3)), len(v)], "merged": True}] for v, _ in CASES]
    found = called("charts/sampling.ts", "summed", cases)
    for (values, buckets), rows in zip(cases, found, strict=True):
        whole = known(values)
        assert sum(r["known"] for r in rows) == len(whole)
        assert math.isclose(sum((r["mean"] or 0) * r["known"] for r in rows), sum(whole), abs_tol=1e-6)
        assert all((r["mean"] is None) == (r["known"] == 0) for r in rows)
        if whole:
            assert min(r["low"] for r in rows if r["known"]) == min(whole)
            assert max(r["high"] for r in rows if r["known"]) == max(whole)
        assert len(rows) == len(buckets["at"]) - 1


def test_a_duration_curve_is_the_known_hours_from_high_to_low() -> None:
    found = called("charts/sampling.ts", "falling", [[v, 0, len(v)] for v, _ in CASES])
    for (values, _), curve in zip(CASES, found, strict=True):
        assert curve == sorted(known(values), reverse=True)


def test_streams_close_for_every_kind_of_source_and_for_the_metal() -> None:
    """What left a kind less what storages gave back to it is what it fed in, whoever is gathered with whom."""
    kinds = [("wind_farm", True), ("wind_farm", True), ("thermal_unit", False), ("grid", False), ("grid", True)]
    sources = [{"id": f"s{n}", "kind": kind, "green": green} for n, (kind, green) in enumerate(kinds)]
    works = [{"id": f"e{n}", "kind": "enterprise", "enterprise": f"e{n}"} for n in range(6)]
    users = [
        *works, {"id": "line", "kind": "potline", "enterprise": "e0"}, {"id": "stored", "kind": "stored"},
        {"id": "network_loss", "kind": "network_loss"},
    ]  # fmt: skip
    cases = []
    for most in (0, 1, 3, 99):
        sums = [[RANDOM.choice([0.0, RANDOM.uniform(0, 100)]) for _ in users] for _ in sources]
        for row in sums:
            row[users.index(users[7])] = RANDOM.uniform(-50, 50)
        cases.append([{"sources": sources, "users": users}, sums, most])
    for (_, sums, most), found in zip(cases, called("energy/streams.ts", "streamsOf", cases), strict=True):
        fed = dict(found["fed"])
        assert set(fed) == {"wind_farm", "thermal_unit", "grid", "grid_green"}
        assert math.isclose(sum(fed.values()), sum(map(sum, sums)))
        for kind, mwh in fed.items():
            out = sum(s["mwh"] for s in found["streams"] if s["from"] == kind)
            held = sum(s["mwh"] for s in found["streams"] if s["from"] == "held" and s["to"] == kind)
            assert math.isclose(out - held, mwh, abs_tol=1e-9)
        assert all(s["mwh"] > 0 for s in found["streams"])
        assert math.isclose(dict(found["metal"])["e0"], sum(row[6] for row in sums))
        named = {s["to"] for s in found["streams"]} & {f"e{n}" for n in range(6)}
        assert "e0" in named and len(named) <= most + 1


def test_a_table_for_a_spreadsheet_keeps_figures_exact_and_names_harmless() -> None:
    table = {"columns": ["a", 'b "c"'], "rows": [["x,y", 1234.5678], ["=1+1", None], ["-", -0.25]]}
    [text] = called("charts/table.ts", "csvOf", [[table]])
    assert text == 'a,"b ""c"""\r\n"x,y",1234.5678\r\n\'=1+1,\r\n\'-,-0.25\r\n'
