"""Content as staff edit it: find, change in plain fields, try, have it approved, publish, bring back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import mended
from core import editing, trials
from core.calendar import LOCAL, local_day
from core.content import ContentStatus, ContentVersion, live_version, published
from core.editing import ChangedMeanwhile, EditingError, Theirs
from gateway import content_desk, content_rights, decisions, message_words
from gateway.console.content_holds import may_lift
from gateway.console.doors import AtConsole, Door
from gateway.console.model_form import fields_of, read_form
from gateway.console.pages import ConsolePages
from gateway.content_desk import DECIDED
from gateway.content_trial import asks_questions, broken
from gateway.golden import NOW
from gateway.trial_desk import TrialDesk, wrong_answers
from people.permissions import Permission

HOME = "/console/noi-dung"
_PATIENCE = 1.5
"""Seconds after which the page shows how far a trial is, rather than to let somebody wait for its end."""
DONE = {
    "luu": "Đã lưu bản nháp. Người dân chưa thấy gì: xem lại bên cạnh, rồi gửi duyệt.",
    "gui": "Đã gửi duyệt. Duyệt xong, vài giây sau người dân được trả lời theo bản này.",
    "dung": "Đã thôi hỏi thử, chưa gửi duyệt. Bản nháp còn nguyên.",
    "duyet": "Đã đăng. Vài giây nữa người dân được trả lời theo bản này.",
    "hen": "Đã duyệt. Đến giờ hẹn thì tự đăng.",
    "tra": "Đã trả lại người soạn, kèm lời nhắn.",
    "khoi-phuc": "Đã dùng lại bản cũ. Vài giây nữa người dân được trả lời theo bản ấy.",
    "tam-dung": "Đã tạm dừng. Vài giây nữa người dân được báo là câu này đang kiểm tra lại.",
    "tra-loi-lai": "Đã cho trả lời lại.",
}


def content_router(pages: ConsolePages, door: Door, desk: TrialDesk) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    reading = Depends(door.require(Permission.CONTENT_READ))
    approving = Depends(door.require(Permission.CONTENT_APPROVE))
    editor = Depends(door.require(Permission.CONTENT_EDIT))

    async def edit_page(
        request: Request,
        at: AtConsole,
        key: str,
        *,
        text: str | None = None,
        started_from: str | None = None,
        trouble: str | None = None,
        theirs: Theirs | None = None,
        done: str | None = None,
    ) -> Response:
        kind = content_desk.kind_of(key)
        if kind is None:
            raise HTTPException(404)
        async with door.database.reading() as session:
            draft, live = await editing.open_version(session, key), await live_version(session, key)
            versions = await editing.versions_of(session, key)
            hold = (await editing.held(session)).get(key)
            trial = await trials.of_document(session, key)
        shown = draft or live
        if shown is None:
            raise HTTPException(404)
        text = shown.body if text is None else text
        hours = []
        if key.startswith((decisions.CALENDAR, decisions.GENERAL)):
            async with door.database.reading() as session:
                documents = await published(session, ["calendar", "general"])
            hours = decisions.hours_that_differ(documents, key, text, local_day(door.clock()))
        data = content_desk.read_document(key, text)
        return pages.page(
            request,
            "content_edit.html",
            at,
            status=409 if theirs else 422 if trouble else 200,
            key=key,
            kind=kind,
            decided=kind.folder in DECIDED,
            placeholders=message_words.placeholders(key) if kind.folder == "messages" else (),
            name=content_desk.name_of(key, text),
            fields=[
                one
                for one in fields_of(kind.shape, data, editable=content_rights.editable(at.actor, key))
                if message_words.belongs(key, one.name)
            ],
            started_from=started_from or shown.sha256,
            draft=draft,
            live=live,
            versions=versions,
            hold=hold,
            changed=content_desk.changes(key, live.body if live else None, text),
            skins=content_desk.preview(key, text),
            trouble=trouble,
            trial=trial if draft and draft.status == ContentStatus.DRAFT else None,
            wrong=wrong_answers(trial),
            now=NOW,
            theirs=content_desk.changes(key, text, theirs.body) if theirs else None,
            hours=hours,
            done=done,
            words=editing.WORDS,
            may_edit=content_rights.may_edit(at.actor, key),
            may_hold=content_rights.may_hold(at.actor, key),
            may_lift=hold is not None and await may_lift(door, key, at),
            may_approve=content_rights.may(at.actor, Permission.CONTENT_APPROVE, key),
            needs_another=draft is not None
            and draft.author == at.actor.username
            and content_desk.touches_figures(key, live.body if live else None, draft.body),
            not_theirs=at.actor.may(Permission.CONTENT_EDIT) and not content_rights.may_edit(at.actor, key),
        )

    async def must_own(request: Request, at: AtConsole, permission: Permission, key: str) -> None:
        """403 with a line in the audit for a document of another unit."""
        if not content_rights.may(at.actor, permission, key):
            await door.refuse(request, at, permission)

    @router.get("/sua/{key:path}")
    async def edit(request: Request, key: str, xong: str = "", at: AtConsole = reading) -> Response:
        return await edit_page(request, at, key, done=DONE.get(xong))

    @router.post("/sua/{key:path}")
    async def save(request: Request, key: str, at: AtConsole = editor) -> Response:
        kind = content_desk.kind_of(key)
        if kind is None:
            raise HTTPException(404)
        await must_own(request, at, content_rights.needed_to_edit(key), key)
        form = {name: str(value) for name, value in (await request.form()).items()}
        started_from = form.get("started_from", "")
        async with door.database.reading() as session:
            shown = await editing.open_version(session, key) or await live_version(session, key)
        if shown is None:
            raise HTTPException(404)
        before = content_desk.read_document(key, shown.body)
        text = content_desk.write_document(
            key, read_form(kind.shape, form, before, editable=content_rights.editable(at.actor, key))
        )
        problem = content_desk.wrong(key, text)
        if problem is None and kind.folder == "targets":
            async with door.database.reading() as session:
                documents, live = await published(session, ["targets"]), await live_version(session, key)
            problem = decisions.too_low(documents, key, live.body if live else None, text)
        if kind.folder == "messages":
            problem = "; ".join(message_words.problems(key, text)) or problem
        if problem:
            return await edit_page(request, at, key, text=text, started_from=started_from, trouble=problem)
        try:
            async with door.database.writing() as session:
                await editing.save_draft(
                    session,
                    key=key,
                    text=text,
                    author=at.actor.username,
                    started_from=started_from,
                    reason=form.get("reason") or None,
                )
                await at.note(session, "content.save", f"content:{key}")
        except ChangedMeanwhile as error:
            return await edit_page(
                request,
                at,
                key,
                text=text,
                started_from=error.theirs.sha256,
                trouble=str(error),
                theirs=error.theirs,
            )
        return RedirectResponse(f"{HOME}/sua/{key}?xong=luu", 303)

    @router.post("/gui/{key:path}")
    async def submit(request: Request, key: str, at: AtConsole = editor) -> Response:
        """Hand a draft in: at once, or as soon as the golden questions are answered as well as before."""
        await must_own(request, at, content_rights.needed_to_edit(key), key)
        async with door.database.reading() as session:
            draft = await editing.open_version(session, key)
            documents = await published(session, ["targets"])
        if draft is None:
            raise HTTPException(404)
        if problem := broken(documents, key, draft.body):
            return await edit_page(request, at, key, trouble=problem)
        if draft.status != ContentStatus.DRAFT or not asks_questions(key):
            return await step(request, at, key, "gui", lambda session, version: _submit(version))
        await desk.begin(key, draft.sha256, by=at.actor.username, patience=_PATIENCE)
        return RedirectResponse(f"{HOME}/thu/{key}", 303)

    async def step(
        request: Request,
        at: AtConsole,
        key: str,
        name: str,
        act: Callable[[AsyncSession, ContentVersion], object],
        *,
        done: str = "",
    ) -> Response:
        try:
            async with door.database.writing() as session:
                version = await editing.open_version(session, key)
                if version is None:
                    raise HTTPException(404)
                acted = act(session, version)
                if asyncio.iscoroutine(acted):
                    await acted
                await at.note(session, f"content.{name}", f"content:{key}")
        except EditingError as error:
            return await edit_page(request, at, key, trouble=str(error))
        return RedirectResponse(f"{HOME}/sua/{key}?xong={done or name}", 303)

    @router.post("/duyet/{key:path}")
    async def approve(
        request: Request, key: str, read: str = Form(""), luc: str = Form(""), at: AtConsole = approving
    ) -> Response:
        """Approve and publish, now or at a moment."""
        await must_own(request, at, Permission.CONTENT_APPROVE, key)

        try:
            moment = datetime.fromisoformat(luc).replace(tzinfo=LOCAL) if luc else None
        except ValueError:
            return await edit_page(
                request, at, key, trouble="Giờ đăng chưa đọc được: chọn ngày và giờ trong ô."
            )

        async def act(session: AsyncSession, version: ContentVersion) -> None:
            live = await live_version(session, key)
            second = content_desk.touches_figures(key, live.body if live else None, version.body)
            await editing.approve(
                session, version, approver=at.actor.username, read=read, second_person=second
            )
            if moment is not None:
                editing.schedule(version, at=moment)
            else:
                await editing.publish(session, version, now=door.clock())
                await mended.note_published(session, version.id, now=door.clock())

        return await step(request, at, key, "duyet", act, done="hen" if luc else "duyet")

    @router.post("/tra/{key:path}")
    async def send_back(
        request: Request, key: str, reason: str = Form(""), at: AtConsole = approving
    ) -> Response:
        await must_own(request, at, Permission.CONTENT_APPROVE, key)
        return await step(
            request,
            at,
            key,
            "tra",
            lambda session, version: editing.send_back(version, reason=reason or "cần sửa lại"),
        )

    @router.post("/khoi-phuc/{version_id}")
    async def restore(
        request: Request, version_id: str, reason: str = Form(""), at: AtConsole = approving
    ) -> Response:
        async with door.database.reading() as session:
            found = await session.get(ContentVersion, version_id)
        if found is not None:
            await must_own(request, at, Permission.CONTENT_APPROVE, found.key)
        async with door.database.writing() as session:
            version = await editing.version_by_id(session, version_id)
            if version is None or version.status != ContentStatus.ARCHIVED:
                raise HTTPException(404)
            await editing.restore(
                session, version, author=at.actor.username, reason=reason or "khôi phục bản cũ"
            )
            await at.note(session, "content.restore", f"content:{version.key}")
        return RedirectResponse(f"{HOME}/sua/{version.key}?xong=khoi-phuc", 303)

    return router


def _submit(version: ContentVersion) -> None:
    if version.status == ContentStatus.DRAFT:
        editing.submit(version)
