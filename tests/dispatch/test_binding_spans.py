"""Limits that bind, span by span: neighbouring steps are one span, each with the most that more would save."""

from holin.dispatch import Reason, binding_spans, binding_words
from holin.dispatch.binding import Binding


def reason(step: int, *binding: Binding) -> Reason:
    return Reason(
        step=step, place="", price_per_mwh=1.0, marginal="import.G", unit="G", parts=(), binding=tuple(binding)
    )


def test_steps_that_follow_each_other_are_one_span() -> None:
    full = [Binding(kind="full_load", element="C", saves=s) for s in (5.0, 9.0, 7.0, 3.0)]
    heat = Binding(kind="pot_heat", element="P", saves=2.0, unit="K")
    reasons = [reason(0, full[0]), reason(1, full[1], heat), reason(2, heat), reason(3, full[2]), reason(5, full[3])]
    told = [(s.kind, s.first, s.last, s.saves, s.unit) for s in binding_spans(reasons, 5)]
    assert told == [
        ("full_load", 0, 1, 9.0, "MWh"), ("pot_heat", 1, 2, 2.0, "K"), ("full_load", 3, 3, 7.0, "MWh"),
    ]  # fmt: skip


def test_a_limit_has_words_in_both_languages() -> None:
    assert binding_words("full_load", "C") == "C at full load"
    assert binding_words("full_load", "一号机", "zh") == "一号机 满负荷"
    assert binding_words("unheard_of", "C") == "unheard_of C"
