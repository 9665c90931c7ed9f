"""From hour to tonne: production records, mass balance, and each batch's exact share of the potlines' hours."""

from holin.batches.account import Accounted, BatchShare, accounted
from holin.batches.balance import Balance, balances
from holin.batches.book import HOURLY, MONTHLY, Allotted, Book, BookEntry, allot, check_book, opened_book
from holin.batches.casting import Cast, Piece, cast, spans_of_taps
from holin.batches.choose import Chosen, Free, Need, choose, in_reach
from holin.batches.demo import demo_files, demo_rows
from holin.batches.lots import LotShare, lot_shares, part_of_amount
from holin.batches.made import Made, Share, Span, share_of, whole_steps
from holin.batches.mass import grams_of, kg_of, largest_remainder, part_of
from holin.batches.metal import metal_hash, metal_of
from holin.batches.reading import read_production
from holin.batches.records import Batch, Facts, Input, Lot, Production, Stock, Tap
from holin.batches.row import FILES, Boundary, Form, Material

__all__ = [
    "FILES",
    "HOURLY",
    "MONTHLY",
    "Accounted",
    "Allotted",
    "Balance",
    "Batch",
    "BatchShare",
    "Book",
    "BookEntry",
    "Boundary",
    "Cast",
    "Chosen",
    "Facts",
    "Form",
    "Free",
    "Input",
    "Lot",
    "LotShare",
    "Made",
    "Material",
    "Need",
    "Piece",
    "Production",
    "Share",
    "Span",
    "Stock",
    "Tap",
    "accounted",
    "allot",
    "balances",
    "cast",
    "check_book",
    "choose",
    "demo_files",
    "demo_rows",
    "grams_of",
    "in_reach",
    "kg_of",
    "largest_remainder",
    "lot_shares",
    "metal_hash",
    "metal_of",
    "opened_book",
    "part_of",
    "part_of_amount",
    "read_production",
    "share_of",
    "spans_of_taps",
    "whole_steps",
]
