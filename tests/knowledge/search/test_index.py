"""Finding a record by words, by meaning, and after an edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.schemas import Level, Procedure
from knowledge.search.decide import FEATURES, Calibration, features
from knowledge.search.index import Hit, SearchIndex
from knowledge.search.passages import Passages
from tests.knowledge.search.encoders import BagEncoder

_NAMES = {
    "birth": "Đăng ký khai sinh",
    "again": "Đăng ký lại khai sinh",
    "marriage": "Đăng ký kết hôn",
    "residence": "Đăng ký tạm trú",
    "building": "Cấp giấy phép xây dựng mới, giấy phép sửa chữa đối với nhà ở riêng lẻ",
    "husband": "Hỗ trợ vợ của thương binh",
}


def _procedures(**more: str) -> list[Procedure]:
    return [
        Procedure(code=code, name=name, field="Hộ tịch", levels=(Level.COMMUNE,))
        for code, name in (_NAMES | more).items()
    ]


def _codes(hits: list[Hit]) -> list[str]:
    return [hit.code for hit in hits]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("đăng ký tạm trú", "residence"),
        ("dk tam tru o dau", "residence"),
        ("DANG KY KET HON", "marriage"),
        ("dang kyy kets hoon", "marriage"),
        ("mất khai sinh, đăng ký lại", "again"),
        ("giay phep xay dung", "building"),
    ],
)
def test_a_record_is_found_however_it_is_written(asked: str, code: str) -> None:
    assert SearchIndex(_procedures()).search(asked)[0].code == code


def test_nothing_is_found_by_nothing() -> None:
    assert SearchIndex(_procedures()).search("?!") == []
    assert SearchIndex([]).search("khai sinh") == []


def test_just_the_name_of_one_record_needs_no_weighing() -> None:
    index = SearchIndex(_procedures(), {"birth": ["em bé mới sinh"]})
    assert index.search("em be moi sinh")[0].exact
    assert index.named("Em bé mới sinh?") == "birth"
    assert index.named("khai sinh") is None


def test_meaning_finds_what_the_words_do_not(tmp_path: Path) -> None:
    index = SearchIndex(_procedures())
    on_words = index.search("tiền cho chồng thương binh")
    passages = Passages(tmp_path, BagEncoder())
    assert not index.attach(passages)
    assert not index.knows_meaning
    list(passages.fill(index.passages()))
    assert index.attach(passages)
    with_meaning = index.search("tiền cho chồng thương binh")
    assert with_meaning[0].code == "husband"
    assert with_meaning[0].meaning > 0 == on_words[0].meaning
    assert with_meaning[0].score - with_meaning[1].score > on_words[0].score - on_words[1].score


def test_one_reading_of_a_sentence_is_encoded_once(tmp_path: Path) -> None:
    encoder = BagEncoder()
    index = SearchIndex(_procedures())
    passages = Passages(tmp_path, encoder)
    list(passages.fill(index.passages()))
    index.attach(passages)
    index.search("khai sinh", whole="khai sinh ở đâu")
    index.search("khai sinh ở đâu", whole="khai sinh ở đâu")
    assert passages.query.cache_info().misses == 1


def test_after_an_edit_the_new_index_answers_as_one_built_from_nothing() -> None:
    first = SearchIndex(_procedures())
    changed = _procedures(residence="Khai báo ở trọ", pet="Đăng ký nuôi chó")
    after = SearchIndex(changed, before=first)
    fresh = SearchIndex(changed)
    for asked in ("dang ky tam tru", "khai bao o tro", "nuoi cho", "khai sinh lai", "giay phep"):
        found, expected = after.search(asked), fresh.search(asked)
        assert _codes(found) == _codes(expected)
        assert [h.score for h in found] == pytest.approx([h.score for h in expected], abs=1e-4)
    assert first.search("dang ky tam tru")[0].code == "residence"


def test_a_record_that_is_not_yet_encoded_is_found_by_its_words(tmp_path: Path) -> None:
    many = {f"extra{n}": f"Thủ tục loại {n} về việc số {n}" for n in range(60)}
    before = SearchIndex(_procedures(**many))
    passages = Passages(tmp_path, BagEncoder())
    list(passages.fill(before.passages()))
    index = SearchIndex(_procedures(**many, pet="Đăng ký nuôi chó"), before=before)
    assert index.attach(passages)
    assert index.search("nuôi chó phải đăng ký")[0].code == "pet"


def test_the_calibration_fits_the_features() -> None:
    calibration = Calibration.load()
    for fitted in (calibration.on_words, calibration.with_meaning):
        assert len(fitted.first) == len(fitted.three) == len(FEATURES)
    hits = SearchIndex(_procedures()).search("đăng ký kết hôn cần gì")
    assert len(features(hits)) == len(FEATURES)
