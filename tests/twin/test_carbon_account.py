"""The carbon accounts of a run: the hand-worked case by its numbers, and what is written."""

import dataclasses
import json
import re
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "dispatch"))
from dispatch_parks import LINE, PARK, tables_of, with_
from marginal_park import COAL, FUEL, PLAIN

from holin import ledger
from holin.carbon import COUNTS, ENTERPRISES, POTLINES, read_claims
from holin.dispatch import marginal
from holin.errors import BadInput, CheckFailed
from holin.metering import readings_of_run, write_readings
from holin.park import EmissionFactor, Stage, at_stage
from holin.parkfile import example_park
from holin.picture import carbon_page
from holin.trace import trace
from holin.twin import CarbonAccount, Result, carbon_account, claims_of_ledger, metered_run, run, saved, settled
from holin.twin.carbon_account import kind_of
from holin.twin.carbon_figures import carbon_figures, saved_account
from holin.twin.certificates import issued_run, retired_run

CASE = Path(__file__).parent.parent / "cases" / "own_coal"
EXPECTED = json.loads((CASE / "expect.json").read_text())
CLAIMS = CASE / "claims.csv"


@pytest.fixture(scope="module")
def case_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of the hand-worked case."""
    times = {name: datetime.fromisoformat(text) for name, text in EXPECTED["run"].items()}
    return saved(run(CASE / "park", **times), tmp_path_factory.mktemp("runs") / "own-coal")


@pytest.fixture(scope="module")
def account(case_run: Path) -> CarbonAccount:
    return carbon_account(case_run, claims=read_claims(CLAIMS), with_marginal=True)


def close(value: float) -> Any:
    return pytest.approx(value, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("period", ["2025-01", "2025"])
@pytest.mark.parametrize("table", ["enterprises", "potlines"])
def test_statements_are_what_was_worked_out(account: CarbonAccount, table: str, period: str) -> None:
    rows = {row[table.removesuffix("s")]: row for row in carbon_figures(account, month=period)[table]}
    for name, figures in EXPECTED[table].items():
        for figure, value in figures.items():
            assert rows[name][figure] == close(value), (name, figure)


def test_ingot_needs_more_energy_and_is_less_green_metal(case_run: Path) -> None:
    made = carbon_account(case_run, claims=read_claims(CLAIMS), cast_mwh_per_t=0.1)
    assert made.statement.potlines["green_metal_t"].tolist() == [close(3.485906130242), close(3.485906130242)]


def test_marginal_emissions_are_what_was_worked_out(account: CarbonAccount) -> None:
    assert account.marginal is not None
    assert account.marginal.table["marginal_t_per_mwh"].sel(bus="A").values == close(EXPECTED["marginal_t_per_mwh"])
    found = carbon_figures(account)["marginal"]
    assert found["mean_t_per_mwh"] == close((0.5306 + 1.0666666667) / 2)
    assert found["by_enterprise_t_per_mwh"] == {"mill": close(0.7986333333), "works": close(0.7986333333)}
    assert (found["share_that_holds"], found["ties"]) == (1.0, 0)


def test_sums_of_enterprises_are_the_park_s(account: CarbonAccount) -> None:
    told = account.statement
    whole = told.park.set_index("period")
    for figure in ("energy_mwh", "scope_1_t", "covered_mwh", *(f"scope_2_{c}_t" for c in COUNTS)):
        sums = told.enterprises.groupby("period")[figure].sum()
        np.testing.assert_allclose(whole[figure], sums[whole.index], rtol=1e-12)
    assert float(whole.loc["2025", "scope_2_market_t"]) == close(2.4384 + 25.6032)


def test_an_hour_that_a_statement_lost_is_found(account: CarbonAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    from holin.carbon import statement, statements

    monkeypatch.setattr(statements, "_of", lambda names, owners: np.zeros((len(names), len(owners))))
    with pytest.raises(CheckFailed, match="the enterprises' energy_mwh misses the park's by 200"):
        statement(account.scopes, account.park)


def test_without_claims_all_is_residual_mix_and_the_kind_is_demo(case_run: Path) -> None:
    figures = carbon_figures(carbon_account(case_run))
    works = next(r for r in figures["enterprises"] if (r["period"], r["enterprise"]) == ("2025", "works"))
    assert works["scope_2_market_t"] == close(48 * 0.6096)
    assert (figures["kind"], figures["certificates_retired_mwh"], figures["marginal"]) == ("demo", 0.0, None)
    assert figures["residual_below_average"] is False
    assert [f["age_years"] for f in figures["factors"]] == [2, 2]
    assert all("MEE" in f["reference"] for f in figures["factors"])


def test_an_account_is_written_whole(account: CarbonAccount, tmp_path: Path) -> None:
    folder = saved_account(account, tmp_path / "deep" / "account")
    found = json.loads((folder / "carbon.json").read_text(encoding="utf-8"))
    assert found["kind"] == "demo" and len(found["enterprises"]) == 4
    for name, columns in (("enterprises", ENTERPRISES), ("potlines", POTLINES)):
        text, parquet = pd.read_csv(folder / f"{name}.csv"), pd.read_parquet(folder / f"{name}.parquet")
        assert list(text) == list(parquet) == [c.name for c in columns]
        assert set(text["kind"]) == {"demo"}
        np.testing.assert_allclose(
            text.select_dtypes("number"), parquet[list(text.select_dtypes("number"))].astype(float)
        )
    with netCDF4.Dataset(folder / "tables.nc") as tables:
        assert {"scopes", "marginal"} <= set(tables.groups)
        assert tables["scopes"]["covered_mwh"].units == "MWh"
        assert tables["scopes"].kind == tables["marginal"].kind == "demo"
    assert {p.name for p in (folder / "pages").iterdir()} == {
        f"{e}-{s}.html" for e in ("works", "mill") for s in ("zh", "en")
    }
    with pytest.raises(BadInput, match="holds files already"):
        saved_account(account, folder)
    assert not [p for p in folder.parent.iterdir() if p.name.endswith(".partial")]


def test_a_page_says_each_count_and_loads_nothing(account: CarbonAccount) -> None:
    figures = carbon_figures(account)
    english = carbon_page(figures, account.park, enterprise="works", language="en")
    said = (
        "Location-based", "Market-based", "Traced", "25.469", "2.4384", "8.3835", "12.89", "11.06", "9.58", "3.5",
        "no evidence for others", "scopes of two enterprises are not to be added", "More certificates",
    )  # fmt: skip
    assert [s for s in said if s not in english] == []
    chinese = carbon_page(figures, account.park, enterprise="works", language="zh")
    assert "位置法" in chinese and "自备煤电铝厂" in chinese and "电解系列" in chinese and "公开发布" in chinese
    for page in (english, chinese):
        assert not re.search(r"https?://|<script|<link|<img", page)
    mill = carbon_page(figures, account.park, enterprise="mill", language="en")
    assert "No certificate retired" in mill and "Potline" not in mill


def test_names_cannot_write_html(account: CarbonAccount) -> None:
    figures = carbon_figures(account)
    figures["names"] = {"en": "<b>park</b>", "zh": "<b>"}
    assert "&lt;b&gt;park" in carbon_page(figures, account.park, enterprise="mill", language="en")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("works,2025-13-01,W,wind_farm,1", "row time"),
        ("works,2024-12-31T16:00Z,W,wind_farm,many", "not a number"),
        ("works,2024-12-31T16:00Z,,wind_farm,1", "is empty"),
    ],
)
def test_claims_that_cannot_be_read_are_told_by_row(tmp_path: Path, rows: str, said: str) -> None:
    file = tmp_path / "claims.csv"
    file.write_text(f"enterprise,time,device,source_kind,retired_mwh\n{rows}\n", encoding="utf-8")
    with pytest.raises(BadInput) as error:
        read_claims(file)
    (fault,) = error.value.faults
    assert fault.row == 2 and (said in fault.problem or fault.field == "time")


def test_claims_without_a_column_and_other_times(tmp_path: Path) -> None:
    file = tmp_path / "claims.csv"
    file.write_text("enterprise,time,device\n", encoding="utf-8")
    with pytest.raises(BadInput) as error:
        read_claims(file)
    assert [f.field for f in error.value.faults] == ["source_kind", "retired_mwh"]
    file.write_text(
        "\ufeffenterprise,time,device,source_kind,retired_mwh\r\nworks,2025-01-01T00:00+08:00,W,wind_farm,1.5\r\n",
        encoding="utf-8",
    )
    found = read_claims(file)
    assert found["time"].tolist() == [pd.Timestamp("2024-12-31T16:00")] and found["retired_mwh"].tolist() == [1.5]


@pytest.fixture(scope="module")
def book(case_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with the case's certificates, those retired that the trace says each enterprise used."""
    address = tmp_path_factory.mktemp("ledger") / "certificates.db"
    issued_run(case_run, address)
    retired_run(case_run, address)
    return address


