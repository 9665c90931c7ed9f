"""A single-line diagram as geometry: what will be drawn, each with its place in px, and nothing of how it looks."""

from __future__ import annotations

from dataclasses import dataclass

from holin.picture.labels import Box

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text and the box that it fills; `turn` is "" (level), "down" or "up" (read downwards, upwards).

    A text with `figure` is no text yet but the room for a figure of a run: of a "bus", a "branch" or a "unit", with
    `keys` naming whose.
    """

    words: str
    x: float
    y: float
    box: Box
    size: float
    look: str = ""
    anchor: str = "start"
    turn: str = ""
    figure: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A busbar."""

    id: str
    title: str
    x1: float
    x2: float
    y: float
    v_nom_kv: float


@dataclass(frozen=True, kw_only=True)
class Wire:
    """A piece of wire; `flow` names the branch of a flow table that it is a part of."""

    points: tuple[Point, ...]
    v_nom_kv: float
    flow: str = ""


@dataclass(frozen=True, kw_only=True)
class Symbol:
    """A symbol about its middle; `up` where it stands above its busbar. `volts` are the voltages of its windings."""

    kind: str
    x: float
    y: float
    up: bool = False
    volts: tuple[float, ...] = ()
    flows: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """Where the direction of a flow can be shown: power into the first end goes down the page (`down` 1) or up (-1)."""

    x: float
    y: float
    down: float
    flows: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One element of the park, or several drawn as one: its wires and symbols. `open` where it carries nothing.

    `ends` are the busbars it stands between (one for a feeder).
    """

    ids: tuple[str, ...]
    kind: str
    title: str
    wires: tuple[Wire, ...]
    symbols: tuple[Symbol, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    ends: tuple[str, ...] = ()
    open: bool = False


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The frame of a substation."""

    id: str
    title: str
    box: Box


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """A whole drawing, without heading and legend."""

    width: float
    height: float
    frames: tuple[Frame, ...]
    bars: tuple[Bar, ...]
    pieces: tuple[Piece, ...]
    texts: tuple[Text, ...]
