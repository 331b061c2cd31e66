"""Campaigns: a file whose every row is checked first, its cost before and after, a test, a time, a pause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Depends, File, Form, HTTPException, Request, Response, UploadFile
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import LOCAL
from core.content import published
from core.phones import read_phone
from dossiers.csv_events import Table, csv_table
from dossiers.problems import EventsRefused
from dossiers.xlsx_events import xlsx_table
from gateway import content_kinds
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.paging import place_of, sheet
from gateway.console.units import seen_units
from notifications import campaign_repository as repository
from notifications.campaign_text import CampaignCheck, CampaignRefused, check
from notifications.campaigns import CampaignDesk, CampaignStatus
from notifications.desk_models import Campaign
from people import unit_repository
from people.permissions import Permission

HOME = "/console/dot-tin"
STATUS_WORDS = {
    CampaignStatus.PLANNED: "Đã lưu, chưa gửi",
    CampaignStatus.RUNNING: "Đang gửi",
    CampaignStatus.PAUSED: "Tạm dừng",
    CampaignStatus.STOPPED: "Đã dừng hẳn",
    CampaignStatus.DONE: "Đã lập xong tin",
}
_LARGEST = 10 * 1024 * 1024
_PROBLEMS_SHOWN = 100
_LISTED = 20


@dataclass(frozen=True)
class Typed:
    """What was typed, so that nothing is lost when something is wrong."""

    name: str = ""
    unit: str = ""
    body: str = ""


def campaigns_router(pages: ConsolePages, door: Door, *, public_url: str) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.CAMPAIGNS))
    desk = CampaignDesk(door.database, clock=door.clock)

    async def listing(
        request: Request,
        at: AtConsole,
        *,
        sau: str = "",
        typed: Typed | None = None,
        found: CampaignCheck | None = None,
        without: int = 0,
        trouble: str | None = None,
    ) -> Response:
        after = place_of(sau, datetime.fromisoformat, str)
        units = seen_units(at, Permission.CAMPAIGNS)
        async with door.database.reading() as session:
            rows = await repository.in_units(session, units, limit=_LISTED + 1, after=after)
            listed = sheet(rows, lambda row: (row.created_at, row.id), size=_LISTED)
            spent = await repository.spent_by(session, [row.id for row in listed.rows])
            codes = at.actor.units_for(Permission.CAMPAIGNS)
            names = [one.name for one in await unit_repository.all_units(session) if one.code in codes]
        bad = bool(trouble) or bool(found and found.problems)
        return pages.page(
            request,
            "campaigns.html",
            at,
            status=422 if bad else 200,
            rows=[(row, spent[row.id]) for row in listed.rows],
            after=listed.after,
            later=after is not None,
            units=names,
            typed=typed or Typed(),
            found=found,
            problems=found.problems[:_PROBLEMS_SHOWN] if found else [],
            without=without,
            trouble=trouble,
            status_words=STATUS_WORDS,
        )

    @router.get("")
    async def show(request: Request, sau: str = "", at: AtConsole = allowed) -> Response:
        return await listing(request, at, sau=sau)

    @router.post("")
    async def look(
        request: Request,
        name: str = Form(""),
        unit: str = Form(""),
        body: str = Form(""),
        save: str = Form(""),
        file: UploadFile | None = File(None),
        at: AtConsole = allowed,
    ) -> Response:
        """Check every row; keep the campaign when that was asked and nothing is wrong. Nothing is sent."""
        typed = Typed(name.strip()[:100], unit, body)
        try:
            async with door.database.reading() as session:
                if unit not in seen_units(at, Permission.CAMPAIGNS):
                    raise HTTPException(404)
                informing = content_kinds.informing(await published(session))
            content = await file.read(_LARGEST + 1) if file else b""
            desk_of_unit = informing.desk(unit)
            found = check(
                read_table(content, (file.filename or "") if file else ""),
                body,
                unit=unit,
                public_url=public_url,
                policy=informing.policy,
                hotline=desk_of_unit.phone if desk_of_unit else None,
            )
            without = await desk.without_consent(found)
            if save and not found.problems:
                if not typed.name:
                    raise CampaignRefused("chưa đặt tên đợt tin: ghi một tên ngắn")
                await desk.plan(typed.name, body, found, unit=unit, by=at.actor.username)
                async with door.database.reading() as session:
                    kept = await repository.by_name(session, typed.name)
                assert kept is not None  # noqa: S101 - it was written a moment ago
                return RedirectResponse(f"{HOME}/{kept.id}", 303)
        except CampaignRefused as refused:
            return await listing(request, at, typed=typed, trouble=_sentence(str(refused)))
        return await listing(request, at, typed=typed, found=found, without=without)

    async def one(
        request: Request, campaign_id: str, at: AtConsole, *, trouble: str | None = None, told: str = ""
    ) -> Response:
        async with door.database.reading() as session:
            row = await _found(session, campaign_id, at)
            counts = await repository.counts(session, row.id)
            spent = await repository.spent(session, row.id)
        return pages.page(
            request,
            "campaign.html",
            at,
            status=422 if trouble else 200,
            row=row,
            counts=counts,
            spent=spent,
            trouble=trouble,
            told="Đã đặt tin thử, vài phút sẽ tới máy." if told == "thu" else None,
            status_words=STATUS_WORDS,
        )

    @router.get("/{campaign_id}")
    async def read(request: Request, campaign_id: str, xong: str = "", at: AtConsole = allowed) -> Response:
        return await one(request, campaign_id, at, told=xong)

    @router.post("/{campaign_id}/{step}")
    async def act(
        request: Request,
        campaign_id: str,
        step: str,
        phone: str = Form(""),
        at_time: str = Form("", alias="luc"),
        at: AtConsole = allowed,
    ) -> Response:
        async with door.database.reading() as session:
            name = (await _found(session, campaign_id, at)).name
        try:
            match step:
                case "thu":
                    number = read_phone(phone).e164
                    if number is None:
                        raise CampaignRefused("số này không phải số di động: xem lại")
                    await desk.test(name, number, by=at.actor.username)
                    return RedirectResponse(f"{HOME}/{campaign_id}?xong=thu", 303)
                case "gui":
                    await desk.start(name, by=at.actor.username, at=_moment(at_time))
                case "dung":
                    await desk.pause(name, by=at.actor.username)
                case "huy":
                    await desk.stop(name, by=at.actor.username)
                case _:
                    raise HTTPException(404)
        except CampaignRefused as refused:
            return await one(request, campaign_id, at, trouble=_sentence(str(refused)))
        return RedirectResponse(f"{HOME}/{campaign_id}", 303)

    async def _found(session: AsyncSession, campaign_id: str, at: AtConsole) -> Campaign:
        row = await repository.by_id(session, campaign_id)
        if row is None or row.unit not in seen_units(at, Permission.CAMPAIGNS):
            raise HTTPException(404)
        return row

    return router


def read_table(content: bytes, name: str) -> Table:
    """CSV or Excel by what is inside. Raises CampaignRefused."""
    if not content:
        raise CampaignRefused("chưa chọn tệp: chọn tệp CSV hoặc Excel có cột phone")
    if len(content) > _LARGEST:
        raise CampaignRefused("tệp lớn hơn 10 MB: chia làm nhiều đợt")
    try:
        return xlsx_table(content) if content.startswith(b"PK") else csv_table(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise CampaignRefused(f"không đọc được {name or 'tệp'}: lưu lại dạng 'CSV UTF-8'") from None
    except EventsRefused as refused:
        first = refused.problems[0]
        raise CampaignRefused(f"{first.problem}: {first.remedy}") from None


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=LOCAL)
    except ValueError:
        raise CampaignRefused("giờ gửi không đọc được: chọn lại ngày giờ") from None


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
