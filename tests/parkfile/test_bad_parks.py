"""Every way to get a park folder wrong that we know of: each is named with its place and its remedy."""
# ruff: noqa: E501  (a case is a row of a table)

import shutil
from pathlib import Path

import pytest
from parkfile_cases import (
    Case,
    Place,
    add,
    all_of,
    cell,
    data,
    header,
    link,
    moments,
    recoded,
    series_csv,
    text,
    without,
)

from holin.errors import BadInput, Fault
from holin.parkfile import faults_of_park, read_park

WIND = "series/wind.csv"
TOML = "park.toml"
WARNING = "warning"
BERLIN = text(TOML, "Asia/Shanghai", "Europe/Berlin")
DAY = [(time, 0.5) for time in moments("2025-01-01T00:00", 24)]

FILES = (
    Case("no park.toml", without(TOML), ("there is no park.toml", "write it with [park]")),
    Case("park.toml in capitals", all_of(without(TOML), data("PARK.TOML", b"")), ("rename PARK.TOML",), at=Place(TOML, None, None)),
    Case("lost load cheaper than a peak", text(TOML, "voll_per_mwh = 50000.0", "voll_per_mwh = 20000.0", field="voll_per_mwh"), ("below a month's demand charge", "above the demand charge"), WARNING),
    Case("empty park.toml", data(TOML, b""), ("is empty", "fill it")),
    Case("park.toml of blanks", data(TOML, b" \n\n"), ("is empty",)),
    Case("empty table file", data("bus.csv", b""), ("is empty", "delete it")),
    Case("table of a header only", data("shunt.csv", b"id,bus,q_nom_mvar\n", 1), ("no rows", "delete the file"), WARNING),
    Case("table of empty rows", data("shunt.csv", b"id,bus,q_nom_mvar\n,,\n,,\n", 1), ("no rows",), WARNING),
    Case("binary table", data("load.csv", b"id\n\x00\x01\x02\xff", 2), ("binary", "text file")),
    Case("workbook named csv", data("load.csv", b"PK\x03\x04\x00\x00", 1), ("binary", ".xlsx")),
    Case("a table is a folder", all_of(without("load.csv"), lambda p: (p / "load.csv").mkdir() or Place("load.csv", None, None)), ("not a file",)),
    Case("unknown table, nearly", data("buses.csv", b"id\nx\n"), ("no such table", "did you mean 'bus.csv'?")),
    Case("unknown table, far", data("visitors.csv", b"id\nx\n"), ("no table has this name", "move it"), WARNING),
    Case("table in capitals", data("Rule.csv", b"id\nx\n"), ("not read", "name it rule.csv")),
    Case("table of tabs", data("fuel.tsv", b"id\nx\n"), ("not read", "fuel.csv")),
    Case("table as workbook", data("fuel.xlsx", b"PK"), ("not read", "fuel.csv")),
    Case("stages as a table", data("stage.csv", b"name\n2025\n"), ("not read", "park.toml")),
    Case("a link that leads out", link("load.csv", "/etc/hostname"), ("leaves the park folder", "put the file itself")),
    Case("a link to nothing", link("load.csv", "nowhere.csv"), ("no such file",)),
    Case("a link to itself", link("load.csv", "load.csv"), ("not a usable file name",)),
    Case("utf-16", recoded("bus.csv", "utf-16", 1), ("UTF-16", "CSV UTF-8")),
    Case("GBK", recoded("bus.csv", "gbk", 2), ("GBK", "CSV UTF-8"), WARNING),
    Case("mixed encodings", data("enterprise.csv", "id,name_zh\nsmelter,铝业\n".encode() + "rolling,板带\n".encode("gbk") + b"foil,\n", 3), ("not UTF-8", "mixed")),
    Case("latin-1", data("enterprise.csv", "id,name\nsmelter,Grünau é\nrolling,\nfoil,\n".encode("latin-1"), 2), ("not UTF-8", "save it as UTF-8")),
    Case("semicolons", data("fuel.csv", b"id;price_per_gj;emission_factor_t_per_gj\nlignite;20;0.1\n", 1), ("separated by ';'", "commas")),
    Case("tabs", data("fuel.csv", b"id\tprice_per_gj\temission_factor_t_per_gj\nlignite\t20\t0.1\n", 1), ("separated by '\\t'",)),
    Case("open quotation", text("bus.csv", "b-wind,66 kV wind", 'b-wind,"66 kV wind'), ("broken quotation", "close every quotation mark")),
    Case("text after a quotation", text("bus.csv", "b-wind,66 kV wind", 'b-wind,"66"kV wind'), ("broken quotation",)),
    Case("a cell too many", text("fuel.csv", "lignite,20.0", "lignite,20.0,7"), ("4 cells where the header has 3", "quote text")),
    Case("a cell too few", text("fuel.csv", "lignite,20.0,", "lignite,"), ("2 cells where the header has 3",)),
    Case("decimal commas", text("fuel.csv", "20.0,0.101", "20,0,0,101"), ("5 cells where the header has 3",)),
    Case("a line break in a cell", cell("enterprise.csv", "foil", "name", "two\nlines"), ("line break", "one line")),
    Case("a control character", cell("enterprise.csv", "foil", "name", "bell\x07"), ("control character U+0007",)),
    Case("a cell too long", cell("enterprise.csv", "foil", "name", "x" * 40_000), ("too long", "32767")),
    Case("a huge cell", cell("enterprise.csv", "foil", "name", "x" * 140_000), ("cell of more than",), at=Place("enterprise.csv", 4, None)),
)  # fmt: skip

COLUMNS = (
    Case("unknown column", header("line.csv", "length_km", "lenght_km"), ("unknown column", "did you mean 'length_km'?")),
    Case("column in another unit", header("load.csv", "load_mw", "load_kw"), ("unknown column", "did you mean 'load_mw'?")),
    Case("column in capitals", header("bus.csv", "v_nom_kv", "V_NOM_KV"), ("did you mean 'v_nom_kv'?",)),
    Case("column from nowhere", header("bus.csv", "reference", "colour"), ("unknown column", "the columns of `bus` are")),
    Case("column twice", header("bus.csv", "name_zh", "name"), ("stands twice",)),
    Case("column without header", header("bus.csv", "name_zh", ""), ("column 3 has no header",), at=Place("bus.csv", 1, None)),
    Case("missing column", header("bus.csv", "v_nom_kv", None), ("missing column", "nominal line-line voltage, in kV")),
    Case("missing reference column", header("load.csv", "enterprise", None), ("missing column", "whose load it is")),
    Case("missing id column", header("fuel.csv", "id", None), ("missing column", "unique within the whole park")),
)  # fmt: skip

