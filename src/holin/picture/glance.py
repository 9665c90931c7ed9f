"""What a director of the park reads in half a minute: figures, verdicts, and where the energy came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from holin.picture.printed import Page, energy_shown, not_judged, number, percent, rounded
from holin.picture.scene import Scene, figure_of

SUPPLIED = ("wind", "solar", "coal", "other", "import")
"""The sources of the park's energy in the order of the bar: green first."""

SHED_NOISE = 1e-9
"""Of the load: below it, load not served is the rounding of sums."""

TILES_IN_A_ROW = 6


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One figure at a glance: the key of its text, the value as printed, its unit and a note."""

    key: str
    value: str
    unit: str = ""
    note: str = ""
    hue: str = ""

    def html(self, page: Page) -> str:
        """Return the tile as HTML."""
        unit = f'<span class="unit">{self.unit}</span>' if self.unit else ""
        note = f'<p class="note">{self.note}</p>' if self.note else ""
        heading = page.word(f"tile.{self.key}")
        figure = f'<p class="figure"><b>{self.value}</b>{unit}</p>'
        return f'<div class="tile {self.hue}"><h3>{heading}</h3>{figure}{note}</div>'


def glance(scene: Scene, page: Page) -> str:
    """Return the run's answer: an alert where load was not served, tiles, verdicts and the sources of the energy."""
    return _alert(scene, page) + tiles(scene, page) + _verdicts(scene, page) + _supply(scene, page)


