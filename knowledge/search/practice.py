"""Practice questions made of the content itself, for calibrating when to answer and when to ask back.

A third of all phrases is taken out of the catalogue, and one record in eight altogether. What was taken out
is then asked: a phrase must find its record although it no longer stands there, and a missing record must not
be mistaken for another. So the calibration never sees an exam question, and the exam stays an exam.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.text.fold import fold
from knowledge.base import Content
from knowledge.schemas import Level, Procedure

_PHRASES_OUT = 0.35
_RECORDS_OUT = 1 / 8
_AT_COMMUNE, _ELSEWHERE = 900, 300
_OF_A_MISSING_RECORD = 2
_GOLDEN_SHARE = 0.6
_SHORTENED = 0.7
_SLIPS = 0.1
# How questions begin and end whatever they are about.
_BEFORE = ("", "", "", "cho hỏi ", "cho em hỏi ", "tui muốn ", "muốn ", "dạ cho con hỏi ", "em cần ")
_AFTER = (
    "", "", "", " cần giấy tờ gì", " hết bao nhiêu tiền", " mấy ngày thì có", " nộp ở đâu", " làm sao",
    " vậy ạ", " có làm qua mạng được không", " điều kiện gì", " thì ai làm được", " theo luật nào",
    " cần gì hông",
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """``right``: codes that are right; none when the record was taken out."""

    text: str
    right: frozenset[str]


@dataclass(frozen=True)
class Practice:
    """What is left of the content, and the questions to ask of it."""

    content: Content
    questions: tuple[Question, ...]


def practice(content: Content, short: Mapping[str, Sequence[str]], chance: random.Random) -> Practice:
    """``short``: folded words and the short ways in which people write them."""
    twins: dict[str, list[str]] = {}
    for procedure in content.procedures.values():
        twins.setdefault(fold(procedure.name), []).append(procedure.code)
    called = [p for p in content.procedures.values() if _said(content, p)]
    gone = {
        code
        for procedure in chance.sample(called, int(len(called) * _RECORDS_OUT))
        for code in twins[fold(procedure.name)]
    }
    procedures: dict[str, Procedure] = {}
    phrases: dict[str, tuple[str, ...]] = {}
    held_out: list[tuple[Procedure, str]] = []
    for procedure in content.procedures.values():
        if procedure.code in gone:
            continue
        out = {one for one in _said(content, procedure) if chance.random() < _PHRASES_OUT}
        held_out += [(procedure, one) for one in sorted(out)]
        procedures[procedure.code] = procedure.model_copy(
            update={"aliases": tuple(one for one in procedure.aliases if one not in out)}
        )
        if kept := tuple(one for one in content.phrases.get(procedure.code, ()) if one not in out):
            phrases[procedure.code] = kept
    asked: list[tuple[str, frozenset[str]]] = []
    for at_commune, number in ((True, _AT_COMMUNE), (False, _ELSEWHERE)):
        pool = [(p, one) for p, one in held_out if (Level.COMMUNE in p.levels) is at_commune]
        for procedure, one in chance.sample(pool, min(number, len(pool))):
            asked.append((_wrapped(one, chance), frozenset(twins[fold(procedure.name)])))
    for code in sorted(gone):
        said = _said(content, content.procedures[code])
        for one in chance.sample(said, min(_OF_A_MISSING_RECORD, len(said))):
            asked.append((_wrapped(one, chance), frozenset()))
    for code, curated in content.curated.items():
        right = frozenset() if code in gone else frozenset({code})
        asked += [(golden.text, right) for golden in curated.golden if chance.random() < _GOLDEN_SHARE]
    return Practice(
        replace(content, procedures=procedures, phrases=phrases),
        tuple(Question(written(text, short, chance), right) for text, right in asked),
    )


def _said(content: Content, procedure: Procedure) -> list[str]:
    return list(dict.fromkeys((*procedure.aliases, *content.phrases.get(procedure.code, ()))))


def _wrapped(phrase: str, chance: random.Random) -> str:
    return f"{chance.choice(_BEFORE)}{phrase}{chance.choice(_AFTER)}"


def written(text: str, short: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    """One of the four ways in which citizens write: in full, without marks, as in a chat, or shortened."""
    way = chance.randrange(4)
    if way == 0:
        return text
    if way == 1:
        return fold(text)
    shortened = _shortened(fold(text), short, chance)
    return _with_slips(shortened, chance) if way == 2 else shortened


def _shortened(folded: str, short: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    for words, ways in short.items():
        if words in folded and chance.random() < _SHORTENED:
            folded = re.sub(rf"\b{re.escape(words)}\b", chance.choice(list(ways)), folded)
    return folded


def _with_slips(folded: str, chance: random.Random) -> str:
    return " ".join(
        _slipped(word, chance) if len(word) > 2 and chance.random() < _SLIPS else word
        for word in folded.split()
    )


def _slipped(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word) - 1)
    kind = chance.randrange(4)
    if kind == 0:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == 1:
        return word[:place] + word[place + 1 :]
    if kind == 2:
        return word[: place + 1] + word[place:]
    return word + chance.choice("sfrxj")
