"""Rules: one object gives the optimum its row and the verdict its margin."""

from holin.rules.cures import LEVER_WORDS, Cure, cures
from holin.rules.rule import (
    AT_MOST,
    OF_LEDGER,
    QUANTITIES,
    UNITS,
    Rule,
    RuleKind,
    Verdict,
    margin_of,
    needs_year,
    over_years,
    share_with,
    terms_of,
    value_most,
    verdict,
)
from holin.rules.words import KIND_WORDS, missing_for, rule_words

__all__ = [
    "AT_MOST",
    "KIND_WORDS",
    "LEVER_WORDS",
    "OF_LEDGER",
    "QUANTITIES",
    "UNITS",
    "Cure",
    "Rule",
    "RuleKind",
    "Verdict",
    "cures",
    "margin_of",
    "missing_for",
    "needs_year",
    "over_years",
    "rule_words",
    "share_with",
    "terms_of",
    "value_most",
    "verdict",
]
