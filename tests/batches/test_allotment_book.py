"""The allotment book: each Wh behind one batch, whatever is tried, in whatever order, by however many at once."""

import multiprocessing
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.batches import HOURLY, MONTHLY, Allotted, Book, Free, Need, allot, check_book, choose, in_reach, opened_book
from holin.errors import BadInput, CheckFailed, Refused
from holin.signing import SCHEMES

SCHEME = SCHEMES["sha256-ed25519"]
KEY = SCHEME.new_key()
PUBLIC = SCHEME.public_key(KEY)


@contextmanager
def book_at(path: Path, ledger: str = "L") -> Iterator[Book]:
    with opened_book(path, ledger=ledger, scheme=SCHEME.name, public_key=PUBLIC) as book:
        yield book


def row(batch: str, certificate: int, wh: int, of_wh: int = 100) -> Allotted:
    return Allotted(batch, f"metal of {batch}", certificate, 0, wh, of_wh, HOURLY, "wind", "{}")


def test_no_more_of_a_certificate_than_was_retired(tmp_path: Path) -> None:
    with book_at(tmp_path / "book") as book:
        first, _ = allot(book, lambda c, b: [row("x", 1, 60), row("y", 1, 30)], key=KEY, now=1)
        assert first is not None and first.number == 1
        with pytest.raises(Refused, match="more of a certificate"):
            allot(book, lambda c, b: [row("z", 2, 5), row("z", 1, 11)], key=KEY, now=2)
        assert book.by_batch() == {"x": 60, "y": 30}, "nothing half-written"
        with pytest.raises(Refused):
            allot(book, lambda c, b: [row("z", 1, 10, of_wh=1000)], key=KEY, now=2)
        second, _ = allot(book, lambda c, b: [row("z", 1, 10)], key=KEY, now=3)
        assert second is not None and check_book(book) == 2 and book.by_certificate() == {1: 100}


def test_nothing_is_changed_and_what_is_changed_all_the_same_is_found(tmp_path: Path) -> None:
    path = tmp_path / "book"
    with book_at(path) as book:
        allot(book, lambda c, b: [row("x", 1, 60)], key=KEY, now=1)
        for statement in ("UPDATE allotted SET wh = 1", "DELETE FROM entry", "DELETE FROM allotted"):
            with pytest.raises(sqlite3.IntegrityError, match="nothing is changed"):
                book.connection.execute(statement)
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TRIGGER allotted_UPDATE")
        raw.execute("UPDATE allotted SET batch = 'y'")
    raw.close()
    with book_at(path) as book, pytest.raises(CheckFailed, match="entry 1 is not as it was signed"):
        check_book(book)


def test_a_metal_is_known_by_the_id_that_it_was_allotted_to(tmp_path: Path) -> None:
    with book_at(tmp_path / "book") as book:
        allot(book, lambda c, b: [row("x", 1, 60), row("y", 1, 30)], key=KEY, now=1)
        assert book.batches_of_metal("metal of x") == {"x"} and book.batches_of_metal("x") == set()
        assert {a.metal for a, _ in book.of_batch("y")} == {"metal of y"} and check_book(book) == 1


def test_a_book_belongs_to_one_ledger(tmp_path: Path) -> None:
    with book_at(tmp_path / "book"):
        pass
    with pytest.raises(BadInput, match="is the book of the ledger L"), book_at(tmp_path / "book", ledger="M"):
        pass
    (tmp_path / "other").write_text("no database at all, but long enough to be read as one" * 50)
    with pytest.raises(BadInput, match="cannot be used"), book_at(tmp_path / "other"):
        pass
    with (
        pytest.raises(BadInput, match="no such book"),
        opened_book(tmp_path / "gone", ledger="L", scheme=SCHEME.name, public_key=PUBLIC, make=False),
    ):
        pass


def _grab(path: str, batch: str, key: bytes) -> int:
    """Take all that is free of ten certificates of 100 Wh, at once with others."""
    scheme = SCHEMES["sha256-ed25519"]

    def pick(of_certificate: Mapping[int, int], of_batch: Mapping[str, int]) -> Sequence[Allotted]:
        left = {n: 100 - of_certificate.get(n, 0) for n in range(10)}
        return [row(batch, n, min(7, wh)) for n, wh in left.items() if wh]

    got = 0
    with opened_book(path, ledger="L", scheme=scheme.name, public_key=scheme.public_key(key)) as book:
        for _ in range(12):
            got += sum(r.wh for r in allot(book, pick, key=key, now=1)[1])
    return got


def test_racing_commands_share_and_never_double(tmp_path: Path) -> None:
    path = str(tmp_path / "book")
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        got = pool.starmap(_grab, [(path, name, KEY) for name in "abc"])
    with book_at(tmp_path / "book") as book:
        check_book(book)
        assert set(book.by_certificate().values()) == {100} and sum(got) == 1000 == sum(book.by_batch().values())


# ---- choosing ---------------------------------------------------------------------------------------------------


