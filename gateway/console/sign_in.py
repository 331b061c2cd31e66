"""Signing in and out, the second factor, one's own password."""

from __future__ import annotations

import pyotp
import segno
from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from core.crypto import CryptoError, key_ring
from gateway.console.doors import COOKIE, AtConsole, Door
from gateway.console.pages import ConsolePages
from people import accounts, accounts_repository, sign_in
from people.sign_in import SignIn

_WORDS = {
    SignIn.WRONG: "Tên đăng nhập, mật khẩu hoặc mã chưa đúng. Xem lại phím Caps Lock và bộ gõ tiếng Việt.",
    SignIn.LOCKED: "Sai nhiều lần nên tạm khóa 15 phút. Quên mật khẩu thì nhờ quản trị cấp lại.",
    SignIn.NEEDS_CODE: "Nhập thêm sáu số đang hiện trong ứng dụng xác thực.",
}


def sign_in_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(prefix="/console", include_in_schema=False)
    at_console = Depends(door.require())

    @router.get("/dang-nhap")
    async def show(request: Request, then: str = "/console") -> Response:
        return pages.page(
            request, "sign_in.html", None, then=_inside(then), trouble=None, username="", code=False
        )

    @router.post("/dang-nhap")
    async def enter(
        request: Request,
        username: str = Form(""),
        password: str = Form(""),
        code: str = Form(""),
        then: str = Form("/console"),
    ) -> Response:
        address = request.client.host if request.client else ""
        async with door.database.writing() as session:
            result = await sign_in.sign_in(
                session,
                username=username,
                password=password,
                code=code or None,
                address=address,
                now=door.clock(),
            )
        if result.outcome is SignIn.MUST_ENROL:
            return _enrol_page(request, username, trouble=None)
        if result.token is None:
            status = {SignIn.LOCKED: 429, SignIn.NEEDS_CODE: 200}.get(result.outcome, 401)
            return pages.page(
                request,
                "sign_in.html",
                None,
                status=status,
                then=_inside(then),
                trouble=_WORDS[result.outcome],
                username=username,
                code=result.outcome is SignIn.NEEDS_CODE or bool(code),
            )
        response = RedirectResponse(_inside(then), 303)
        door.let_in(response, result.token)
        return response

    def _enrol_page(
        request: Request, username: str, trouble: str | None, secret: str | None = None
    ) -> Response:
        secret = secret or pyotp.random_base32()
        address = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="Motcua")
        return pages.page(
            request,
            "enrol.html",
            None,
            status=200 if trouble is None else 422,
            username=username,
            secret=secret,
            sealed=key_ring().encrypt(secret),
            picture=segno.make(address, error="m").svg_data_uri(scale=4, border=2),
            trouble=trouble,
        )

    @router.post("/xac-thuc")
    async def enrol(
        request: Request,
        username: str = Form(""),
        password: str = Form(""),
        sealed: str = Form(""),
        code: str = Form(""),
    ) -> Response:
        try:
            secret = key_ring().decrypt(sealed)
        except CryptoError:  # not from our own page
            raise HTTPException(422) from None
        address = request.client.host if request.client else ""
        async with door.database.writing() as session:
            checked = await sign_in.sign_in(
                session, username=username, password=password, code=None, address=address, now=door.clock()
            )
            done = checked.outcome is SignIn.MUST_ENROL and await sign_in.enrol(
                session, username=username, secret=secret, code=code, now=door.clock()
            )
            entered = (
                await sign_in.sign_in(
                    session,
                    username=username,
                    password=password,
                    code=code,
                    address=address,
                    now=door.clock(),
                )
                if done
                else None
            )
        if entered is None or entered.token is None:
            return _enrol_page(
                request, username, "Mật khẩu hoặc sáu số chưa đúng. Chờ số mới hiện ra rồi nhập lại.", secret
            )
        response = RedirectResponse("/console", 303)
        door.let_in(response, entered.token)
        return response

    @router.post("/dang-xuat")
    async def leave(request: Request, _at: AtConsole = at_console) -> Response:
        async with door.database.writing() as session:
            await sign_in.sign_out(session, request.cookies.get(COOKIE, ""), now=door.clock())
        response = RedirectResponse("/console/dang-nhap", 303)
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


def _inside(then: str) -> str:
    """Only a page of the console; an address elsewhere is never followed."""
    return (
        then if then.startswith("/console") and not then.startswith("//") and "\\" not in then else "/console"
    )
