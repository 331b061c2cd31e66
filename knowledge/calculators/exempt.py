"""Whether somebody who says what they are ("tui là hộ nghèo") is among those whom a record lets off a fee."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.text.fold import fold
from core.text.words import words
from knowledge.answer.figures import capital, lower_first, sentence
from knowledge.calculators.schemas import PersonKind
from knowledge.schemas import FeeKind, Procedure

# A fee of ours, not school fees, hospital bills, military service or taxes.
_ASKS_LESS = re.compile(
    r"\b(?:(?:mien|giam|bot)(?: giam| bot)?(?: cac| tien| muc)? (?:le )?(?:phi|tien)\b"
    r"|(?:le )?phi(?: (?!vien)\w+){0,2} (?:mien|giam)\b(?! tru| nhe)"
    r"|(?:co )?duoc (?:mien|giam)(?: giam)?(?: gi)?(?: khong)?$|co (?:mien|giam)(?: giam)?(?: khong)?$"
    r"|khoi (?:dong|nop|tra)(?: tien)?(?: phi| le phi)?(?: khong)?$"
    r"|(?:co )?(?:phai|can) (?:dong|nop|tra) (?:tien|phi|le phi)\b)"
)
# What is left of such a sentence when it names no procedure; folded.
_PLAIN = frozenset(
    "a ah anh ba bac bao bot can chau chi cho chong chu co con cu cua cung da dai day dien dinh dong du "
    "duoc em gi gia giam gio ha hay hien ho hoi khoi khong la lam le mien minh muc nay nen neu nguoi "
    "nha nhe nhieu nhung nop nua o ong phai phi roi so su ta thi thoi thu thuoc tien toi tra tui uu vay "
    "ve vo voi xin y".split()
)


@dataclass(frozen=True)
class Plea:
    """What somebody says of themselves, when they ask to pay less. ``alone``: no procedure is named."""

    person: PersonKind
    alone: bool


def plea_in(text: str, persons: Sequence[PersonKind]) -> Plea | None:
    said = " ".join(word.text for word in words(text))
    if not _ASKS_LESS.search(said):
        return None
    for person in persons:
        for phrase in sorted(person.says, key=len, reverse=True):
            pattern = re.compile(rf"\b{re.escape(fold(phrase))}\b")
            if pattern.search(said):
                left = pattern.sub(" ", said).split()
                return Plea(person, alone=all(word in _PLAIN for word in left))
    return None


def answer_to(plea: Plea, procedure: Procedure) -> str:
    """One sentence from the record: named there, not named there, or nothing is said about anybody."""
    name, person = capital(procedure.spoken_name), plea.person
    kinds = {fee.kind for method in procedure.methods for fee in method.fees}
    if kinds == {FeeKind.FREE}:
        return f"{name} không thu lệ phí của ai nên {person.name} cũng không phải nộp."
    named = [one for one in procedure.exemptions if _names(one, person)]
    if named:
        quoted = "; ".join(lower_first(one.rstrip(".")) for one in named)
        return sentence(
            f"{capital(person.name)} có trong diện được miễn, giảm của thủ tục này ({quoted}): "
            "mang theo giấy tờ chứng minh"
        )
    if procedure.exemptions:
        others = "; ".join(lower_first(one.rstrip(".")) for one in procedure.exemptions[:3])
        return (
            f"Thủ tục này không ghi {person.name} trong diện được miễn, giảm; diện có ghi: {others}. "
            "Hỏi quầy cho chắc."
        )
    return f"Thủ tục này không ghi ai được miễn, giảm. {capital(person.name)} xin hỏi quầy cho chắc."


def _names(exemption: str, person: PersonKind) -> bool:
    folded = fold(exemption)
    return any(re.search(rf"\b{re.escape(fold(word))}\b", folded) for word in person.records)
