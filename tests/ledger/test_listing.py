"""Lists and sums of what stands, on both databases, worked by hand."""

from __future__ import annotations

from hand import HOUR, JANUARY, SUN, WIND, hours, peopled

from holin.ledger import Use, Wanted, issue, listed, opened, retire, standing, transfer

LATER = JANUARY + 30 * 86_400
SPANS = [(JANUARY, JANUARY + 2 * HOUR), (JANUARY + 2 * HOUR, JANUARY + 4 * HOUR)]


def test_sums_and_lists_say_where_every_wh_is(ledger_at: str) -> None:
    """Wind 100, 200, 300 Wh in three hours, sun 50 in the first. 150 go to the trader; 120 are retired for the works.

    The oldest go first: the trader gets wind's 100 of hour 0 and 50 of it from sun's, then 120 are retired of what is
    left of the maker's.
    """
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, [*hours(WIND, [100, 200, 300]), *hours(SUN, [50])], now=LATER)
        transfer(ledger, "maker", "trader", 100, now=LATER)
        retire(ledger, "maker", "works", 120, use=Use(start=JANUARY, seconds=HOUR), now=LATER)
        rows = standing(ledger, SPANS)
        whole = Wanted(start=JANUARY, end=JANUARY + 4 * HOUR)
        one_by_one = listed(ledger, whole)
        assert sum(r.wh for r in rows) == sum(c.wh for c in one_by_one) == 650
        assert sum(r.certificates for r in rows) == len(one_by_one)
        assert {(r.account, r.state) for r in rows} == {("maker", "active"), ("maker", "retired"), ("trader", "active")}
        assert sum(r.wh for r in rows if r.state == "retired" and r.beneficiary == "works") == 120
        assert sum(r.wh for r in rows if r.account == "trader") == 100
        assert [r.wh for r in rows if r.start == SPANS[1][0]] == [300]
        assert [c.start for c in one_by_one] == sorted(c.start for c in one_by_one)
        assert {c.used_from for c in one_by_one if c.state == "retired"} == {JANUARY}


def test_a_list_is_narrowed_and_cut_in_pages(ledger_at: str) -> None:
    with opened(ledger_at) as ledger:
        peopled(ledger)
        issue(ledger, [*hours(WIND, [100, 200, 300]), *hours(SUN, [50, 60])], now=LATER)
        retire(ledger, "maker", "works", 130, now=LATER)

        def of(**choice: object) -> list[int]:
            wanted = Wanted(start=JANUARY, end=JANUARY + 4 * HOUR, **choice)  # type: ignore[arg-type]
            return [c.wh for c in listed(ledger, wanted)]

        assert sum(of()) == 710 and sum(of(states=("retired",))) == 130 == sum(of(whose=("works",)))
        assert sum(of(devices=(SUN,))) == 110 and sum(of(devices=(SUN, WIND))) == 710
        assert sum(of(whose=("maker",))) == 710 and of(devices=("nobody",)) == [] == of(whose=("nobody",))
        first_hour = Wanted(start=JANUARY, end=JANUARY + HOUR)
        assert sum(c.wh for c in listed(ledger, first_hour)) == 150
        everything = listed(ledger, Wanted(start=JANUARY, end=JANUARY + 4 * HOUR))
        paged = [
            c
            for page in range(4)
            for c in listed(ledger, Wanted(start=JANUARY, end=JANUARY + 4 * HOUR), offset=2 * page, limit=2)
        ]
        assert paged == everything
