"""How much room each part takes, in px: one place for all measures of a single-line diagram."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holin.park import Switch
from holin.picture.diagram.metrics import SMALL_PX, shortened, text_px, wrapped
from holin.picture.diagram.parts import Feeder, Link, Node, Parts
from holin.picture.diagram.segments import Segment

PITCH = 18.0
"""Room of one wire on a busbar, with a vertical text beside it."""

CIRCUIT = 6.0
"""Between parallel circuits of one link."""

LANE = 10.0
"""Room of a wire that passes a row."""

TRANSFORMER = 27.0
"""Room of a two-winding transformer."""

STAR = 40.0
"""Width of a three-winding transformer."""

END = 5.0
"""How far a busbar reaches beyond its last wire."""

GAP = 20.0
"""Between frames, and between busbars without one."""

BAR_GAP = 14.0
"""Between busbars of one substation."""

COUPLER = 36.0
"""Between busbars that a coupler joins."""

FRAME = 9.0
"""Between a frame and what stands in it."""

LINE = 13.0
"""Height of a line of text."""

LABEL_PX = 64.0
"""A busbar's name is broken in two lines when it is longer."""

FEEDER_LINE_PX = (74.0, 52.0)
FEEDER_LINES = 5
"""Names of one or two feeders at a busbar of a substation are written level, below their symbols, when they fit into so
many lines of so many px; else, and where there are more feeders, upright."""

FEEDER_TEXT_PX = 150.0
"""An upright name is cut when it is longer."""

TITLE_PX = 12.5
"""Font size of a substation's name."""

STUB = 13.0
"""From the busbar to a feeder's symbol or a switch."""

SWITCH = 11.0
"""Between switches at one end of a link."""

SYMBOL = 22.0
"""Height and width of a feeder's symbol."""

ARROW = 12.0
"""From a wire's end, or the symbol that stands there, to its arrow."""


TITLE_LINE = 16.0
"""Height of a line of a substation's name."""

VOLTAGE, POWER = "1.0000", "8888 MW"
"""Figures of a run as long as they get."""

FIGURE_WIDE = 16.0
"""From a wire to the far side of a figure beside it."""

FIGURE_PX = 50.0
"""Length of a figure of a run beside its wire, with its arrow."""


@dataclass(frozen=True, kw_only=True)
class FeederText:
    """A feeder's words: level lines below its symbol, or lines that are read away from the busbar (`upright`).

    `wide` is the room along the busbar, `long` that away from it, a run's figure included.
    """

    lines: tuple[str, ...]
    upright: bool
    wide: float
    long: float


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Texts as they will be written, broken and cut to size, and the room that they take.

    With `figures` there is room for those of a run: one more line at each busbar, a figure at each wire and feeder.
    """

    figures: bool
    node_label: Mapping[str, tuple[str, ...]]
    label_width: Mapping[str, float]
    feeders: tuple[FeederText, ...]
    title: Mapping[str, tuple[str, ...]]
    title_width: Mapping[str, float]


def sizes_of(parts: Parts, *, figures: bool) -> Sizes:
    """Return the texts of all parts and their room; with `figures` a busbar's label has an empty last line for one."""
    labels = {
        n.id: n.label
        if n.star
        else (*(w for words in n.label for w in wrapped(words, LABEL_PX, 2)), *([""] if figures else []))
        for n in parts.nodes.values()
    }
    titles = {g.id: g.label for g in parts.groups.values()}
    at_node = Counter(f.node for f in parts.feeders)
    return Sizes(
        figures=figures,
        node_label=labels,
        label_width={n: max((text_px(w or VOLTAGE) for w in lines), default=0.0) + 4 for n, lines in labels.items()},
        feeders=tuple(
            _feeder_text(
                f, figures and not f.size, at_node[f.node] if parts.nodes[f.node].group else len(parts.feeders) + 9
            )
            for f in parts.feeders
        ),
        title=titles,
        title_width={
            g: max((text_px(w, TITLE_PX, bold=True) for w in words), default=0.0) + 10 for g, words in titles.items()
        },
    )


