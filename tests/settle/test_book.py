"""The settlement book: versions, differences, the chain, damage, and two that settle at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from bill_parts import context, month_hours, usage
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import BadInput
from holin.settle import Bill, Contracted, bill, bill_figures, bill_of, history_of, read_book, settle, standing
from holin.tariff import Tariff

TARIFF = Tariff(id="T", energy_price_per_mwh=333.0, transmission_per_mwh=60.7, demand_charge_per_mw_month=31_000.0,
                power_factor_standard=0.9, vat_rate=0.13)  # fmt: skip
WHEN = "2025-04-01T00:00:00Z"


def made(wh: int, customer: str = "works") -> Bill:
    hours = month_hours(2025, 3)
    rows = np.full(len(hours), wh, dtype=np.int64)
    return bill(
        usage(rows, hours, customer=customer, reactive_varh=rows // 2), Contracted(customer=customer, tariff="T"),
        context(TARIFF), "2025-03",
    )  # fmt: skip


def test_a_bill_comes_back_from_its_figures() -> None:
    one = made(1_234_567)
    assert bill_of(json.loads(json.dumps(bill_figures(one)))) == one


def test_versions_and_differences(tmp_path: Path) -> None:
    first, second = made(1_000_000), made(1_100_003)
    told = settle(tmp_path, [first], reason="", kind="demo", time=WHEN)
    assert (told.number, told.new, dict(told.differences)) == (1, (("works", "2025-03"),), {})
    assert settle(tmp_path, [first], reason="", kind="demo", time=WHEN).number is None  # nothing new
    with pytest.raises(BadInput, match="no reason"):
        settle(tmp_path, [second], reason=" ", kind="demo", time=WHEN)
    told = settle(tmp_path, [second], reason="late readings", kind="demo", time=WHEN)
    assert dict(told.differences) == {("works", "2025-03"): second.total_fen - first.total_fen}
    entries = read_book(tmp_path)
    assert bill_of(standing(entries)["works", "2025-03"]["bill"]) == second
    versions = history_of(entries, "works", "2025-03")
    assert [(v["version"], v["reason"]) for v in versions] == [(1, ""), (2, "late readings")]
    assert sum(v["difference_fen"] for v in versions) == second.total_fen


def test_demo_and_metered_are_never_mixed(tmp_path: Path) -> None:
    settle(tmp_path, [made(1)], reason="", kind="demo", time=WHEN)
    with pytest.raises(BadInput, match="never mixed"):
        settle(tmp_path, [made(2)], reason="x", kind="metered", time=WHEN)


def test_every_changed_page_is_named(tmp_path: Path) -> None:
    for wh in (1_000, 2_000, 3_000):
        settle(tmp_path, [made(wh)], reason="again", kind="demo", time=WHEN)
    page = tmp_path / "000002.json"
    whole = page.read_text("utf-8")
    for k in range(0, len(whole), 37):
        letter = "7" if whole[k] != "7" else "8"
        changed = whole[:k] + letter + whole[k + 1 :]
        page.write_text(changed, "utf-8")
        if json_or_none(changed) != json.loads(whole):
            with pytest.raises(BadInput, match=r"00000[23]"):
                read_book(tmp_path)
    page.unlink()
    with pytest.raises(BadInput, match="belongs"):
        read_book(tmp_path)


def json_or_none(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def test_two_that_settle_at_once(tmp_path: Path) -> None:
    def one(k: int) -> int | None:
        return settle(tmp_path, [made(1_000 + k, f"works-{k}")], reason="", kind="demo", time=WHEN).number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(one, range(16)))
    assert sorted(n for n in numbers if n) == list(range(1, 17))
    assert len(standing(read_book(tmp_path))) == 16
    assert not list(tmp_path.glob(".*"))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 10**7)), min_size=1, max_size=12))
def test_after_any_corrections_the_book_is_a_fresh_settlement(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("book")
    now = dict.fromkeys(range(3), 500_000)
    settle(folder, [made(wh, f"works-{k}") for k, wh in now.items()], reason="", kind="demo", time=WHEN)
    for k, wh in changes:
        now[k] = wh
        settle(folder, [made(wh, f"works-{k}") for k, wh in now.items()], reason="corrected", kind="demo", time=WHEN)
    entries = read_book(folder)
    fresh = {(f"works-{k}", "2025-03"): made(wh, f"works-{k}") for k, wh in now.items()}
    assert {place: bill_of(row["bill"]) for place, row in standing(entries).items()} == fresh
    owed = sum(row["difference_fen"] for entry in entries for row in entry["bills"])
    assert owed == sum(b.total_fen for b in fresh.values())
