"""Every kind of rule has a name in both languages."""

import pytest

from holin.cli.plan import _rule_name
from holin.rules import RuleKind


@pytest.mark.parametrize("kind", list(RuleKind))
def test_every_kind_has_a_name(kind: RuleKind) -> None:
    told = {language: _rule_name({"kind": str(kind), "value": 0.7}, language) for language in ("en", "zh")}
    assert told["en"] != told["zh"] and not any(str(kind) in said for said in told.values())


def test_shares_are_told_in_percent() -> None:
    rule = {"kind": "green_share_physical_min", "value": 0.7}
    assert _rule_name(rule, "en") == "Green share of the load, traced hour by hour, at least 70 %"
    assert _rule_name({"kind": "co2_max_t", "value": 5e5}, "zh") == "二氧化碳排放，不高于（t） 500\u2009000"
