"""Ways to get a tariff wrong that only bills meet: versions, tiers, power factor, what no optimum knows."""
# ruff: noqa: E501  (a case is a row of a table)

import shutil
from pathlib import Path

import pytest
from parkfile_cases import Case, Spoil, add, all_of, cell

from holin.errors import BadInput
from holin.parkfile import faults_of_park, read_park

WARNING = "warning"


def version(field: str, id_: str = "tou-2", **given: str) -> Spoil:
    """Add a version of the tariff."""
    row = {"id": id_, "energy_price_per_mwh": "300", "version_of": "tou", "built": "2025-07-01"}
    added = add("tariff.csv", **(row | given))
    return lambda folder: added(folder)._replace(field=field)


def tier(field: str, id_: str = "block", **given: str) -> Spoil:
    """Add a tier of the tariff."""
    row = {"id": id_, "tariff": "tou", "tier_of": "demand", "above": "0", "price": "20000"}
    added = add("tariff_tier.csv", **(row | given))
    return lambda folder: added(folder)._replace(field=field)


CASES = (
    Case("a version of nothing", version("version_of", version_of="tuo"), ("did you mean 'tou'?",)),
    Case("a version of itself", version("version_of", id_="t9", version_of="t9"), ("is itself a version",)),
    Case("a version of a version", all_of(version(""), version("version_of", "tou-3", version_of="tou-2", built="2025-08-01")), ("'tou-2' is itself a version", "name the tariff")),
    Case("a version without a day", version("built", built=""), ("a version without a first day",)),
    Case("two versions of one day", all_of(version(""), version("built", "tou-3")), ("has a version from that day already",)),
    Case("a version without periods", version("version_of"), ("has rows of tariff_period.csv and this version has none", "all hours are flat"), WARNING),
    Case("tiers at one amount", all_of(tier(""), tier("above", "again")), ("another tier begins there",)),
    Case("tiers that begin late", tier("above", above="5"), ("what lies below costs nothing", "at 0"), WARNING),
    Case("a tier of no tariff", tier("tariff", tariff="tuo"), ("did you mean 'tou'?",)),
    Case("a power factor that is no standard", cell("tariff.csv", "tou", "power_factor_standard", "0.87"), ("no standard of the rule", "0.8, 0.85 or 0.9")),
    Case("demand and capacity both", all_of(cell("tariff.csv", "tou", "demand_charge_per_mw_month", "30000"), cell("tariff.csv", "tou", "capacity_charge_per_mva_month", "20000")), ("demand and capacity are charged both",), WARNING),
    Case("a ratchet at the grid connection", lambda folder: cell("tariff.csv", "tou", "demand_ratchet_share", "0.4")(folder)._replace(field="id"), ("which no optimum knows",), WARNING),
)  # fmt: skip


@pytest.fixture
def park(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "park"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_the_fault_is_named_with_place_and_remedy(case: Case, park: Path) -> None:
    place = case.spoil(park)
    faults = faults_of_park(park)
    found = [
        f
        for f in faults
        if (f.file, f.row, f.field) == place and f.severity == case.severity and all(w in str(f) for w in case.words)
    ]
    assert found, "\n".join(f"{f.severity} {f} {(f.file, f.row, f.field)}" for f in faults) + f"\nnot at {place}"
    if case.severity == "error":
        with pytest.raises(BadInput):
            read_park(park)
    else:
        read_park(park)


def test_what_is_right_has_no_fault(park: Path) -> None:
    all_of(
        version(""), add("tariff_period.csv", id="p2", tariff="tou-2", period="peak", hour_from="8", hour_to="12", factor="1.5"),
        tier(""), tier("", "more", above="20", price="15000"), cell("tariff.csv", "tou", "power_factor_standard", "0.85"),
    )(park)  # fmt: skip
    told = [str(f) for f in faults_of_park(park) if f.severity == "error"]
    assert told == []
    assert [t.above for t in read_park(park).tariff_tiers] == [0.0, 20.0]
