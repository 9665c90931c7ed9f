"""Printed papers as PDF: invoices, passports; set by typst, in Chinese and English, with the fonts brought along."""

from holin.picture.paper.printing import printed, qr_svg, typeset

__all__ = ["printed", "qr_svg", "typeset"]
