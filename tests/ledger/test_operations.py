"""What each operation writes, on both databases, with sums worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hand import HOUR, JANUARY, SUN, TANK, WIND, device, hours, peopled

from holin.errors import BadInput, Refused
from holin.ledger import (
    Handed,
    Ledger,
    Measured,
    Use,
    Used,
    Which,
    backup,
    balances,
    bundle,
    charge,
    claims,
    correct,
    create,
    detail_of,
    discharge,
    expire,
    history,
    issue,
    opened,
    register,
    release,
    renew_head,
    reserve,
    restore,
    retire,
    retire_matched,
    split,
    transfer,
    verify,
)

LATER = JANUARY + 30 * 86_400


def sums(ledger: Ledger) -> dict[tuple[str, str], int]:
    """Return what stands by account and state, without what was converted into other lots."""
    found: dict[tuple[str, str], int] = {}
    for b in balances(ledger.database):
        if b.state != "converted":
            found[b.account, b.state] = found.get((b.account, b.state), 0) + b.wh
    return found


def whole(ledger: Ledger) -> None:
    found = verify(ledger)
    assert found.whole, (found.broken, found.damage)


def test_net_generation_is_issued_once_rounded_down(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        rows = [Measured(WIND, JANUARY, 1_000, 300), Measured(WIND, JANUARY + HOUR, 10, 25), *hours(SUN, [0, 7])]
        first = issue(ledger, rows, now=LATER)
        assert (first.wh, first.certificates, first.known) == (707, 2, 0)  # 1000 - 300, nothing at night, 7
        again = issue(ledger, rows, now=LATER)
        assert (again.wh, again.certificates, again.known, again.entries) == (0, 0, 4, ())
        other = issue(ledger, [Measured(WIND, JANUARY, 2_000, 300)], now=LATER)
        assert (other.wh, other.differing) == (0, (Measured(WIND, JANUARY, 2_000, 300),))
        assert sums(ledger) == {("maker", "active"): 707}
        whole(ledger)


def test_faults_of_measurements_come_all_at_once(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        rows = [
            Measured("nobody", JANUARY, 1, 0), Measured(WIND, JANUARY + 60, 1, 0), Measured(SUN, JANUARY, -1, 0),
            Measured(WIND, JANUARY, 1, 0), Measured(WIND, JANUARY, 2, 0),
        ]  # fmt: skip
        with pytest.raises(BadInput) as caught:
            issue(ledger, rows, now=LATER)
        assert len(caught.value.faults) == 4
        assert sums(ledger) == {}


def test_splitting_handing_on_and_retiring_keep_the_sum(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000, 2_000]), now=LATER)
        split(ledger, 1, 400, now=LATER)
        transfer(ledger, "maker", "trader", 1_500, now=LATER)
        retire(ledger, "trader", "works-1", 600, use=Use(start=JANUARY, seconds=HOUR), now=LATER)
        assert sums(ledger) == {
            ("maker", "active"): 1_500, ("trader", "active"): 900, ("trader", "retired"): 600
        }  # fmt: skip
        with pytest.raises(BadInput, match="more than the 900 Wh"):
            retire(ledger, "trader", "works-1", 901, now=LATER)
        with pytest.raises(BadInput, match="was spent by entry"):
            split(ledger, 1, 100, now=LATER)
        whole(ledger)


def test_what_is_not_tradable_stays_with_its_holder(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, hours(SUN, [500]), now=LATER)
        with pytest.raises(BadInput, match="more than the 0 Wh"):
            transfer(ledger, "maker", "trader", 1, now=LATER)
        retire(ledger, "maker", "works-1", 500, now=LATER)
        whole(ledger)


def test_what_is_reserved_is_kept_for_its_beneficiary(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000]), now=LATER)
        reserve(ledger, "maker", "works-1", 700, now=LATER)
        with pytest.raises(BadInput, match="300 Wh"):
            retire(ledger, "maker", "works-2", 301, now=LATER)
        retire(ledger, "maker", "works-1", 800, now=LATER)  # 700 reserved, 100 beside
        assert sums(ledger) == {("maker", "active"): 200, ("maker", "retired"): 800}
        reserve(ledger, "maker", "works-2", 150, now=LATER)
        assert release(ledger, "maker", "works-2", now=LATER) is not None
        assert release(ledger, "maker", "works-2", now=LATER) is None
        assert sums(ledger) == {("maker", "active"): 200, ("maker", "retired"): 800}
        whole(ledger)


def test_validity_ends_two_years_after_the_month(ledger_at: str) -> None:
    february_2027 = 1_801_411_200  # 2027-02-01 00:00 in China: January 2025 and 24 months
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000]), now=LATER)
        assert expire(ledger, now=february_2027 - 1) is None
        retire(ledger, "maker", "works-1", 400, now=february_2027 - 1)
        with pytest.raises(BadInput, match="more than the 0 Wh"):
            retire(ledger, "maker", "works-1", 1, now=february_2027)
        assert expire(ledger, now=february_2027) is not None
        assert sums(ledger) == {("maker", "expired"): 600, ("maker", "retired"): 400}
        whole(ledger)


def test_a_request_is_carried_out_once(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000]), now=LATER)
        one = retire(ledger, "maker", "works-1", 400, request="r-1", now=LATER)
        two = retire(ledger, "maker", "works-1", 400, request="r-1", now=LATER)
        assert one == two
        assert sums(ledger) == {("maker", "active"): 600, ("maker", "retired"): 400}


def test_corrections_are_new_entries_and_sold_energy_stays_sold(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000, 1_000, 1_000]), now=LATER)
        transfer(ledger, "maker", "trader", 900, Which(start=JANUARY, end=JANUARY + HOUR), now=LATER)
        told = correct(
            ledger, [(WIND, JANUARY, 600, 0), (WIND, JANUARY + HOUR, 1_200, 0), (WIND, JANUARY + 2 * HOUR, 750, 0)],
            reason="meter replaced", now=LATER,
        )  # fmt: skip
        # Hour 0: 400 too much, 100 are still the maker's. Hour 1: 200 more, set off. Hour 2: 250 withdrawn.
        assert (told.issued_wh, told.withdrawn_wh, told.owed_wh, told.set_off_wh) == (0, 350, 300, 200)
        assert sums(ledger) == {
            ("maker", "active"): 1_750, ("maker", "withdrawn"): 350, ("trader", "active"): 900
        }  # fmt: skip
        assert verify(ledger).owed_wh == {WIND: 100}
        later = issue(ledger, hours(WIND, [250, 250], first=3), now=LATER)
        assert (later.wh, later.set_off_wh) == (400, 100)
        assert verify(ledger).owed_wh == {}
        # Issued 3,000 + 400, withdrawn 350: 3,050 stand, as 600 + 1,200 + 750 + 250 + 250 were metered.
        assert sum(wh for (_, state), wh in sums(ledger).items() if state != "withdrawn") == 3_050
        whole(ledger)
        with pytest.raises(BadInput, match="reason"):
            correct(ledger, [(WIND, JANUARY, 1, 0)], reason=" ", now=LATER)


def test_a_storage_gives_back_what_went_in_less_its_losses(ledger_at: str) -> None:
    """80 % round trip: 500 Wh of wind and 500 Wh without certificate go in, 800 Wh come out, half of it wind's."""
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, [*hours(WIND, [900]), Measured(TANK, JANUARY, 0, 1_000)], now=LATER)
        told = charge(ledger, [Handed(TANK, JANUARY, WIND, 500)], now=LATER)
        assert (told.matched_wh, told.unmatched_wh, told.short) == (500, 500, ())
        assert charge(ledger, [Handed(TANK, JANUARY, WIND, 500)], now=LATER).matched_wh == 0  # handed in already
        assert charge(ledger, [Handed(TANK, JANUARY, WIND, 1_000)], now=LATER).matched_wh == 400  # what wind has left
        issue(ledger, hours(TANK, [300, 500], first=1), now=LATER)
        out = discharge(ledger, TANK, now=LATER)
        # The first hour draws 375 of 1,000 Wh: 187 and 150 with a certificate, of which 149 and 120 come out; the
        # second the rest, 313 and 250, of which 250 and 200 come out: each part rounded down.
        assert (out.issued_wh, out.lost_wh, out.unmatched_wh) == (719, 181, 81)
        assert discharge(ledger, TANK, now=LATER).entries == ()
        assert sums(ledger) == {("maker", "active"): 719, ("maker", "lost"): 181}
        retire(ledger, "maker", "works-1", 269, now=LATER)
        table = claims(ledger)
        assert table[["device", "retired_mwh"]].values.tolist() == [[WIND, 269e-6]]
        assert str(table["time"][0]) == "2024-12-31 17:00:00"  # the hour of discharge, the first after midnight
        told_by = history(ledger, beneficiary="works-1")
        assert [(lot.kind, lot.device) for lot in told_by.lots] == [("discharge", TANK), ("generation", WIND)]
        whole(ledger)


