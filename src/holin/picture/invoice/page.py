"""An invoice as one page that loads nothing from anywhere, for screen and paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from holin.picture.invoice.content import Invoice

MONTHS_SHOWN = 12


def invoice_page(invoice: Invoice) -> str:
    """Return an invoice as HTML."""
    css = files("holin.picture.invoice").joinpath("invoice.css").read_text(encoding="utf-8")
    title = escape(invoice.title.split(" · ")[0])
    body = [
        f'<header><h1>{title}</h1><span class="no">{escape(invoice.number)}</span></header>',
        f'<div class="two">{_facts(invoice.facts)}{_facts(invoice.energy)}</div>',
        *(f'<p class="banner">{escape(note)}</p>' for note in invoice.notes),
        f"<h2>{escape(invoice.headings['lines'])}</h2>",
        _lines(invoice),
        _below(invoice),
    ]
    if len(invoice.months) > 1:
        body.append(f'<div class="two">{_why(invoice)}{_months(invoice)}</div>')
    body += [f"<h2>{escape(invoice.headings['check'])}</h2>", f'<p class="note">{escape(invoice.check)}</p>']
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if invoice.language == "zh" else "en"}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(invoice.title)}</title>\n<style>{css}</style>\n</head>\n<body><main>\n"
        + "\n".join(body)
        + f"\n<footer>{escape(invoice.footer)}</footer></main></body>\n</html>\n"
    )


def _facts(rows: Sequence[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in rows) + "</dl>"


def _row(cells: Iterable[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(c)}</{tag}>" for c in cells) + "</tr>"


def _lines(invoice: Invoice) -> str:
    rows = "".join(_row(line) for line in invoice.lines)
    name, amount = invoice.total
    total = f'<tr class="sum"><td>{escape(name)}</td><td></td><td></td><td></td><td>{escape(amount)}</td></tr>'
    head = f"<thead>{_row(invoice.columns, 'th')}</thead>"
    return f'<div class="wide"><table class="lines">{head}<tbody>{rows}{total}</tbody></table></div>'


def _below(invoice: Invoice) -> str:
    told = [pair for pair in (invoice.words, invoice.vat) if pair is not None]
    return '<p class="below">' + "".join(f"<span>{escape(a)}: <b>{escape(b)}</b></span>" for a, b in told) + "</p>"


def _why(invoice: Invoice) -> str:
    rows = "".join(_row(cause) for cause in invoice.causes)
    return (
        f"<section><h2>{escape(invoice.why)}</h2><p><b>{escape(invoice.why_total)}</b></p>"
        f'<table class="causes"><tbody>{rows}</tbody></table></section>'
    )


def _months(invoice: Invoice) -> str:
    rows = "".join(
        f'<tr><td>{escape(month)}</td><td><i style="width:{100 * part:.1f}%"></i></td><td>{escape(amount)}</td></tr>'
        for month, amount, part in invoice.months[-MONTHS_SHOWN:]
    )
    head = f"<h2>{escape(invoice.headings['months'])}</h2>"
    return f'<section>{head}<table class="bars"><tbody>{rows}</tbody></table></section>'
