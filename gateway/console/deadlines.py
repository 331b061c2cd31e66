"""What is about to be late, and the letter of apology on its way: reason, signature, number, sending."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from core.text.spell import spell_date
from dossiers.due_list import CAUSE_WORDS
from dossiers.extension_files import LARGEST, FileKind
from dossiers.extension_states import ExtensionProblem, TakingBack, Trouble
from dossiers.lookup import normal_code
from dossiers.repository import dossier_by_code
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.paging import SIZE, place_of, sheet
from gateway.console.units import is_theirs, seen_units
from gateway.deadline_views import CONTENT_TYPES, HTTP_STATUS, ExtensionView, LetterFormat, ending_of
from gateway.deadlines import DeadlineDesk, SignedFile
from people.permissions import Permission

HOME, LETTERS = "/console/sap-tre", "/console/xin-loi"
FILE_WORDS = {
    FileKind.SCAN: "Bản chụp đã ký, đóng dấu (PDF, ảnh)",
    FileKind.SIGNED_PDF: "PDF đã ký số",
    FileKind.DIGITAL_SIGNATURE: "Tệp chữ ký số (.p7s)",
}
_BACK = {"mo-lai": TakingBack.REOPEN, "bo": TakingBack.CANCEL}


def deadlines_router(pages: ConsolePages, door: Door, desk: DeadlineDesk) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    reading = Depends(door.require(Permission.DOSSIERS))
    reasoning = Depends(door.require(Permission.EXTENSION_REASON))
    signing = Depends(door.require(Permission.EXTENSION_SIGN))
    numbering = Depends(door.require(Permission.EXTENSION_NUMBER))

    async def shown(
        request: Request, at: AtConsole, ngay: int = 2, sau: str = "", problem: ExtensionProblem | None = None
    ) -> Response:
        days = min(max(ngay, 0), 20)
        after = place_of(sau, date.fromisoformat, str)
        found = await desk.lists.due(
            units=seen_units(at, Permission.DOSSIERS), days=days, limit=SIZE + 1, after=after
        )
        entries = sheet(found, lambda entry: (entry.due_on, entry.dossier_id))
        return pages.page(
            request,
            "due_list.html",
            at,
            status=HTTP_STATUS[problem.trouble] if problem else 200,
            entries=entries.rows,
            after=entries.after,
            later=after is not None,
            days=days,
            cause_words=CAUSE_WORDS,
            spell=spell_date,
            trouble=_told(problem) if problem else None,
            may_reason=at.actor.may(Permission.EXTENSION_REASON),
        )

    @router.get(HOME)
    async def listing(request: Request, ngay: int = 2, sau: str = "", at: AtConsole = reading) -> Response:
        return await shown(request, at, ngay, sau)

    @router.post(HOME + "/{code}/lap")
    async def draft(request: Request, code: str, at: AtConsole = reasoning) -> Response:
        """A draft of the letter, or the one that is under way."""
        await _of_theirs(door, at, code)
        try:
            letter = await desk.draft(code, by=at.actor.username)
        except ExtensionProblem as problem:
            return await shown(request, at, problem=problem)
        return RedirectResponse(f"{LETTERS}/{letter.id}", 303)

    @router.post(HOME + "/{code}/tinh-lai")
    async def recount(
        request: Request, code: str, reason: str = Form(""), at: AtConsole = reasoning
    ) -> Response:
        """The day that a wait for the citizen gave becomes the promise."""
        await _of_theirs(door, at, code)
        try:
            await desk.recount(code, by=at.actor.username, reason=reason)
        except ExtensionProblem as problem:
            return await shown(request, at, problem=problem)
        return RedirectResponse(f"/console/ho-so/{normal_code(code)}", 303)

    async def page(
        request: Request, letter_id: str, at: AtConsole, problem: ExtensionProblem | None = None
    ) -> Response:
        view = await _view(desk, at, letter_id)
        return pages.page(
            request,
            "extension.html",
            at,
            status=HTTP_STATUS[problem.trouble] if problem else 200,
            letter=view,
            steps={step.value for step in view.next_steps},
            trouble=_told(problem) if problem else None,
            spell=spell_date,
            file_words=FILE_WORDS,
            may_reason=at.actor.may(Permission.EXTENSION_REASON),
            may_sign=at.actor.may(Permission.EXTENSION_SIGN),
            may_number=at.actor.may(Permission.EXTENSION_NUMBER),
        )

    async def step(
        request: Request, letter_id: str, at: AtConsole, work: Coroutine[Any, Any, ExtensionView]
    ) -> Response:
        """``work`` begins only when the letter is seen to be of a unit of theirs."""
        try:
            await _view(desk, at, letter_id)
        except HTTPException:
            work.close()
            raise
        try:
            await work
        except ExtensionProblem as problem:
            return await page(request, letter_id, at, problem)
        return RedirectResponse(f"{LETTERS}/{letter_id}", 303)

    @router.get(LETTERS + "/{letter_id}")
    async def read(request: Request, letter_id: str, at: AtConsole = reading) -> Response:
        return await page(request, letter_id, at)

    @router.get(LETTERS + "/{letter_id}/van-ban.{kind}")
    async def letter(letter_id: str, kind: LetterFormat, at: AtConsole = reading) -> Response:
        """The letter as it stands, to read, print and sign. It names the citizen: the audit says who read."""
        await _view(desk, at, letter_id)
        name, made = await desk.letter(letter_id, kind, by=at.actor.username)
        return _file(name, CONTENT_TYPES[kind], made)

    @router.get(LETTERS + "/{letter_id}/da-ky")
    async def signed(letter_id: str, at: AtConsole = reading) -> Response:
        await _view(desk, at, letter_id)
        try:
            file, content = await desk.signed_file(letter_id, by=at.actor.username)
        except ExtensionProblem:
            raise HTTPException(404) from None
        return _file(f"da-ky-{letter_id}.{ending_of(file.content_type)}", file.content_type, content)

    @router.post(LETTERS + "/{letter_id}/ly-do")
    async def reason(
        request: Request,
        letter_id: str,
        version: int = Form(),
        reason: str = Form(""),
        new_due_on: str = Form(""),
        at: AtConsole = reasoning,
    ) -> Response:
        try:
            day = date.fromisoformat(new_due_on)
        except ValueError:
            problem = ExtensionProblem(
                Trouble.INVALID, "new_due_on", "chưa có ngày hẹn mới", "chọn một ngày làm việc"
            )
            return await page(request, letter_id, at, problem)
        work = desk.give_reason(
            letter_id, version=version, by=at.actor.username, reason=reason, new_due_on=day
        )
        return await step(request, letter_id, at, work)

    @router.post(LETTERS + "/{letter_id}/ky")
    async def sign(
        request: Request,
        letter_id: str,
        version: int = Form(),
        signer: str = Form(""),
        position: str = Form(""),
        kind: FileKind = Form(FileKind.SCAN),
        file: UploadFile | None = File(None),
        at: AtConsole = signing,
    ) -> Response:
        """What the competent person signed, attached by them or for them."""
        content = await file.read(LARGEST + 1) if file else b""
        handed = SignedFile(kind, (file.filename or "") if file else "", content)
        work = desk.sign(
            letter_id, version=version, by=at.actor.username, signer=signer, position=position, file=handed
        )
        return await step(request, letter_id, at, work)

    @router.post(LETTERS + "/{letter_id}/so")
    async def number(
        request: Request,
        letter_id: str,
        version: int = Form(),
        notice_number: str = Form(""),
        numbered_on: date = Form(),
        at: AtConsole = numbering,
    ) -> Response:
        work = desk.number(
            letter_id,
            version=version,
            by=at.actor.username,
            notice_number=notice_number,
            numbered_on=numbered_on,
        )
        return await step(request, letter_id, at, work)

    @router.post(LETTERS + "/{letter_id}/gui")
    async def send(
        request: Request, letter_id: str, version: int = Form(), at: AtConsole = numbering
    ) -> Response:
        return await step(request, letter_id, at, desk.send(letter_id, version=version, by=at.actor.username))

    @router.post(LETTERS + "/{letter_id}/{back}")
    async def take_back(
        request: Request,
        letter_id: str,
        back: str,
        version: int = Form(),
        why: str = Form(""),
        at: AtConsole = reasoning,
    ) -> Response:
        """Opened again to change what was signed, or given up."""
        if back not in _BACK:
            raise HTTPException(404)
        work = desk.take_back(letter_id, _BACK[back], version=version, by=at.actor.username, why=why)
        return await step(request, letter_id, at, work)

    return router


async def _view(desk: DeadlineDesk, at: AtConsole, letter_id: str) -> ExtensionView:
    """The letter, if it belongs to a unit of theirs; another's is as if it were not there."""
    try:
        view = await desk.view(letter_id)
    except ExtensionProblem:
        raise HTTPException(404) from None
    if not is_theirs(view.unit, seen_units(at, Permission.DOSSIERS)):
        raise HTTPException(404)
    return view


async def _of_theirs(door: Door, at: AtConsole, code: str) -> None:
    async with door.database.reading() as session:
        dossier = await dossier_by_code(session, normal_code(code))
        if dossier is None or not is_theirs(dossier.unit, seen_units(at, Permission.EXTENSION_REASON)):
            raise HTTPException(404)


def _told(problem: ExtensionProblem) -> str:
    return f"{problem.problem[:1].upper()}{problem.problem[1:]}: {problem.remedy}."


def _file(name: str, content_type: str, content: bytes) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=content_type, headers=headers)
