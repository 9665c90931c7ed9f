"""From hour to tonne: the hand-worked case, no Wh in two batches, no gram from nothing."""

import itertools
import json
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_potlines import START_S, hand_worked, heat, line, records

from holin.batches import (
    Lot,
    Made,
    Span,
    Stock,
    Tap,
    accounted,
    grams_of,
    kg_of,
    largest_remainder,
    lot_shares,
    metal_hash,
    metal_of,
    part_of,
    part_of_amount,
    read_production,
    share_of,
)
from holin.errors import BadInput

CASE = Path(__file__).parent / "cases" / "two_lines"
EXPECT = json.loads((CASE / "expect.json").read_text())


@pytest.fixture
def two_lines() -> dict[str, Made]:
    """The potlines of the hand-worked case."""
    return hand_worked()


def test_the_hand_worked_case(two_lines: dict[str, Made]) -> None:
    account, faults = accounted(read_production(CASE), two_lines, "Asia/Shanghai")
    assert account is not None and faults == []
    for name, expected in EXPECT["batches"].items():
        found = account.batches[name].share.values.sum(axis=0).tolist()
        assert dict(zip(account.columns, found, strict=True)) == expected
    for name, expected in EXPECT["lots"].items():
        share = account.lots[name]
        whole = account.batches[share.batch].share.values.sum(axis=0).tolist()
        assert {c: part_of_amount(w, share) for c, w in zip(account.columns, whole, strict=True)} == expected
    assert dict(zip(account.columns, account.waiting_sum.tolist(), strict=True)) == EXPECT["waiting"]
    assert account.idle_sum.tolist() == [0, 0]
    closing = {b.place: b.closing / 1000 for b in account.balances if b.place in EXPECT["closing_kg"]}
    assert closing == EXPECT["closing_kg"]
    assert [s.grams for s in account.batches["Y"].cast.spans] == [4_000_000, 6_000_000]
    assert account.lots["Y-1"].path == ("Y", "Y-1") and account.lots["Y-1"].part == Fraction(1, 2)


# ---- no Wh in two batches ---------------------------------------------------------------------------------------


@st.composite
def productions(draw: st.DrawFn) -> tuple[dict[str, Made], list[int]]:
    """A potline with odd hours (some without metal) and ladles of any mass that together are at most what it made."""
    hours = draw(st.integers(1, 6))
    grams = draw(st.lists(st.integers(0, 40), min_size=hours, max_size=hours))
    wh = [draw(st.lists(st.integers(0, 10**9), min_size=hours, max_size=hours)) for _ in range(2)]
    left, taps = sum(grams), []
    while left and len(taps) < 12 and draw(st.booleans()):
        taps.append(draw(st.integers(1, left)))
        left -= taps[-1]
    return {"a": line("a", grams, *wh)}, taps


@given(productions())
@settings(max_examples=150, deadline=None)
def test_batches_waiting_and_idle_add_up_to_the_last_wh(drawn: tuple[dict[str, Made], list[int]]) -> None:
    made, masses = drawn
    taps = [Tap(id=f"t{k}", potline="a", time_s=START_S + 36_000 + k, grams=g) for k, g in enumerate(masses)]
    batches = [heat(f"b{k}", 20 + k, 0, (t.id, t.grams)) for k, t in enumerate(taps)]
    account, faults = accounted(records(taps, batches), made, "UTC")
    assert account is not None and faults == []
    sums = sum((b.share.values.sum(axis=0) for b in account.batches.values()), np.zeros(2, dtype=np.int64))
    assert (sums + account.waiting_sum + account.idle_sum).tolist() == made["a"].values.sum(axis=0).tolist()
    assert sum(b.traced_grams for b in account.batches.values()) == sum(masses)


@given(st.lists(st.integers(0, 60), min_size=0, max_size=8), productions())
@settings(max_examples=150, deadline=None)
def test_pieces_that_follow_each_other_have_what_the_whole_has(
    cuts: list[int], drawn: tuple[dict[str, Made], list[int]]
) -> None:
    made, _ = drawn
    end = int(made["a"].edges[-1])
    edges = sorted({0, end, *(min(c, end) for c in cuts)})
    spans = [Span(potline="a", first=a, last=b) for a, b in itertools.pairwise(edges)]
    parts = [share_of([s], made).values.sum(axis=0) for s in spans]
    whole = share_of([Span(potline="a", first=0, last=end)], made).values.sum(axis=0)
    assert np.array_equal(sum(parts, np.zeros(2, dtype=np.int64)), whole)
    assert np.array_equal(share_of(spans, made).values.sum(axis=0), whole)


def test_a_later_tap_changes_no_earlier_share(two_lines: dict[str, Made]) -> None:
    first = Tap(id="t", potline="line-a", time_s=START_S + 7200, grams=3_333_333)
    later = Tap(id="u", potline="line-a", time_s=START_S + 7201, grams=7_777_777)
    one = heat("b", 3, 0, ("t", 3_333_333))
    alone, _ = accounted(records([first], [one]), two_lines, "UTC")
    both, _ = accounted(records([first, later], [one, heat("c", 4, 0, ("u", 7_777_777))]), two_lines, "UTC")
    assert alone is not None and both is not None
    assert np.array_equal(alone.batches["b"].share.values, both.batches["b"].share.values)