CELLS = (
    Case("required cell empty", cell("bus.csv", "b-pv", "v_nom_kv", ""), ("a value is required", "in kV")),
    Case("id empty", cell("fuel.csv", "lignite", "id", ""), ("a value is required",)),
    Case("not a number", cell("bus.csv", "b-pv", "v_nom_kv", "sixty-six"), ("not a number", "with a point")),
    Case("number with unit", cell("bus.csv", "b-pv", "v_nom_kv", "66 kV"), ("not a number",)),
    Case("decimal comma", cell("bus.csv", "b-pv", "v_nom_kv", "66,0"), ("not a number", "thousands separators")),
    Case("NaN", cell("bus.csv", "b-pv", "v_nom_kv", "NaN"), ("not a finite number", "leave the cell empty")),
    Case("infinite", cell("grid.csv", "grid", "import_max_mw", "inf"), ("not a finite number",)),
    Case("too large for a double", cell("grid.csv", "grid", "import_max_mw", "1e999"), ("not a finite number",)),
    Case("error of a spreadsheet", cell("grid.csv", "grid", "import_max_mw", "#DIV/0!"), ("not a number",)),
    Case("not whole", cell("potline.csv", "potline-1", "pots", "60.5"), ("not a whole number", "pots in circuit")),
    Case("not a truth value", cell("switch.csv", "q-line", "closed", "open"), ("neither true nor false", "normal operation")),
    Case("not a date", cell("wind_farm.csv", "wind-1", "built", "01/06/2023"), ("not a date", "2025-12-31")),
    Case("no such day", cell("wind_farm.csv", "wind-1", "built", "2023-02-30"), ("not a date",)),
    Case("not a time", cell("outage.csv", "o-wind-1", "start", "10 June"), ("not a local time", "2025-03-03 18:00")),
    Case("time with zone", cell("outage.csv", "o-wind-1", "start", "2025-06-10T08:00+08:00"), ("has a time zone",)),
    Case("unknown choice, nearly", cell("load.csv", "load-foil", "shape", "two-shift"), ("not one of flat", "did you mean 'two_shift'?")),
    Case("unknown choice, far", cell("load.csv", "load-foil", "shape", "x"), ("not one of flat", "write one of them")),
    Case("unknown basis", cell("load.csv", "load-foil", "basis", "guess"), ("not one of published",)),
    Case("unknown rule", cell("rule.csv", "self-use", "kind", "self_use"), ("not one of", "did you mean 'self_use_min'?")),
    Case("curve without points", cell("turbine.csv", "turbine-5mw", "power_curve", "3;12;25"), ("list of points", "0.4:10.9")),
    Case("curve with a word", cell("turbine.csv", "turbine-5mw", "power_curve", "3:0;12:full"), ("not a number",)),
)  # fmt: skip

BOUNDS = (
    Case("negative rating", cell("wind_farm.csv", "wind-1", "p_nom_mw", "-80"), ("must be above 0", "in MW")),
    Case("rating zero", cell("transformer.csv", "t-main-1", "s_nom_mva", "0"), ("must be above 0", "in MVA")),
    Case("line rating zero", cell("line.csv", "l-pv", "i_nom_ka", "0"), ("must be above 0", "in kA")),
    Case("length zero", cell("line.csv", "l-pv", "length_km", "0"), ("must be above 0",)),
    Case("negative resistance", cell("line.csv", "l-pv", "r_ohm_per_km", "-0.1"), ("below the least allowed value 0",)),
    Case("percent efficiency", cell("storage.csv", "battery-1", "efficiency_charge", "94"), ("above the largest allowed value 1", "write 0.94")),
    Case("percent uk", cell("transformer.csv", "t-park-1", "uk", "10.5"), ("must be below 1", "write 0.105")),
    Case("percent availability", cell("wind_farm.csv", "wind-1", "availability", "97"), ("above the largest", "write 0.97")),
    Case("percent discount", text(TOML, "discount_rate = 0.06", "discount_rate = 6.0", field="discount_rate"), ("must be below 0.5", "write 0.06")),
    Case("current efficiency one", cell("potline.csv", "potline-1", "current_efficiency", "1"), ("must be below 1",)),
    Case("latitude and longitude exchanged", cell("wind_farm.csv", "wind-1", "latitude", "119.76"), ("above the largest allowed value 90",)),
    Case("thirteenth month", cell("tariff_period.csv", "peak-evening", "month_to", "13"), ("above the largest allowed value 12",)),
    Case("hour 24 as start", cell("tariff_period.csv", "peak-evening", "hour_from", "24"), ("above the largest allowed value 23",)),
    Case("clearness above one", cell("climate.csv", "climate", "monthly_clearness", "0.6;0.6;0.6;0.6;0.6;0.6;0.6;0.6;0.6;0.6;0.6;1.6"), ("above the largest allowed value 1",)),
    Case("kW farm", cell("wind_farm.csv", "wind-1", "p_nom_mw", "80000"), ("unusual", "kW instead of MW? Then write 80"), WARNING),
    Case("kW load", cell("load.csv", "load-foil", "load_mw", "7000"), ("unusual", "write 7"), WARNING),
    Case("kWh storage", cell("storage.csv", "battery-1", "e_nom_mwh", "300000"), ("unusual", "kWh instead of MWh"), WARNING),
    Case("kVA transformer", cell("transformer.csv", "t-park-1", "s_nom_mva", "31500"), ("unusual", "kVA instead of MVA? Then write 31.5"), WARNING),
    Case("A line", cell("line.csv", "l-pv", "i_nom_ka", "610"), ("unusual", "A instead of kA? Then write 0.61"), WARNING),
    Case("m line", cell("line.csv", "l-pv", "length_km", "8000"), ("unusual", "m instead of km? Then write 8"), WARNING),
    Case("ohm of the whole line", cell("line.csv", "l-pv", "x_ohm_per_km", "3.12"), ("unusual", "ohm of the whole line"), WARNING),
    Case("W loss", cell("transformer.csv", "t-park-1", "p0_kw", "25200"), ("unusual", "W instead of kW"), WARNING),
    Case("percent losses", cell("transformer.csv", "t-park-1", "i0", "0.6"), ("unusual", "0.006"), WARNING),
    Case("price per kWh", cell("tariff.csv", "tou", "energy_price_per_mwh", "0.31"), ("unusual", "Per MW or MWh it would be 310"), WARNING),
    Case("A potline", cell("potline.csv", "potline-1", "amperage_min_ka", "12"), ("unusual", "lowest sustained current, in kA"), WARNING),
    Case("a load that cannot be", cell("load.csv", "load-foil", "load_mw", "1e300"), ("cannot be", "1,000,000 MW", "yearly peak")),
    Case("a farm that cannot be", cell("wind_farm.csv", "wind-1", "p_nom_mw", "1000001"), ("cannot be", "1,000,000 MW")),
    Case("a compensator that cannot be", cell("shunt.csv", "c-smelter", "q_nom_mvar", "-2e6"), ("cannot be", "1,000,000 Mvar")),
    Case("an odd hub", cell("wind_farm.csv", "wind-1", "hub_height_m", "11"), ("unusual", "40 to 200 m"), WARNING),
)  # fmt: skip

