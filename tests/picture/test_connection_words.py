"""What a connection study says: every shape of a load by its name, columns of words to the left."""

import pytest

from holin.park import LoadShape
from holin.picture.connection.page import _of_words
from holin.picture.connection.words import said


@pytest.mark.parametrize("shape", list(LoadShape))
def test_every_shape_of_a_load_has_a_name_in_both_languages(shape: LoadShape) -> None:
    english, chinese = said(f"shape.{shape}", "en"), said(f"shape.{shape}", "zh")
    assert english != chinese and str(shape).partition("_")[0] not in chinese


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["L-SUB1", "–"], True), (["overload", "new"], True), (["1\u202f024 – 1\u202f577 MVA", "1.40 %"], False),
        (["–", "117.7 %"], False), (["−3.2", ""], False), (["", "–"], False), (["+1.5 %"], False),
    ],
)  # fmt: skip
def test_a_column_is_of_words_where_no_cell_begins_with_a_figure(cells: list[str], words: bool) -> None:
    assert _of_words(cells) is words
