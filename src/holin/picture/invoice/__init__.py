"""Invoices: one content in either language, as a page, a PDF and a workbook."""

from holin.picture.invoice.content import Invoice, invoice_of
from holin.picture.invoice.page import invoice_page
from holin.picture.invoice.workbook import write_invoice_workbook

__all__ = ["Invoice", "invoice_of", "invoice_page", "write_invoice_workbook"]