def _feeder_text(feeder: Feeder, figure: bool, neighbours: int) -> FeederText:
    if neighbours <= len(FEEDER_LINE_PX):
        most = FEEDER_LINE_PX[neighbours - 1]
        size = tuple(w.strip(" ·") for w in wrapped(feeder.size, most, 2)) if feeder.size else ()
        lines = (*(w for name in feeder.label for w in wrapped(name, most, FEEDER_LINES)), *size)
        widest = max((text_px(w) for w in (*lines, *([POWER] if figure else []))), default=0.0)
        if widest <= most:
            return FeederText(lines=lines, upright=False, wide=widest + 6, long=LINE * (len(lines) + figure))
    room = FEEDER_TEXT_PX - (text_px(f" {feeder.size}") if feeder.size else 0.0)  # a name may be cut, a figure never
    last = " ".join((*(shortened(w, room) for w in feeder.label[-1:]), feeder.size)).strip()
    lines = tuple(w for w in (*(shortened(w, FEEDER_TEXT_PX) for w in feeder.label[:-1]), last) if w)
    longest = max((text_px(w) for w in lines), default=0.0)
    return FeederText(
        lines=lines, upright=True, wide=LINE * max(len(lines), 1) + 4, long=longest + (FIGURE_PX if figure else 0.0)
    )


def feeder_room(feeder: Feeder, text: FeederText) -> float:
    """Return the width that a feeder takes on its busbar."""
    return max(PITCH if feeder.kind == "load" else SYMBOL + 3, text.wide)


def link_room(link: Link, at_b: bool) -> float:
    """Return the width that a link takes on a busbar; a transformer stands at its `b` end with its rating beside it."""
    if link.transforms:
        wide = TRANSFORMER * link.circuits
        return wide + max((text_px(w, SMALL_PX) for w in link.label), default=0.0) + 4 if at_b else wide
    return PITCH + CIRCUIT * (link.circuits - 1)


def switch_reach(switches: Sequence[Switch]) -> float:
    """Return how far the switches at a link's end reach from the busbar."""
    return STUB + SWITCH * (len(switches) - 1) + 6.0 if switches else 0.0


def transformer_middle(link: Link) -> float:
    """Return how far the middle of a transformer stands from the busbar of its `b` end."""
    return 23.0 + max(switch_reach(link.switches_b) - 4.0, 0.0)


def arrow_reach(link: Link) -> float:
    """Return how far from the busbar a link's arrow stands."""
    return max(switch_reach(link.switches_a), STUB + 4.0 if link.bundled and not link.transforms else 0.0) + ARROW


def circuit_reach(link: Link) -> float:
    """Return how far the outer circuits of a link stand from its middle where they run upright."""
    return spread(link) * (link.circuits - 1) / 2


def circuit_rise(link: Link) -> float:
    """Return how far the outer circuits of a link lie from its middle where they run sideways."""
    return CIRCUIT * (link.circuits - 1) / 2


def spread(link: Link) -> float:
    """Return how far apart the circuits of a link are."""
    return TRANSFORMER if link.transforms else CIRCUIT


def segment_widths(parts: Parts, segments: Mapping[str, Segment], sizes: Sizes) -> dict[str, float]:
    """Return about how wide each segment will be, before its wires are known."""
    nodes = node_widths(parts, sizes)
    widths: dict[str, float] = {}
    for s in segments.values():
        widest = max(sum(nodes[n] + GAP for n in level) - GAP for level in s.levels)
        frame = 2 * FRAME if s.group else 0.0
        widths[s.id] = max(widest + frame, sizes.title_width.get(s.group, 0.0))
    return widths


def node_widths(parts: Parts, sizes: Sizes) -> dict[str, float]:
    """Return about how wide each busbar will be."""
    links: defaultdict[str, float] = defaultdict(float)
    feeders: defaultdict[str, float] = defaultdict(float)
    for link in parts.links:
        if link.kind != "switch":
            links[link.a] += link_room(link, False)
            links[link.b] += link_room(link, True)
    for feeder, text in zip(parts.feeders, sizes.feeders, strict=True):
        feeders[feeder.node] += feeder_room(feeder, text)
    return {n.id: _node_width(n, sizes, links[n.id], feeders[n.id]) for n in parts.nodes.values()}


def _node_width(node: Node, sizes: Sizes, links: float, feeders: float) -> float:
    if node.star:
        return STAR + sizes.label_width[node.id]
    return max(sizes.label_width[node.id] + links / 2, feeders, links / 2 + feeders / 2) + 2 * END
