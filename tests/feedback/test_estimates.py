"""Weights, changes, and a unit's yardstick: each worked out by hand."""

from datetime import date

import pytest

from feedback.changes import Movement, change
from feedback.drawing import for_unit
from feedback.targets import City, Measure, parse_targets
from feedback.weighting import FrameCell, weighted


def test_a_change_within_its_interval_is_no_change():
    # Newcombe 1998, table II (a): 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    found = change(56, 70, 48, 80)
    assert found.difference == pytest.approx(0.2)
    assert (found.lower, found.upper) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))
    assert found.movement is Movement.UP
    assert change(48, 80, 56, 70).movement is Movement.DOWN
    assert change(94, 100, 92, 100).movement is Movement.NOT_SEEN


def test_the_kinds_of_dossiers_that_answer_little_get_the_weight_they_have():
    # Nine of ten dossiers are online, yet half of the answers came from the counter.
    found = weighted([FrameCell(50, 30, 100), FrameCell(50, 50, 900)])
    assert found.share == pytest.approx(0.1 * 0.6 + 0.9 * 1.0)
    assert found.effective == pytest.approx(1 / (0.1**2 / 50 + 0.9**2 / 50))
    assert found.interval.lower < 0.96 < found.interval.upper


def test_weights_change_nothing_where_all_answer_alike():
    found = weighted([FrameCell(40, 36, 400), FrameCell(60, 54, 600)])
    assert found.share == pytest.approx(0.9)
    assert found.effective == pytest.approx(100)


def test_kinds_with_few_answers_are_counted_together():
    found = weighted([FrameCell(40, 30, 40), FrameCell(2, 0, 30), FrameCell(4, 4, 20), FrameCell(0, 0, 10)])
    assert found.cells == 2
    assert found.share == pytest.approx(0.4 * 0.75 + 0.6 * 4 / 6)
    assert weighted([]) is None
    assert weighted([FrameCell(0, 0, 50)]) is None


FILE = """
city: quy-nhon
source: {document: Kế hoạch ví dụ, issuer: Thành phố ví dụ, date: "2026"}
targets:
  - {id: city, measure: online_share, denominator: hồ sơ, scope: city, from: 2026, to: 2026, comparator: ">=", value: 40, unit: percent}
  - {id: wards, measure: online_share, denominator: hồ sơ, scope: wards, from: 2026, to: 2026, comparator: ">=", value: 30, unit: percent}
  - {id: units, measure: online_share, denominator: hồ sơ, scope: each_unit, from: 2026, to: 2026, comparator: ">=", value: 50, unit: percent}
"""  # noqa: E501


def test_a_ward_is_never_held_against_less_than_its_city():
    targets = parse_targets({"targets/vi-du.yaml": FILE})
    held = for_unit(targets, City.QUY_NHON, Measure.ONLINE_SHARE, date(2026, 6, 1))
    assert [target.id for target in held] == ["city", "units"]
