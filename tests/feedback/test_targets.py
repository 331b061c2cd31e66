"""Targets are shown with their year and source, and a mistake in a file is found by name."""

from datetime import date
from pathlib import Path

import pytest

from core.yaml_shape import ContentShapeError
from feedback.index import Comparator
from feedback.targets import City, Measure, Scope, TargetUnit, label, load_targets, parse_targets

FOLDER = Path(__file__).parents[2] / "content/targets"
TODAY = date(2026, 11, 22)
GOOD = """
city: long-khanh
source: {document: Kế hoạch thử, issuer: Xã Ví Dụ, date: "2026"}
targets:
  - {id: thu-1, measure: on_time, denominator: hồ sơ, scope: city, from: 2026, to: 2026, comparator: ">=",
     value: 97, unit: percent}
"""


@pytest.fixture(scope="module")
def targets():
    return load_targets(FOLDER)


def only(found):
    assert len(found) == 1
    return found[0]


def test_long_khanh_goes_on_with_its_ninety_four_of_2024(targets):
    target = only(targets.yardsticks(City.LONG_KHANH, Measure.PROCEDURES_SATISFACTION, TODAY))
    assert (target.value, target.scope, target.comparator) == (94, Scope.EACH_UNIT, Comparator.AT_LEAST)
    assert target.share == 0.94
    assert label(target) == "chỉ tiêu năm 2024, Kế hoạch 112/KH-UBND"


@pytest.mark.parametrize(("year", "value"), [(2021, 80), (2022, 85), (2024, 85), (2025, 90), (2026, 90)])
def test_quy_nhon_climbs_in_steps_and_keeps_the_last_one(targets, year, value):
    found = targets.yardsticks(City.QUY_NHON, Measure.PROCEDURES_SATISFACTION, date(year, 12, 31))
    assert only(found).value == value
    assert only(found).source.document == "Kế hoạch thực hiện Quyết định 468/QĐ-TTg"


def test_a_city_without_a_document_has_no_yardstick(targets):
    assert targets.yardsticks(City.LONG_KHANH, Measure.SIPAS, TODAY) == ()
    assert targets.yardsticks(City.LONG_KHANH, Measure.ON_TIME, date(2023, 12, 31)) == ()


def test_a_document_that_contradicts_itself_is_shown_with_both_places(targets):
    found = targets.yardsticks(City.LONG_KHANH, Measure.ONLINE_SHARE, TODAY)
    wards = {(target.value, target.place) for target in found if target.scope is Scope.WARDS}
    assert wards == {(40, "phần kế hoạch"), (30, "phụ lục")}
    assert label(found[-1]).endswith(", phụ lục")


def test_the_wait_is_an_upper_bound_in_minutes_and_not_a_share(targets):
    target = only(targets.yardsticks(City.QUY_NHON, Measure.WAITING_MINUTES, TODAY))
    assert (target.value, target.comparator, target.unit) == (15, Comparator.AT_MOST, TargetUnit.MINUTES)
    with pytest.raises(ValueError, match="not a share"):
        _ = target.share


def test_every_target_on_file_names_its_document(targets):
    assert len(targets) == 38
    assert all(target.source.document in label(target) for target in targets.all)
    assert {(t.measure, t.comparator) for t in targets.all if t.comparator is Comparator.MORE_THAN} == {
        (Measure.ON_TIME, Comparator.MORE_THAN)
    }


def test_a_current_target_of_the_province_replaces_the_yardstick():
    newer = GOOD.replace("thu-1", "moi-1").replace("2026", "2027").replace("97", "98")
    found = parse_targets({"a.yaml": GOOD, "b.yaml": newer})
    assert only(found.yardsticks(City.LONG_KHANH, Measure.ON_TIME, date(2026, 6, 1))).value == 97
    assert only(found.yardsticks(City.LONG_KHANH, Measure.ON_TIME, date(2027, 1, 1))).value == 98


@pytest.mark.parametrize(
    ("wrong", "right", "names"),
    [
        ("value: 97", "value: 970", "mục 'targets.0': tỷ lệ 970.0 lớn hơn 100"),
        ("value: 97", "value: cao", "mục 'targets.0.value'"),
        ("on_time", "punctuality", "mục 'targets.0.measure': không nhận giá trị 'punctuality'"),
        ("unit: percent", "unit: minutes", "on_time không đo bằng minutes"),
        ("to: 2026", "to: 2025", "năm cuối 2025 trước năm đầu 2026"),
        ("city: long-khanh", "city: da-lat", "mục 'city'"),
        ("city: long-khanh", "city: [long-khanh", "viết sai quy cách YAML"),
        ("scope: city", "scope: city, colour: red", "mục 'targets.0.colour': khóa này không có"),
    ],
)
def test_an_error_names_the_file_and_the_key(wrong, right, names):
    with pytest.raises(ContentShapeError) as caught:
        parse_targets({"a.yaml": GOOD.replace(wrong, right)})
    assert names in str(caught.value)
    assert str(caught.value).startswith("a.yaml, mục ")


def test_a_target_may_not_stand_in_two_files():
    with pytest.raises(ContentShapeError, match=r"b\.yaml, mục 'targets\.0\.id': id 'thu-1' đã dùng rồi"):
        parse_targets({"a.yaml": GOOD, "b.yaml": GOOD})
