"""Questions without an answer: what they were, and mending one in a form, proved before it is a draft."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from conversations import mended, unanswered, unanswered_repository
from conversations.mended import GroupGone
from conversations.models import GroupStatus, UnansweredGroup
from conversations.unanswered import GroupReport
from core import editing
from core.content import live_version, published
from core.editing import EditingError
from gateway import mending
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.paging import SIZE, place_of, sheet
from gateway.console.words import CHANNEL_WORDS
from gateway.mending import Found, Mend, MendError, MendKind
from knowledge.base import GENERAL_PREFIX, MATTER_PREFIX, KnowledgeBase
from knowledge.catalogue import load_catalogue
from people.permissions import Permission

HOME = "/console/chua-tra-loi"
_NEAREST = 6
REASONS = {
    "fallback": "không hiểu hoặc không có dữ liệu",
    "safe_card": "số liệu bị chặn",
    "handover": "xin gặp cán bộ",
    "other_choice": "bấm Khác",
    "thumbs_down": "bấm Chưa đúng ý",
    "repeat": "hỏi lại y câu cũ",
}
STATUS_WORDS = {
    GroupStatus.OPEN: "Chưa xử lý",
    GroupStatus.DRAFTED: "Đã soạn, chờ duyệt",
    GroupStatus.MENDED: "Đã trả lời được",
    GroupStatus.OUT_OF_SCOPE: "Ngoài phạm vi",
    GroupStatus.SPAM: "Không phải câu hỏi",
}
_FOUND_WORDS = {
    Found.ANSWERED: "trả lời được ngay",
    Found.OFFERED: "đưa ra trong các lựa chọn",
    Found.OTHER: "trả lời bằng việc khác",
    Found.NOTHING: "chưa tìm ra",
}


def unanswered_router(pages: ConsolePages, door: Door, base: Callable[[], KnowledgeBase]) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.UNANSWERED))

    @router.get("")
    async def listing(
        request: Request, loai: GroupStatus | None = None, sau: str = "", at: AtConsole = allowed
    ) -> Response:
        after = place_of(sau, int, datetime.fromisoformat, str)
        statuses = [loai] if loai else list(unanswered_repository.TO_DO)
        async with door.database.reading() as session:
            rows = await unanswered.groups(
                session, limit=SIZE + 1, contexts=1, statuses=statuses, after=after
            )
        groups = sheet(rows, lambda one: (one.count, one.last_seen, one.key))
        return pages.page(
            request,
            "unanswered.html",
            at,
            groups=[(one, _name(base(), one.candidate)) for one in groups.rows],
            after=groups.after,
            later=after is not None,
            loai=loai,
            status_words=STATUS_WORDS,
            reasons=REASONS,
            channel_words=CHANNEL_WORDS,
        )

    async def one(
        request: Request,
        key: str,
        at: AtConsole,
        *,
        trouble: str | None = None,
        said: str = "",
        find: str = "",
    ) -> Response:
        async with door.database.reading() as session:
            group = await unanswered_repository.group(session, key)
            if group is None:
                raise HTTPException(404)
            report = await unanswered.report(session, group)
            waiting = await unanswered_repository.receipts_of(session, key)
        question = report.contexts[0].question if report.contexts else ""
        return pages.page(
            request,
            "unanswered_one.html",
            at,
            status=422 if trouble else 200,
            group=report,
            mend=group.mend,
            handled=(group.handled_by, group.handled_at),
            question=question,
            said=said or question,
            find=find,
            targets=_targets(base(), report, find or question),
            waiting=len(waiting),
            trouble=trouble,
            status_words=STATUS_WORDS,
            reasons=REASONS,
            found_words=_FOUND_WORDS,
            channel_words=CHANNEL_WORDS,
            may_write=at.actor.may(Permission.CONTENT_EDIT),
        )

    @router.get("/{key}")
    async def read(request: Request, key: str, tim: str = "", at: AtConsole = allowed) -> Response:
        return await one(request, key, at, find=tim)

    @router.post("/{key}/sua")
    async def mend(
        request: Request,
        key: str,
        kind: MendKind = Form(MendKind.ALIAS),
        code: str = Form(""),
        other: str = Form(""),
        said: str = Form(""),
        concept: str = Form(""),
        at: AtConsole = allowed,
    ) -> Response:
        """A draft of the document that lacks it, with the proof; citizens get it after approval."""
        code = other.strip() or code
        try:
            async with door.database.reading() as session:
                group = await unanswered_repository.group(session, key)
                if group is None:
                    raise HTTPException(404)
                questions = [one.question for one in await unanswered_repository.newest_of(session, key, 20)]
                documents, catalogue = await published(session), await load_catalogue(session)
                if kind is not MendKind.LEXICON:
                    _must_exist(base(), code)
                target = mending.document_for(documents, kind, code)
                shown = await editing.open_version(session, target) or await live_version(session, target)
            if kind is MendKind.LEXICON:
                made = Mend(kind, target, mending.with_word(shown.body if shown else "", said, concept), None)
            else:
                text = mending.with_name(target, shown.body if shown else None, code, said, kind)
                made = Mend(kind, target, text, code)
            proof = await asyncio.to_thread(mending.prove, documents, catalogue, made, questions, base())
            async with door.database.writing() as session:
                held = await mended.hold_group(session, key)
                version = await editing.save_draft(
                    session,
                    key=made.key,
                    text=made.text,
                    author=at.actor.username,
                    started_from=shown.sha256 if shown else None,
                    reason=f"câu hỏi chưa trả lời được: thêm “{said.strip()}”"[:400],
                )
                mended.drafted(
                    held,
                    version_id=version.id,
                    mend={
                        "key": made.key,
                        "kind": kind,
                        "code": made.code if made.code and not made.code.startswith(GENERAL_PREFIX) else None,
                        "said": said.strip(),
                        "proof": [line.as_json() for line in proof],
                    },
                    by=at.actor.username,
                    now=door.clock(),
                )
                await at.note(session, "unanswered.mend", f"unanswered:{key}", reason=made.key)
        except (MendError, EditingError, GroupGone) as error:
            return await one(request, key, at, trouble=str(error), said=said)
        return RedirectResponse(f"{HOME}/{key}", 303)

    @router.post("/{key}/xep")
    async def put_aside(
        request: Request, key: str, status: GroupStatus = Form(), at: AtConsole = allowed
    ) -> Response:
        """Out of scope, spam, or back to the list: what can be undone is not asked about."""
        try:
            async with door.database.writing() as session:
                group: UnansweredGroup = await mended.hold_group(session, key)
                mended.dismiss(group, status=status, by=at.actor.username, now=door.clock())
                await at.note(session, f"unanswered.{status}", f"unanswered:{key}")
        except GroupGone as error:
            return await one(request, key, at, trouble=str(error))
        return RedirectResponse(f"{HOME}/{key}" if status is GroupStatus.OPEN else HOME, 303)

    return router


def _targets(base: KnowledgeBase, report: GroupReport, sought: str) -> list[tuple[str, str]]:
    """Codes with names: what the question came near to, and what else sounds like it."""
    codes = [report.candidate] if report.candidate else []
    codes += [hit.code for hit in base.search(sought, _NEAREST)] if sought else []
    named = [(code, _name(base, code)) for code in dict.fromkeys(codes) if not code.startswith(MATTER_PREFIX)]
    return [(code, name) for code, name in named if name][:_NEAREST]


def _name(base: KnowledgeBase, code: str | None) -> str:
    if code and code.startswith(GENERAL_PREFIX):
        entry = base.general(code)
        return entry.title if entry else ""
    procedure = base.procedure(code)
    return procedure.spoken_name if procedure else ""


def _must_exist(base: KnowledgeBase, code: str) -> None:
    if not code:
        raise MendError("Chưa chọn thủ tục nào: chọn trong danh sách, hoặc ghi mã.")
    if not _name(base, code):
        raise MendError(f"Không có thủ tục mã {code}: xem lại mã, hoặc tìm theo tên.")
