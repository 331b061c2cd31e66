"""Stars under a Zalo template stand beside the index: counted, never merged, silent while they are few."""

from feedback.template_ratings import Stars, as_line, shown


def test_they_are_counted_by_level_and_said_to_be_another_measure() -> None:
    found = shown(Stars({5: 3, 4: 2, 1: 1}))
    assert found == {"n": 6, "counts": {"5": 3, "4": 2, "3": 0, "2": 0, "1": 1}}
    line = as_line(found)
    assert "không cộng vào chỉ số" in line
    assert "6 lượt; 5 sao 3, 4 sao 2, 3 sao 0, 2 sao 0, 1 sao 1" in line


def test_so_few_that_they_point_at_people_are_kept_back() -> None:
    assert shown(Stars({1: 4})) is None
    assert "1 sao" not in as_line(None)
    assert "giữ kín" in as_line(None)
