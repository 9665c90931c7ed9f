"""The shelf: made once, kept by bytes, the latest used first."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holin.web.shelf import Shelf


def test_many_threads_that_ask_at_once_get_what_was_made_once() -> None:
    shelf, made, got = Shelf(), [], []
    start = threading.Barrier(8)

    def make() -> bytes:
        made.append(1)
        time.sleep(0.05)
        return b"answer"

    def ask() -> None:
        start.wait()
        got.append(shelf.get("key", make, len))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [b"answer"] * 8 and made == [1]


def test_what_fails_is_not_kept_and_may_be_tried_again() -> None:
    shelf = Shelf()

    def fail() -> bytes:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        shelf.get("key", fail, len)
    assert shelf.get("key", lambda: b"x", len) == b"x"


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60)), max_size=60))
def test_it_never_holds_more_than_its_bytes_and_keeps_the_latest(asked: list[tuple[int, int]]) -> None:
    shelf, sizes = Shelf(100), {}
    for key, size in asked:
        sizes[key, size] = size
        assert len(shelf.get((key, size), lambda size=size: b"x" * size, len)) == size
        assert shelf.bytes_kept <= 100
        called: list[int] = []
        shelf.get((key, size), lambda size=size, called=called: called.append(1) or b"x" * size, len)  # type: ignore[func-returns-value]
        assert called == []


def test_what_is_larger_than_the_shelf_is_given_out_and_not_kept() -> None:
    shelf = Shelf(10)
    shelf.get("small", lambda: b"12345", len)
    assert len(shelf.get("large", lambda: b"x" * 11, len)) == 11
    assert len(shelf) == 1 and shelf.bytes_kept == 5
