"""Every curated procedure that its national record contradicts, or whose record has changed since."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request, Response

from core import editing
from core.content import Document, generation, published
from core.yaml_shape import ContentShapeError
from gateway import content_desk, record_compare
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
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


def record_list_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    reading = Depends(door.require(Permission.CONTENT_READ))
    # Comparing everything takes a second or two; it changes only with the content or with an import.
    kept: dict[tuple[int, int], Compared] = {}

    @router.get("/console/noi-dung/so-quoc-gia")
    async def listing(request: Request, xem: str = "", at: AtConsole = reading) -> Response:
        async with door.database.reading() as session:
            mark = (await generation(session, "content"), await generation(session, GENERATION))
            drafts = {one.key: one for one in await editing.open_versions(session)}
            if mark not in kept:
                documents = await published(session, ["procedures"])
                codes = [_code(one.key) for one in documents]
                records, before = await find_all(session, codes), await former(session, codes)
        if mark not in kept:
            found = await asyncio.to_thread(compare_all, documents, records, before)
            kept.clear()
            kept[mark] = found
        found = kept[mark]
        lines = [one for one in found.lines if one.open or xem == "tat-ca"]
        return pages.page(
            request,
            "record_list.html",
            at,
            lines=lines,
            found=found,
            drafts=drafts,
            words=editing.WORDS,
            all_of_them=xem == "tat-ca",
        )

    return router


def compare_all(
    documents: Sequence[Document],
    records: Mapping[str, Procedure],
    before: Mapping[str, Sequence[Procedure]],
) -> Compared:
    lines, compared, without = [], 0, 0
    for one in documents:
        code = _code(one.key)
        record = records.get(code)
        if record is None:
            without += 1
            continue
        try:
            found = record_compare.compare(one.key, one.text, record, before.get(code, ()))
        except ContentShapeError:
            continue
        compared += 1
        undecided = list(dict.fromkeys(one.field.words for one in found if not one.explained))
        decided = sum(1 for one in found if one.explained)
        if found:
            name = content_desk.name_of(one.key, one.text)
            lines.append(DifferentLine(one.key, code, name, undecided, decided))
    lines.sort(key=lambda one: (-len(one.open), one.name))
    return Compared(lines, compared, without)


def _code(key: str) -> str:
    return key.rsplit("/", 1)[-1].removesuffix(".yaml")