def test_fifo_takes_the_oldest_charge_and_pro_rata_all_alike(new_place: Callable[[str], str]) -> None:
    found = {}
    for method in ("fifo", "pro_rata"):
        address = new_place("sqlite")
        create(address, kind="demo", operator="test.example", time_zone="Asia/Shanghai")
        with opened(address) as ledger:
            peopled(ledger)
            tank = [Measured(TANK, JANUARY + HOUR * k, 0, 1_000) for k in range(2)]
            issue(ledger, [*hours(WIND, [1_000]), *hours(SUN, [1_000], first=1), *tank], now=LATER)
            charge(
                ledger, [Handed(TANK, JANUARY, WIND, 1_000), Handed(TANK, JANUARY + HOUR, SUN, 1_000)], now=LATER
            )  # fmt: skip
            issue(ledger, hours(TANK, [800], first=2), now=LATER)
            discharge(ledger, TANK, method=method, now=LATER)  # type: ignore[arg-type]
            rows = ledger.database.rows(
                "SELECT m.device, l.wh FROM lot l JOIN lot o ON o.id = l.origin JOIN measurement m "
                "ON m.id = o.measurement WHERE l.kind = 'discharge' ORDER BY m.device"
            )
            found[method] = [wh for _, wh in rows]
            whole(ledger)
            with pytest.raises(BadInput, match="method"):
                discharge(ledger, TANK, method="fifo" if method == "pro_rata" else "pro_rata", now=LATER)
    assert found == {"fifo": [800], "pro_rata": [400, 400]}


