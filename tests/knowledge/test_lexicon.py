"""Citizens' words in the words of the law."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.fold import fold
from core.yaml_shape import ContentShapeError
from knowledge.lexicon import Lexicon, SynonymFile, parse_lexicon, parse_lexicon_file

FOLDER = Path(__file__).resolve().parents[2] / "content" / "lexicon"
NAMES = ("abbreviations.yaml", "teencode.yaml", "dialect.yaml", "synonyms.yaml")
FILES = {f"lexicon/{name}": (FOLDER / name).read_text(encoding="utf-8") for name in NAMES}
LEXICON = parse_lexicon(FILES)


@pytest.mark.parametrize(
    ("typed", "expanded"),
    [
        ("lam gks cho be", "lam giay khai sinh cho be"),
        ("xin gpxd", "xin giay phep xay dung"),
        ("làm lại cccd", "lam lai can cuoc"),
        ("xntthn", "xac nhan tinh trang hon nhan"),
        ("nhap hk cho con", "nhap ho khau cho con"),
        ("co can hk", "co can khong"),
        ("dk kh", "dang ky ket hon"),
        ("lam online dk", "lam truc tuyen duoc khong"),
        ("du dk mua nha", "du dieu kien mua nha"),
        ("cc giay to", "cong chung giay to"),
        ("mat cc", "mat can cuoc"),
        ("quyen sd dat", "quyen su dung dat"),
        ("lam sd", "lam so do"),
        ("xoa tt", "xoa tam tru"),
        ("đất nn", "dat nong nghiep"),
        ("lay chong nn", "ket hon nuoc ngoai"),
        ("co phai nop ko", "co phai nop khong"),
        ("can j k", "can gi khong"),
        ("so hong", "so hong"),
        ("lam so hong duoc hong", "lam so hong duoc khong"),
        ("mần giấy khai sanh ở mô", "lam giay khai sinh o dau"),
        ("tui hổng biết mần răng", "toi khong biet lam sao"),
        ("mấy bữa có", "may ngay co"),
        ("cần giấy chi", "can giay gi"),
        ("cất nhà", "xay nha"),
        ("bằng lái hạng c", "bang lai hang c"),
        ("nấu rượu", "nau ruou"),
        ("đăng ký tàu cá", "dang ky tau ca"),
        ("đi mổ ở bệnh viện", "di mo o benh vien"),
        ("cho mở tiệm", "cho mo tiem"),
        ("thuế vat", "thue gia tri gia tang"),
        ("vật tư", "vat tu"),
        ("thủ tục 1.001193", "thu tuc 1.001193"),
    ],
)
def test_words_are_written_out(typed: str, expanded: str) -> None:
    assert LEXICON.expand(fold(typed)) == expanded


@pytest.mark.parametrize(
    ("question", "concept"),
    [
        ("làm sổ đỏ cần gì", "quyền sử dụng đất"),
        ("mat so hong thi sao", "Giấy chứng nhận do bị mất"),
        ("làm mất cái sổ đỏ", "Giấy chứng nhận do bị mất"),
        ("xin giay doc than", "tình trạng hôn nhân"),
        ("công chứng photo", "bản sao từ bản chính"),
        ("sao y bang tot nghiep", "bản sao từ bản chính"),
        ("lam cmnd", "thẻ căn cước"),
        ("nhap khau cho vo", "đăng ký thường trú"),
        ("xin phép cất nhà", "giấy phép xây dựng"),
        ("mo quan ca phe", "hộ kinh doanh"),
        ("sang ten xe", "sang tên xe"),
        ("mất cà vẹt", "đăng ký xe"),
        ("con tui đi lính", "nghĩa vụ quân sự"),
        ("rút bảo hiểm", "bảo hiểm xã hội một lần"),
        ("thi bằng lái", "giấy phép lái xe"),
        ("dựng rạp đám cưới", "vỉa hè"),
        ("heo bị dịch", "dịch bệnh động vật"),
        ("khoan giếng", "nước dưới đất"),
        ("nuôi tôm hùm", "khu vực biển"),
    ],
)
def test_daily_words_name_the_law(question: str, concept: str) -> None:
    assert any(concept in named for named in LEXICON.concepts_in(question))


def test_the_longest_phrase_is_taken() -> None:
    named = LEXICON.concepts_in("sang tên xe máy")
    assert all("quyền sử dụng đất" not in concept for concept in named)
    assert len(LEXICON.concepts_in("sang tên")) == 2


def test_nothing_is_named_for_other_talk() -> None:
    assert LEXICON.concepts_in("chào buổi sáng") == []
    assert LEXICON.concepts_in("") == []


def test_search_gets_folded_concepts() -> None:
    assert LEXICON.concepts("xin giay doc than") == ["cap giay xac nhan tinh trang hon nhan"]


def test_there_are_enough_concepts_and_every_phrase_is_found() -> None:
    file = parse_lexicon_file(FILES["lexicon/synonyms.yaml"], "lexicon/synonyms.yaml")
    assert isinstance(file, SynonymFile)
    assert len(file.concepts) >= 250
    for concept in file.concepts:
        for phrase in concept.says:
            assert concept.concept in LEXICON.concepts_in(phrase), phrase
            assert concept.concept in LEXICON.concepts_in(fold(phrase)), phrase


def test_every_concept_speaks_as_the_catalogue_does(shared: Path) -> None:
    with gzip.open(shared / "data" / "procedures" / "national-2026-07.jsonl.gz", "rt") as lines:
        names = [set(fold(json.loads(line)["ten_thu_tuc"]).split()) for line in lines]
    with gzip.open(shared / "data" / "procedures" / "defence-2025-12.jsonl.gz", "rt") as lines:
        names += [set(fold(json.loads(line)["metadata"]["tên_thủ_tục"]).split()) for line in lines]
    names = [{re.sub(r"\W", "", word) for word in name} for name in names]
    file = parse_lexicon_file(FILES["lexicon/synonyms.yaml"], "lexicon/synonyms.yaml")
    assert isinstance(file, SynonymFile)
    for concept in file.concepts:
        asked = {re.sub(r"\W", "", word) for word in fold(concept.concept).split()}
        assert max(len(asked & name) / len(asked) for name in names) >= 0.7, concept.concept


# Abbreviations that the law's own names use; everything else in a name must stay as it is.
USED_BY_THE_LAW = frozenset("ubnd bhxh bhyt bhtn bhtnld tnld tnhh mtv gtgt tncn tndn".split())


def test_official_names_are_left_as_they_are(shared: Path) -> None:
    """A syllable of the law must not be mistaken for an abbreviation or for dialect."""
    changed = []
    with gzip.open(shared / "data" / "procedures" / "national-2026-07.jsonl.gz", "rt") as lines:
        for line in lines:
            name = re.findall(r"[0-9a-z]+(?:[./-][0-9a-z]+)*", fold(json.loads(line)["ten_thu_tuc"]))
            name = [word for word in name if word not in USED_BY_THE_LAW]
            if LEXICON.expand_tokens(name) != name:
                changed.append(" ".join(name))
    assert len(changed) <= 12, changed


@given(st.text(max_size=60))
def test_any_text_is_read_without_failing(text: str) -> None:
    LEXICON.concepts_in(text)


@given(st.lists(st.sampled_from("dk hk cc tt sd hong k co ko tui o mo gks so do mat".split()), max_size=8))
def test_words_that_are_not_in_the_lexicon_are_kept(tokens: list[str]) -> None:
    expanded = LEXICON.expand_tokens([*tokens, "zzzz"])
    assert expanded[-1] == "zzzz"
    assert Lexicon().expand_tokens(tokens) == tokens


@pytest.mark.parametrize(
    ("source", "text", "said"),
    [
        ("lexicon/abbreviations.yaml", "words: {CCCD: căn cước}", "không dấu"),
        ("lexicon/abbreviations.yaml", "words: {giay: giấy}", "chính nó"),
        (
            "lexicon/abbreviations.yaml",
            "words: {a1: x}\nambiguous: {a1: [{means: y}]}",
            "chỉ để một chỗ",
        ),
        ("lexicon/teencode.yaml", "ambiguous: {k: [{means: không, before: [có]}]}", "đứng cạnh"),
        ("lexicon/dialect.yaml", "phrases: [{says: mần}]", "phrases.0.means"),
        ("lexicon/synonyms.yaml", "concepts: [{concept: x, says: [], field: y}]", "concepts.0.says"),
        ("lexicon/other.yaml", "words: {}", "đặt tên tệp"),
    ],
)
def test_a_mistake_names_file_key_and_remedy(source: str, text: str, said: str) -> None:
    with pytest.raises(ContentShapeError) as caught:
        parse_lexicon({source: text})
    assert source in str(caught.value)
    assert said in str(caught.value)
    assert "Cách sửa" in str(caught.value)
