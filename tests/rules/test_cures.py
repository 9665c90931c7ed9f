"""What would cure a rule: by hand for each lever, and for all rules that carrying the cure out makes them hold."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_rules import KINDS, PARK_YEAR, YEARS, rule, year

from holin.rules import LEVER_WORDS, QUANTITIES, RuleKind, cures, verdict
from holin.rules.cures import LEVERS, ONLY


def by_lever(kind: RuleKind, value: float, **other: float) -> dict[str, tuple[float, bool]]:
    return {c.lever: (c.amount, c.enough) for c in cures(rule(kind, value), {**PARK_YEAR, **other})}


def test_storage_that_is_short_by_a_little() -> None:
    """138 MW for 923 MW of wind and PV: 15 % are 138.45 MW."""
    ((lever, (amount, enough)),) = by_lever(RuleKind.STORAGE_POWER_MIN, 0.15).items()
    assert (lever, enough) == ("more_storage_power", True)
    assert amount == pytest.approx(0.45)
    ((lever, (amount, enough)),) = by_lever(RuleKind.STORAGE_HOURS_MIN, 4.5).items()
    assert (lever, amount, enough) == ("more_storage_energy", pytest.approx(138 * 4.5 - 552), True)


def test_a_green_share_has_several_cures() -> None:
    """78 of 120 GWh are green, 84 would be 70 %: 6 GWh are missing. 10 are curtailed and 12 exported."""
    assert by_lever(RuleKind.GREEN_SHARE_MIN, 0.70) == {
        "use_curtailed": (pytest.approx(6e3), True),
        "keep_exported": (pytest.approx(6e3), True),
        "new_green": (pytest.approx(6e3), True),
        "less_load": (pytest.approx(6e3 / 0.7), True),
    }
    short = cures(rule(RuleKind.GREEN_SHARE_MIN, 0.75), PARK_YEAR)  # 12 GWh are missing, and only 10 are curtailed
    assert [(c.lever, c.enough) for c in short][-1] == ("use_curtailed", False)
    assert short[-1].amount == 10e3
    new = next(c for c in short if c.lever == "new_green")
    assert new.power_mw == pytest.approx(12e3 / (90e3 / 923))


def test_exports_and_claims() -> None:
    assert by_lever(RuleKind.EXPORT_SHARE_MAX, 0.10) == {
        "keep_exported": (pytest.approx(2e3), True), "curtail_exported": (pytest.approx(2e3), True),
        "new_green": (pytest.approx(20e3), True),
    }  # fmt: skip
    assert by_lever(RuleKind.CLAIMED_HOURLY_MIN, 1.0) == {"drop_unmatched": (pytest.approx(4e3), True)}
    assert by_lever(RuleKind.CLAIMED_DELIVERABLE_MIN, 1.0) == {"drop_undeliverable": (pytest.approx(2e3), True)}
    assert by_lever(RuleKind.SOLD_CLAIMED_MAX_MWH, 0.0) == {"buy_back": (pytest.approx(50.0), True)}
    assert set(by_lever(RuleKind.ALUMINIUM_CERTIFICATE_MIN, 0.307)) == {"retire_of_the_hour", "less_load"}


def test_what_holds_or_is_unknown_has_no_cure() -> None:
    assert cures(rule(RuleKind.SELF_USE_MIN, 0.6), PARK_YEAR) == ()
    assert cures(rule(RuleKind.CLEAN_SHARE_MIN, 0.9), {**PARK_YEAR, "clean_mwh": math.nan}) == ()
    missing = {name: value for name, value in PARK_YEAR.items() if name != "load_mwh"}
    assert cures(rule(RuleKind.GREEN_SHARE_MIN, 0.9), missing) == ()


def test_every_lever_has_words_and_moves_what_rules_speak_of() -> None:
    assert LEVERS.keys() == LEVER_WORDS.keys() and ONLY.keys() <= LEVERS.keys()
    for lever in LEVERS.values():
        assert lever.moves.keys() | lever.room.keys() <= QUANTITIES.keys()


@given(KINDS, st.floats(0, 1), YEARS, st.sampled_from([1.0, 0.25, 2.0]))
def test_a_cure_that_is_enough_cures(kind: RuleKind, value: float, found: dict[str, float], years: float) -> None:
    one = rule(kind, value)
    before = verdict(one, found, years=years)
    told = cures(one, found, years=years)
    if before.holds:
        assert told == ()
    for cure in told:
        moves = LEVERS[cure.lever].moves
        after = {name: amount + moves.get(name, 0.0) * cure.amount for name, amount in found.items()}
        now = verdict(one, after, years=years)
        assert cure.amount > 0.0 and now.margin is not None and before.margin is not None
        # a share of next to nothing asks for more than numbers of this size can hold
        assert now.holds or not cure.enough or abs(cure.amount) > 1e12
        assert now.margin > before.margin or math.isclose(now.margin, before.margin, rel_tol=1e-9)


@given(KINDS, st.floats(0.01, 1), YEARS)
def test_every_broken_rule_that_can_be_cured_names_a_cure(
    kind: RuleKind, value: float, found: dict[str, float]
) -> None:
    one = rule(kind, value)
    made = year(**found)
    if not verdict(one, made).holds:
        assert cures(one, made)
