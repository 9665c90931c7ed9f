"""Workbooks and folders: lossless there and back, both languages, every fault with its cell, nothing half-written."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_hall import FIGURES, HALL

from holin.columns import columns_of
from holin.errors import BadInput
from holin.hall import (
    Catalogue,
    Enquiry,
    Exhibitor,
    Hall,
    Product,
    Step,
    read_catalogue,
    read_hall,
    template,
    write_catalogue,
    write_hall,
)
from holin.hall.cells import UNWRITABLE
from holin.hall.meanings import MEANINGS_ZH
from holin.hall.rows import HEADINGS, SHEET_WORDS, SHEETS
from holin.hall.words import WORDS, Category


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["hall.xlsx", "hall"])
def test_there_and_back(tmp_path: Path, name: str, language: str) -> None:
    write_catalogue(HALL, tmp_path / name, language=language)
    assert read_catalogue(tmp_path / name) == HALL


texts = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
    .filter(lambda t: not UNWRITABLE.search(t))
    .map(str.strip)
    .filter(lambda t: t == t.strip())
)
kilograms = st.one_of(st.none(), st.floats(1e-6, 1e6))
widths = st.one_of(st.none(), st.floats(1e-6, 1e5))


@settings(max_examples=25, deadline=None)
@given(texts.filter(bool), texts, texts, texts, kilograms, widths)
def test_any_text_and_figure_comes_back(
    name: str, zh: str, contact: str, data: str, piece_kg: float | None, width_mm: float | None
) -> None:
    firm = replace(HALL.exhibitors[1], name=name, name_zh=zh, contact=contact)
    press = replace(HALL.product("press"), name=name, maker_data=data or "x", piece_kg=piece_kg, width_mm=width_mm)
    made = Catalogue(
        exhibitors=(HALL.exhibitors[0], firm, *HALL.exhibitors[2:]),
        products=(press,),
        enquiries=(replace(HALL.enquiries[0], words=contact, words_zh=zh, quantity_kg=piece_kg),),
    )
    with tempfile.TemporaryDirectory() as folder:
        for place in (Path(folder) / "x.xlsx", Path(folder) / "x"):
            write_catalogue(made, place)
            assert read_catalogue(place) == made


def test_figures_travel_with_the_folder(tmp_path: Path) -> None:
    write_hall(Hall(catalogue=HALL, figures=FIGURES), tmp_path / "hall")
    assert read_hall(tmp_path / "hall") == Hall(catalogue=HALL, figures=FIGURES)
    (tmp_path / "hall" / "figures.json").write_text("{}")
    with pytest.raises(BadInput, match="figures of a run"):
        read_hall(tmp_path / "hall")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    write_catalogue(HALL, tmp_path / "hall.xlsx")
    for name in ("hall.xlsx", "."):
        with pytest.raises(BadInput, match="already"):
            write_catalogue(HALL, tmp_path / name)
    assert [p.name for p in tmp_path.iterdir()] == ["hall.xlsx"]


# ---- the template -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_template_explains_and_offers_choices(tmp_path: Path, language: str) -> None:
    book = openpyxl.load_workbook(template(tmp_path / "t.xlsx", language=language))
    page = book[SHEET_WORDS["products"] if language == "zh" else "products"]
    heads = {cell.value: cell for cell in page[1]}
    category = heads[HEADINGS["category"] if language == "zh" else "category"]
    assert category.comment is not None and ("必填" if language == "zh" else "required") in category.comment.text
    rules = [r for r in page.data_validations.dataValidation if f"{category.column_letter}2" in r.sqref]
    assert len(rules) == 1 and rules[0].type == "list"
    sheet, _, span = rules[0].formula1.partition("!")
    offered = [row[0].value for row in book[sheet.strip("'")][span.replace("$", "")]]
    assert offered == [WORDS[Category][c][language == "zh"] for c in Category]


def test_a_filled_chinese_template_is_understood(tmp_path: Path) -> None:
    path = template(tmp_path / "t.xlsx", language="zh")
    book = openpyxl.load_workbook(path)
    fill(book, "参展单位", {"编号": "f1", "英文名称": "Firm", "类型": "企业"})
    fill(book, "产品", {"编号": "p1", "参展单位": "f1", "英文名称": "Foil", "类别": "铝箔", "材料": "铝", "形态": "箔",
                        "牌号": 8079, "用途": "电池；包装", "依据": "assumed"})  # fmt: skip
    book.save(path)
    [made] = read_catalogue(path).products
    assert (made.category, made.alloy, made.uses) == ("foil", "8079", ("battery", "packaging"))


def fill(book: Any, sheet: str, values: dict[str, Any]) -> None:
    page = book[sheet]
    row = page.max_row + 1
    for k, cell in enumerate(page[1], start=1):
        if cell.value in values:
            page.cell(row, k, values[cell.value])


def test_every_column_has_a_chinese_heading_and_meaning() -> None:
    named = {c.name for kind in SHEETS.values() for c in columns_of(kind)}
    assert named == set(HEADINGS) == set(MEANINGS_ZH)
    for kind in SHEETS.values():
        heads = [HEADINGS[c.name] for c in columns_of(kind)]
        assert len(set(heads)) == len(heads)
    for kind, words in WORDS.items():
        assert list(words) == [c.value for c in kind]
        for k in (0, 1):
            assert len({names[k] for names in words.values()}) == len(words)


# ---- faults -------------------------------------------------------------------------------------------------------

PLANTED = [
    ("products", 3, "alloy", "50833", "no designation"),
    ("products", 3, "category", "plank", "not one of"),
    ("products", 4, "temper", "H99", "no temper"),
    ("products", 4, "thickness_mm", -2, "out of range"),
    ("products", 4, "width_mm", "1,250", "not a number"),
    ("products", 4, "exhibitor", "mil", "no exhibitor"),
    ("products", 4, "uses", "marine;sailing", "not one of"),
    ("products", 4, "made_kg", 950, "come from nothing"),
    ("products", 4, "made_kg", 700, "lost from the account"),
    ("products", 4, "loss_kg", None, "not said"),
    ("products", 5, "declared_on", "soon", "not a date"),
    ("products", 5, "declared_by", None, "who said"),
    ("products", 6, "id", "sheet", "twice"),
    ("products", 6, "id", "a b", "not an id"),
    ("products", 6, "name", None, "required"),
    ("products", 6, "made_kg", 5, "nothing goes in"),
    ("products", 6, "name", "a\u0007b".replace("\u0007", "\ufffe"), "no workbook can hold"),
    ("steps", 4, "source", "slap", "no product"),
    ("steps", 4, "product", "sheeet", "no product"),
    ("steps", 2, "source", "potline:", "names nothing"),
    ("steps", 4, "input_kg", 0, "out of range"),
    ("enquiries", 2, "side", "wants", "not one of"),
    ("enquiries", 4, "footprint_count", None, "without its count"),
    ("exhibitors", 2, "kind", "club", "not one of"),
]


def planted(folder: Path, *plants: tuple[str, int, str, Any, str]) -> BadInput:
    """Write the hall as CSV, put the plants into it, and return what the reader says."""
    import csv

    write_catalogue(HALL, folder)
    for sheet, row, column, value, _ in plants:
        path = folder / f"{sheet}.csv"
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        rows[row - 1][rows[0].index(column)] = "" if value is None else str(value)
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    with pytest.raises(BadInput) as caught:
        read_catalogue(folder)
    return caught.value


@pytest.mark.parametrize(("sheet", "row", "column", "value", "said"), PLANTED)
def test_a_planted_fault_is_named_with_its_cell(
    tmp_path: Path, sheet: str, row: int, column: str, value: Any, said: str
) -> None:
    error = planted(tmp_path / "hall", (sheet, row, column, value, said))
    hits = [f for f in error.faults if (f.file, f.row, f.field) == (f"{sheet}.csv", row, column) and said in f.problem]
    assert len(hits) == 1, error
    assert hits[0].right


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    some = [PLANTED[k] for k in (0, 4, 10, 17, 21, 23)]
    error = planted(tmp_path / "hall", *some)
    for sheet, row, column, _, _ in some:
        if (sheet, column) != ("steps", "source"):
            assert (f"{sheet}.csv", row, column) in {(f.file, f.row, f.field) for f in error.faults}


def test_a_fault_of_a_workbook_names_sheet_row_and_its_own_heading(tmp_path: Path) -> None:
    path = write_catalogue(HALL, tmp_path / "hall.xlsx", language="zh")
    book = openpyxl.load_workbook(path)
    page = book["产品"]
    heads = [cell.value for cell in page[1]]
    page.cell(3, heads.index("牌号") + 1, "50833")
    page.cell(4, heads.index("厚度(mm)") + 1, "thick")
    page.cell(1, heads.index("宽度(mm)") + 1, "宽度(m)")
    book.save(path)
    with pytest.raises(BadInput) as caught:
        read_catalogue(path)
    places = {(f.file, f.row, f.field, f.value) for f in caught.value.faults}
    assert ("hall.xlsx[产品]", 4, "厚度(mm)", "thick") in places
    assert ("hall.xlsx[产品]", 3, "牌号", "50833") in places
    [head] = [f for f in caught.value.faults if f.row == 1]
    assert head.field == "宽度(m)" and "did you mean width_mm?" in head.right


def test_a_formula_without_a_value_and_an_error_of_excel_are_faults(tmp_path: Path) -> None:
    path = write_catalogue(HALL, tmp_path / "hall.xlsx")
    book = openpyxl.load_workbook(path)
    page = book["products"]
    heads = [cell.value for cell in page[1]]
    page.cell(4, heads.index("width_mm") + 1, "=1000+250")
    page.cell(5, heads.index("piece_kg") + 1, "#REF!").data_type = "e"
    book.save(path)
    with pytest.raises(BadInput) as caught:
        read_catalogue(path)
    told = {(f.file, f.row, f.field, f.problem) for f in caught.value.faults}
    assert ("hall.xlsx[products]", 4, "width_mm", "a formula that was never computed") in told
    assert ("hall.xlsx[products]", 5, "piece_kg", "an error of Excel stands in the cell") in told


def test_headings_missing_or_twice(tmp_path: Path) -> None:
    write_catalogue(HALL, tmp_path / "hall")
    path = tmp_path / "hall" / "steps.csv"
    path.write_text(path.read_text().replace("input_kg", "source", 1))
    with pytest.raises(BadInput) as caught:
        read_catalogue(tmp_path / "hall")
    said = {(f.row, f.field, f.problem) for f in caught.value.faults if f.file == "steps.csv"}
    assert {(1, "source", "the column stands twice"), (1, "input_kg", "the column is missing")} <= said


def test_a_cell_without_a_heading_is_not_dropped(tmp_path: Path) -> None:
    write_catalogue(HALL, tmp_path / "hall")
    path = tmp_path / "hall" / "steps.csv"
    top, first, *rest = path.read_text().splitlines()
    path.write_text("\n".join([f"{top},", f"{first},more", *rest]))
    with pytest.raises(BadInput, match="a cell without a heading") as caught:
        read_catalogue(tmp_path / "hall")
    assert [(f.file, f.row, f.value) for f in caught.value.faults] == [("steps.csv", 2, "more")]


def test_a_circle_is_named() -> None:
    from holin.hall import faults_of_catalogue

    circle = replace(HALL, steps=(*HALL.steps[:2], *HALL.steps[2:], Step(product="slab", source="sheet", input_kg=1)))
    found = [f.problem for f in faults_of_catalogue(circle) if "from itself" in f.problem]
    assert len(found) == 1 and "slab" in found[0] and "sheet" in found[0]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"\xff\xfe\x00"])
def test_what_is_no_workbook(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "hall.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="no readable workbook"):
        read_catalogue(path)


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read_catalogue(tmp_path / "gone.xlsx")
    with pytest.raises(BadInput, match="the sheet is missing"):
        read_catalogue(tmp_path)
    (tmp_path / "products.csv").write_bytes("id,名".encode("gb18030"))
    with pytest.raises(BadInput, match="UTF-8"):
        read_catalogue(tmp_path)


def test_nouns_are_columns() -> None:
    for kind in (Exhibitor, Product, Step, Enquiry):
        assert kind in SHEETS.values()
        assert all(c.meaning for c in columns_of(kind))
