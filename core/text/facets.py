"""Facets named in plain words: which sides of a procedure one sentence asks about.

The intent classifier names one thing a message asks; people ask two or three at once ("nộp ở đâu, mấy ngày
có"). These rules find each of them by strong cues alone, and serve the application when Rasa is down. They
work on folded, written-out words, so "hết bn tiền" and "HẾT BAO NHIÊU TIỀN" are one cue.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from core.text.facet_patterns import CUES, NOT_CUES
from core.text.words import words

_NOT_CUES = re.compile(NOT_CUES)
_CUES = tuple((facet, re.compile(pattern)) for facet, pattern in CUES)


class FacetCue(NamedTuple):
    """A facet and where its cue stands in the message."""

    facet: str
    start: int
    end: int


def find_facet_cues(text: str) -> list[FacetCue]:
    """Every strong cue in ``text``, by position; of overlapping cues the longest stays."""
    return list(_find_facet_cues(text))


@lru_cache(maxsize=1024)
def _find_facet_cues(text: str) -> tuple[FacetCue, ...]:
    found = words(text)
    sentence = " ".join(word.text for word in found)
    word_at = [index for index, word in enumerate(found) for _ in range(len(word.text) + 1)]
    sentence = _NOT_CUES.sub(lambda match: "_" * len(match.group()), sentence)
    matches = [
        (match.start(), match.end(), facet) for facet, cue in _CUES for match in cue.finditer(sentence)
    ]
    kept: list[tuple[int, int, str]] = []
    for start, end, facet in sorted(matches, key=lambda span: span[0] - span[1]):
        if all(end <= other_start or start >= other_end for other_start, other_end, _ in kept):
            kept.append((start, end, facet))
    return tuple(
        FacetCue(facet, found[word_at[start]].start, found[word_at[end - 1]].end)
        for start, end, facet in sorted(kept)
    )


def facet_cues(text: str) -> list[str]:
    """The facets that ``text`` asks about in plain words, each once, in the order they are asked."""
    return list(dict.fromkeys(cue.facet for cue in find_facet_cues(text)))
