"""The map: true to scale, nothing on top of anything else, in both languages."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_sample import sample_park

from holin.park import Park, ParkFacts, Stage, Substation, at_stage, stage_of
from holin.parkfile import read_park, reference_park
from holin.picture import map_svg
from holin.picture.diagram.colours import level_token
from holin.picture.labels import Box, Label, Written, crossings, placed, width_px, written
from holin.picture.places import Marker, kilometres, markers_of, middle_of, projection_of, spans_of

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


@settings(deadline=None, max_examples=40)
@given(st.lists(labels, max_size=25))
def test_labels_never_overlap_and_stay_inside(wanted: list[Label]) -> None:
    found = written(wanted, [], FRAME)
    boxes = [one.box for one in found]
    assert all(box.inside(FRAME) for box in boxes)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(crossings(box, [one.leader]) == 0 for one in found if one.leader for box in boxes if box != one.box)


def test_no_label_stands_on_the_symbol_of_another() -> None:
    wanted = [Label(text=f"station {k}", x=100 + 40.0 * k, y=150, rank=0, reach=9) for k in range(4)]
    found = written(wanted, [], FRAME)
    assert len(found) == 4
    for one in found:
        symbols = [Box(left=w.x - 7, top=w.y - 7, right=w.x + 7, bottom=w.y + 7) for w in wanted if w != one.label]
        assert not any(one.box.overlaps(s) for s in symbols)


def test_a_label_away_from_its_symbol_is_led_to_it() -> None:
    """A symbol between four others has room beside none of them; its line ends at its edge, 5 px from its middle."""
    around = [Label(text="", x=200 + dx, y=150 + dy, rank=0, reach=20) for dx in (-26, 0, 26) for dy in (-26, 0, 26)]
    middle = Label(text="middle", x=200, y=150, rank=0, reach=6)
    [one] = written([middle, *(a for a in around if (a.x, a.y) != (200, 150))], [], FRAME)
    assert one.leader is not None
    x1, y1, x2, y2 = one.leader
    assert (x1, y1) == one.box.nearest(200, 150)
    assert math.dist((x2, y2), (200, 150)) == pytest.approx(5)
    [beside] = written([middle], [], FRAME)
    assert beside.leader is None


def test_a_label_moves_aside_for_one_that_has_no_other_room() -> None:
    """The first would stand to the right of its symbol; but there, and only there, the second has room."""
    frame = Box(left=0, top=0, right=150, bottom=60)
    first = Label(text="first", x=60, y=15, rank=0, reach=5)
    alone = written([first], [], frame)[0].box
    wall = [Label(text="", x=x, y=45, rank=0, reach=17) for x in range(15, 150, 15)]
    second = Label(text="second", x=alone.right + 52, y=15, rank=1, reach=5)
    found = {one.label.text: one.box for one in written([first, second, *wall], [], frame)}
    assert set(found) == {"first", "second"}
    assert found["first"] != alone


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Public grid, 220 kV, 2 circuits", ("Public grid,", "220 kV, 2 circuits")),
        ("Park main 220 kV station", ("Park main", "220 kV station")),
        ("公网220kV联络线（双回增容）", ("公网220kV联络线", "（双回增容）")),
        ("氧化铝厂220kV变电站", ("氧化铝厂", "220kV变电站")),
        ("新能源汇集站乙", ("新能源", "汇集站乙")),
    ],
)
def test_a_text_breaks_where_a_reader_would(text: str, lines: tuple[str, ...]) -> None:
    """In a frame too narrow for one line."""
    frame = Box(left=0, top=0, right=width_px(text) - 1, bottom=200)
    [one] = written([Label(text=text, x=frame.right / 2, y=100, rank=0, reach=6)], [], frame)
    assert one.lines == lines


def test_a_label_breaks_between_name_and_size_and_short_ones_nowhere() -> None:
    frame = Box(left=0, top=0, right=100, bottom=200)
    size = Label(text="PV plant 2 173 MW", wrapped="PV plant 2\n173 MW", x=50, y=100, rank=0, reach=6)
    assert written([size], [], frame)[0].lines == ("PV plant 2", "173 MW")
    assert written([Label(text="8 enterprises", x=50, y=100, rank=0, reach=6)], [], FRAME)[0].lines == (
        "8 enterprises",
    )


def labels_of(name: str, stage: str, language: str, width: int, monkeypatch: pytest.MonkeyPatch) -> list[Written]:
    """The labels that a reference park's map wanted and found room for, those without room as written nowhere."""
    from holin.picture import map as drawing

    seen: list[tuple[list[Label], list[Written], list[tuple[float, float, float, float]]]] = []

    def noted(wanted, wires, frame, *, soft=()):  # type: ignore[no-untyped-def]
        found = written(wanted, wires, frame, soft=soft)
        seen.append((wanted, found, wires))
        return found

    monkeypatch.setattr(drawing, "written", noted)
    park = read_park(reference_park(name))
    map_svg(at_stage(park, stage_of(park, stage)), language=language, width=width)
    wanted, found, wires = max(seen, key=lambda s: len(s[1]))
    assert len(found) == len(wanted), {w.text for w in wanted} - {one.label.text for one in found}
    return [one for one in found if crossings(one.box, wires)]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "most"), [(1000, 1), (400, 3)])
