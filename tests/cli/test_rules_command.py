"""`holin rules`: verdicts, margins and cures of a run, with and without a ledger, in both languages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cli_answers import holin

from holin import ledger
from holin.ledger import Which
from holin.parkfile import read_park
from holin.twin import rules_of_run
from holin.twin.certificates import device_id, issued_run, retired_run


@pytest.fixture(scope="module")
def green_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A week of the new park, whose wind, PV and storage feed its works."""
    folder = tmp_path_factory.mktemp("runs")
    assert holin("new", folder / "park").code == 0
    made = holin(
        "run", folder / "park", "--start", "2025-03-03", "--end", "2025-03-05", "--out", folder / "run", "--json"
    )
    assert made.code == 0, made.err
    return folder / "run"


@pytest.fixture(scope="module")
def book(green_run: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ledger with all that the run made, retired hour by hour for those who used it."""
    address = str(tmp_path_factory.mktemp("ledger") / "park.ledger")
    issued_run(green_run, address)
    retired_run(green_run, address)
    return address


def by_kind(figures: dict[str, list[dict[str, object]]]) -> dict[str, dict[str, object]]:
    return {str(row["kind"]): row for row in figures["rules"]}


def with_rules(park: Path, to: Path, rows: list[str]) -> Path:
    """Copy a park's folder with other rules."""
    shutil.copytree(park, to)
    (to / "rule.csv").write_text("id,kind,value,built\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return to


ALL = [
    "clean,clean_share_min,0.99,", "hourly,claimed_hourly_min,1,", "reach,claimed_deliverable_min,1,",
    "sold,sold_claimed_max_mwh,0,", "traced,green_share_physical_min,1,", "later,self_use_min,0.5,2040-01-01",
]  # fmt: skip


def test_without_a_ledger_claims_are_not_judged(green_run: Path, tmp_path: Path) -> None:
    park = with_rules(green_run.parent / "park", tmp_path / "park", ALL)
    answer = holin("rules", park, green_run, "--json")
    assert (answer.code, answer.err) == (0, "")
    rows = by_kind(answer.json)
    for kind in ("clean_share_min", "claimed_hourly_min", "claimed_deliverable_min", "sold_claimed_max_mwh"):
        assert (rows[kind]["holds"], rows[kind]["needs"], rows[kind]["cures"]) == (None, "needs_ledger", [])
    assert rows["self_use_min"]["in_force"] is False and rows["green_share_physical_min"]["holds"] is False
    printed = holin("rules", park, green_run).out
    assert "needs retired certificates" in printed and "Not in force on that day: 1 more" in printed
    assert "What would cure: Green share of the load, traced hour by hour, at least 100 %" in printed
    assert "more wind or PV" in printed and "enterprises by themselves do not reach" in printed
    chinese = holin("rules", park, green_run, "--language", "zh", "--all").out
    assert "须凭绿证台账判定" in chinese and "如何满足" in chinese and "当日无效的规则" in chinese


def test_with_a_ledger_they_are(green_run: Path, book: str, tmp_path: Path) -> None:
    park = with_rules(green_run.parent / "park", tmp_path / "park", ALL)
    answer = holin("rules", park, green_run, "--ledger", book, "--json")
    assert (answer.code, answer.err) == (0, "")
    rows, found = by_kind(answer.json), answer.json["quantities"]
    assert rows["claimed_hourly_min"]["holds"] and rows["claimed_deliverable_min"]["holds"]
    assert rows["sold_claimed_max_mwh"]["holds"]
    assert found["certificate_mwh"] == pytest.approx(found["green_traced_mwh"], rel=0.02)
    assert found["clean_mwh"] >= found["green_traced_mwh"] - 1e-6


def test_what_is_sold_and_used_all_the_same_is_named(green_run: Path, tmp_path: Path) -> None:
    """All certificates of one farm go to a stranger: what the park used of it may not be claimed any more."""
    address = str(tmp_path / "sold.ledger")
    issued_run(green_run, address)
    park = read_park(green_run / "park")
    with ledger.opened(address) as opened:
        ledger.register(opened, [], {"stranger": "A stranger"})
        farm = device_id(opened.facts.operator, park, park.wind_farms[0].id)
        holders = [b for b in ledger.balances(opened.database) if b.state == "active"]
        for holder in {b.account for b in holders} - {"stranger"}:
            mine = ledger.Selection(accounts=(ledger.accounts(opened.database)[holder].number,),
                                    devices=(ledger.devices(opened.database)[farm].number,))  # fmt: skip
            wh = sum(c.wh for c in ledger.held(opened.database, mine))
            if wh:
                ledger.transfer(opened, holder, "stranger", wh, Which(devices=(farm,)))
    retired_run(green_run, address)
    made = rules_of_run(green_run, address=address)
    sold = made.quantities["sold_claimed_mwh"]
    assert 0 < sold <= made.quantities["green_traced_mwh"]
    strict = with_rules(green_run.parent / "park", tmp_path / "park", ["sold,sold_claimed_max_mwh,0,"])
    printed = holin("rules", strict, green_run, "--ledger", address).out
    assert "not met" in printed and "take the sold certificates back" in printed


def test_the_rules_alone_with_their_sources(tmp_path: Path) -> None:
    answer = holin("rules", "huolinguole", "--on", "2027-06-01")
    assert (answer.code, answer.err) == (0, "")
    assert "GHG Protocol, Scope 2 revision" in answer.out and "内发改环资字〔2025〕1020号" in answer.out
    assert "from 2027-01-01" in answer.out and "assumed" in answer.out
    figures = holin("rules", "huolinguole", "--on", "2024-06-01", "--json").json
    assert by_kind(figures)["aluminium_certificate_min"]["in_force"] is False


def test_wrong_words_are_told() -> None:
    assert "write a day such as 2025-12-31" in holin("rules", "huolinguole", "--on", "soon").err
    assert "judges a run" in holin("rules", "huolinguole", "--ledger", "x.ledger").err
