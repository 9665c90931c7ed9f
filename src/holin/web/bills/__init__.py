"""Bills of a run: all at a glance, one with every line and its invoice, and months under other tariffs."""

from holin.web.bills import all_bills, invoices, one_bill, what_if

ROUTERS = (all_bills.router, one_bill.router, invoices.router, what_if.router)

__all__ = ["ROUTERS"]