def test_a_month_becomes_gecs_and_the_rest_is_carried(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_400_000, 900_000]), now=LATER)
        first = bundle(ledger, "maker", WIND, 2025, 1, now=LATER + 86_400)
        assert (first.gecs, first.carried_wh) == (2, 300_000)
        issue(ledger, hours(WIND, [800_000], first=31 * 24), now=LATER + 86_400)
        assert bundle(ledger, "maker", WIND, 2025, 1, now=LATER + 86_400).gecs == 0
        second = bundle(ledger, "maker", WIND, 2025, 2, now=LATER + 40 * 86_400)
        assert (second.gecs, second.carried_wh) == (1, 100_000)  # January's 300,000 and 700,000 of February
        with pytest.raises(BadInput, match="is not over yet"):
            bundle(ledger, "maker", WIND, 2025, 3, now=LATER + 40 * 86_400)
        transfer(ledger, "maker", "trader", 2_000_000, Which(kinds=("gec",)), now=LATER + 40 * 86_400)
        with pytest.raises(BadInput):
            retire(ledger, "trader", "works-1", 1_500_000, now=LATER + 40 * 86_400)
        retire(ledger, "trader", "works-1", 1_000_000, now=LATER + 40 * 86_400)
        table = claims(ledger)
        assert table["retired_mwh"].tolist() == pytest.approx([0.7, 0.3])  # half of 1.4 and of 0.6 MWh
        whole(ledger)


def test_each_gec_is_of_one_month_whenever_it_is_bundled(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, [*hours(WIND, [1_400_000]), *hours(WIND, [1_700_000], first=31 * 24)], now=LATER)
        told = bundle(ledger, "maker", WIND, 2025, 3, now=LATER + 90 * 86_400)
        months = [(detail_of(e)["month"], detail_of(e)["gecs"]) for e in told.entries]
        assert (months, told.carried_wh) == ([("2025-01", 1), ("2025-02", 2)], 100_000)


def test_nothing_is_retired_or_reserved_for_nobody(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000]), now=LATER)
        for nobody in ("", "  ", "a\nb"):
            with pytest.raises(BadInput, match="beneficiary"):
                retire(ledger, "maker", nobody, 1, now=LATER)
            with pytest.raises(BadInput, match="beneficiary"):
                reserve(ledger, "maker", nobody, 1, now=LATER)
            with pytest.raises(BadInput, match="beneficiary"):
                retire_matched(ledger, [Used(nobody, WIND, JANUARY, HOUR, 1)], now=LATER)
        assert sums(ledger) == {("maker", "active"): 1_000}


def test_without_its_head_file_a_ledger_is_not_written(ledger_at: str) -> None:
    """The next head would hide that the end before it was lost."""
    with opened(ledger_at) as ledger:
        peopled(ledger)
        ledger.head_file.unlink()
        with pytest.raises(BadInput, match="--renew-head"):
            issue(ledger, hours(WIND, [1_000]), now=LATER)
        assert not verify(ledger).whole
        renew_head(ledger)
        issue(ledger, hours(WIND, [1_000]), now=LATER)
        whole(ledger)


def test_energy_moved_within_a_device_is_not_issued_twice(ledger_at: str) -> None:
    """500 Wh were said of the wrong hour, and that hour's are sold: its debt is set off against the right hour's."""
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000, 1_000]), now=LATER)
        retire(ledger, "maker", "works-1", 2_000, now=LATER)
        told = correct(
            ledger, [(WIND, JANUARY, 500, 0), (WIND, JANUARY + HOUR, 1_500, 0)], reason="clock", now=LATER
        )  # fmt: skip
        assert (told.issued_wh, told.withdrawn_wh, told.owed_wh, told.set_off_wh) == (0, 0, 500, 500)
        assert verify(ledger).owed_wh == {}
        whole(ledger)


