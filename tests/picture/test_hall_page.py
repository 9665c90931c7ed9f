"""The hall's page: every word in both languages, data that cannot end its script, nothing loaded."""

from __future__ import annotations

import json
import re

import pytest

from holin.errors import BadInput
from holin.picture import hall_page
from holin.picture.texts import texts

DATA = {"products": [{"id": "x", "name": ["</script><b>", "\u2028"]}]}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_data_comes_back_as_it_was(language: str) -> None:
    html = hall_page(DATA, language=language)
    assert f'data-language="{language}"' in html and "</script><b>" not in html and "\u2028" not in html
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert data["products"] == DATA["products"] and data["say"]["title"] == ["园区产品展厅", "Exhibition hall"]


def test_what_the_script_says_stands_in_the_texts() -> None:
    html = hall_page({})
    said = set(re.findall(r'say\("([a-z_]+)"\)', html))
    assert said and {f"hall.{key}" for key in said if not key.endswith("_")} <= set(texts())


def test_another_language_is_refused() -> None:
    with pytest.raises(BadInput):
        hall_page({}, language="fr")
