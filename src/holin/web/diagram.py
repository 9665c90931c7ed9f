"""GET …/diagram: the single-line diagram as geometry, which the page draws and colours itself."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from holin.web.access import EVERYONE, Asking, read_by
from holin.web.answers import UNCHANGED, ParkId, RunId, StageName, json_bytes, library_of, respond
from holin.web.parks import stage_named
from holin.web.problems import problems

if TYPE_CHECKING:
    from holin.park import Park

router = APIRouter(tags=["parks"])

Point = tuple[float, float]


class Speech(StrEnum):
    """The language of names on a diagram, or both beside each other."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"


SpokenIn = Annotated[Speech, Query(alias="language", description="of the names on it; texts take room by it")]


class Shape(BaseModel):
    """Read from the drawing's own parts. All places are in px, x to the right and y downwards."""

    model_config = ConfigDict(from_attributes=True)


class BoxShown(Shape):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float


class FrameShown(Shape):
    """The frame of a substation."""

    id: str
    title: str = Field(description="what its tooltip says, one line each")
    box: BoxShown


class BarShown(Shape):
    """A busbar: its id is that of the bus."""

    id: str
    title: str
    x1: float
    x2: float
    y: float
    v_nom_kv: float = Field(description="kV")


class WireShown(Shape):
    """A piece of wire; `flow` names the branch of the table `flows` that it is a part of, "" for none."""

    points: list[Point]
    v_nom_kv: float = Field(description="kV")
    flow: str


class SymbolShown(Shape):
    """A symbol about its middle, as `kind` says; `up` where it stands above its busbar."""

    kind: str
    x: float
    y: float
    up: bool
    volts: list[float] = Field(description="kV of its windings")
    flows: list[str]


class ArrowShown(Shape):
    """Where the direction of a flow can be shown: power into the first ends goes down the page (`down` 1) or up."""

    x: float
    y: float
    down: float
    flows: list[tuple[str, int]] = Field(description="branch of the table `flows`, and 1 for its first end, -1 else")


class PieceShown(Shape):
    """One element of the park, or several drawn as one."""

    ids: list[str]
    kind: str
    title: str
    wires: list[WireShown]
    symbols: list[SymbolShown]
    arrows: list[ArrowShown]
    ends: list[str] = Field(description="busbars that it stands between, one for a feeder")
    open: bool = Field(description="it carries nothing: a switch is open")


class TextShown(Shape):
    """A text, or with `figure` the room for a figure of a run: of what `keys` name."""

    words: str
    x: float
    y: float
    box: BoxShown
    size: float = Field(description="px")
    look: str
    anchor: str
    turn: Literal["", "down", "up"] = Field(description='read downwards or upwards; "" is level')
    figure: Literal["", "bus", "branch", "unit"]
    keys: list[str]


class DiagramShown(Shape):
    """A whole drawing, without heading and legend; the same park gives the same drawing."""

    width: float
    height: float
    frames: list[FrameShown]
    bars: list[BarShown]
    pieces: list[PieceShown]
    texts: list[TextShown]


@router.get(
    "/parks/{park}/diagram",
    response_model=DiagramShown,
    summary="The single-line diagram of a park at a stage",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_diagram(
    request: Request, visitor: Asking, park: ParkId, stage: StageName = None, language: SpokenIn = Speech.ZH
) -> Response:
    """Return the geometry of the diagram at a stage (the park's default one without it), with room for a run's
    figures."""
    from holin.park import at_stage, stage_of

    known = library_of(request).park(park)
    whole = known.park
    assert whole is not None
    chosen = stage_named(whole, stage) if stage is not None else stage_of(whole)
    return respond(
        request, visitor, lambda: _drawn(at_stage(whole, chosen), language),
        "diagram", park, known.stamp, chosen.name, language,
    )  # fmt: skip


@router.get(
    "/runs/{run}/diagram",
    response_model=DiagramShown,
    summary="The single-line diagram of a run's park",
    responses=UNCHANGED | problems(404, 409, 422),
    **read_by(EVERYONE),
)
def read_diagram_of_run(request: Request, visitor: Asking, run: RunId, language: SpokenIn = Speech.ZH) -> Response:
    """Return the geometry of the diagram of the park as it stood in a run; its ids are those of the run's tables."""
    known = library_of(request).run(run)
    return respond(request, visitor, lambda: _drawn(known.frozen, language), "run diagram", known.seal, language)


def _drawn(frozen: Park, language: Speech) -> bytes:
    from holin.picture import diagram_of

    diagram = diagram_of(frozen, language=language.value, figures=True)
    return json_bytes(DiagramShown.model_validate(diagram))