def test_meters_do_not_know_the_future(new_place: Callable[[str], str]) -> None:
    address = new_place("sqlite")
    create(address, kind="metered", operator="test.example", time_zone="Asia/Shanghai")
    with opened(address) as ledger:
        peopled(ledger)
        with pytest.raises(BadInput, match="not over yet"):
            issue(ledger, hours(WIND, [1, 1]), now=JANUARY + HOUR)
        assert issue(ledger, hours(WIND, [1]), now=JANUARY + HOUR).wh == 1


def test_hourly_uses_are_covered_by_the_same_hour_only(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000, 50]), now=LATER)
        used = [
            Used("works-1", WIND, JANUARY, HOUR, 300), Used("works-2", WIND, JANUARY, HOUR, 500),
            Used("works-1", WIND, JANUARY + HOUR, HOUR, 80),
        ]  # fmt: skip
        told = retire_matched(ledger, used, now=LATER)
        assert (told.wh, told.uncovered) == (850, (Used("works-1", WIND, JANUARY + HOUR, HOUR, 30),))
        again = retire_matched(ledger, used, now=LATER)
        assert (again.wh, again.uncovered_wh) == (0, 30)
        assert sums(ledger) == {("maker", "active"): 200, ("maker", "retired"): 850}
        with pytest.raises(BadInput, match="no device of this ledger"):
            retire_matched(ledger, [Used("works-1", "coal", JANUARY, HOUR, 1)], now=LATER)
        whole(ledger)


def test_nobody_elses_certificates_are_taken_for_a_use_or_a_charge(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, [*hours(WIND, [1_000]), Measured(TANK, JANUARY, 0, 1_000)], now=LATER)
        transfer(ledger, "maker", "trader", 700, now=LATER)
        transfer(ledger, "maker", "works", 200, now=LATER)
        told = retire_matched(ledger, [Used("works", WIND, JANUARY, HOUR, 250)], now=LATER)
        assert (told.wh, sums(ledger)["works", "retired"], sums(ledger)["maker", "retired"]) == (250, 200, 50)
        into = charge(ledger, [Handed(TANK, JANUARY, WIND, 400)], now=LATER)
        assert (into.matched_wh, sums(ledger)["trader", "active"]) == (50, 700)
        whole(ledger)


def test_quarter_hours_of_a_device_cover_an_hour_of_use(ledger_at: str) -> None:
    quick = "test.example:park:quick"
    with opened(ledger_at) as ledger:
        one = device(quick)
        register(ledger, [type(one)(**{**vars(one), "interval_s": 900})], {"maker": "Maker"}, now=JANUARY)
        issue(ledger, [Measured(quick, JANUARY + 900 * k, 100, 0) for k in range(5)], now=LATER)
        told = retire_matched(ledger, [Used("works-1", quick, JANUARY, HOUR, 500)], now=LATER)
        assert (told.wh, told.uncovered_wh) == (400, 100)
        with pytest.raises(BadInput, match="not a whole multiple of 900"):
            issue(ledger, [Measured(quick, JANUARY + 100, 1, 0)], now=LATER)


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_what_is_restored_is_what_was_saved(
    ledger_at: str, target: str, new_place: Callable[[str], str], tmp_path: Path
) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, hours(WIND, [1_000, 2_000]), now=LATER)
        retire(ledger, "maker", "works-1", 600, now=LATER)
        saved = backup(ledger, tmp_path / "saved")
        key = ledger.key_file
    place = new_place(target)
    restored = restore(tmp_path / "saved", place, key=key)
    assert (restored.hash, restored.entries) == (saved.hash, saved.entries)
    with opened(place, key=key) as ledger:
        assert verify(ledger).hash == saved.hash
        retire(ledger, "maker", "works-2", 100, now=LATER)
        whole(ledger)
    with pytest.raises(BadInput, match="holds a ledger already"):
        restore(tmp_path / "saved", place, key=key)


def test_demo_and_metered_never_mix(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        with pytest.raises(Refused, match="never both"), ledger.database.writing():
            ledger.database.insert(
                "entry",
                ("number", "time", "kind", "data_kind", "request", "detail", "devices_to", "accounts_to",
                 "measurements_to", "lots_to", "debits_to", "certificates_to", "previous", "hash", "signature"),
                [(2, LATER, "issue", "metered", "r", "{}", 3, 3, 0, 0, 0, 0,
                  ledger.database.rows("SELECT hash FROM entry")[0][0], "h", "s")],
            )  # fmt: skip
