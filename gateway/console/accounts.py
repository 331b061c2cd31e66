"""Accounts and posts: who may do what, in which unit, until when."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from core.calendar import local_day
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.paging import SIZE, sheet
from people import accounts, accounts_repository, unit_repository
from people.accounts import AccountError
from people.models import Role
from people.permissions import Permission

_ONCE = "chỉ hiện một lần, dùng trong bảy ngày"


def accounts_router(pages: ConsolePages, door: Door, *, province: str | None = None) -> APIRouter:
    """``province``: what an account at the province is called; None where nobody signs in by it."""
    router = APIRouter(prefix="/console/tai-khoan", include_in_schema=False)
    allowed = Depends(door.require(Permission.ACCOUNTS))

    async def listing(
        request: Request,
        at: AtConsole,
        *,
        named: str = "",
        sau: str = "",
        giving: str = "",
        trouble: str | None = None,
        told: str | None = None,
    ) -> Response:
        """``giving``: the account that gets one more role, whose form is open."""
        today = local_day(door.clock())
        after = sau or None
        async with door.database.reading() as session:
            tree = await unit_repository.unit_tree(session)
            found = sheet(
                await accounts_repository.staff_page(session, named=named, limit=SIZE + 1, after=after),
                lambda one: (one.username,),
            )
            posts = await accounts_repository.posts_of(session, [one.id for one in found.rows], today)
            mine = at.actor.units_for(Permission.ACCOUNTS)
            units = [one for one in await unit_repository.all_units(session) if one.code in mine]
            names = await accounts_repository.everybody_named(session)
        return pages.page(
            request,
            "accounts.html",
            at,
            status=422 if trouble else 200,
            rows=[
                (one, [(post, Role(post.role), tree.name(post.unit_id)) for post in posts[one.id]])
                for one in found.rows
            ],
            theirs={
                one.id for one in found.rows if {tree.code(post.unit_id) for post in posts[one.id]} <= mine
            },
            after=found.after,
            later=after is not None,
            asked={"ten": named} if named else {},
            named=named,
            sau=sau,
            giving=giving,
            units=units,
            roles=list(Role),
            names=names,
            trouble=trouble,
            told=told,
            today=today,
            province=province,
        )

    async def must_be_theirs(
        request: Request, at: AtConsole, *, staff_id: str | None = None, unit: str = ""
    ) -> None:
        """Neither a post in a unit that is not theirs, nor an account that holds one: 403, on record.

        Else the administrator of a ward could make themselves an approver of the province.
        """
        mine = at.actor.units_for(Permission.ACCOUNTS)
        touched = {unit} if unit else set()
        if staff_id is not None:
            async with door.database.reading() as session:
                tree = await unit_repository.unit_tree(session)
                posts = await accounts_repository.posts_of(session, [staff_id], local_day(door.clock()))
            touched |= {tree.code(post.unit_id) for post in posts[staff_id]}
        if not touched <= mine:
            await door.refuse(request, at, Permission.ACCOUNTS)

    @router.get("")
    async def show(
        request: Request, ten: str = "", sau: str = "", giao: str = "", at: AtConsole = allowed
    ) -> Response:
        return await listing(request, at, named=ten.strip().lower()[:60], sau=sau[:60], giving=giao)

    @router.post("")
    async def create(
        request: Request,
        username: str = Form(""),
        display_name: str = Form(""),
        role: Role = Form(Role.OFFICER),
        unit: str = Form(""),
        position: str = Form(""),
        deputy_for: str = Form(""),
        starts_on: str = Form(""),
        ends_on: str = Form(""),
        province_account: str = Form(""),
        at: AtConsole = allowed,
    ) -> Response:
        await must_be_theirs(request, at, unit=unit)
        try:
            async with door.database.writing() as session:
                staff, password = await accounts.create_account(
                    session,
                    username=username,
                    display_name=display_name,
                    actor=at.actor.username,
                    now=door.clock(),
                )
                await accounts.give_post(
                    session,
                    staff=staff,
                    unit_code=unit,
                    role=role,
                    actor=at.actor.username,
                    starts_on=_day(starts_on) or local_day(door.clock()),
                    ends_on=_day(ends_on),
                    position=position,
                    deputy_for=deputy_for or None,
                )
                await accounts.name_at_province(
                    session,
                    staff=staff,
                    account=province_account,
                    actor=at.actor.username,
                    now=door.clock(),
                )
        except AccountError as error:
            return await listing(request, at, trouble=str(error))
        return await listing(
            request,
            at,
            told=f"Đã mở tài khoản '{staff.username}'. Mật khẩu lần đầu, {_ONCE}: {password}",
        )

    @router.post("/{staff_id}/cap-lai")
    async def reset(request: Request, staff_id: str, at: AtConsole = allowed) -> Response:
        await must_be_theirs(request, at, staff_id=staff_id)
        async with door.database.writing() as session:
            staff = await accounts_repository.staff_by_id(session, staff_id)
            if staff is None:
                raise HTTPException(404)
            password = await accounts.reset_password(
                session, staff=staff, actor=at.actor.username, now=door.clock()
            )
        return await listing(
            request,
            at,
            told=f"Mật khẩu mới của '{staff.username}', {_ONCE}: {password}",
        )

    @router.post("/{staff_id}/khoa")
    async def close(
        request: Request, staff_id: str, active: bool = Form(False), at: AtConsole = allowed
    ) -> Response:
        await must_be_theirs(request, at, staff_id=staff_id)
        async with door.database.writing() as session:
            staff = await accounts_repository.staff_by_id(session, staff_id)
            if staff is None or staff.id == at.actor.staff_id:
                raise HTTPException(404)
            await accounts.set_active(
                session, staff=staff, active=active, actor=at.actor.username, now=door.clock()
            )
        return RedirectResponse("/console/tai-khoan", 303)

    @router.post("/{staff_id}/tai-khoan-tinh")
    async def name_at_province(
        request: Request, staff_id: str, province_account: str = Form(""), at: AtConsole = allowed
    ) -> Response:
        await must_be_theirs(request, at, staff_id=staff_id)
        try:
            async with door.database.writing() as session:
                staff = await accounts_repository.staff_by_id(session, staff_id)
                if staff is None:
                    raise HTTPException(404)
                await accounts.name_at_province(
                    session,
                    staff=staff,
                    account=province_account,
                    actor=at.actor.username,
                    now=door.clock(),
                )
        except AccountError as error:
            return await listing(request, at, trouble=str(error))
        return RedirectResponse("/console/tai-khoan", 303)

    @router.post("/{staff_id}/vai-tro")
    async def give(
        request: Request,
        staff_id: str,
        role: Role = Form(),
        unit: str = Form(""),
        position: str = Form(""),
        deputy_for: str = Form(""),
        starts_on: str = Form(""),
        ends_on: str = Form(""),
        at: AtConsole = allowed,
    ) -> Response:
        await must_be_theirs(request, at, staff_id=staff_id, unit=unit)
        try:
            async with door.database.writing() as session:
                staff = await accounts_repository.staff_by_id(session, staff_id)
                if staff is None:
                    raise HTTPException(404)
                await accounts.give_post(
                    session,
                    staff=staff,
                    unit_code=unit,
                    role=role,
                    actor=at.actor.username,
                    starts_on=_day(starts_on) or local_day(door.clock()),
                    ends_on=_day(ends_on),
                    position=position,
                    deputy_for=deputy_for or None,
                )
        except AccountError as error:
            return await listing(request, at, giving=staff_id, trouble=str(error))
        return RedirectResponse("/console/tai-khoan", 303)

    @router.post("/vai-tro/{post_id}/thoi")
    async def end(request: Request, post_id: str, at: AtConsole = allowed) -> Response:
        today = local_day(door.clock())
        async with door.database.reading() as session:
            found = await accounts_repository.post_by_id(session, post_id)
            tree = await unit_repository.unit_tree(session)
        if found is not None:
            await must_be_theirs(request, at, unit=tree.code(found.unit_id))
        async with door.database.writing() as session:
            post = await accounts_repository.post_by_id(session, post_id)
            if post is None:
                raise HTTPException(404)
            await accounts.end_post(
                session, post=post, on=date.fromordinal(today.toordinal() - 1), actor=at.actor.username
            )
        return RedirectResponse("/console/tai-khoan", 303)

    return router


def _day(text: str) -> date | None:
    """Raises AccountError for what is no day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise AccountError("ngày chưa đúng: chọn trong lịch, hoặc để trống") from None
