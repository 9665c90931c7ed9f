"""The client against a real server: what it returns is what stands in the run's and the park's own files."""

import dataclasses
import socket
import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from holin.client import Client, Refusal, shapes
from holin.client.shapes import Label, Stage, built
from holin.park import at_stage, stage_of
from holin.parkfile import read_park, reference_park
from holin.store import read_run
from holin.twin import settled_run
from holin.web import Library as Served
from holin.web import create_app


def test_the_library_and_a_park(client: Client) -> None:
    library = client.library()
    assert [p.id for p in library.parks] == ["huolinhe", "my-park"] and [r.id for r in library.runs] == ["two-days"]
    kept = read_park(reference_park("huolinhe"))
    assert [(s.name, s.as_of) for s in library.parks[0].stages] == [(s.name, s.as_of) for s in kept.stages]
    park = client.park("huolinhe", stage="2014")
    frozen = at_stage(kept, stage_of(kept, "2014"))
    things = {t.id: t for t in park.things}
    assert {t.id for t in park.things if t.kind == "thermal_unit"} == {u.id for u in frozen.thermal_units}
    unit = frozen.thermal_units[0]
    assert things[unit.id].name == Label(en=unit.name, zh=unit.name_zh) and things[unit.id].built == unit.built
    assert next(f.value for f in things[unit.id].figures if f.field == "p_nom_mw") == unit.p_nom_mw
    assert len(client.park("huolinhe").things) > len(park.things)
    assert client.diagram("huolinhe", stage="2014", language="en")["bars"]
    assert client.diagram_of_run("two-days")["bars"] and client.park_of_run("two-days").stage is not None


def test_a_run_and_its_arrays(client: Client, run_folder: Path) -> None:
    kept = read_run(run_folder)
    found = client.run("two-days")
    assert found.figure("energy_mwh.load") == kept.summary["energy_mwh"]["load"]
    assert found.seal == kept.manifest["seal"] and found.listed.hours == 30
    assert {t.name for t in client.tables("two-days")} == set(kept.tables)
    for table, column in (("flows", "loading"), ("trace", "energy_mwh"), ("flows", "converged")):
        values, wanted = client.column("two-days", table, column), kept.tables[table][column]
        assert values.dims == wanted.dims and values.name == column
        np.testing.assert_array_equal(values.values, wanted.values.astype(np.float32))
        for dim in wanted.dims:
            assert (values[dim].values == wanted[dim].values).all()
        assert (values.attrs["units"], values.attrs["long_name"]) == (wanted.attrs["units"], wanted.attrs["long_name"])
    branches = kept.tables["flows"]["branch"].values.tolist()[:2]
    some = client.column("two-days", "flows", "loading", branch=branches)
    assert some["branch"].values.tolist() == branches


def test_series_and_enterprises_are_frames_by_local_time(client: Client, run_folder: Path) -> None:
    kept = read_run(run_folder)
    series = client.series("two-days")
    assert str(series.index[0]) == "2025-01-01 00:00:00+08:00" and len(series) == 30
    assert series.attrs["unit"]["demand"] == "MW" and series.attrs["zh"]["demand"] == "用电负荷"
    assert series["demand"].sum() == pytest.approx(kept.summary["energy_mwh"]["load"], rel=1e-6)
    for enterprise in client.enterprises("two-days").enterprises:
        hours = client.enterprise_hours("two-days", enterprise.id)
        assert hours["power_mw"].sum() == pytest.approx(enterprise.load_mwh, rel=1e-6)
        assert sum(m.used_mwh or 0.0 for m in enterprise.months) == pytest.approx(enterprise.load_mwh)
    days = client.sources_to_users("two-days")
    assert list(days.columns) == ["day", "source", "user", "mwh"]
    assert {u["id"] for u in days.attrs["users"]} >= set(days["user"].unique())
    green = client.green_share_of_buses("two-days")
    assert green.dims == ("time", "bus") and float(green.max()) <= 1.0


def test_bills_are_whole_fen_and_exact_prices(client: Client, run_folder: Path) -> None:
    [month] = settled_run(run_folder).months
    found = client.bills("two-days")
    assert {b.customer: b.total_fen for b in found.bills} == {b.customer: b.total_fen for b in month.bills}
    assert (found.months[0].margin_fen, found.kind) == (month.margin_fen, "demo")
    assert all(isinstance(b.price_per_kwh, Decimal) for b in found.bills)
    bill = client.bill("two-days", "smelter", month.month)
    assert sum(line.amount_fen for line in bill.lines) == bill.total_fen and bill.against is None
    assert client.invoice("two-days", "smelter", month.month, language="en").startswith(b"%PDF-")
    dearer = client.tariff_what_if("two-days", month.month, transmission_change_per_mwh=10)
    assert dearer.total.difference_fen == sum(c.difference_fen for c in dearer.customers) > 0
    with pytest.raises(Refusal, match="it has 2025-01"):
        client.bill("two-days", "smelter", "2024-01")


