"""Signing in and out, the second factor, one's own password."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import CryptoError, key_ring
from gateway.console.doors import AtConsole, Door
from gateway.console.entrance import SIGN_IN, Entrance
from gateway.console.pages import ConsolePages
from people import accounts, accounts_repository, audit_repository, sign_in, staff_sessions
from people.models import Staff, Via
from people.passwords import PasswordRefused
from people.sign_in import SignIn

_NOT_KNOWN = {
    SignIn.WRONG: "Mật khẩu hiện tại chưa đúng.",
    SignIn.LOCKED: "Sai nhiều lần nên tạm khóa 15 phút. Quên mật khẩu thì nhờ quản trị cấp lại.",
}
_ACCOUNT_WORDS = {
    "sign_in": "Đăng nhập",
    "sign_in.refused": "Có người vào bằng tài khoản của tỉnh khi tài khoản này đang khóa",
    "sign_in.after_leaving": "Có người đăng nhập tiếp sau khi đã thoát tài khoản của tỉnh",
    "sign_out": "Đăng xuất",
    "sign_out.elsewhere": "Đăng xuất ở nơi khác",
    "second_factor.enrol": "Thêm lớp xác thực",
    "second_factor.again": "Có người nhập lại sáu số đã dùng",
    "account.create": "Mở tài khoản",
    "account.password": "Đổi mật khẩu",
    "account.reset": "Được cấp lại mật khẩu",
    "account.close": "Tài khoản bị khóa",
    "account.open": "Tài khoản được mở lại",
    "account.province": "Gắn tài khoản của tỉnh",
    "account.province_end": "Bỏ tài khoản của tỉnh",
    "post.give": "Được giao vai trò",
    "post.end": "Thôi vai trò",
}
_LATELY = 8
_SAME = "Mật khẩu mới giống mật khẩu cũ: chọn một câu khác."


def sign_in_router(pages: ConsolePages, door: Door, entrance: Entrance) -> APIRouter:
    router = APIRouter(prefix="/console", include_in_schema=False)
    at_console = Depends(door.require())

    @router.get("/dang-nhap")
    async def show(request: Request, then: str = "/console", thoat: str = "") -> Response:
        return entrance.page(
            request,
            then,
            told="Đã đăng xuất." if thoat else None,
            leave_province=thoat == Via.PROVINCE and entrance.province is not None,
        )

    @router.post("/dang-nhap")
    async def enter(
        request: Request, username: str = Form(""), password: str = Form(""), then: str = Form("/console")
    ) -> Response:
        async with door.database.writing() as session:
            result = await sign_in.sign_in(
                session,
                username=username,
                password=password,
                address=_address(request),
                now=door.clock(),
            )
        return entrance.first_half(request, result, then, username=username)

    @router.post("/xac-thuc")
    async def second_half(
        request: Request,
        half: str = Form(""),
        code: str = Form(""),
        sealed: str = Form(""),
        then: str = Form("/console"),
    ) -> Response:
        try:
            secret = key_ring().decrypt(sealed) if sealed else None
        except CryptoError:  # not from our own page
            raise HTTPException(422) from None
        async with door.database.writing() as session:
            result = await sign_in.second_half(
                session, half=half, code=code, secret=secret, address=_address(request), now=door.clock()
            )
        return entrance.second_half(request, result, then, secret=secret)

    @router.post("/dang-xuat")
    async def leave(request: Request, _at: AtConsole = at_console) -> Response:
        async with door.database.writing() as session:
            via = await staff_sessions.sign_out(session, door.token(request), now=door.clock())
        response = RedirectResponse(f"{SIGN_IN}?thoat={via}", 303)
        door.let_out(response)
        return response

    async def password_page(
        request: Request, at: AtConsole, *, trouble: str | None = None, told: str | None = None
    ) -> Response:
        now, here = door.clock(), staff_sessions.session_hash(door.token(request))
        async with door.database.reading() as session:
            found = await accounts_repository.open_sessions(
                session, at.actor.staff_id, now, idle_since=now - staff_sessions.IDLE
            )
            lately = await audit_repository.audit_entries(
                session, subject=f"staff:{at.actor.staff_id}", limit=_LATELY
            )
        return pages.page(
            request,
            "password.html",
            at,
            status=422 if trouble else 200,
            trouble=trouble,
            told=told,
            this_place=next((one for one in found if one.token_hash == here), None),
            elsewhere=[one for one in found if one.token_hash != here],
            by_province=Via.PROVINCE,
            lately=[(one, _ACCOUNT_WORDS.get(one.action, one.action)) for one in lately],
        )

    @router.get("/mat-khau")
    async def password_form(request: Request, at: AtConsole = at_console) -> Response:
        return await password_page(request, at)

    @router.post("/mat-khau")
    async def password_change(
        request: Request, old: str = Form(""), new: str = Form(""), at: AtConsole = at_console
    ) -> Response:
        now = door.clock()
        async with door.database.writing() as session:
            staff = await _themselves(session, at)
            known = await sign_in.knows_password(
                session, staff=staff, password=old, address=_address(request), now=now
            )
            trouble = _NOT_KNOWN.get(known)
            if trouble is None and old == new:
                trouble = _SAME
            if trouble is None:
                try:
                    await accounts.change_password(
                        session, staff=staff, password=new, here=door.token(request), now=now
                    )
                except PasswordRefused as error:
                    trouble = f"{str(error)[:1].upper()}{str(error)[1:]}."
        if trouble is None and at.actor.first_password:
            return RedirectResponse("/console", 303)
        told = "Đã đổi mật khẩu, và đăng xuất ở mọi nơi khác." if trouble is None else None
        return await password_page(request, at, trouble=trouble, told=told)

    @router.post("/mat-khau/noi-khac")
    async def out_elsewhere(
        request: Request, known: str = Form(""), which: str = Form(""), at: AtConsole = at_console
    ) -> Response:
        """``which``: one session by its id; empty for all but this one."""
        token, now = door.token(request), door.clock()
        async with door.database.writing() as session:
            staff = await _themselves(session, at)
            found = SignIn.DONE
            if await staff_sessions.via_of(session, token) != Via.PROVINCE:  # who may have no password here
                found = await sign_in.knows_password(
                    session, staff=staff, password=known, address=_address(request), now=now
                )
            if found is SignIn.DONE:
                await accounts.end_sessions(session, staff=staff, here=token, now=now, only=which or None)
        if found is not SignIn.DONE:
            return await password_page(request, at, trouble=_NOT_KNOWN[found])
        return await password_page(request, at, told="Đã đăng xuất ở nơi khác.")

    return router


async def _themselves(session: AsyncSession, at: AtConsole) -> Staff:
    staff = await accounts_repository.staff_by_id(session, at.actor.staff_id)
    assert staff is not None  # noqa: S101 - signed in a moment ago, and accounts are never deleted
    return staff


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