def free(certificate: int, hour: int, wh: int, *, for_hour: bool = True) -> Free:
    return Free(
        certificate=certificate, start_s=3600 * hour, wh=wh, of_wh=wh, device="wind", detail="{}", for_hour=for_hour,
        for_month=True,
    )  # fmt: skip


def need(batch: str, grams: int = 1000, of_wh: int | None = None, **by_hour: int) -> Need:
    hours = {3600 * int(h[1:]): wh for h, wh in by_hour.items()}
    return Need(batch=batch, metal="", by_hour=hours, of_wh=of_wh or sum(hours.values()), grams=grams)


def test_own_hours_come_first_and_no_batch_loses_them_to_anothers_month() -> None:
    needs = [need("a", h0=100), need("b", h1=100)]
    given_free = [free(1, 0, 50), free(2, 1, 100), free(3, 5, 60)]
    assert in_reach(needs, given_free) == {"a": 50, "b": 100}
    chosen, rows = choose(needs, given_free, None, monthly=True)
    told = {c.need.batch: (c.hourly_wh, c.monthly_wh, c.missing_wh, c.green_grams) for c in chosen}
    assert told == {"b": (100, 0, 0, 1000), "a": (50, 50, 0, 1000)}
    assert [(r.batch, r.certificate, r.wh, r.method) for r in rows] == [
        ("b", 2, 100, HOURLY), ("a", 1, 50, HOURLY), ("a", 3, 50, MONTHLY),
    ]  # fmt: skip


def test_one_certificate_may_stand_behind_the_hour_and_the_month_of_one_batch(tmp_path: Path) -> None:
    """By hand: 40 Wh of its own hour, of which the certificate has 70; 30 more are used as the month's of hour 1."""
    chosen, rows = choose([need("a", h0=40, h1=30)], [free(1, 0, 70)], None, monthly=True)
    assert [(c.hourly_wh, c.monthly_wh, c.missing_wh) for c in chosen] == [(40, 30, 0)]
    assert [(r.certificate, r.wh, r.method) for r in rows] == [(1, 40, HOURLY), (1, 30, MONTHLY)]
    with book_at(tmp_path / "book") as book:
        allot(book, lambda c, b: rows, key=KEY, now=1)
        assert check_book(book) == 1 and book.by_certificate() == {1: 70}


def test_by_the_month_only_whole_batches_by_the_hour_what_there_is() -> None:
    needs = [need("a", h0=100), need("b", h1=100)]
    chosen, _ = choose(needs, [free(1, 0, 60), free(2, 1, 30)], None, monthly=True)
    assert chosen == []
    chosen, _ = choose(needs, [free(1, 0, 60), free(2, 1, 30)], None, monthly=False)
    assert [(c.need.batch, c.green_grams, c.missing_wh) for c in chosen] == [("a", 600, 40), ("b", 300, 70)]
    chosen, _ = choose(needs, [free(1, 0, 100), free(2, 1, 100)], 1000, monthly=True)
    assert [c.need.batch for c in chosen] == ["a"], "no more than was asked for"
    chosen, _ = choose([need("a", h0=100)], [free(1, 0, 100, for_hour=False)], None, monthly=False)
    assert chosen == [], "a GEC is of a month, not of an hour"


def test_what_own_fuel_made_of_the_energy_makes_no_green_tonne() -> None:
    """Of 400 Wh 100 came from own coal: with all the rest covered three quarters of the tonne are green."""
    coal = need("a", of_wh=400, h0=300)
    chosen, _ = choose([coal, need("b", h1=100)], [free(1, 0, 300), free(2, 1, 100)], 1500, monthly=True)
    assert [(c.need.batch, c.green_grams) for c in chosen] == [("a", 750), ("b", 1000)]
    assert coal.green_grams(10**6) == 750 and coal.green_grams(150) == 375


@given(
    st.lists(st.dictionaries(st.integers(0, 4), st.integers(1, 90), min_size=1), max_size=6),
    st.lists(st.tuples(st.integers(0, 4), st.integers(1, 90), st.booleans()), max_size=10),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_no_wh_is_chosen_twice_nor_beyond_need(
    wants: list[dict[int, int]], has: list[tuple[int, int, bool]], monthly: bool
) -> None:
    hours = [{3600 * h: wh for h, wh in want.items()} for want in wants]
    needs = [
        Need(batch=f"b{k}", metal="", by_hour=by_hour, of_wh=sum(by_hour.values()), grams=1000)
        for k, by_hour in enumerate(hours)
    ]
    certificates = [free(k, hour, wh, for_hour=hourly) for k, (hour, wh, hourly) in enumerate(has)]
    chosen, rows = choose(needs, certificates, None, monthly=monthly)
    for one in certificates:
        assert sum(r.wh for r in rows if r.certificate == one.certificate) <= one.wh
    for c in chosen:
        assert sum(r.wh for r in rows if r.batch == c.need.batch) == c.hourly_wh + c.monthly_wh <= c.need.wh
        for hour, wh in c.need.by_hour.items():
            assert sum(r.wh for r in rows if (r.batch, r.start_s, r.method) == (c.need.batch, hour, HOURLY)) <= wh
        if monthly:
            assert c.missing_wh == 0 and c.green_grams == c.need.grams