def tiles(scene: Scene, page: Page) -> str:
    """Return the figures at a glance in even rows; what the run does not have is left out."""
    shown = [*_leading(scene, page), *_beside(scene, page)]
    rows = -(-len(shown) // TILES_IN_A_ROW)
    columns = -(-len(shown) // max(rows, 1))
    return f'<div class="tiles" style="--n:{columns}">{"".join(t.html(page) for t in shown)}</div>'


def _leading(scene: Scene, page: Page) -> Iterator[Tile]:
    """Yield what the park is judged by: green, metal, carbon, price, curtailment."""
    if (physical := figure_of(scene.summary, "green_share.physical")) is not None:
        yield Tile(
            key="green_physical",
            value=number(physical * 100, 1),
            unit="%",
            note=page.word("count.physical"),
            hue="green big",
        )
    if figure_of(scene.summary, "metal_t") and (green_metal := figure_of(scene.summary, "green_metal_t")) is not None:
        value, unit = _amount(green_metal, "t", "kt", page)
        yield Tile(key="green_metal", value=value, unit=unit, note=page.word("count.physical"), hue="green")
    if (per_t := figure_of(scene.summary, "carbon.t_per_t_al")) is not None:
        note = page.word("tile.carbon_per_t_note")
        yield Tile(key="carbon_per_t", value=number(per_t, 2), unit=page.word("unit.t_per_t"), note=note)
    if (price := figure_of(scene.summary, "all_in_price_per_kwh")) is not None:
        unit, note = page.word("unit.price_per_kwh"), page.word("tile.all_parts")
        yield Tile(key="price", value=number(price, 4), unit=unit, note=note)
    used, curtailed = _used(scene), figure_of(scene.summary, "energy_mwh.curtailed")
    if used is not None and curtailed is not None and used + curtailed > 0:
        note = f"{percent(curtailed / (used + curtailed))} {page.word('tile.curtailed_note')}"
        yield _energy_tile("curtailed", curtailed, page, note)


def _beside(scene: Scene, page: Page) -> Iterator[Tile]:
    """Yield the amounts behind them."""
    if (annual := figure_of(scene.summary, "green_share.annual")) is not None:
        yield Tile(key="green_annual", value=number(annual * 100, 1), unit="%", note=page.word("count.annual"))
    if metal := figure_of(scene.summary, "metal_t"):
        value, unit = _amount(metal, "t", "kt", page)
        yield Tile(key="metal", value=value, unit=unit)
    if (total := figure_of(scene.summary, "carbon.total_t")) is not None:
        value, unit = _amount(total, "t_co2", "kt_co2", page)
        note = page.word("tile.carbon_total_note" if figure_of(scene.summary, "metal_t") else "tile.carbon_energy_note")
        yield Tile(key="carbon_total", value=value, unit=unit, note=note)
    if (load := figure_of(scene.summary, "energy_mwh.load")) is not None:
        yield _energy_tile("load", load, page, energy_shown(load, page))
    if (used := _used(scene)) is not None:
        yield _energy_tile("renewable", used, page, energy_shown(used, page))


def _used(scene: Scene) -> float | None:
    parts = [v for k in ("wind", "solar") if (v := figure_of(scene.summary, f"energy_mwh.{k}")) is not None]
    return sum(parts) if parts else None


def _energy_tile(key: str, mwh: float, page: Page, note: str) -> Tile:
    large = abs(mwh) >= 1000.0
    value = rounded(mwh / 1000.0) if large else number(mwh, 1)
    return Tile(key=key, value=value, unit=page.word("unit.gwh" if large else "unit.mwh"), note=note)


def _amount(tonnes: float, small: str, large: str, page: Page) -> tuple[str, str]:
    many = tonnes >= 10_000
    return (number(tonnes / 1000, 1) if many else number(tonnes, 1)), page.word(f"unit.{large if many else small}")


def _alert(scene: Scene, page: Page) -> str:
    shed, load = figure_of(scene.summary, "energy_mwh.shed"), figure_of(scene.summary, "energy_mwh.load")
    if not shed or load is None or shed <= SHED_NOISE * load:
        return ""
    amount = f"{rounded(shed)} MWh ({percent(shed / (load + shed), 2)})"
    return f'<p class="alert" role="alert"><b>{page.word("tile.shed")} {amount}</b> {page.word("tile.shed_note")}</p>'


def _verdicts(scene: Scene, page: Page) -> str:
    chips = [_rules_chip(scene, page), _claims_chip(scene, page), _flow_chip(scene, page), _served_chip(scene, page)]
    shown = "".join(chip for chip in chips if chip)
    return f'<ul class="verdicts">{shown}</ul>' if shown else ""


def _chip(target: str, good: bool, words: str) -> str:
    mark, hue = ("✓", "good") if good else ("!", "warn")
    return f'<li><a href="#{target}"><i class="{hue}" aria-hidden="true">{mark}</i>{words}</a></li>'


def _rules_chip(scene: Scene, page: Page) -> str:
    judged = [r for r in scene.summary.get("rules") or [] if not not_judged(r)]
    if not judged:
        return ""
    held = sum(bool(r.get("holds")) for r in judged)
    words = f"{page.word('verdict.rules')} <b>{held} / {len(judged)}</b>"
    if len(judged) < len(scene.summary["rules"]):
        words += f" · {len(scene.summary['rules']) - len(judged)} {page.word('verdict.ledger')}"
    return _chip("rules", held == len(judged), words)


def _claims_chip(scene: Scene, page: Page) -> str:
    known = [c for c in scene.summary.get("claims") or [] if c.get("agrees") is not None]
    if not known:
        return ""
    agreeing = sum(bool(c["agrees"]) for c in known)
    return _chip("published", agreeing == len(known), f"{page.word('verdict.claims')} <b>{agreeing} / {len(known)}</b>")


def _flow_chip(scene: Scene, page: Page) -> str:
    solved, hours = figure_of(scene.summary, "flow.hours_converged"), figure_of(scene.summary, "hours")
    if solved is None or hours is None:
        return ""
    words = f"{page.word('verdict.flow')} <b>{number(solved)} / {number(hours)} h</b>"
    over = figure_of(scene.summary, "flow.hours_overloaded")
    if over:
        words += f" · {number(over)} h {page.word('verdict.overloaded')}"
    for branch, count in (scene.summary.get("flow", {}).get("overloaded_by_reactive") or {}).items():
        words += f" · {number(count)} h {page.word('verdict.reactive')} {escape(branch)}"
    settled = scene.summary.get("flow", {}).get("settled", True)
    if not settled and not over:
        words += f" · {page.word('verdict.unsettled')}"
    return _chip("proof", solved == hours and not over and settled, words)


def _served_chip(scene: Scene, page: Page) -> str:
    shed, load = figure_of(scene.summary, "energy_mwh.shed"), figure_of(scene.summary, "energy_mwh.load")
    if shed is None or load is None or shed > SHED_NOISE * load:
        return ""
    return _chip("proof", True, page.word("verdict.served"))


def _supply(scene: Scene, page: Page) -> str:
    """Return where the energy of the period came from, as one bar of shares (of the energy fed in)."""
    fed = {k: v for k in SUPPLIED if (v := figure_of(scene.summary, f"energy_mwh.{k}")) is not None and v > 0}
    total = sum(fed.values())
    if not total:
        return ""
    bars = "".join(f'<i style="flex-grow:{v / total:.6f};background:var(--{k})"></i>' for k, v in fed.items())
    legend = "".join(
        f'<li><i style="background:var(--{k})"></i>{page.word(f"row.{k}")} <b>{percent(v / total)}</b> '
        f"<small>{_large(v, page)}</small></li>"
        for k, v in fed.items()
    )
    caption = f'<div class="cap">{page.word("table.supply", "h3")}{page.word("table.supply_note", "p")}</div>'
    return (
        f'<div class="card wide">{caption}<div class="shares tall" aria-hidden="true">{bars}</div>'
        f'<ul class="legend">{legend}</ul></div>'
    )


def _large(mwh: float, page: Page) -> str:
    return f"{rounded(mwh / 1000)} GWh" if mwh >= 1000 else f"{number(mwh, 1)} MWh"
