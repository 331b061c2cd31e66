"""Finding a dossier code in free text, as citizens copy it from an appointment slip."""

from __future__ import annotations

import re
from typing import NamedTuple

from core.text.fold import fold_with_offsets

# H99.01-261102-0001 or 000.00.12.H99-261102-0001. People put spaces around dots and dashes, leave the dashes
# out, or paste a long dash; the day and the serial number at the end keep it unmistakable.
_DOT = r"\s?[.\s]\s?"
_DASH = r"\s?[-\u2010-\u2015\s]\s?"
_CODE = re.compile(
    rf"(?<![a-z0-9])((?:\d{{3}}{_DOT}\d{{2}}{_DOT}\d{{2}}{_DOT})?[a-z]\d{{2}}(?:{_DOT}\d{{2}}){{0,3}})"
    rf"{_DASH}(\d{{6}}){_DASH}(\d{{4,7}})(?!\d)"
)
_SEPARATORS = re.compile(r"[.\s]+")

# What is left when part of a code was not copied: the agency without its point, a serial cut short.
_PARTIAL = re.compile(
    r"(?<![a-z0-9./-])(?:[a-z]\d{2}(?:\.\d{2}){0,3}-\d{6}-\d{1,7}|\d{6}-\d{3,7}|[a-z]\d{2}(?:\.\d{2}){0,3}-\d{6})(?![a-z0-9/-])"
)


class DossierCode(NamedTuple):
    """A code in its official writing (capital letters, no spaces) and where it stands in the text."""

    code: str
    start: int
    end: int


def find_dossier_codes(text: str) -> list[DossierCode]:
    """Every dossier code in ``text``, in order. Its shape only: whether it exists is not told here."""
    folded, offsets = fold_with_offsets(text)
    found = []
    for match in _CODE.finditer(folded):
        agency, day, serial = match.groups()
        code = f"{_SEPARATORS.sub('.', agency)}-{day}-{serial}".upper()
        found.append(DossierCode(code, offsets[match.start()], offsets[match.end() - 1] + 1))
    return found


def find_partial_codes(text: str) -> list[str]:
    """What looks like a dossier code of which a part is missing, as it was typed."""
    folded, _ = fold_with_offsets(text)
    whole = {match.span() for match in _CODE.finditer(folded)}
    found = (match for match in _PARTIAL.finditer(folded))
    return [m.group() for m in found if not any(a <= m.start() < b for a, b in whole)]
