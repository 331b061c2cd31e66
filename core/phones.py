"""Vietnamese telephone numbers in one spelling.

A dossier is typed in by an officer in a hurry: an unusable number must never lose the event it came with,
so this says what is wrong instead of raising. The prefix does not prove the carrier (numbers are portable),
so nothing here looks at carriers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}

# Eleven-digit mobile prefixes of before 2018 and what they became. From memory of the 2018 plan, so the
# result is always flagged for a person to check.
_OLD_PREFIXES = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037",
    "0168": "038", "0169": "039", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip


class PhoneFlaw(StrEnum):
    UNREADABLE = "unreadable"
    NOT_MOBILE = "not_mobile"
    OLD_PREFIX = "old_prefix"


@dataclass(frozen=True)
class Phone:
    """``e164`` such as +84900000001 when the number can get text messages; ``flaw``: what is wrong."""

    e164: str | None
    flaw: PhoneFlaw | None = None


@lru_cache(maxsize=1024)
def read_phone(text: str) -> Phone:
    """Read a number as people write it; Vietnam is meant where no country stands."""
    digits = "".join(char for char in text if char.isdigit())
    if len(digits) == 11 and digits[:4] in _OLD_PREFIXES:
        renewed = read_phone(_OLD_PREFIXES[digits[:4]] + digits[4:])
        return Phone(renewed.e164, PhoneFlaw.OLD_PREFIX if renewed.e164 else renewed.flaw)
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        return Phone(None, PhoneFlaw.UNREADABLE)
    if not phonenumbers.is_valid_number(number):
        return Phone(None, PhoneFlaw.UNREADABLE)
    if phonenumbers.number_type(number) not in _MOBILE:
        return Phone(None, PhoneFlaw.NOT_MOBILE)
    return Phone(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def shown(e164: str) -> str:
    """A number as a ledger may show it: only its last three digits."""
    return f"…{e164[-3:]}"
