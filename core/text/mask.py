"""Masking of personal data in free text, before it is stored or shown to somebody else."""

import re

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
# A dossier code is not personal; it is set aside so that its digits are not taken for a phone number.
_DOSSIER = re.compile(r"(?:\d{3}\.\d{2}\.\d{2}\.)?\b[A-Za-z]\d{2}(?:\.\d{2}){0,3}-\d{6}-\d{4,7}\b")
_PHONE = re.compile(r"(?<![\d.])(?:\+?84|0)(?:[ .-]?\d){8,10}(?!\d)")
_LONG_NUMBER = re.compile(r"(?<![\d.,])\d(?:[ ]?\d){8,18}(?!\d)")


def mask_personal(text: str) -> str:
    """Replace phones, identity and account numbers and mail addresses by what they are."""
    kept = []

    def keep(match: "re.Match[str]") -> str:
        kept.append(match.group())
        return "\x00%d\x00" % (len(kept) - 1)

    text = _DOSSIER.sub(keep, text)
    text = _EMAIL.sub("[địa chỉ thư]", text)
    text = _PHONE.sub("[số điện thoại]", text)
    text = _LONG_NUMBER.sub("[dãy số]", text)
    return re.sub("\x00(\\d+)\x00", lambda match: kept[int(match.group(1))], text)
