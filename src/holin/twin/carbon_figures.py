"""A carbon account as figures for a program, and as a folder for people: tables, figures, a page per enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from holin.carbon import ENTERPRISES, POTLINES, ChosenFactor
from holin.dispatch import marginal_figures
from holin.errors import ARGUMENT, BadInput, Fault
from holin.picture import carbon_page
from holin.store import PeopleTable, write_account
from holin.twin.carbon_account import CarbonAccount

MEANINGS = {
    "scope_2_location_t": "location-based: average of the public grid, nothing to do with what the park makes",
    "scope_2_market_t": "market-based: retired certificates, else the residual mix",
    "scope_2_traced_t": "physical: hour by hour through the grid; not a count of the GHG Protocol",
    "green_metal_t": "mass balance: retired certificates / energy per tonne",
}
"""Which count each figure belongs to; none is ever added to another."""


def carbon_figures(
    account: CarbonAccount, *, enterprise: str | None = None, month: str | None = None
) -> dict[str, Any]:
    """Return the account as plain figures, of one enterprise or one month (2025-03) only where that is asked.

    Raises BadInput where there is no such enterprise or month.
    """
    told, facts = account.statement, account.park.facts
    _known("enterprise", enterprise, told.enterprises["enterprise"])
    _known("month", month, told.park["period"])
    return {
        "park": facts.id,
        "names": {"en": facts.name or facts.id, "zh": facts.name_zh or facts.name or facts.id},
        "synthetic": {"en": facts.synthetic, "zh": facts.synthetic_zh},
        "stage": account.stage.name,
        "kind": account.kind,
        "claims_from": account.claims_from,
        "claims_in_ledger": account.claims_in_ledger,
        "matching": account.scopes.matching.value,
        "certificates_retired_mwh": float(account.scopes.table["claimed_mwh"].sum()) + account.scopes.outside_mwh,
        "certificates_excess_mwh": float(account.scopes.table["excess_mwh"].sum()),
        "certificates_of_others_mwh": account.others_mwh,
        "certificates_outside_mwh": account.scopes.outside_mwh,
        "factors": [_factor(f) for f in account.scopes.factors],
        "residual_below_average": account.scopes.residual_below_average,
        "counts": MEANINGS,
        "enterprises": _rows(told.enterprises, enterprise=enterprise, period=month),
        "potlines": _rows(told.potlines, enterprise=enterprise, period=month),
        "park_sums": _rows(told.park, period=month),
        "marginal": _marginal(account),
    }


def saved_account(account: CarbonAccount, folder: str | Path, *, enterprise: str | None = None) -> Path:
    """Write the account into a new folder: `carbon.json`, `enterprises` and `potlines` as CSV and Parquet, the hourly
    tables `scopes` and `marginal` in `tables.nc`, and a page per enterprise and language."""
    figures = carbon_figures(account, enterprise=enterprise)
    told = account.statement
    flat = {
        name: PeopleTable(meaning=f"statements of {name}", frame=_of(frame, enterprise=enterprise), columns=columns)
        for name, frame, columns in (
            ("enterprises", told.enterprises, ENTERPRISES),
            ("potlines", told.potlines, POTLINES),
        )
    }
    tables: dict[str, xr.Dataset] = {"scopes": account.scopes.table}
    if account.marginal is not None:
        tables["marginal"] = account.marginal.table
    whose = list(dict.fromkeys(row["enterprise"] for row in figures["enterprises"]))
    pages = {
        f"pages/{e}-{language}.html": carbon_page(figures, account.park, enterprise=e, language=language)
        for e in whose
        for language in ("zh", "en")
    }
    return write_account(folder, name="carbon", figures=figures, flat=flat, tables=tables, pages=pages)


def _marginal(account: CarbonAccount) -> dict[str, Any] | None:
    if account.marginal is None:
        return None
    park = account.park
    bus_of = {load.id: load.bus for load in park.loads} | {line.id: line.bus for line in park.potlines}
    return marginal_figures(account.marginal, account.scopes.table["used_mwh"], bus_of)


def _known(name: str, wanted: str | None, there: pd.Series[str]) -> None:
    if wanted is not None and wanted not in set(there):
        right = f"one of {', '.join(dict.fromkeys(there))}"
        fault = Fault(file=ARGUMENT, field=name, value=wanted, problem="the account has none of this name", right=right)
        raise BadInput([fault])


def _of(frame: pd.DataFrame, **wanted: str | None) -> pd.DataFrame:
    for column, value in wanted.items():
        if value is not None:
            frame = frame[frame[column] == value]
    return frame


def _rows(frame: pd.DataFrame, **wanted: str | None) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in _of(frame, **wanted).to_dict("records")]


def _factor(chosen: ChosenFactor) -> Mapping[str, Any]:
    factor = chosen.factor
    return {
        "method": factor.method,
        "t_per_mwh": factor.t_per_mwh,
        "factor": factor.id,
        "name": factor.name,
        "name_zh": factor.name_zh,
        "factor_region": factor.region,
        "factor_year": factor.year,
        "asked_region": chosen.region,
        "asked_year": chosen.year,
        "age_years": chosen.age_years,
        "widened": chosen.widened,
        "basis": None if factor.basis is None else factor.basis.value,
        "reference": factor.reference,
    }