IDS = (
    Case("duplicate id in a table", cell("load.csv", "load-foil", "id", "load-rolling"), ("stands already in load.csv row 2", "rename")),
    Case("duplicate id across tables", cell("fuel.csv", "lignite", "id", "wind-1"), ("the id stands already",)),
    Case("id with blanks", cell("rule.csv", "self-use", "id", "self use"), ("illegal characters", "letters, digits")),
    Case("id in Chinese", cell("rule.csv", "self-use", "id", "自用"), ("illegal characters", "name_zh")),
    Case("id with a slash", cell("rule.csv", "self-use", "id", "../self"), ("illegal characters",)),
    Case("id too long", cell("rule.csv", "self-use", "id", "x" * 65), ("too long", "64")),
    Case("ids alike", cell("rule.csv", "self-use", "id", "GREEN-SHARE"), ("differs only in capitals", "tell apart"), WARNING, at=Place("rule.csv", 3, "id")),
    Case("id of a winding", cell("rule.csv", "self-use", "id", "t3.1"), ("winding of 't3'",)),
    Case("park id", text(TOML, 'id = "full"', 'id = "a b"', field="id"), ("illegal characters",)),
    Case("unknown bus, nearly", cell("load.csv", "load-foil", "bus", "b-parc"), ("no such bus", "did you mean 'b-park'?")),
    Case("unknown bus, far", cell("load.csv", "load-foil", "bus", "zzz"), ("no such bus", "name an id of bus.csv")),
    Case("enterprise as bus", cell("load.csv", "load-foil", "bus", "smelter"), ("'smelter' is a enterprise", "did you mean 'b-smelter'?")),
    Case("load without enterprise", cell("load.csv", "load-foil", "enterprise", ""), ("a value is required",)),
    Case("unknown enterprise", cell("load.csv", "load-foil", "enterprise", "foyl"), ("no such enterprise", "'foil'")),
    Case("unknown turbine", cell("wind_farm.csv", "wind-1", "turbine", "turbine-5MW"), ("no such turbine", "'turbine-5mw'")),
    Case("unknown fuel", cell("thermal_unit.csv", "unit-1", "fuel", "coal"), ("no such fuel", "fuel.csv")),
    Case("unknown tariff", cell("contract.csv", "contract-foil", "tariff", "toe"), ("no such tariff", "'tou'")),
    Case("unknown outage element", cell("outage.csv", "o-wind-1", "element", "l-wind"), ("no such thing", "did you mean 'l-wind-")),
    Case("outage of an enterprise", cell("outage.csv", "o-wind-1", "element", "smelter"), ("'smelter' is a enterprise",)),
    Case("unknown series", cell("load.csv", "load-rolling", "series", "ser-loads"), ("no such series", "'ser-load'")),
    Case("unknown meter element", cell("meter.csv", "m-foil", "element", "load-foyl"), ("no such", "'load-foil'")),
    Case("unknown cost", cell("pv_plant.csv", "pv-1", "cost", "cost-solar"), ("no such cost",)),
    Case("unknown emission factor", cell("grid.csv", "grid", "emission_factor", "grid-ef"), ("no such emission_factor",)),
    Case("table gone that is needed", without("turbine.csv"), ("no such turbine", "which has none"), at=Place("wind_farm.csv", 2, "turbine")),
    Case("provenance of no table", cell("provenance.csv", "wind_farm", "table", "wind-farms"), ("no such table", "'wind_farm'")),
    Case("provenance of no row", cell("provenance.csv", "wind_farm", "row_id", "wind-2"), ("no such id", "'wind-1'")),
    Case("provenance of no column", cell("provenance.csv", "wind_farm", "field", "p_nom"), ("no such column", "'p_nom_mw'")),
    Case("provenance twice", add("provenance.csv", table="wind_farm", row_id="wind-1", field="p_nom_mw", basis="derived", reference="x"), ("provenance in row 2 already",), WARNING, at=Place("provenance.csv", 3, "field")),
)  # fmt: skip

