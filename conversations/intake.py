"""What happens to a citizen's words before anything tries to understand them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from core.text.mask import mask_personal


class Unusable(StrEnum):
    """Why a message cannot be understood as it is."""

    EMPTY = "empty"
    NO_WORDS = "no_words"
    COMMAND = "command"


@dataclass(frozen=True)
class CleanText:
    """``text`` is masked and cut; ``was_cut`` tells that the end was left out."""

    text: str
    was_cut: bool = False
    unusable: Unusable | None = None


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# Rasa reads "/intent{...}" as a command: only our own buttons may send one.
_COMMAND = re.compile(r"^[\s/]*/+\s*")
_COMMAND_TAIL = re.compile(r"^([a-z_]+)$")
_PAYLOAD = re.compile(r"^[A-Za-z_]+\s*[\[{].*", re.DOTALL)
# A one-time code is for the proof alone: it is neither stored nor handed to the assistant.
_ONE_TIME_CODE = re.compile(r"^\D{0,24}\d{3}[ .-]?\d{3}\D{0,6}$")
CODE_PLACEHOLDER = "[mã sáu số]"
COMMAND_PLACEHOLDER = "[lệnh]"
_WORD = re.compile(r"[^\W_]")


def clean(text: str, *, limit: int) -> CleanText:
    """Strip control characters and commands, cut at ``limit`` characters, mask personal data."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n")).strip()
    if not text:
        return CleanText("", unusable=Unusable.EMPTY)
    if text.startswith("/"):
        text = _COMMAND.sub("", text)
        if _PAYLOAD.match(text):
            return CleanText(COMMAND_PLACEHOLDER, unusable=Unusable.COMMAND)
        command = _COMMAND_TAIL.match(text)
        text = command.group(1).replace("_", " ") if command else text
    was_cut = len(text) > limit
    if was_cut:
        text = text[:limit]
    if not _WORD.search(text):
        return CleanText(text, was_cut=was_cut, unusable=Unusable.NO_WORDS)
    if _ONE_TIME_CODE.match(text):
        return CleanText(CODE_PLACEHOLDER)
    return CleanText(mask_personal(text), was_cut=was_cut)
