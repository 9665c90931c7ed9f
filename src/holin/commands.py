"""The commands of settlement, passports, hall and server as Python functions, by the commands' own names.

    from holin.commands import bill, reconcile, rules

Each is the function that the command calls; what it takes and returns stands there.
"""

from holin.accounts import users
from holin.hall import read_hall as catalogue
from holin.twin.batches import batches_of_run as batch
from holin.twin.bills import settled_run as bill
from holin.twin.evidence import saved_evidence as evidence
from holin.twin.passports import passports as passport
from holin.twin.reconcile import reconciled as reconcile
from holin.twin.rules import rules_of_run as rules
from holin.twin.verify_passport import verify_passport as verify
from holin.web import serve

__all__ = ["batch", "bill", "catalogue", "evidence", "passport", "reconcile", "rules", "serve", "users", "verify"]
