"""Beside the form of a document: its card while one types, a question to the draft, the national record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from core import editing
from core.calendar import local_day
from core.content import live_version, published
from core.editing import EditingError
from core.yaml_shape import ContentShapeError
from gateway import content_desk, message_words, record_compare
from gateway.console.doors import AtConsole, Door
from gateway.console.model_form import read_form
from gateway.console.pages import ConsolePages
from gateway.record_compare import TAKEN, CompareError
from gateway.trying import ask_draft
from knowledge.base import KnowledgeBase
from knowledge.catalogue import load_catalogue
from knowledge.repository import find, former
from people.permissions import Permission

HOME = "/console/noi-dung"


def draft_desk_router(pages: ConsolePages, door: Door, base: Callable[[], KnowledgeBase]) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    reading = Depends(door.require(Permission.CONTENT_READ))
    figures = Depends(door.require(Permission.CONTENT_FIGURES))

    async def shown(key: str) -> tuple[str, str]:
        """Text and sha256 of the draft, or of the live version where there is none."""
        async with door.database.reading() as session:
            found = await editing.open_version(session, key) or await live_version(session, key)
        if found is None or content_desk.kind_of(key) is None:
            raise HTTPException(404)
        return found.body, found.sha256

    @router.post("/the/{key:path}", dependencies=[reading])
    async def card(request: Request, key: str) -> Response:
        """The card of what stands in the form now; nothing is kept."""
        kind = content_desk.kind_of(key)
        before, _ = await shown(key)
        assert kind is not None  # noqa: S101 - shown() has looked
        form = {name: str(value) for name, value in (await request.form()).items()}
        text = content_desk.write_document(
            key, read_form(kind.shape, form, content_desk.read_document(key, before))
        )
        return HTMLResponse(
            pages.text("content_card.html", skins=content_desk.preview(key, text), problem=_wrong(key, text))
        )

    @router.get("/hoi-thu/{key:path}")
    async def ask(
        request: Request, key: str, cau: str = "", ngay: str = "", at: AtConsole = reading
    ) -> Response:
        """What citizens would get if the draft were live, today or on a day to come."""
        text, _ = await shown(key)
        on = _day(ngay) or local_day(door.clock())
        tried, trouble = None, None
        if cau.strip():
            async with door.database.reading() as session:
                documents, catalogue = await published(session), await load_catalogue(session)
                holds = frozenset(await editing.held(session))
            try:
                tried = await asyncio.to_thread(
                    ask_draft,
                    documents,
                    catalogue,
                    key,
                    text,
                    cau.strip()[:500],
                    on=on,
                    holds=holds,
                    live=base(),
                )
            except ValueError as error:
                trouble = str(error)
        return pages.page(
            request,
            "content_try.html",
            at,
            status=422 if trouble else 200,
            key=key,
            name=content_desk.name_of(key, text),
            cau=cau,
            on=on,
            tried=tried,
            trouble=trouble,
        )

    async def compared(request: Request, key: str, at: AtConsole, *, trouble: str | None = None) -> Response:
        if not key.startswith("procedures/"):
            raise HTTPException(404)
        text, sha256 = await shown(key)
        code = key.rsplit("/", 1)[-1].removesuffix(".yaml")
        async with door.database.reading() as session:
            record = await find(session, code)
            before = (await former(session, [code])).get(code, [])
        try:
            found = record_compare.compare(key, text, record, before) if record else []
        except ContentShapeError as error:
            found, trouble = [], str(error)
        return pages.page(
            request,
            "content_compare.html",
            at,
            status=422 if trouble else 200,
            key=key,
            name=content_desk.name_of(key, text),
            record=record,
            found=found,
            started_from=sha256,
            taken=TAKEN,
            needs_basis=record_compare.NEEDS_BASIS,
            trouble=trouble,
            may_choose=at.actor.may(Permission.CONTENT_FIGURES),
        )

    @router.get("/so-quoc-gia/{key:path}")
    async def compare(request: Request, key: str, at: AtConsole = reading) -> Response:
        return await compared(request, key, at)

    @router.post("/so-quoc-gia/{key:path}")
    async def choose(
        request: Request,
        key: str,
        number: int = Form(),
        ours: str = Form(""),
        record: str = Form("", alias="theirs"),
        side: str = Form(""),
        why: str = Form(""),
        basis: str = Form(""),
        started_from: str = Form(""),
        at: AtConsole = figures,
    ) -> Response:
        """Take theirs, or keep ours and note why: a draft, like any other edit."""
        text, _ = await shown(key)
        code = key.rsplit("/", 1)[-1].removesuffix(".yaml")
        try:
            async with door.database.writing() as session:
                national = await find(session, code)
                if national is None:
                    raise HTTPException(404)
                before = (await former(session, [code])).get(code, [])
                one = record_compare.difference_at(
                    record_compare.compare(key, text, national, before), number, ours, record
                )
                if side == "theirs":
                    made = record_compare.take_theirs(key, text, national, one.field, basis)
                    action, reason = "content.compare_theirs", f"lấy {one.field.words} theo bản quốc gia"
                else:
                    made = record_compare.keep_ours(key, text, one, why, basis)
                    action, reason = "content.compare_ours", f"giữ {one.field.words}: {why}"
                if problem := content_desk.wrong(key, made):
                    raise CompareError(problem)
                await editing.save_draft(
                    session,
                    key=key,
                    text=made,
                    author=at.actor.username,
                    started_from=started_from,
                    reason=reason[:400],
                )
                await at.note(session, action, f"content:{key}")
        except (CompareError, EditingError) as error:
            return await compared(request, key, at, trouble=str(error))
        return RedirectResponse(f"{HOME}/so-quoc-gia/{key}", 303)

    return router


def _wrong(key: str, text: str) -> str | None:
    if key.startswith(message_words.MESSAGES):
        return "; ".join(message_words.problems(key, text)) or None
    return content_desk.wrong(key, text)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