def test_claims_of_a_ledger_are_the_traced_wind(case_run: Path, book: Path) -> None:
    # One mixture: 20 % wind in hour 0, half in hour 1. Works 15.8 + 39.5 MWh of wind, mill 4.2 + 10.5. By the meter the
    # works buys 19 and 29 MWh: of its 39.5 MWh of hour 1, 10.5 cover what its own coal made by that count.
    claims = claims_of_ledger(book, case_run)
    assert float(claims["retired_mwh"].sum()) == pytest.approx(70, abs=1e-4)
    made = carbon_account(case_run, claims=claims)
    rows = {r["enterprise"]: r for r in carbon_figures(made, month="2025")["enterprises"]}
    assert rows["works"]["claimed_mwh"] == pytest.approx(55.3, abs=1e-5)
    assert rows["works"]["covered_mwh"] == pytest.approx(15.8 + 29, abs=1e-5)
    assert rows["works"]["scope_2_market_t"] == pytest.approx((48 - 44.8) * 0.6096, abs=1e-5)
    assert rows["mill"]["scope_2_market_t"] == pytest.approx((42 - 14.7) * 0.6096, abs=1e-5)
    assert made.claims_from == str(book) and made.claims_in_ledger and made.others_mwh == 0


def test_a_ledger_of_the_other_kind_is_refused(case_run: Path, tmp_path: Path) -> None:
    ledger.create(tmp_path / "metered.db", kind="metered", operator="op.example", time_zone="Asia/Shanghai")
    with pytest.raises(BadInput, match="holds metered certificates, and the run is demo"):
        claims_of_ledger(tmp_path / "metered.db", case_run)


