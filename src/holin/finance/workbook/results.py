"""Stored results of formulas: openpyxl writes formulas alone, and a reader that does not calculate shows them empty."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

Result = float | str

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
"""The namespace of a sheet (ECMA-376, part 1, 18.3)."""


def save_with_results(book: Workbook, path: Path, results: Mapping[str, Mapping[str, Result]]) -> None:
    """Save a workbook whose formula cells hold their results too: sheet title -> cell -> number or text.

    Raises KeyError for a formula without a result; nothing is written then.
    """
    plain, whole = BytesIO(), BytesIO()
    book.save(plain)
    parts = {f"xl/worksheets/sheet{k}.xml": title for k, title in enumerate(book.sheetnames, start=1)}
    with ZipFile(plain) as given, ZipFile(whole, "w", ZIP_DEFLATED) as made:
        for part in given.infolist():
            content = given.read(part)
            title = parts.get(part.filename)
            made.writestr(part, content if title is None else _filled(content, results[title]))
    path.write_bytes(whole.getvalue())


def _filled(sheet: bytes, results: Mapping[str, Result]) -> bytes:
    """Return the XML of a sheet with the results of its formulas (`v`; `t="str"` says that one is text)."""
    ElementTree.register_namespace("", MAIN)
    root = ElementTree.fromstring(sheet)
    for cell in root.iter(f"{{{MAIN}}}c"):
        if cell.find(f"{{{MAIN}}}f") is None:
            continue
        held = cell.find(f"{{{MAIN}}}v")
        if held is None:
            held = ElementTree.SubElement(cell, f"{{{MAIN}}}v")
        result = results[cell.attrib["r"]]
        if isinstance(result, str):
            cell.set("t", "str")
        held.text = result if isinstance(result, str) else repr(float(result))
    written: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written
