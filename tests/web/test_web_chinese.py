"""Whatever the server refuses can be said in Chinese: every sentence in the code is looked up."""

from __future__ import annotations

import ast
import re

import pytest
from web_asked import Asked
from web_sentences import fault_sentences, refusals

from holin.accounts import Slowed
from holin.errors import BadInput, Fault, Infeasible
from holin.web.chinese import HOLE, _words, chinese, kind_in_chinese
from holin.web.problems import KINDS, _in_chinese, said

HAN = re.compile(r"[\u4e00-\u9fff]")

HANDED_ON = re.compile(r"\bstr\((error|slowed)|faults\[0\]\.problem|^web/accounts/gate\.py detail$")
"""Refusals whose sentence is another error's, or the gate's, whose own are read as tuples: the kind is in Chinese."""


def filled(sentence: str) -> str:
    """Return a sentence with something in each of its holes."""
    verb = "the role {} may not {} this"
    values = ["viewer", "read"] if sentence == verb else [f"x{n}" for n in range(sentence.count("{}"))]
    if sentence.startswith(("no {} {} is served", "the {} {} cannot be shown")):
        values[0] = "plan"
    return sentence.format(*values)


def test_every_refusal_has_its_chinese_sentence() -> None:
    found = list(refusals())
    assert len(found) > 50
    lacking = [
        (where, sentence)
        for where, _, sentences in found if not HANDED_ON.search(where)
        for sentence in sentences or ["?"]
        if not HAN.search(chinese(filled(sentence)) or "")
    ]  # fmt: skip
    assert lacking == [], "write them into problem_words.toml"
    assert sum(bool(HANDED_ON.search(where)) for where, _, _ in found) < 12, "a refusal says what it is itself"


def test_every_kind_has_a_name() -> None:
    kinds = {k.value for _, k, _ in refusals() if isinstance(k, ast.Constant)} | set(KINDS.values()) | {"refused"}
    assert len(kinds) > 20
    assert {k for k in kinds if not HAN.search(kind_in_chinese(k) or "")} == set()
    assert set(_words()["kinds"]) <= kinds, "a name of a kind that is no more"


def test_every_fault_of_the_servers_own_questions_has_its_chinese_sentence() -> None:
    found = dict.fromkeys((w, t) for w, t in fault_sentences() if t != "private, no-cache")
    assert len(found) > 60
    assert [(w, t) for w, t in found if not HAN.search(chinese(t.replace("{}", "7")) or "")] == []


def test_both_sentences_have_the_same_holes_and_keep_what_is_filled_in() -> None:
    for english, said_so in _words()["sentences"].items():
        assert set(HOLE.findall(english)) == set(HOLE.findall(said_so)), english
        assert HAN.search(said_so), english
        values = [f"v{n}v" for n in range(1, 1 + len(HOLE.findall(english)))]
        text = HOLE.sub(lambda hole, v=values: v[int(hole[1]) - 1], english)  # type: ignore[misc]
        assert chinese(text) == HOLE.sub(lambda hole, v=values: v[int(hole[1]) - 1], said_so), english  # type: ignore[misc]


def test_of_two_that_fit_the_nearer_is_taken() -> None:
    assert chinese("the park has no stage 2030; it has 2025") == "园区没有阶段 2030，现有 2025"
    assert chinese("Input should be greater than 3") == "应大于 3"
    assert [chinese(f"the role viewer may not {verb} this") for verb in ("read", "change")] == [
        "角色 viewer 无权查看此内容", "角色 viewer 无权更改此内容",
    ]  # fmt: skip
    assert chinese("nobody has written this down") is None


def test_an_error_of_another_room_is_named_and_told_as_it_is() -> None:
    text = str(Infeasible("no operation at 2025-03-03 18:00"))
    assert _in_chinese("unfit", text, []) == "与此处的数据不符：no operation at 2025-03-03 18:00"
    fault = Fault(file="manifest.json", problem="is missing", right="make the run again")
    assert (
        _in_chinese("unfit", "manifest.json: is missing, says somebody", [said(fault)])
        == "与此处的数据不符：manifest.json：缺失"
    )
    assert chinese(str(BadInput([fault])).splitlines()[0]) == "数据中有 1 处错误"
    assert chinese(str(Slowed(30))) == "尝试次数过多，请等待 30 秒后再试"


@pytest.mark.parametrize(
    ("way", "wanted"),
    [
        ("/api/runs/nowhere", "此服务器没有运行 nowhere"),
        ("/api/runs/two-days/visitors/what-if?stage=1999", "园区没有阶段 1999，现有 2025"),
        ("/api/nothing/here", "接口中没有 /api/nothing/here，见 /api/openapi.json"),
    ],
)
def test_the_server_says_it_in_both(asked: Asked, way: str, wanted: str) -> None:
    told = asked.get(way).json()
    assert told["detail_zh"] == wanted and not HAN.search(told["detail"]) and HAN.search(told["title_zh"])


def test_what_was_asked_wrongly_is_told_field_by_field(asked: Asked) -> None:
    told = asked.get("/api/runs/two-days/visitors/what-if?wind=9").json()
    [fault] = told["faults"]
    assert told["detail_zh"] == "请求中有 1 处错误"
    assert fault["problem_zh"].startswith("应为 ") and "1.5" in fault["problem_zh"]
    assert fault["right_zh"] == "请按 /api/openapi.json 的说明请求"
