"""Who offers what another seeks, and which designations a standard would write."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_hall import FIGURES, HALL

from holin.hall import Category, Enquiry, Form, Side, Use, answers, footprints, is_alloy, is_temper
from holin.hall.matching import matched

KNOWN = footprints(HALL, FIGURES)


def test_matches_of_a_day() -> None:
    """The mill seeks 50 t of slab 5083, the caster offers 30 t of slab: 30 t; form agrees, the alloy is left open."""
    first, third = answers(HALL, KNOWN, on=date(2025, 6, 30))
    [match] = first.matches
    assert (match.offers.id, match.fit, match.quantity_kg) == ("e2", 1, 30_000.0)
    assert [p.id for p in first.products] == ["slab"]
    assert third.matches == () and [p.id for p in third.products] == ["sheet"]


def test_an_enquiry_ends_with_its_day_and_a_bound_holds() -> None:
    assert [a.enquiry.id for a in answers(HALL, KNOWN, on=date(2025, 7, 1))] == ["e3"]
    strict = replace(HALL.enquiries[2], footprint_max_t_per_t=6.0)  # the sheet has 6.29 t/t traced
    [one] = answers(replace(HALL, enquiries=(strict,)), KNOWN, on=date(2025, 7, 1))
    assert one.products == ()
    [none] = answers(replace(HALL, enquiries=(HALL.enquiries[2],)), footprints(HALL, None), on=date(2025, 7, 1))
    assert none.products == ()


enquiries = st.builds(
    Enquiry, id=st.just("x"), exhibitor=st.sampled_from(["a", "b"]), side=st.just(Side.SEEKS),
    category=st.sampled_from([Category.FOIL, Category.INGOT]), form=st.sampled_from([None, Form.FOIL, Form.SLAB]),
    alloy=st.sampled_from(["", "6063", "EN AW-6063", "5083"]), use=st.sampled_from([None, Use.RAIL, Use.MARINE]),
    quantity_kg=st.one_of(st.none(), st.floats(1, 1e6)),
)  # fmt: skip


@given(enquiries, enquiries)
def test_matching_does_not_depend_on_who_asks(one: Enquiry, other: Enquiry) -> None:
    there, back = matched(one, other), matched(other, one)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert (there.fit, there.quantity_kg) == (back.fit, back.quantity_kg)
        assert one.exhibitor != other.exhibitor and one.category is other.category


@pytest.mark.parametrize(
    "alloy", ["1060", "6005A", "EN AW-6063", "5A06", "7A04", "EN AC-42100", "ZL101A", "A356.2", "Al99.70", "8079"]
)
def test_designations_of_standards(alloy: str) -> None:
    assert is_alloy(alloy)


@pytest.mark.parametrize("alloy", ["", "606", "60633", "9063", "EN-AW 6063", "AA6063", "ZL501", "EN AC-4210", "al99.7"])
def test_what_no_standard_writes(alloy: str) -> None:
    assert not is_alloy(alloy)


@pytest.mark.parametrize(("temper", "good"), [
    ("F", True), ("O", True), ("H18", True), ("H112", True), ("T6", True), ("T6511", True), ("W", True),
    ("H", False), ("H5", False), ("T", False), ("T0", False), ("t6", False), ("H18 ", False),
])  # fmt: skip
def test_tempers(temper: str, good: bool) -> None:
    assert is_temper(temper) is good
