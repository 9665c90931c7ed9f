"""Rules: every kind has its terms and its verdict, and both say the same."""

import math
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from holin.park import Park, ParkFacts, Stage, at_stage
from holin.rules import AT_MOST, QUANTITIES, UNITS, Rule, RuleKind, over_years, share_with, terms_of, verdict
from holin.rules.rule import VERDICT_TOLERANCE

AMOUNTS = st.floats(0, 1e8, allow_subnormal=False)
YEARS = st.fixed_dictionaries(dict.fromkeys(QUANTITIES, AMOUNTS))
KINDS = st.sampled_from(RuleKind)
AMOUNTS_ALLOWED = (
    RuleKind.CO2_MAX_T, RuleKind.EXPORT_MAX_MWH, RuleKind.LAND_MAX_HA, RuleKind.SOLD_CLAIMED_MAX_MWH
)  # fmt: skip
"""Kinds whose value is an amount, not a share of one."""


def rule(kind: RuleKind, value: float) -> Rule:
    return Rule(id="R", kind=kind, value=value)


def year(**given: float) -> dict[str, float]:
    return {**dict.fromkeys(QUANTITIES, 0.0), **given}


# ---- every kind, by hand ----------------------------------------------------------------------------------------

# One year of a park: wind and PV could make 100 GWh, 90 are used, 12 of them exported, 120 is the load, 30 kt of CO2;
# 923 MW of wind and PV with 138 MW / 552 MWh of storage; potlines take 80 GWh. 30 GWh of wind and PV are traced to
# users, 66 GWh matched hour by hour; a plan has built on 1,200 ha. 40 GWh of certificates are retired, 24 of them for
# smelters, 36 of the very hour, 38 of the park's own devices; of what the park used 50 MWh are sold all the same; by
# the greater of both counts 45 GWh of the enterprises' energy are clean.
PARK_YEAR = year(
    renewable_available_mwh=100e3,
    renewable_used_mwh=90e3,
    export_mwh=12e3,
    load_mwh=120e3,
    co2_t=30e3,
    renewable_mw=923.0,
    storage_mw=138.0,
    storage_mwh=552.0,
    certificate_mwh=40e3,
    aluminium_certificate_mwh=24e3,
    claimed_hourly_mwh=36e3,
    claimed_deliverable_mwh=38e3,
    sold_claimed_mwh=50.0,
    clean_mwh=45e3,
    aluminium_load_mwh=80e3,
    green_traced_mwh=30e3,
    matched_mwh=66e3,
    land_ha=1200.0,
)


@pytest.mark.parametrize(
    ("kind", "value", "reached", "margin", "holds"),
    [
        (RuleKind.GREEN_SHARE_MIN, 0.60, 78 / 120, 78e3 - 72e3, True),
        (RuleKind.GREEN_SHARE_MIN, 0.70, 78 / 120, 78e3 - 84e3, False),
        (RuleKind.SELF_USE_MIN, 0.60, 0.78, 78e3 - 60e3, True),
        (RuleKind.SELF_USE_MIN, 0.80, 0.78, 78e3 - 80e3, False),
        (RuleKind.EXPORT_SHARE_MAX, 0.20, 0.12, 20e3 - 12e3, True),
        (RuleKind.EXPORT_SHARE_MAX, 0.0, 0.12, -12e3, False),
        (RuleKind.EXPORT_OF_USED_MAX, 0.20, 12 / 90, 18e3 - 12e3, True),
        (RuleKind.EXPORT_OF_USED_MAX, 0.10, 12 / 90, 9e3 - 12e3, False),
        (RuleKind.CURTAILMENT_SHARE_MAX, 0.10, 0.10, 0.0, True),
        (RuleKind.CURTAILMENT_SHARE_MAX, 0.05, 0.10, 90e3 - 95e3, False),
        (RuleKind.CO2_MAX_T, 31e3, 30e3, 1e3, True),
        (RuleKind.CO2_MAX_T, 29e3, 30e3, -1e3, False),
        # 内政办发〔2022〕19号: at least 15 % of the new-energy power; 138 / 923 = 0.1495 falls short.
        (RuleKind.STORAGE_POWER_MIN, 0.15, 138 / 923, 138 - 138.45, False),
        (RuleKind.STORAGE_POWER_MIN, 0.149, 138 / 923, 138 - 0.149 * 923, True),
        (RuleKind.STORAGE_HOURS_MIN, 4.0, 4.0, 0.0, True),
        (RuleKind.STORAGE_HOURS_MIN, 4.1, 4.0, 552 - 565.8, False),
        # 发改办能源〔2025〕669号: aluminium in Inner Mongolia 30.7 % by certificates.
        (RuleKind.ALUMINIUM_CERTIFICATE_MIN, 0.307, 0.30, 24e3 - 24.56e3, False),
        (RuleKind.ALUMINIUM_CERTIFICATE_MIN, 0.29, 0.30, 24e3 - 23.2e3, True),
        # The same duty counted by what the park used: 30 of 80 GWh.
        (RuleKind.ALUMINIUM_GREEN_SHARE_MIN, 0.35, 0.375, 30e3 - 28e3, True),
        (RuleKind.ALUMINIUM_GREEN_SHARE_MIN, 0.40, 0.375, 30e3 - 32e3, False),
        (RuleKind.HOURLY_MATCHED_SHARE_MIN, 0.55, 0.55, 0.0, True),
        (RuleKind.HOURLY_MATCHED_SHARE_MIN, 0.60, 0.55, 66e3 - 72e3, False),
        (RuleKind.EXPORT_MAX_MWH, 12.5e3, 12e3, 500.0, True),
        (RuleKind.EXPORT_MAX_MWH, 0.0, 12e3, -12e3, False),
        (RuleKind.LAND_MAX_HA, 1250.0, 1200.0, 50.0, True),
        (RuleKind.LAND_MAX_HA, 1100.0, 1200.0, -100.0, False),
        (RuleKind.CLEAN_SHARE_MIN, 0.35, 0.375, 45e3 - 42e3, True),
        (RuleKind.CLEAN_SHARE_MIN, 0.90, 0.375, 45e3 - 108e3, False),
        (RuleKind.CLAIMED_HOURLY_MIN, 0.90, 0.90, 0.0, True),
        (RuleKind.CLAIMED_HOURLY_MIN, 1.0, 0.90, 36e3 - 40e3, False),
        (RuleKind.CLAIMED_DELIVERABLE_MIN, 0.90, 0.95, 38e3 - 36e3, True),
        (RuleKind.CLAIMED_DELIVERABLE_MIN, 1.0, 0.95, 38e3 - 40e3, False),
        (RuleKind.SOLD_CLAIMED_MAX_MWH, 60.0, 50.0, 10.0, True),
        (RuleKind.SOLD_CLAIMED_MAX_MWH, 0.0, 50.0, -50.0, False),
    ],
)
def test_verdict_by_hand(kind: RuleKind, value: float, reached: float, margin: float, holds: bool) -> None:
    found = verdict(rule(kind, value), PARK_YEAR)
    assert found.reached == pytest.approx(reached, rel=1e-12)
    assert found.margin == pytest.approx(margin, rel=1e-9, abs=1e-6)
    assert (found.rule, found.kind, found.value, found.holds) == ("R", kind, value, holds)


