"""Choosing a button by number, by its word, or by "the second one" – and not by accident."""

import pytest

from conversations.choices import chosen
from core.message import Button

BUTTONS = [
    Button(title="Sổ bị mất", action="a"),
    Button(title="Sổ cũ, rách", action="b"),
    Button(title="Khác", action="c"),
]


@pytest.mark.parametrize(
    ("words", "action"),
    [
        ("1", "a"), ("số 2", "b"), ("cái thứ hai", "b"), ("cai thu 2", None), ("thứ hai", "b"), ("2.", "b"),
        ("sổ bị mất", "a"), ("SO BI MAT", "a"), ("khac", "c"), ("chọn 3", "c"), ("cái đầu tiên", "a"),
        ("4", None), ("0", None), ("sổ của tôi bị mất hôm qua", None), ("2 ngày", None), ("hai", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_short_reply_chooses_and_a_sentence_does_not(words: str, action: str | None) -> None:
    found = chosen(words, BUTTONS)
    assert (found.action if found else None) == action


def test_without_buttons_nothing_is_chosen() -> None:
    assert chosen("1", []) is None
