"""Carbon of sources and users, hour by hour: traced to the user, and by the park's hourly average."""

from holin.carbon.accounting import carbon
from holin.carbon.certified import Certified, certified
from holin.carbon.claim_counts import claim_counts, sold_and_used_mwh
from holin.carbon.claims import CLAIMS, Matching, faults_of_claims
from holin.carbon.claims_file import read_claims
from holin.carbon.factors import ChosenFactor, factor_of, grid_region
from holin.carbon.metal import footprint_t_per_t_al
from holin.carbon.scope_counts import Scopes, scopes
from holin.carbon.sources import emissions, fuel_gj, import_t_per_mwh, intensities
from holin.carbon.statements import COUNTS, ENTERPRISES, POTLINES, Statement, statement
from holin.park import direct_t_per_t, pfc_t_per_t

__all__ = [
    "CLAIMS",
    "COUNTS",
    "ENTERPRISES",
    "POTLINES",
    "Certified",
    "ChosenFactor",
    "Matching",
    "Scopes",
    "Statement",
    "carbon",
    "certified",
    "claim_counts",
    "direct_t_per_t",
    "emissions",
    "factor_of",
    "faults_of_claims",
    "footprint_t_per_t_al",
    "fuel_gj",
    "grid_region",
    "import_t_per_mwh",
    "intensities",
    "pfc_t_per_t",
    "read_claims",
    "scopes",
    "sold_and_used_mwh",
    "statement",
]
