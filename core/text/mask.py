"""Masking of personal data in free text, before it is stored or shown to somebody else."""

import re

_EMAIL = re.compile(r"[\w.+-]+\s?@\s?[\w-]+\.[\w.-]+")
# A dossier code is not personal, also where its office is left out or written together; it is set aside so
# that its digits are not taken for a phone number. Its middle is a day: year, month, day of filing.
_FILED = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_DOSSIER = re.compile(
    rf"(?:\d{{3}}\.\d{{2}}\.\d{{2}}\.)?\b[A-Za-z]\d{{2}}(?:\.?\d{{2}}){{0,3}}-\d{{6}}-\d{{4,7}}\b"
    rf"|\b{_FILED}-\d{{4,7}}\b"
)
# Neither are dates side by side, nor a sum of money grouped by thousands.
_DATE = r"\d{1,2}[./-]\d{1,2}[./-]\d{4}"
_HARMLESS = re.compile(
    rf"{_DATE}(?:\s*[-–]\s*{_DATE})?"
    r"|(?<!\d)\d{1,3}(?:[. ]\d{3})+(?=\s*(?:đ\b|đồng|dong|vnđ|vnd|triệu|tỷ|ngàn|nghìn))",
    re.IGNORECASE,
)
# "0912 345 678", "+84-912.345.678", "(0256) 3 822 822", "o9i2…" written with letters for digits
_GAP = r"[ .\-()]{0,3}"
_PHONE = re.compile(
    rf"(?<![\w.])(?<!\d[ -])(?:\+?84|\(?0)(?:{_GAP}\d){{8,10}}(?![ .-]?\d)"
    rf"|(?<![\w.])[oO](?:[ .-]?[0-9oO]){{8,9}}(?!\w)"
)
# Citizen numbers (12 digits), old identity cards (9), accounts and insurance numbers, in any grouping.
_LONG_NUMBER = re.compile(r"(?<![\d.,])\d(?:[ .\-]{0,2}\d){8,18}(?!\d)")
# Passports and insurance cards: a letter or two and at least seven digits.
_CARD = re.compile(r"(?<!\w)[A-Z]{1,2}[ .-]?\d{7,13}(?!\d)")
_DIGIT_WORDS = r"(?:không|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|khong|mot|bon|nam|sau|bay|tam|chin|linh|lăm|tư)"
_SPOKEN = re.compile(rf"\b{_DIGIT_WORDS}(?:[ ,.-]+{_DIGIT_WORDS}){{7,}}\b", re.IGNORECASE)

_ASIDE = "\x00"
_SET_ASIDE = re.compile(f"{_ASIDE}(\\d+){_ASIDE}")


def mask_personal(text: str) -> str:
    """Replace phones, identity, card and account numbers and mail addresses by what they are.

    U+0000 is left out: between two of them stands, for a moment, what is set aside.
    """
    text = text.replace(_ASIDE, "")
    kept = []

    def keep(match: "re.Match[str]") -> str:
        kept.append(match.group())
        return f"{_ASIDE}{len(kept) - 1}{_ASIDE}"

    text = _DOSSIER.sub(keep, text)
    text = _HARMLESS.sub(keep, text)
    text = _EMAIL.sub("[địa chỉ thư]", text)
    text = _PHONE.sub("[số điện thoại]", text)
    text = _LONG_NUMBER.sub("[dãy số]", text)
    text = _CARD.sub("[dãy số]", text)
    text = _SPOKEN.sub("[dãy số]", text)
    return _SET_ASIDE.sub(lambda match: kept[int(match.group(1))], text)
