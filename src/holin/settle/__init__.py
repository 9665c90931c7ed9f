"""Settlement: bills of the park's customers in whole fen, why they change, and how the park's money closes."""

from holin.settle.bill import Bill, Context, Contracted, Line, bill
from holin.settle.compare import Cause, causes
from holin.settle.money import in_capitals, in_fen, shared_out, written
from holin.settle.power_factor import adjustment, power_factor
from holin.settle.settlement import Settlement, settlement
from holin.settle.usage import Usage, months_of, of_month

__all__ = [
    "Bill",
    "Cause",
    "Context",
    "Contracted",
    "Line",
    "Settlement",
    "Usage",
    "adjustment",
    "bill",
    "causes",
    "in_capitals",
    "in_fen",
    "months_of",
    "of_month",
    "power_factor",
    "settlement",
    "shared_out",
    "written",
]
