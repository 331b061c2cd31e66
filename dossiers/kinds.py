"""What a dossier's code and procedure say about how it must be treated."""

from __future__ import annotations

import re

from core.text.fold import fold

# Codes of the invented agency H99 belong to samples; a message about one must never leave the machine.
_SAMPLE = re.compile(r"(?:^|\.)H99[.-]")
# Deaths, funerals, divorces, adoptions: no congratulation, no survey (the voice of the product, rule 8).
_SAD_WORDS = (
    "khai tu",
    "mai tang",
    "tu tran",
    "tu tuat",
    "hy sinh",
    "liet si",
    "ly hon",
    "con nuoi",
    "hoa tang",
)


def is_sample(code: str) -> bool:
    return bool(_SAMPLE.search(code))


def is_sad(*names: str | None) -> bool:
    """Whether the procedure or its field is about a loss."""
    text = fold(" ".join(name for name in names if name))
    return any(word in text for word in _SAD_WORDS)
