"""Opinions to mend: read by the head of the unit, called back, closed with words that the citizen reads."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from feedback import case_repository, cases
from feedback.case_models import CaseStatus, OpinionCase, Outcome, Reason
from feedback.cases import CaseError
from feedback.instruments import LEVEL_WORDS
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.paging import SIZE, place_of, sheet
from gateway.console.units import seen_units
from people.permissions import Permission

HOME = "/console/viec-y-kien"
REASONS = {
    Reason.BRIBE: "Có nhắc đến tiền ngoài quy định",
    Reason.LOST_PAPERS: "Có nhắc đến mất giấy tờ",
    Reason.RUDE: "Có nhắc đến thái độ",
    Reason.LOW: "Chấm mức thấp",
    Reason.CALL: "Muốn được gọi lại",
}
OUTCOMES = {
    Outcome.MENDED: "Đã sửa, đã khắc phục",
    Outcome.EXPLAINED: "Đã giải thích, người dân hiểu",
    Outcome.PASSED_ON: "Đã chuyển cơ quan khác",
    Outcome.NOT_REACHED: "Không liên lạc được",
    Outcome.UNFOUNDED: "Không đúng như đã nêu",
}
STATES = {
    CaseStatus.OPEN: "Chưa ai làm",
    CaseStatus.CALLED: "Đã gọi",
    CaseStatus.CLOSED: "Đã khép lại",
    CaseStatus.WITHDRAWN: "Người dân đã đổi ý",
}


def cases_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.CASES))

    @router.get("")
    async def listing(
        request: Request, xong: bool = False, sau: str = "", at: AtConsole = allowed
    ) -> Response:
        after = place_of(sau, datetime.fromisoformat, str)
        async with door.database.reading() as session:
            rows = await cases.cases_for(
                session, seen_units(at, Permission.CASES), at.actor.display_name, done=xong,
                limit=SIZE + 1, after=after,
            )  # fmt: skip
        found = sheet(rows, lambda case: (case.closed_at if xong else case.due_at, case.id))
        return pages.page(
            request, "cases.html", at, rows=found.rows, after=found.after, later=after is not None,
            done=xong, now=door.clock(), reasons=REASONS, states=STATES,
            outcomes=OUTCOMES,
        )  # fmt: skip

    async def found(session: AsyncSession, case_id: str, at: AtConsole) -> OpinionCase:
        """404 for a case of another unit, and for one about what this person did."""
        units = seen_units(at, Permission.CASES)
        case = await case_repository.by_id(session, case_id)
        if case is None or case.unit not in units or not cases.may_see(case, at.actor.display_name):
            raise HTTPException(404)
        return case

    async def one(
        request: Request, case_id: str, at: AtConsole, *, trouble: str | None = None, typed: str = ""
    ) -> Response:
        async with door.database.writing() as session:
            case = await found(session, case_id, at)
            await at.note(session, "opinion.case.read", f"case:{case_id}")
        return pages.page(
            request,
            "case.html",
            at,
            status=422 if trouble else 200,
            case=case,
            now=door.clock(),
            trouble=trouble,
            typed=typed,
            level=LEVEL_WORDS[case.level].vi if case.level else None,
            reasons=REASONS,
            outcomes=OUTCOMES,
            states=STATES,
            working=case.status in (CaseStatus.OPEN, CaseStatus.CALLED),
        )

    @router.get("/{case_id}")
    async def read(request: Request, case_id: str, at: AtConsole = allowed) -> Response:
        return await one(request, case_id, at)

    @router.post("/{case_id}/{step}")
    async def act(
        request: Request,
        case_id: str,
        step: str,
        outcome: str = Form(""),
        told: str = Form(""),
        at: AtConsole = allowed,
    ) -> Response:
        try:
            async with door.database.writing() as session:
                case = await found(session, case_id, at)
                match step:
                    case "goi":
                        cases.note_call(case, door.clock())
                    case "khep":
                        if outcome not in Outcome:
                            raise CaseError("Chọn một kết quả trước khi khép lại.")
                        cases.close(case, Outcome(outcome), told, by=at.actor.username, now=door.clock())
                    case "mo-lai":
                        cases.reopen(case)
                    case _:
                        raise HTTPException(404)
                await at.note(session, f"opinion.case.{step}", f"case:{case_id}")
        except CaseError as error:
            return await one(request, case_id, at, trouble=str(error), typed=told)
        return RedirectResponse(f"{HOME}/{case_id}", 303)

    return router