def test_what_the_power_flow_leaves_over_breaks_no_rule() -> None:
    """A hundred thousandth of the largest quantity is within the power flow's tolerance: 1 MWh of 100 GWh."""
    no_export = rule(RuleKind.EXPORT_SHARE_MAX, 0.0)
    assert verdict(no_export, year(renewable_available_mwh=100e3, export_mwh=0.9)).holds
    assert not verdict(no_export, year(renewable_available_mwh=100e3, export_mwh=1.1)).holds
    share = rule(RuleKind.EXPORT_SHARE_MAX, 0.2)
    assert verdict(share, year(renewable_available_mwh=100e3, export_mwh=20_000.9)).holds
    assert not verdict(share, year(renewable_available_mwh=100e3, export_mwh=20_001.1)).holds
    none = rule(RuleKind.EXPORT_MAX_MWH, 0.0)
    assert verdict(none, year(renewable_available_mwh=100e3, export_mwh=0.9)).holds
    assert not verdict(none, year(renewable_available_mwh=100e3, export_mwh=1.1)).holds


# ---- properties -------------------------------------------------------------------------------------------------


@given(KINDS, st.floats(0, 10))
def test_terms_are_linear_in_known_quantities(kind: RuleKind, value: float) -> None:
    terms = terms_of(rule(kind, value))
    assert terms and set(terms) <= {*QUANTITIES, ""}
    assert all(math.isfinite(factor) for factor in terms.values())


@given(KINDS, st.floats(0, 2), YEARS)
def test_it_holds_exactly_when_the_sum_of_its_terms_is_not_negative(
    kind: RuleKind, value: float, given_: dict[str, float]
) -> None:
    terms, found = terms_of(rule(kind, value)), verdict(rule(kind, value), given_)
    amounts = {name: given_[name] if name else 1.0 for name in terms}
    total = sum(factor * amounts[name] for name, factor in terms.items())
    largest = max(abs(amounts[name]) if name else abs(factor) for name, factor in terms.items())
    assert found.margin == total
    assert found.holds == (total >= -VERDICT_TOLERANCE * largest)


@given(KINDS, st.floats(0.01, 2), YEARS)
def test_the_margin_has_the_sign_of_what_was_reached_against_the_limit(
    kind: RuleKind, value: float, given_: dict[str, float]
) -> None:
    found = verdict(rule(kind, value), given_)
    assume(found.reached is not None)
    gap = (value - found.reached) if kind in AT_MOST else (found.reached - value)
    assume(abs(gap) > 1e-6 * max(value, abs(found.reached)))
    assert (found.margin > 0) == (gap > 0)


