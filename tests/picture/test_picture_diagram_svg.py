"""Single-line diagrams as SVG: well-formed, self-contained, readable in both languages, coloured by a run."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import replace

import pytest
from diagram_parks import every_kind, ieee_14, random_park
from picture_sample import sample_park, sample_run

from holin.park import Park, at_stage, stage_of
from holin.parkfile import read_park, reference_park
from holin.picture import Moment, map_svg, moment_of, single_line_svg
from holin.picture.diagram.colours import (
    DARK,
    LEVELS,
    LIGHT,
    level_token,
    loading_colour,
    loading_token,
    voltage_colour,
    voltage_token,
)
from holin.picture.page import _asset

SVG = "{http://www.w3.org/2000/svg}"
NAN = float("nan")


def root_of(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def words_of(svg: str) -> list[str]:
    return [node.text or "" for node in root_of(svg).iter(f"{SVG}text")]


def drawn_ids(svg: str) -> Counter[str]:
    return Counter(i for node in root_of(svg).iter() for i in node.get("data-id", "").split())


def moment(park: Park, **more: object) -> Moment:
    """An hour in which every bus has 1.02 p.u. and every branch carries 10 MW at 60 %."""
    branches = [b.id for b in (*park.lines, *park.transformers, *park.equivalent_branches)]
    branches += [f"{t.id}.{k}" for t in park.transformers3 for k in (1, 2, 3)]
    units = [u.id for u in (*park.loads, *park.grids, *park.wind_farms, *park.generators, *park.storages)]
    found = Moment(
        time="2025-03-01 06:00",
        solved=True,
        v_pu={b.id: 1.02 for b in park.buses},
        loading=dict.fromkeys(branches, 0.6),
        p_from_mw=dict.fromkeys(branches, 10.0),
        p_to_mw=dict.fromkeys(branches, -9.5),
        p_mw=dict.fromkeys(units, -3.25),
        out=frozenset(),
    )
    return replace(found, **more)  # type: ignore[arg-type]


# ---- the file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("park", [every_kind(), ieee_14(), random_park(3), sample_park()], ids=lambda p: p.facts.id)
@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_the_drawing_is_well_formed_and_loads_nothing(park: Park, language: str) -> None:
    svg = single_line_svg(park, language=language, moment=moment(park))
    root_of(svg)
    assert svg.count("http") == svg.count("http://www.w3.org/2000/svg") == 1
    assert not re.search(r"url\(|@import|<script|<image|href", svg)


def test_every_element_is_one_group_with_its_id_and_tooltip() -> None:
    park = every_kind()
    root = root_of(single_line_svg(park, language="en"))
    drawn = {i: node for node in root.iter() for i in node.get("data-id", "").split()}
    assert drawn["L1"].findtext(f"{SVG}title") == "L1 · 12.5 km"
    assert drawn["t0"].findtext(f"{SVG}title") == "t0 · 63 MVA"
    assert drawn["bess"].findtext(f"{SVG}title") == "Battery · bess · 10 MW · 20 MWh"
    assert (drawn["many-7"].findtext(f"{SVG}title") or "").count("\n") == 19
    expected = Counter(s.id for s in park.substations)
    expected += Counter(
        t.id
        for table in (
            park.buses, park.lines, park.transformers, park.transformers3, park.equivalent_branches, park.switches,
            park.shunts, park.grids, park.wind_farms, park.pv_plants, park.thermal_units, park.generators,
            park.storages, park.loads, park.motors, park.potlines,
        )
        for t in table
    )  # fmt: skip
    assert drawn_ids(single_line_svg(park)) == expected


def test_a_reader_that_sees_nothing_is_told_what_is_drawn() -> None:
    root = root_of(single_line_svg(every_kind(), language="en"))
    assert root.get("role") == "img" and root.get("aria-labelledby") == "sld-title sld-desc"
    assert root.findtext(f"{SVG}title") == "Every kind · single-line diagram · 2025"
    description = root.findtext(f"{SVG}desc") or ""
    assert "10 busbars, 3 substations, 9 lines, 5 transformers" in description


def test_it_speaks_chinese_english_or_both() -> None:
    park = every_kind()
    chinese, english, both = ("".join(words_of(single_line_svg(park, language=i))) for i in ("zh", "en", "both"))
    assert "1号变电站" in chinese and "Station 1" not in chinese and "各类设备 · 单线图" in chinese
    assert "Station 1" in english and not re.search("[一-鿿]", english)
    assert "1号变电站" in both and "Station 1" in both and "三绕组变压器 three-winding transformer" in both
    assert "虚构。" in chinese and "Made up." in english


def test_names_cannot_break_out_of_the_drawing() -> None:
    park = every_kind()
    evil = '<script>alert("x")</script>&'
    buses = tuple(replace(b, name=evil) for b in park.buses)
    stations = tuple(replace(s, name=evil) for s in park.substations)
    svg = single_line_svg(replace(park, buses=buses, substations=stations), language="en", moment=moment(park))
    assert "<script" not in svg
    assert evil in {node.text for node in root_of(svg).iter(f"{SVG}text")}


def test_the_legend_names_what_is_drawn_and_nothing_else() -> None:
    words = words_of(single_line_svg(ieee_14(), language="en"))
    assert {"100 kV", "generator", "load", "capacitors", "transformer"} <= set(words)
    assert not {"storage", "switch, open", "several drawn as one", "open or out of service"} & set(words)
    every = words_of(single_line_svg(every_kind(), language="en"))
    assert {"three-winding transformer", "switch, open", "switch, closed", "several drawn as one"} <= set(every)


# ---- colours --------------------------------------------------------------------------------------------------------


def test_the_levels_of_chinese_grids_have_colours_of_their_own() -> None:
    tokens = [level_token(v) for v in (500, 330, 220, 110, 66, 35, 20, 10, 6, 0.4)]
    assert len(set(tokens)) == len(tokens)
    for ground in (2, 3):
        assert len({level[ground] for level in LEVELS}) == len(LEVELS)


def test_loadings_and_voltages_have_the_colours_of_the_report() -> None:
    """`page.css` holds the report's palettes; the heat maps' scale is 0..1.2, red from 1 on, and 0.94..1.06 p.u."""
    css = _asset("page.css")
    _, light, dark, *_ = re.split(r"(?<!-)color-scheme:", css)
    for tones, palette in ((LIGHT, light), (DARK, dark)):
        for token, colour in tones.items():
            assert f"--{token}: {colour};" in palette
    assert loading_colour(0.0, LIGHT) == LIGHT["heat_low"]
    assert loading_colour(0.6, LIGHT) == LIGHT["heat_mid"]
    assert loading_colour(1.001, LIGHT) == LIGHT["bad"]
    assert voltage_colour(1.0, DARK) == DARK["heat_low"]
    assert (voltage_colour(0.9, DARK), voltage_colour(1.1, DARK)) == (DARK["cold"], DARK["heat_high"])


def test_tokens_cover_every_figure() -> None:
    assert [loading_token(x) for x in (0.0, 0.6, 1.19, 7.0, NAN)] == ["l0", "l12", "l23", "l23", "none"]
    assert [voltage_token(x) for x in (0.5, 1.0001, 1.06, 1.5, NAN)] == ["u0", "u6", "u11", "u11", "none"]


def test_light_and_dark_have_the_same_variables() -> None:
    svg = single_line_svg(ieee_14(), moment=moment(ieee_14()))
    style = root_of(svg).findtext(f"{SVG}style") or ""
    light, dark = style.split("prefers-color-scheme:dark")
    assert set(re.findall(r"(--[\w-]+):", light)) == set(re.findall(r"(--[\w-]+):", dark))
    used = set(re.findall(r"var\((--[\w-]+)\)", svg))
    assert used <= set(re.findall(r"(--[\w-]+):", light))


# ---- an hour --------------------------------------------------------------------------------------------------------


def element(svg: str, identity: str) -> ElementTree.Element:
    return next(n for n in root_of(svg).iter() if identity in n.get("data-id", "").split())


def test_an_hour_colours_wires_and_busbars_and_writes_its_figures() -> None:
    park = ieee_14()
    svg = single_line_svg(park, language="en", moment=moment(park))
    words = words_of(svg)
    assert words.count("1.0200") == 14 and words.count("10") == 20 and words.count("3.25 MW") == 16
    assert any("2025-03-01 06:00" in w for w in words)
    wire = element(svg, "branch-1-2")
    assert [p.get("stroke") for p in wire.iter(f"{SVG}path") if p.get("class") == "core"] == ["var(--l12)"]
    assert "10.00 → 9.50 MW · 60.0 %" in (wire.findtext(f"{SVG}title") or "")
    assert "1.0200 p.u. · 102.00 kV" in (element(svg, "bus-1").findtext(f"{SVG}title") or "")
    assert "100 %" not in words and "power, all circuits together" in " ".join(words)


def arrow_down(svg: str, identity: str) -> bool:
    arrows = [p.get("d", "") for p in element(svg, identity).iter(f"{SVG}path") if "h8z" in p.get("d", "")]
    match = re.search(r"l-4 (-?)8", arrows[0])
    return match is not None and match[1] == "-"


def test_the_arrow_follows_the_power() -> None:
    """Bus 1 stands above bus 5: power into the branch at bus 1 flows down the page."""
    park = ieee_14()
    forth = moment(park)
    back = replace(forth, p_from_mw={**forth.p_from_mw, "branch-1-5": -10.0})
    assert arrow_down(single_line_svg(park, moment=forth), "branch-1-5")
    assert not arrow_down(single_line_svg(park, moment=back), "branch-1-5")
    none = replace(forth, p_from_mw={**forth.p_from_mw, "branch-1-5": 0.0})
    assert "h8z" not in ElementTree.tostring(element(single_line_svg(park, moment=none), "branch-1-5"), "unicode")


def test_what_is_out_or_without_voltage_is_dashed() -> None:
    park = ieee_14()
    dead = {**moment(park).v_pu, "bus-14": NAN}
    svg = single_line_svg(park, moment=moment(park, v_pu=dead, out=frozenset({"branch-9-14"})))
    dashed = [p for p in element(svg, "branch-9-14").iter(f"{SVG}path") if "open" in p.get("class", "")]
    assert len(dashed) == 2
    assert not [p for p in element(svg, "branch-1-2").iter(f"{SVG}path") if "open" in p.get("class", "")]
    bar = element(svg, "bus-14").findall(f"{SVG}line")[-1]
    assert bar.get("stroke") == "var(--none)" and bar.get("stroke-dasharray")
    assert "–" in words_of(svg)


def test_an_hour_without_solution_says_so() -> None:
    park = ieee_14()
    nothing = dict.fromkeys(moment(park).loading, NAN)
    words = words_of(
        single_line_svg(
            park, language="en", moment=moment(park, solved=False, loading=nothing, p_from_mw=nothing, p_to_mw=nothing)
        )
    )
    assert "The power flow of this hour has no solution: no figures." in words


def test_the_sum_of_parallel_circuits_is_written_once() -> None:
    park = every_kind()
    words = words_of(single_line_svg(park, language="en", moment=moment(park)))
    assert words.count("50") == 1  # five cables
    assert words.count("20") == 1  # two transformers without a switch of their own


def test_a_map_in_an_hour_has_loadings_arrows_and_the_power_of_each_route() -> None:
    run = sample_run(sample_park(), days=2)
    hour = moment_of(run.park, run.tables["flows"], "2025-01-01 12:00")
    plain, drawn = (map_svg(run.park, language="en", moment=m) for m in (None, hour))
    assert "var(--l" not in plain and "arrow" not in plain
    assert len(re.findall(r'stroke="var\(--l\d+\)"', drawn)) == len(run.park.lines)
    words = words_of(drawn)
    assert any("2025-01-01 12:00 · loading: 0 … 120 %" in w for w in words)
    assert sum(re.fullmatch(r"[\d.]+ MW", w) is not None for w in words) >= 3
    assert drawn.count('class="arrow"') >= 5


def test_a_map_speaks_both_languages_at_once() -> None:
    words = words_of(map_svg(sample_park(), language="both"))
    assert any("电解铝变电站" in w for w in words) and any("Smelter station" in w for w in words)


def test_a_name_may_be_cut_but_never_the_figure() -> None:
    """The many feeders of huolinguole 2030 stand upright, with names longer than there is room for."""
    park = read_park(reference_park("huolinguole"))
    words = words_of(single_line_svg(at_stage(park, stage_of(park, "2030")), language="zh"))
    cut = [w for w in words if "…" in w and "负载" not in w]
    assert cut and all(re.search(r"… [0-9.]+ MW$", w) for w in cut)
