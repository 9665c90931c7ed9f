"""What is meant by words that people type into the field that finds: things, times, and things at a time."""

import pytest
from page_modules import called

THINGS = [
    {"id": "ent-12", "names": ["企业12", "Enterprise 12"], "kinds": ["企业", "Enterprise"]},
    {"id": "ent-2", "names": ["北方铝板带", "North Strip"], "kinds": ["企业", "Enterprise"]},
    {"id": "wind-1", "names": ["风电场1", "Wind farm 1"], "kinds": ["风电场", "Wind farm"]},
    {"id": "wind-12", "names": ["风电场12", "Wind farm 12"], "kinds": ["风电场", "Wind farm"]},
    {"id": "T-SUB4A-2", "names": ["4A变2号主变", "SUB4A transformer 2"], "kinds": ["变压器", "Transformer"]},
    {"id": "L-SUB1-220-SUB3-220-1", "names": ["SUB1-220—SUB3-220 1回", "SUB1-220 - SUB3-220"], "kinds": ["Line"]},
]  # fmt: skip


def first(typed: str) -> str | None:
    ranks = called("shell/search.ts", "rankOf", [[typed, thing] for thing in THINGS])
    found = [(rank, k) for k, rank in enumerate(ranks) if rank is not None]
    return str(THINGS[min(found)[1]]["id"]) if found else None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("12", "ent-12"), ("ent-12", "ent-12"), ("enterprise 12", "ent-12"), ("Enterprise  12", "ent-12"),
        ("企业12", "ent-12"), ("12号企业", "ent-12"), ("12 号企业", "ent-12"),
        ("企业 12", "ent-12"), ("E12", "ent-12"), ("enterprise 2", "ent-2"), ("企业 2", "ent-2"),
        ("wind 1", "wind-1"), ("Wind 12", "wind-12"), ("风电 1", "wind-1"), ("transformer sub4a", "T-SUB4A-2"),
        ("sub1-220", "L-SUB1-220-SUB3-220-1"), ("SUB3 line", "L-SUB1-220-SUB3-220-1"), ("strip", "ent-2"),
        ("nothing", None), ("enterprise 99", None), ("", None),
    ],
)  # fmt: skip
def test_a_thing_is_found_by_its_name_its_kind_or_its_number(typed: str, meant: str | None) -> None:
    assert first(typed) == meant


@pytest.mark.parametrize(
    ("typed", "year", "day", "hour", "rest"),
    [
        ("3 March 18:00", "", "03-03", 18, ""), ("March 3, 6 pm", "", "03-03", 18, ""),
        ("3rd March 2025 at 18:00", "2025-", "03-03", 18, ""), ("2025-03-03 18:00", "2025-", "03-03", 18, ""),
        ("2025-03-03T18", "2025-", "03-03", 18, ""), ("2025-03-03T18:00", "2025-", "03-03", 18, ""),
        ("2025年3月3日18时", "2025-", "03-03", 18, ""), ("3月3日 下午6点", "", "03-03", 18, ""),
        ("3月3号", "", "03-03", None, ""), ("03-03", "", "03-03", None, ""), ("12/31 23:00", "", "12-31", 23, ""),
        ("18:00", "", None, 18, ""), ("enterprise 12 3 March 18:00", "", "03-03", 18, "enterprise 12"),
        ("企业12 3月3日18时", "", "03-03", 18, "企业12"),
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(typed: str, year: str, day: str | None, hour: int | None, rest: str) -> None:
    [found] = called("shell/search.ts", "timeIn", [[typed]])
    assert found == {"time": {"day": day, "year": year, "hour": hour}, "rest": rest}


@pytest.mark.parametrize(
    "typed", ["SUB1-220", "L-SUB1-220-SUB3-220-1", "ent-12", "T-SUB4A-2", "wind 12", "13-40", "25:00", ""]
)
def test_what_is_no_time_is_left_as_it_is(typed: str) -> None:
    assert called("shell/search.ts", "timeIn", [[typed]]) == [{"time": None, "rest": typed}]
