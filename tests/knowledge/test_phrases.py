"""Citizens' names for procedures: what an officer who edits them is told, and what is shipped."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest

from core.yaml_shape import ContentShapeError, read_yaml
from knowledge.phrases import parse_phrases, same_words

CONTENT = Path(__file__).resolve().parents[2] / "content"
FILES = sorted((CONTENT / "lexicon").glob("phrases-*.yaml"))
SHIPPED = {path.name: parse_phrases(path.read_text(encoding="utf-8"), path.name) for path in FILES}
CURATED = [
    read_yaml(path.read_text(encoding="utf-8"), path.name)
    for path in sorted((CONTENT / "procedures").rglob("*.yaml"))
]

SAMPLE = """
# Việc hộ tịch
"1.001193":
  - nhà mới có em bé, đi khai sinh
  -   làm giấy khai sinh
"1.000656":
  - ba tui mới mất
"""


def test_phrases_are_kept_by_code_in_their_order() -> None:
    assert parse_phrases(SAMPLE, "phrases-a.yaml") == {
        "1.001193": ("nhà mới có em bé, đi khai sinh", "làm giấy khai sinh"),
        "1.000656": ("ba tui mới mất",),
    }


def test_a_code_without_quotes_keeps_its_last_zero() -> None:
    assert list(parse_phrases("1.010100:\n  - xin giấy này\n", "a.yaml")) == ["1.010100"]


def test_an_empty_file_says_nothing() -> None:
    assert parse_phrases("# để sau\n", "a.yaml") == {}


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("- một dòng lạc\n", "", "mã thủ tục"),
        ("khai sinh:\n  - làm giấy khai sinh\n", "khai sinh", "trong dấu nháy"),
        ('"1.001193": làm giấy khai sinh\n', "1.001193", "thêm các dòng"),
        ('"1.001193":\n', "1.001193", "thêm các dòng"),
        ('"1.001193":\n  - em bé: làm khai sinh\n', "1.001193.0", "dấu hai chấm"),
        ('"1.001193":\n  - "..."\n', "1.001193.0", "viết một dòng chữ"),
        ('"1.001193":\n  - mất sổ\n"1.000656":\n  - Mat so!\n', "1.000656.0", "đã có ở mã 1.001193"),
    ],
)
def test_an_officer_is_told_where_and_how_to_mend(text: str, key: str, said: str) -> None:
    with pytest.raises(ContentShapeError) as error:
        parse_phrases(text, "phrases-a.yaml")
    assert error.value.problems[0].key == key
    assert said in str(error.value)
    assert "phrases-a.yaml" in str(error.value)


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(ContentShapeError) as error:
        parse_phrases('"a":\n  - một\n"1.001193":\n', "a.yaml")
    assert len(error.value.problems) == 2


def test_a_code_is_written_in_one_file() -> None:
    codes = [code for phrases in SHIPPED.values() for code in phrases]
    assert sorted(codes) == sorted(set(codes))


def test_every_record_has_at_least_three_phrases() -> None:
    assert [c for phrases in SHIPPED.values() for c, listed in phrases.items() if len(listed) < 3] == []


def test_no_phrase_names_two_procedures() -> None:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for phrases in SHIPPED.values():
        for code, listed in phrases.items():
            for phrase in listed:
                owners[same_words(phrase)].add(code)
    for procedure in CURATED:
        for alias in procedure["aliases"]:
            owners[same_words(alias)].add(procedure["code"])
    assert {phrase: sorted(codes) for phrase, codes in owners.items() if len(codes) > 1} == {}


def test_phrases_are_composed_text_without_stray_spaces() -> None:
    for name, phrases in SHIPPED.items():
        for listed in phrases.values():
            for phrase in listed:
                assert phrase == unicodedata.normalize("NFC", " ".join(phrase.split())), (name, phrase)
