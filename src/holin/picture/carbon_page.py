"""The statement of one enterprise's greenhouse gases as a page to print: three counts side by side, each said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from html import escape
from importlib.resources import files
from typing import Any

from holin.park import Park
from holin.picture.printed import number, rounded
from holin.picture.texts import Language, names_of, spoken, text

Row = Mapping[str, Any]

COUNTS = ("location", "market", "traced")
MONTH_COLUMNS = (
    ("energy", "energy_mwh"), ("own", "own_mwh"), ("covered", "covered_mwh"), ("beyond", "excess_mwh"),
    ("scope_1_t", "scope_1_t"), ("location_t", "scope_2_location_t"), ("market_t", "scope_2_market_t"),
    ("traced_t", "scope_2_traced_t"),
)  # fmt: skip
METAL_COLUMNS = (
    ("metal_t", "metal_t", 0), ("ac", "ac_mwh_per_t", 2), ("foot_location", "footprint_location_t_per_t", 2),
    ("foot_market", "footprint_market_t_per_t", 2), ("foot_traced", "footprint_traced_t_per_t", 2),
    ("green_metal", "green_metal_t", 1),
)  # fmt: skip
YEAR = 4
"""As many characters as a period that is a year has; a month has more."""


def carbon_page(figures: Mapping[str, Any], park: Park, *, enterprise: str, language: str = "zh") -> str:
    """Return the statement of an enterprise as one HTML text that loads nothing from anywhere, for screen and paper.

    `figures` is what `holin carbon --json` prints, `park` gives the names. Raises BadInput for another language than zh
    or en.
    """
    speech = spoken(language)
    say = partial(text, language=speech)
    names = {key.removeprefix("name."): words[speech == "en"] for key, words in names_of(park).items()}
    mine = [row for row in figures["enterprises"] if row["enterprise"] == enterprise]
    years, months = ([r for r in mine if (len(r["period"]) == YEAR) == year] for year in (True, False))
    lines = [r for r in figures["potlines"] if r["enterprise"] == enterprise and len(r["period"]) == YEAR]
    body = [_head(figures, names.get(enterprise, enterprise), years, mine, speech)]
    body += [_year(row, speech) for row in years]
    if lines:
        body += [f"<h2>{escape(say('gas.metal'))}</h2>", _note("gas.metal_note", speech), _metal(lines, names, speech)]
    body += [f"<h2>{escape(say('gas.months'))}</h2>", _months(months, speech)]
    body += [f"<h2>{escape(say('gas.factors'))}</h2>", _factors(figures["factors"], speech)]
    body.append(_note(f"gas.matching_{figures['matching']}", speech))
    css = files("holin.picture").joinpath("carbon_page.css").read_text(encoding="utf-8")
    title = escape(f"{names.get(enterprise, enterprise)} · {say('gas.title')}")
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if speech == "zh" else "en"}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n<style>{css}</style>\n</head>\n<body><main>\n"
        + "\n".join(body)
        + "\n</main></body>\n</html>\n"
    )


def _head(figures: Mapping[str, Any], name: str, years: Sequence[Row], mine: Sequence[Row], speech: Language) -> str:
    say = partial(text, language=speech)
    park = figures["names"]["zh" if speech == "zh" else "en"]
    period = ", ".join(row["period"] for row in years)
    hours = number(sum(row["hours"] for row in years))
    told = [say(f"gas.{figures['kind']}"), figures["synthetic"]["zh" if speech == "zh" else "en"]]
    if not any(row["claimed_mwh"] for row in mine):
        told.append(say("gas.no_certificate"))
    if any(row["excess_mwh"] > 0 for row in years):
        told.append(say("gas.excess"))
    if figures["residual_below_average"]:
        told.append(say("gas.below_average"))
    banners = "".join(f'<p class="banner">{escape(words)}</p>' for words in told if words)
    sub = f"{park} · {say('gas.stage')} {figures['stage']} · {period} · {hours} {say('gas.part')}"
    heading = f"<h1>{escape(say('gas.title'))}</h1><p><strong>{escape(name)}</strong></p>"
    return f'{heading}<p class="sub">{escape(sub)}</p>{banners}'


def _year(row: Row, speech: Language) -> str:
    """Return the three counts beside each other, and scope 1 by part."""
    say = partial(text, language=speech)
    most = max(row[f"scope_2_{c}_t"] for c in COUNTS)
    unit = escape(say("gas.unit_t"))
    cards = []
    for count in COUNTS:
        tonnes = row[f"scope_2_{count}_t"]
        width = 100 * tonnes / most if most else 0.0
        per_mwh = f"{number(row[f'power_{count}_t_per_mwh'], 4)} {say('gas.per_mwh')}"
        cards.append(
            f'<div class="count {count}"><h3>{escape(say(f"gas.{count}"))}</h3><b>{_t(tonnes)} {unit}</b>'
            f'<i style="width:{width:.1f}%"></i><p>{escape(per_mwh)}</p>{_note(f"gas.{count}_note", speech)}</div>'
        )
    parts = [[escape(say(f"gas.{name}")), _t(row[f"scope_1_{name}_t"])] for name in ("power", "anode", "pfc")]
    scope_1 = _table(["", say("gas.unit_t")], parts, [escape(say("gas.sum")), _t(row["scope_1_t"])])
    period = escape(row["period"])
    return "".join(
        [
            f"<h2>{period} · {escape(say('gas.scope_2'))}: {escape(say('gas.three'))}</h2>",
            _note("gas.three_note", speech),
            f'<div class="counts">{"".join(cards)}</div>',
            f"<h2>{period} · {escape(say('gas.scope_1'))}</h2>{scope_1}",
            _note("gas.own_note", speech),
        ]
    )


def _metal(lines: Sequence[Row], names: Mapping[str, str], speech: Language) -> str:
    head = [text("gas.potline", speech), *(text(f"gas.{key}", speech) for key, _, _ in METAL_COLUMNS)]
    rows = [
        [
            f"{escape(names.get(line['potline'], line['potline']))} · {line['period']}",
            *(number(line[column], digits) for _, column, digits in METAL_COLUMNS),
        ]
        for line in lines
    ]
    return _table(head, rows)


def _months(months: Sequence[Row], speech: Language) -> str:
    head = [text("gas.month", speech), *(text(f"gas.{key}", speech) for key, _ in MONTH_COLUMNS)]
    rows = [[row["period"], *(_t(row[column]) for _, column in MONTH_COLUMNS)] for row in months]
    sums = [escape(text("gas.sum", speech)), *(_t(sum(r[column] for r in months)) for _, column in MONTH_COLUMNS)]
    return _table(head, rows, sums)


def _factors(factors: Sequence[Row], speech: Language) -> str:
    head = [text(f"gas.{key}", speech) for key in ("factor", "value", "for_year", "age", "source")]
    rows = []
    for row in factors:
        name = row["name_zh"] if speech == "zh" and row["name_zh"] else row["name"] or row["factor"]
        wide = f" ({row['asked_region']}: {text('gas.widened', speech)})" if row["widened"] else ""
        age = "–" if row["age_years"] is None else str(row["age_years"])
        source = text(f"basis.{row['basis'] or 'unknown'}", speech) + ": " + row["reference"]
        rows.append(
            [
                escape(name + wide),
                number(row["t_per_mwh"], 4),
                str(row["asked_year"]),
                age,
                f'<td class="words">{escape(source)}</td>',
            ]
        )
    return _table(head, rows)


def _table(head: Iterable[str], rows: Iterable[Sequence[str]], sums: Sequence[str] = ()) -> str:
    """Return a table of cells that are HTML already; a cell that begins with `<td` is taken as it is."""
    top = "".join(f"<th>{escape(words)}</th>" for words in head)

    def row(cells: Sequence[str]) -> str:
        return "".join(c if c.startswith("<td") else f"<td>{c}</td>" for c in cells)

    body = "".join(f"<tr>{row(cells)}</tr>" for cells in rows)
    last = f'<tr class="sum">{row(sums)}</tr>' if sums else ""
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}{last}</tbody></table>"


def _note(key: str, speech: Language) -> str:
    return f'<p class="note">{escape(text(key, speech))}</p>'


def _t(value: float) -> str:
    return rounded(value, 5) if abs(value) < 1000 else number(value)
