"""Choices of a message as lines, for channels without buttons."""

from __future__ import annotations

import re
from collections.abc import Sequence


def numbered(text: str, titles: Sequence[str]) -> list[str]:
    """``1. title`` and so on; nothing where the text itself numbers the same choices already."""
    told = {re.sub(r"\s+", " ", line).strip() for line in text.split("\n")}
    lines = [f"{number}. {title}" for number, title in enumerate(titles, start=1)]
    return [] if lines and set(lines) <= told else lines


def quoted(titles: Sequence[str]) -> str:
    """``“a”, “b” hoặc “c”``: words that can be sent instead of a press."""
    words = [f"“{title}”" for title in titles]
    return " hoặc ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
