"""An age the citizen names, held against the ages in a record's names: "bé mới 5 tuổi", "dưới 14 tuổi"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.text.fold import fold

# A child whose age is told in months or days is not one year old.
_AGE = re.compile(r"\b(\d{1,3}) tuoi\b|\b(\d{1,2}) (?:thang|ngay|tuan)(?: tuoi)?\b(?! lam viec)")
_UNDER = re.compile(r"\b(?:duoi|chua du|chua den|chua toi) (\d{1,3}) tuoi")
_FROM = re.compile(r"\b(?:tu|du)(?: du)? (\d{1,3}) tuoi|(\d{1,3}) tuoi tro len")


def age_in(text: str) -> int | None:
    """Years of age that a sentence names; months count as none.

    A bound ("dưới 14 tuổi") is no age.
    """
    folded = fold(text)
    if _UNDER.search(folded) or re.search(r"tuoi tro len", folded):
        return None
    match = _AGE.search(folded)
    if match is None:
        return None
    return (
        int(match.group(1)) if match.group(1) else (0 if "tuoi" in match.group() or "be" in folded else None)
    )


def fits_age(names: Iterable[str], age: int) -> bool | None:
    """Whether a record made for an age takes this one; none when its names speak of no age."""
    folded = " ; ".join(fold(name) for name in names)
    under = [int(found) for found in _UNDER.findall(folded)]
    start = [int(a or b) for a, b in _FROM.findall(_UNDER.sub(" ", folded))]
    if not under and not start:
        return None
    return (not under or age < min(under)) and (not start or age >= max(start))
