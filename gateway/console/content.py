"""Content as staff edit it: find, change in plain fields, try, have it approved, publish, bring back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import mended
from core import editing
from core.calendar import LOCAL, local_day
from core.content import ContentStatus, ContentVersion, live_version, published
from core.editing import ChangedMeanwhile, EditingError, Theirs
from core.text.fold import fold
from gateway import content_desk, decisions, message_words
from gateway.console.doors import AtConsole, Door
from gateway.console.model_form import fields_of, read_form
from gateway.console.pages import ConsolePages
from gateway.console.paging import SIZE, numbered, place_of, sheet
from gateway.content_desk import DECIDED, KINDS, Trial
from gateway.content_names import ContentNames, quick_name
from knowledge.base import KnowledgeBase
from knowledge.catalogue import load_catalogue
from people.permissions import Actor, Permission

HOME = "/console/noi-dung"


def content_router(pages: ConsolePages, door: Door, base: Callable[[], KnowledgeBase]) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    reading = Depends(door.require(Permission.CONTENT_READ))
    approving = Depends(door.require(Permission.CONTENT_APPROVE))
    holding = Depends(door.require(Permission.CONTENT_HOLD))
    editor = Depends(door.require(Permission.CONTENT_EDIT))
    names = ContentNames()

    @router.get("")
    async def listing(
        request: Request, loai: str = "procedures", q: str = "", trang: int = 1, at: AtConsole = reading
    ) -> Response:
        if loai not in KINDS:
            raise HTTPException(404)
        async with door.database.reading() as session:
            documents = await names.of(session, loai)
            drafts = await editing.open_statuses(session)
            holds = await editing.held(session)
        asked = fold(q)
        found = numbered([one for one in documents if asked in one.folded], trang)
        return pages.page(
            request,
            "content_list.html",
            at,
            rows=[(one, drafts.get(one.key), one.key in holds) for one in found.rows],
            sheet=found,
            q=q,
            kinds=KINDS,
            loai=loai,
            may_edit=at.actor.may(Permission.CONTENT_EDIT),
            words=editing.WORDS,
        )

    @router.get("/cho-duyet")
    async def waiting(request: Request, sau: str = "", at: AtConsole = reading) -> Response:
        after = place_of(sau, datetime.fromisoformat, str)
        async with door.database.reading() as session:
            versions = await editing.open_versions(session, limit=SIZE + 1, after=after)
        found = sheet(versions, lambda one: (one.created_at, one.id))
        return pages.page(
            request,
            "content_waiting.html",
            at,
            rows=[(one, quick_name(one.key, one.body)) for one in found.rows],
            after=found.after,
            later=after is not None,
            words=editing.WORDS,
        )

    async def edit_page(
        request: Request,
        at: AtConsole,
        key: str,
        *,
        text: str | None = None,
        started_from: str | None = None,
        trouble: str | None = None,
        trial: Trial | None = None,
        theirs: Theirs | None = None,
    ) -> Response:
        kind = content_desk.kind_of(key)
        if kind is None:
            raise HTTPException(404)
        async with door.database.reading() as session:
            draft, live = await editing.open_version(session, key), await live_version(session, key)
            versions = await editing.versions_of(session, key)
            hold = (await editing.held(session)).get(key)
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
            status=409 if theirs else 422 if trouble or (trial and not trial.passes) else 200,
            key=key,
            kind=kind,
            decided=kind.folder in DECIDED,
            placeholders=message_words.placeholders(key) if kind.folder == "messages" else (),
            name=content_desk.name_of(key, text),
            fields=[
                one
                for one in fields_of(kind.shape, data, editable=_editable(at.actor, key))
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
            trial=trial,
            theirs=content_desk.changes(key, text, theirs.body) if theirs else None,
            hours=hours,
            words=editing.WORDS,
            may_edit=at.actor.may(Permission.CONTENT_EDIT),
            may_hold=at.actor.may(Permission.CONTENT_HOLD),
            may_approve=at.actor.may(Permission.CONTENT_APPROVE),
        )

    @router.get("/sua/{key:path}")
    async def edit(request: Request, key: str, at: AtConsole = reading) -> Response:
        return await edit_page(request, at, key)

    @router.post("/sua/{key:path}")
    async def save(request: Request, key: str, at: AtConsole = editor) -> Response:
        kind = content_desk.kind_of(key)
        if kind is None:
            raise HTTPException(404)
        form = {name: str(value) for name, value in (await request.form()).items()}
        started_from = form.get("started_from", "")
        async with door.database.reading() as session:
            shown = await editing.open_version(session, key) or await live_version(session, key)
        if shown is None:
            raise HTTPException(404)
        before = content_desk.read_document(key, shown.body)
        text = content_desk.write_document(
            key, read_form(kind.shape, form, before, editable=_editable(at.actor, key))
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
        return RedirectResponse(f"{HOME}/sua/{key}", 303)

    @router.post("/gui/{key:path}")
    async def submit(request: Request, key: str, at: AtConsole = editor) -> Response:
        """Try every golden question against the draft; only one that makes nothing worse is handed in."""
        async with door.database.reading() as session:
            draft = await editing.open_version(session, key)
            documents, catalogue = await published(session), await load_catalogue(session)
        if draft is None:
            raise HTTPException(404)
        trial = await asyncio.to_thread(content_desk.try_out, documents, catalogue, key, draft.body, base())
        if not trial.passes:
            return await edit_page(request, at, key, trial=trial)
        return await step(request, at, key, "gui", lambda session, version: _submit(version))

    async def step(
        request: Request,
        at: AtConsole,
        key: str,
        name: str,
        act: Callable[[AsyncSession, ContentVersion], object],
    ) -> Response:
        try:
            async with door.database.writing() as session:
                version = await editing.open_version(session, key)
                if version is None:
                    raise HTTPException(404)
                done = act(session, version)
                if asyncio.iscoroutine(done):
                    await done
                await at.note(session, f"content.{name}", f"content:{key}")
        except EditingError as error:
            return await edit_page(request, at, key, trouble=str(error))
        return RedirectResponse(f"{HOME}/sua/{key}", 303)

    @router.post("/duyet/{key:path}")
    async def approve(
        request: Request, key: str, read: str = Form(""), luc: str = Form(""), at: AtConsole = approving
    ) -> Response:
        """Approve and publish, now or at a moment."""

        async def act(session: AsyncSession, version: ContentVersion) -> None:
            live = await live_version(session, key)
            second = content_desk.touches_figures(key, live.body if live else None, version.body)
            await editing.approve(
                session, version, approver=at.actor.username, read=read, second_person=second
            )
            if luc:
                moment = datetime.fromisoformat(luc).replace(tzinfo=LOCAL)
                editing.schedule(version, at=moment)
            else:
                await editing.publish(session, version, now=door.clock())
                await mended.note_published(session, version.id, now=door.clock())

        return await step(request, at, key, "duyet", act)

    @router.post("/tra/{key:path}")
    async def send_back(
        request: Request, key: str, reason: str = Form(""), at: AtConsole = approving
    ) -> Response:
        return await step(
            request,
            at,
            key,
            "tra",
            lambda session, version: editing.send_back(version, reason=reason or "cần sửa lại"),
        )

    @router.post("/khoi-phuc/{version_id}")
    async def restore(version_id: str, reason: str = Form(""), at: AtConsole = approving) -> Response:
        async with door.database.writing() as session:
            version = await editing.version_by_id(session, version_id)
            if version is None or version.status != ContentStatus.ARCHIVED:
                raise HTTPException(404)
            await editing.restore(
                session, version, author=at.actor.username, reason=reason or "khôi phục bản cũ"
            )
            await at.note(session, "content.restore", f"content:{version.key}")
        return RedirectResponse(f"{HOME}/sua/{version.key}", 303)

    @router.post("/tam-dung/{key:path}")
    async def hold(
        key: str, reason: str = Form(""), lift: str = Form(""), at: AtConsole = holding
    ) -> Response:
        async with door.database.writing() as session:
            if lift:
                await editing.lift(session, key=key, by=at.actor.username, now=door.clock())
            else:
                await editing.hold(
                    session,
                    key=key,
                    reason=reason or "chưa ghi lý do",
                    by=at.actor.username,
                    now=door.clock(),
                )
            action = "content.lift" if lift else "content.hold"
            await at.note(session, action, f"content:{key}", reason=reason)
        return RedirectResponse(f"{HOME}/sua/{key}", 303)

    return router


def _submit(version: ContentVersion) -> None:
    if version.status == ContentStatus.DRAFT:
        editing.submit(version)


def _editable(actor: Actor, key: str) -> frozenset[str] | None:
    """Which fields somebody may change: all, the ward's own of a procedure, or none."""
    if not actor.may(Permission.CONTENT_EDIT):
        return frozenset()
    if key.startswith("procedures/") and not actor.may(Permission.CONTENT_FIGURES):
        return content_desk.WARD_FIELDS
    return None
