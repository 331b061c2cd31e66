"""Nobody's answer can be worked out from a table by subtracting what is shown."""

from hypothesis import given
from hypothesis import strategies as st

from feedback.disclosure import hidden_cells

tables = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60), max_size=8)


def test_a_lone_small_cell_takes_its_smallest_neighbour_along():
    assert hidden_cells({"a": 3, "b": 40, "c": 12, "d": 90}) == {"a", "c"}


def test_small_cells_that_add_up_to_less_than_five_take_a_neighbour_along_too():
    assert hidden_cells({"a": 1, "b": 2, "c": 30, "d": 31}) == {"a", "b", "c"}
    assert hidden_cells({"a": 2, "b": 3, "c": 30}) == {"a", "b"}


def test_nothing_is_hidden_without_need_and_empty_cells_only_beside_hidden_ones():
    assert hidden_cells({"a": 5, "b": 60}) == set()
    assert hidden_cells({"a": 0, "b": 60}) == set()
    assert hidden_cells({"a": 0, "b": 4, "c": 9}) == {"a", "b", "c"}
    assert hidden_cells({}) == set()


@given(tables)
def test_what_is_hidden_is_never_one_cell_nor_under_five_unless_everything_is(table):
    hidden = hidden_cells(table)
    assert {cell for cell, n in table.items() if 0 < n < 5} <= hidden
    shown = {cell for cell, n in table.items() if n and cell not in hidden}
    answered = {cell for cell in hidden if table[cell]}
    if answered and shown:
        assert len(answered) >= 2
        assert sum(table[cell] for cell in answered) >= 5
