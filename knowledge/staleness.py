"""What has grown old in a record on a given day, said in plain words, and the record as it stands that day.

Three things make a record stale: a document it rests on has ended (``content/legal``), a fee that ran until a
day, and the district level that was abolished on 1 July 2025. The day is always a parameter, so that next
year's answers can be looked at today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from knowledge.answer.figures import day, money
from knowledge.base import Content
from knowledge.district import IMPORTED_MENTION, mention_in_record
from knowledge.legal import LegalRegister, RegisteredDocument
from knowledge.schemas import Fee, Method, Procedure
from people.models import Role

_DISTRICT_SAID = "Bản ghi gốc còn nhắc cấp huyện, đã bỏ từ 01/07/2025."


class StaleKind(StrEnum):
    LEGAL = "legal"
    FEE = "fee"
    DISTRICT = "district"


@dataclass(frozen=True)
class Stale:
    """One reason. ``said`` is for citizens and staff alike; ``subject`` groups it with its like.

    ``owner``: fee, time, papers and basis belong to the provincial editors of procedure control.
    """

    kind: StaleKind
    subject: str
    said: str
    owner: Role = Role.PROVINCIAL_EDITOR


def reasons(procedure: Procedure, register: LegalRegister, on: date) -> tuple[Stale, ...]:
    """Why this record may no longer hold on that day; empty when nothing is known against it."""
    return (*_ended(procedure, register, on), *_ran_out(procedure, on), *_district(procedure))


def as_of(procedure: Procedure, register: LegalRegister, on: date) -> Procedure:
    """The record on that day: fees that ran out are gone where another one follows, doubts are noted."""
    found = reasons(procedure, register, on)
    if not found and not any(fee.until for method in procedure.methods for fee in method.fees):
        return procedure
    said = tuple(dict.fromkeys(one.said for one in found))
    return procedure.model_copy(
        update={
            "methods": tuple(_without_ended_fees(method, on) for method in procedure.methods),
            "stale": said,
            "needs_check": tuple(dict.fromkeys((*said, *procedure.needs_check))),
        }
    )


def mark(content: Content, on: date) -> Content:
    """Every record as it stands on that day."""
    return Marker().mark(content, on)


class Marker:
    """Marks content again and again: a record is looked at anew when it, the register or the day changes."""

    def __init__(self) -> None:
        self._under: tuple[tuple[RegisteredDocument, ...], date] | None = None
        self._known: Mapping[str, tuple[Procedure, Procedure]] = {}

    def mark(self, content: Content, on: date) -> Content:
        under = tuple(content.legal), on
        known = self._known if under == self._under else {}
        register = LegalRegister(content.legal)
        found: dict[str, tuple[Procedure, Procedure]] = {}
        for code, one in content.procedures.items():
            before = known.get(code)
            found[code] = before if before and before[0] is one else (one, as_of(one, register, on))
        self._under, self._known = under, found
        return replace(content, procedures={code: marked for code, (_, marked) in found.items()})


def stale_records(content: Content, on: date) -> Mapping[str, tuple[Stale, ...]]:
    """Reasons by code, for content that is not marked yet."""
    register = LegalRegister(content.legal)
    found = {code: reasons(one, register, on) for code, one in content.procedures.items()}
    return {code: why for code, why in found.items() if why}


def _ended(procedure: Procedure, register: LegalRegister, on: date) -> Iterator[Stale]:
    numbers = [document.number for document in procedure.legal]
    for method in procedure.methods:
        numbers += [fee.basis for fee in method.fees if fee.basis]
        numbers += [duration.basis for duration in method.durations if duration.basis]
    for document in dict.fromkeys(register.ended(numbers, on)):
        yield Stale(StaleKind.LEGAL, document.number, _said(document))


def _said(document: RegisteredDocument) -> str:
    assert document.ends_on is not None, "only ended documents come here"  # noqa: S101
    since = day(document.ends_on + timedelta(days=1))
    ended = "đã hết hiệu lực" if document.verified else "có thể đã hết hiệu lực"
    now = f", thay bằng {document.replaced_by}" if document.replaced_by else ""
    return f"Văn bản {document.number} {ended} từ {since}{now}."


def _ran_out(procedure: Procedure, on: date) -> Iterator[Stale]:
    """Only fees after which nothing is known: where the next one stands beside it, nothing is stale."""
    for method in procedure.methods:
        if _without_ended_fees(method, on) is not method:
            continue
        for fee in method.fees:
            if _is_over(fee, on) and fee.until is not None and fee.amount is not None:
                said = f"Mức {money(fee.amount)} chỉ áp dụng đến hết {day(fee.until)}."
                yield Stale(StaleKind.FEE, said, said)


def _district(procedure: Procedure) -> Iterator[Stale]:
    if any(IMPORTED_MENTION in one for one in procedure.needs_check) or (
        procedure.curated and mention_in_record(_texts(procedure)) is not None
    ):
        yield Stale(StaleKind.DISTRICT, "cấp huyện", _DISTRICT_SAID)


def _texts(procedure: Procedure) -> Iterator[str]:
    yield from (procedure.summary or "", procedure.authority or "", procedure.agency or "")
    yield from (*procedure.steps, *procedure.conditions, *procedure.results)
    yield from (*procedure.who, *procedure.where, *procedure.exemptions)
    for method in procedure.methods:
        yield method.note or ""
        yield from (f"{fee.when or ''} {fee.note or ''}" for fee in method.fees)
        yield from (f"{duration.when or ''} {duration.note or ''}" for duration in method.durations)
    for paper in procedure.papers:
        yield f"{paper.name} {paper.when or ''} {paper.note or ''}"


def _without_ended_fees(method: Method, on: date) -> Method:
    left = tuple(fee for fee in method.fees if not _is_over(fee, on))
    if len(left) == len(method.fees) or not left:
        return method
    return method.model_copy(update={"fees": left})


def _is_over(fee: Fee, on: date) -> bool:
    return fee.until is not None and fee.until < on
