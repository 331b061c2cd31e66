"""What may be said about the fees of a record.

``free`` is said only when nothing in the record speaks of a fee to pay. ``varies`` is said where the province
or a regulation sets the amount, where the source says "Miễn phí" and then who pays, and where it contradicts
itself: then the note holds both sides. An amount is ``known`` only when the cell gives it and nothing in the
record speaks against it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from knowledge.importer.cells import clip, dong, money_in, money_spans, one_line, sentences
from knowledge.importer.fee_words import (
    council_named,
    demands_fee,
    set_by_province,
    speaks_of_exemption,
    until,
    words_of_fee,
)
from knowledge.importer.findings import Defect, Findings
from knowledge.importer.parse_legal import legal_numbers
from knowledge.importer.raw import RawFee
from knowledge.schemas import Fee, FeeKind

# No fee of the catalogue is smaller; a smaller one lost its thousands ("20 VNĐ" for 20.000 đồng).
SMALLEST_FEE = 1_000

_NAME = re.compile(r"^[-+*\s]*((?:lệ\s+phí|phí)\b[^:.;(\d]{2,120}?)\s*(?=:|\(|\d|$)", re.IGNORECASE)
_PER_ONLY = re.compile(r"^(?:đồng|vnđ|đ)?\s*/\s*(?:0?1\s+)?([^.;:/\d]{2,40})\.?$", re.IGNORECASE)
_PER_WORDS = re.compile(
    r"^\(?(?:0?1\s+)?(lần|hồ sơ|giấy|thẻ|trang|bản|trường hợp|người|tờ khai)\)?\.?$", re.IGNORECASE
)
_PER_AFTER = re.compile(r"\s*/\s*(?:0?1\s+)?([^\d\s/.;:,()][^.;:,()\d]{0,38})")
_WHEN_ONLY = re.compile(
    r"^[-+*\s]*((?:đối\s+với|trường\s+hợp|khi|nếu|cấp)\b[^.;:]{3,150})\.?$", re.IGNORECASE
)


def typed_fee(raw: RawFee, beside: str, findings: Findings) -> tuple[Fee, ...]:
    """The fee of one cell; ``beside`` is the description of its row.

    A dated reduction is a fee of its own beside the full one.
    """
    if until(raw.note):
        findings.add(Defect.FEE_WITH_END_DATE, clip(raw.note, 80), mended=True)
    if raw.stated == "amount":
        return _amount(raw, findings)
    basis = _basis(raw.note)
    if raw.stated == "foreign":
        findings.add(Defect.FOREIGN_CURRENCY, raw.words)
        joint = "" if raw.note.startswith("/") else ". "
        note = f"Mức thu: {raw.words}{joint}{raw.note}".strip(" .")
        return (Fee(kind=FeeKind.VARIES, name=raw.name, note=note, basis=basis),)
    if raw.stated == "free":
        if not demands_fee(raw.note):
            return (Fee(kind=FeeKind.FREE, note=raw.note or None, basis=basis),)
        findings.add(Defect.NOT_REALLY_FREE, clip(raw.note, 80), mended=True)
        return (Fee(kind=FeeKind.VARIES, name=_name(raw), note=raw.note, basis=basis),)
    if demands_fee(raw.note):
        return (Fee(kind=FeeKind.VARIES, name=_name(raw), note=raw.note, basis=basis),)
    sentence = _fee_sentence(beside)
    if sentence:
        return (Fee(kind=FeeKind.VARIES, note=clip(sentence, 400), basis=_basis(sentence)),)
    return (Fee(kind=FeeKind.UNKNOWN, note=raw.note or None),)


def _fee_sentence(beside: str) -> str | None:
    """The sentence of a description that leaves the fee to the province."""
    parts = [part for part in re.split(r"\n|(?<=\.)\s+", beside) if set_by_province(part)]
    return one_line(parts[0]) if parts else None


def _amount(raw: RawFee, findings: Findings) -> tuple[Fee, ...]:
    amount = raw.amount or 0
    named = money_in(raw.note)
    if amount < SMALLEST_FEE:
        if amount * 1000 not in named:
            return (_lost_thousands(raw, amount, findings),)
        findings.add(Defect.AMOUNT_WITHOUT_THOUSANDS, f"{amount} → {amount * 1000}", mended=True)
        amount *= 1000
    if council_named(raw.note):
        note = f"Cổng ghi {dong(amount)}. {raw.note}"
        return (Fee(kind=FeeKind.VARIES, name=_name(raw), note=note, basis=_basis(raw.note)),)
    if _contradicts(amount, raw.note):
        findings.add(
            Defect.CONTRADICTION,
            f"lệ phí: ô {amount}, ghi chú {', '.join(map(str, named))}",
            check=f"Lệ phí: ô ghi {dong(amount)}, ghi chú nêu {', '.join(map(dong, dict.fromkeys(named)))}.",
        )
        note = f"Cổng ghi {dong(amount)} nhưng ghi chú nêu mức khác: {raw.note}"
        return (Fee(kind=FeeKind.VARIES, name=_name(raw), note=note, basis=_basis(raw.note)),)
    return _known(raw, amount)


def _lost_thousands(raw: RawFee, amount: int, findings: Findings) -> Fee:
    findings.add(
        Defect.AMOUNT_WITHOUT_THOUSANDS,
        f"{amount}",
        check=f"Lệ phí: nguồn ghi “{amount}”, có lẽ mất ba số 0; chưa dùng được.",
    )
    note = f"Cổng ghi “{amount} VNĐ”, con số này không dùng được. {raw.note}".strip()
    return Fee(kind=FeeKind.UNKNOWN, name=_name(raw), note=note, basis=_basis(raw.note))


def _contradicts(amount: int, note: str) -> bool:
    """Whether a note names amounts, none of which is the one in the cell, and no reduction explains it."""
    named = money_in(note)
    if not named or amount in named or sum(named) == amount:
        return False
    return not (until(note) and max(named) < amount) and "%" not in note


def _known(raw: RawFee, amount: int) -> tuple[Fee, ...]:
    note, name, per, when = raw.note, _name(raw), None, None
    if match := _PER_ONLY.match(note) or _PER_WORDS.match(note):
        per, note = match.group(1).strip(), ""
    elif (match := _WHEN_ONLY.match(note)) and not money_in(note):
        when, note = match.group(1).strip(), ""
    elif name and note.strip(" .-+*") == name:
        note = ""
    base = Fee(
        kind=FeeKind.KNOWN,
        amount=amount,
        name=name,
        per=per or _per(amount, note),
        when=when,
        until=_until_of(amount, note),
        note=note or None,
        basis=_basis(note),
    )
    return (base, *_dated(amount, note, name))


def _clauses(note: str) -> Iterable[tuple[int, str]]:
    """Every amount of a note with the words up to the next amount or the end of its sentence."""
    spans = list(money_spans(note))
    for index, (amount, start, end) in enumerate(spans):
        stop = spans[index + 1][1] if index + 1 < len(spans) else len(note)
        clause = re.split(r";|\.\s", note[end:stop])[0]
        lead = re.split(r";|\.\s|\)", note[spans[index - 1][2] if index else 0 : start])[-1]
        yield amount, f"{lead} {clause}" if "mức" in lead.lower() else clause


def _until_of(amount: int, note: str) -> date | None:
    """The last day of the amount in the cell, when its own words in the note end it."""
    for named, clause in _clauses(note):
        if named == amount and not speaks_of_exemption(clause):
            return until(clause)
    return None


def _dated(amount: int, note: str, name: str | None) -> tuple[Fee, ...]:
    """Reduced amounts with a last day, which the note adds to the amount in the cell."""
    found = []
    for named, clause in _clauses(note):
        last = until(clause)
        if last is None or named >= amount or named < SMALLEST_FEE or speaks_of_exemption(clause):
            continue
        found.append(
            Fee(
                kind=FeeKind.KNOWN,
                amount=named,
                name=name,
                per=_per(named, note),
                until=last,
                note=clip(one_line(note), 300),
                basis=_basis(clause),
            )
        )
    return tuple(dict.fromkeys(found))


def _per(amount: int, note: str) -> str | None:
    for named, _start, end in money_spans(note):
        if named == amount and (match := _PER_AFTER.match(note[end:])):
            return match.group(1).strip()
    return None


def _name(raw: RawFee) -> str | None:
    match = _NAME.match(raw.note)
    if match and not re.match(r"(?:lệ\s+phí|phí)\s*(?:,|\(nếu|theo|$)", match.group(1), re.IGNORECASE):
        return one_line(match.group(1))
    return raw.name


def _basis(text: str) -> str | None:
    """The document that sets the fee. Where the council sets it, only what its own sentence names counts:
    the other documents of such a note are about copies and exemptions."""
    if council_named(text):
        text = next(part for part in [*sentences(text), text] if council_named(part))
    numbers = legal_numbers(text)
    return numbers[-1] if numbers else None


def not_free_after_all(
    fees: tuple[Fee, ...], elsewhere: Iterable[str], findings: Findings
) -> tuple[Fee, ...]:
    """Take back "free" when another part of the record speaks of a fee to pay."""
    if all(fee.kind is not FeeKind.FREE for fee in fees):
        return fees
    sentence = next(filter(None, map(words_of_fee, elsewhere)), None)
    if sentence is None:
        return fees
    findings.add(Defect.NOT_REALLY_FREE, clip(sentence, 80), mended=True)
    note = f"Cổng ghi “Miễn phí”, nhưng trong thủ tục có nói “{clip(one_line(sentence), 240)}”."
    return tuple(
        Fee(kind=FeeKind.VARIES, note=note if not fee.note else f"{fee.note} {note}", basis=fee.basis)
        if fee.kind is FeeKind.FREE
        else fee
        for fee in fees
    )
