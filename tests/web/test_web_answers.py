"""What the routes answer, held against the park's and the run's own files."""

import json
from pathlib import Path

import numpy as np
import pytest
from web_asked import PARKS, Asked, about

from holin.columns import columns_of
from holin.park import ATTRIBUTES, KINDS, at_stage, stage_of
from holin.parkfile import read_park
from holin.picture import diagram_of
from holin.potline import ac_power_mw
from holin.store import read_run
from holin.web.things import SHOWN
from holin.web.words import words

PARK = read_park(PARKS / "huolinguole")


# ---- parks -----------------------------------------------------------------------------------------------------------


def test_a_park_shows_everything_that_stands_in_it(asked: Asked) -> None:
    shown = asked.json("/api/parks/huolinguole")
    ids = [(t["kind"], t["id"]) for t in shown["things"]]
    assert ids == [(kind, thing.id) for kind in SHOWN for thing in getattr(PARK, ATTRIBUTES[kind])]
    assert shown["stage"] is None and shown["name"]["zh"] == PARK.facts.name_zh
    latitudes = [t["place"][0] for t in shown["things"] if t["place"]]
    assert shown["middle"][0] == pytest.approx((min(latitudes) + max(latitudes)) / 2)
    frozen = asked.json("/api/parks/huolinguole?stage=2025")
    at_2025 = at_stage(PARK, stage_of(PARK, "2025"))
    assert len(frozen["things"]) == sum(len(getattr(at_2025, ATTRIBUTES[kind])) for kind in SHOWN) < len(ids)
    assert frozen["stage"] == "2025"


def test_a_thing_says_where_it_stands_how_large_it_is_and_who_says_so(asked: Asked) -> None:
    things = {t["id"]: t for t in asked.json("/api/parks/huolinguole")["things"]}
    farm = next(w for w in PARK.wind_farms if w.built is not None)
    shown = things[farm.id]
    assert (shown["p_nom_mw"], shown["buses"], shown["built"]) == (farm.p_nom_mw, [farm.bus], farm.built.isoformat())
    assert shown["name"] == {"en": farm.name, "zh": farm.name_zh}
    figure = next(f for f in shown["figures"] if f["field"] == "p_nom_mw")
    assert figure == {
        "field": "p_nom_mw", "label": {"en": "Nominal power", "zh": "额定功率"}, "value": farm.p_nom_mw, "unit": "MW"
    }  # fmt: skip
    [source] = [s for s in shown["sources"] if "p_nom_mw" in s["fields"]]
    assert source["basis"] in ("published", "derived", "assumed", "synthetic") and source["reference"]
    load, potline = PARK.loads[0], PARK.potlines[0]
    assert things[load.id]["p_nom_mw"] == load.load_mw
    assert things[potline.id]["p_nom_mw"] == pytest.approx(ac_power_mw(potline, potline.amperage_ka))
    line = PARK.lines[0]
    assert things[line.id]["buses"] == [line.bus_from, line.bus_to] and things[line.id]["place"] is None
    assert all(t["place"] is not None for t in things.values() if t["kind"] in ("substation", "wind_farm", "load"))
    enterprise = next(e for e in PARK.enterprises if any(d.enterprise == e.id for d in PARK.loads))
    assert things[enterprise.id]["buses"] == list(dict.fromkeys(
        d.bus for d in (*PARK.potlines, *PARK.loads) if d.enterprise == enterprise.id
    ))  # fmt: skip


def test_every_figure_and_fact_has_its_words_in_both_languages() -> None:
    figures = {c.name for kind in SHOWN for c in columns_of(KINDS[kind]) if c.is_figure}
    assert figures - {"latitude", "longitude", "diagram_x", "diagram_y"} - set(words()["figure"]) == set()
    columns = {c.name for kind in SHOWN for c in columns_of(KINDS[kind])}
    assert set(words()["figure"]) | set(words()["fact"]) <= columns, "words of columns that are no more"
    values = {
        str(v.value) for kind in SHOWN for c in columns_of(KINDS[kind]) if c.name in words()["fact"]
        for v in (c.core_type if isinstance(c.core_type, type) and hasattr(c.core_type, "__members__") else ())
    }  # fmt: skip
    assert values <= set(words()["value"])
    for group in words().values():
        assert all(told["en"] and told["zh"] for told in group.values())


