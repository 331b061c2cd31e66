"""Strangers' JSON: read into plain values, or refused by one kind of error."""

from __future__ import annotations

import json
import math
import re
from typing import Any

_HALF_LETTER = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(raw: bytes | str) -> Any:
    """Raises ``ValueError`` for everything that cannot be read.

    That includes what ``json.loads`` answers otherwise: lists in lists without end (``RecursionError``), and
    numbers that are none or too large (``NaN``, ``1e999``), over which later sums and dates stumble. Halves
    of letters, which nobody could write down again, are left out: a telephone sends one when an emoji was cut
    in two, and the words around it count.
    """
    try:
        text = raw if isinstance(raw, str) else raw.decode(json.detect_encoding(raw))
        found = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        if _HALF_LETTER.search(text):
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "ignore"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number
