"""Readings of meters as tables for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from holin.cli.output import figure, out, percent, print_table
from holin.cli.texts import text

SOURCE_KINDS = ("wind_farm", "pv_plant", "thermal_unit", "generator")
"""Devices that make energy, as `holin meters` sums them up."""


def print_meters(figures: Mapping[str, Any], language: str) -> None:
    """Print what each device made and took, how well it is known, and what the flags say."""
    zone = figures["time_zone"]
    known = "" if figures["known_at"] is None else text("meters.known", language, at=_clock(figures["known_at"], zone))
    kind = text(f"meters.kind.{figures['kind']}", language)
    title = text(
        "meters.title", language, park=figures["park"], stage=figures["stage"], kind=kind,
        first=_clock(figures["start"], zone), last=_clock(figures["end"], zone), zone=zone, step=figures["step_h"],
        known=known,
    )  # fmt: skip
    names = ("device", "out", "in", "coverage", "estimated", "flagged", "certifiable", "unknown")
    devices = figures["devices"]
    rows = [
        [
            d["device"], figure(d["energy_out_mwh"], 1), figure(d["energy_in_mwh"], 1), percent(d["coverage"]),
            figure(d["estimated_mwh"], 1), figure(d["flagged_mwh"], 1), figure(d["certifiable_mwh"], 1),
            figure(d["unknown"], 0),
        ]
        for d in devices
    ]  # fmt: skip
    print_table(title, [text(f"meters.{n}", language) for n in names], rows)
    _print_flags(devices, language)
    sources = [d for d in devices if d["device_kind"] in SOURCE_KINDS]
    certain, made = (sum(d[name] for d in sources) for name in ("certifiable_mwh", "energy_out_mwh"))
    share = f" ({percent(certain / made)})" if made else ""
    out.print(text("meters.certify", language, energy=figure(certain, 3), share=share), soft_wrap=True)
    if figures["kind"] == "demo":
        out.print(text("meters.demo", language), style="yellow", soft_wrap=True)


def print_notices(notices: Sequence[Mapping[str, Any]], language: str) -> None:
    """Print what a reader should know before he believes the figures."""
    for notice in notices:
        said = {name: f"{v:.3g}" if isinstance(v, float) else v for name, v in notice.items() if name != "what"}
        out.print(
            text(f"meters.notice.{notice['what']}", language, **said), style="yellow", markup=False, soft_wrap=True
        )


def _clock(moment: str, zone: str) -> str:
    """Return a time in UTC (ISO 8601) as a local one for people; seconds where there are any."""
    here = datetime.fromisoformat(moment).astimezone(ZoneInfo(zone))
    return f"{here:%Y-%m-%d %H:%M:%S}" if here.second else f"{here:%Y-%m-%d %H:%M}"


def _print_flags(devices: Sequence[Mapping[str, Any]], language: str) -> None:
    counts: dict[str, dict[str, int]] = {}
    for device in devices:
        for name, count in device["flags"].items():
            counts.setdefault(name, {})[device["device"]] = count
    for name, of in counts.items():
        meaning, devices_said = text(f"meters.flag.{name}", language), ", ".join(f"{d} {n}" for d, n in of.items())
        out.print(text("meters.flag", language, name=name, meaning=meaning, devices=devices_said), soft_wrap=True)
    if counts:
        out.print()


def print_balance(balance: Mapping[str, Any], zone: str, language: str) -> None:
    """Print whether the grid's own meters and the flow of all others agree."""
    if not balance["checked"]:
        out.print(text("meters.balance.none", language), soft_wrap=True)
    elif not balance["hours_off"]:
        out.print(text("meters.balance.good", language, hours=balance["hours"]), soft_wrap=True)
    else:
        off = {"hours": balance["hours"], "off": balance["hours_off"]}
        out.print(text("meters.balance.off", language, **off), style="yellow", soft_wrap=True)
        rows = [
            [_clock(w["time"], zone), figure(w["gap_mwh"], 3), figure(w["allowed_mwh"], 3)] for w in balance["worst"]
        ]
        print_table("", [text(f"meters.{c}", language) for c in ("hour", "gap", "allowed")], rows)


def print_history(meter: str, time: str, rows: Sequence[Mapping[str, Any]], zone: str, language: str) -> None:
    """Print all that was said of one interval, in the order in which it became known."""
    names = ("since", "origin", "history.out", "history.in", "history.flags")
    cells = [
        [_clock(r["known_since"], zone), r["origin"], figure(r["out_kwh"], 3), figure(r["in_kwh"], 3),
         ", ".join(r["flags"]) or "–"]
        for r in rows
    ]  # fmt: skip
    title = text("meters.history", language, meter=meter, time=time, zone=zone)
    print_table(title, [text(f"meters.{n}", language) for n in names], cells)
