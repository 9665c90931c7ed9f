"""The table of a cash flow, declared once: the reference, the workbook and the checks are made from it."""

from __future__ import annotations

from holin.columns import Column
from holin.tables import TableSchema

_COLUMNS: dict[str, tuple[str, str]] = {
    "income": ("currency", "what users and the grid pay, with VAT"),
    "wind_income": ("currency", "the part of it that is wind power sold"),
    "residual": ("currency", "what a thing is worth when it ends, and at the horizon's end what still lives"),
    "capex": ("currency", "investment and replacement, with VAT"),
    "fixed_cost": ("currency", "operation and maintenance by the year, with VAT"),
    "variable_cost": ("currency", "operation by the MWh, with VAT"),
    "fuel_cost": ("currency", "fuel, with VAT"),
    "purchase_cost": ("currency", "power bought, with VAT"),
    "co2_cost": ("currency", "price of CO2, without VAT"),
    "vat_output": ("currency", "VAT in the income"),
    "vat_input": ("currency", "VAT in investment and cost that is offset"),
    "vat_credit": ("currency", "input VAT left for later years"),
    "vat_paid": ("currency", "VAT paid after the offset"),
    "vat_refund": ("currency", "VAT of wind power refunded at once"),
    "surcharge": ("currency", "surcharges on the VAT paid"),
    "operating_flow": ("currency", "income less costs, VAT and surcharges"),
    "operating_profit": ("currency", "the same without VAT: profit before depreciation"),
    "depreciation": ("currency", "in a straight line"),
    "book_value_left": ("currency", "not yet depreciated of what ends"),
    "loan_drawn": ("currency", "part of the investment that a loan pays"),
    "interest": ("currency", "on what is owed"),
    "principal": ("currency", "repaid by the terms of the loan"),
    "repaid_early": ("currency", "what is still owed at the horizon's end"),
    "loan_balance": ("currency", "owed at the end of the year"),
    "project_profit": ("currency", "profit before income tax as if there were no loan, + or -"),
    "project_loss_used": ("currency", "earlier losses that lower it"),
    "project_income_tax": ("currency", "income tax as if there were no loan"),
    "equity_profit": ("currency", "profit before income tax, + or -"),
    "equity_loss_used": ("currency", "earlier losses that lower it"),
    "equity_income_tax": ("currency", "income tax"),
    "project_before_tax": ("currency", "flow of the project before income tax, + or -"),
    "project": ("currency", "flow of the project after income tax, + or -"),
    "project_sum": ("currency", "its sum until then"),
    "project_discounted": ("currency", "discounted to the first year"),
    "project_discounted_sum": ("currency", "its sum until then"),
    "equity": ("currency", "flow of the owners: after tax, loan and debt service, + or -"),
    "dscr": ("1", "operating flow after income tax / interest and repayment; NaN where none is due"),
    "vat_rate": ("1", "on income, fuel and power bought"),
    "surcharge_rate": ("1", "on the VAT paid"),
    "wind_refund_share": ("1", "of the VAT on wind power"),
    "income_tax_rate": ("1", "on profits"),
    "tax_relief": ("1", "part of the income tax that a tax holiday takes away"),
}

CASH_FLOW = TableSchema(
    name="cash_flow",
    meaning="the money of a plan at the end of each year, from the year before it first runs; costs are positive",
    columns=tuple(Column(name=n, type=float, unit=unit, meaning=text) for n, (unit, text) in _COLUMNS.items()),
    dims=dict.fromkeys(_COLUMNS, ("year",)),
)
