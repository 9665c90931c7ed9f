"""Which measures are taken: cheapest first, a check after each, none that can be left out."""

from holin.connection.chosen import chosen, minimal, worthiest

COST = {"a": 1.0, "b": 2.0, "c": 5.0, "d": 9.0}


def badness_of(need: dict[str, float]):
    """3 of badness; each measure of `need` takes its part away."""
    return lambda taken: max(3.0 - sum(need.get(m, 0.0) for m in taken), 0.0)


def taken(need: dict[str, float], *, most: int = 8) -> tuple[str, ...] | None:
    return chosen(lambda _: list(COST), badness_of(need), COST.__getitem__, most=most)


def test_nothing_is_built_where_nothing_is_wrong() -> None:
    assert chosen(lambda _: list(COST), lambda _: 0.0, COST.__getitem__) == ()


def test_the_cheapest_that_helps_is_taken_and_one_that_does_not_is_passed() -> None:
    """a helps nothing; b does all."""
    assert taken({"b": 3.0, "d": 3.0}) == ("b",)


def test_what_a_later_measure_makes_needless_is_left_out() -> None:
    """a takes 1 of 3 and is taken first, c takes 3: a is not needed beside it."""
    assert taken({"a": 1.0, "c": 3.0}) == ("c",)


def test_two_that_need_each_other_stay() -> None:
    assert taken({"a": 1.0, "b": 2.0}) == ("a", "b")


def test_no_measures_do_or_too_many_are_needed() -> None:
    assert taken({"a": 1.0}) is None
    assert taken({"a": 1.0, "b": 1.0, "c": 1.0}, most=2) is None


def test_minimal_tries_the_dearest_first() -> None:
    """Of a, c, d any two of three do: d goes, then nothing can."""
    enough = lambda taken: 0.0 if len(taken) >= 2 else 1.0  # noqa: E731
    assert minimal(("a", "c", "d"), enough, COST.__getitem__) == ("a", "c")


def test_the_worthiest_measures_go_as_far_as_they_can() -> None:
    """Costs 1, 2, 9 take 3, 8, 1 of 15 away: 3 stay, whatever is built; what takes nothing away is not built."""
    takes, costs = {"a": 3.0, "b": 8.0, "c": 1.0, "d": 0.0}, {"a": 1.0, "b": 2.0, "c": 9.0, "d": 0.1}

    def left(taken: tuple[str, ...]) -> float:
        return 15.0 - sum(takes[m] for m in taken)

    assert worthiest(lambda taken: list(takes), left, costs.__getitem__) == ("b", "a", "c")
    assert worthiest(lambda taken: ["d"], left, costs.__getitem__) == ()


def test_the_worthiest_measures_leave_out_what_a_later_one_makes_needless() -> None:
    """The small one is the best for its cost, the large one does all alone."""

    def left(taken: tuple[str, ...]) -> float:
        return 0.0 if "large" in taken else 10.0 - 4.0 * ("small" in taken)

    costs = {"small": 1.0, "large": 5.0}
    assert worthiest(lambda taken: list(costs), left, costs.__getitem__) == ("large",)