@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_the_largest_remainder_divides_without_rest(total: int, weights: list[int]) -> None:
    if not sum(weights):
        weights = [1, *weights]
    made = largest_remainder(total, weights)
    assert sum(made) == total
    exact = [total * w / sum(weights) for w in weights]
    assert all(abs(m - e) < 1 + 1e-9 * total for m, e in zip(made, exact, strict=True))


def test_nothing_is_divided_by_nothing() -> None:
    assert largest_remainder(0, [0.0, 0.0]) == [0, 0]
    with pytest.raises(ValueError, match="nothing to divide by"):
        largest_remainder(5, [0.0])


@given(st.integers(0, 10**10), st.integers(1, 10**6), st.data())
def test_parts_add_up(whole: int, of: int, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, of))
    assert part_of(whole, 0, cut, of) + part_of(whole, cut, of, of) == whole


@given(st.integers(0, 10**11))
def test_grams_are_read_as_they_are_written(grams: int) -> None:
    assert grams_of(kg_of(grams)) == grams


@pytest.mark.parametrize("text", ["", "1,5", "1.2345", "-1", "1e3", "nan", "１２"])
def test_no_mass(text: str) -> None:
    with pytest.raises(ValueError, match="no mass"):
        grams_of(text)


# ---- no gram from nothing ---------------------------------------------------------------------------------------


def faults_of(two_lines: dict[str, Made], taps: list[Tap], batches: list[object], **others: object) -> list[str]:
    account, faults = accounted(records(taps, batches, **others), two_lines, "UTC")  # type: ignore[arg-type]
    assert account is None or all(f.severity == "warning" for f in faults)
    return [str(f) for f in faults]


def test_more_tapped_than_made_is_named_with_by_how_much(two_lines: dict[str, Made]) -> None:
    early = Tap(id="t", potline="line-a", time_s=START_S + 1800, grams=5_000_250)
    [fault] = faults_of(two_lines, [early], [])
    assert "0.25 kg more was tapped of line-a than was made" in fault
    waited = Stock(place="line-a", month="2025-06", opening_grams=250, closing_grams=None)
    assert faults_of(two_lines, [early], [], stocks=(waited,)) == []
    [fault] = faults_of(two_lines, [Tap(id="t", potline="line-z", time_s=START_S, grams=1)], [])
    assert "no potline line-z made metal" in fault


def test_metal_that_waited_before_has_no_hour(two_lines: dict[str, Made]) -> None:
    tap = Tap(id="t", potline="line-a", time_s=START_S + 7200, grams=3_000_000)
    stock = Stock(place="line-a", month="2025-06", opening_grams=2_000_000, closing_grams=None)
    account, _ = accounted(records([tap], [heat("b", 3, 0, ("t", 3_000_000))], stocks=(stock,)), two_lines, "UTC")
    assert account is not None
    batch = account.batches["b"]
    assert (batch.traced_grams, batch.unknown_grams) == (1_000_000, 2_000_000)
    assert batch.share.values.sum(axis=0).tolist() == [10_000_000, 3_300_000]


def test_a_ladle_is_poured_once_and_after_it_was_tapped(two_lines: dict[str, Made]) -> None:
    tap = Tap(id="t", potline="line-a", time_s=START_S + 3600, grams=1000)
    faults = faults_of(two_lines, [tap], [heat("b", 2, 0, ("t", 800)), heat("c", 3, 0, ("t", 300))])
    assert "weighed 1 kg, and 1.1 kg of it were put in" in faults[0]
    [fault] = faults_of(two_lines, [tap], [heat("b", 0.5, 0, ("t", 1000))])
    assert "before its tap t" in fault


def test_a_furnace_gives_what_went_in_first_and_keeps_the_rest(two_lines: dict[str, Made]) -> None:
    tap = Tap(id="t", potline="line-a", time_s=START_S + 7200, grams=1000)
    kept = replace(heat("b", 3, 0, ("t", 600)), grams=500)
    account, _ = accounted(records([tap], [kept, replace(heat("c", 4, 0, ("t", 400)), grams=450)]), two_lines, "UTC")
    assert account is not None
    assert [(s.first, s.last) for s in account.batches["c"].cast.spans] == [(500, 950)]
    assert [p.grams for p in account.left["F"]] == [50]
    [fault] = faults_of(two_lines, [tap], [replace(heat("b", 3, 0, ("t", 600)), grams=700)])
    assert "0.1 kg more left the furnace F than was in it" in fault


def test_a_count_that_does_not_close_is_a_warning_with_by_how_much(two_lines: dict[str, Made]) -> None:
    stock = Stock(place="line-b", month="2025-06", opening_grams=None, closing_grams=9_999_000)
    [fault] = faults_of(two_lines, [], [], stocks=(stock,))
    assert "line-b does not close in 2025-06: 10000 kg by the records, -1 kg less counted" in fault


