"""Fees as the source states them: amounts, "Miễn phí", nothing, another currency.

What may be said about them is decided in ``fee_truth``; here words become values and nothing is judged.
"""

from __future__ import annotations

import re

from knowledge.importer.cells import clean, is_nothing, names_dollars, one_line
from knowledge.importer.raw import RawFee

STATED_FEE = r"(?:Miễn phí|Không có thông tin|\d[\d,]*(?:\.\d+)?\s*(?:VNĐ|Việt Nam Đồng|USD))"

_MORE = re.compile(r"\d[\d,]*(?:\.\d+)?\s*(?:VNĐ|Việt Nam Đồng|USD)")
_CURRENCY_LEFT = re.compile(
    r"^(?:(?:lệ phí|phí)\s*:\s*)?(?:đồng|vnđ|vnd|đ)(?![\wà-ỹ/])[\s.:,]*", re.IGNORECASE
)
# The printed form of the fee: "Phí : 8000 Đồng (…)", "Lệ phí : 10.00 USD".
_PRINTED = re.compile(
    r"(?P<name>Lệ phí|Phí)\s*:\s*(?P<amount>không|o(?=\s)|[\d.,]*)\s*(?P<currency>Đồng|VNĐ|USD)?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ATTACHMENT = re.compile(r"File đính kèm\s*:.*", re.IGNORECASE)


def fees_of_cell(first: str, rest: str) -> tuple[tuple[RawFee, ...], str]:
    """The fees of a glued row and the description behind them.

    ``first`` is the fee token; ``rest`` may begin with its note in brackets, further fees with theirs, and
    ends with the description.
    """
    fees = []
    token: str | None = first
    while token is not None:
        note, rest = _bracketed(rest)
        fees.append(_fee(token, tidy_note(note)))
        more = _MORE.match(rest)
        token = more.group() if more else None
        rest = rest[more.end() :] if more else rest
    unique = tuple(dict.fromkeys(fees))
    return unique, clean(rest.lstrip(")"))


def printed_fees(cell: str) -> tuple[RawFee, ...]:
    """The fees of a cell in the printed form, one a line (defence export)."""
    fees = []
    for part in re.split(r"(?=\b(?:Lệ phí|Phí)\s*:)", _ATTACHMENT.sub("", clean(cell))):
        match = _PRINTED.match(part.strip())
        if match is None:
            if not is_nothing(one_line(part)):
                fees.append(RawFee(stated="none", note=tidy_note(part)))
            continue
        fees.append(_printed_fee(match))
    return tuple(dict.fromkeys(fees)) or (RawFee(stated="none"),)


def _printed_fee(match: re.Match[str]) -> RawFee:
    name, amount, currency = match["name"].capitalize(), match["amount"].lower(), match["currency"]
    note = tidy_note(match["rest"])
    if (currency or "").upper() == "USD":
        return RawFee(stated="foreign", words=f"{amount} USD", name=name, note=note)
    if amount in ("không", "o") or (amount and set(amount) <= set("0.,")):
        return RawFee(stated="free", name=None, note=note)
    digits = re.sub(r"\D", "", amount)
    if not digits:
        return RawFee(stated="none", name=name if note else None, note=note)
    if "%" in note and currency is None:
        # "Phí : 2. Mức thu bằng 80% …" is the number of a list item, not an amount.
        return RawFee(stated="none", name=name, note=note)
    return RawFee(stated="amount", amount=int(digits), name=name, note=note)


def _fee(stated: str, note: str) -> RawFee:
    stated = one_line(stated)
    if stated == "Miễn phí":
        return RawFee(stated="free", note=note)
    if stated == "Không có thông tin":
        return RawFee(stated="none", note=note)
    number, currency = re.match(r"([\d,.]+)\s*(.*)", stated).groups()  # type: ignore[union-attr]
    if currency == "USD":
        return RawFee(stated="foreign", words=f"{number} USD", note=note)
    if names_dollars(note) and "đồng" not in note.lower():
        # "50 VNĐ(50 USD/chuyến bay)": the amount was entered under the wrong currency.
        return RawFee(stated="foreign", words=f"{number} USD", note=note)
    return RawFee(stated="amount", amount=int(number.split(".")[0].replace(",", "")), note=note)


def _bracketed(rest: str) -> tuple[str, str]:
    """The note in brackets at the start of a text, and what follows it.

    Clerks forget closing brackets. Then the note ends where a bracket closes with a letter glued to it,
    which is where the crawler lost the cell border.
    """
    if not rest.startswith("("):
        return "", rest
    depth = 0
    for index, char in enumerate(rest):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return rest[1:index], rest[index + 1 :]
    border = re.search(r"\)(?=[^\s).,;:\]/])", rest)
    if border:
        return rest[1 : border.start()], rest[border.end() :]
    return rest[1:], ""


def tidy_note(note: str) -> str:
    """A fee note on one line: outer brackets and a left-over currency word dropped."""
    text = one_line(clean(note))
    for _ in range(3):
        before = text
        text = _CURRENCY_LEFT.sub("", text).strip()
        if text.startswith("(") and text.endswith(")") and _wraps(text):
            text = text[1:-1].strip()
        elif text.startswith("(") and text.count("(") > text.count(")"):
            text = text[1:].strip()
        if text == before:
            break
    return "" if is_nothing(text) else text


def _wraps(text: str) -> bool:
    """Whether the first bracket closes at the very end."""
    depth = 0
    for index, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return index == len(text) - 1
    return False