DATES = (
    Case("retired before built", cell("wind_farm.csv", "wind-1", "retired", "2022-01-01"), ("retired before it was built", "after built")),
    Case("retired the day it was built", cell("wind_farm.csv", "wind-1", "retired", "2023-06-01"), ("retired before it was built",)),
    Case("built in the year 20", cell("wind_farm.csv", "wind-1", "built", "0202-06-01"), ("far from today",)),
    Case("stands at no stage", cell("fuel.csv", "lignite", "retired", "2001-01-01"), ("stands at no stage", "2024 (2024-12-31)"), WARNING),
    Case("bus built after its load", cell("bus.csv", "b-park", "built", "2025-06-01"), ("bus 'b-park' does not stand at stage 2024", "correct the dates"), at=Place("load.csv", 2, "bus")),
    Case("bus retired before its load", cell("bus.csv", "b-park", "retired", "2025-06-01"), ("does not stand at stage 2025",), at=Place("load.csv", 3, "bus")),
    Case("no stage", text(TOML, "[[stage]]\nname = \"2024\"", "[stages]\nname = \"2024\"", field="stages"), ("unknown table", "did you mean 'stage'?")),
    Case("stage without date", text(TOML, "as_of = 2024-12-31", "# as_of", field="as_of", mark="[[stage]]"), ("a value is required",)),
    Case("stages back in time", text(TOML, "as_of = 2024-12-31", "as_of = 2026", field="as_of", mark="as_of = 2025"), ("not after the stage before it", "rising")),
    Case("stage name twice", text(TOML, 'name = "2025"', 'name = "2024"', field="name"), ("stands twice",)),
    Case("stage far away", text(TOML, "as_of = 2025-12-31", "as_of = 9025-12-31", field="as_of"), ("far from today",)),
    Case("unknown default stage", text(TOML, 'default_stage = "2025"', 'default_stage = "2O25"', field="default_stage"), ("no such stage", "'2025'")),
    Case("claim of no stage", cell("claim.csv", "claim-1", "stage", "2O25"), ("no such stage", "did you mean '2025'?")),
    Case("claim without a value", cell("claim.csv", "claim-1", "low", ""), ("gives no value", "low, high or both")),
    Case("claim upside down", all_of(cell("claim.csv", "claim-1", "high", "0.2"), cell("claim.csv", "claim-1", "low", "0.3")), ("above high = 0.2",)),
    Case("outage ends before it starts", cell("outage.csv", "o-wind-1", "end", "2025-06-01 18:00"), ("ends before it starts",)),
    Case("outage of two years", cell("outage.csv", "o-wind-1", "end", "2027-06-12 18:00"), ("longer than a year", "built and retired"), WARNING),
)  # fmt: skip

PARK_TOML = (
    Case("broken TOML", text(TOML, "discount_rate = 0.06", "discount_rate = = 0.06"), ("not valid TOML", "text in quotes")),
    Case("key twice", text(TOML, "discount_rate = 0.06", 'discount_rate = 0.06\nid = "x"', mark='id = "x"'), ("not valid TOML",)),
    Case("two values of a stage's key", text(TOML, "as_of = 2025-12-31", "as_of = 2025-12-31 2026"), ("not valid TOML",)),
    Case("open text", text(TOML, 'currency = "CNY"', 'currency = "CNY'), ("not valid TOML",)),
    Case("no [park]", text(TOML, "[park]", "[parc]", field="parc"), ("unknown table", "did you mean 'park'?")),
    Case("park as list", text(TOML, "[park]", "[[park]]", 0, "park"), ("must be one table",)),
    Case("stage as table", data(TOML, b'[park]\nid = "x"\n[stage]\nname = "2025"\nas_of = 2025\n', 3, "stage"), ("not a list of tables", "[[stage]]")),
    Case("stage as number", data(TOML, b'stage = 2025\n[park]\nid = "x"\n', None, "stage"), ("stages are tables",)),
    Case("value outside", text(TOML, "[park]", "seed = 3\n\n[park]", 3, "seed"), ("a value outside [park]",)),
    Case("unknown key", text(TOML, "discount_rate =", "discount =", field="discount"), ("unknown column", "did you mean 'discount_rate'?")),
    Case("number in quotes", text(TOML, "discount_rate = 0.06", 'discount_rate = "0.06"', field="discount_rate"), ("not a number", "without quotes")),
    Case("truth for a number", text(TOML, "discount_rate = 0.06", "discount_rate = true", field="discount_rate"), ("not a number",)),
    Case("NaN", text(TOML, "discount_rate = 0.06", "discount_rate = nan", field="discount_rate"), ("not a finite number",)),
    Case("number for a text", text(TOML, 'default_stage = "2025"', "default_stage = 2025", field="default_stage"), ("not a text", 'in quotes: "2025"')),
    Case("list for a text", text(TOML, 'default_stage = "2025"', "default_stage = [2025]", field="default_stage"), ("a table or list",)),
    Case("word in a list", text(TOML, "[0.0, 20.0]", '[0.0, "x"]', field="must_run_levels_mw"), ("not a list of numbers", "[220, 66]")),
    Case("number for a list", text(TOML, "[0.0, 20.0]", "20.0", field="must_run_levels_mw"), ("not a list of numbers",)),
    Case("negative in a list", text(TOML, "[0.0, 20.0]", "[-1.0, 20.0]", field="must_run_levels_mw"), ("below the least allowed value 0",)),
    Case("time for a date", text(TOML, "as_of = 2025-12-31", "as_of = 2025-12-31T10:00:00", field="as_of"), ("not a date", "2025 for its last day")),
    Case("word for a date", text(TOML, "as_of = 2025-12-31", 'as_of = "soon"', field="as_of"), ("not a date",)),
    Case("nested deeply", data(TOML, b"x = " + b"[" * 20_000 + b"]" * 20_000, 0), ("nested too deeply", "plain values"), at=Place(TOML, None, None)),
    Case("currency", text(TOML, '"CNY"', '"yuan"', field="currency"), ("not an ISO 4217 code", "CNY")),
    Case("currency in small letters", text(TOML, '"CNY"', '"cny"', field="currency"), ("not an ISO 4217 code", "did you mean 'CNY'?")),
    Case("time zone", text(TOML, "Asia/Shanghai", "Asia/Beijing", field="time_zone"), ("no such time zone",)),
    Case("time zone as path", text(TOML, "Asia/Shanghai", "../../etc/passwd", field="time_zone"), ("no such time zone", "IANA")),
    Case("basis", text(TOML, 'basis = "assumed"', 'basis = "asumed"', field="basis"), ("no such basis", "'assumed'")),
    Case("no id", text(TOML, 'id = "full"', "", 0), ("missing column", "short name"), at=Place(TOML, 3, "id")),
)  # fmt: skip

