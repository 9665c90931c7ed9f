"""Product passports: carbon by scope and count, CBAM, PACT, evidence; sealed so that every character counts."""

from holin.passport.carbon import COUNTS, Carbon, covered_part, decimal, grams_of_power, per
from holin.passport.cbam import DEFAULTS, cbam, cn_code
from holin.passport.figures import figure, summed
from holin.passport.pact import Declared, pact
from holin.passport.sealed import FORMAT, Seal, fingerprint, qr_text, seal_of, sealed

__all__ = [
    "COUNTS",
    "DEFAULTS",
    "FORMAT",
    "Carbon",
    "Declared",
    "Seal",
    "cbam",
    "cn_code",
    "covered_part",
    "decimal",
    "figure",
    "fingerprint",
    "grams_of_power",
    "pact",
    "per",
    "qr_text",
    "seal_of",
    "sealed",
    "summed",
]
