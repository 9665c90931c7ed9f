"""What a reader of a passport sees, in one language: texts, rounded figures, colours; nothing is computed but rounding.

The passport is the dictionary that was signed; page and paper print the same view.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from holin.picture.texts import Language, text

THIN = "\u202f"
CERTIFICATES_SHOWN = 24
BINS_MAX = 48

COLOURS = {
    "wind_farm": ("#2f83bf", "#5fa6d6", "#1f5f8f", "#8cc3e6"), "pv_plant": ("#e0a526", "#efc25e", "#b9841a"),
    "thermal_unit": ("#5b6770", "#828d95", "#3f474d"), "grid": ("#b07aa1", "#c79dbb"),
}  # fmt: skip
OTHER = ("#9aa5ae",)
View = dict[str, Any]


def view_of(passport: Mapping[str, Any], language: Language) -> View:
    """Return the view of a passport in a language (zh or en)."""
    say = partial(text, language=language)
    issuer, product, energy = passport["issuer"], passport["product"], passport["energy"]
    zone = ZoneInfo(passport["time_zone"])
    sources = _sources(energy, language)
    green = passport["green"]
    return {
        "id": passport["id"],
        "title": say("pass.title"),
        "kind": passport["kind"],
        "banner": " ".join(w for w in (say(f"pass.{passport['kind']}"), passport["synthetic"][language]) if w),
        "company": issuer["company"][language] or issuer["park_name"][language],
        "name": product["name"][language],
        "facts": _facts(passport, language, zone),
        "big": [
            (_gate(passport["carbon"]), "", say("pass.carbon_big")),
            (percent(green["certified_share"]["value"]), "green", say("pass.green_big")),
            (percent(green["physical_share"]["value"]), "sky", say("pass.physical_big")),
        ],
        "carbon": _carbon(passport["carbon"], language),
        "sources": sources,
        "energy_facts": _energy_facts(energy, language),
        "bins": _bins(energy, sources, zone),
        "certificates": _certificates(passport, language, zone),
        "cbam": _cbam(passport["cbam"], language),
        "inputs": _inputs(passport["mass"], language),
        "factors": [
            (f["name"][language], say(f"pass.{f['method']}"), f["value"], f"{say(_basis(f))}: {f['reference']}")
            for f in passport["carbon"]["factors"]
        ],
        "evidence": [(e["name"], e["sha256"]) for e in passport["evidence"]],
    }  # fmt: skip


def texts_of(passport: Mapping[str, Any], language: Language, words: Iterable[str]) -> View:
    """Return the view of a passport with the headings and notes named, by their keys in `texts_passport.toml`."""
    return view_of(passport, language) | {"words": {w: text(f"pass.{w}", language) for w in words}}


def _gate(carbon: Mapping[str, Any]) -> str:
    """Return scopes 1 and 2, market-based: at least so much where there is metal without a figure."""
    least = "≥ " if Decimal(carbon["without_figure"]["value"]) else ""
    return f"{least}{shown(carbon['gate']['market']['value'], 2)}"


def _basis(figure: Mapping[str, Any]) -> str:
    """Return the key of the word for where a figure comes from."""
    return f"basis.{figure['basis']}"


def shown(value: str, digits: int) -> str:
    """Return decimal text rounded to so many digits, with thin spaces between thousands; a dash where it is empty."""
    if value == "":
        return "–"
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    return f"{rounded:,}".replace(",", THIN).replace("-", "−")


def percent(value: str) -> str:
    """Return a ratio as per cent."""
    return "–" if value == "" else f"{shown(str(Decimal(value) * 100), 1)}{THIN}%"


def _facts(passport: Mapping[str, Any], language: Language, zone: ZoneInfo) -> list[tuple[str, str]]:
    say = partial(text, language=language)
    product, issuer = passport["product"], passport["issuer"]
    path = [(say("pass.path"), " → ".join(product["path"]))] if product["path"] else []
    return [
        (say("pass.batch"), product["batch"]), *path,
        (say("pass.mass"), f"{shown(str(Decimal(passport['mass']['product']['value']) / 1000), 3)} t"),
        (say("pass.alloy"), product["alloy"]), (say("pass.cn"), product["cn_code"]),
        (say("pass.made"), clock(product["made"], zone)),
        (say("pass.park"), f"{issuer['park_name'][language]} · {issuer['stage']}"),
        (say("pass.issued"), clock(passport["issued"], zone)),
    ]  # fmt: skip


def clock(stamp: str, zone: ZoneInfo) -> str:
    """Return a time of the passport (ISO 8601, UTC) as local time."""
    return f"{datetime.fromisoformat(stamp).astimezone(zone):%Y-%m-%d %H:%M}"


def _carbon(carbon: Mapping[str, Any], language: Language) -> list[tuple[str, list[str], str]]:
    """Return rows of the carbon table: label, three counts (market, location, traced); `part`, `sum` or neither."""
    say = partial(text, language=language)
    counts = ("market", "location", "traced")

    def row(key: str, by: Mapping[str, Any], kind: str = "") -> tuple[str, list[str], str]:
        return say(f"pass.{key}"), [shown(by[c]["value"], 3) for c in counts], kind

    def same(key: str, one: Mapping[str, str], kind: str = "") -> tuple[str, list[str], str]:
        return say(f"pass.{key}"), [shown(one["value"], 3)] * 3, kind

    parts = carbon["parts"]
    rows = [
        row("scope_1", carbon["scope_1"]), same("anodes", parts["anodes"], "part"), same("pfc", parts["pfc"], "part"),
        row("scope_2", carbon["scope_2"]), row("bought", parts["bought_power"], "part"),
        row("casting", parts["casting"], "part"), row("gate", carbon["gate"], "sum"),
        same("upstream", carbon["upstream"]), same("inputs", carbon["inputs"]),
    ]  # fmt: skip
    if carbon["cradle"]:
        rows.append(row("cradle", carbon["cradle"], "sum"))
    if Decimal(carbon["without_figure"]["value"]):
        rows.append((f"{shown(carbon['without_figure']['value'], 1)} {say('pass.silent')}", ["", "", ""], "part"))
    return rows


def _sources(energy: Mapping[str, Any], language: Language) -> list[View]:
    total = sum(Decimal(s["energy"]["value"]) for s in energy["sources"])
    seen: dict[str, int] = {}
    made = []
    for source in energy["sources"]:
        kind = source["kind"] if source["kind"] in COLOURS else "other"
        hues = COLOURS.get(kind, OTHER)
        colour = hues[seen.get(kind, 0) % len(hues)]
        seen[kind] = seen.get(kind, 0) + 1
        value = Decimal(source["energy"]["value"])
        made.append(
            {
                "id": source["id"], "name": source["name"][language], "kind": text(f"pass.{kind}", language),
                "green": source["green"], "colour": colour, "mwh": shown(source["energy"]["value"], 3),
                "share": float(value / total) if total else 0.0,
                "percent": percent(str(value / total)) if total else "–",
            }
        )  # fmt: skip
    return made


def _energy_facts(energy: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    say = partial(text, language=language)
    casting = energy["casting"]
    declared = f"{shown(casting['value'], 3)} MWh ({casting['kwh_per_t']} kWh/t, {say(_basis(casting))})"
    return [
        (say("pass.sum"), f"{shown(energy['pots']['value'], 3)} MWh"),
        (say("pass.ac"), f"{shown(energy['ac_per_t']['value'], 3)} MWh/t"),
        (say("pass.cast_energy"), declared),
        ("", say(f"pass.boundary_{energy['boundary']}")),
    ]


def _bins(energy: Mapping[str, Any], sources: Sequence[View], zone: ZoneInfo) -> list[View]:
    """Return columns of the strip: hours, else days, else months, each with what every source gave of its Wh."""
    rows = energy["hours"]["rows"]
    for form in ("%m-%d %H:%M", "%Y-%m-%d", "%Y-%m"):
        sums: dict[str, list[int]] = {}
        for stamp, _, _, *wh in rows:
            label = f"{datetime.fromisoformat(stamp).astimezone(zone):{form}}"
            there = sums.setdefault(label, [0] * len(sources))
            for k, value in enumerate(wh):
                there[k] += value
        if len(sums) <= BINS_MAX:
            break
    most = max((sum(v) for v in sums.values()), default=0)
    return [
        {"label": label, "mwh": shown(str(Decimal(sum(v)) / 1_000_000), 1), "height": sum(v) / most if most else 0.0,
         "parts": [(s["colour"], x / sum(v) if sum(v) else 0.0) for s, x in zip(sources, v, strict=True) if x],
         "shares": [x / sum(v) if sum(v) else 0.0 for x in v]}
        for label, v in sums.items()
    ]  # fmt: skip


def _certificates(passport: Mapping[str, Any], language: Language, zone: ZoneInfo) -> View | None:
    found = passport["certificates"]
    if found is None or not found["rows"]:
        return None
    say = partial(text, language=language)
    green = passport["green"]
    rows = [
        [
            str(r["certificate"]), _made_by(r),
            clock(r["hour"], zone), shown(str(Decimal(r["wh"]) / 1_000_000), 6), say(f"pass.{r['method']}"),
            f"{r['entry']} · {r['entry_hash'][:12]}…",
        ]
        for r in found["rows"][:CERTIFICATES_SHOWN]
    ]  # fmt: skip
    return {
        "facts": [
            (say("pass.green_metal"), f"{shown(str(Decimal(green['metal']['value']) / 1000), 3)} t"),
            (say("pass.own_hours"), f"{shown(found['hourly']['value'], 3)} MWh"),
            (say("pass.own_month"), f"{shown(found['monthly']['value'], 3)} MWh"),
        ],
        "head": [say(f"pass.{k}") for k in ("certificate", "device", "hour")]
        + ["MWh", say("pass.method"), say("pass.entry")],
        "rows": rows,
        "more": max(0, len(found["rows"]) - CERTIFICATES_SHOWN),
        "ledger": f"{found['operator']} · {found['ledger']}",
    }  # fmt: skip


def _made_by(row: Mapping[str, Any]) -> str:
    """Return the unit that made the energy, and the storage that gave it out."""
    return " → ".join(name.rpartition(":")[2] for name in (row["device"], row["storage"]) if name)


def _cbam(cbam: Mapping[str, Any], language: Language) -> list[tuple[str, str, str]]:
    say = partial(text, language=language)
    rows = [
        (say(f"pass.{key}"), shown(cbam[column]["value"], 3), say(_basis(cbam[column])))
        for key, column in (
            ("direct", "direct_actual"),
            ("indirect_location", "indirect_actual_location"),
            ("indirect_traced", "indirect_actual_traced"),
        )
    ]
    if not cbam["complete"]:
        kg = shown(cbam["precursors"]["value"], 1)
        rows[0] = (rows[0][0], f"≥ {rows[0][1]}", say("pass.cbam_open").format(kg=kg))
    for default in [*cbam["defaults"], *cbam["benchmarks"]]:
        where = f"{say(_basis(default))}, {default['dated']}: {default['reference']}"
        rows.append((say(f"pass.{default['key']}"), default["value"], where))
    return rows


def _inputs(mass: Mapping[str, Any], language: Language) -> list[tuple[str, str, str, str]]:
    say = partial(text, language=language)
    rows = []
    for given in mass["inputs"]:
        names = given["source"].split(" ") if given["material"] == "tapped" else [given["source"]]
        source = f"{names[0]} … {names[-1]}" if len(names) > 2 else ", ".join(names)
        declared = given["footprint_t_per_t"] or ("–" if given["material"] not in ("tapped", "own_scrap") else "")
        rows.append((say(f"pass.{given['material']}"), source, shown(given["kg"], 1), declared))
    if Decimal(mass["scrap"]["value"]):
        rows.append((say("pass.scrap"), "", f"−{shown(mass['scrap']['value'], 1)}", ""))
    rows.append((say("pass.loss"), "", f"−{shown(mass['loss']['value'], 1)}", ""))
    return rows
