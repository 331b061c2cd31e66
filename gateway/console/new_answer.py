"""A new general answer, prefilled with what citizens asked; kept as a draft like any other edit."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from conversations import mended, unanswered_repository
from conversations.mended import GroupGone
from core import editing
from core.calendar import local_day
from core.content import live_version, published
from core.editing import EditingError
from core.text.fold import fold
from gateway import content_desk, mending
from gateway.console.doors import AtConsole, Door
from gateway.console.model_form import fields_of, read_form
from gateway.console.pages import ConsolePages
from gateway.mending import Mend, MendError, MendKind
from knowledge.base import GENERAL_PREFIX, KnowledgeBase
from knowledge.catalogue import load_catalogue
from knowledge.general import GeneralEntry
from people.permissions import Permission

_LONGEST_ID = 50


def new_answer_router(pages: ConsolePages, door: Door, base: Callable[[], KnowledgeBase]) -> APIRouter:
    router = APIRouter(prefix="/console/noi-dung/moi", include_in_schema=False)
    editor = Depends(door.require(Permission.CONTENT_EDIT))

    async def asked(group: str) -> list[str]:
        if not group:
            return []
        async with door.database.reading() as session:
            rows = await unanswered_repository.newest_of(session, group, 8)
        return list(dict.fromkeys(row.question for row in rows))

    def page(
        request: Request, at: AtConsole, group: str, data: dict[str, Any], trouble: str | None = None
    ) -> Response:
        return pages.page(
            request,
            "content_new.html",
            at,
            status=422 if trouble else 200,
            fields=fields_of(GeneralEntry, data),
            group=group,
            trouble=trouble,
        )

    @router.get("")
    async def show(request: Request, nhom: str = "", at: AtConsole = editor) -> Response:
        questions = await asked(nhom)
        return page(
            request, at, nhom, {"aliases": questions, "golden": questions[:3], "updated": _today(door)}
        )

    @router.post("")
    async def save(request: Request, at: AtConsole = editor) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        group = form.get("nhom", "")
        data = read_form(GeneralEntry, form, {})
        name = re.sub(r"[^a-z0-9]+", "-", fold(str(data.get("title") or ""))).strip("-")[:_LONGEST_ID]
        if not name:
            return page(request, at, group, data, "Chưa có tên: ghi một tên ngắn cho câu trả lời này.")
        key = f"general/{name}.md"
        text = content_desk.write_document(key, {"id": name, "updated": _today(door), **data})
        if problem := content_desk.wrong(key, text):
            return page(request, at, group, data, problem)
        try:
            async with door.database.reading() as session:
                if await live_version(session, key) or await editing.open_version(session, key):
                    raise MendError("Đã có câu trả lời cùng tên: mở câu đó ra sửa, hoặc đặt tên khác.")
                documents, catalogue = await published(session), await load_catalogue(session)
            made = Mend(MendKind.GENERAL, key, text, f"{GENERAL_PREFIX}{name}")
            proof = await asyncio.to_thread(
                mending.prove, documents, catalogue, made, await asked(group), base()
            )
            async with door.database.writing() as session:
                version = await editing.save_draft(
                    session,
                    key=key,
                    text=text,
                    author=at.actor.username,
                    started_from=None,
                    reason="câu trả lời mới",
                )
                if group:
                    mended.drafted(
                        await mended.hold_group(session, group),
                        version_id=version.id,
                        mend={
                            "key": key,
                            "kind": MendKind.GENERAL,
                            "code": None,
                            "said": "",
                            "proof": [line.as_json() for line in proof],
                        },
                        by=at.actor.username,
                        now=door.clock(),
                    )
                await at.note(session, "content.new", f"content:{key}")
        except (MendError, EditingError, GroupGone) as error:
            return page(request, at, group, data, str(error))
        return RedirectResponse(f"/console/noi-dung/sua/{key}", 303)

    return router


def _today(door: Door) -> str:
    return local_day(door.clock()).isoformat()
