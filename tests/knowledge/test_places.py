"""Old and new names of wards as citizens say them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from core.text.fold import fold
from core.yaml_shape import ContentShapeError
from knowledge.places import find_ward, parse_place

FOLDER = Path(__file__).resolve().parents[2] / "content" / "places"
PLACES = [
    parse_place(path.read_text(encoding="utf-8"), f"places/{path.name}")
    for path in sorted(FOLDER.glob("*.yaml"))
]


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
    with (
        (shared / "admin-units" / "data.csv").open(encoding="utf-8")
        if (shared / "admin-units").exists()
        else (shared / "data" / "admin-units" / "data.csv").open(encoding="utf-8") as file
    ):
        rows = {(row[0], row[1]): row[2] for row in csv.reader(file)}
    for place in PLACES:
        listed = rows[(place.province, place.name)]
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
