"""Every curated procedure that its national record contradicts, or whose record has changed since."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request, Response

from core import editing
from core.content import Document, live_versions, texts_of
from core.generations import generation
from core.yaml_shape import ContentShapeError
from gateway import content_desk, record_compare
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.paging import numbered
from knowledge.catalogue import GENERATION
from knowledge.repository import find_all, former
from knowledge.schemas import Procedure
from people.permissions import Permission


@dataclass(frozen=True)
class DifferentLine:
    """``open``: fields that nobody has decided on yet; ``kept``: how many are noted as right."""

    key: str
    code: str
    name: str
    open: Sequence[str]
    kept: int


@dataclass(frozen=True)
class Compared:
    lines: Sequence[DifferentLine]
    compared: int
    without_record: int


@dataclass(frozen=True)
class _Known:
    """A document as it was compared: its version and the state of the catalogue."""

    version: int
    catalogue: int
    line: DifferentLine | None
    has_record: bool


def record_list_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    reading = Depends(door.require(Permission.CONTENT_READ))
    # Comparing everything takes seconds: what was compared is compared again only when it has changed.
    known: dict[str, _Known] = {}
    one_at_a_time = asyncio.Lock()

    @router.get("/console/noi-dung/so-quoc-gia")
    async def listing(request: Request, xem: str = "", trang: int = 1, at: AtConsole = reading) -> Response:
        async with one_at_a_time, door.database.reading() as session:
            live = await live_versions(session, "procedures")
            catalogue = await generation(session, GENERATION)
            drafts = await editing.open_statuses(session)
            stale = [
                key
                for key, version in live
                if key not in known or (known[key].version, known[key].catalogue) != (version, catalogue)
            ]
            if stale:
                documents, codes = await texts_of(session, stale), [_code(key) for key in stale]
                records, before = await find_all(session, codes), await former(session, codes)
                known.update(await asyncio.to_thread(compare_each, documents, records, before, catalogue))
        found = _counted([known[key] for key, _ in live])
        lines = [one for one in found.lines if one.open or xem == "tat-ca"]
        shown = numbered(lines, trang)
        return pages.page(
            request,
            "record_list.html",
            at,
            lines=shown.rows,
            sheet=shown,
            found=found,
            drafts=drafts,
            words=editing.WORDS,
            all_of_them=xem == "tat-ca",
        )

    return router


def compare_each(
    documents: Sequence[Document],
    records: Mapping[str, Procedure],
    before: Mapping[str, Sequence[Procedure]],
    catalogue: int,
) -> dict[str, _Known]:
    found = {}
    for one in documents:
        record = records.get(_code(one.key))
        line = _line(one, record, before.get(_code(one.key), ())) if record is not None else None
        found[one.key] = _Known(one.version, catalogue, line, record is not None)
    return found


def _line(one: Document, record: Procedure, before: Sequence[Procedure]) -> DifferentLine | None:
    try:
        found = record_compare.compare(one.key, one.text, record, before)
    except ContentShapeError:
        return None
    if not found:
        return None
    undecided = list(
        dict.fromkeys(difference.field.words for difference in found if not difference.explained)
    )
    decided = sum(1 for difference in found if difference.explained)
    name = content_desk.name_of(one.key, one.text)
    return DifferentLine(one.key, _code(one.key), name, undecided, decided)


def _counted(known: Sequence[_Known]) -> Compared:
    lines = sorted(
        (one.line for one in known if one.line is not None), key=lambda line: (-len(line.open), line.name)
    )
    compared = sum(one.has_record for one in known)
    return Compared(lines, compared, len(known) - compared)


def _code(key: str) -> str:
    return key.rsplit("/", 1)[-1].removesuffix(".yaml")
