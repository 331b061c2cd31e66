"""Choosing among the buttons of the last message by number, by word, or by "the second one"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.message import Button
from core.text.fold import fold

_ORDINALS = {
    "dau": 1, "dau tien": 1, "thu nhat": 1, "mot": 1, "nhat": 1,
    "thu hai": 2, "hai": 2,
    "thu ba": 3, "ba": 3,
    "thu tu": 4, "tu": 4, "bon": 4, "thu bon": 4,
}  # fmt: skip
_NUMBER = re.compile(
    r"^(?:so|cai|chon|chon so|muc|y|cai so|truong hop|th)?\s*(\d)\s*[.)]?(?: a| nhe| di| nha)?$"
)
_ORDINAL = re.compile(
    r"^(?:cai|so|chon|chon cai|muc|y|truong hop)\s+(?P<word>[a-z ]+?)(?: a| nhe| di| nha)?$"
)


def chosen(text: str, buttons: Sequence[Button]) -> Button | None:
    """The button meant by a short reply; none when the text reads like a fresh sentence."""
    if not buttons:
        return None
    folded = fold(text).strip(" .!")
    number = _number(folded)
    if number is not None:
        return buttons[number - 1] if 1 <= number <= len(buttons) else None
    for button in buttons:
        if folded == fold(button.title).strip(" .!"):
            return button
    return None


def _number(folded: str) -> int | None:
    if match := _NUMBER.match(folded):
        return int(match.group(1))
    if match := _ORDINAL.match(folded):
        return _ORDINALS.get(match.group("word"))
    return _ORDINALS.get(folded) if folded.startswith("thu ") or folded == "dau tien" else None
