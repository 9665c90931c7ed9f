"""The parts of the report that are words and numbers: figures at a glance, tables, provenance, notes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from holin.picture.scene import Scene, figure_of
from holin.picture.texts import LANGUAGES, Language, Words
from holin.rules import AT_MOST, UNITS, missing_for

NARROW_SPACE = "\u202f"
BASES = ("measured", "published", "derived", "assumed", "synthetic", "unknown")


def number(value: float | None, digits: int = 0) -> str:
    """Return a number with narrow spaces between thousands, a true minus, and a dash where nothing is known."""
    if value is None or not math.isfinite(value):
        return "–"
    printed = f"{value:,.{digits}f}"
    if not printed.strip("-0.,"):
        printed = printed.removeprefix("-")
    return printed.replace(",", NARROW_SPACE).replace("-", "−")


def percent(value: float | None, digits: int = 1) -> str:
    """Return a ratio as per cent."""
    return "–" if value is None or not math.isfinite(value) else f"{number(value * 100, digits)}{NARROW_SPACE}%"


def share(value: float | None, digits: int = 2) -> str:
    """Return a ratio as per cent; one too small for the digits with two figures, so that it does not look like none.

    What is nearer to nothing than a millionth is printed as about 0.
    """
    if value is None or not math.isfinite(value) or value == 0 or abs(value) >= 0.5 * 10.0 ** -(digits + 2):
        return percent(value, digits)
    if abs(value) < 1e-6:
        return f"≈{NARROW_SPACE}0{NARROW_SPACE}%"
    return percent(value, 1 - math.floor(math.log10(abs(value) * 100)))


def rounded(value: float | None, figures: int = 4) -> str:
    """Return a number with about so many significant figures, never fewer digits before the point than it has."""
    if value is None or not math.isfinite(value) or value == 0:
        return number(value)
    return number(value, max(0, min(6, figures - 1 - math.floor(math.log10(abs(value))))))


@dataclass(frozen=True, kw_only=True)
class Page:
    """How words get into the page: each in the language it opens in, marked by its key for the switch."""

    words: Words
    language: Language

    def said(self, key: str) -> str:
        """Return the bare text of a key."""
        return self.words[key][LANGUAGES.index(self.language)]

    def word(self, key: str, tag: str = "span", attributes: str = "") -> str:
        """Return a text as an element that follows the language."""
        gap = " " if attributes else ""
        return f'<{tag} data-t="{escape(key)}"{gap}{attributes}>{escape(self.said(key))}</{tag}>'

    def named(self, identity: str) -> str:
        """Return the name of a thing of the park, or its id where the park does not know it."""
        key = f"name.{identity}"
        return self.word(key) if key in self.words else f"<span>{escape(identity)}</span>"


def points(shown: str, page: Page) -> str:
    """Return a difference of two shares, printed as per cent, in percentage points."""
    return f"{shown.removesuffix('%')}{page.word('unit.points')}" if shown.endswith("%") else shown


def energy_shown(mwh: float, page: Page) -> str:
    """Return an energy in the units that Chinese counts in (亿 or 万 kWh); in English GWh and MWh say enough."""
    if mwh < 10.0:
        return ""
    chinese = f"{rounded(mwh / 1e5)} 亿千瓦时" if mwh >= 1e5 else f"{rounded(mwh / 10)} 万千瓦时"
    return both(chinese, "", page)


def table(head: Iterable[str], rows: Iterable[Iterable[str]], kind: str = "") -> str:
    """Return a table; a cell that begins with `<td` or `<th` is taken as it is.

    One of the kind `stacked` carries the heading of each column in its cells too, for pages too narrow for columns.
    """
    head, rows = list(head), [list(row) for row in rows]
    right = {i for i, c in enumerate(rows[0]) if c.startswith('<td class="n"')} if rows else set()
    top = "".join(f'<th scope="col"{" class=n" if i in right else ""}>{h}</th>' for i, h in enumerate(head))
    if "stacked" in kind:
        rows = [[_labelled(c, h) for c, h in zip(row, head, strict=True)] for row in rows]
    body = "".join(
        "<tr>" + "".join(c if c.startswith(("<td", "<th")) else f"<td>{c}</td>" for c in row) + "</tr>" for row in rows
    )
    head_html = f"<thead><tr>{top}</tr></thead>" if top else ""
    return f'<div class="scroll"><table class="{kind}">{head_html}<tbody>{body}</tbody></table></div>'


def _labelled(cell_html: str, heading: str) -> str:
    """Return a cell with the heading of its column in it; the row's own heading needs none."""
    if cell_html.startswith("<th"):
        return cell_html
    label = f'<span class="label">{heading}</span>'
    if not cell_html.startswith("<td"):
        return label + cell_html
    opening, bracket, content = cell_html.partition(">")
    return f"{opening}{bracket}{label}{content}"


def cell(value: float | None, shown: str) -> str:
    """Return a right-aligned number cell that sorts by its value."""
    known = value if value is not None and math.isfinite(value) else -math.inf
    return f'<td class="n" data-v="{known!r}">{shown}</td>'