def test_meters_give_the_accounts_of_the_run_that_they_were_made_from(tmp_path: Path) -> None:
    week = run(example_park("example"), start=date(2025, 3, 3), end=date(2025, 3, 5))
    folder = saved(week, tmp_path / "run")
    park = at_stage(week.park, week.stage)
    rows = readings_of_run(park, week.tables["schedule"], week.tables["flows"])
    write_readings(rows, tmp_path / "readings.csv", time_zone=park.facts.time_zone)
    planned = carbon_account(week)
    metered = carbon_account(metered_run([tmp_path / "readings.csv"], folder / "park"))
    assert metered.kind == "demo"  # the readings say that a run made them
    both = planned.statement.park, metered.statement.park
    for figure in ("energy_mwh", "scope_1_t", "scope_2_location_t", "scope_2_market_t", "scope_2_traced_t"):
        np.testing.assert_allclose(*(t[figure] for t in both), rtol=1e-4)
    with pytest.raises(BadInput, match="meters made this run"):
        carbon_account(metered_run([tmp_path / "readings.csv"], folder / "park"), with_marginal=True)


def test_a_run_whose_grid_taught_it_limits_is_found_again() -> None:
    # 30 MW at cos phi 0.9 behind a line of 19.05 MVA: by active power alone 19 MW of cheap import fit, beside 14.5 Mvar
    # about 12.3. The rest is the dear coal beside the load, which decides the next MWh there: 1 t, at A 0.6 t.
    coal = dataclasses.replace(COAL, bus="B", p_nom_mw=30.0, power_factor=1.0)
    line = dataclasses.replace(LINE, i_nom_ka=0.1)
    park = with_(
        PLAIN, lines=(line,), thermal_units=(coal,), fuels=(dataclasses.replace(FUEL, price_per_gj=100.0),),
        wind_farms=(), loads=(dataclasses.replace(PARK.loads[0], load_mw=30.0, power_factor=0.9),),
        emission_factors=(*PLAIN.emission_factors, EmissionFactor(id="R", t_per_mwh=0.7, method="residual")),
    )  # fmt: skip
    may, must = tables_of(park, [[], []], [[30.0], [30.0]])
    held = settled(park, may, must)
    schedule, flows = held.optimum.schedule, held.flows
    tables = {
        "available": may,
        "demand": must,
        "schedule": schedule,
        "flows": flows,
        "trace": trace(park, schedule, flows),
    }
    stage = Stage(name="2025", as_of=date(2025, 12, 31))
    made = carbon_account(
        Result(park=park, stage=stage, tables=tables, summary={"objective": held.optimum.objective}), with_marginal=True
    )
    assert made.marginal is not None and held.limits_mw
    assert made.marginal.objective == pytest.approx(held.optimum.objective, rel=1e-9)
    assert marginal(park, may, must, losses=schedule["loss_mw"]).objective < 0.8 * made.marginal.objective
    found = made.marginal.table["marginal_t_per_mwh"]
    np.testing.assert_allclose(found.sel(bus="B"), [1.0, 1.0], atol=1e-9)
    np.testing.assert_allclose(found.sel(bus="A"), [0.6, 0.6], atol=1e-9)
    assert not made.scopes.residual_below_average


def test_real_meters_are_kind_metered(account: CarbonAccount) -> None:
    assert (kind_of({"kind": "metered"}), kind_of({"kind": "demo"}), kind_of({})) == ("metered", "demo", "demo")
    assert account.scopes.table.attrs["kind"] == "demo"
