"""Strangers' JSON: read into plain values, or refused by one kind of error."""

from __future__ import annotations

import json
import math
import re
from typing import Any

_NOT_KEPT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def read_json(raw: bytes | str) -> Any:
    """Raises ``ValueError`` for everything that cannot be read.

    That includes what ``json.loads`` answers otherwise: lists in lists without end (``RecursionError``), and
    numbers that are none or too large (``NaN``, ``1e999``), over which later sums and dates stumble. What
    nobody could write down again is left out, see ``storable``.
    """
    try:
        text = raw if isinstance(raw, str) else raw.decode(json.detect_encoding(raw))
        found = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        found = storable(found, text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return found


def storable(found: Any, text: str) -> Any:
    """Plain values without halves of letters and without U+0000, where the JSON they were read from has any.

    A telephone sends half a letter when an emoji was cut in two; the other is what some programs fill short
    fields with, and PostgreSQL stores no text that holds it. The words around them count.
    """
    return _storable(found) if _NOT_KEPT.search(text) else found


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode()
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {_storable(name): _storable(one) for name, one in value.items()}
    return value


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a number is too large")
    return number