@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_a_diagram_is_the_geometry_of_the_drawing(asked: Asked, language: str) -> None:
    frozen = at_stage(PARK, stage_of(PARK, "2030"))
    expected = diagram_of(frozen, language=language, figures=True)
    shown = asked.json(f"/api/parks/huolinguole/diagram?stage=2030&language={language}")
    assert (shown["width"], shown["height"]) == (expected.width, expected.height)
    assert [b["id"] for b in shown["bars"]] == [b.id for b in expected.bars]
    assert [t["words"] for t in shown["texts"]] == [t.words for t in expected.texts]
    wires = [[[list(p) for p in w.points] for w in piece.wires] for piece in expected.pieces]
    assert [[w["points"] for w in piece["wires"]] for piece in shown["pieces"]] == wires


def test_a_diagram_of_a_run_speaks_of_the_branches_of_its_flows(asked: Asked, first_run: Path) -> None:
    shown = asked.json("/api/runs/two-days/diagram")
    flows = {w["flow"] for piece in shown["pieces"] for w in piece["wires"]} - {""}
    assert flows <= set(read_run(first_run).tables["flows"]["branch"].values.tolist())


# ---- runs ------------------------------------------------------------------------------------------------------------


def test_a_run_tells_its_figures_as_its_summary_has_them(asked: Asked, first_run: Path) -> None:
    summary = json.loads((first_run / "summary.json").read_text(encoding="utf-8"))
    shown = asked.json("/api/runs/two-days")
    figures = {f["path"]: f for f in shown["figures"]}
    assert figures["energy_mwh.load"]["value"] == summary["energy_mwh"]["load"]
    assert (figures["green_share.physical"]["count"], figures["green_share.annual"]["count"]) == ("physical", "annual")
    assert figures["green_share.physical"]["label"] == {
        "en": "Green share, hour by hour",
        "zh": "绿电占比（逐小时追踪）",
    }
    parts = {p.removeprefix("price_parts."): f for p, f in figures.items() if p.startswith("price_parts.")}
    assert {p: f["value"] for p, f in parts.items()} == summary["price_parts"]
    assert all(f["label"]["zh"] != f["label"]["en"] for f in figures.values())
    assert [m["month"] for m in shown["months"]] == ["2025-01"]
    assert [r["rule"] for r in shown["rules"]] == [r["rule"] for r in summary["rules"]]
    manifest = json.loads((first_run / "manifest.json").read_text(encoding="utf-8"))
    assert shown["seal"] == manifest["seal"] and shown["listed"]["id"] == "two-days"


def test_every_column_comes_as_it_stands_in_the_table(asked: Asked, first_run: Path) -> None:
    run = read_run(first_run)
    for table in asked.json("/api/runs/two-days/tables")["tables"]:
        for column in table["columns"]:
            values = run.tables[table["name"]][column["name"]]
            found = asked.arrow(f"/api/runs/two-days/tables/{table['name']}/{column['name']}")
            got = np.column_stack([c.to_numpy(zero_copy_only=False) for c in found.columns] or [np.empty((30, 0))])
            wanted = np.asarray(values.values, dtype=np.float32).reshape(values.shape[0], -1)
            assert got.dtype == np.float32 or not got.size
            np.testing.assert_array_equal(got, wanted)
            said = about(found)
            assert (said["unit"], json.loads(said["dims"])) == (column["unit"], column["dims"])
            assert (said["first"], said["step_s"]) == ("2024-12-31T16:00:00Z", "3600")


def test_missing_is_null_and_never_zero(asked: Asked, first_run: Path) -> None:
    available = read_run(first_run).tables["schedule"]["available_mw"]
    found = asked.arrow("/api/runs/two-days/tables/schedule/available_mw")
    nulls = {name: found[name].null_count for name in found.column_names}
    assert nulls == {str(u): int(np.isnan(available.sel(unit=u)).sum()) for u in available["unit"].values}
    assert max(nulls.values()) == 30


