"""The hand-worked month of three enterprises (cases/three_enterprises/why.md), and what holds of every bill."""

from __future__ import annotations

import csv
import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bill_parts import ZONE, context, month_hours, quarters, usage
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from holin.calendar import local
from holin.errors import Mismatch
from holin.settle import Bill, Contracted, Usage, bill, causes, of_month, settlement
from holin.settle.bill import MICRO
from holin.settle.money import in_fen
from holin.tariff import Period, Tariff, TariffPeriod, TariffTier, TierOf

CASE = Path(__file__).parent / "cases" / "three_enterprises"
EXPECT = json.loads((CASE / "expect.json").read_text("utf-8"))
GIVEN = json.loads((CASE / "usage.json").read_text("utf-8"))
PEAK, VALLEY = ((6, 9), (17, 22)), ((0, 5), (11, 14))
NAMES = {"taken": "taken_wh", "green": "green_wh", "own": "own_wh", "loss": "loss_wh", "fed": "fed_wh",
         "reactive": "reactive_varh"}  # fmt: skip


def tariffs() -> list[Tariff]:
    with open(CASE / "tariff.csv", encoding="utf-8") as file:
        rows = [{k: v for k, v in row.items() if v} for row in csv.DictReader(file)]
    return [Tariff(**{k: v if k == "id" else float(v) for k, v in row.items()}) for row in rows]  # type: ignore[arg-type]


def periods(*names: str) -> list[TariffPeriod]:
    return [
        TariffPeriod(id=f"{name}-{period}-{start}", tariff=name, period=period, hour_from=start, hour_to=end,
                     factor=factor)
        for name in names
        for period, spans, factor in ((Period.PEAK, PEAK, 1.68), (Period.VALLEY, VALLEY, 0.48))
        for start, end in spans
    ]  # fmt: skip


def used(name: str, time: NDArray[np.datetime64]) -> Usage:
    hour = local(time, ZONE).hour.to_numpy()
    step = float((time[1] - time[0]) / np.timedelta64(1, "h"))

    def series(spans: list[list[int]]) -> NDArray[np.int64]:
        kw = sum(np.where((hour >= start) & (hour < end), power, 0) for start, end, power in spans)
        return np.asarray(kw * 1000 * step, dtype=np.int64)

    rows: dict[str, Any] = {NAMES[key]: series(spans) for key, spans in GIVEN["usage_kw"][name].items()}
    return usage(rows.pop("taken_wh"), time, customer=name, **rows)


def key(line: Any) -> str:
    return f"{line.kind}.{line.of}" if line.kind == "energy" else line.kind


@pytest.mark.parametrize("step", ["hours", "quarters"])
def test_the_month_by_hand(step: str) -> None:
    hours = month_hours(2025, 2)
    time = hours if step == "hours" else quarters(hours)
    names = ["foil", "smelter", "pv-works"]
    contracts = {n: Contracted(customer=n, tariff=n, capacity_mva=GIVEN["capacity_mva"].get(n)) for n in names}
    known = context(*tariffs(), periods=periods(*names, "grid"))
    (month,) = settlement(
        [used(n, time) for n in names], contracts, [used("grid", time)],
        {"grid": Contracted(customer="grid", tariff="grid")}, known,
    )  # fmt: skip
    for made in (*month.bills, *month.purchases):
        expected = EXPECT[made.customer]
        assert {key(line): line.amount_fen for line in made.lines} == expected["lines"]
        assert (made.total_fen, made.vat_fen) == (expected["total"], expected["vat"])
    assert (month.billed_fen, month.margin_fen) == (EXPECT["billed"], EXPECT["margin"])


# ---- what holds of every bill -----------------------------------------------------------------------------------

FULL = Tariff(
    id="T", energy_price_per_mwh=245.37, transmission_per_mwh=60.11, system_fee_per_mwh=20.3, levies_per_mwh=25.7,
    line_loss_per_mwh=9.1, demand_charge_per_mw_month=30_111.0, power_factor_standard=0.85, green_price_per_mwh=219.9,
    green_premium_per_mwh=3.3, wheeling_per_mwh=35.5, network_loss_per_mwh=301.7, vat_rate=0.13,
    export_price_per_mwh=199.9,
)  # fmt: skip


def drawn(seed: int, time: NDArray[np.datetime64]) -> Usage:
    draw = np.random.default_rng(seed)
    taken = draw.integers(0, 5_000_000, len(time))
    green = (taken * draw.random(len(time))).astype(np.int64)
    return usage(
        taken, time, green_wh=green, own_wh=(taken - green) // 3 + green // 4, own_green_wh=green // 4,
        loss_wh=taken // 50,
        fed_wh=draw.integers(0, 900_000, len(time)), reactive_varh=taken // 2,
    )  # fmt: skip


