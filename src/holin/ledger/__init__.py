"""The ledger of granular certificates: every Wh once, from device and interval to the one who claims it."""

from holin.ledger.append import Certificate
from holin.ledger.bundles import Bundled, bundle
from holin.ledger.chain import Entry, Facts
from holin.ledger.corrections import Corrected, correct
from holin.ledger.holdings import Account, Balance, Device, Held, Selection, accounts, balances, devices, held
from holin.ledger.issue import Issued, Measured, issue
from holin.ledger.matching import Matched, Used, retire_matched
from holin.ledger.moves import Use, Which, expire, release, reserve, retire, split, transfer
from holin.ledger.opening import Ledger, create, exists, opened
from holin.ledger.register import NewDevice, register
from holin.ledger.schemes import SCHEMES
from holin.ledger.storage import Charged, Discharged, Handed, charge, discharge
from holin.ledger.verify import Verified, renew_head, verify
