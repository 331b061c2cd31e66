"""A line fragment that the source put into the wrong sentence, put back where that can be proved.

In 1.001193 the words of one line end stand two paragraphs further down: the first sentence lacks them, and a
later one has them at a line end where they make no sense. A move is proved by other records of the same
field: after it every seam reads as other records do, before it neither did, and only one such move exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise

from knowledge.importer.cells import LOWER
from knowledge.importer.findings import Defect, Findings

Phrases = frozenset[tuple[str, ...]]

_LONGEST_FRAGMENT = 6
_LOWER_START = re.compile(rf"\s*(?![a-zđ]{{1,4}}[.)])[{LOWER}]")
_EDGES = ".,;:!?()[]{}<>\"'“”‘’…-–—+*/•·"

CHECK = "Trình tự của nguồn bị xáo chữ ở một đoạn; xem trên Cổng."


class Readings:
    """How the other records of a file write; asked only about texts that look scrambled.

    ``steps`` gives, by code, the field of a record and the text of its steps.
    """

    def __init__(self, steps: Mapping[str, tuple[str, str]]) -> None:
        self._steps = steps

    def phrases(self, code: str) -> Phrases:
        """Every run of four words in the other records of the same field."""
        return phrases_of(self._others(code))

    def side_by_side(self, first: str, second: str, code: str, *, everywhere: bool) -> bool:
        """Whether another record, of the same field or of the whole file, has two words side by side."""
        pair = f" {first} {second} "
        others = self._texts.items() if everywhere else ((None, text) for text in self._others(code))
        return any(pair in text for other, text in others if other != code)

    def _others(self, code: str) -> list[str]:
        if code not in self._steps:
            return []
        own_field = self._steps[code][0]
        return [
            self._texts[other]
            for other, (field, _text) in self._steps.items()
            if field == own_field and other != code
        ]

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {code: f" {' '.join(_plain(text.split()))} " for code, (_field, text) in self._steps.items()}


NO_READINGS = Readings({})


def phrases_of(texts: Iterable[str]) -> Phrases:
    """Every run of four words of some texts, lower case, without punctuation."""
    found: set[tuple[str, ...]] = set()
    for text in texts:
        words = _plain(text.split())
        found.update(zip(words, words[1:], words[2:], words[3:], strict=False))
    return frozenset(found)


def unscramble(code: str, text: str, readings: Readings, findings: Findings) -> str:
    """The text with its misplaced fragment moved, or as it was with a finding that says so."""
    lines = text.split("\n")
    breaks = [
        index
        for index, (line, following) in enumerate(pairwise(lines))
        if line.rstrip()[-1:].isalnum() and _LOWER_START.match(following)
    ]
    # Many breaks are a text copied from a printed page, which parse_steps joins.
    if not breaks or len(breaks) > 3:
        return text
    for index in breaks:
        before, after = lines[index].split(), lines[index + 1].split()
        if len(before) < 4 or len(after) < 2:
            continue
        _, last, first, _ = _seam(before, after)
        if readings.side_by_side(last, first, code, everywhere=False):
            continue  # only a broken line
        known = readings.phrases(code)
        moves = _moves(lines, index, known)
        if len(moves) == 1:
            findings.add(Defect.SCRAMBLED_STEPS, f"“{moves[0][0]}” được đưa về chỗ cũ", mended=True)
            return moves[0][1]
        if known and not readings.side_by_side(last, first, code, everywhere=True):
            seam = f"“…{' '.join(before[-3:])} | {' '.join(after[:3])}…”"
            findings.add(Defect.SCRAMBLED_STEPS, seam, check=CHECK)
    return text


def _moves(lines: list[str], index: int, known: Phrases) -> list[tuple[str, str]]:
    """Every proved move of the end of one line into an earlier place: the fragment and the text after it."""
    found = []
    before, after = lines[index].split(), lines[index + 1].split()
    for size in range(1, _LONGEST_FRAGMENT + 1):
        kept, fragment = before[:-size], before[-size:]
        if len(kept) < 2 or _seam(kept, after) not in known:
            continue
        for place in range(index + 1):
            words = lines[place].split() if place < index else kept
            for gap in range(2, len(words) - 1):
                head, tail = words[:gap], words[gap:]
                if _seam(head, tail) in known:
                    continue
                if _seam(head, [*fragment, *tail]) in known and _seam([*head, *fragment], tail) in known:
                    mended = lines.copy()
                    mended[index] = " ".join(kept)
                    mended[place] = " ".join([*head, *fragment, *tail])
                    mended[index : index + 2] = [f"{mended[index]} {lines[index + 1].strip()}"]
                    found.append((" ".join(fragment), "\n".join(mended)))
    return found


def _seam(before: list[str], after: list[str]) -> tuple[str, ...]:
    return tuple(_plain([*before[-2:], *after[:2]]))


def _plain(words: list[str]) -> list[str]:
    return " ".join([word.strip(_EDGES) for word in words]).lower().split(" ")