def of_seed(seed: int, month: int = 3, tariff: Tariff = FULL) -> Bill:
    known = context(tariff, periods=periods("T"))
    return bill(
        drawn(seed, month_hours(2025, month)), Contracted(customer="works", tariff="T"), known, f"2025-{month:02d}"
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_every_line_can_be_recomputed_and_none_is_a_float(seed: int) -> None:
    made = of_seed(seed)
    for line in made.lines:
        scale = 100 if line.unit == "fen" else MICRO
        assert line.amount_fen == in_fen(line.quantity * line.share * line.price / scale)
        assert type(line.amount_fen) is int and isinstance(line.price, Fraction)
    assert made.total_fen == sum(line.amount_fen for line in made.lines)
    energy = sum(line.quantity for line in made.lines if line.kind in ("energy", "green_energy", "own_energy"))
    assert energy == made.taken_wh
    assert not any(isinstance(value, float) for value in vars(made).values())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_causes_add_up_to_the_difference(one: int, other: int) -> None:
    before, after = of_seed(one, 3), of_seed(other, 4)
    found = causes(before, after)
    assert sum(c.fen for c in found) == after.total_fen - before.total_fen
    assert sum(abs(c.fen) for c in found if c.kind == "rounding") <= len(before.lines) + len(after.lines)


def test_causes_say_what_changed() -> None:
    """The same month with 10 % more energy, with dearer energy, and with all energy moved into the peak."""
    hours = month_hours(2025, 2)
    plain = Tariff(id="T", energy_price_per_mwh=100.0)
    known = context(plain, periods=periods("T"))
    contract = Contracted(customer="works", tariff="T")
    flat = np.full(len(hours), 1_000_000, dtype=np.int64)
    before = bill(usage(flat, hours), contract, known, "2025-02")
    assert before.total_fen == 224 * (16_800 + 10_000 + 4_800)
    more = bill(usage(flat + 100_000, hours), contract, known, "2025-02")
    assert [(c.kind, c.why, c.fen) for c in causes(before, more)] == [("energy", "amount", before.total_fen // 10)]
    dearer = context(Tariff(id="T", energy_price_per_mwh=108.0), periods=periods("T"))
    (price,) = causes(before, bill(usage(flat, hours), contract, dearer, "2025-02"))
    assert (price.kind, price.why, price.fen) == ("energy", "price", before.total_fen * 8 // 100)
    hour = local(hours, ZONE).hour.to_numpy()
    moved = np.where((hour >= 17) & (hour < 22), 1_000_000 * 24 // 5, 0)
    (shape,) = causes(before, bill(usage(moved, hours), contract, known, "2025-02"))
    assert (shape.kind, shape.why) == ("energy", "shape")
    assert shape.fen == 672 * 16_800 - before.total_fen


def test_a_version_in_the_middle_of_a_month_splits_it_at_the_day() -> None:
    old = Tariff(id="T", energy_price_per_mwh=100.0, demand_charge_per_mw_month=3_100.0)
    new = Tariff(id="T2", energy_price_per_mwh=200.0, demand_charge_per_mw_month=6_200.0, version_of="T",
                 built=date(2025, 3, 11))  # fmt: skip
    hours = month_hours(2025, 3)
    made = bill(
        usage(np.full(744, 1_000_000), hours), Contracted(customer="works", tariff="T"), context(old, new), "2025-03"
    )
    lines = [(line.kind, line.tariff, line.amount_fen) for line in made.lines]
    assert lines == [
        ("energy", "T", 240 * 10_000), ("demand", "T", 10 * 10_000), ("energy", "T2", 504 * 20_000),
        ("demand", "T2", 21 * 20_000),
    ]  # fmt: skip


def test_own_sun_pays_no_green_premium() -> None:
    """100 MWh taken, 60 of them from the customer's own PV, 10 of other sun: 10 MWh pay the premium, not 40."""
    hours = month_hours(2025, 2)[:1]
    one = usage([100_000_000], hours, green_wh=[70_000_000], own_wh=[60_000_000], own_green_wh=[60_000_000])
    for wheeling in (None, 35.0):
        tariff = Tariff(
            id="T", energy_price_per_mwh=100.0, green_premium_per_mwh=20.0, green_price_per_mwh=90.0,
            wheeling_per_mwh=wheeling,
        )  # fmt: skip
        made = bill(one, Contracted(customer="works", tariff="T"), context(tariff), "2025-02")
        assert (made.of_kind("green_premium"), made.of_kind("green_energy")) == (20_000, 90_000)
        assert made.of_kind("energy") == (30 if wheeling else 90) * 10_000
    with pytest.raises(Mismatch, match="do not fit"):
        usage([10], hours, green_wh=[8], own_wh=[8], own_green_wh=[5])


def two_versions(**new: object) -> list[Tariff]:
    old = {"energy_price_per_mwh": 100.0, "demand_charge_per_mw_month": 3_100.0, "vat_rate": 0.13}
    return [
        Tariff(id="T", **old),  # type: ignore[arg-type]
        Tariff(id="T2", **{**old, "version_of": "T", "built": date(2025, 3, 17), **new}),  # type: ignore[arg-type]
    ]


def test_tiers_tax_and_power_factor_follow_the_versions() -> None:
    """744 MWh, 384 before the 17th: a tier above 600 counts 144 of them; tax and factor are those of each part."""
    hours = month_hours(2025, 3)
    rows = np.full(744, 1_000_000)
    tiers = [TariffTier(id=f"t-{t}", tariff=t, tier_of=TierOf.ENERGY, above=600.0, price=10.0) for t in ("T", "T2")]
    plain = context(*two_versions(), tiers=tiers)
    contract = Contracted(customer="works", tariff="T")
    made = bill(usage(rows, hours), contract, plain, "2025-03")
    assert made.of_kind("tier") == 144 * 1_000
    taxed = bill(usage(rows, hours), contract, context(*two_versions(vat_rate=0.0)), "2025-03")
    first = sum(line.amount_fen for line in taxed.lines if line.tariff == "T")
    assert taxed.vat_fen == in_fen(Fraction(first, 100) * Fraction(13, 113))
    late = context(*two_versions(power_factor_standard=0.9))
    adjusted = bill(usage(rows, hours, reactive_varh=rows * 3 // 4), contract, late, "2025-03")
    base = sum(line.amount_fen for line in adjusted.lines if line.tariff == "T2" and line.kind != "power_factor")
    assert adjusted.of_kind("power_factor") == base * 5 // 100  # 0.80: ten steps below 0.90


def test_a_new_version_at_the_same_price_is_no_cause() -> None:
    contract = Contracted(customer="works", tariff="T")
    known = context(*two_versions())
    before = bill(usage(np.full(672, 1_000_000), month_hours(2025, 2)), contract, known, "2025-02")
    after = bill(usage(np.full(744, 1_000_000), month_hours(2025, 3)), contract, known, "2025-03")
    assert {(c.kind, c.why) for c in causes(before, after)} == {("energy", "amount")}
    week = bill(usage(np.full(168, 1_000_000), month_hours(2025, 3)[:168]), contract, known, "2025-03")
    assert {(c.kind, c.why) for c in causes(before, week)} <= {("energy", "amount"), ("demand", "amount")}


def test_reactive_energy_given_back_counts_too() -> None:
    hours = month_hours(2025, 2)
    back_and_forth = np.where(np.arange(672) % 2, 750_000, -750_000)
    tariff = Tariff(id="T", energy_price_per_mwh=100.0, power_factor_standard=0.9)
    made = bill(
        usage(np.full(672, 1_000_000), hours, reactive_varh=back_and_forth),
        Contracted(customer="works", tariff="T"), context(tariff), "2025-02",
    )  # fmt: skip
    assert str(made.power_factor) == "0.80"


def test_a_ratchet_looks_back_on_calendar_months() -> None:
    tariff = Tariff(
        id="T", energy_price_per_mwh=0.0, demand_charge_per_mw_month=1.0, demand_ratchet_share=0.5,
        demand_ratchet_months=3,
    )  # fmt: skip
    hours = month_hours(2025, 3)
    for month, billed in (("2024-11", 1), ("2024-12", 5), ("2025-02", 5), ("2025-03", 1)):
        known = context(tariff, peaks_before_w={month: Fraction(10_000_000)})
        made = bill(usage(np.full(744, 1_000_000), hours), Contracted(customer="works", tariff="T"), known, "2025-03")
        assert made.billed_w == billed * 1_000_000


def test_energy_that_costs_nothing_stands_on_the_bill() -> None:
    hours = month_hours(2025, 2)
    made = bill(
        usage(np.full(672, 1_000_000), hours), Contracted(customer="works", tariff="T"),
        context(Tariff(id="T", energy_price_per_mwh=0.0)), "2025-02",
    )  # fmt: skip
    assert [(line.kind, line.amount_fen) for line in made.lines] == [("energy", 0)]


def test_a_part_of_a_month_bears_a_part_of_its_demand_charge() -> None:
    tariff = Tariff(id="T", energy_price_per_mwh=0.0, demand_charge_per_mw_month=3_100.0)
    made = bill(
        usage(np.full(168, 1_000_000), month_hours(2025, 3)[:168]), Contracted(customer="works", tariff="T"),
        context(tariff), "2025-03",
    )  # fmt: skip
    assert (made.days, made.days_of_month, made.total_fen) == (7, 31, 70_000)


def test_months_split_a_usage_without_rest() -> None:
    hours = np.concatenate([month_hours(2025, 2), month_hours(2025, 3)])
    whole = drawn(1, hours)
    parts = [of_month(whole, month, ZONE) for month in ("2025-02", "2025-03")]
    assert sum(int(p.taken_wh.sum()) for p in parts) == int(whole.taken_wh.sum())
    assert [len(p.time) for p in parts] == [672, 744]


def test_what_nobody_has_agreed_to_is_named() -> None:
    hours = month_hours(2025, 2)
    (month,) = settlement([used("foil", hours)], {}, [], {}, context(*tariffs()))
    assert month.bills == () and dict(month.unbilled) == {"foil": (1_344_000_000, 0)}
