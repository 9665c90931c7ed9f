"""Rules: one object gives the optimum its row and the verdict its margin."""

from holin.rules.rule import (
    AT_MOST,
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
    verdict,
)

__all__ = [
    "AT_MOST",
    "QUANTITIES",
    "UNITS",
    "Rule",
    "RuleKind",
    "Verdict",
    "margin_of",
    "needs_year",
    "over_years",
    "share_with",
    "terms_of",
    "verdict",
]
