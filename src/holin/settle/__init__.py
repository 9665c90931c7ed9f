"""Settlement: bills of the park's customers in whole fen, why they change, and how the park's money closes."""

from holin.settle.bill import Bill, Context, Contracted, Line, bill
from holin.settle.book import Entered, history_of, read_book, settle, standing
from holin.settle.compare import Cause, causes
from holin.settle.figures import bill_figures, bill_of, cause_figures, settlement_figures
from holin.settle.money import in_capitals, in_fen, shared_out, written
from holin.settle.power_factor import adjustment, power_factor
from holin.settle.reconcile import Check, money_checks
from holin.settle.settlement import Settlement, settlement
from holin.settle.short import (
    Compared,
    InShort,
    compared,
    difference_fen,
    green_share,
    in_short,
    peak_mw,
    price_per_kwh,
)
from holin.settle.usage import Usage, months_of, of_month

__all__ = [
    "Bill",
    "Cause",
    "Check",
    "Compared",
    "Context",
    "Contracted",
    "Entered",
    "InShort",
    "Line",
    "Settlement",
    "Usage",
    "adjustment",
    "bill",
    "bill_figures",
    "bill_of",
    "cause_figures",
    "causes",
    "compared",
    "difference_fen",
    "green_share",
    "history_of",
    "in_capitals",
    "in_fen",
    "in_short",
    "money_checks",
    "months_of",
    "of_month",
    "peak_mw",
    "power_factor",
    "price_per_kwh",
    "read_book",
    "settle",
    "settlement",
    "settlement_figures",
    "shared_out",
    "standing",
    "written",
]