NETWORK = (
    Case("no bus", without("bus.csv"), ("the park has no bus", "v_nom_kv")),
    Case("no grid and no source", without("grid.csv", "wind_farm.csv", "pv_plant.csv", "storage.csv", "thermal_unit.csv"), ("neither a grid connection nor a source",)),
    Case("an island without source", all_of(cell("line.csv", "l-smelter-2", "bus_to", "b-pv"), cell("line.csv", "l-smelter-1", "bus_to", "b-pv")), ("at stages 2024, 2025, an island without source or grid", "potline", "closed switch"), at=Place("bus.csv", 7, "id")),
    Case("an island at one stage", all_of(cell("line.csv", "l-smelter-2", "built", "2025-02-01"), cell("line.csv", "l-smelter-1", "built", "2025-02-01")), ("at stage 2024, an island without source",), at=Place("bus.csv", 7, "id")),
    Case("an island by an open switch", all_of(cell("line.csv", "l-smelter-2", "retired", "2000-01-01"), add("switch.csv", id="q-s", bus="b-smelter", element="l-smelter-1", closed="false")), ("an island without source",), at=Place("bus.csv", 7, "id")),
    Case("an island with a source", cell("line.csv", "l-pv", "bus_to", "b-wind"), ("an island without grid connection", "balancing generator", "without a voltage"), WARNING, at=Place("bus.csv", 6, "id")),
    Case("a bus alone", cell("switch.csv", "q-coupler", "closed", "false"), ("joined to nothing",), WARNING, at=Place("bus.csv", 10, "id")),
    Case("a line to itself", cell("line.csv", "l-pv", "bus_to", "b-main"), ("both ends are the same bus",)),
    Case("a line between voltages", cell("line.csv", "l-pv", "bus_to", "b-park"), ("different voltages", "66 kV", "10 kV", "transformer")),
    Case("a line without impedance", all_of(cell("line.csv", "l-pv", "r_ohm_per_km", "0"), cell("line.csv", "l-pv", "x_ohm_per_km", "0")), ("zero impedance", "use a switch")),
    Case("a loop without impedance", all_of(*(cell("line.csv", f"l-wind-{i}", f"{x}_ohm_per_km", "0") for i in "12" for x in "rx")), ("closes a loop of zero impedance", "open one"), at=Place("line.csv", 3, "bus_to")),
    Case("a loop of switches", add("switch.csv", id="q-2", bus="b-sec", element="b-main"), ("closes a loop of zero impedance",), WARNING, at=Place("switch.csv", 4, "element")),
    Case("a bridged line", add("switch.csv", id="q-2", bus="b-pv", element="b-main"), ("it is bridged",), WARNING, at=Place("line.csv", 4, "bus_to")),
    Case("a switch to itself", cell("switch.csv", "q-coupler", "element", "b-main"), ("both sides are the same bus",)),
    Case("a switch between voltages", cell("switch.csv", "q-coupler", "element", "b-park"), ("joins 66 kV with 10 kV",)),
    Case("a switch at no end", cell("switch.csv", "q-line", "bus", "b-pv"), ("does not end at bus 'b-pv'", "b-main, b-wind")),
    Case("a transformer to itself", cell("transformer.csv", "t-park-1", "bus_to", "b-main"), ("both ends are the same bus",)),
    Case("sides swapped", all_of(cell("transformer.csv", "t-park-1", "v_to_kv", "66"), cell("transformer.csv", "t-park-1", "v_from_kv", "10.5")), ("sides are swapped", "exchange")),
    Case("low voltage first", all_of(*(cell("transformer.csv", "t-park-1", c, v) for c, v in (("bus_to", "b-main"), ("bus_from", "b-park"), ("v_to_kv", "66"), ("v_from_kv", "10.5")))), ("not the one of the highest voltage",)),
    Case("rated voltage off", cell("transformer.csv", "t-park-1", "v_to_kv", "6.3"), ("does not fit the bus", "10 kV")),
    Case("rated voltage in V", cell("transformer.csv", "t-park-1", "v_to_kv", "10500"), ("does not fit the bus",)),
    Case("three windings, one off", cell("transformer3.csv", "t3", "v_2_kv", "38.5e-1"), ("does not fit the bus", "35 kV")),
    Case("three windings, two alike", cell("transformer3.csv", "t3", "bus_3", "b-mid"), ("same bus",)),
    Case("copper loss in W", cell("transformer.csv", "t-park-1", "pk_kw", "4900"), ("larger than the short-circuit impedance", "W instead of kW")),
    Case("no-load loss too large", cell("transformer.csv", "t-park-1", "p0_kw", "250"), ("larger than the no-load current",)),
    Case("tap out of range", cell("transformer.csv", "t-park-1", "tap_pos", "9"), ("outside the tap range -8 to 8",)),
    Case("taps upside down", all_of(cell("transformer.csv", "t-park-1", "tap_max", "-9")), ("above tap_max",), at=Place("transformer.csv", 4, "tap_min")),
    Case("taps without step", cell("transformer.csv", "t-park-1", "tap_step", "0"), ("no step",)),
    Case("voltage without taps", all_of(*(cell("transformer.csv", "t-park-1", c, "0") for c in ("tap_min", "tap_max"))), ("no taps to keep it",), at=Place("transformer.csv", 4, "v_set_pu")),
    Case("vector group", cell("transformer.csv", "t-park-1", "vector_group", "Y/D-11"), ("not a vector group", "YNd11")),
    Case("clock above 11", cell("transformer.csv", "t-park-1", "vector_group", "YNd13"), ("above 11",)),
    Case("clock of the other parity", cell("transformer.csv", "t-park-1", "vector_group", "YNd0"), ("does not fit the windings", "odd")),
    Case("shorter than the way", cell("line.csv", "l-wind-1", "length_km", "1.1"), ("shorter than the straight way of 10.0 km",), WARNING),
    Case("two voltages held", add("shunt.csv", id="svc", bus="b-grid", kind="svc", q_nom_mvar="10", v_set_pu="1.05"), ("'grid' holds bus 'b-grid' at 1.02", "same voltage"), at=Place("shunt.csv", 3, "v_set_pu")),
    Case("two voltages held by joined buses", all_of(add("shunt.csv", id="svc-1", bus="b-main", kind="svc", q_nom_mvar="10", v_set_pu="1.05"), add("shunt.csv", id="svc-2", bus="b-sec", kind="svc", q_nom_mvar="10", v_set_pu="1.0")), ("at stages 2024, 2025, 'svc-1' holds bus 'b-main' at 1.05", "closed switches join with bus 'b-sec'", "open a switch"), at=Place("shunt.csv", 4, "v_set_pu")),
    Case("two grids of one node", all_of(cell("grid.csv", "grid", "bus", "b-main"), cell("switch.csv", "q-coupler", "built", "2025-02-01"), add("grid.csv", id="grid-2", bus="b-sec", v_set_pu="1.0", sk_max_mva="3000", import_max_mw="20", tariff="tou", emission_factor="ef-grid")), ("at stage 2025, 'grid' holds bus 'b-main' at 1.02",), at=Place("grid.csv", 3, "v_set_pu")),
    Case("parallel transformers of two groups", cell("transformer.csv", "t-park-1", "vector_group", "YNyn0"), ("at stages 2024, 2025, closes a loop", "330 degrees by it, 0 by the other way", "clock number"), at=Place("transformer.csv", 5, "vector_group")),
    Case("parallel three windings of two groups", add("transformer3.csv", id="t3-b", bus_1="b-main", bus_2="b-mid", bus_3="b-gen", s_nom_1_mva="63", s_nom_2_mva="63", s_nom_3_mva="63", v_1_kv="66", v_2_kv="35", v_3_kv="10.5", uk_12="0.105", uk_23="0.065", uk_31="0.18", pk_12_kw="250", pk_23_kw="250", pk_31_kw="250", vector_group="YNyn0d1"), ("closes a loop", "30 degrees by it, 330 by the other way"), at=Place("transformer3.csv", 3, "vector_group")),
    Case("a shift beside a line", add("equivalent_branch.csv", id="eq", bus_from="b-main", bus_to="b-pv", x_pu="0.001", shift_deg="30"), ("closes a loop", "30 degrees by it, 0 by the other way", "open a switch"), at=Place("equivalent_branch.csv", 2, "shift_deg")),
    Case("limits of an angle without room", add("equivalent_branch.csv", id="eq", bus_from="b-main", bus_to="b-pv", x_pu="0.001", angle_min_deg="5", angle_max_deg="-5"), ("above angle_max_deg = -5",), at=Place("equivalent_branch.csv", 2, "angle_min_deg")),
    Case("auto winding of no group", cell("transformer.csv", "t-park-1", "vector_group", "Yay0"), ("not a vector group",)),
    Case("a level that is not there", cell("substation.csv", "s-pv", "v_levels_kv", "35"), ("not a voltage level", "35 kV"), WARNING, at=Place("bus.csv", 6, "v_nom_kv")),
    Case("bus voltage bounds equal", all_of(cell("bus.csv", "b-pv", "v_max_pu", "1"), cell("bus.csv", "b-pv", "v_min_pu", "1")), ("not below v_max_pu",)),
)  # fmt: skip

