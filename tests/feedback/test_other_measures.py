"""Measures that are not the survey: the ratio that takes silence for consent, and the nine indicators."""

import pytest

from feedback import decision_766
from feedback.nine_indicators import Band, band


def test_the_ratio_of_decision_766_takes_silence_for_satisfaction():
    assert decision_766.satisfaction_with_procedures(1000, 12) == pytest.approx(98.8)
    assert decision_766.satisfaction_with_reflections(40, 10) == 75
    assert decision_766.reflections_on_time(39, 40) == 97.5


def test_nothing_received_is_not_a_perfect_score():
    assert decision_766.satisfaction_with_procedures(0, 0) is None
    with pytest.raises(ValueError, match="not a part"):
        decision_766.satisfaction_with_procedures(5, 6)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([2] * 9, Band.EXCELLENT),
        ([2] * 6 + [1] * 3, Band.EXCELLENT),  # exactly 15
        ([2] * 5 + [1] * 4, Band.GOOD),  # 14
        ([2] * 3 + [1] * 6, Band.GOOD),  # 12
        ([2] * 2 + [1] * 7, Band.FAIR),  # 11
        ([1] * 9, Band.FAIR),  # 9
        ([1] * 8 + [0], Band.AVERAGE),  # 8
        ([1] * 6 + [0] * 3, Band.AVERAGE),  # 6
        ([1] * 5 + [0] * 4, Band.WEAK),  # 5
    ],
)
def test_bands_of_the_nine_indicators_at_their_edges(points, expected):
    assert band(points) is expected


@pytest.mark.parametrize("points", [[2] * 8, [2] * 10, [3] + [2] * 8])
def test_only_nine_ratings_make_a_rating(points):
    with pytest.raises(ValueError, match="nine ratings"):
        band(points)
