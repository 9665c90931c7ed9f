"""The map: true to scale, nothing on top of anything else, in both languages."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from picture_sample import sample_park

from holin.park import Park, ParkFacts, Substation
from holin.picture import map_svg
from holin.picture.labels import Box, Label, crossings, placed, width_px
from holin.picture.map import level_of
from holin.picture.places import Marker, kilometres, markers_of, projection_of, spans_of

FRAME = Box(left=0, top=0, right=400, bottom=300)
labels = st.builds(
    Label,
    text=st.text("abc企业", min_size=1, max_size=12),
    x=st.floats(0, 400),
    y=st.floats(0, 300),
    rank=st.integers(0, 5),
    reach=st.floats(5, 12),
)


def texts_of(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


@given(st.lists(labels, max_size=25))
def test_labels_never_overlap_and_stay_inside(wanted: list[Label]) -> None:
    boxes = [box for _, box in placed(wanted, [], FRAME)]
    assert all(box.inside(FRAME) for box in boxes)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_the_first_rank_chooses_first_and_who_has_no_room_goes_without() -> None:
    narrow = Box(left=0, top=0, right=70, bottom=30)
    wanted = [
        Label(text="second", x=12, y=15, rank=2, reach=5),
        Label(text="first", x=12, y=15, rank=1, reach=5),
    ]
    assert [label.text for label, _ in placed(wanted, [], narrow)] == ["first"]


def test_a_label_avoids_wires_where_it_can() -> None:
    label = Label(text="station", x=200, y=150, rank=0, reach=8)
    [(_, right)] = placed([label], [], FRAME)
    [(_, other)] = placed([label], [(200, 150, 400, 150)], FRAME)
    assert right.left > 200 and other.right < 200


def test_a_wire_cuts_a_box_only_where_it_runs_through() -> None:
    box = Box(left=10, top=10, right=20, bottom=20)
    assert crossings(box, [(0, 15, 30, 15), (0, 0, 30, 30)]) == 2
    assert crossings(box, [(0, 5, 30, 5), (0, 15, 5, 15), (0, 30, 5, 0), (15, 0, 15, 5)]) == 0


def test_chinese_characters_are_as_wide_as_the_font_is_high() -> None:
    assert width_px("企业") == 24
    assert width_px("ab") == pytest.approx(14.4)


def test_kilometres_by_hand() -> None:
    """One degree of a great circle of 6371.0088 km is 111.195 km; at 60 degrees north a degree east is half of it."""
    assert kilometres((61.0, 0.0), (60.0, 0.0)) == pytest.approx((0, 111.195), abs=1e-3)
    assert kilometres((60.0, 1.0), (60.0, 0.0)) == pytest.approx((55.5975, 0), abs=1e-3)


@given(
    st.lists(st.tuples(st.floats(45, 46), st.floats(119, 120)), min_size=1, max_size=12), st.sampled_from([400, 1080])
)
def test_the_scale_is_the_same_in_both_directions_and_all_is_inside(
    places: list[tuple[float, float]], width: int
) -> None:
    markers = [Marker(kind="substation", place=p, label="", title="", rank=0) for p in places]
    projection = projection_of(markers, width)
    for a in places:
        x, y = projection.at(a)
        assert -1e-6 <= x <= width + 1e-6 and -1e-6 <= y <= projection.height + 1e-6
        for b in places:
            true_km = math.dist(kilometres(a, projection.middle), kilometres(b, projection.middle))
            assert math.dist((x, y), projection.at(b)) == pytest.approx(true_km * projection.px_per_km, abs=1e-6)


def test_the_map_names_things_in_the_language_asked_for() -> None:
    park = sample_park()
    chinese, english = (texts_of(map_svg(park, language=language)) for language in ("zh", "en"))
    assert "电解铝变电站" in chinese and "Smelter station" in english
    assert not any("\u4e00" <= c <= "\u9fff" for word in english for c in word)


def test_enterprises_on_one_spot_are_one_symbol_with_their_names_in_the_title() -> None:
    marker = [m for m in markers_of(sample_park(enterprises=5), "en") if m.kind == "enterprise"]
    assert len(marker) == 1
    assert marker[0].label == "4 enterprises"  # the fifth owns the potline and is shown by it
    assert "Aluminium works no. 3" in marker[0].title


def test_symbols_on_one_spot_are_set_apart_but_stations_stay() -> None:
    park = sample_park(enterprises=5)
    markers = markers_of(park, "en")
    projection = projection_of(markers, 1080)
    points = [projection.at(m.place) for m in markers]
    assert min(math.dist(a, b) for i, a in enumerate(points) for b in points[:i]) > 10
    stations = {m.place for m in markers if m.kind == "substation"}
    assert stations == {(s.latitude, s.longitude) for s in park.substations}


def test_parallel_circuits_have_lanes_of_their_own() -> None:
    lanes: dict[frozenset[tuple[float, float]], list[float]] = {}
    for span in spans_of(sample_park(), "en"):
        lanes.setdefault(frozenset((span.start, span.end)), []).append(span.lane)
    assert sorted(map(tuple, lanes.values())) == [(-0.5, 0.5)] * 4 + [(0.0,)]


@pytest.mark.parametrize(("v_nom_kv", "token"), [(500, "v500"), (220, "v220"), (66, "v66"), (35, "v35"), (10, "v10")])
def test_each_voltage_level_has_its_colour(v_nom_kv: float, token: str) -> None:
    assert level_of(v_nom_kv) == token


def test_a_park_without_places_has_no_map_and_one_with_a_single_place_has() -> None:
    facts = ParkFacts(id="p")
    assert map_svg(Park(facts=facts)) == ""
    alone = Park(facts=facts, substations=(Substation(id="s", latitude=45.0, longitude=119.0),))
    assert "s" in texts_of(map_svg(alone))


def test_names_cannot_break_out_of_the_drawing() -> None:
    park = sample_park(enterprises=1)
    evil = replace(park.substations[0], name='<script>alert("x")</script>&')
    svg = map_svg(replace(park, substations=(evil, *park.substations[1:])), language="en")
    assert "<script" not in svg
    assert '<script>alert("x")</script>&' in "".join(ElementTree.fromstring(svg).itertext())
