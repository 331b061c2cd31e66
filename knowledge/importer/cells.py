"""Small readings shared by every cell of an export: hygiene, emptiness, money, lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Ranges of code points mix the cases of Vietnamese letters, so the classes are spelled out.
_LETTERS = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1EA0, 0x1EFA))]
UPPER = "A-Z" + "".join(letter for letter in _LETTERS if letter.isupper())
LOWER = "a-z" + "".join(letter for letter in _LETTERS if letter.islower())

_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_ODD_SPACE = re.compile("[\u00a0\u202f\u2007\t]")
_ODD = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\u00a0\u202f\u2007\t\r\x0b\u0400-\u04ff]")
_ODD_BREAK = re.compile("\r\n?|\x0b")
# Cyrillic letters that look Latin stand in numbers of documents: "151/2025/TT-BTС".
_LOOKALIKES = str.maketrans("АВСЕНІКМОРТХаеорсух", "ABCEHIKMOPTXaeopcyx")

_BREAK = re.compile(r" *\n\s*")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")

# What the portal and its clerks write into a cell that says nothing.
_NOTHING = re.compile(
    r"""\W*(?:
        không\s+có\s+thông\s+tin | không\s+có\s+(?:quy\s+định|yêu\s+cầu)(?:,?\s+điều\s+kiện)?
        | không\s+(?:quy\s+định|yêu\s+cầu|áp\s+dụng)(?:,?\s+điều\s+kiện)?
        | không\s+có | không | chưa\s+có | có
    )?\W*""",
    re.IGNORECASE | re.VERBOSE,
)

# 20.000 đồng, 20,000 VNĐ, 20000đ (the unit may be glued to the number), 230.000/lần.
_MONEY = re.compile(
    r"(?<![\d/.,-])(?:(\d{1,3}(?:[.,]\d{3})+|\d+)\s*"
    r"(?i:đồng|đ|vnđ|vnd|việt\s+nam\s+đồng)(?!\w)"
    r"|(\d{1,3}(?:[.,]\d{3})+)(?=\s*/\s*(?:0?\d\s*)?[a-zđ]))"
)
_DOLLARS = re.compile(r"\d[\d.,]*\s*(?:usd|đô\s+la)", re.IGNORECASE)

_SENTENCE_END = re.compile(rf"(?<=[.;])\s+(?=[{UPPER}(\-+*])|\n")
_BULLET = re.compile(r"^(?:[-–—+*•·●▪➢✓\s]|\uf0b7|\uf02d)+")


def clean(text: str | None) -> str:
    """NFC, invisible characters dropped, odd spaces made plain; line breaks stay."""
    return _clean(text) if text else ""


@lru_cache(maxsize=64)  # the cells of one record pass several readers
def _clean(text: str) -> str:
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _ODD.search(text):
        # Patterns, not str.translate: on text outside Latin-1 that is fifty times slower.
        text = _ODD_BREAK.sub("\n", _ODD_SPACE.sub(" ", _INVISIBLE.sub("", text)))
        if _CYRILLIC.search(text):
            text = text.translate(_LOOKALIKES)
    return _BREAK.sub("\n", text).strip() if "\n" in text else text.strip()


def one_line(text: str) -> str:
    return " ".join(text.split())


def is_nothing(text: str) -> bool:
    """Whether a cell says nothing: empty, dashes, "Không có thông tin", "Không", …"""
    return _NOTHING.fullmatch(text) is not None


def something(text: str | None) -> str | None:
    """The cell on one line, or ``None`` when it says nothing."""
    line = one_line(clean(text))
    return None if is_nothing(line) else line


def without_bullet(text: str) -> str:
    return _BULLET.sub("", text).strip()


def split_list(text: str) -> list[str]:
    """Items of a comma list; commas inside brackets, and of the one name that has commas, do not split."""
    whole = one_line(text).replace("Cán bộ, công chức, viên chức", "Cán bộ; công chức; viên chức")
    items = re.split(r",\s+(?![^()]*\))", whole)
    return [item.replace(";", ",").strip(" .") for item in items if not is_nothing(item)]


def money_spans(text: str) -> Iterator[tuple[int, int, int]]:
    """Amount, start and end of every amount in đồng named in a text, in order."""
    for match in _MONEY.finditer(text):
        amount = int(re.sub(r"[.,]", "", match.group(1) or match.group(2)))
        if amount:
            yield amount, match.start(), match.end()


def money_in(text: str) -> list[int]:
    """Every amount in đồng named in a text, in order."""
    return [amount for amount, _start, _end in money_spans(text)]


def names_dollars(text: str) -> bool:
    return _DOLLARS.search(text) is not None


def dong(amount: int) -> str:
    """15000 → "15.000 đồng"."""
    return f"{amount:,} đồng".replace(",", ".")


def clip(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut between words and marked as cut."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def sentences(text: str) -> list[str]:
    """Sentences and list items of a text, bullets dropped."""
    parts = _SENTENCE_END.split(text)
    return [item for part in parts if (item := without_bullet(part))]
