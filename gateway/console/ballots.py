"""Ballots on paper and interviews typed in at the counter, and the poster that hangs there."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from feedback.instruments import LEVEL_WORDS, SHORT_SURVEY, AnswerError, LevelQuestion
from feedback.models import Mode
from feedback.walk_in import BallotRefused, Given, record_ballot
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.opinion_desk import OpinionDesk
from gateway.opinion_report.poster import VISIT, WAIT, poster_pdf
from gateway.public.walk_in import WAITING_PATH
from people.permissions import Permission, Post

HOME = "/console/phieu-giay"
MODES = {Mode.PAPER: "Phiếu giấy người dân tự ghi", Mode.INTERVIEW: "Cán bộ hỏi, người dân trả lời"}
_WHY = {
    BallotRefused.NO_DOSSIER: "Không có hồ sơ này. Xem lại mã trên giấy hẹn.",
    BallotRefused.NOT_CLOSED: "Hồ sơ này chưa trả kết quả nên chưa hỏi ý kiến.",
    BallotRefused.OWN_WORK: "Hồ sơ này do anh/chị làm. Nhờ người khác nhập phiếu.",
}


def ballots_router(pages: ConsolePages, door: Door, desk: OpinionDesk, *, public_url: str) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.COUNTER))

    def page(
        request: Request,
        at: AtConsole,
        *,
        told: str | None = None,
        trouble: str | None = None,
        code: str = "",
    ) -> Response:
        instrument = desk.content().instruments.get(SHORT_SURVEY)
        questions = instrument.questions if instrument else ()
        return pages.page(
            request,
            "ballots.html",
            at,
            status=422 if trouble else 200,
            missing=None if instrument else SHORT_SURVEY,
            questions=[one for one in questions if isinstance(one, LevelQuestion)],
            limit=instrument.comment.limit if instrument and instrument.comment else 0,
            levels={level: word.vi for level, word in LEVEL_WORDS.items()},
            modes=MODES,
            told=told,
            trouble=trouble,
            code=code,
            posts=_counters(at.actor.posts),
        )

    @router.get("")
    async def form(request: Request, at: AtConsole = allowed) -> Response:
        return page(request, at)

    @router.post("")
    async def enter(request: Request, at: AtConsole = allowed) -> Response:
        instrument = desk.content().instruments.get(SHORT_SURVEY)
        if instrument is None:
            return page(request, at)
        typed = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
        code = typed.get("code", "").strip()[:60]
        mode = Mode(typed["mode"]) if typed.get("mode") in MODES else Mode.PAPER
        asked = {question.id for question in instrument.questions}
        answers = {key: value for key, value in typed.items() if key in asked}
        try:
            async with door.database.writing() as session:
                refused = await record_ballot(
                    session,
                    Given(instrument, answers, typed.get("comment")),
                    dossier_code=code,
                    mode=mode,
                    entered_by=at.actor.display_name,
                    now=door.clock(),
                    cut_day=desk.content().plan.cut_day,
                )
                await at.note(session, "opinion.ballot", f"{mode}:{code}")
        except AnswerError:
            return page(request, at, trouble="Câu hỏi chung chưa chọn mức nào.", code=code)
        if refused is not None:
            return page(request, at, trouble=_WHY[refused], code=code)
        told = "Đã nhận phiếu. Nếu hồ sơ này đã có câu trả lời từ trước thì câu trả lời trước được giữ."
        return page(request, at, told=told)

    @router.get("/to-quay.pdf")
    async def poster(don_vi: str, quay: str = "", hoi: str = "", at: AtConsole = allowed) -> Response:
        post = next((one for one in _counters(at.actor.posts) if one.unit == don_vi), None)
        if post is None:
            raise HTTPException(404)
        address = f"{public_url.rstrip('/')}/y-kien/{post.unit}"
        wait = hoi == "cho-doi"
        body = poster_pdf(
            post.unit_name,
            quay.strip()[:60],
            address + WAITING_PATH if wait else address,
            WAIT if wait else VISIT,
        )
        headers = {"Content-Disposition": 'inline; filename="ma-qr-tai-quay.pdf"'}
        return Response(body, media_type="application/pdf", headers=headers)

    return router


def _counters(posts: Sequence[Post]) -> list[Post]:
    return list({post.unit: post for post in posts}.values())
