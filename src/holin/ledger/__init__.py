"""The ledger of granular certificates: every Wh once, from device and interval to the one who claims it."""

from holin.ledger.accounted import Accounted, accounted
from holin.ledger.anchors import Anchor, anchor, anchored
from holin.ledger.append import Certificate
from holin.ledger.backup import Saved, backup, restore
from holin.ledger.bundles import Bundled, bundle
from holin.ledger.chain import Entry, Facts
from holin.ledger.charging import Charged, Handed, charge
from holin.ledger.claims import claims, with_others
from holin.ledger.corrections import Corrected, correct
from holin.ledger.discharging import Discharged, Method, discharge, method_of
from holin.ledger.energytag import energytag
from holin.ledger.history import History, LotHistory, Step, history
from holin.ledger.holdings import Account, Balance, Device, Held, Selection, accounts, balances, devices, held
from holin.ledger.invariants import Broken, Invariants, detail_of
from holin.ledger.issue import Issued, Measured, issue
from holin.ledger.listing import Listed, Standing, Wanted, listed, standing
from holin.ledger.matching import Matched, Used, retire_matched
from holin.ledger.moves import Use, Which, expire, release, reserve, retire, split, transfer
from holin.ledger.opening import Ledger, create, exists, opened, private_key
from holin.ledger.register import NewDevice, register
from holin.ledger.retired import Retired, retired, still_retired
from holin.ledger.verify import Verified, renew_head, verify
from holin.signing import SCHEMES

__all__ = [
    "SCHEMES",
    "Account",
    "Accounted",
    "Anchor",
    "Balance",
    "Broken",
    "Bundled",
    "Certificate",
    "Charged",
    "Corrected",
    "Device",
    "Discharged",
    "Entry",
    "Facts",
    "Handed",
    "Held",
    "History",
    "Invariants",
    "Issued",
    "Ledger",
    "Listed",
    "LotHistory",
    "Matched",
    "Measured",
    "Method",
    "NewDevice",
    "Retired",
    "Saved",
    "Selection",
    "Standing",
    "Step",
    "Use",
    "Used",
    "Verified",
    "Wanted",
    "Which",
    "accounted",
    "accounts",
    "anchor",
    "anchored",
    "backup",
    "balances",
    "bundle",
    "charge",
    "claims",
    "correct",
    "create",
    "detail_of",
    "devices",
    "discharge",
    "energytag",
    "exists",
    "expire",
    "held",
    "history",
    "issue",
    "listed",
    "method_of",
    "opened",
    "private_key",
    "register",
    "release",
    "renew_head",
    "reserve",
    "restore",
    "retire",
    "retire_matched",
    "retired",
    "split",
    "standing",
    "still_retired",
    "transfer",
    "verify",
    "with_others",
]
