"""Many procedures at once: a workbook to download, and back with every row checked first."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from core import editing
from core.content import digest, published
from core.editing import ChangedMeanwhile
from core.text.fold import fold
from gateway import content_desk
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.procedure_excel.check import ExcelCheck, Standing, check
from gateway.procedure_excel.reading import read_workbook
from gateway.procedure_excel.template import template
from people.permissions import Permission

HOME = "/console/noi-dung/excel"
_LARGEST = 10 * 1024 * 1024
_SHOWN = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def procedure_excel_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    editor = Depends(door.require(Permission.CONTENT_EDIT))

    async def standing(session: AsyncSession) -> dict[str, Standing]:
        drafts = {one.key: one for one in await editing.open_versions(session)}
        found = {}
        for one in await published(session, ["procedures"]):
            code = one.key.rsplit("/", 1)[-1].removesuffix(".yaml")
            draft = drafts.get(one.key)
            text = draft.body if draft else one.text
            found[code] = Standing(one.key, text, digest(text), draft.author if draft else None)
        return found

    def page(
        request: Request, at: AtConsole, found: ExcelCheck | None = None, trouble: str | None = None,
        changes: Mapping[str, list[str]] | None = None,
    ) -> Response:  # fmt: skip
        return pages.page(
            request,
            "procedure_excel.html",
            at,
            status=422 if trouble or (found and found.problems) else 200,
            found=found,
            problems=found.problems[:_SHOWN] if found else [],
            changes=changes or {},
            trouble=trouble,
        )

    @router.get("")
    async def show(request: Request, at: AtConsole = editor) -> Response:
        return page(request, at)

    @router.get("/mau.xlsx", dependencies=[editor])
    async def download(q: str = "") -> Response:
        async with door.database.reading() as session:
            found = await standing(session)
        asked = fold(q)
        chosen = [
            (content_desk.read_document(one.key, one.text), one.sha256)
            for one in found.values()
            if asked in fold(f"{content_desk.name_of(one.key, one.text)} {one.key}")
        ]
        body = await asyncio.to_thread(template, chosen)
        headers = {"Content-Disposition": "attachment; filename=thu-tuc.xlsx", "Cache-Control": "no-store"}
        return Response(body, media_type=_XLSX, headers=headers)

    @router.post("")
    async def look(
        request: Request,
        save: str = Form(""),
        reason: str = Form(""),
        file: UploadFile | None = File(None),
        at: AtConsole = editor,
    ) -> Response:
        """Check every row; keep all of it as drafts when that was asked and nothing is wrong."""
        content = await file.read(_LARGEST + 1) if file else b""
        if not content or len(content) > _LARGEST:
            return page(request, at, trouble="Chọn tệp Excel theo mẫu, nhỏ hơn 10 MB.")
        async with door.database.reading() as session:
            stands = await standing(session)
        editable = None if at.actor.may(Permission.CONTENT_FIGURES) else content_desk.WARD_FIELDS
        found = await asyncio.to_thread(lambda: check(*read_workbook(content), stands, editable=editable))
        by_key = {one.key: one for one in stands.values()}
        changes = {
            content_desk.name_of(key, text): content_desk.changes(key, by_key[key].text, text)
            for key, (text, _) in found.changed.items()
        }
        if not save or found.problems or not found.changed:
            return page(request, at, found, changes=changes)
        try:
            async with door.database.writing() as session:
                for key, (text, started_from) in found.changed.items():
                    await editing.save_draft(
                        session,
                        key=key,
                        text=text,
                        author=at.actor.username,
                        started_from=started_from,
                        reason=reason.strip()[:300] or "nhập từ Excel",
                    )
                    await at.note(session, "content.excel", f"content:{key}")
        except ChangedMeanwhile as error:
            return page(request, at, trouble=f"{error} Chưa dòng nào được lưu: tải mẫu mới rồi làm lại.")
        return RedirectResponse("/console/noi-dung/cho-duyet", 303)

    return router
