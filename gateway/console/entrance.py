"""What follows a try to come in, whichever way it was made: the cookie, the second half, or what to do."""

from __future__ import annotations

import pyotp
import segno
from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from core.crypto import key_ring
from gateway.console.doors import Door
from gateway.console.pages import ConsolePages
from people.sign_in import SignIn, SignInResult

SIGN_IN = "/console/dang-nhap"
BY_PROVINCE = f"{SIGN_IN}/tinh"
_WORDS = {
    SignIn.WRONG: "Tên đăng nhập hoặc mật khẩu chưa đúng. Xem lại phím Caps Lock và bộ gõ tiếng Việt.",
    SignIn.LOCKED: "Sai nhiều lần nên tạm khóa 15 phút. Quên mật khẩu thì nhờ quản trị cấp lại.",
    SignIn.RUN_OUT: "Mật khẩu được cấp đã quá bảy ngày nên không dùng được nữa. Nhờ quản trị cấp lại.",
    SignIn.UNKNOWN: "Tài khoản này chưa được gắn với tài khoản nào ở đây, hoặc tài khoản ở đây đã khóa. "
    "Nhờ người quản trị mở ở trang Tài khoản và vai trò.",
    SignIn.LEFT: "Đã thoát tài khoản của tỉnh sau bước trước, nên bước này không còn tính. "
    "Đăng nhập lại từ đầu.",
}
_STATUS = {SignIn.LOCKED: 429, SignIn.UNKNOWN: 403}
_TOO_LATE = "Bước trước đã quá 10 phút, hoặc tài khoản vừa được đổi. Đăng nhập lại từ đầu."
_WRONG_CODE = "Sáu số chưa đúng, hoặc đã dùng một lần rồi. Chờ số mới hiện ra rồi nhập lại."


class Entrance:
    """``province``: what people call their account there; None where only passwords are used."""

    def __init__(self, pages: ConsolePages, door: Door, province: str | None = None) -> None:
        self._pages, self.door, self.province = pages, door, province

    def page(
        self,
        request: Request,
        then: str,
        *,
        trouble: str | None = None,
        told: str | None = None,
        username: str = "",
        status: int = 200,
        leave_province: bool = False,
    ) -> Response:
        return self._pages.page(
            request,
            "sign_in.html",
            None,
            status=status,
            then=inside(then),
            trouble=trouble,
            told=told,
            username=username,
            province=self.province,
            by_province=BY_PROVINCE,
            leave_province=leave_province,
        )

    def first_half(
        self, request: Request, result: SignInResult, then: str, *, username: str = ""
    ) -> Response:
        """After a password, or the province's word."""
        if result.token is not None:
            return self._let_in(result.token, then)
        if result.half is not None:
            return self._second_page(request, result, then)
        status = _STATUS.get(result.outcome, 401)
        return self.page(request, then, trouble=_WORDS[result.outcome], username=username, status=status)

    def second_half(
        self, request: Request, result: SignInResult, then: str, *, secret: str | None
    ) -> Response:
        """After the six digits."""
        if result.half is not None:
            return self._second_page(request, result, then, secret=secret, trouble=_WRONG_CODE)
        if result.outcome is SignIn.WRONG:
            return self.page(request, then, trouble=_TOO_LATE, status=401)
        return self.first_half(request, result, then)

    def _second_page(
        self,
        request: Request,
        result: SignInResult,
        then: str,
        *,
        secret: str | None = None,
        trouble: str | None = None,
    ) -> Response:
        """Six digits; before the first time, the picture that sets them up."""
        new, name = None, result.staff.username if result.staff else ""
        if result.outcome is SignIn.MUST_ENROL:
            secret = secret or pyotp.random_base32()
            address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Motcua")
            picture = segno.make(address, error="m").svg_data_uri(scale=4, border=2)
            new = {"secret": secret, "sealed": key_ring().encrypt(secret), "picture": picture}
        return self._pages.page(
            request,
            "second_half.html",
            None,
            status=200 if trouble is None else 422,
            half=result.half,
            then=inside(then),
            new=new,
            trouble=trouble,
        )

    def _let_in(self, token: str, then: str) -> Response:
        response = RedirectResponse(inside(then), 303)
        self.door.let_in(response, token)
        return response


def inside(then: str) -> str:
    """Only a page of the console; an address elsewhere is never followed."""
    ours = then == "/console" or then.startswith(("/console/", "/console?"))
    return then if ours and "\\" not in then else "/console"