def enterprises(scene: Scene, page: Page) -> str:
    """Return the table of enterprises, the largest first, or nothing."""
    rows = sorted(scene.summary.get("enterprises") or [], key=lambda e: -float(e.get("load_mwh") or 0))
    if not rows:
        return ""
    both = any("carbon_location_t" in row for row in rows)
    columns = (
        "enterprise",
        "load_mwh",
        "green_share",
        "carbon_t",
        *(("carbon_location_t",) if both else ()),
        "intensity",
    )
    return table([page.word(f"table.{c}") for c in columns], (_enterprise(row, page, both) for row in rows), "sortable")


def price(scene: Scene, page: Page) -> str:
    """Return every part of the all-in price, as money and per kWh delivered, or nothing."""
    parts = {str(k): float(v) for k, v in (scene.summary.get("price_parts") or {}).items()}
    total, money = figure_of(scene.summary, "all_in_price_per_kwh"), sum(parts.values())
    if not parts or total is None or not money:
        return ""
    head = [page.word(f"table.{k}") for k in ("part", "money", "per_kwh")]
    rows = [
        [page.word(f"part.{k}"), cell(v, number(v)), cell(v, number(v * total / money, 4))]
        for k, v in (*((k, v) for k, v in parts.items() if v), ("total", money))
    ]
    nothing = " · ".join(page.word(f"part.{k}") for k, v in parts.items() if not v)
    below = f'<p class="note">{page.word("table.zero_parts")} {nothing}</p>' if nothing else ""
    return table(head, rows, "sums") + below


def _enterprise(row: Mapping[str, Any], page: Page, both: bool) -> list[str]:
    load, green, carbon = (figure_of(row, k) for k in ("load_mwh", "green_share_physical", "carbon_t"))
    location = figure_of(row, "carbon_location_t")
    intensity = carbon / load if carbon is not None and load else None
    meter = f'<i class="meter" style="--w:{min(max(green, 0.0), 1.0):.4f}"></i>' if green is not None else ""
    return [
        f'<th scope="row">{page.named(str(row.get("id", "")))}</th>',
        cell(load, number(load, 0 if (load or 0) >= 100 else 1)),
        cell(green, f"{meter}{percent(green)}"),
        cell(carbon, number(carbon, 0 if (carbon or 0) >= 100 else 1)),
        *([cell(location, number(location, 0 if (location or 0) >= 100 else 1))] if both else []),
        cell(intensity, number(intensity, 3)),
    ]


def rules(scene: Scene, page: Page) -> str:
    """Return the rules with what was reached, the margin and the verdict, or nothing."""
    rows = scene.summary.get("rules") or []
    if not rows:
        return ""
    head = [page.word(f"table.{k}") for k in ("rule", "limit", "reached", "margin", "verdict")]
    return table(head, (_rule(row, page) for row in rows), "stacked")


def not_judged(row: Mapping[str, Any]) -> bool:
    """Whether a rule counts what a run does not know: retired certificates are a ledger's, land a plan's."""
    return row.get("holds") is None


def _rule(row: Mapping[str, Any], page: Page) -> list[str]:
    kind = str(row.get("kind", ""))
    ratio = kind not in UNITS
    value, reached = figure_of(row, "value"), figure_of(row, "reached")
    key = f"rule.{kind}"
    says = page.word(key) if key in page.words else escape(kind)
    gap = None if value is None or reached is None else (value - reached if kind in AT_MOST else reached - value)
    return [
        f'<th scope="row">{_rule_name(row, page)}<small>{says}</small></th>',
        cell(value, share(value) if ratio else number(value, 1)),
        cell(reached, share(reached) if ratio else number(reached, 1)),
        cell(gap, points(share(gap), page) if ratio else number(gap, 1)),
        _rule_verdict(row, page),
    ]


def _rule_name(row: Mapping[str, Any], page: Page) -> str:
    chinese, english = row.get("name_zh") or row.get("name"), row.get("name") or row.get("name_zh")
    return both(str(chinese), str(english), page) if chinese else page.named(str(row.get("rule", "")))


def _rule_verdict(row: Mapping[str, Any], page: Page) -> str:
    if not_judged(row):
        key = f"table.{missing_for(str(row.get('kind', '')))}"
        return f'<td class="verdict unknown">{page.word(key)}</td>'
    hue, mark, key = ("good", "✓", "table.holds") if row.get("holds") else ("bad", "✕", "table.broken")
    part = f"<small>{page.word('table.partial')}</small>" if row.get("partial") else ""
    return f'<td class="verdict {hue}"><span aria-hidden="true">{mark}</span> {page.word(key)}{part}</td>'


