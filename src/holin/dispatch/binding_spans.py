"""Limits that bind, span by span: from when to when a limit sets prices, and what more of it would save."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holin.dispatch.causes import spans_of
from holin.dispatch.reason_words import BINDING, LANGUAGES
from holin.dispatch.reasons import Reason


@dataclass(frozen=True, kw_only=True)
class BindingSpan:
    """A limit that binds in the steps from `first` to `last`: one `unit` more of it saves at most `saves` (currency) in
    one of them. `kind`, `element` and `unit` are those of a reason's binding limits.
    """

    kind: str
    element: str
    first: int
    last: int
    saves: float
    unit: str


def binding_spans(reasons: Sequence[Reason], steps: int) -> tuple[BindingSpan, ...]:
    """Return the limits that bind in the first `steps` steps, in the order in which they begin, the dearest first."""
    saves: dict[tuple[str, str, str], dict[int, float]] = {}
    for reason in (r for r in reasons if r.step < steps):
        for binding in reason.binding:
            known = saves.setdefault((binding.kind, binding.element, binding.unit), {})
            known[reason.step] = max(known.get(reason.step, 0.0), binding.saves)
    found = [
        BindingSpan(
            kind=kind, element=element, unit=unit, first=first, last=last,
            saves=max(v for step, v in by_step.items() if first <= step <= last),
        )
        for (kind, element, unit), by_step in saves.items()
        for first, last in spans_of(sorted(by_step))
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda s: (s.first, -s.saves, s.kind, s.element)))


def binding_words(kind: str, element: str, language: str = "en") -> str:
    """Return a binding limit in words."""
    return BINDING.get(kind, (f"{kind} {{element}}",) * 2)[LANGUAGES.index(language)].format(element=element).strip()
