"""Production records made from a run: plausible ladles, heats and deliveries; kind demo, synthetic, always the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from holin.batches.made import Made
from holin.batches.mass import GRAMS_PER_KG, kg_of
from holin.batches.row import FILES
from holin.columns import columns_of, printed

LADLE_KG = (5200, 7400)
TAPS_PER_HEAT = 5
SETTLED_S = 20 * 60
"""Between the last tap and the cast."""

WORKED_S = 6 * 3600
"""Between the cast and what is made of it; its scrap is there from then on."""

HEATS = (
    ("liquid", "Al99.70", ""), ("ingot", "Al99.70", ""), ("slab", "AA1060", "4"), ("billet", "AA6063", "7"),
    ("ingot", "Al99.85", ""), ("rod", "AA1370", ""),
)  # fmt: skip
"""Forms in turn, and which digit of a per mille of alloying elements."""

ROWS = dict[str, list[dict[str, Any]]]
GIVEN = tuple[str, str, int, str, str]


def demo_rows(made: Mapping[str, Made], seed: int, time_zone: str) -> ROWS:
    """Return the rows of tap, batch, input, lot and stock for what potlines made, drawn from `seed`.

    Ladles of 5.2 to 7.4 t when the pots have them; five ladles to a heat; slabs and billets with alloying elements,
    recycled metal and own scrap; 1 % dross; every third billet and slab is made into extrusions or plate.
    """
    rows: ROWS = {name: [] for name in FILES}
    zone = ZoneInfo(time_zone)
    for place, (name, line) in enumerate(sorted(made.items())):
        chance = np.random.Generator(np.random.PCG64([seed, place]))
        _heats(rows, name, _taps(rows, name, line, chance, zone), chance, zone, place)
    return rows


def _taps(rows: ROWS, name: str, line: Made, chance: np.random.Generator, zone: tzinfo) -> list[tuple[str, int, int]]:
    total, cursor = int(line.edges[-1]), 0
    taps: list[tuple[str, int, int]] = []
    grades = ("Al99.70", "Al99.70", "Al99.85")
    while True:
        grams = int(chance.integers(LADLE_KG[0] * 2, LADLE_KG[1] * 2 + 1)) * GRAMS_PER_KG // 2
        if cursor + grams > total:
            return taps
        cursor += grams
        when = _moment_of(line, cursor)
        identity = f"T{name.removeprefix('potline-')}-{len(taps) + 1:05d}"
        grade = grades[int(chance.integers(len(grades)))]
        rows["tap"].append(
            {"id": identity, "potline": name, "time": _said(when, zone), "mass_kg": kg_of(grams), "grade": grade}
        )  # fmt: skip
        taps.append((identity, when, grams))


def _moment_of(line: Made, grams: int) -> int:
    """Return the whole minute at which so much was there."""
    step = int(np.searchsorted(line.edges, grams, side="left")) - 1
    within = (grams - int(line.edges[step])) * line.step_s // max(int(line.grams[step]), 1)
    return (int(line.start_s[step]) + within) // 60 * 60 + 60


def _heats(
    rows: ROWS,
    name: str,
    taps: Sequence[tuple[str, int, int]],
    chance: np.random.Generator,
    zone: tzinfo,
    place: int,
) -> None:
    returned: list[tuple[int, int]] = []
    melted = 0
    for count in range(len(taps) // TAPS_PER_HEAT):
        ladles = taps[count * TAPS_PER_HEAT : (count + 1) * TAPS_PER_HEAT]
        form, alloy, elements = HEATS[(count + place) % len(HEATS)]
        when = ladles[-1][1] + SETTLED_S
        batch = f"{datetime.fromtimestamp(when, zone):%y%m%d}-{name.removeprefix('potline-')}-{count + 1:05d}"
        given = [("tapped", tap, grams, "", "") for tap, _, grams in ladles]
        liquid = sum(grams for _, _, grams in ladles)
        if form != "liquid":
            back = sum(grams for second, grams in returned if second <= when)
            given += _others(liquid, elements, back - melted, chance)
            melted += sum(g for material, _, g, _, _ in given if material == "own_scrap")
        whole = sum(g for _, _, g, _, _ in given)
        loss = 0 if form == "liquid" else whole // 100 // 500 * 500
        furnace = f"{name}-ladle" if form == "liquid" else f"{name}-F1"
        rows["batch"].append(
            {"id": batch, "furnace": furnace, "time": _said(when, zone), "form": form, "alloy": alloy,
             "mass_kg": kg_of(whole - loss), "loss_kg": kg_of(loss), "customer": ""}
        )  # fmt: skip
        rows["input"] += [
            {"batch": batch, "material": material, "source": source, "mass_kg": kg_of(g),
             "footprint_t_per_t": declared, "reference": reference}
            for material, source, g, declared, reference in given
        ]  # fmt: skip
        if elements and count % 3 == 2:
            ready = when + WORKED_S
            returned.append((ready, _lot(rows, batch, form, whole - loss, ready, zone)))


def _others(
    liquid: int, elements: str, scrap: int, chance: np.random.Generator
) -> list[tuple[str, str, int, str, str]]:
    given = []
    if elements:
        alloying = liquid // 1000 * int(elements) // 500 * 500
        given.append(("alloying", "master alloy", alloying, "", ""))
        recycled = int(chance.integers(2, 6)) * 500 * GRAMS_PER_KG
        given.append(("recycled", "dealer A", recycled, "0.6", "synthetic: assumed for the demo"))
    if scrap > 0:
        given.append(("own_scrap", "extrusion and plate", min(scrap, liquid // 20), "", ""))
    return given


def _lot(rows: ROWS, batch: str, form: str, grams: int, when: int, zone: tzinfo) -> int:
    """Add a lot of half of a batch, and return its scrap."""
    product, code, share = (
        ("hot-rolled plate 6 mm", "7606 11", 12) if form == "slab" else ("extruded profile", "7604 29", 18)
    )
    taken = grams // 2
    back, lost = taken * share // 100 // 500 * 500, taken // 200 // 500 * 500
    rows["lot"].append(
        {"id": f"{batch}-L1", "parent": batch, "time": _said(when, zone), "product": product, "cn_code": code,
         "input_kg": kg_of(taken), "mass_kg": kg_of(taken - back - lost), "scrap_kg": kg_of(back),
         "loss_kg": kg_of(lost)}
    )  # fmt: skip
    return back


def _said(second: int, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(second, UTC).astimezone(zone).isoformat(sep=' ', timespec='minutes')}"


FACTS = """\
# Production records made by `holin batch demo` from a calculated run. Synthetic: no ladle was weighed.
kind = "demo"
company = {company}
company_zh = {company_zh}
boundary = "ingot"          # liquid: the tonne as it leaves the pot; ingot: after casting
cast_kwh_per_t = 60         # electricity of holding, casting and auxiliaries in the cast house
cast_basis = "assumed"
cast_reference = "assumed; write your own cast house's"
upstream_t_per_t = 3.3      # alumina, anode making: t CO2e per tonne of liquid metal
upstream_basis = "assumed"
upstream_reference = "alumina 2.5 (by coal) and anodes 0.8: orders of size in Kvande et al., Light Metal Age; \
write your suppliers' declarations"
"""


def demo_files(rows: ROWS, *, company: str, company_zh: str) -> dict[str, str]:
    """Return records as the files that `read_production` reads, by name."""
    files = {"production.toml": FACTS.format(company=_quoted(company), company_zh=_quoted(company_zh))}
    for name, kind in FILES.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, [c.name for c in columns_of(kind)], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: printed(v) for k, v in row.items()} for row in rows[name])
        files[f"{name}.csv"] = text.getvalue()
    return files


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
