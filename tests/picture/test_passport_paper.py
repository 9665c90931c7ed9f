"""A passport as page and paper: every figure that was signed stands there, in both languages, and nothing is loaded."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest

from holin.passport import Carbon
from holin.passport.document import Behind, Certificates, Context, Energy, Product, document
from holin.picture.paper import qr_svg
from holin.picture.passport import passport_page, passport_paper
from holin.picture.passport.view import percent, shown, view_of
from holin.picture.texts import Language

HOUR_S = 1_748_818_800  # 2025-06-01 23:00 UTC, 07:00 in Shanghai the day after


def small(
    *, kind: str = "demo", hours: int = 3, certificates: int = 2, lot: bool = False, unknown: int = 0
) -> dict[str, Any]:
    """A passport of a tonne: 10 MWh of wind and 3.3 MWh of coal in each of some hours."""
    words = {"en": "Wind <1>", "zh": "风电 1"}
    context = Context(
        park="p", park_name={"en": "Park", "zh": "园区"}, stage="2025", kind=kind,
        synthetic={"en": "made up", "zh": "合成"}, time_zone="Asia/Shanghai",
        company={"en": "Smelter & Co", "zh": "铝厂"}, country="CN", scheme="sha256-ed25519", public_key="KEY",
        issued_s=HOUR_S, upstream={"basis": "assumed", "reference": "x"},
        evidence=[{"name": "tap.csv", "sha256": "ab"}],
        factors=[{"name": words, "method": "location", "value": "0.6849", "basis": "published", "reference": "MEE"}],
    )  # fmt: skip
    product = Product(
        batch="B-1", name={"en": "Ingot Al99.70", "zh": "铝锭"}, form="ingot", alloy="Al99.70", cn_code="7601 10",
        grams=1_000_000 * hours, scrap_grams=0, loss_grams=10_000, primary_grams=1_000_000 * hours, unknown_grams=0,
        made_s=HOUR_S, furnace="F", customer="",
        pieces=[("tapped", "T1 T2 T3", 1_010_000, "", ""), ("recycled", "d", 5000, "0.600", "r")],
        metal={"kg": "1000", "taps": [["T1", "line", "2025-06-02T00:00:00Z", "1010"]]},
        path=("B-0", "B-1") if lot else (),
    )  # fmt: skip
    rows = [(HOUR_S + 3600 * k, "line", 1_000_000, (10_000_000, 3_300_000)) for k in range(hours)]
    energy = Energy(
        sources=[
            ("w", words, "wind_farm", True, 10_000_000 * hours), ("c", words, "thermal_unit", False, 3_300_000 * hours),
        ],
        rows=rows, cast_wh=0, boundary="liquid", cast_kwh_per_t="0", cast_basis="assumed", cast_reference="",
    )  # fmt: skip
    by = dict.fromkeys(("location", "market", "traced"), 2_000_000 * hours)
    carbon = Carbon(
        anodes=1_424_000 * hours, pfc=145_400 * hours, own_power=dict.fromkeys(by, 0), bought_power=by,
        casting=dict.fromkeys(by, 0), upstream=None, inputs=0, unknown_grams=unknown,
        pfc_by={"AR5": 130_700 * hours, "AR6": 145_500 * hours},
    )  # fmt: skip
    behind = [
        Behind(
            certificate=k + 1, device="op:p:wind-1", storage="op:p:bess-1" if k else "", source_kind="wind",
            start_s=HOUR_S, wh=6_650_000, of_wh=9_000_000, method="hourly" if k else "monthly", lot_kind="generation",
            entry=7, entry_hash="f" * 64, book_entry=1, beneficiary="e",
        )
        for k in range(certificates)
    ]  # fmt: skip
    stands = Certificates(
        ledger="L", operator="op", head=9, head_hash="a" * 64, book_entries={1: "b" * 64}, behind=behind,
        part=Fraction(1, 2),
    )  # fmt: skip
    return document(context, product, energy, carbon, stands)


SEAL = {"digest": "d" * 64, "signature": "e" * 128, "fingerprint": "0123456789abcdef", "code": "holin:passport:p/B-1:d"}


def page_of(passport: dict[str, Any], language: str) -> str:
    return passport_page(passport, language=language, qr=qr_svg(SEAL["code"], mask=3), **SEAL)


@pytest.mark.parametrize(("language", "words"), [("en", "DEMO, SYNTHETIC"), ("zh", "演示、合成数据")])
def test_the_page_says_what_was_signed_and_loads_nothing(language: str, words: str) -> None:
    page = page_of(small(), language)
    assert words in page and SEAL["digest"] in page and SEAL["signature"] in page and SEAL["code"] in page
    for figure in ("3.57", "75.2", "33.3", "30.000", "1.424", "3.569", "6.650000"):
        assert figure in page, figure
    assert "Smelter &amp; Co" in page or "铝厂" in page
    assert not re.search(r"<script|src=|url\(|@import|<link", page) and "Wind <1>" not in page
    assert page.count("<h2>") == 9


def test_a_metered_passport_is_not_called_a_demo() -> None:
    page = page_of(small(kind="metered"), "en")
    assert "DEMO" not in page and "From meters and weighed records" in page


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("certificates", [0, 40])
def test_the_paper_is_a_pdf_always_the_same(language: str, certificates: int) -> None:
    passport = small(certificates=certificates, lot=True)
    made = [passport_paper(passport, language=language, qr=qr_svg("x", mask=3), **SEAL) for _ in range(2)]
    assert made[0].startswith(b"%PDF-") and made[0] == made[1]


def test_views_say_the_counts_side_by_side() -> None:
    language: Language = "en"
    seen = view_of(small(), language)
    assert [big[0] for big in seen["big"]] == ["3.57", "33.3\u202f%", "75.2\u202f%"]
    assert ("scopes 1 and 2 (gate to gate)", ["3.569", "3.569", "3.569"], "sum") in seen["carbon"]
    assert not any(label == "cradle to gate" for label, _, _ in seen["carbon"]), "upstream is missing, not zero"
    assert ("alumina, anode making (declared)", ["–", "–", "–"], "") in seen["carbon"]
    assert [b["label"] for b in seen["bins"]] == ["06-02 07:00", "06-02 08:00", "06-02 09:00"]
    assert seen["certificates"]["rows"][1][1] == "wind-1 → bess-1"


@pytest.mark.parametrize(
    ("hours", "first", "bins"), [(48, "06-02 07:00", 48), (49, "2025-06-02", 3), (24 * 60, "2025-06", 3)]
)
def test_long_strips_are_drawn_by_day_then_by_month(hours: int, first: str, bins: int) -> None:
    seen = view_of(small(hours=hours), "zh")
    assert (seen["bins"][0]["label"], len(seen["bins"])) == (first, bins)
    assert all(abs(sum(p for _, p in b["parts"]) - 1) < 1e-9 for b in seen["bins"])


def test_every_basis_is_said_in_the_language_of_the_page() -> None:
    seen = view_of(small(), "zh")
    told = [row[2].partition("，")[0].partition(",")[0] for row in seen["cbam"]]
    assert told[0].startswith("不完整") and told[1:] == ["推导"] * 2 + ["公开发布"] * 2
    assert seen["factors"][0][3].startswith("公开发布") and "假定" in seen["energy_facts"][2][1]


def test_certificates_beyond_what_fits_are_counted() -> None:
    seen = view_of(small(certificates=40), "en")["certificates"]
    assert (len(seen["rows"]), seen["more"]) == (24, 16)
    assert view_of(small(certificates=0), "en")["certificates"] is None


def test_figures_are_rounded_as_they_are_said() -> None:
    assert [shown(v, d) for v, d in (("1234567.8", 0), ("-0.5", 1), ("", 2), ("0.125", 2))] == [
        "1\u202f234\u202f568", "−0.5", "–", "0.12",
    ]  # fmt: skip
    assert percent(str(float(Fraction(1, 3))))[:4] == "33.3" and percent("") == "–"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_metal_without_a_figure_makes_a_figure_a_bound(language: Language) -> None:
    """What is not known is not nothing: scopes 1 and 2, and CBAM's direct emissions, are at least so much."""
    seen, whole = view_of(small(unknown=500), language), view_of(small(), language)
    assert seen["big"][0][0] == "≥ 3.57" and whole["big"][0][0] == "3.57"
    assert seen["cbam"][0][1].startswith("≥ ") and "5.0" in seen["cbam"][0][2], "5 kg were bought"
