"""Which batches are chosen to be green, and which certificates go behind each: worked out by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.batches.choose import Chosen, Free, Need, choose, in_reach

H = 3600


def need(batch: str, by_hour: dict[int, int], grams: int = 1000, **more: object) -> Need:
    return Need(
        batch=batch, metal=f"metal of {batch}", by_hour={h * H: wh for h, wh in by_hour.items()},
        of_wh=more.pop("of_wh", sum(by_hour.values())), grams=grams, **more,
    )  # fmt: skip


def free(certificate: int, hour: int, wh: int, *, for_hour: bool = True, for_month: bool = True) -> Free:
    return Free(
        certificate=certificate, start_s=hour * H, wh=wh, of_wh=wh, device="wind-1", detail="", for_hour=for_hour,
        for_month=for_month,
    )  # fmt: skip


def told(found: tuple[list[Chosen], list]) -> dict[str, tuple[int, int, int, int]]:
    return {c.need.batch: (c.hourly_wh, c.monthly_wh, c.missing_wh, c.green_grams) for c in found[0]}


def test_an_hour_covers_no_more_than_was_used_in_it() -> None:
    # 100 Wh of hour 1 and 50 of hour 2 are needed; 70 and 80 are free: 70 + 50 of 150, 800 of 1000 g.
    found = choose([need("a", {1: 100, 2: 50})], [free(1, 1, 70), free(2, 2, 80)], None, monthly=False)
    assert told(found) == {"a": (120, 0, 30, 800)}
    assert [(row.certificate, row.wh, row.method) for row in found[1]] == [(1, 70, "hourly"), (2, 50, "hourly")]


def test_certificates_that_start_within_the_hour_count_for_it() -> None:
    quarter = Free(
        certificate=1, start_s=H + 2700, wh=40, of_wh=60, device="w", detail="d", for_hour=True, for_month=True
    )
    row = choose([need("a", {1: 100})], [quarter], None, monthly=False)[1][0]
    assert (row.batch, row.metal, row.certificate) == ("a", "metal of a", 1)
    assert (row.wh, row.of_wh, row.device, row.detail) == (40, 60, "w", "d")
    assert choose([need("a", {2: 100})], [quarter], None, monthly=False) == ([], [])


def test_what_stands_behind_a_batch_already_is_not_covered_twice() -> None:
    half = need("a", {1: 100, 2: 100}, had_wh=60, had_by_hour={H: 60})
    assert (half.wh, half.missing_wh, half.open_in(H), half.open_in(2 * H)) == (200, 140, 40, 100)
    assert half.open_in(3 * H) == 0
    assert in_reach([half], [free(1, 1, 90), free(2, 2, 30)]) == {"a": 70}
    found = choose([half], [free(1, 1, 90), free(2, 2, 30)], None, monthly=False)
    assert told(found) == {"a": (70, 0, 70, 650)}  # 60 + 70 of 200 Wh
    # 150 stand behind it, 100 of them of the month: only 50 are missing, whatever its hours could take
    nearly = need("a", {1: 100, 2: 100}, had_wh=150, had_by_hour={H: 50})
    assert in_reach([nearly], [free(1, 1, 90), free(2, 2, 90)]) == {"a": 50}


def test_own_fuel_can_be_covered_by_nothing() -> None:
    assert told(choose([need("a", {1: 100}, of_wh=400)], [free(1, 1, 100)], None, monthly=False)) == {
        "a": (100, 0, 0, 250)
    }
    assert need("b", {}, of_wh=0).green_grams(50) == 0


def test_who_has_most_of_its_own_hours_comes_first_and_the_wish_ends_it() -> None:
    needs = [need("a", {1: 100}), need("b", {2: 100}), need("c", {3: 100})]
    certificates = [free(1, 1, 50), free(2, 2, 90), free(3, 3, 70)]
    assert list(told(choose(needs, certificates, None, monthly=False))) == ["b", "c", "a"]
    assert list(told(choose(needs, certificates, 900, monthly=False))) == ["b"]  # 900 g are green
    assert list(told(choose(needs, certificates, 901, monthly=False))) == ["b", "c"]
    assert told(choose(needs, certificates, 0, monthly=False)) == {}


def test_a_month_covers_whole_batches_only() -> None:
    needs = [need("a", {1: 100}), need("b", {2: 100})]
    # Of hour 1 30 Wh, of other hours 80 that may count for the month, and 500 that may not.
    certificates = [
        free(1, 1, 30), free(2, 9, 80, for_hour=False), free(3, 9, 500, for_hour=False, for_month=False)
    ]  # fmt: skip
    found = choose(needs, certificates, None, monthly=True)
    assert told(found) == {"a": (30, 70, 0, 1000)}  # 10 Wh of the month are left: b cannot be whole
    assert [(row.certificate, row.wh, row.method) for row in found[1]] == [(1, 30, "hourly"), (2, 70, "monthly")]
    assert told(choose(needs, certificates, None, monthly=False)) == {"a": (30, 0, 70, 300)}


def test_a_month_s_certificate_is_none_of_its_own_hours() -> None:
    assert in_reach([need("a", {1: 100})], [free(1, 1, 70, for_hour=False)]) == {"a": 0}


def test_what_the_month_covers_counts_towards_the_wish() -> None:
    needs = [need("a", {1: 100}), need("b", {2: 100})]
    certificates = [free(1, 9, 300, for_hour=False)]
    assert list(told(choose(needs, certificates, 1000, monthly=True))) == ["a"]
    assert list(told(choose(needs, certificates, 1001, monthly=True))) == ["a", "b"]


def test_no_batch_loses_its_hours_to_the_month_of_another() -> None:
    # b has none of its own hours, a has all; the certificate of hour 1 serves a, though b would be whole with it.
    needs = [need("b", {2: 60}), need("a", {1: 60})]
    certificates = [free(1, 1, 60), free(2, 9, 60, for_hour=False)]
    assert told(choose(needs, certificates, None, monthly=True)) == {"a": (60, 0, 0, 1000), "b": (0, 60, 0, 1000)}


def test_one_certificate_may_stand_behind_hours_and_month() -> None:
    needs = [need("a", {1: 40}), need("b", {2: 60})]
    found = choose(needs, [free(1, 1, 100)], None, monthly=True)
    assert [(row.batch, row.wh, row.method) for row in found[1]] == [("a", 40, "hourly"), ("b", 60, "monthly")]


def test_a_batch_that_misses_nothing_is_left_alone() -> None:
    assert choose([need("a", {1: 50}, had_wh=50, had_by_hour={H: 50})], [free(1, 1, 50)], None, monthly=True)[1] == []


HOURS = st.integers(0, 4)


@settings(max_examples=200, deadline=None)
@given(
    needs=st.lists(st.dictionaries(HOURS, st.integers(1, 500), min_size=1), min_size=1, max_size=5),
    certificates=st.lists(st.tuples(HOURS, st.integers(1, 600), st.booleans(), st.booleans()), max_size=8),
    monthly=st.booleans(), grams=st.none() | st.integers(0, 5000),
)  # fmt: skip
def test_nothing_is_given_twice_or_beyond_what_is_needed(
    needs: list[dict[int, int]], certificates: list[tuple[int, int, bool, bool]], monthly: bool, grams: int | None
) -> None:
    wanted = [need(f"b{k}", by_hour) for k, by_hour in enumerate(needs)]
    given_out = [
        free(k, hour, wh, for_hour=own, for_month=month) for k, (hour, wh, own, month) in enumerate(certificates)
    ]
    chosen, rows = choose(wanted, given_out, grams, monthly=monthly)
    for one in given_out:
        taken = [row for row in rows if row.certificate == one.certificate]
        assert sum(row.wh for row in taken) <= one.wh
        assert all(one.for_hour if row.method == "hourly" else one.for_month and monthly for row in taken)
    for found in chosen:
        mine = [row for row in rows if row.batch == found.need.batch]
        assert sum(row.wh for row in mine) == found.covered_wh <= found.need.wh
        assert not monthly or found.missing_wh == 0
        for hour, wh in found.need.by_hour.items():
            assert sum(r.wh for r in mine if r.method == "hourly" and r.start_s == hour) <= wh
    assert {row.batch for row in rows} <= {found.need.batch for found in chosen}
    if grams is not None and chosen:
        assert sum(c.green_grams for c in chosen[:-1]) < grams or monthly


@pytest.mark.parametrize("monthly", [True, False])
def test_without_needs_or_certificates_nothing_is_chosen(monthly: bool) -> None:
    assert choose([], [free(1, 1, 5)], None, monthly=monthly) == ([], [])
    assert choose([need("a", {1: 5})], [], None, monthly=monthly) == ([], [])