UNITS = (
    Case("storage full below empty", cell("storage.csv", "battery-1", "soc_min", "0.97"), ("not below soc_max = 0.95",)),
    Case("least above nominal power", cell("thermal_unit.csv", "unit-1", "p_min_mw", "60"), ("not at most p_nom_mw = 50",)),
    Case("least above nominal current", cell("potline.csv", "potline-1", "amperage_min_ka", "245"), ("not at most amperage_ka = 240",)),
    Case("anode effects without their length", cell("potline.csv", "potline-1", "anode_effects_per_pot_day", "0.1"), ("is missing beside the other figure", "anode_effects_per_pot_day = 0.1"), at=Place("potline.csv", 2, "anode_effect_min")),
    Case("nominal above largest current", cell("potline.csv", "potline-1", "amperage_max_ka", "230"), ("not at most amperage_max_ka = 230",), at=Place("potline.csv", 2, "amperage_ka")),
    Case("short-circuit powers exchanged", cell("grid.csv", "grid", "sk_min_mva", "7000"), ("not at most sk_max_mva",)),
    Case("restart above cut-out", cell("turbine.csv", "turbine-5mw", "restart_m_per_s", "26"), ("not below cut_out_m_per_s",)),
    Case("wind speeds fall", cell("turbine.csv", "turbine-5mw", "power_curve", "3:0;12:1;11:1"), ("do not rise: 11 follows 12",)),
    Case("curve of one point", cell("turbine.csv", "turbine-5mw", "power_curve", "12:1"), ("2 points at least",)),
    Case("curve in kW", cell("turbine.csv", "turbine-5mw", "power_curve", "3:0;12:5000;25:5000"), ("reaches 5000 of nominal", "divide")),
    Case("curve too low", cell("turbine.csv", "turbine-5mw", "power_curve", "3:0;12:0.2;25:0.2"), ("only 0.2",), WARNING),
    Case("curve with a dip", cell("turbine.csv", "turbine-5mw", "power_curve", "3:0;12:1;14:0.5;25:1"), ("dips to 0.5 at 14 m/s", "rises up to nominal"), WARNING),
    Case("curve with a dip on its rise", cell("turbine.csv", "turbine-5mw", "power_curve", "3:0;8:0.5;9:0.4;12:1;25:1"), ("dips to 0.4 at 9 m/s",), WARNING),
    Case("fuel falls with power", cell("thermal_unit.csv", "unit-1", "heat_rate_points", "0.4:20;1:7"), ("fuel does not rise with power: 8 at load 0.4, 7 at 1", "more slowly than load rises")),
    Case("fuel bends by 8 %", cell("thermal_unit.csv", "unit-1", "heat_rate_points", "0.4:9;0.7:10;1:9.2"), ("fuel bends downwards at load 0.7", "up to 8.57% lower", "leave out these points")),
    Case("fuel bends a little", cell("thermal_unit.csv", "unit-1", "heat_rate_points", "0.4:9;0.7:9.2;1:9.2"), ("fuel bends downwards at load 0.7", "up to 0.62% lower"), WARNING),
    Case("loads fall", cell("thermal_unit.csv", "unit-1", "heat_rate_points", "1:9.8;0.4:10.9"), ("do not rise",)),
    Case("heat rate of a perpetuum mobile", cell("thermal_unit.csv", "unit-1", "heat_rate_points", "0.4:3.1;1:3"), ("less heat than the electricity",)),
    Case("heat rate in kJ/kWh", cell("thermal_unit.csv", "unit-1", "heat_rate_points", "0.4:10900;1:9800"), ("unusual heat rate", "kJ/kWh"), WARNING),
    Case("loads in MW", cell("thermal_unit.csv", "unit-1", "heat_rate_points", "20:10.9;50:9.8"), ("above 1.2 of nominal",)),
    Case("eleven months", cell("climate.csv", "climate", "monthly_wind_factor", "1;1;1;1;1;1;1;1;1;1;1"), ("11 values instead of 12", "January first")),
    Case("months in percent", cell("climate.csv", "climate", "monthly_wind_factor", ";".join(["100"] * 12)), ("mean is 100.00",), WARNING),
    Case("a period without an hour", cell("tariff_period.csv", "peak-evening", "hour_to", "17"), ("not after hour_from = 17", "end of the last hour")),
    Case("export dearer than import", cell("tariff.csv", "tou", "export_price_per_mwh", "290"), ("at stages 2024, 2025, above the cheapest import price of 'grid', 280", "set export_max_mw"), at=Place("tariff.csv", 2, "export_price_per_mwh")),
    Case("export dearer than another import", all_of(add("tariff.csv", id="flat", energy_price_per_mwh="100"), add("grid.csv", id="grid-2", bus="b-main", sk_max_mva="3000", import_max_mw="20", tariff="flat", emission_factor="ef-grid")), ("cheapest import price of 'grid-2', 100", "buying there to sell here"), WARNING, at=Place("tariff.csv", 2, "export_price_per_mwh")),
    Case("a share in percent", cell("rule.csv", "self-use", "value", "60"), ("a share above 1", "write 0.6")),
    Case("a farm without wind", all_of(cell("wind_farm.csv", "wind-1", "series", ""), cell("wind_farm.csv", "wind-1", "turbine", "")), ("neither turbine nor series",)),
    Case("cos phi zero", cell("pv_plant.csv", "pv-1", "power_factor", "0"), ("no active power",)),
    Case("cos phi low", cell("pv_plant.csv", "pv-1", "power_factor", "0.2"), ("unusually low",), WARNING),
    Case("modules in kW", cell("pv_plant.csv", "pv-1", "p_dc_mw", "3600"), ("120 times the inverters' power", "kW"), WARNING),
    Case("storage for a minute", cell("storage.csv", "battery-1", "e_nom_mwh", "0.3"), ("lasts 0.02 h",), WARNING),
    Case("more current than busbars carry", cell("load.csv", "load-rolling", "load_mw", "1400"), ("80.8 kA at 10 kV", "write 1.4"), WARNING),
    Case("half a place", cell("wind_farm.csv", "wind-1", "longitude", ""), ("longitude is missing",), WARNING, at=Place("wind_farm.csv", 2, "latitude")),
    Case("a place far away", cell("wind_farm.csv", "wind-1", "latitude", "5.62"), ("km away from the rest",), WARNING),
)  # fmt: skip

