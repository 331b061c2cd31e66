"""Old and new names of wards as citizens say them."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest

from core.text.fold import fold
from core.yaml_shape import ContentShapeError
from knowledge.place_names import PlaceNames, find_ward
from knowledge.places import parse_place, parse_units

FOLDER = Path(__file__).resolve().parents[2] / "content" / "places"
PLACES = [
    parse_place(path.read_text(encoding="utf-8"), f"places/{path.name}")
    for path in sorted(FOLDER.glob("*.yaml"))
]
PROVINCES = [
    parse_units(path.read_text(encoding="utf-8"), f"places/units/{path.name}")
    for path in sorted((FOLDER / "units").glob("*.yaml"))
]
NAMES = PlaceNames(PLACES, PROVINCES)


def wards(text: str) -> list[str]:
    return [place.name for place in find_ward(text, PLACES)]


def note(text: str) -> str | None:
    return find_ward(text, PLACES)[0].note


def test_five_wards_for_each_former_city() -> None:
    assert sorted(p.name for p in PLACES if p.city == "quy-nhon") == [
        "Quy Nhơn",
        "Quy Nhơn Bắc",
        "Quy Nhơn Nam",
        "Quy Nhơn Tây",
        "Quy Nhơn Đông",
    ]
    assert len([p for p in PLACES if p.city == "long-khanh"]) == 5


def test_file_names_are_the_ids() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == sorted(place.id for place in PLACES)


def test_no_name_belongs_to_two_wards() -> None:
    names = [fold(name) for p in PLACES for name in {fold(n) for n in (p.name, *p.aliases, *p.old_names)}]
    assert len(names) == len(set(names))


def test_names_agree_with_the_list_of_new_units(shared: Path) -> None:
    with (shared / "data" / "admin-units" / "data.csv").open(encoding="utf-8") as file:
        rows = {(row[0], row[1]): row[2] for row in csv.reader(file)}
    for place in PLACES:
        listed = nfc(rows[(place.province, place.name)])
        for old in place.old_names:
            assert old in listed


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("tui ở phường Quy Nhơn Nam", ["Quy Nhơn Nam"]),
        ("phuong quy nhon nam", ["Quy Nhơn Nam"]),
        ("p. Quy Nhơn", ["Quy Nhơn"]),
        ("phường Qui Nhơn Bắc", ["Quy Nhơn Bắc"]),
        ("79 tuổi ở Ghềnh Ráng", ["Quy Nhơn Nam"]),
        ("o gành ráng", ["Quy Nhơn Nam"]),
        ("Nhơn Lý nộp ở đâu", ["Quy Nhơn Đông"]),
        ("phường Trần Phú cũ", ["Quy Nhơn"]),
        ("phường Đống Đa giờ nhập về đâu", ["Quy Nhơn"]),
        ("xa phuoc my", ["Quy Nhơn Tây"]),
        ("phường Xuân An cũ ra phường nào", ["Long Khánh"]),
        ("tui ở Suối Tre", ["Bình Lộc"]),
        ("xã Bàu Trâm", ["Long Khánh"]),
        ("UBND phường Hàng Gòn", ["Hàng Gòn"]),
        ("phường Ghềnh Ráng, thành phố Quy Nhơn", ["Quy Nhơn Nam"]),
        ("từ Ghềnh Ráng qua Nhơn Bình", ["Quy Nhơn Nam", "Quy Nhơn Đông"]),
        ("lễ cưới ở Pleiku", []),
        ("số 45 Trần Phú", []),
        ("đường Nguyễn Văn Cừ", []),
        ("cầu Thị Nại", []),
        ("trường Quang Trung", []),
        ("", []),
    ],
)
def test_a_ward_is_found_by_any_of_its_names(text: str, names: list[str]) -> None:
    assert wards(text) == names


def test_an_old_name_is_explained() -> None:
    assert note("tui o ghenh rang") == "Ghềnh Ráng nay thuộc phường Quy Nhơn Nam."


def test_a_new_name_needs_no_explanation() -> None:
    assert note("phường Quy Nhơn Nam") is None
    assert note("phường Bảo Vinh cũ") is None


@pytest.mark.parametrize(
    "text",
    ["UBND thành phố Quy Nhơn còn nhận hồ sơ không", "ubnd tp quy nhon", "TP Qui Nhơn bỏ rồi hỏi ai"],
)
def test_the_former_city_is_explained_with_its_wards(text: str) -> None:
    assert len(wards(text)) == 5
    assert "01/07/2025" in (note(text) or "")
    assert "thành phố Quy Nhơn" in (note(text) or "")
    assert "Quy Nhơn Đông" in (note(text) or "")


def test_the_former_town_of_long_khanh_too() -> None:
    assert "không còn thành phố Long Khánh" in (note("ủy ban thành phố Long Khánh ở đâu") or "")
    assert len(wards("thị xã Long Khánh hồi trước")) == 5


def test_the_bare_name_of_a_city_may_be_any_of_its_wards() -> None:
    assert len(wards("tui ở Quy Nhơn thì nộp ở đâu")) == 5
    assert note("tui ở Quy Nhơn thì nộp ở đâu") is None


def test_the_centre_has_its_full_name() -> None:
    place = next(p for p in PLACES if p.id == "quy-nhon-nam")
    assert place.centre == "Trung tâm Phục vụ hành chính công phường Quy Nhơn Nam"
    assert place.phone is None


def test_a_mistake_names_file_key_and_remedy() -> None:
    with pytest.raises(ContentShapeError) as caught:
        parse_place(
            "id: Quy Nhon\nname: x\nprovince: y\ncity: z\nformer_city: t\ntelephone: 1", "places/x.yaml"
        )
    assert "places/x.yaml, mục 'id'" in str(caught.value)
    assert "'telephone'" in str(caught.value)
    assert "Cách sửa" in str(caught.value)


def test_no_places_no_wards() -> None:
    assert find_ward("phường Quy Nhơn", ()) == []


def test_every_unit_of_both_provinces_is_there_with_its_old_names(shared: Path) -> None:
    with (shared / "data" / "admin-units" / "data.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if row[0] in {p.province for p in PROVINCES}]
    listed = {
        (p.province, nfc(unit)): [one.name for one in p.old_names(unit)]
        for p in PROVINCES
        for unit in p.units
    }
    assert set(listed) == {(row[0], nfc(row[1])) for row in rows}
    for province, unit, old in rows:
        for name in listed[province, nfc(unit)]:
            assert name in nfc(old), (unit, name)
    assert {len(p.units) for p in PROVINCES} == {135, 95}


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("xã Phước Thuận giờ thuộc đâu", ["Tuy Phước"]),
        ("thi tran dieu tri", ["Tuy Phước"]),
        ("phường Đống Đa, Pleiku", ["Thống Nhất"]),
        ("phường Đống Đa thành phố Quy Nhơn", ["Quy Nhơn"]),
        ("xã Gia Tân 1", ["Thống Nhất"]),
        ("Nhơn Lý", ["Quy Nhơn Đông"]),
        ("mua đồng hồ", []),
        ("xã hội", []),
    ],
)
def test_the_rest_of_the_province_is_known_behind_the_word_for_a_unit(text: str, names: list[str]) -> None:
    assert [place.name for place in NAMES.find(text).places] == names


def test_a_name_that_two_places_had_is_given_with_both_ours_first() -> None:
    found = NAMES.find("phường Đống Đa nay về đâu")
    assert found.places == []
    assert [place.note for place in found.either] == [
        "Đống Đa (thành phố Quy Nhơn cũ): nay thuộc phường Quy Nhơn, tỉnh Gia Lai",
        "Đống Đa (thành phố Pleiku cũ): nay thuộc Thống Nhất, tỉnh Gia Lai",
    ]


def test_a_unit_that_was_split_says_that_only_a_part_went_there() -> None:
    notes = [place.note or "" for place in NAMES.find("xã Xuân Tâm cũ").either]
    assert any("một phần nay thuộc Xuân Hòa" in note for note in notes)


@pytest.mark.parametrize("text", ["huyện Tuy Phước", "thi xa an khe", "UBND thành phố Pleiku"])
def test_an_abolished_district_is_no_ward_of_that_name(text: str) -> None:
    found = NAMES.find(text)
    assert found.district
    assert found.places == found.either == []


def test_old_names_that_cannot_be_read_are_refused_with_the_unit() -> None:
    with pytest.raises(ValueError, match="An Phú"):
        parse_units("province: x\nformer_provinces: [x]\nunits:\n  An Phú: ['(y)']\n", "places/units/x.yaml")