def test_labels_can_be_chosen(asked: Asked) -> None:
    whole = asked.arrow("/api/runs/two-days/tables/trace/energy_mwh")
    sink = json.loads(json.dumps({k.decode(): v.decode() for k, v in whole.schema.field(0).metadata.items()}))["sink"]
    some = asked.arrow(f"/api/runs/two-days/tables/trace/energy_mwh?only=sink:{sink}")
    assert some.column_names == [n for n in whole.column_names if n.endswith(f"|{sink}")]
    assert some.column(0).equals(whole.column(0))
    for wrong in ("sink:none", "time:1", "bus:b"):
        assert asked.get(f"/api/runs/two-days/tables/trace/energy_mwh?only={wrong}").status_code == 404


def test_series_close_hour_by_hour(asked: Asked, first_run: Path) -> None:
    found = asked.arrow("/api/runs/two-days/series")
    series = {n: found[n].to_numpy(zero_copy_only=False).astype(float) for n in found.column_names}
    supply = sum(series[n] for n in json.loads(about(found)["supply"]) if n in series)
    taken = series["demand"] + sum(series.get(n, 0.0) for n in ("charge", "export"))
    np.testing.assert_allclose(supply, taken + series["network_loss"], atol=1e-4)
    summary = read_run(first_run).summary
    assert series["demand"].sum() == pytest.approx(summary["energy_mwh"]["load"], rel=1e-6)
    assert series["green_mwh"].sum() / series["used_mwh"].sum() == pytest.approx(
        summary["green_share"]["physical"], rel=1e-5
    )
    assert series["metal"].sum() == pytest.approx(summary["metal_t"], rel=1e-5)
    told = {k.decode(): v.decode() for k, v in found.schema.field("demand").metadata.items()}
    assert told == {"unit": "MW", "en": "Demand", "zh": "用电负荷", "stack": ""}


def test_an_answer_that_the_browser_has_is_not_sent_again(asked: Asked) -> None:
    for path in (
        "/api/runs/two-days",
        "/api/runs/two-days/series",
        "/api/parks/huolinhe",
        "/api/parks/huolinhe/diagram",
    ):
        first = asked.get(path)
        assert first.headers["cache-control"] == "private, no-cache" and "content-encoding" not in first.headers
        again = asked.get(path, {"If-None-Match": f'"other", W/{first.headers["etag"]}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
        assert asked.get(path, {"If-None-Match": '"other"'}).content == first.content


# ---- what is asked wrongly -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/api/parks/nowhere", "/api/parks/huolinguole?stage=1999", "/api/parks/huolinguole/diagram?stage=%00",
        "/api/runs/none", "/api/runs/two-days/tables/none/p_mw", "/api/runs/two-days/tables/flows/none",
        "/api/nothing", "/api", "/api/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_problem_with_404(asked: Asked, path: str) -> None:
    answer = asked.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["status"] == 404 and answer.json()["type"] == "urn:holin:problem:not-found"


@pytest.mark.parametrize(
    "path",
    [
        "/api/parks/%E9%9C%8D", "/api/parks/-x", "/api/runs/" + "9" * 400, "/api/runs/%F0%9F%92%A9",
        "/api/runs/two-days/tables/Flows/p_mw", "/api/runs/two-days/tables/flows/p_mw?only=x",
        "/api/parks/huolinguole?stage=", "/api/parks/huolinguole/diagram?language=fr", "/api/runs/..%00",
        "/api/runs/two-days/tables/flows/p_mw?only=unit:" + "1" * 300,
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_a_problem_with_its_faults(asked: Asked, path: str) -> None:
    answer = asked.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    [fault] = answer.json()["faults"]
    assert fault["file"] == "request" and fault["field"] and len(fault["value"]) <= 200


def test_other_methods_are_not_allowed(asked: Asked) -> None:
    answer = asked.get("/api/library", method="POST")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert answer.headers["content-type"] == "application/problem+json"