def test_scrap_of_a_lots_path_is_its_own_and_its_part_of_its_parents() -> None:
    """900 kg; x: 300 in, 240 made, 50 scrap, 10 lost; y: 120 of x in, 100 made, 20 scrap, so 20 + 25 of x's 50."""

    def lot(name: str, parent: str, into: int, made: int, scrap: int) -> Lot:
        return Lot(
            id=name, parent=parent, time_s=START_S + 9000, product="", cn_code="", input_grams=into, grams=made,
            scrap_grams=scrap, loss_grams=into - made - scrap,
        )  # fmt: skip

    lots = (lot("x", "b", 300, 240, 50), lot("y", "x", 120, 100, 20), lot("z", "x", 120, 120, 0))
    found, faults = lot_shares(records([], [heat("b", 1, 0, ("t", 900))], lots=lots), {"b": 900})
    assert faults == [] and [found[n].scrap_grams for n in "xyz"] == [50, 45, 25]


def test_ladles_whose_ids_end_alike_are_two(two_lines: dict[str, Made]) -> None:
    taps = [
        Tap(id=name, potline="line-a", time_s=START_S + 7200 + k, grams=g)
        for k, (name, g) in enumerate([("11", 400), ("1", 500)])
    ]
    account, _ = accounted(records(taps, [heat("b", 3, 0, ("11", 400), ("1", 500))]), two_lines, "UTC")
    assert account is not None
    [piece] = account.batches["b"].cast.pieces
    assert (piece.source, piece.grams) == ("11 1", 900)
    metal = metal_of(account.batches["b"].cast, {t.id: t for t in taps})
    assert [row[0] for row in metal["taps"]] == ["11", "1"] and metal["inputs"] == [["tapped", "11 1", "0.9"]]
    renamed = replace(account.batches["b"].cast, batch=replace(account.batches["b"].cast.batch, id="c"))
    assert metal_hash(metal_of(renamed, {t.id: t for t in taps})) == metal_hash(metal), "a name is no metal"


def test_lots_are_made_of_what_there_is(two_lines: dict[str, Made]) -> None:
    def lot(name: str, parent: str, grams: int, second: int) -> Lot:
        return Lot(
            id=name, parent=parent, time_s=START_S + second, product="", cn_code="", input_grams=grams, grams=grams,
            scrap_grams=0, loss_grams=0,
        )  # fmt: skip

    batch = heat("b", 1, 0, ("t", 900))
    lots = (lot("x", "b", 300, 9000), lot("y", "x", 150, 9001), lot("z", "b", 601, 9002))
    production = records([], [batch], lots=lots)
    found, faults = lot_shares(production, {"b": 900})
    assert found["y"].path == ("b", "x", "y") and found["y"].part == Fraction(1, 6)
    assert [f.problem for f in faults] == ["0.001 kg more of b went into lots than it weighs"]
    early = records([], [batch], lots=(lot("x", "b", 300, 0),))
    assert "before its parent b" in lot_shares(early, {"b": 900})[1][0].problem


# ---- reading ----------------------------------------------------------------------------------------------------


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(CASE, tmp_path / "records"))
    (folder / "tap.csv").write_text(
        "id,potline,time,mass_kg\nA1,line-a,2025-06-01 09:00,8000\nA2,line-a,2025-06-01T02:00Z,8.00.0\n"
    )
    (folder / "batch.csv").write_text("id,furnace,time,form,alloi,mass_kg\n")
    (folder / "production.toml").write_text('kind = "real"\ncast_kwh_per_t = -1\nunknown = 2\n')
    with pytest.raises(BadInput) as error:
        read_production(folder)
    text = str(error.value)
    for part in ("tap.csv:2 time", "has no offset", "tap.csv:3 mass_kg", "did you mean alloy?", "batch.csv:1 alloy",
                 "production.toml kind = 'real'", "cast_kwh_per_t", "no such setting"):  # fmt: skip
        assert part in text, part


def test_references_and_masses_are_checked(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(CASE, tmp_path / "records"))
    (folder / "input.csv").write_text(
        "batch;material;source;mass_kg;footprint_t_per_t;reference\nX;tapped;A9;1;;\nZ;cold;;0;0.5;\n"
    )
    (folder / "lot.csv").write_text(
        "id,parent,time,product,input_kg,mass_kg,scrap_kg,loss_kg\nX,Q,2025-06-02T00:00Z,板,10,5,4,0.5\n",
        encoding="gb18030",
    )
    with pytest.raises(BadInput) as error:
        read_production(folder)
    text = str(error.value)
    for part in ("no such tap", "no such batch in batch.csv", "no mass", "without its source", "comes more than once",
                 "no such batch or lot", "differ from what went in by +0.500 kg"):  # fmt: skip
        assert part in text, part
    with pytest.raises(BadInput, match="no such folder"):
        read_production(tmp_path / "nowhere")
    shutil.copytree(CASE, tmp_path / "blank")
    taps = (tmp_path / "blank" / "tap.csv").read_text(encoding="utf-8")
    (tmp_path / "blank" / "tap.csv").write_text(taps.replace("A1,", "A 1,", 1), encoding="utf-8")
    with pytest.raises(BadInput, match="has a blank in it"):
        read_production(tmp_path / "blank")
