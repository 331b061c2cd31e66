"""Signing in and out, the second factor, one's own password."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from core.crypto import CryptoError, key_ring
from gateway.console.doors import COOKIE, AtConsole, Door
from gateway.console.entrance import SIGN_IN, Entrance
from gateway.console.pages import ConsolePages
from people import accounts, accounts_repository, sign_in
from people.models import Via


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
            via = await sign_in.sign_out(session, request.cookies.get(COOKIE, ""), now=door.clock())
        response = RedirectResponse(f"{SIGN_IN}?thoat={via}", 303)
        door.let_out(response)
        return response

    @router.get("/mat-khau")
    async def password_form(request: Request, at: AtConsole = at_console) -> Response:
        return pages.page(request, "password.html", at, trouble=None, done=False)

    @router.post("/mat-khau")
    async def password_change(
        request: Request, old: str = Form(""), new: str = Form(""), at: AtConsole = at_console
    ) -> Response:
        trouble = None
        async with door.database.writing() as session:
            staff = await accounts_repository.staff_by_id(session, at.actor.staff_id)
            if staff is None or not sign_in.password_matches(staff, old):
                trouble = "Mật khẩu hiện tại chưa đúng."
            else:
                try:
                    await accounts.change_password(session, staff=staff, password=new)
                except ValueError as error:
                    trouble = f"{str(error)[:1].upper()}{str(error)[1:]}."
        status = 200 if trouble is None else 422
        return pages.page(request, "password.html", at, status=status, trouble=trouble, done=trouble is None)

    return router


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
