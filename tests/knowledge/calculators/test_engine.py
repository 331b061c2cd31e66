"""The sheet of sums: only plain formulas, no number of its own, no circle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.calculators.engine import FormulaError, Sheet


def test_steps_are_worked_out_in_the_order_they_need_each_other() -> None:
    sheet = Sheet({"c": "b + a", "b": "min(a, most) * rate"}, frozenset({"a", "rate", "most"}))
    assert sheet.order.index("b") < sheet.order.index("c")
    assert sheet.work_out({"a": 5, "rate": 2, "most": 3}) == {"a": 5, "rate": 2, "most": 3, "b": 6, "c": 11}


@pytest.mark.parametrize(
    ("formulas", "told"),
    [
        ({"a": "b + x", "b": "c", "c": "a"}, "vòng lại nhau"),
        ({"a": "a + x"}, "vòng lại nhau"),
        ({"a": "x * 2000"}, "số 2000"),
        ({"a": "x * True"}, "số True"),
        ({"a": "x / x"}, "phép lạ"),
        ({"a": "x ** x"}, "phép lạ"),
        ({"a": "__import__(x)"}, "phép lạ"),
        ({"a": "x.real"}, "phép lạ"),
        ({"a": "min(x)"}, "phép lạ"),
        ({"a": "x +"}, "viết sai"),
        ({"a": "y"}, "'y' chưa có"),
        ({"x": "1"}, "hai nghĩa"),
    ],
)
def test_a_formula_that_may_not_be_used_is_refused_with_its_reason(
    formulas: dict[str, str], told: str
) -> None:
    with pytest.raises(FormulaError, match=told):
        Sheet(formulas, frozenset({"x"}))


def test_a_sum_out_of_all_reason_is_a_slip_of_the_keyboard() -> None:
    with pytest.raises(FormulaError, match="lớn quá"):
        Sheet({"a": "x * x"}, frozenset({"x"})).work_out({"x": 10**9})


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=16))
def test_a_circle_is_found_wherever_it_is(arrows: list[tuple[int, int]]) -> None:
    needs: dict[int, set[int]] = {n: set() for n in range(8)}
    for one, other in arrows:
        needs[one].add(other)
    reached = {n: set(needs[n]) for n in needs}
    for _ in needs:
        reached = {
            n: found.union(*(reached[m] for m in found)) if found else found for n, found in reached.items()
        }
    circular = any(n in found for n, found in reached.items())
    formulas = {
        f"s{chr(97 + n)}": " + ".join(["x", *(f"s{chr(97 + m)}" for m in found)])
        for n, found in needs.items()
    }
    if circular:
        with pytest.raises(FormulaError):
            Sheet(formulas, frozenset({"x"}))
    else:
        assert all(value >= 1 for value in Sheet(formulas, frozenset({"x"})).work_out({"x": 1}).values())