@given(KINDS, YEARS, st.floats(0, 1), st.floats(0, 1))
def test_a_looser_limit_is_never_harder_to_meet(
    kind: RuleKind, given_: dict[str, float], one: float, other: float
) -> None:
    low, high = sorted((one, other))
    strict, loose = (low, high) if kind in AT_MOST else (high, low)
    assert verdict(rule(kind, loose), given_).margin >= verdict(rule(kind, strict), given_).margin - 1e-6


@pytest.mark.parametrize("kind", RuleKind)
@pytest.mark.parametrize("amount", [0.0, 5.0])
def test_of_nothing_there_is_no_share(kind: RuleKind, amount: float) -> None:
    """A park without load, wind, storage: no division by zero, no NaN; without any duty the rule is met."""
    wholes = (
        "load_mwh",
        "renewable_available_mwh",
        "renewable_used_mwh",
        "renewable_mw",
        "storage_mw",
        "aluminium_load_mwh",
        "certificate_mwh",
    )
    parts = {name: amount for name in QUANTITIES if name not in wholes and name != "export_mwh"}
    found = verdict(rule(kind, 0.5), year(**parts))
    assert math.isfinite(found.margin)
    assert found.reached is None or (math.isfinite(found.reached) and kind in AMOUNTS_ALLOWED)
    counted = kind in (RuleKind.CO2_MAX_T, RuleKind.LAND_MAX_HA, RuleKind.SOLD_CLAIMED_MAX_MWH)
    assert found.holds == (not counted or amount < 0.5)


@pytest.mark.parametrize("kind", RuleKind)
def test_an_unknown_amount_is_not_judged(kind: RuleKind) -> None:
    read = [name for name in terms_of(rule(kind, 0.5)) if name]
    for name in read:
        found = verdict(rule(kind, 0.5), {**PARK_YEAR, name: math.nan})
        assert (found.holds, found.margin, found.reached) == (None, None, None)
    assert verdict(rule(kind, 0.5), {**PARK_YEAR, **{n: math.nan for n in QUANTITIES if n not in read}}).rule == "R"


@pytest.mark.parametrize("kind", RuleKind)
def test_what_is_judged_on_part_of_a_year_says_so(kind: RuleKind) -> None:
    of_what_stands = kind in (RuleKind.STORAGE_POWER_MIN, RuleKind.STORAGE_HOURS_MIN, RuleKind.LAND_MAX_HA)
    assert verdict(rule(kind, 0.5), PARK_YEAR, years=0.4).partial is not of_what_stands
    assert not verdict(rule(kind, 0.5), PARK_YEAR, years=2.0).partial


def test_a_yearly_tonnage_shrinks_with_the_part_of_the_year() -> None:
    capped = rule(RuleKind.CO2_MAX_T, 1000.0)
    assert verdict(capped, {**PARK_YEAR, "co2_t": 400.0}, years=0.5).margin == pytest.approx(100.0)
    exported = rule(RuleKind.EXPORT_MAX_MWH, 1000.0)
    assert verdict(exported, {**PARK_YEAR, "export_mwh": 400.0}, years=0.5).margin == pytest.approx(100.0)
    land = rule(RuleKind.LAND_MAX_HA, 1000.0)
    assert over_years(land, 0.5) == land


@pytest.mark.parametrize("kind", RuleKind)
def test_what_was_reached_is_found_again_from_the_margin(kind: RuleKind) -> None:
    found = verdict(rule(kind, 0.25), PARK_YEAR)
    assert share_with(rule(kind, 0.25), PARK_YEAR, found.margin) == pytest.approx(found.reached, rel=1e-9)


def test_kinds_of_an_amount_have_a_unit_and_the_most_is_allowed_where_the_name_says_so() -> None:
    assert set(UNITS) == {*AMOUNTS_ALLOWED, RuleKind.STORAGE_HOURS_MIN}
    assert {k for k in RuleKind if "_max" in k.value} == set(AT_MOST)


def test_a_duty_that_rises_is_in_force_year_by_year() -> None:
    """30 % until the end of 2026, 40 % from 2027 on: the park at a stage has the row of its date."""
    duty = RuleKind.ALUMINIUM_GREEN_SHARE_MIN
    first = Rule(id="al-26", kind=duty, value=0.30, built=date(2025, 1, 1), retired=date(2027, 1, 1))
    then = Rule(id="al-27", kind=duty, value=0.40, built=date(2027, 1, 1))
    park = Park(facts=ParkFacts(id="p"), rules=(first, then))
    at = {y: at_stage(park, Stage(name=str(y), as_of=date(y, 12, 31))).rules for y in (2024, 2026, 2027, 2030)}
    assert {y: [r.id for r in rules] for y, rules in at.items()} == {
        2024: [], 2026: ["al-26"], 2027: ["al-27"], 2030: ["al-27"],
    }  # fmt: skip
    assert [verdict(r, PARK_YEAR).holds for y in (2026, 2027) for r in at[y]] == [True, False]


def test_a_missing_amount_raises() -> None:
    with pytest.raises(KeyError):
        verdict(rule(RuleKind.CO2_MAX_T, 1.0), {})
