"""What an officer reads when a content file has a mistake."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import BaseModel, ConfigDict

from core.yaml_shape import ContentShapeError, parse_front_matter, parse_shape, read_yaml


class Feast(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    day: date
    open: bool = False


def problems(text: str) -> str:
    with pytest.raises(ContentShapeError) as caught:
        parse_shape(Feast, text, "calendar/2026.yaml")
    return str(caught.value)


def test_words_that_yaml_would_change_stay_as_written() -> None:
    data = read_yaml("on: no\ncode: 1.010100\nhour: 07:30\nday: 2026-11-24", "x.yaml")
    assert data == {"on": "no", "code": "1.010100", "hour": "07:30", "day": "2026-11-24"}


def test_null_and_truth_are_not_text() -> None:
    assert read_yaml("a:\nb: ~\nc: true\nd: null", "x.yaml") == {"a": None, "b": None, "c": True, "d": None}


def test_a_key_written_twice_is_refused() -> None:
    with pytest.raises(ContentShapeError, match="'name' viết hai lần"):
        read_yaml("name: a\nname: b", "x.yaml")


def test_an_unknown_key_is_named_with_the_keys_that_exist() -> None:
    said = problems("name: Tết\nday: 2026-02-17\nnghi: true")
    assert "calendar/2026.yaml" in said
    assert "'nghi'" in said
    assert "name, day, open" in said


def test_a_missing_key_and_a_wrong_date_are_told_together() -> None:
    said = problems("day: 24/11/2026")
    assert "'name': còn thiếu" in said
    assert "'day'" in said
    assert "2026-11-24" in said


def test_broken_yaml_names_the_line() -> None:
    assert "dòng 2" in problems("name: Tết\n day: 1")


def test_an_empty_file_is_refused() -> None:
    assert "calendar/2026.yaml" in problems("")


def test_front_matter_and_body() -> None:
    assert parse_front_matter("---\nid: a\n---\nThân bài\n", "a.md") == ({"id": "a"}, "Thân bài")


@pytest.mark.parametrize("text", ["Chỉ có thân bài", "---\nid: a\nkhông đóng", "---\n\n---\nx"])
def test_front_matter_that_is_missing_is_told(text: str) -> None:
    with pytest.raises(ContentShapeError, match=r"a\.md"):
        parse_front_matter(text, "a.md")