SERIES = (
    Case("path traversal", cell("series.csv", "ser-wind", "file", "../park/series/wind.csv"), ("leaves the park folder", "inside")),
    Case("absolute path", cell("series.csv", "ser-wind", "file", "/etc/passwd"), ("an absolute path", "inside")),
    Case("path of Windows", cell("series.csv", "ser-wind", "file", "C:\\data\\wind.csv"), ("an absolute path",)),
    Case("backslashes", cell("series.csv", "ser-wind", "file", "series\\wind.csv"), ("not a plain path", "'series/wind.csv'")),
    Case("a path in disguise", cell("series.csv", "ser-wind", "file", "series/./wind.csv"), ("not a plain path",)),
    Case("a series in a table", cell("series.csv", "ser-wind", "file", "bus.csv"), ("the name of a table",)),
    Case("series file missing", cell("series.csv", "ser-heat", "file", "series/heat-2.parquet"), ("no such file", "correct the name")),
    Case("series of another kind", cell("series.csv", "ser-heat", "file", "series/heat.feather"), ("neither CSV nor Parquet",)),
    Case("series by a link", link(WIND, "/etc/hostname"), ("leaves the park folder",), at=Place("series.csv", 2, "file")),
    Case("series column missing", cell("series.csv", "ser-wind", "header", "wind-l"), ("no such column", "did you mean 'wind-1'?")),
    Case("series twice", cell("series.csv", "ser-load", "header", "wind-1"), ("the same column",), WARNING),
    Case("series file empty", data(WIND, b"", None, "file"), ("is empty",), at=Place("series.csv", 2, "file")),
    Case("series file binary", data(WIND, b"\x00\x01", 1), ("binary",)),
    Case("series without rows", data(WIND, b"time,wind-1,rolling\n", 1), ("no rows",)),
    Case("series without time", data(WIND, b"hour,wind-1,rolling\n1,2,3\n", 1, "hour"), ("first column is not `time`",)),
    Case("Parquet that is none", data("series/heat.parquet", b"PAR1" + bytes(40) + b"PAR1"), ("not a readable Parquet",), at=Place("series.csv", 4, "file")),
    Case("time that is none", data(WIND, series_csv(*DAY[:5], ("noon", 0.5)), 7, "time"), ("not a time", "2025-01-01 13:00")),
    Case("time in another order", data(WIND, series_csv(("01.02.2025 00:00", 1), ("01.02.2025 01:00", 1)), 2, "time"), ("not a time",)),
    Case("time long ago", data(WIND, series_csv(("0025-01-01 00:00", 1)), 2, "time"), ("not a time", "1900 to 2200")),
    Case("NaN in a series", data(WIND, series_csv(*DAY[:5], ("2025-01-01 05:00", "nan")), 7, "wind-1"), ("not a finite number", "missing is not zero")),
    Case("no value in a series", data(WIND, series_csv(*DAY[:5], ("2025-01-01 05:00", "")), 7, "wind-1"), ("no value",)),
    Case("a word in a series", data(WIND, series_csv(*DAY[:5], ("2025-01-01 05:00", "calm")), 7, "wind-1"), ("not a finite number",)),
    Case("hours missing", data(WIND, series_csv(*DAY[:5], *DAY[7:]), 7, "time"), ("2 step(s) of 60", "missing before it")),
    Case("hour twice", data(WIND, series_csv(*DAY[:5], *DAY[4:]), 7, "time"), ("stands twice", "one row per hour")),
    Case("time goes back", data(WIND, series_csv(*DAY[:5], *DAY[2:]), 7, "time"), ("time goes back",)),
    Case("a quarter of an hour between", data(WIND, series_csv(*DAY[:5], ("2025-01-01 04:15", 1), *DAY[5:]), 7, "time"), ("15.0 min after", "one step")),
    Case("offsets mixed", data(WIND, series_csv(*DAY[:5], ("2025-01-01 05:00+08:00", 1)), 7, "time"), ("with and without offset are mixed",)),
    Case("DST double", all_of(BERLIN, data(WIND, series_csv(*((t, 1) for t in moments("2025-10-26T00:00", 8))), 4, "time")), ("two hours in Europe/Berlin", "offset")),
    Case("DST gap", all_of(BERLIN, data(WIND, series_csv(*((t, 1) for t in moments("2025-03-30T00:00", 8))), 4, "time")), ("does not exist in Europe/Berlin",)),
    Case("daily values", data(WIND, series_csv(*((f"2025-01-{d:02}", 0.5) for d in range(1, 9))), 3, "time"), ("one value for 24 hours",), WARNING),
    Case("a mix in percent", all_of(cell("grid.csv", "grid", "mix", "ser-wind"), data(WIND, series_csv(*DAY[:5], *((t, 40) for t, _ in DAY[5:])), 7, "wind-1")), ("19 value(s) of a renewable share outside 0..1", "divide a percentage by 100")),
    Case("a mix below nothing", all_of(cell("grid.csv", "grid", "mix", "ser-wind"), data(WIND, series_csv(*DAY[:5], ("2025-01-01 05:00", -0.1)), 7, "wind-1")), ("1 value(s) of a renewable share",)),
    Case("a mix that leaves a dirty rest", all_of(data(WIND, series_csv(*((t, 0.75) for t, _ in DAY))), cell("grid.csv", "grid", "mix", "ser-wind")), ("75.0% of the import is renewable", "its rest would emit 2.4 t/MWh", "method fossil"), WARNING),
    Case("a mix that leaves no rest", all_of(data(WIND, series_csv(*((t, 1) for t, _ in DAY))), cell("grid.csv", "grid", "mix", "ser-wind")), ("100.0% of the import", "all of it in no energy"), WARNING),
    Case("series in MW", data(WIND, series_csv(*((t, 40) for t, _ in DAY)), 2, "wind-1"), ("per unit of the nominal", "divide"), WARNING),
)  # fmt: skip

