"""How many parts a text message takes, and how to write Vietnamese without marks.

GSM-7 (3GPP TS 23.038) holds 160 characters in one part and 153 in each part of several; every other letter
forces UCS-2 with 70 and 67. Of the Vietnamese letters only à è é ì ò ù (and the capital É) are in GSM-7, so
one "đ" more than halves a part. Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional

from core.text.stripped import Risk, risks_of

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_TWICE = frozenset("^{}\\[~]|€\f")
"""The extension table: each is sent as an escape and a character, so it counts two."""
_GSM7_ALL = GSM7 | GSM7_TWICE

# What phones and word processors put in by themselves. Written so that nothing turns into "?".
_PLAIN = {
    **dict.fromkeys("“”„‟«»″❝❞", '"'),
    **dict.fromkeys("‘’‚‛′‵`´❛❜‹›", "'"),
    **dict.fromkeys("‐‑‒–—―−⁃", "-"),
    **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000\t\v\u2028\u2029\u0085", " "),
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
    **dict.fromkeys("•·‣▪●", "-"),
    "…": "...",
    "đ": "d",
    "Đ": "D",
    "ð": "d",
    "Ð": "D",
    "₫": "d",
    "×": "x",
    "→": "->",
    "№": "No",
    "⁄": "/",  # between the halves of ½
}


class SmsEncoding(str, Enum):
    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


_LIMITS = {SmsEncoding.GSM7: (160, 153), SmsEncoding.UCS2: (70, 67)}


@dataclass(frozen=True)
class SmsSize:
    """``characters`` as the networks count them: septets of GSM-7, 16-bit units of UCS-2."""

    encoding: SmsEncoding
    characters: int
    segments: int


def measure(text: str) -> SmsSize:
    """The size of ``text`` exactly as it is given (see ``compose`` for marks written in two characters)."""
    letters = set(text)
    if letters <= _GSM7_ALL:
        encoding, twice = SmsEncoding.GSM7, letters & GSM7_TWICE
    else:
        encoding, twice = SmsEncoding.UCS2, {char for char in letters if ord(char) > 0xFFFF}
    single, several = _LIMITS[encoding]
    total = len(text) + sum(map(text.count, twice))
    return SmsSize(encoding, total, 1 if total <= single else _parts(text, twice, total, several))


def _parts(text: str, twice: Set[str], total: int, room: int) -> int:
    """Parts needed when neither an escape pair nor a surrogate pair may be torn apart."""
    if not twice:
        return -(-total // room)
    units = [2 if char in twice else 1 for char in text]
    parts, used = 1, 0
    for size in units:
        if used + size > room:
            parts, used = parts + 1, 0
        used += size
    return parts


def compose(text: str) -> str:
    """One character per letter: marks typed as characters of their own would be counted and paid twice."""
    return unicodedata.normalize("NFC", text)


def strip_marks(text: str) -> str:
    """``text`` in GSM-7 without Vietnamese marks; what has no plain spelling (an emoji) is left out."""
    marked = compose(text)
    joined = marked.translate(_PLAIN_LETTERS)
    return joined if _PLAIN_LETTERS.left_out.isdisjoint(marked) else _close_gaps(joined)


class _PlainLetters(dict[int, str]):
    """The plain spelling of every letter that has come up: texts come from outside, so it is kept small.

    ``left_out``: letters that have none.
    """

    def __init__(self) -> None:
        super().__init__()
        self.left_out: set[str] = set()

    def __missing__(self, code: int) -> str:
        plain = _plain(chr(code))
        if not plain:
            self.left_out.add(chr(code))
        if len(self) < 4096:
            self[code] = plain
        return plain


_PLAIN_LETTERS = _PlainLetters()


def _plain(char: str) -> str:
    if char in _PLAIN:
        return _PLAIN[char]
    parts = (_PLAIN.get(part, part) for part in unicodedata.normalize("NFKD", char))
    return "".join(
        part for part in "".join(parts) if part in GSM7_TWICE or (part in GSM7 and ord(part) < 128)
    )


def _close_gaps(text: str) -> str:
    """Without the double spaces that a left-out character leaves behind."""
    lines = text.split("\n")
    return "\n".join(" ".join(word for word in line.split(" ") if word) for line in lines)


@dataclass(frozen=True)
class SmsChoice:
    """The spelling that goes out: ``name`` is co_dau, khong_dau, ngan_co_dau or ngan_khong_dau.

    ``risks``: what in it is rude or unclear all the same, where nothing better could be chosen.
    """

    name: str
    text: str
    size: SmsSize
    risks: tuple[Risk, ...] = ()


def choose(text: str, *, short: Optional[str] = None, marks: bool = True) -> SmsChoice:
    """The cheapest spelling that is neither rude nor unclear: marked, unmarked, or a shorter wording.

    At the same price the longer wording wins, and then the one with its marks. ``marks=False``: the carrier
    takes no marked texts.
    """
    candidates: list[SmsChoice] = []
    for prefix, wording in (("", text), ("ngan_", short)):
        if wording is None:
            continue
        marked = compose(wording)
        plain = strip_marks(marked)
        if marks and plain != marked:
            candidates.append(SmsChoice(prefix + "co_dau", marked, measure(marked)))
        risks = _risks(marked) if plain != marked else ()
        candidates.append(SmsChoice(prefix + "khong_dau", plain, measure(plain), risks))
    safe = [choice for choice in candidates if not choice.risks]
    # Python keeps the order of equals: the full wording, and of it the marked spelling, stand first.
    return min(safe or candidates, key=lambda choice: (len(choice.risks), choice.size.segments))


def _risks(marked: str) -> tuple[Risk, ...]:
    return tuple(risks_of(marked))


def describe(text: str) -> dict[str, Any]:
    """The answer of ``motcua sms``: ``text`` as given, other ways to write it, and which would be sent."""
    sent = compose(text)
    stripped = strip_marks(sent)
    risks = [
        {"word": risk.word, "reads_as": risk.reads_as, "kind": risk.kind.value, "instead": risk.instead}
        for risk in (risks_of(sent) if stripped != sent else [])
    ]
    alternatives = [] if stripped == sent else [{"name": "khong_dau", **_described(stripped), "risks": risks}]
    chosen = choose(sent)
    return {
        **_described(sent),
        "alternatives": alternatives,
        "chosen": {"name": chosen.name, **_described(chosen.text)},
    }


def _described(text: str) -> dict[str, Any]:
    size = measure(text)
    return {
        "encoding": size.encoding.value,
        "segments": size.segments,
        "characters": size.characters,
        "sent_text": text,
    }