@pytest.mark.parametrize("name", ["huolinguole", "huolinhe"])
def test_all_labels_of_a_reference_park_have_room_and_few_stand_on_lines(
    name: str, width: int, most: int, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = {"huolinguole": "2025", "huolinhe": "2026"}[name]
    assert len(labels_of(name, stage, language, width, monkeypatch)) <= most


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


@pytest.mark.parametrize(
    ("v_nom_kv", "token"), [(500, "v500"), (220, "v220"), (110, "v110"), (66, "v66"), (35, "v35"), (10, "v10")]
)
def test_each_voltage_level_has_its_colour(v_nom_kv: float, token: str) -> None:
    assert level_token(v_nom_kv) == token


def test_a_park_without_places_has_no_map_and_one_with_a_single_place_has() -> None:
    facts = ParkFacts(id="p")
    assert map_svg(Park(facts=facts)) == ""
    alone = Park(facts=facts, substations=(Substation(id="s", latitude=45.0, longitude=119.0),))
    assert "s" in texts_of(map_svg(alone))


def test_a_label_on_a_line_has_a_ground_and_lies_above_all_lines() -> None:
    """In the middle of huolinguole no place for every label is free of lines."""
    svg = map_svg(at_stage(read_park(reference_park("huolinguole")), stage_2025()), language="en", width=1000)
    ground, last_line = svg.index('class="ground"'), max(svg.rindex('class="wire"'), svg.rindex('class="leader"'))
    first_label = svg.index("<text")
    assert last_line < ground < first_label


def stage_2025() -> Stage:
    return stage_of(read_park(reference_park("huolinguole")), "2025")


def test_names_cannot_break_out_of_the_drawing() -> None:
    park = sample_park(enterprises=1)
    evil = replace(park.substations[0], name='<script>alert("x")</script>&')
    svg = map_svg(replace(park, substations=(evil, *park.substations[1:])), language="en")
    assert "<script" not in svg
    assert '<script>alert("x")</script>&' in "".join(ElementTree.fromstring(svg).itertext())


def test_a_map_that_stands_alone_says_what_it_is_and_what_is_synthetic() -> None:
    park = at_stage(read_park(reference_park("huolinguole")), stage_2025())
    plain, headed = (" ".join(texts_of(map_svg(park, language="zh", headed=h))) for h in (False, True))
    assert park.facts.synthetic_zh[:12] in headed and park.facts.name_zh in headed
    assert park.facts.synthetic_zh[:12] not in plain


def test_the_middle_lies_between_the_outermost_places() -> None:
    assert middle_of([(45.0, 119.0), (45.5, 119.4), (45.1, 119.9)]) == pytest.approx((45.25, 119.45))
    assert middle_of([]) is None