CASES = (*FILES, *COLUMNS, *CELLS, *BOUNDS, *IDS, *DATES, *PARK_TOML, *NETWORK, *UNITS, *SERIES)


@pytest.fixture
def park(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "park"))


def found(faults: list[Fault], case: Case, place: Place) -> list[Fault]:
    """The faults at the expected place with the expected words."""
    place = case.at or place
    return [
        f
        for f in faults
        if (f.file, f.row, f.field) == place and f.severity == case.severity and all(w in str(f) for w in case.words)
    ]


def told(faults: list[Fault]) -> str:
    return "\n" + "\n".join(f"{f.severity} {f} {(f.file, f.row, f.field)}" for f in faults)


def test_the_good_park_has_no_fault(good: Path) -> None:
    assert faults_of_park(good) == []


@pytest.mark.parametrize(
    ("mix", "method", "warns"), [(0.4, "location", False), (0.75, "fossil", False), (0.75, "location", True)]
)
def test_a_plausible_mix_is_no_fault(park: Path, mix: float, method: str, warns: bool) -> None:
    """0.6 t/MWh over a rest of 0.6 is 1.0, over one of 0.25 it is 2.4; a fossil factor is the rest's own."""
    data(WIND, series_csv(*((t, mix) for t, _ in DAY)))(park)
    cell("grid.csv", "grid", "mix", "ser-wind")(park)
    cell("emission_factor.csv", "ef-grid", "method", method)(park)
    assert [f.field for f in faults_of_park(park)] == ["mix"] * warns


@pytest.mark.parametrize("curve", ["3:0;12:1;25:1;28:0.4;30:0", "3:0;12:1;20:0.99;25:1"])
def test_a_power_curve_may_fall_for_good_and_wave_a_little(park: Path, curve: str) -> None:
    cell("turbine.csv", "turbine-5mw", "power_curve", curve)(park)
    assert faults_of_park(park) == []


def test_a_phase_shifter_may_turn_its_loop(park: Path) -> None:
    add("equivalent_branch.csv", id="eq", bus_from="b-main", bus_to="b-pv", x_pu="0.001", shift_deg="12.5")(park)
    assert faults_of_park(park) == []


def test_there_are_as_many_cases_as_promised() -> None:
    assert len({c.name for c in CASES}) >= 150


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_the_fault_is_named_with_place_and_remedy(case: Case, park: Path) -> None:
    place = case.spoil(park)
    faults = faults_of_park(park)
    assert found(faults, case, place), told(faults)
    assert all(f.problem and f.right for f in faults)
    if case.severity == "error":
        with pytest.raises(BadInput) as raised:
            read_park(park)
        assert list(raised.value.faults) == faults
    elif not any(f.severity == "error" for f in faults):
        read_park(park)


BY_NAME = {c.name: c for c in CASES}
PARTNERS = (BY_NAME["a share in percent"], BY_NAME["eleven months"])


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_both_faults_of_a_doubly_spoilt_park_are_listed(case: Case, park: Path) -> None:
    place = case.spoil(park)
    partner = PARTNERS["rule.csv" in (place.file, (case.at or place).file)]
    other = partner.spoil(park)
    faults = faults_of_park(park)
    assert found(faults, case, place), told(faults)
    assert found(faults, partner, other), told(faults)


def test_one_fault_in_every_table_is_listed_at_once(park: Path) -> None:
    spoilt: dict[str, tuple[Case, Place]] = {}
    scratch = park.parent / "scratch"
    for case in (*CELLS, *BOUNDS, *UNITS):
        shutil.copytree(park, scratch)
        place = case.spoil(scratch)
        shutil.rmtree(scratch)
        if place.field and place.file not in spoilt and case.name not in ("id empty", "cos phi zero"):
            spoilt[place.file] = (case, case.spoil(park))
    faults = faults_of_park(park)
    assert len(spoilt) >= 15
    for case, place in spoilt.values():
        assert found(faults, case, place), told(faults)


def test_what_rests_on_an_unreadable_table_is_not_a_fault_of_its_own(park: Path) -> None:
    (park / "bus.csv").write_bytes(b"\x00")
    [fault] = faults_of_park(park)
    assert fault.file == "bus.csv"


def test_the_faults_of_one_column_are_cut_and_counted(park: Path) -> None:
    lines = [f"l-{i},b-main,b-nowhere-{i}" for i in range(150)]
    (park / "switch.csv").write_text("id,bus,element\n" + "\n".join(lines))
    faults = [f for f in faults_of_park(park) if f.file == "switch.csv"]
    assert len(faults) == 101
    assert "50 more of this column" in str(faults[-1])