def energy(scene: Scene, page: Page) -> str:
    """Return the energy balance of the summary in MWh, with how well it closes, or nothing."""
    keys = ("wind", "solar", "coal", "other", "import", "load", "export", "storage_loss", "network_loss", "curtailed")
    values = {k: v for k in keys if (v := figure_of(scene.summary, f"energy_mwh.{k}")) is not None}
    digits = 1 if max(values.values(), default=0.0) >= 1000.0 else 3
    rows = [[page.word(f"row.{k}"), cell(v, number(v, digits)), "MWh"] for k, v in values.items()]
    if (shed := figure_of(scene.summary, "energy_mwh.shed")) and shed > 0:
        rows.append(
            [f'<td class="bad"><b>{page.word("row.shed")}</b></td>', cell(shed, f"<b>{rounded(shed)}</b>"), "MWh"]
        )
    load = values.get("load")
    if load and {"import", "network_loss"} <= set(values):
        sources = sum(values.get(k, 0.0) for k in ("wind", "solar", "coal", "other", "import"))
        uses = sum(values.get(k, 0.0) for k in ("load", "export", "storage_loss", "network_loss"))
        rows.append([page.word("row.closure"), cell(None, _small((sources - uses) / load)), ""])
    return table([], rows) if rows else ""


def _small(value: float) -> str:
    return f"{value:.1e}".replace("-", "−") if value else "0"


def checks(scene: Scene, page: Page) -> str:
    """Return what the run proves about itself: objective twice, balance, flow, time and memory, or nothing."""
    rows = [
        [page.word(f"row.{key}"), f'<td class="n">{shown}</td>'] for key, shown in (*_proofs(scene), *_extremes(scene))
    ]
    return table([], rows) if rows else ""


def _proofs(scene: Scene) -> Iterator[tuple[str, str]]:
    first, again = (figure_of(scene.summary, k) for k in ("objective", "objective_recomputed"))
    if first is not None:
        yield "objective", number(first, 2)
    if again is not None:
        yield "objective_recomputed", number(again, 2)
    if first is not None and again is not None:
        yield "objective_difference", _small(abs(again - first) / max(abs(first), 1.0))
    if (error := figure_of(scene.summary, "balance_error_mw_max")) is not None:
        yield "balance_error", _small(error)
    solved, hours = figure_of(scene.summary, "flow.hours_converged"), figure_of(scene.summary, "hours")
    if solved is not None:
        yield "hours_converged", number(solved) + (f" / {number(hours)}" if hours is not None else "")
    if (rounds := figure_of(scene.summary, "flow.redispatch_rounds")) is not None:
        yield "redispatch_rounds", number(rounds)


def _extremes(scene: Scene) -> Iterator[tuple[str, str]]:
    if (loading := figure_of(scene.summary, "flow.loading_max")) is not None:
        yield "loading_max", percent(loading)
    plain = {
        "hours_overloaded": ("flow.hours_overloaded", 0),
        "v_min_pu": ("flow.v_min_pu", 4),
        "v_max_pu": ("flow.v_max_pu", 4),
        "peak_memory_mb": ("peak_memory_mb", 0),
    }
    for key, (path, digits) in plain.items():
        if (value := figure_of(scene.summary, path)) is not None:
            yield key, number(value, digits)
    seconds = [float(v) for v in (scene.summary.get("seconds") or {}).values()]
    if seconds:
        total = figure_of(scene.summary, "seconds.total")
        yield "seconds_total", number(sum(seconds) if total is None else total, 1)
    if scene.summary.get("solver"):
        yield "solver", escape(str(scene.summary["solver"]))


def provenance(scene: Scene, page: Page) -> str:
    """Return the shares of where the park's figures come from as one bar with its legend, or nothing."""
    given = scene.summary.get("provenance") or {}
    shares: dict[str, float] = {}
    for basis, share in given.items():
        known = basis if basis in BASES else "unknown"
        shares[known] = shares.get(known, 0.0) + float(share)
    if not shares:
        return ""
    ordered = [(b, shares[b]) for b in BASES if shares.get(b)]
    bars = "".join(f'<i class="b-{b}" style="flex-grow:{s:.6f}"></i>' for b, s in ordered)
    legend = "".join(f'<li><i class="b-{b}"></i>{page.word(f"basis.{b}")} <b>{percent(s)}</b></li>' for b, s in ordered)
    return f'<div class="shares" aria-hidden="true">{bars}</div><ul class="legend">{legend}</ul>'


def notes(scene: Scene, page: Page) -> str:
    """Return the notes of the run and how many hours have no flow, or nothing."""
    lines = [
        both(str(n.get("zh") or n.get("en") or ""), str(n.get("en") or n.get("zh") or ""), page)
        for n in scene.summary.get("notes") or []
    ]
    if scene.unsolved_hours:
        lines.append(f"{number(scene.unsolved_hours)} {page.word('page.unsolved')}")
    return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>" if lines else ""


def both(chinese: str, english: str, page: Page) -> str:
    """Return a text that is not in `texts.toml` in the page's language, carrying the other one with it."""
    shown = chinese if page.language == "zh" else english
    return f'<span data-zh="{escape(chinese)}" data-en="{escape(english)}">{escape(shown)}</span>'