def test_a_problem_is_an_error_with_its_faults(client: Client) -> None:
    with pytest.raises(Refusal, match="the park has no stage 1999") as caught:
        client.park("huolinhe", stage="1999")
    assert (caught.value.status, caught.value.kind) == (404, "not-found")
    assert caught.value.faults[0].field == "stage" and "2014" in str(caught.value)
    for wrong in ("../x", "..", "a b", "霍", ""):
        with pytest.raises(Refusal):
            client.run(wrong)


def test_no_server_is_a_sentence_that_says_what_to_do() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
    with Client(url) as client, pytest.raises(Refusal, match="start one with `holin serve`") as caught:
        client.library()
    assert caught.value.status == 0


def test_another_server_is_not_taken_for_holin() -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Other) as other:
        thread = threading.Thread(target=other.handle_request)
        thread.start()
        with Client(f"http://127.0.0.1:{other.server_port}") as client, pytest.raises(Refusal, match="not as Holin"):
            client.library()
        thread.join()


# ---- objects ---------------------------------------------------------------------------------------------------------

NAMED = {
    "Label": "Label", "Stage": "StageListed", "ListedPark": "ParkListed", "ListedRun": "RunListed",
    "Library": "LibraryListed", "Figure": "ThingFigure", "Fact": "ThingFact", "Source": "ThingSource",
    "Thing": "ThingShown", "Park": "ParkShown", "RunFigure": "SummaryFigure", "RunRule": "RuleShown",
    "RunClaim": "ClaimShown", "RunMonth": "MonthShown", "Run": "RunShown", "Column": "ColumnShown",
    "Table": "TableShown", "EnterpriseMonth": "EnterpriseMonth", "Enterprise": "EnterpriseShown",
    "Enterprises": "EnterprisesShown", "Fault": "FaultSaid",
}  # fmt: skip


def test_every_object_has_the_fields_of_the_servers_answer() -> None:
    schemas = create_app(Served([])).openapi()["components"]["schemas"]
    kinds = {n: k for n, k in vars(shapes).items() if dataclasses.is_dataclass(k)}
    assert set(kinds) == set(NAMED)
    schemas["FaultSaid"]["properties"] = {
        n: p for n, p in schemas["FaultSaid"]["properties"].items() if n[-3:] != "_zh"
    }
    for name, kind in kinds.items():  # what a fault says in Chinese is in the text of the refusal
        assert {f.name for f in dataclasses.fields(kind)} == set(schemas[NAMED[name]]["properties"]), name


def test_what_a_newer_server_adds_is_left_out_and_what_is_missing_is_said() -> None:
    stage = built(Stage, {"name": "x", "as_of": "2025-12-31", "title": {"en": "a", "zh": "b", "fr": "c"}, "new": 1})
    assert stage.as_of.year == 2025 and stage.title == Label(en="a", zh="b")
    with pytest.raises(KeyError, match="has no as_of"):
        built(Stage, {"name": "x"})


def test_what_visitors_are_shown(client: Client, run_folder: Path) -> None:
    summary = read_run(run_folder).summary
    hours = client.visitor_hours("two-days")
    assert float(hours["green_metal"].sum()) == pytest.approx(summary["green_metal_t"], rel=1e-5)
    assert str(hours.index.tz) == "Asia/Shanghai" and list(hours.columns) == ["metal", "green_metal", "avoided"]
    assert [s["times"] for s in client.visitors("two-days")["storage"]] == ["0", "1", "2", "3"]
    found = client.visitor_what_if("two-days", wind="2", every_s=0.05)
    assert found["ready"] and found["wind"] == "2" and found["figures"][0]["count"] == "physical"


def test_a_refusal_is_told_in_both_languages(client: Client) -> None:
    with pytest.raises(Refusal) as unknown:
        client.run("nowhere")
    assert str(unknown.value) == "no run nowhere is served here"
    assert unknown.value.in_language("zh") == "此服务器没有运行 nowhere" and unknown.value.in_language("en") == str(
        unknown.value
    )
    with pytest.raises(Refusal) as wrong:
        client.visitor_what_if("two-days", wind="9")
    said = wrong.value.in_language("zh").splitlines()
    assert said[0] == "请求中有 1 处错误" and "应为 " in said[1] and "请按 /api/openapi.json" in said[1]


def test_what_stands_beside_a_run(client: Client, run_folder: Path) -> None:
    """Nothing is beside this run: rules and books are judged without a ledger, the rest says how it is made."""
    assert not any(one["there"] for one in client.proofs("two-days").values())
    shares = client.green_hours("two-days")
    assert len(shares) == 30 and float(shares.max().max()) <= 1.0
    assert client.rules("two-days")["ledger"] is False and client.reconciliation("two-days")["closes"] is True
    asked = (
        client.certificate_sums, client.certificates, client.certified, client.passports, client.catalogue,
        client.enquiries,
    )  # fmt: skip
    for ask in asked:
        with pytest.raises(Refusal, match="makes it") as told:
            ask("two-days")
        assert (told.value.status, told.value.kind) == (404, "not-made")
    for ask_one in (client.passport, client.passport_file, client.product):
        with pytest.raises(Refusal):
            ask_one("two-days", "x")
    with pytest.raises(Refusal):
        client.certificate("two-days", 1)
